/** Why a case was touched by a firing, in one sentence of each language: what was seen, by how much, under which rule. */
import { findEntry, valueName } from "@sandglass/signals";
import type { Json, Text } from "@sandglass/casework";
import type { Tx } from "../../records/mod.ts";
import type { Firing } from "./firing.ts";

export interface Reason {
  readonly sentence: Text;
  readonly margin: { readonly value: number; readonly unit?: string } | undefined;
}

/** Input of the action that puts a finding on a case. */
export function findingInput(firing: Firing, { sentence, margin }: Reason): { readonly [field: string]: Json } {
  return {
    finding: firing.finding,
    trigger: firing.trigger,
    version: firing.version,
    versionHash: firing.versionHash,
    level: firing.level,
    vehicle: firing.vehicle,
    onset: new Date(firing.onset).toISOString(),
    assurance: firing.assurance,
    title: { ...firing.title },
    sentence: { ...sentence },
    ...(margin === undefined ? {} : { margin: { ...margin } }),
  };
}

/** A sample that made a condition true, as supervision stores it. */
export interface Seen {
  readonly signal: string;
  /** UTC ms. */
  readonly time: number;
  readonly value: number;
}

/** Signals named in a sentence. */
const NAMED = 3;
const LONGEST = 3_900;

/** Reads the finding's witnesses and margin; the title alone stands in where the finding is not stored. */
export async function reasonOf(tx: Tx, firing: Firing): Promise<Reason> {
  const finding = await tx
    .selectFrom("findings")
    .select(["margin_value", "margin_unit", "witnesses"])
    .where("id", "=", firing.finding)
    .executeTakeFirst();
  const value = finding?.margin_value ?? undefined;
  const unit = finding?.margin_unit ?? undefined;
  // An infinite margin has no JSON form, and says nothing that the verdict does not.
  const margin =
    value === undefined || !Number.isFinite(value)
      ? undefined
      : { value, ...(unit === undefined || unit === "" ? {} : { unit }) };
  return { sentence: sentenceOf(firing, readSeen(finding?.witnesses), margin), margin };
}

function readSeen(witnesses: unknown): readonly Seen[] {
  if (!Array.isArray(witnesses)) return [];
  return witnesses.flatMap((each: { readonly signal?: unknown; readonly time?: unknown; readonly value?: unknown }) => {
    const time = typeof each.time === "string" ? Date.parse(each.time) : each.time;
    return typeof each.signal === "string" && typeof time === "number" && typeof each.value === "number"
      ? [{ signal: each.signal, time, value: each.value }]
      : [];
  });
}

export function sentenceOf(
  firing: Pick<Firing, "title" | "level" | "trigger" | "version">,
  seen: readonly Seen[],
  margin: Reason["margin"],
): Text {
  const latest = new Map<string, Seen>();
  for (const each of seen) if ((latest.get(each.signal)?.time ?? -Infinity) <= each.time) latest.set(each.signal, each);
  const named = [...latest.values()].slice(0, NAMED);
  const { title, level, trigger, version } = firing;
  const en = [`${title.en} (level ${level})`, named.map((each) => describe(each, "en")).join(", ")]
    .filter((part) => part !== "")
    .join(": ");
  const zh = [`${title.zh}（${level}级）`, named.map((each) => describe(each, "zh")).join("，")]
    .filter((part) => part !== "")
    .join("：");
  const beyond =
    margin === undefined || margin.value < 0 || margin.unit === "1"
      ? undefined
      : amount(margin.value, displayOf(margin.unit, seen));
  return {
    en: `${en}${beyond === undefined ? "" : `; at least ${beyond} beyond the limit`}. Rule ${trigger} v${version}.`.slice(
      0,
      LONGEST,
    ),
    zh: `${zh}${beyond === undefined ? "" : `；至少超出限值 ${beyond}`}。规则 ${trigger} v${version}。`.slice(
      0,
      LONGEST,
    ),
  };
}

function describe({ signal, value }: Seen, language: keyof Text): string {
  const known = findEntry(signal);
  if (known === undefined) return `${signal} ${amount(value, "")}`;
  // A point in time has no value; that it was seen is all there is to say.
  if (known.kind === "event") return known.names[language];
  return `${known.names[language]} ${valueName(known, value, language) ?? amount(value, known.display)}`;
}

/** Margins carry the unit's code; people read the unit as the signals of the finding show it. */
function displayOf(unit: string | undefined, seen: readonly Seen[]): string {
  if (unit === undefined) return "";
  return seen.map((each) => findEntry(each.signal)).find((entry) => entry?.unit === unit)?.display ?? unit;
}

function amount(value: number, unit: string): string {
  const text = String(Number(value.toPrecision(6)));
  return unit === "" ? text : `${text} ${unit}`;
}
