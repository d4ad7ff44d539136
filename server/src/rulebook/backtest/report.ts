/**
 * What a backtest says, made from its firings alone. Days are calendar days of Asia/Shanghai, as officers count them.
 */
import { allTriggers, type TriggerSet } from "@sandglass/triggers";
import type { BacktestFiring, FiringSubject, SetResult } from "./firing.ts";

const DAY_MS = 86_400_000;
/** China has no summer time. */
const SHANGHAI_MS = 8 * 3_600_000;
/** A condition that comes back so soon after it cleared is flapping (P: our own figure, for rule authors). */
export const FLAP_MS = 600_000;
/** Findings of vehicles from this level on open a hazard work order. */
const ORDER_LEVEL = 3;
const MAX_LISTED = 1000;
/** Members that a listed firing names. */
const MAX_NAMED = 100;
const MAX_RIBBONS = 200;
const MAX_DIFFERENCES = 200;

export interface TriggerFigures {
  readonly trigger: string;
  readonly version: number;
  readonly versionHash: string;
  readonly title: { readonly en: string; readonly zh: string };
  readonly firings: number;
  /** Vehicles, groups, places, services … that it fired on. */
  readonly subjects: number;
  /** Still firing at the end of the range. */
  readonly open: number;
  /** Onsets within 10 minutes after the same trigger cleared on the same subject. */
  readonly flapping: number;
  readonly cooled: number;
  readonly degradations: number;
  /** Median length of those that cleared, ms. */
  readonly medianMs: number | undefined;
  readonly byLevel: Readonly<Record<string, number>>;
  /** By day of onset, `YYYY-MM-DD`. */
  readonly byDay: Readonly<Record<string, number>>;
  /** Of vehicles by maker and model, as the registry has them; of groups by their names. */
  readonly byGroup: Readonly<Record<string, number>>;
}

export type ListedFiring = Omit<BacktestFiring, "group">;

export interface Ribbon {
  readonly subject: FiringSubject;
  readonly firings: readonly {
    readonly trigger: string;
    readonly level: number;
    readonly from: number;
    readonly to: number;
  }[];
}

export interface SetReport {
  readonly hash: string;
  readonly triggers: readonly TriggerFigures[];
  /** Hazard work orders that would have been opened, by day: one per vehicle, trigger and day from level 3 on. */
  readonly ordersByDay: Readonly<Record<string, number>>;
  /** The first ones, by onset. */
  readonly firings: readonly ListedFiring[];
  readonly firingsInAll: number;
  /** Subjects that fired. */
  readonly subjects: number;
  /** Those with the most firings. */
  readonly ribbons: readonly Ribbon[];
  readonly notRun: SetResult["notRun"];
}

/** What changes from a baseline to the set under test: firings of the same trigger and subject that overlap are one. */
export interface SetDifference {
  readonly both: number;
  readonly onlyHere: number;
  readonly onlyBaseline: number;
  /** The first ones of each kind. */
  readonly examples: readonly (ListedFiring & { readonly in: "here" | "baseline" })[];
}

export interface ReportContext {
  readonly set: TriggerSet;
  /** End of the judged range, UTC ms. */
  readonly to: number;
}

export function dayOf(time: number): string {
  return new Date(Math.floor((time + SHANGHAI_MS) / DAY_MS) * DAY_MS).toISOString().slice(0, 10);
}

function count(into: Record<string, number>, key: string): void {
  into[key] = (into[key] ?? 0) + 1;
}

