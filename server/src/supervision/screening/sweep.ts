/** One vehicle of a screening, followed through its exported rows: what it is at each of some instants. */
import { MemberWatch, type Monitor, type ScreeningPlan } from "@sandglass/triggers";
import { stepVehicle, type RowPart } from "../step-exported.ts";

/** The last that is known of a vehicle from before its rows. */
export interface LastKnown {
  /** Event time, UTC ms. */
  readonly time: number;
  /** Physical values of signals. */
  readonly values: Readonly<Record<string, number>>;
}

/** One entry per instant. */
export interface VehicleSweep {
  /** 1 = it reported in the window. */
  readonly active: Uint8Array;
  /** 1 = the sub-condition was true at some time of the window. */
  readonly holds: Uint8Array;
  /** Longitude and latitude in degrees, NaN where they are not known; only of plans of places. */
  readonly positions: Float64Array | undefined;
}

/** Signals that the rows must have: those of the sub-condition, and the position. */
export function signalsOf({ inputs, position }: ScreeningPlan): string[] {
  return [...new Set([...inputs, ...(position === undefined ? [] : [position.longitude, position.latitude])])];
}

/** Where the vehicle was at an instant; nothing where that is not known. */
export function placeOf(
  positions: Float64Array | undefined,
  instant: number,
): { readonly longitude?: number; readonly latitude?: number } {
  if (positions === undefined) return {};
  const [longitude, latitude] = positions.subarray(2 * instant, 2 * instant + 2);
  return {
    ...(Number.isNaN(longitude) ? {} : { longitude }),
    ...(Number.isNaN(latitude) ? {} : { latitude }),
  };
}

/**
 * @param monitor of `plan.member`
 * @param instants ascending, UTC ms
 * @param before the rows begin `windowMs + horizonMs` before the first instant; this is from before them
 */
export function sweepVehicle(
  plan: ScreeningPlan,
  monitor: Monitor,
  parts: readonly RowPart[],
  signals: readonly string[],
  instants: readonly number[],
  before?: LastKnown,
): VehicleSweep {
  const watch = new MemberWatch(plan, instants, monitor);
  if (before !== undefined) stepLast(watch, before);
  stepVehicle(
    {
      monitor,
      state: watch.state,
      emit: watch.emit,
      reach: (time) => watch.reach(time),
      // A condition without inputs (`fleet size`, a time of day) begins with the first report.
      everyRow: monitor.set.needsEveryFrame || monitor.set.inputs.length === 0,
    },
    parts,
    signals,
  );
  watch.reach(Number.POSITIVE_INFINITY);
  return {
    active: activeAt(plan, parts, instants),
    holds: watch.holds,
    positions: plan.position === undefined ? undefined : positionsAt(plan, parts, signals, instants, before),
  };
}

function stepLast({ monitor, state, emit }: MemberWatch, { time, values }: LastKnown): void {
  const { inputs } = monitor.set;
  const numbers = Float64Array.from(inputs, (id) => values[id] ?? 0);
  const present = Uint8Array.from(inputs, (id) => (values[id] === undefined ? 0 : 1));
  monitor.step(state, time, numbers, present, 0, emit);
}

function activeAt(
  { windowMs }: ScreeningPlan,
  parts: readonly RowPart[],
  instants: readonly number[],
): VehicleSweep["active"] {
  const active = new Uint8Array(instants.length);
  let next = 0;
  let last = Number.NEGATIVE_INFINITY;
  const pass = (time: number): void => {
    for (; next < instants.length && instants[next] < time; next++)
      active[next] = last > instants[next] - windowMs ? 1 : 0;
  };
  for (const { rows, start, end } of parts) {
    for (let row = start; row < end; row++) {
      if (next < instants.length && rows.time[row] > instants[next]) pass(rows.time[row]);
      last = rows.time[row];
    }
  }
  pass(Number.POSITIVE_INFINITY);
  return active;
}

/** The last position of the window and horizon before each instant. */
function positionsAt(
  plan: ScreeningPlan,
  parts: readonly RowPart[],
  signals: readonly string[],
  instants: readonly number[],
  before: LastKnown | undefined,
): Float64Array {
  const positions = new Float64Array(2 * instants.length);
  [plan.position?.longitude ?? "", plan.position?.latitude ?? ""].forEach((signal, which) => {
    const column = signals.indexOf(signal);
    let next = 0;
    let value = before?.values[signal] ?? Number.NaN;
    let since = before?.values[signal] === undefined ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    const pass = (time: number): void => {
      for (; next < instants.length && instants[next] < time; next++) {
        const isKnown = since >= instants[next] - plan.windowMs - plan.horizonMs;
        positions[2 * next + which] = isKnown ? value : Number.NaN;
      }
    };
    for (const { rows, start, end } of parts) {
      const { ticks, perUnit, present } = rows.columns[column];
      for (let row = start; row < end; row++) {
        if (next < instants.length && rows.time[row] > instants[next]) pass(rows.time[row]);
        if (present[row] !== 1) continue;
        value = ticks[row] / perUnit;
        since = rows.time[row];
      }
    }
    pass(Number.POSITIVE_INFINITY);
  });
  return positions;
}
