import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import fc from "fast-check";
import { ALL } from "../../history/segments.fixture.ts";
import type { EventRow } from "../../journal/mod.ts";
import { StoredEvents } from "../../journal/stored-events.fixture.ts";
import type { RowQuery, RowSource } from "../rows.ts";
import { journalEventRows } from "./journal-events.ts";
import { storedEventRows } from "./stored-events.ts";

const T0 = Date.UTC(2026, 10, 22, 8);
const HOUR = 3_600_000;
const INPUTS = ["outputs_total", "outputs_flagged", "complaint_received", "safety_score"];

let store: StoredEvents;
let subject = 1n;

before(async () => {
  store = await StoredEvents.open();
});
after(() => store.close());

/** Both ways to the rows of events that arrived in this order. */
async function storesOf(rows: readonly EventRow[]): Promise<readonly RowSource[]> {
  for (let at = 0; at < rows.length; at += 7) await store.journal.append(rows.slice(at, at + 7));
  await store.settled();
  return [journalEventRows(store.journal, () => store.seq), storedEventRows(store.history, async () => ALL, 9)];
}

type Sample = readonly [secondsOrValue: number, ...values: (number | string)[]];

async function rowsOf(source: RowSource, query: Partial<RowQuery> = {}): Promise<Sample[]> {
  const found: Sample[] = [];
  for await (const chunk of source.read({ subject, inputs: INPUTS, from: T0, to: T0 + 24 * HOUR, ...query }))
    for (let row = 0; row < chunk.count; row++)
      found.push([
        (chunk.time[row] - T0) / 1000,
        ...INPUTS.map((_, i) => {
          const at = row * INPUTS.length + i;
          return chunk.present[at] === 1 ? chunk.values[at] : chunk.present[at] === 2 ? "invalid" : "-";
        }),
      ]);
  return found;
}

const event = (second: number, name: string, more: Partial<EventRow> = {}): EventRow => ({
  subject,
  kind: 1,
  source: "urn:test",
  id: `${name} ${second}`,
  time: T0 + second * 1000,
  received: T0 + second * 1000 + 500,
  name,
  value: undefined,
  attributes: '{"fields":{}}',
  credential: "tok",
  assurance: 1,
  format: 0,
  disposition: 0,
  raw: Buffer.alloc(0),
  requestOffset: 0,
  ...more,
});
const total = (second: number, name: string, value: number, model = "a"): EventRow =>
  event(second, name, {
    id: `${name} ${model} ${second}`,
    value,
    attributes: JSON.stringify({
      fields: { model },
      counter: { temporality: "cumulative", monotonic: true, start: 1 },
    }),
  });

test("an instant is a row: counters as increases over attribute sets, repetitions once, other events as times", async () => {
  subject++;
  const rows = [
    total(0, "outputs_total", 100),
    total(0, "outputs_total", 50, "b"),
    event(5, "something_else"),
    total(10, "outputs_total", 130),
    total(10, "outputs_total", 51, "b"),
    total(10, "outputs_flagged", 3),
    event(10, "complaint_received"),
    // Out of order, and a second time.
    event(7, "safety_score", { value: 1.5 }),
    total(10, "outputs_total", 130),
    event(20, "complaint_received", { disposition: 2 }),
  ];
  for (const source of await storesOf(rows))
    assert.deepEqual(await rowsOf(source), [
      [0, "-", "-", "-", "-"],
      [5, "-", "-", "-", "-"],
      [7, "-", "-", "-", "invalid"],
      [10, 31, "-", 1, "-"],
    ]);
});

test("a range begins with what its counters stood at, and leaves out what was received later", async () => {
  subject++;
  const sources = await storesOf([
    total(-40 * 3600, "outputs_total", 900),
    total(-30 * 3600, "outputs_total", 1_000),
    total(10, "outputs_total", 1_004),
    event(20, "complaint_received"),
    total(15, "outputs_total", 1_003),
  ]);
  for (const source of sources) {
    assert.deepEqual(await rowsOf(source), [
      [10, 4, "-", "-", "-"],
      [15, 1_003, "-", "-", "-"],
      [20, "-", "-", 1, "-"],
    ]);
    assert.deepEqual(await rowsOf(source, { from: T0 + 11_000, throughSeq: source.storedSeq() - 1 }), [
      [20, "-", "-", 1, "-"],
    ]);
  }
});

test("rows of any events are the same from the journal and from history, in any order of arrival and across pages", async () => {
  const events = fc.array(
    fc.record({
      second: fc.integer({ min: -4_000, max: 5_000 }),
      name: fc.constantFrom("outputs_total", "outputs_flagged"),
      model: fc.constantFrom("a", "b"),
      value: fc.nat(100),
      repeated: fc.boolean(),
    }),
    { minLength: 20, maxLength: 120 },
  );
  await fc.assert(
    fc.asyncProperty(events, fc.infiniteStream(fc.nat()), async (reports, shuffle) => {
      subject++;
      const rows = reports.flatMap(({ second, name, model, value, repeated }) => {
        const row = total(second, name, value, model);
        return repeated ? [row, row] : [row];
      });
      // Of one counter and instant the last reception counts, by definition: here it says the same.
      const once = new Map(rows.map((row) => [row.id, row]));
      const first = await storesOf([...once.values()].toSorted((a, b) => a.time - b.time));
      const expected = await rowsOf(first[0] as RowSource);
      const arrived = rows
        .map((row) => once.get(row.id) as EventRow)
        .map((row) => ({ row, at: shuffle.next().value as number }))
        .toSorted((a, b) => a.at - b.at)
        .map(({ row }) => row);
      subject++;
      for (const source of await storesOf(arrived.map((row) => ({ ...row, subject }))))
        assert.deepEqual(await rowsOf(source), expected);
    }),
    { numRuns: 8 },
  );
});
