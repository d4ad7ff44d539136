/** A deadline rule and the instant it runs out. Every number carries where it comes from. */
import type { LegalBasis } from "../basis.ts";
import type { Text } from "../text.ts";
import { addMonths, DAY_MS, dayOf, endOfDay, HOUR_MS } from "./shanghai.ts";
import { afterWorkingDays, type WorkCalendar } from "./work-calendar.ts";

/**
 * - immediate: due at the start itself; `amount` hours of grace before it counts as overdue
 * - hour: elapsed hours · elapsedDay: elapsed periods of 24 hours (limits that run from a notice, not from a date)
 * - day, workingDay, month: whole Shanghai days; the day of the start does not count, the last day counts to its end
 */
export const UNITS = ["immediate", "hour", "elapsedDay", "day", "workingDay", "month"] as const;
export type Unit = (typeof UNITS)[number];

export interface DeadlineRule {
  readonly unit: Unit;
  readonly amount: number;
  /** What happened when the clock starts: "after the accident" and "after becoming aware" are different clocks. */
  readonly from: Text;
  readonly basis: LegalBasis;
}

/** A time in which a clock does not run; open while `until` is absent. UTC ms. */
export interface Pause {
  readonly since: number;
  readonly until?: number;
}

/**
 * The instant a deadline runs out, UTC ms; undefined while the clock is paused. Clocks in hours are extended by the paused time
 * itself; clocks in days skip every Shanghai day from the one in which the pause began up to, not including, the one it ended in.
 */
export function dueAt(
  rule: DeadlineRule,
  startAt: number,
  calendar: WorkCalendar,
  pauses: readonly Pause[] = [],
): number | undefined {
  if (pauses.some((pause) => pause.until === undefined)) return undefined;
  const closed = pauses.map((pause) => ({ since: Math.max(pause.since, startAt), until: pause.until ?? pause.since }));
  switch (rule.unit) {
    case "immediate":
    case "hour":
      return startAt + rule.amount * HOUR_MS + elapsed(closed);
    case "elapsedDay":
      return startAt + rule.amount * DAY_MS + elapsed(closed);
    case "workingDay":
      return afterWorkingDays(calendar, startAt, rule.amount, skips(closed));
    case "day":
      return afterDays(startAt, dayOf(startAt) + rule.amount, closed);
    case "month":
      return afterDays(startAt, addMonths(dayOf(startAt), rule.amount), closed);
  }
}

type ClosedPause = Required<Pause>;

function elapsed(pauses: readonly ClosedPause[]): number {
  return pauses.reduce((sum, pause) => sum + Math.max(0, pause.until - pause.since), 0);
}

function skips(pauses: readonly ClosedPause[]): (day: number) => boolean {
  return (day) => pauses.some((pause) => day >= dayOf(pause.since) && day < dayOf(pause.until));
}

function afterDays(startAt: number, target: number, pauses: readonly ClosedPause[]): number {
  const isSkipped = skips(pauses);
  let day = dayOf(startAt);
  for (let left = target - day; left > 0;) {
    day += 1;
    if (!isSkipped(day)) left -= 1;
  }
  return endOfDay(day);
}
