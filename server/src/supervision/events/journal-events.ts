/** Rows of event-fed subjects straight from the journal: what history does not have yet. Reads every block. */
import { Disposition } from "@sandglass/signals";
import type { EventSource } from "./event-supervision.ts";
import { eventRows, type EventRange, type EventReport, type SenderRows } from "./event-rows.ts";

export function journalEventRows(journal: Pick<EventSource, "read">, durableSeq: () => number): SenderRows {
  const inOrder = async ({ subject, from, to, throughSeq }: EventRange): Promise<EventReport[]> => {
    const found: EventReport[] = [];
    for await (const { rows, firstSeq } of journal.read())
      for (const [index, row] of rows.entries()) {
        const seq = firstSeq + index;
        if (row.subject !== subject || row.disposition !== Disposition.accepted || seq > throughSeq) continue;
        if (row.time >= from && row.time < to) found.push({ ...row, seq });
      }
    return found.sort((a, b) => a.time - b.time || a.seq - b.seq);
  };
  return eventRows({
    storedSeq: durableSeq,
    async *read(range) {
      yield await inOrder(range);
    },
    // Everything is at hand: a report that another one of its counter follows primes it as well.
    counterReports: inOrder,
    async newest({ subject, before, throughSeq = Number.POSITIVE_INFINITY }, mention) {
      const reports = await inOrder({ subject, from: Number.NEGATIVE_INFINITY, to: before, throughSeq });
      return reports.findLast(
        ({ name, attributes }) =>
          mention === undefined ||
          mention.names.includes(name) ||
          mention.texts.some((text) => attributes.includes(text)),
      )?.time;
    },
  });
}
