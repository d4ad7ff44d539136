/** One subject of a screening, followed through its rows: what it is at each of some instants. Here: vehicles. */
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
export interface MemberSweep {
  /** 1 = it sent something in the window. */
  readonly active: Uint8Array;
  /** 1 = the sub-condition was true at some time of the window. */
  readonly holds: Uint8Array;
  /** Longitude and latitude in degrees, NaN where they are not known; only of plans of places. */
  readonly positions: Float64Array | undefined;
}

export const ACTIVE = 1;
export const HOLDS = 2;

/** What a subject was: from instant `at[i]` on, up to `at[i + 1]`, `status[i]`. Before the first it was nothing. */
export interface SweptMember {
  /** Indices of instants, ascending. */
  readonly at: Uint32Array;
  /** Bits: 1 = active, 2 = the sub-condition held. */
  readonly status: Uint8Array;
  /** Longitude and latitude of each entry, NaN where unknown; only of plans of places. */
  readonly positions: Float64Array | undefined;
}

/** Keeps of a sweep only where it changes: most subjects are the same for long. */
export function sweptOf({ active, holds, positions }: MemberSweep): SweptMember {
  const at: number[] = [];
  const status: number[] = [];
  const places: number[] = [];
  for (let i = 0, last = 0; i < active.length; i++) {
    const now = active[i] * ACTIVE + holds[i] * HOLDS;
    const place = (now & HOLDS) === 0 || positions === undefined ? [] : positions.subarray(2 * i, 2 * i + 2);
    const moved = place.length > 0 && (places.at(-2) !== place[0] || places.at(-1) !== place[1]);
    if (now === last && !moved) continue;
    last = now;
    at.push(i);
    status.push(now);
    places.push(place[0] ?? Number.NaN, place[1] ?? Number.NaN);
  }
  return {
    at: Uint32Array.from(at),
    status: Uint8Array.from(status),
    positions: positions === undefined ? undefined : Float64Array.from(places),
  };
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
 * @param instants ascending, UTC ms; the rows begin `windowMs + horizonMs` before the first
 * @param known `before`: what it said last before the rows. `cannotHold`: no row can make the sub-condition true.
 */
export function sweepVehicle(
  plan: ScreeningPlan,
  monitor: Monitor,
  { parts, signals }: { readonly parts: readonly RowPart[]; readonly signals: readonly string[] },
  instants: readonly number[],
  known: { readonly before?: LastKnown | undefined; readonly cannotHold?: boolean } = {},
): MemberSweep {
  const active = activeAt(plan, parts, instants);
  if (known.cannotHold === true) return { active, holds: new Uint8Array(instants.length), positions: undefined };
  const watch = new MemberWatch(plan, instants, monitor);
  if (known.before !== undefined) stepLast(watch, known.before);
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
  const { holds } = watch;
  const positions = plan.position === undefined ? undefined : positionsAt(plan, parts, signals, instants, known.before);
  return { active, holds, positions };
}

function stepLast({ monitor, state, emit }: MemberWatch, { time, values }: LastKnown): void {
  const { inputs } = monitor.set;
  const numbers = Float64Array.from(inputs, (id) => values[id] ?? 0);
  const present = Uint8Array.from(inputs, (id) => (values[id] === undefined ? 0 : 1));
  monitor.step(state, time, numbers, present, 0, emit);
}

/** Says for each of some instants whether anything came in its window. */
export class ActivityWatch {
  readonly active: MemberSweep["active"];
  readonly #instants: readonly number[];
  readonly #windowMs: number;
  #next = 0;
  #last = Number.NEGATIVE_INFINITY;

  /** @param instants ascending, UTC ms */
  constructor({ windowMs }: ScreeningPlan, instants: readonly number[]) {
    this.active = new Uint8Array(instants.length);
    this.#instants = instants;
    this.#windowMs = windowMs;
  }

  /** Something came; times ascend. Infinity settles the instants behind the last. */
  reach(time: number): void {
    for (; this.#next < this.active.length && this.#instants[this.#next] < time; this.#next++)
      this.active[this.#next] = this.#last > this.#instants[this.#next] - this.#windowMs ? 1 : 0;
    this.#last = time;
  }
}

function activeAt(plan: ScreeningPlan, parts: readonly RowPart[], instants: readonly number[]): MemberSweep["active"] {
  const watch = new ActivityWatch(plan, instants);
  for (const { rows, start, end } of parts) for (let row = start; row < end; row++) watch.reach(rows.time[row]);
  watch.reach(Number.POSITIVE_INFINITY);
  return watch.active;
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
