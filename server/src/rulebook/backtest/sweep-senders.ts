/** Senders of events, followed through the conditions over many that are judged on what they say. */
import { appliesTo, createMonitor } from "@sandglass/triggers";
import { storedEventRows, sweepSender, sweptOf } from "../../supervision/mod.ts";
import type { ScheduledScreening } from "./past-screenings.ts";
import { scopeOf, watched, type EventRange, type EventsPorts, type EventSubject } from "./step-events.ts";

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
  for (const { screening, kind, instants, members, swept } of conditions) {
    const [first] = instants;
    const last = instants.at(-1);
    if (first === undefined || last === undefined) continue;
    const { plan } = screening;
    const { inputs } = plan.member;
    const monitor = createMonitor(plan.member);
    const source = storedEventRows(ports.history, async () => scopeOf(ports, kind));
    const range = { from: first - plan.windowMs - plan.horizonMs, to: last + 1, throughSeq };
    for (const { key, attributes } of members) {
      if (!heard.has(key) || !appliesTo(screening, kind, attributes)) continue;
      const rows = watched(source.read({ subject: key, inputs, ...range }), ports.signal, told);
      swept.set(key, sweptOf(await sweepSender(plan, monitor, instants, rows)));
    }
  }
}
