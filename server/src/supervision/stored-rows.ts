/** The history as supervision reads it: rows of one vehicle as columns, for replays with late data. */
import { findSignal } from "@sandglass/signals";
import type { HistoryScope } from "../access/mod.ts";
import type { History, Position, Sample } from "../history/mod.ts";
import { INVALID, NO_SAMPLE, RowBuilder, VALID, type RowChunk, type RowSource } from "./rows.ts";

/** Parsed on the server's event loop, so no larger. */
const PAGE_ROWS = 2_000;
const REISSUED = 0x03;

/** `scope`: of supervision itself, which sees everything. */
export function storedRows(
  history: Pick<History, "samples" | "status">,
  scope: () => Promise<HistoryScope>,
): RowSource {
  return {
    storedSeq: () => history.status().storedSeq,
    async *read({ subject, inputs, from, to, throughSeq = Number.POSITIVE_INFINITY }) {
      const signals = inputs.map((id) => ({ id, isKnown: findSignal(id) !== undefined }));
      const known = signals.filter(({ isKnown }) => isKnown).map(({ id }) => id);
      const all = await scope();
      for (let after: Position | undefined; ;) {
        const page = await history.samples(all, {
          vehicle: subject,
          from,
          to: Math.min(to, Number.MAX_SAFE_INTEGER),
          signals: known,
          limit: PAGE_ROWS,
          lane: "background",
          ...(after === undefined ? {} : { after }),
        });
        yield toChunk(
          page.items.filter(({ seq }) => seq <= throughSeq),
          inputs,
        );
        if (page.next === undefined) return;
        after = page.next;
      }
    },
  };
}

function toChunk(items: readonly Sample[], inputs: readonly string[]): RowChunk {
  const rows = new RowBuilder(inputs.length, Math.max(1, items.length));
  const values = new Float64Array(inputs.length);
  const present = new Uint8Array(inputs.length);
  for (const { time, receivedAt, seq, command, values: read, reasons } of items) {
    inputs.forEach((id, i) => {
      const value = read[id];
      values[i] = typeof value === "number" ? value : 0;
      present[i] = typeof value === "number" ? VALID : reasons?.[id] === undefined ? NO_SAMPLE : INVALID;
    });
    rows.add(time, receivedAt, seq, command === REISSUED, values, present);
  }
  return rows.build();
}
