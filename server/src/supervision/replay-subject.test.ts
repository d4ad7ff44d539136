import assert from "node:assert/strict";
import { test } from "node:test";
import { createMonitor, type FiringEvent } from "@sandglass/triggers";
import { compile } from "./feed.fixture.ts";
import { replaySubject } from "./replay-subject.ts";
import { RowBuilder } from "./rows.ts";

const T0 = Date.UTC(2026, 10, 20, 8);
const SET = compile(`trigger BOTH version 1 { when speed > 50 km/h and soc < 20 % ; severity 1 ; }`);

/** Seconds, what was said, whether it was sent again. */
type Said = readonly [second: number, values: Readonly<Record<string, number>>, reissued?: boolean];

async function replayed(rows: readonly Said[]): Promise<unknown[]> {
  const monitor = createMonitor(SET);
  const found: unknown[] = [];
  const seen: number[] = [];
  const builder = new RowBuilder(SET.inputs.length);
  for (const [i, [second, values, reissued = false]] of rows.entries())
    builder.add(
      T0 + second * 1000,
      T0 + (second + (reissued ? 600 : 0)) * 1000,
      i + 1,
      reissued,
      Float64Array.from(SET.inputs, (id) => values[id] ?? 0),
      Uint8Array.from(SET.inputs, (id) => (id in values ? 1 : 0)),
    );
  const emit = (event: FiringEvent): void => {
    const witnesses = event.kind === "onset" ? event.witnesses.map(({ ref }) => ref) : [];
    found.push([event.kind, (("at" in event ? event.at : event.onset) - T0) / 1000, ...new Set(witnesses)]);
  };
  const target = { monitor, state: monitor.create(), emit, onRow: (seq: number) => seen.push(seq) };
  await replaySubject(target, [builder.build()], T0 + 60_000);
  assert.deepEqual(
    seen,
    [...seen].sort((a, b) => a - b),
  );
  assert.equal(seen.length, rows.length, "it is told of every reception, also of those that do not count any more");
  return found;
}

test("a corrected report is judged as it was corrected, never as a mix of both", async () => {
  const before: Said = [0, { speed: 60, soc: 30 }];
  const wrong: Said = [10, { speed: 60, soc: 10 }];
  assert.deepEqual(await replayed([before, wrong, [10, { speed: 40, soc: 10 }, true]]), []);
  assert.deepEqual(await replayed([before, [10, { speed: 40, soc: 30 }], [10, { speed: 60, soc: 10 }, true]]), [
    ["onset", 10, 3],
  ]);
});

test("what a correction does not say stays as it was said before", async () => {
  const before: Said = [0, { speed: 60, soc: 30 }];
  assert.deepEqual(await replayed([before, [10, { speed: 60, soc: 10 }], [10, { speed: 40 }, true]]), []);
  assert.deepEqual(await replayed([before, [10, { speed: 40, soc: 10 }], [10, { speed: 60 }, true]]), [
    ["onset", 10, 3],
  ]);
});

test("a report that says the same again leaves the witnesses with the first reception", async () => {
  const said = { speed: 60, soc: 10 };
  assert.deepEqual(
    await replayed([
      [0, { speed: 60, soc: 30 }],
      [10, said],
      [10, said, true],
    ]),
    [["onset", 10, 2]],
  );
});
