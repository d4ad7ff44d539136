/** The history as supervision reads events of it. */
import { Disposition } from "@sandglass/signals";
import type { HistoryScope } from "../../access/mod.ts";
import type { History, Position, StoredEvent } from "../../history/mod.ts";
import type { RowSource } from "../rows.ts";
import { eventRows, type EventReport } from "./event-rows.ts";

/** Parsed on the server's event loop, so no larger. */
const PAGE_ROWS = 2_000;

/** Rows of event-fed subjects from history. `scope`: of supervision itself, which sees everything. */
export function storedEventRows(
  history: Pick<History, "events" | "counterReports" | "status">,
  scope: () => Promise<HistoryScope>,
  pageRows = PAGE_ROWS,
): RowSource {
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
  });
}

function toReport({ receivedAt, value, ...event }: StoredEvent): EventReport {
  return { ...event, received: receivedAt, value: value ?? undefined };
}
