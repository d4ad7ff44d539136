/** When a finding reached which level, by the record of what happened to it. */
import type { Selectable } from "kysely";
import type { FindingEventTable } from "../records/tables/supervision.ts";
import type { AmendedLevel } from "./finding-change.ts";

/** `at`: event time, UTC ms. */
export interface LevelReached {
  readonly level: number;
  readonly at: number;
}

/** A level as the event of an amendment keeps it. RFC 3339; null: not reached. */
export interface LevelJson {
  readonly level: number;
  readonly at: string | null;
  readonly before: string | null;
}

export function levelJson({ level, at, before }: AmendedLevel): LevelJson {
  return { level, at: textOf(at), before: textOf(before) };
}

const textOf = (time: number | undefined): string | null => (time === undefined ? null : new Date(time).toISOString());

type Event = Pick<Selectable<FindingEventTable>, "kind" | "level" | "at" | "detail">;

/** Levels that an amendment speaks of; undefined of other events, and of amendments that were written before they did. */
export function amendedLevels({ kind, detail }: Pick<Event, "kind" | "detail">): readonly LevelJson[] | undefined {
  return kind === "amended" ? (detail as { readonly levels?: readonly LevelJson[] }).levels : undefined;
}

/**
 * Each level once, when it was reached by the last word on it; lowest first. `events`: those of the finding in the order in
 * which they were recorded. An amendment speaks of all levels, or, in old records, takes back what is above its own.
 * Without any word the level of the finding is that of its onset.
 */
export function levelsOf(
  finding: { readonly level: number; readonly onset: Date },
  events: readonly Event[],
): LevelReached[] {
  const reached = new Map<number, number>();
  for (const event of events) {
    const amended = amendedLevels(event);
    if (amended !== undefined) reached.clear();
    for (const { level, at } of amended ?? []) if (at !== null) reached.set(level, Date.parse(at));
    if (["onset", "suppressed", "escalated"].includes(event.kind)) reached.set(event.level, event.at.getTime());
  }
  if (!reached.has(finding.level)) reached.set(finding.level, finding.onset.getTime());
  return [...reached]
    .map(([level, at]) => ({ level, at }))
    .filter(({ level }) => level <= finding.level)
    .sort((a, b) => a.level - b.level);
}
