/** `trigger explain`: what a trigger says in plain words, what it costs and how far back it looks. */
import { CERTAINTIES, type Certainty } from "@sandglass/casework";
import { allTriggers, readableDuration, type CompiledScreening, type CompiledTrigger } from "@sandglass/triggers";
import { tellProblems } from "./check.ts";
import { compileFiles } from "./compile.ts";
import type { TriggerIo } from "./io.ts";

export async function explainFiles(
  files: readonly string[],
  language: "en" | "zh",
  json: boolean,
  io: TriggerIo,
): Promise<number> {
  const result = await compileFiles(files);
  tellProblems(result.ok ? result.set.warnings : result.errors, language, io);
  if (!result.ok) return 1;
  for (const trigger of allTriggers(result.set))
    io.stdout.write(json ? `${JSON.stringify(factsOf(trigger))}\n` : tell(trigger, language));
  return 0;
}

function factsOf(trigger: CompiledTrigger | CompiledScreening) {
  const { id, version, versionHash, title, plain, bytesPerSubject, horizonMs, inputs, levels, basis, effective } =
    trigger;
  return {
    id,
    version,
    versionHash,
    title,
    plain,
    runs: "plan" in trigger ? "screening" : "live",
    bytesPerSubject,
    horizonMs,
    lateAcceptMs: trigger.core.lateMs,
    inputs,
    levels,
    basis,
    effective,
    parts: trigger.parts.map(({ role, text, parent }) => ({ role, parent, text })),
  };
}

/** What the mark means, so that nobody takes a proposal for law. */
function sureness({ basis }: CompiledTrigger, language: "en" | "zh"): string {
  const mark = basis?.certainty;
  return mark === undefined || !Object.hasOwn(CERTAINTIES, mark)
    ? ""
    : ` [${mark}: ${CERTAINTIES[mark as Certainty][language]}]`;
}

function tell(trigger: CompiledTrigger | CompiledScreening, language: "en" | "zh"): string {
  const zh = language === "zh";
  const { id, version, title, plain, versionHash, bytesPerSubject, horizonMs } = trigger;
  const names = trigger.signals.map((s) => s.names[language]).join(zh ? "、" : ", ");
  const horizon = readableDuration(horizonMs, language);
  const screened = "plan" in trigger;
  const lines = zh
    ? [
        `${id} 第 ${version} 版  ${title.zh}`,
        plain.zh,
        `身份：${versionHash}`,
        `读取：${names || "无信号"}`,
        `每个对象最多 ${bytesPerSubject} 字节；结论最多取决于过去 ${horizon} 的数据；${screened ? "由筛查任务在汇总数据上执行" : "实时执行"}`,
        ...(trigger.basis === undefined
          ? []
          : [`依据：${trigger.basis.zh ?? trigger.basis.text}${sureness(trigger, "zh")}`]),
      ]
    : [
        `${id} version ${version}  ${title.en}`,
        plain.en,
        `Identity: ${versionHash}`,
        `Reads: ${names || "no signals"}`,
        `At most ${bytesPerSubject} bytes per subject; a verdict depends on the last ${horizon} at most; ${screened ? "run by a screening job on rollups" : "run live"}`,
        ...(trigger.basis === undefined ? [] : [`Basis: ${trigger.basis.text}${sureness(trigger, "en")}`]),
      ];
  return `${lines.join("\n  ")}\n\n`;
}
