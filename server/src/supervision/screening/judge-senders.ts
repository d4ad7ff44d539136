/**
 * A condition over many senders of events at one instant: AI services, accounts, platforms, and vehicles by what events
 * say of them. There are few of them, so the events of each are read, as late events are, and stepped by the engine.
 */
import { appliesTo, createMonitor, screen, type CompiledScreening, type ScreenedSubject } from "@sandglass/triggers";
import type { SenderRows } from "../events/event-rows.ts";
import type { FleetVerdict } from "./judge-fleet.ts";
import { nameOf, type FleetMember } from "./members.ts";
import { sweepSender } from "./sweep-sender.ts";

/** `at`: UTC ms. `members`: everything in the registry of the kind. */
export async function judgeSenders(
  screening: CompiledScreening,
  members: readonly FleetMember[],
  at: number,
  throughSeq: number,
  source: SenderRows,
): Promise<FleetVerdict> {
  const { plan } = screening;
  const population = members.filter(({ attributes }) => appliesTo(screening, plan.subject, attributes));
  const monitor = createMonitor(plan.member);
  const subjects: ScreenedSubject[] = [];
  let readRows = 0;
  for (const member of population) {
    const sweep = await sweepSender(plan, monitor, [at], { subject: member.key, throughSeq, source });
    readRows += sweep.rows;
    subjects.push({ ...nameOf(plan, member), active: sweep.active[0] === 1, holds: sweep.holds[0] === 1 });
  }
  return {
    results: screen(plan, subjects),
    subjects: subjects.length,
    active: subjects.filter((one) => one.active).length,
    readSubjects: subjects.length,
    readRows,
  };
}
