import assert from "node:assert/strict";
import { test } from "node:test";
import { compile } from "./feed.fixture.ts";
import { beginningOf } from "./replay-beginning.ts";
import { RowBuilder, type RowChunk } from "./rows.ts";

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 10, 20, 8);
const RANGE = { start: NOW - 120_000, from: NOW, before: 120_000 };

/** Hours before now, and what was said. */
type Said = readonly [hours: number, values: Readonly<Record<string, number>>];

async function beginning(when: string, rows: readonly Said[]): Promise<{ at: number; reads: number }> {
  const set = compile(`trigger T version 1 { when ${when} ; severity 1 ; }`);
  let reads = 0;
  async function* read(from: number, to: number): AsyncGenerator<RowChunk> {
    reads++;
    const builder = new RowBuilder(set.inputs.length);
    for (const [hours, values] of rows) {
      const time = NOW - hours * HOUR;
      if (time < from || time >= to) continue;
      const numbers = Float64Array.from(set.inputs, (id) => values[id] ?? 0);
      builder.add(
        time,
        time,
        1,
        false,
        numbers,
        Uint8Array.from(set.inputs, (id) => (id in values ? 1 : 0)),
      );
    }
    yield builder.build();
  }
  const at = await beginningOf(set, RANGE, read);
  return { at: (at - NOW) / HOUR, reads };
}

const START = (RANGE.start - NOW) / HOUR;

test("a replay begins a horizon before what it judges, where something was received then", async () => {
  assert.deepEqual(await beginning("speed > 50 km/h", [[0.03, { speed: 3 }]]), { at: START, reads: 1 });
});

test("behind a silence that ended since, it begins a horizon before the silence did", async () => {
  const rows: readonly Said[] = [
    [20, { speed: 3 }],
    [0.01, { speed: 3 }],
  ];
  assert.equal((await beginning("falling(speed > 50 km/h)", rows)).at, -20 + START);
});

test("behind a long silence it begins a horizon before the silence did", async () => {
  const { at, reads } = await beginning("speed > 50 km/h", [
    [100, { speed: 3 }],
    [20, { speed: 3 }],
  ]);
  assert.equal(at, -20 + START);
  assert.ok(reads < 8, `${reads} reads`);
});

test("it begins where the last value was said that the condition goes by", async () => {
  const rows: readonly Said[] = [
    [50, { soc: 40, speed: 1 }],
    [30, { soc: 30, speed: 1 }],
    [0.03, { speed: 3 }],
  ];
  assert.equal((await beginning("speed > 50 km/h and last(soc) < 20 %", rows)).at, -30);
  assert.equal((await beginning("speed > 50 km/h and soc < 20 %", rows)).at, START);
});

test("what was never said is not looked for without end", async () => {
  const { at, reads } = await beginning("last(soc) < 20 %", [[0.01, { speed: 3 }]]);
  assert.equal(at, START);
  assert.ok(reads < 12, `${reads} reads`);
});
