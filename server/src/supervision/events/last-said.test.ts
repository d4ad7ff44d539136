/** What a sender said last is what is found by looking through everything it ever said. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { RowBuilder, type RowChunk } from "../rows.ts";
import { eventRows, type EventReport, type SenderRows } from "./event-rows.ts";

const HOUR = 3_600_000;
const START = Date.UTC(2026, 10, 1);
const SUBJECT = 7n;
const INPUTS = ["outputs_total", "safety_score", "gen_ai.output_filtered"];

const score = (value: unknown) => ({ name: "safety_score", value: value as number });
const evaluation = (of: string, value: unknown) => ({
  name: "gen_ai.evaluation.result",
  fields: { "gen_ai.evaluation.name": of, "gen_ai.evaluation.score.value": value },
});
/** What one event may be: of another name, as a field, nested, void, out of range, about something else. */
const SAYINGS = [
  score(0.4),
  score(7),
  { name: "report", fields: { safety_score: 0.8 } },
  { name: "report", fields: { safety_score: null } },
  evaluation("safety", 0.6),
  evaluation("fluency", 0.2),
  { name: "chat", fields: { "gen_ai.response.finish_reasons": ["content_filter"] } },
  { name: "chat", fields: { gen_ai: { response: { finish_reasons: ["stop"] } } } },
  { name: "outputs_total", value: 100, counter: { temporality: "cumulative", monotonic: true, start: 1 } },
  { name: "safety_score", noValue: true },
  { name: "heartbeat" },
] as const;

function storeOf(events: readonly { readonly hours: number; readonly what: number }[]): SenderRows {
  const reports = events
    .map(({ hours, what }, seq): EventReport => {
      const { name, value, ...rest } = SAYINGS[what] as { name: string; value?: number };
      const time = START + hours * HOUR;
      return {
        seq,
        time,
        received: time,
        source: "s",
        id: String(seq),
        name,
        value,
        attributes: JSON.stringify({ fields: {}, ...rest }),
      };
    })
    .sort((a, b) => a.time - b.time || a.seq - b.seq);
  const within = (from: number, to: number, through = Infinity): EventReport[] =>
    reports.filter(({ time, seq }) => time >= from && time < to && seq <= through);
  return eventRows({
    storedSeq: () => reports.length,
    async *read({ from, to, throughSeq }) {
      yield within(from, to, throughSeq);
    },
    counterReports: async ({ from, to, throughSeq }) =>
      within(from, to, throughSeq).filter(({ attributes }) => attributes.includes('"cumulative"')),
    newest: async ({ before, throughSeq }, mention) =>
      within(-Infinity, before, throughSeq).findLast(
        ({ name, attributes }) =>
          mention === undefined ||
          mention.names.includes(name) ||
          mention.texts.some((text) => attributes.includes(text)),
      )?.time,
  });
}

const linesOf = ({ count, inputs, time, values, present }: RowChunk): string[] =>
  Array.from({ length: count }, (_, row) =>
    [
      time[row],
      ...INPUTS.map((_id, i) =>
        present[row * inputs + i] === 1 ? values[row * inputs + i] : present[row * inputs + i],
      ),
    ].join(" "),
  );

test("the last event, the last observation and the last valid value, however old", async () => {
  let found = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ hours: fc.nat(500), what: fc.nat(SAYINGS.length - 1) }), { minLength: 5, maxLength: 40 }),
      fc.nat(600),
      fc.integer({ min: 4, max: 45 }),
      async (events, hours, throughSeq) => {
        const rows = storeOf(events);
        const before = START + hours * HOUR;
        const query = { subject: SUBJECT, inputs: INPUTS, throughSeq };
        const said = await rows.lastSaid({
          ...query,
          before,
          remembers: {
            reception: true,
            observed: ["outputs_total"],
            valued: ["safety_score", "gen_ai.output_filtered"],
          },
        });
        // Everything, looked through from the end.
        const all: RowChunk[] = [];
        for await (const chunk of rows.read({ ...query, from: -1e15, to: before })) all.push(chunk);
        const wanted = new RowBuilder(INPUTS.length);
        let open: ((present: Uint8Array) => boolean)[] = [
          () => true,
          (p) => p[0] > 0,
          (p) => p[1] === 1,
          (p) => p[2] === 1,
        ];
        for (const { count, time, values, present } of all.toReversed())
          for (let row = count - 1; row >= 0; row--) {
            const [from, to] = [row * INPUTS.length, (row + 1) * INPUTS.length];
            const own = present.subarray(from, to);
            const left = open.filter((accepts) => !accepts(own));
            if (left.length < open.length) wanted.add(time[row], 0, 0, false, values.subarray(from, to), own);
            open = left;
          }
        assert.deepEqual(linesOf(said), linesOf(wanted.build()));
        found += said.count;
      },
    ),
    { numRuns: 300, seed: 20_261_122 },
  );
  assert.ok(found > 400, `${found} rows`);
});