function median(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

const nameOf = ({ kind, id, of = "" }: FiringSubject): string => `${kind} ${id} ${of}`;

function listed({ subject, trigger, level, onset, clearedAt, margin, witnesses, among }: BacktestFiring): ListedFiring {
  return {
    subject,
    trigger,
    level,
    onset,
    clearedAt,
    margin,
    witnesses,
    ...(among === undefined ? {} : { among: { ...among, members: among.members.slice(0, MAX_NAMED) } }),
  };
}

function figuresOf(
  { id, version, versionHash, title }: TriggerSet["triggers"][number],
  own: readonly BacktestFiring[],
  { cooled, degradations }: { readonly cooled: number; readonly degradations: number },
): TriggerFigures {
  const byLevel: Record<string, number> = {};
  const byDay: Record<string, number> = {};
  const byGroup: Record<string, number> = {};
  const lastClear = new Map<string, number>();
  const lengths: number[] = [];
  let [open, flapping] = [0, 0];
  for (const { subject, onset, clearedAt, level, group } of own) {
    count(byLevel, String(level));
    count(byDay, dayOf(onset));
    if (group !== undefined) count(byGroup, group);
    const name = nameOf(subject);
    if (onset - (lastClear.get(name) ?? Number.NEGATIVE_INFINITY) <= FLAP_MS) flapping++;
    if (clearedAt === undefined) open++;
    else {
      lastClear.set(name, clearedAt);
      lengths.push(clearedAt - onset);
    }
  }
  return {
    trigger: id,
    version,
    versionHash,
    title,
    firings: own.length,
    subjects: new Set(own.map(({ subject }) => nameOf(subject))).size,
    open,
    flapping,
    cooled,
    degradations,
    medianMs: median(lengths),
    byLevel,
    byDay,
    byGroup,
  };
}

export function reportOf(result: SetResult, { set, to }: ReportContext): SetReport {
  const { firings, notRun } = result;
  const ordersByDay: Record<string, number> = {};
  const ordered = new Set<string>();
  for (const { subject, trigger, level, onset } of firings) {
    const day = dayOf(onset);
    const order = `${subject.id} ${trigger} ${day}`;
    if (subject.kind !== "vehicle" || level < ORDER_LEVEL || ordered.has(order)) continue;
    ordered.add(order);
    count(ordersByDay, day);
  }
  const ofTrigger = Map.groupBy(firings, ({ trigger }) => trigger);
  const ofSubject = Map.groupBy(firings, ({ subject }) => nameOf(subject));
  const busiest = [...ofSubject].sort(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1));
  const left = new Set(notRun.map(({ trigger }) => trigger));
  return {
    hash: set.hash,
    triggers: allTriggers(set).flatMap((trigger, index) =>
      left.has(trigger.id)
        ? []
        : [
            figuresOf(trigger, ofTrigger.get(trigger.id) ?? [], {
              // Conditions over many stand behind the others and have neither.
              cooled: result.cooled[index] ?? 0,
              degradations: result.degradations[index] ?? 0,
            }),
          ],
    ),
    ordersByDay,
    firings: firings.slice(0, MAX_LISTED).map(listed),
    firingsInAll: firings.length,
    subjects: ofSubject.size,
    ribbons: busiest.slice(0, MAX_RIBBONS).map(([, own]) => ({
      subject: own[0].subject,
      firings: own.map(({ trigger, level, onset, clearedAt }) => ({
        trigger,
        level,
        from: onset,
        to: clearedAt ?? to,
      })),
    })),
    notRun,
  };
}

export function differenceOf(
  here: { readonly result: SetResult; readonly context: ReportContext },
  baseline: { readonly result: SetResult; readonly context: ReportContext },
): SetDifference {
  const keyOf = ({ subject, trigger }: BacktestFiring) => `${nameOf(subject)} ${trigger}`;
  const before = Map.groupBy(baseline.result.firings, keyOf);
  const matched = new Set<BacktestFiring>();
  const only: (ListedFiring & { in: "here" | "baseline" })[] = [];
  let [both, onlyHere] = [0, 0];
  const end = ({ clearedAt }: BacktestFiring, { to }: ReportContext) => clearedAt ?? to;
  for (const firing of here.result.firings) {
    const other = before
      .get(keyOf(firing))
      ?.find(
        (candidate) => candidate.onset <= end(firing, here.context) && firing.onset <= end(candidate, baseline.context),
      );
    if (other === undefined) {
      onlyHere++;
      if (onlyHere <= MAX_DIFFERENCES) only.push({ ...listed(firing), in: "here" });
    } else {
      both++;
      matched.add(other);
    }
  }
  const missing = baseline.result.firings.filter((firing) => !matched.has(firing));
  for (const firing of missing.slice(0, MAX_DIFFERENCES)) only.push({ ...listed(firing), in: "baseline" });
  return {
    both,
    onlyHere,
    onlyBaseline: missing.length,
    examples: only.sort((a, b) => a.onset - b.onset),
  };
}
