/** The half of a screening that looks at one subject: was its sub-condition true in the window? */
import type { FiringEvent } from "./engine/firing-event.ts";
import { createMonitor, type Monitor } from "./engine/monitor.ts";
import type { SubjectState } from "./engine/state.ts";
import type { ScreenedSubject, ScreeningPlan } from "./screening.ts";

/** One observation of a subject in order of time: absent = no sample, null = an invalid one. */
export interface SubjectSample {
  /** Event time, UTC ms. */
  readonly time: number;
  readonly values: Readonly<Record<string, number | null | undefined>>;
}

/**
 * Follows the sub-condition of a plan over the observations of one subject and says for each of some instants whether it
 * was true at some time of the window (instant − windowMs, instant]. One instant is what a screening job asks for, many
 * are what a backtest does: what was observed after an instant never counts for it.
 *
 * The caller steps `monitor` with `state` and `emit`, and calls `reach` before each observation.
 */
export class MemberWatch {
  readonly monitor: Monitor;
  readonly state: SubjectState;
  /** Per instant: 1 = the sub-condition was true in its window. */
  readonly holds: Uint8Array;
  readonly #instants: readonly number[];
  readonly #windowMs: number;
  #next = 0;
  #since: number | undefined;
  #until = Number.NEGATIVE_INFINITY;

  /** @param instants ascending, UTC ms @param monitor one of `plan.member`, to use it for many subjects */
  constructor(plan: ScreeningPlan, instants: readonly number[], monitor: Monitor = createMonitor(plan.member)) {
    this.monitor = monitor;
    this.state = monitor.create();
    this.holds = new Uint8Array(instants.length);
    this.#instants = instants;
    this.#windowMs = plan.windowMs;
  }

  readonly emit = (event: FiringEvent): void => {
    if (event.kind === "onset") this.#since = event.onset;
    else if (event.kind === "cleared") {
      this.#since = undefined;
      this.#until = event.at;
    }
  };

  /**
   * Settles the instants before `time`: every observation up to them was stepped.
   * @returns the first instant that is not settled; Infinity after the last
   */
  reach(time: number): number {
    for (; this.#next < this.#instants.length; this.#next++) {
      const at = this.#instants[this.#next] as number;
      if (at >= time) return at;
      this.monitor.tick(this.state, at + 1, this.emit);
      // True until the instant at which it was cleared: that the window is open on the left changes nothing.
      const isTrue = (this.#since !== undefined && this.#since <= at) || this.#until > at - this.#windowMs;
      this.holds[this.#next] = isTrue ? 1 : 0;
    }
    return Number.POSITIVE_INFINITY;
  }
}

/**
 * Runs the plan's sub-condition over the samples of one subject, which must reach back `horizonMs` before the window,
 * and judges the window (at − windowMs, at]. Position signals may be among the values although no condition reads them.
 */
export function judgeSubject(
  plan: ScreeningPlan,
  samples: readonly SubjectSample[],
  at: number,
): Pick<ScreenedSubject, "active" | "holds" | "longitude" | "latitude"> {
  const watch = new MemberWatch(plan, [at]);
  const { monitor, state, emit } = watch;
  const { member } = plan;
  const begin = at - plan.windowMs;
  const values = new Float64Array(member.inputs.length);
  const present = new Uint8Array(member.inputs.length);
  let active = false;
  let longitude: number | undefined;
  let latitude: number | undefined;
  for (const sample of samples) {
    if (sample.time > at) break;
    let any = false;
    member.inputs.forEach((id, i) => {
      const value = sample.values[id];
      present[i] = value === undefined ? 0 : value === null ? 2 : 1;
      values[i] = value ?? 0;
      if (typeof value === "number") any = true;
    });
    if (plan.position) {
      longitude = sample.values[plan.position.longitude] ?? longitude;
      latitude = sample.values[plan.position.latitude] ?? latitude;
    }
    if (sample.time > begin && (any || Object.values(sample.values).some((v) => typeof v === "number"))) active = true;
    // A condition without inputs (`fleet size`, a time of day) begins with the first report.
    if (any || present.some((p) => p !== 0) || member.needsEveryFrame || member.inputs.length === 0)
      monitor.step(state, sample.time, values, present, 0, emit);
  }
  watch.reach(Number.POSITIVE_INFINITY);
  return { active, holds: watch.holds[0] === 1, longitude, latitude };
}
