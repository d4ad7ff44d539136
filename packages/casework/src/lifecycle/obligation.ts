/** A duty with a legal clock. It is part of the fold: what opens, meets, pauses or resets it is an action of the case. */
import { CERTAINTIES, type Certainty, type LegalBasis } from "../basis.ts";
import { dueAt, type DeadlineRule, type Pause } from "../time/deadline.ts";
import { dateOf, dayOf } from "../time/shanghai.ts";
import type { Text } from "../text.ts";
import type { WorkCalendar } from "../time/work-calendar.ts";
import type { ObligationDefinition } from "./definition.ts";

/** What a due time is computed with. */
export interface Limits {
  readonly calendar: WorkCalendar;
  ruleOf(code: string): DeadlineRule;
}

/** A start or limit that no longer holds, with what it was and why it changed. */
export interface Revision {
  readonly at: number;
  readonly action: string;
  readonly startAt: number;
  /** Absent when the clock stood still. */
  readonly dueAt?: number;
  readonly reason: Text;
}

export interface Obligation {
  /** `<code>#<number of the action that opened it>`: stable, and unique in the case. */
  readonly id: string;
  readonly code: string;
  readonly deadline: string;
  /** Amount in the unit of the rule, when the case sets its own. */
  readonly amount?: number;
  /** Where that amount comes from, when it is not where the rule comes from. */
  readonly basis?: LegalBasis;
  readonly subject?: string;
  readonly startAt: number;
  /** Absent while paused. UTC ms. */
  readonly dueAt?: number;
  /** Due times that no longer hold, oldest first. */
  readonly formerDue: readonly number[];
  /** What was corrected, oldest first. */
  readonly revisions?: readonly Revision[];
  readonly pauses: readonly Pause[];
  readonly ended?: { readonly how: "met" | "cancelled"; readonly at: number; readonly action: string };
  /** Version of the work calendar the due time was computed with. */
  readonly calendar: string;
  /** The weaker of the rule's certainty and, for working days, the calendar's. */
  readonly certainty: Certainty;
}

export const OBLIGATION_STATUSES = ["pending", "paused", "overdue", "met", "metLate", "cancelled"] as const;
export type ObligationStatus = (typeof OBLIGATION_STATUSES)[number];

export function statusOf(obligation: Obligation, now: number): ObligationStatus {
  const { ended, dueAt: due } = obligation;
  if (ended !== undefined) {
    if (ended.how === "cancelled") return "cancelled";
    return due !== undefined && ended.at > due ? "metLate" : "met";
  }
  if (due === undefined) return "paused";
  return now > due ? "overdue" : "pending";
}

export function openObligation(
  code: string,
  definition: ObligationDefinition,
  opening: {
    readonly sequence: number;
    readonly startAt: number;
    readonly deadline?: string;
    readonly amount?: number;
    readonly basis?: LegalBasis;
    readonly subject?: string;
  },
  limits: Limits,
): Obligation {
  const deadline = opening.deadline ?? definition.deadline;
  return withDue(
    {
      id: `${code}#${opening.sequence}`,
      code,
      deadline,
      ...(opening.amount === undefined ? {} : { amount: opening.amount }),
      ...(opening.basis === undefined ? {} : { basis: opening.basis }),
      ...(opening.subject === undefined ? {} : { subject: opening.subject }),
      startAt: opening.startAt,
      formerDue: [],
      pauses: [],
      calendar: limits.calendar.version,
      certainty: "F",
    },
    limits,
  );
}

export function endObligation(
  obligation: Obligation,
  how: "met" | "cancelled",
  at: number,
  action: string,
): Obligation {
  return obligation.ended === undefined ? { ...obligation, ended: { how, at, action } } : obligation;
}

/** Owed again, as if it had not been met; the due time stands. */
export function reopenObligation({ ended: _ended, ...obligation }: Obligation): Obligation {
  return obligation;
}

export function resetObligation(
  obligation: Obligation,
  change: {
    readonly deadline?: string;
    readonly amount?: number;
    readonly startAt?: number;
    readonly why?: { readonly at: number; readonly action: string; readonly reason: Text };
  },
  limits: Limits,
): Obligation {
  if (obligation.ended !== undefined) return obligation;
  const { why, ...limit } = change;
  const next = withDue({ ...obligation, ...limit }, limits);
  if (why === undefined || (next.startAt === obligation.startAt && next.dueAt === obligation.dueAt)) return next;
  const { startAt, dueAt: due } = obligation;
  return {
    ...next,
    revisions: [...(obligation.revisions ?? []), { ...why, startAt, ...(due === undefined ? {} : { dueAt: due }) }],
  };
}

export function pauseObligation(obligation: Obligation, at: number, limits: Limits): Obligation {
  if (obligation.ended !== undefined || obligation.dueAt === undefined) return obligation;
  return withDue({ ...obligation, pauses: [...obligation.pauses, { since: at }] }, limits);
}

export function resumeObligation(obligation: Obligation, at: number, limits: Limits): Obligation {
  if (obligation.ended !== undefined || obligation.dueAt !== undefined) return obligation;
  return withDue(
    { ...obligation, pauses: obligation.pauses.map((pause) => ({ since: pause.since, until: pause.until ?? at })) },
    limits,
  );
}

function withDue(obligation: Obligation, limits: Limits): Obligation {
  const general = limits.ruleOf(obligation.deadline);
  const { amount = general.amount, basis = general.basis } = obligation;
  const rule = { ...general, amount, basis };
  const due = dueAt(rule, obligation.startAt, limits.calendar, obligation.pauses);
  const { dueAt: former, ...rest } = obligation;
  return {
    ...rest,
    ...(due === undefined ? {} : { dueAt: due }),
    formerDue: former === undefined || former === due ? obligation.formerDue : [...obligation.formerDue, former],
    certainty: certaintyOf(rule, due, limits),
  };
}

const ORDER = Object.keys(CERTAINTIES) as readonly Certainty[];

function certaintyOf(rule: DeadlineRule, due: number | undefined, limits: Limits): Certainty {
  const own = rule.basis.certainty;
  if (rule.unit !== "workingDay" || due === undefined) return own;
  const calendar = limits.calendar.certaintyOf(Number(dateOf(dayOf(due)).slice(0, 4)));
  return ORDER.indexOf(calendar) > ORDER.indexOf(own) ? calendar : own;
}
