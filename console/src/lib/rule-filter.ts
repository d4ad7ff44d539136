/** Which rules of the list a reader wants to see; pure, so that the page only draws. */
import type { TriggerSummary } from "../api/shapes/findings.ts";
import { signalName } from "./finding.ts";

export interface RuleFilter {
  /** Words in any order and of either language; every one must be found. */
  readonly q?: string | undefined;
  /** At least this level. */
  readonly level?: number | undefined;
  readonly certainty?: string | undefined;
}

export function levelsOf(trigger: TriggerSummary): readonly number[] {
  return trigger.levels ?? (trigger.level === undefined ? [] : [trigger.level]);
}

/** What a person may remember of a rule: its names, its sentence, what it rests on, the signals it reads. */
function wordsOf(trigger: TriggerSummary): string {
  const { basis } = trigger;
  return [
    trigger.id,
    trigger.title.zh,
    trigger.title.en,
    trigger.sentence?.zh,
    trigger.sentence?.en,
    ...(typeof basis === "string" ? [basis] : [basis?.zh, basis?.en]),
    trigger.basisZh,
    ...(trigger.inputs ?? []).flatMap((id) => [id, signalName(id, "zh"), signalName(id, "en")]),
  ]
    .join("\n")
    .toLowerCase();
}

export function ruleFilter({ q, level, certainty }: RuleFilter): (trigger: TriggerSummary) => boolean {
  const words = (q ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  return (trigger) => {
    if (level !== undefined && !levelsOf(trigger).some((each) => each >= level)) return false;
    if (certainty !== undefined && trigger.certainty !== certainty) return false;
    if (words.length === 0) return true;
    const known = wordsOf(trigger);
    return words.every((word) => known.includes(word));
  };
}
