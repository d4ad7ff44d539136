/** The ladder of a duty: who is told, and what the clock does, ahead of the due time and after it. */
import type { RoleCode } from "../access/roles.ts";
import { proposal, type LegalBasis } from "../basis.ts";
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

/** Every duty has these two, told to its bearers; a step of the same code replaces one (P). */
export const DEFAULT_LADDER: readonly (Omit<EscalationStep, "notify"> & { readonly code: "dueSoon" | "overdue" })[] = [
  { code: "dueSoon", when: "before", unit: "hour", amount: 24, basis: proposal("C-1") },
  { code: "overdue", when: "after", unit: "hour", amount: 0, basis: proposal("C-1") },
];

/** The whole ladder of a duty: the default steps and its own. */
export function ladderOf({
  bearers,
  escalation = [],
}: Pick<ObligationDefinition, "bearers" | "escalation">): readonly EscalationStep[] {
  const own = new Set(escalation.map((step) => step.code));
  const standard = DEFAULT_LADDER.filter((step) => !own.has(step.code)).map((step) => ({ ...step, notify: bearers }));
  return [...standard, ...escalation];
}

/** When the steps of an open duty fall due; none while it is paused or after it ended, none ahead of its start. */
export function escalationsOf(
  definition: Pick<ObligationDefinition, "bearers" | "escalation">,
  obligation: Pick<Obligation, "startAt" | "dueAt" | "ended">,
  calendar: WorkCalendar,
): readonly EscalationTime[] {
  const { dueAt, ended } = obligation;
  if (ended !== undefined || dueAt === undefined) return [];
  return ladderOf(definition)
    .map((step) => ({ step, at: timeOf(step, dueAt, calendar) }))
    .filter(({ step, at }) => step.when === "after" || at > obligation.startAt);
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
