/** `trigger check` and `trigger format`. */
import { SIGNALS } from "@sandglass/signals";
import { compileTriggers, type CompileResult } from "@sandglass/triggers";
import { readText, type TriggerIo } from "./io.ts";

async function compile(files: readonly string[]): Promise<CompileResult> {
  const sources = await Promise.all(files.map(async (name) => ({ name, text: await readText(name) })));
  return compileTriggers(sources, SIGNALS);
}

export async function checkFiles(
  files: readonly string[],
  language: "en" | "zh",
  json: boolean,
  io: TriggerIo,
): Promise<number> {
  const result = await compile(files);
  if (json) {
    const answer = result.ok
      ? {
          ok: true,
          hash: result.set.hash,
          triggers: result.set.triggers.map(
            ({ id, version, versionHash, levels, inputs, bytesPerSubject, horizonMs, plain }) => ({
              id,
              version,
              versionHash,
              levels,
              inputs,
              bytesPerSubject,
              horizonMs,
              plain,
            }),
          ),
          warnings: result.set.warnings,
        }
      : { ok: false, errors: result.errors };
    io.stdout.write(`${JSON.stringify(answer)}\n`);
    return result.ok ? 0 : 1;
  }
  const problems = result.ok ? result.set.warnings : result.errors;
  for (const p of problems) {
    const hint =
      p.suggestion === undefined
        ? ""
        : language === "zh"
          ? `（建议：${p.suggestion}）`
          : ` (suggestion: ${p.suggestion})`;
    io.stderr.write(
      `${p.source}:${p.line}:${p.column}: ${p.severity} ${p.code}: ${language === "zh" ? p.messageZh : p.message}${hint}\n`,
    );
  }
  if (!result.ok) return 1;
  for (const t of result.set.triggers) {
    io.stdout.write(
      `${t.id} version ${t.version}  ${t.versionHash.slice(0, 16)}  ${t.bytesPerSubject} bytes/subject, horizon ${t.horizonMs / 1000} s, effect ${t.effect}\n  ${t.plain[language]}\n`,
    );
  }
  return 0;
}

export async function formatFiles(files: readonly string[], language: "en" | "zh", io: TriggerIo): Promise<number> {
  const result = await compile(files);
  if (!result.ok) return checkFiles(files, language, false, io);
  io.stdout.write(result.set.triggers.map((t) => t.text[language]).join("\n"));
  return 0;
}
