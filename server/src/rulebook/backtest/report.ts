/**
 * What a backtest says, made from its firings alone. Days are calendar days of Asia/Shanghai, as officers count them.
 */
import { findSignal } from "@sandglass/signals";
import type { Attributes, TriggerSet } from "@sandglass/triggers";
import type { BacktestFiring, SetResult } from "./firing.ts";

const DAY_MS = 86_400_000;
/** China has no summer time. */
const SHANGHAI_MS = 8 * 3_600_000;
/** A condition that comes back so soon after it cleared is flapping (P: our own figure, for rule authors). */
export const FLAP_MS = 600_000;
/** Findings from this level on open a hazard work order. */
const ORDER_LEVEL = 3;
const MAX_LISTED = 1000;
const MAX_RIBBONS = 200;
const MAX_DIFFERENCES = 200;

export interface TriggerFigures {
  readonly trigger: string;
  readonly version: number;
  readonly versionHash: string;
  readonly title: { readonly en: string; readonly zh: string };
  readonly firings: number;
  readonly vehicles: number;
  /** Still firing at the end of the range. */
  readonly open: number;
  /** Onsets within 10 minutes after the same trigger cleared on the same vehicle. */
  readonly flapping: number;
  readonly cooled: number;
  readonly degradations: number;
  /** Median length of those that cleared, ms. */
  readonly medianMs: number | undefined;
  readonly byLevel: Readonly<Record<string, number>>;
  /** By day of onset, `YYYY-MM-DD`. */
  readonly byDay: Readonly<Record<string, number>>;
  /** By maker and model, as the registry has them. */
  readonly byModel: Readonly<Record<string, number>>;
}

export interface ListedFiring {
  readonly vehicle: string;
  readonly trigger: string;
  readonly level: number;
  readonly onset: number;
  readonly clearedAt: number | undefined;
  readonly margin: { readonly value: number; readonly unit: string } | undefined;
  readonly witnesses: readonly number[];
}

export interface Ribbon {
  readonly vehicle: string;
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
  /** Vehicles with the most firings. */
  readonly ribbons: readonly Ribbon[];
  /** Triggers over fleets, and triggers that events feed: a backtest steps the frames of vehicles. */
  readonly notRun: readonly string[];
}

/** What changes from a baseline to the set under test: firings of the same trigger and vehicle that overlap are one. */
export interface SetDifference {
  readonly both: number;
  readonly onlyHere: number;
  readonly onlyBaseline: number;
  /** The first ones of each kind. */
  readonly examples: readonly (ListedFiring & { readonly in: "here" | "baseline" })[];
}

export interface ReportContext {
  readonly set: TriggerSet;
  readonly from: number;
  readonly to: number;
  readonly attributes: ReadonlyMap<bigint, Attributes>;
  /** Opaque id of a vehicle. */
  readonly nameOf: (vehicle: bigint) => string;
}

export function dayOf(time: number): string {
  return new Date(Math.floor((time + SHANGHAI_MS) / DAY_MS) * DAY_MS).toISOString().slice(0, 10);
}

function count(into: Record<string, number>, key: string): void {
  into[key] = (into[key] ?? 0) + 1;
}

function modelOf(attributes: Attributes | undefined): string {
  const { maker, model } = attributes ?? {};
  return [maker, model].filter((part) => part !== undefined && part !== "").join(" ") || "unregistered";
}

