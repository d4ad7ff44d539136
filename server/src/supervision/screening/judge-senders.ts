/**
 * A condition over many senders of events at one instant: AI services, accounts, platforms, and vehicles by what events
 * say of them. There are few of them, so the events of each are read, as late events are, and stepped by the engine.
 */
import { appliesTo, createMonitor, MemberWatch, screen, type CompiledScreening } from "@sandglass/triggers";
import type { Monitor, ScreenedSubject } from "@sandglass/triggers";
import { SubjectReplay } from "../replay-subject.ts";
import type { RowSource } from "../rows.ts";
import type { FleetVerdict } from "./judge-fleet.ts";
import { nameOf, type FleetMember } from "./members.ts";

/** `at`: UTC ms. `members`: everything in the registry of the kind. */
export async function judgeSenders(
  screening: CompiledScreening,
  members: readonly FleetMember[],
  at: number,
  throughSeq: number,
  rows: RowSource,
): Promise<FleetVerdict> {
  const { plan } = screening;
  const population = members.filter(({ attributes }) => appliesTo(screening, plan.subject, attributes));
  const monitor = createMonitor(plan.member);
  const subjects: ScreenedSubject[] = [];
  let readRows = 0;
  for (const member of population) {
    const judged = await judgeSender(screening, monitor, member.key, at, throughSeq, rows);
    readRows += judged.rows;
    subjects.push({ ...nameOf(plan, member), active: judged.active, holds: judged.holds });
  }
  return {
    results: screen(plan, subjects),
    subjects: subjects.length,
    active: subjects.filter((one) => one.active).length,
    readSubjects: subjects.length,
    readRows,
  };
}

async function judgeSender(
  { plan }: CompiledScreening,
  monitor: Monitor,
  subject: bigint,
  at: number,
  throughSeq: number,
  rows: RowSource,
): Promise<{ readonly active: boolean; readonly holds: boolean; readonly rows: number }> {
  const { windowMs, horizonMs } = plan;
  const watch = new MemberWatch(plan, [at], monitor);
  const { state, emit } = watch;
  let newest = Number.NEGATIVE_INFINITY;
  const onRow = (_: number, time: number): void => {
    watch.reach(time);
    newest = time;
  };
  const replay = new SubjectReplay({ monitor, state, emit, onRow });
  const { inputs } = monitor.set;
  for await (const chunk of rows.read({ subject, inputs, from: at - windowMs - horizonMs, to: at + 1, throughSeq })) {
    replay.add(chunk);
    replay.stepTo(Number.POSITIVE_INFINITY);
  }
  watch.reach(Number.POSITIVE_INFINITY);
  return { active: newest > at - windowMs, holds: watch.holds[0] === 1, rows: replay.stepped };
}
