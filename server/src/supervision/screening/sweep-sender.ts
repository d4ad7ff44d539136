/** One sender of events, followed through its stored events: what it is at each of some instants. */
import { MemberWatch, type Monitor, type ScreeningPlan } from "@sandglass/triggers";
import type { SenderRows } from "../events/event-rows.ts";
import { SubjectReplay } from "../replay-subject.ts";
import { ActivityWatch, type MemberSweep } from "./sweep.ts";

export interface SweptSender {
  readonly subject: bigint;
  readonly throughSeq: number;
  readonly source: SenderRows;
  /** After each page, with its rows; what it throws ends the sweep. */
  readonly told?: (rows: number) => void;
}

/** Whether the condition goes by what was said before all windows. */
export function looksBackFor({ remembers }: ScreeningPlan): boolean {
  return remembers.reception || remembers.observed.length + remembers.valued.length > 0;
}

/**
 * @param monitor of `plan.member`
 * @param instants ascending, UTC ms, at least one
 */
export async function sweepSender(
  plan: ScreeningPlan,
  monitor: Monitor,
  instants: readonly number[],
  { subject, throughSeq, source, told }: SweptSender,
): Promise<MemberSweep & { readonly rows: number }> {
  const activity = new ActivityWatch(plan, instants);
  const watch = new MemberWatch(plan, instants, monitor);
  const { state, emit } = watch;
  const { inputs, needsEveryFrame } = monitor.set;
  const replay = new SubjectReplay({
    monitor,
    state,
    emit,
    onRow: (_seq, time) => {
      activity.reach(time);
      watch.reach(time);
    },
    // A condition without inputs (a time of day) begins with the first event.
    everyRow: needsEveryFrame || inputs.length === 0,
  });
  const from = instants[0] - plan.windowMs - plan.horizonMs;
  if (looksBackFor(plan)) {
    const { remembers } = plan;
    replay.add(await source.lastSaid({ subject, inputs, before: from, throughSeq, remembers }));
    replay.stepTo(Number.POSITIVE_INFINITY);
  }
  const to = instants[instants.length - 1] + 1;
  for await (const chunk of source.read({ subject, inputs, from, to, throughSeq })) {
    told?.(chunk.count);
    replay.add(chunk);
    replay.stepTo(Number.POSITIVE_INFINITY);
  }
  activity.reach(Number.POSITIVE_INFINITY);
  watch.reach(Number.POSITIVE_INFINITY);
  return { active: activity.active, holds: watch.holds, positions: undefined, rows: replay.stepped };
}
