/** Why a trigger fired, as sentences for the finding page. Times are Asia/Shanghai, as everywhere on screens. */
import { numberAndName } from "@sandglass/signals";
import { isCoordinate } from "../engine/places.ts";
import type { FiringEvent } from "../engine/firing-event.ts";
import type { Witness } from "../engine/node.ts";
import type { CompiledTrigger, SignalInfo } from "../set.ts";
import { displayUnit } from "../lang/units.ts";
import { formatDuration, type Language } from "./format.ts";

const SHANGHAI_MS = 8 * 3_600_000;

/** "2026-05-10 08:44:57", with milliseconds only where there are any. */
export function shanghaiTime(ms: number): string {
  const text = new Date(ms + SHANGHAI_MS).toISOString().replace("T", " ").replace("Z", "");
  return text.replace(/\.000$/, "");
}

/** A duration rounded for reading: 93 s is "1 min 33 s". */
export function readableDuration(ms: number, language: Language): string {
  if (ms < 1000) return formatDuration(ms, language);
  const parts: string[] = [];
  let rest = Math.round(ms / 1000) * 1000;
  for (const size of [86_400_000, 3_600_000, 60_000, 1000]) {
    const count = Math.floor(rest / size);
    if (count > 0 && parts.length < 2) parts.push(formatDuration(count * size, language));
    rest -= count * size;
  }
  return parts.join(" ");
}

export function explainFiring(trigger: CompiledTrigger, event: FiringEvent, language: Language): string[] {
  const zh = language === "zh";
  const title = trigger.title[language];
  switch (event.kind) {
    case "onset":
      return explainOnset(trigger, event, language);
    case "escalated":
      return [
        zh
          ? `${shanghaiTime(event.at)}，“${title}”升为 ${event.level} 级。`
          : `At ${shanghaiTime(event.at)} "${title}" rose to level ${event.level}.`,
        ...explainWitnesses(trigger, event.witnesses, language),
      ];
    case "cleared": {
      const lasted = readableDuration(event.at - event.onset, language);
      return [
        zh
          ? `${shanghaiTime(event.at)}，“${title}”解除，历时 ${lasted}。`
          : `At ${shanghaiTime(event.at)} "${title}" cleared after ${lasted}.`,
      ];
    }
    case "suppressed":
      return [
        zh
          ? `${shanghaiTime(event.onset)}，条件再次成立，但处于冷却期内，未单独发出。`
          : `At ${shanghaiTime(event.onset)} the condition became true again within the cooldown; it is recorded, not delivered.`,
      ];
    case "degraded":
      return [
        zh
          ? `${shanghaiTime(event.at)} 起数据缺失，条件无法判定；既不触发也不解除。`
          : `Since ${shanghaiTime(event.at)} data is missing and the condition cannot be judged; it neither fires nor clears.`,
      ];
    case "restored":
      return [
        zh
          ? `${shanghaiTime(event.at)}，数据恢复，条件可再判定。`
          : `At ${shanghaiTime(event.at)} data returned and the condition can be judged again.`,
      ];
  }
}

function explainOnset(
  trigger: CompiledTrigger,
  event: Extract<FiringEvent, { kind: "onset" }>,
  language: Language,
): string[] {
  const zh = language === "zh";
  const sentences = [
    zh
      ? `${shanghaiTime(event.onset)}，“${trigger.title.zh}”（${trigger.id} 第 ${event.version} 版）以 ${event.level} 级触发。`
      : `At ${shanghaiTime(event.onset)} "${trigger.title.en}" (${trigger.id} version ${event.version}) fired at level ${event.level}.`,
    zh ? `规则：${trigger.plain.zh}` : `Rule: ${trigger.plain.en}`,
  ];
  const held = event.onset - event.conditionSince;
  if (held > 0) {
    sentences.push(
      zh
        ? `条件自 ${shanghaiTime(event.conditionSince)} 起持续成立（${readableDuration(held, "zh")}）。`
        : `The condition had been holding since ${shanghaiTime(event.conditionSince)} (${readableDuration(held, "en")}).`,
    );
  }
  if (!event.onsetObserved) {
    sentences.push(
      zh ? "此前数据缺失，条件何时开始成立未被观测到。" : "Data before was missing: nobody saw the condition begin.",
    );
  }
  sentences.push(...explainWitnesses(trigger, event.witnesses, language));
  if (event.margin && event.margin.value > 0) {
    const unit = displayUnit(event.margin.unit);
    const value = `${Number(event.margin.value.toPrecision(6))}${unit === "" ? "" : ` ${unit}`}`;
    if (event.margin.normalised)
      sentences.push(
        zh
          ? `超出界限的归一化幅度为 ${value}（以各信号尺度为单位）。`
          : `The limits were exceeded by ${value} times the scale of their signals.`,
      );
    else sentences.push(zh ? `超出界限的幅度为 ${value}。` : `The limit was exceeded by ${value}.`);
  }
  return sentences;
}

function explainWitnesses(trigger: CompiledTrigger, witnesses: readonly Witness[], language: Language): string[] {
  const zh = language === "zh";
  const roles = {
    first: ["first", "首个"],
    last: ["last", "末个"],
    extreme: ["extreme", "极值"],
    event: ["decisive", "决定性"],
  } as const;
  return witnesses.map((w) => {
    const signal = trigger.signals.find((s) => s.id === w.signal);
    const name = signal?.names[language] ?? w.signal;
    const value = isCoordinate(w.signal)
      ? zh
        ? "（位置不显示）"
        : "(position withheld)"
      : w.value === undefined
        ? zh
          ? "无有效值"
          : "no valid value"
        : valueText(w.value, signal, language);
    const role = roles[w.role][zh ? 1 : 0];
    return zh
      ? `${role}样本：${name} ${value}，${shanghaiTime(w.time)}（序号 ${w.ref}）。`
      : `${role.charAt(0).toUpperCase()}${role.slice(1)} sample: ${name} ${value} at ${shanghaiTime(w.time)} (no. ${w.ref}).`;
  });
}

function valueText(value: number, signal: SignalInfo | undefined, language: Language): string {
  const number = `${Number(value.toPrecision(9))}${signal === undefined || signal.unit === "" ? "" : ` ${signal.unit}`}`;
  return signal === undefined ? number : numberAndName(signal, value, language, number);
}
