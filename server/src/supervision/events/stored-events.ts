/** The history as supervision reads events of it. */
import { Disposition, SUBJECT_KINDS } from "@sandglass/signals";
import type { HistoryScope } from "../../access/mod.ts";
import type { History, Position, StoredEvent } from "../../history/mod.ts";
import { MAX_STREAMS } from "./counters.ts";
import type { StoredSenders } from "./event-rebuild.ts";
import { eventRows, type EventReport, type SenderRows } from "./event-rows.ts";

/** Parsed on the server's event loop, so no larger. */
const PAGE_ROWS = 2_000;
/** Of which the newest that was accepted is wanted. */
const NEWEST_ROWS = 10;

/** Rows of event-fed subjects from history. `scope`: of supervision itself, which sees everything. */
export function storedEventRows(
  history: Pick<History, "events" | "counterReports" | "status">,
  scope: () => Promise<HistoryScope>,
  pageRows = PAGE_ROWS,
): SenderRows {
  return eventRows({
    storedSeq: () => history.status().storedEventSeq,
    async *read(range) {
      const all = await scope();
      for (let after: Position | undefined; ;) {
        const page = await history.events(all, {
          ...range,
          limit: pageRows,
          lane: "background",
          ...(after === undefined ? {} : { after }),
        });
        yield page.items.filter(({ disposition }) => disposition === Disposition.accepted).map(toReport);
        if (page.next === undefined) return;
        after = page.next;
      }
    },
    counterReports: async (range, limit) => {
      const reports = await history.counterReports(await scope(), { ...range, limit, lane: "background" });
      return reports.map(toReport);
    },
    async newest({ subject, before, throughSeq = Number.POSITIVE_INFINITY }, mentions) {
      const query = { subject, from: 0, to: before, throughSeq, newestFirst: true, limit: NEWEST_ROWS } as const;
      for (let after: Position | undefined; ;) {
        const page = await history.events(await scope(), {
          ...query,
          lane: "background",
          ...(mentions === undefined ? {} : { mentions }),
          ...(after === undefined ? {} : { after }),
        });
        const found = page.items.find(({ disposition }) => disposition === Disposition.accepted);
        if (found !== undefined || page.next === undefined) return found?.time;
        after = page.next;
      }
    },
  });
}

/** The subjects of events that history knows, for rebuilding their states. */
export function storedSenders(
  history: Pick<History, "eventSubjects" | "counterReports">,
  scope: () => Promise<HistoryScope>,
): StoredSenders {
  const lane = "background";
  return {
    heardSince: async (from) => {
      const range = { from, to: Number.MAX_SAFE_INTEGER, throughSeq: Number.MAX_SAFE_INTEGER, lane } as const;
      const subjects = await history.eventSubjects(await scope(), range);
      return subjects.flatMap(({ subject: key, kind: index, last, lastReceived }) => {
        const kind = SUBJECT_KINDS[index];
        return kind === undefined ? [] : [{ key, kind, time: last, received: lastReceived }];
      });
    },
    counterReports: async (subject, from) => {
      const range = { subject, from, to: Number.MAX_SAFE_INTEGER, limit: MAX_STREAMS, lane } as const;
      return (await history.counterReports(await scope(), range)).map(toReport);
    },
  };
}

function toReport({ receivedAt, value, ...event }: StoredEvent): EventReport {
  return { ...event, received: receivedAt, value: value ?? undefined };
}