function median(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function byOnset(a: BacktestFiring, b: BacktestFiring): number {
  return a.onset - b.onset || (a.vehicle < b.vehicle ? -1 : a.vehicle > b.vehicle ? 1 : a.trigger - b.trigger);
}

function listed(firing: BacktestFiring, { set, nameOf }: ReportContext): ListedFiring {
  const { vehicle, trigger, level, onset, clearedAt, margin, witnesses } = firing;
  return { vehicle: nameOf(vehicle), trigger: set.triggers[trigger].id, level, onset, clearedAt, margin, witnesses };
}

function figuresOf(
  index: number,
  result: SetResult,
  own: readonly BacktestFiring[],
  context: ReportContext,
): TriggerFigures {
  const { id, version, versionHash, title } = context.set.triggers[index];
  const byLevel: Record<string, number> = {};
  const byDay: Record<string, number> = {};
  const byModel: Record<string, number> = {};
  const lastClear = new Map<bigint, number>();
  const lengths: number[] = [];
  let [open, flapping] = [0, 0];
  for (const { vehicle, onset, clearedAt, level } of own) {
    count(byLevel, String(level));
    count(byDay, dayOf(onset));
    count(byModel, modelOf(context.attributes.get(vehicle)));
    if (onset - (lastClear.get(vehicle) ?? Number.NEGATIVE_INFINITY) <= FLAP_MS) flapping++;
    if (clearedAt === undefined) open++;
    else {
      lastClear.set(vehicle, clearedAt);
      lengths.push(clearedAt - onset);
    }
  }
  return {
    trigger: id,
    version,
    versionHash,
    title,
    firings: own.length,
    vehicles: new Set(own.map(({ vehicle }) => vehicle)).size,
    open,
    flapping,
    cooled: result.cooled[index],
    degradations: result.degradations[index],
    medianMs: median(lengths),
    byLevel,
    byDay,
    byModel,
  };
}

function isFedByFrames({ core, inputs }: TriggerSet["triggers"][number]): boolean {
  return core.appliesTo === "vehicle" && inputs.every((id) => findSignal(id) !== undefined);
}

export function reportOf(result: SetResult, context: ReportContext): SetReport {
  const { set, to, nameOf } = context;
  const firings = [...result.firings].sort(byOnset);
  const ordersByDay: Record<string, number> = {};
  const ordered = new Set<string>();
  const ofVehicle = new Map<bigint, BacktestFiring[]>();
  for (const firing of firings) {
    const own = ofVehicle.get(firing.vehicle);
    if (own === undefined) ofVehicle.set(firing.vehicle, [firing]);
    else own.push(firing);
    const day = dayOf(firing.onset);
    const order = `${firing.vehicle} ${firing.trigger} ${day}`;
    if (firing.level < ORDER_LEVEL || ordered.has(order)) continue;
    ordered.add(order);
    count(ordersByDay, day);
  }
  const busiest = [...ofVehicle].sort(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1));
  return {
    hash: set.hash,
    triggers: set.triggers.flatMap((trigger, index) =>
      isFedByFrames(trigger)
        ? [
            figuresOf(
              index,
              result,
              firings.filter((firing) => firing.trigger === index),
              context,
            ),
          ]
        : [],
    ),
    ordersByDay,
    firings: firings.slice(0, MAX_LISTED).map((firing) => listed(firing, context)),
    firingsInAll: firings.length,
    ribbons: busiest.slice(0, MAX_RIBBONS).map(([vehicle, own]) => ({
      vehicle: nameOf(vehicle),
      firings: own.map(({ trigger, level, onset, clearedAt }) => ({
        trigger: set.triggers[trigger].id,
        level,
        from: onset,
        to: clearedAt ?? to,
      })),
    })),
    notRun: [...set.screenings, ...set.triggers.filter((trigger) => !isFedByFrames(trigger))].map(({ id }) => id),
  };
}

export function differenceOf(
  here: { readonly result: SetResult; readonly context: ReportContext },
  baseline: { readonly result: SetResult; readonly context: ReportContext },
): SetDifference {
  const keyOf = ({ vehicle, trigger }: BacktestFiring, { set }: ReportContext) =>
    `${vehicle} ${set.triggers[trigger].id}`;
  const before = Map.groupBy(baseline.result.firings, (firing) => keyOf(firing, baseline.context));
  const matched = new Set<BacktestFiring>();
  const only: (ListedFiring & { in: "here" | "baseline" })[] = [];
  let [both, onlyHere] = [0, 0];
  const end = ({ clearedAt }: BacktestFiring, { to }: ReportContext) => clearedAt ?? to;
  for (const firing of [...here.result.firings].sort(byOnset)) {
    const other = before
      .get(keyOf(firing, here.context))
      ?.find(
        (candidate) => candidate.onset <= end(firing, here.context) && firing.onset <= end(candidate, baseline.context),
      );
    if (other === undefined) {
      onlyHere++;
      if (onlyHere <= MAX_DIFFERENCES) only.push({ ...listed(firing, here.context), in: "here" });
    } else {
      both++;
      matched.add(other);
    }
  }
  const missing = baseline.result.firings.filter((firing) => !matched.has(firing)).sort(byOnset);
  for (const firing of missing.slice(0, MAX_DIFFERENCES))
    only.push({ ...listed(firing, baseline.context), in: "baseline" });
  return {
    both,
    onlyHere,
    onlyBaseline: missing.length,
    examples: only.sort((a, b) => a.onset - b.onset),
  };
}
