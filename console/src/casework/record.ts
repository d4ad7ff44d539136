/** One action of a case as the timeline shows it. */
import type { Fields } from "@sandglass/casework";
import type { ActionRecord } from "../api/shapes/cases.ts";
import type { ActorRef } from "../api/shapes/common.ts";
import type { LedgerState } from "../api/shapes/ledger.ts";
import type { Language } from "../lib/format.ts";
import { inLanguage } from "../lib/vocabulary.ts";

export interface RecordView {
  readonly actor: ActorRef;
  readonly byTrigger: boolean;
  readonly byClock: boolean;
  readonly to: string | undefined;
  readonly reason: string | undefined;
  readonly finding: string | undefined;
  readonly leaf: LedgerState | string | undefined;
}

/** Fields in which actions carry their reason, the most telling first. */
const REASON_FIELDS = [
  "reasons",
  "reason",
  "grounds",
  "opinion",
  "what",
  "description",
  "measures",
  "findings",
  "answer",
  "results",
  "note",
  "evidence",
] as const;

function words(value: unknown, language: Language): string | undefined {
  if (typeof value === "string" && value.trim() !== "") return value;
  if (typeof value === "object" && value !== null && "en" in value && "zh" in value) {
    const { en, zh } = value as { en: unknown; zh: unknown };
    if (typeof en === "string" && typeof zh === "string") return inLanguage({ en, zh }, language);
  }
  return undefined;
}

/** @param fields of the form of the action: a code that it names is no reason to read out */
export function readRecord(record: ActionRecord, language: Language, fields: Fields = {}): RecordView {
  const actor: ActorRef = typeof record.actor === "string" ? { id: record.actor } : record.actor;
  const { role } = actor;
  const byTrigger = role === "system:trigger" || actor.id === "system:trigger";
  const byClock = role === "system:clock" || actor.id === "system:clock";
  const input = record.input ?? {};
  const reason =
    words(record.summary, language) ??
    words(record.reason, language) ??
    REASON_FIELDS.filter((name) => fields[name] === undefined || !("enum" in fields[name]))
      .map((name) => words(input[name], language))
      .find((text) => text !== undefined);
  const finding = record.finding ?? (typeof input.finding === "string" ? input.finding : undefined);
  return {
    actor,
    byTrigger,
    byClock,
    to: record.to ?? record.state ?? undefined,
    reason,
    finding: finding ?? undefined,
    leaf: record.leaf ?? undefined,
  };
}
