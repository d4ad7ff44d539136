/** Event rows for tests. */
import type { EventRow } from "./event-block.ts";

export function eventRow(number: number, more: Partial<EventRow> = {}): EventRow {
  return {
    subject: 42n,
    kind: 1,
    source: "urn:test",
    id: `e${number}`,
    time: 1_800_000_000_000 + number,
    received: 1_800_000_000_500 + number,
    name: "outputs_total",
    value: number,
    attributes: "{}",
    credential: "tok_test",
    assurance: 1,
    format: 0,
    disposition: 0,
    raw: Buffer.from(`{"number":${number}}`),
    requestOffset: 0,
    ...more,
  };
}
