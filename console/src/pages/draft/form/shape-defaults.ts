/** What a form offers when somebody chooses another shape or signal: something that is right for the signal. */
import { CATALOGUE, type CatalogueEntry } from "@sandglass/signals";
import type { FormLimit, SingleShape } from "@sandglass/triggers";
import type { Language } from "../../../lib/format.ts";

export const KINDS = ["threshold", "rise", "rate", "spread", "count", "share", "offline", "noData"] as const;
export type Kind = (typeof KINDS)[number];

const BY_ID = new Map<string, CatalogueEntry>(CATALOGUE.map((entry) => [entry.id, entry]));
const MINUTE = 60_000;

export function entryOf(signal: string): CatalogueEntry | undefined {
  return BY_ID.get(signal);
}

/** Signals of which there is a number to compare. */
export function isNumber(signal: string): boolean {
  const entry = BY_ID.get(signal);
  return entry?.kind === "scalar" && entry.values === undefined;
}

/** A signal that is a condition by itself. */
export function isFlag(signal: string): boolean {
  const kind = BY_ID.get(signal)?.kind;
  return kind === "bit" || kind === "event";
}

function unitOf(signal: string): string {
  const entry = BY_ID.get(signal);
  return entry !== undefined && "display" in entry ? entry.display : "";
}

const withUnit = (value: number, unit: string): string => (unit === "" ? String(value) : `${value} ${unit}`);

/** The middle of the signal's range, rounded; of a named value the first name. */
function middleOf(signal: string, language: Language): string {
  const entry = BY_ID.get(signal);
  if (entry === undefined) return "0";
  const [named] = "values" in entry && entry.values !== undefined ? Object.values(entry.values) : [];
  if (named !== undefined) return `"${named[language]}"`;
  const [low, high] = "range" in entry && entry.range !== undefined ? entry.range : [0, 0];
  const middle = Number.isFinite(low) && Number.isFinite(high) ? Number(((low + high) / 2).toPrecision(2)) : 0;
  return withUnit(middle, unitOf(signal));
}

export function limitFor(signal: string, before: Partial<FormLimit>, language: Language): FormLimit {
  if (isFlag(signal)) return { signal };
  const isSameUnit = before.signal !== undefined && unitOf(before.signal) === unitOf(signal) && isNumber(before.signal);
  const keeps = isSameUnit && isNumber(signal) && before.limit !== undefined;
  return {
    signal,
    cmp: isNumber(signal) ? (before.cmp ?? "gt") : "eq",
    limit: keeps ? before.limit : middleOf(signal, language),
  };
}

/** The shape of another kind that keeps what both have in common. */
export function shapeOfKind(kind: Kind, before: SingleShape | undefined, language: Language): SingleShape {
  const own: Partial<FormLimit> = before !== undefined && "signal" in before ? before : {};
  const signal = own.signal ?? "max_cell_temp";
  const number = isNumber(signal) ? signal : "max_cell_temp";
  const limit = limitFor(signal, own, language);
  const change = { signal: number, cmp: "ge" as const };
  switch (kind) {
    case "threshold":
      return { kind, ...limit };
    case "rise":
    case "spread":
      return { kind, ...change, limit: withUnit(10, unitOf(number)), overMs: 2 * MINUTE };
    case "rate":
      return {
        kind,
        ...change,
        limit: withUnit(1, unitOf(number) === "" ? "1/s" : `${unitOf(number)}/s`),
        holdMs: MINUTE,
      };
    case "count":
      return { kind, ...limit, quantity: "ge", times: 3, withinMs: 1440 * MINUTE };
    case "share":
      return {
        kind,
        ...limitFor(BY_ID.get(signal)?.kind === "event" ? number : signal, own, language),
        quantity: "ge",
        percent: 80,
        per: "samples",
        withinMs: 10 * MINUTE,
      };
    case "offline":
      return { kind, forMs: 1440 * MINUTE };
    case "noData":
      return { kind, signal, forMs: 60 * MINUTE };
  }
}
