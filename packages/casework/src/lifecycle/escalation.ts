/** The ladder of a duty: who is told, and what the clock does, ahead of the due time and after it. */
import type { RoleCode } from "../access/roles.ts";
import type { LegalBasis } from "../basis.ts";
import { DAY_MS, dayOf, endOfDay, HOUR_MS, startOfDay } from "../time/shanghai.ts";
import { afterWorkingDays, type WorkCalendar } from "../time/work-calendar.ts";
import type { ObligationDefinition } from "./definition.ts";
import type { Obligation } from "./obligation.ts";

export interface EscalationStep {
  /** Unique among the steps of the duty. */
  readonly code: string;
  readonly when: "before" | "after";
  /** hour and day are elapsed time; working days are whole Shanghai days. */
  readonly unit: "hour" | "day" | "workingDay";
  readonly amount: number;
  /** Persons of these roles who may see the case. */
  readonly notify: readonly RoleCode[];
  /** Action that `system:clock` takes at this step. */
  readonly action?: string;
  readonly basis: LegalBasis;
}

export interface EscalationTime {
  readonly step: EscalationStep;
  /** UTC ms. */
  readonly at: number;
}

/** When the steps of an open duty fall due, in the order of the table; none while it is paused or after it ended. */
export function escalationsOf(
  definition: Pick<ObligationDefinition, "escalation">,
  obligation: Pick<Obligation, "dueAt" | "ended">,
  calendar: WorkCalendar,
): readonly EscalationTime[] {
  const { dueAt, ended } = obligation;
  if (ended !== undefined || dueAt === undefined) return [];
  return (definition.escalation ?? []).map((step) => ({ step, at: timeOf(step, dueAt, calendar) }));
}

function timeOf(step: EscalationStep, dueAt: number, calendar: WorkCalendar): number {
  const sign = step.when === "before" ? -1 : 1;
  switch (step.unit) {
    case "hour":
      return dueAt + sign * step.amount * HOUR_MS;
    case "day":
      return dueAt + sign * step.amount * DAY_MS;
    case "workingDay":
      return sign > 0
        ? afterWorkingDays(calendar, dueAt, step.amount)
        : beforeWorkingDays(calendar, dueAt, step.amount);
  }
}

/** The first instant of the `count`-th working day before the day of `end`. */
function beforeWorkingDays(calendar: WorkCalendar, end: number, count: number): number {
  if (count === 0) return endOfDay(dayOf(end));
  let day = dayOf(end);
  for (let left = count; left > 0;) {
    day -= 1;
    if (calendar.isWorkingDay(day)) left -= 1;
  }
  return startOfDay(day);
}
