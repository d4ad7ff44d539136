/** Senders of events, followed through the conditions over many that are judged on what they say. */
import { appliesTo, createMonitor } from "@sandglass/triggers";
import { looksBackFor, storedEventRows, sweepSender, sweptOf } from "../../supervision/mod.ts";
import type { ScheduledScreening } from "./past-screenings.ts";
import { scopeOf, type EventRange, type EventsPorts, type EventSubject } from "./step-events.ts";

/**
 * Fills `swept` of each condition.
 * @param senders who has events in the range
 * @param told after each page, with the number of rows that were stepped
 */
export async function sweepSenders(
  conditions: readonly ScheduledScreening[],
  senders: readonly EventSubject[],
  { throughSeq }: Pick<EventRange, "throughSeq">,
  ports: EventsPorts,
  told: (rows: number) => void,
): Promise<void> {
  const heard = new Set(senders.map(({ key }) => key));
  const checked = (rows: number): void => {
    ports.signal.throwIfAborted();
    told(rows);
  };
  for (const { screening, kind, instants, members, swept } of conditions) {
    if (instants.length === 0) continue;
    const { plan } = screening;
    const monitor = createMonitor(plan.member);
    const source = storedEventRows(ports.history, async () => scopeOf(ports, kind));
    const isAboutSilence = looksBackFor(plan);
    for (const { key, attributes } of members) {
      ports.signal.throwIfAborted();
      if (!appliesTo(screening, kind, attributes) || !(heard.has(key) || isAboutSilence)) continue;
      const sender = { subject: key, throughSeq, source, told: checked };
      swept.set(key, sweptOf(await sweepSender(plan, monitor, instants, sender)));
    }
  }
}
