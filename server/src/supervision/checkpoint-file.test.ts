import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { SIGNALS } from "@sandglass/signals";
import { compileTriggers, type FiringEvent } from "@sandglass/triggers";
import fc from "fast-check";
import { AssignmentTable } from "./assignments.ts";
import { CheckpointWriter, findCheckpoint, removeUnfinished } from "./checkpoint-file.ts";
import { Subjects } from "./subjects.ts";
import { buildWatches, type Watch } from "./watch.ts";

const compiled = compileTriggers(
  [{ text: "trigger HOT version 1 { when avg(max_cell_temp over 5 min) > 60 °C for 30 s; }" }],
  SIGNALS,
);
assert.ok(compiled.ok);
const { set } = compiled;

let folder: string;
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), "sandglass-checkpoint-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Fleet {
  readonly subjects: Subjects;
  readonly watches: readonly Watch[];
}

function fleet(): Fleet {
  return { subjects: new Subjects(), watches: buildWatches(new AssignmentTable([set]), []) };
}

/** One report of a vehicle: its state and its counters change. */
function report({ subjects, watches }: Fleet, key: number, time: number, degrees: number): void {
  const row = subjects.rowOfKey(BigInt(key));
  const [{ monitor, states }] = watches as readonly [Watch];
  assert.ok(monitor);
  const state = (states[row] ??= monitor.create());
  monitor.step(state, time, Float64Array.of(degrees), Uint8Array.of(1), time, () => undefined);
  subjects.counters.received[row]++;
  subjects.newestEvent[row] = time;
}

/** What is known of a vehicle: counters, and what its monitor says from here on. */
function knowledge({ subjects, watches }: Fleet, key: number): unknown {
  const row = subjects.findRow(BigInt(key));
  if (row === undefined) return undefined;
  const [{ monitor, states }] = watches as readonly [Watch];
  const state = states[row];
  assert.ok(monitor && state);
  const copy = monitor.load(monitor.save(state));
  const said: FiringEvent[] = [];
  const time = subjects.newestEvent[row];
  for (let i = 1; i <= 40; i++)
    monitor.step(copy, time + i * 10_000, Float64Array.of(70), Uint8Array.of(1), i, (event) => said.push(event));
  return [subjects.countersOf(row), said.map((event) => [event.kind, "onset" in event ? event.onset : event.at])];
}

async function restored(): Promise<Fleet> {
  const found = await findCheckpoint(folder, (_, reason) => assert.fail(reason));
  assert.ok(found);
  const again = fleet();
  found.restore(again.subjects, again.watches);
  return again;
}

const HEADER = { segment: 3, block: 7, seq: 99, ingestMs: 5, late: [] };
const VEHICLES = 70;

test("a checkpoint that is written while the fleet goes on holds the state at its beginning, of every vehicle once", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.oneof(
          fc.record({ slice: fc.constant(true) }),
          fc.record({ vehicle: fc.integer({ min: 1, max: VEHICLES + 5 }), degrees: fc.integer({ min: 20, max: 90 }) }),
        ),
        { maxLength: 60 },
      ),
      async (plan) => {
        const live = fleet();
        for (let i = 0; i < 300; i++) report(live, 1 + ((i * 13) % VEHICLES), 1_000_000 + i * 1000, 40 + (i % 40));
        const before = Array.from({ length: VEHICLES }, (_, i) => knowledge(live, i + 1));
        const writer = new CheckpointWriter(folder, HEADER, live.subjects, live.watches, "a".repeat(12));
        let time = 2_000_000;
        for (const step of plan) {
          if ("slice" in step) writer.slice(0);
          else {
            const row = live.subjects.rowOfKey(BigInt(step.vehicle));
            writer.keep(row);
            report(live, step.vehicle, (time += 1000), step.degrees);
          }
        }
        while (!writer.isEncoded) writer.slice(1);
        await writer.finish();
        const again = await restored();
        assert.equal(again.subjects.size, VEHICLES, "vehicles that came later are none of it");
        assert.deepEqual(
          Array.from({ length: VEHICLES }, (_, i) => knowledge(again, i + 1)),
          before,
        );
      },
    ),
    { numRuns: 25 },
  );
});

test("one that is given up, or that a dead process left, is no checkpoint; a damaged one gives way to the one before", async () => {
  const live = fleet();
  for (let i = 1; i <= 20; i++) report(live, i, 1_000_000, 30);
  const first = new CheckpointWriter(folder, HEADER, live.subjects, live.watches, "a".repeat(12));
  while (!first.isEncoded) first.slice(1);
  await first.finish();
  const given = new CheckpointWriter(folder, { ...HEADER, block: 8 }, live.subjects, live.watches, "a".repeat(12));
  given.slice(0);
  await given.flushed();
  await given.abort();
  writeFileSync(path.join(folder, "checkpoint-000000000003-000009-aaaaaaaaaaaa.bin.4.new"), "half");
  await removeUnfinished(folder);
  assert.equal(readdirSync(folder).length, 1);
  const second = new CheckpointWriter(folder, { ...HEADER, block: 9 }, live.subjects, live.watches, "a".repeat(12));
  while (!second.isEncoded) second.slice(1);
  await second.finish();
  appendFileSync(path.join(folder, "checkpoint-000000000003-000009-aaaaaaaaaaaa.bin"), "x");
  const damaged: string[] = [];
  const found = await findCheckpoint(folder, (file) => damaged.push(path.basename(file)));
  assert.equal(found?.header.block, 7);
  assert.equal(damaged.length, 1);
});
