/** The half of a screening that looks at one subject: was its sub-condition true in the window? */
import type { FiringEvent } from "./engine/firing.ts";
import { createMonitor } from "./engine/monitor.ts";
import type { ScreenedSubject, ScreeningPlan } from "./screening.ts";

/** One observation of a subject in order of time: absent = no sample, null = an invalid one. */
export interface SubjectSample {
  /** Event time, UTC ms. */
  readonly time: number;
  readonly values: Readonly<Record<string, number | null | undefined>>;
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
  const { member } = plan;
  const monitor = createMonitor(member);
  const state = monitor.create();
  const begin = at - plan.windowMs;
  const values = new Float64Array(member.inputs.length);
  const present = new Uint8Array(member.inputs.length);
  let active = false;
  let longitude: number | undefined;
  let latitude: number | undefined;
  let firing = false;
  let holds = false;
  const emit = (event: FiringEvent): void => {
    if (event.kind === "onset") firing = true;
    else if (event.kind === "cleared") firing = false;
    else return;
    const instant = event.kind === "onset" ? event.onset : event.at;
    // True until the instant at which it was cleared, which is past the window's open end if it lies in the window.
    if (instant > begin && instant <= at) holds = true;
  };
  let passed = false;
  for (const sample of samples) {
    if (sample.time > at) break;
    if (!passed && sample.time > begin) {
      monitor.tick(state, begin + 1, emit);
      if (firing) holds = true;
      passed = true;
    }
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
  monitor.tick(state, begin + 1, emit);
  if (firing) holds = true;
  monitor.tick(state, at + 1, emit);
  return { active, holds, longitude, latitude };
}
