/** One sender of events, followed through its stored events: what it is at each of some instants. */
import { MemberWatch, type Monitor, type ScreeningPlan } from "@sandglass/triggers";
import { SubjectReplay } from "../replay-subject.ts";
import type { RowChunk } from "../rows.ts";
import { ActivityWatch, type MemberSweep } from "./sweep.ts";

/**
 * @param monitor of `plan.member`
 * @param instants ascending, UTC ms
 * @param chunks its rows with the inputs of the monitor: from `windowMs + horizonMs` before the first instant on, to the last
 */
export async function sweepSender(
  plan: ScreeningPlan,
  monitor: Monitor,
  instants: readonly number[],
  chunks: AsyncIterable<RowChunk>,
): Promise<MemberSweep & { readonly rows: number }> {
  const activity = new ActivityWatch(plan, instants);
  const watch = new MemberWatch(plan, instants, monitor);
  const { state, emit } = watch;
  const onRow = (_seq: number, time: number): void => {
    activity.reach(time);
    watch.reach(time);
  };
  // A condition without inputs (a time of day) begins with the first event.
  const everyRow = monitor.set.needsEveryFrame || monitor.set.inputs.length === 0;
  const replay = new SubjectReplay({ monitor, state, emit, onRow, everyRow });
  for await (const chunk of chunks) {
    replay.add(chunk);
    replay.stepTo(Number.POSITIVE_INFINITY);
  }
  activity.reach(Number.POSITIVE_INFINITY);
  watch.reach(Number.POSITIVE_INFINITY);
  return { active: activity.active, holds: watch.holds, positions: undefined, rows: replay.stepped };
}
