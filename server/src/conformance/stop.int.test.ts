/** A stop that does not wait for the counters, on a real database: nothing of them is written, and the next start has them all. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { DurableBlock } from "../journal/mod.ts";
import { openTestRecords, type TestRecords } from "../records/testing.ts";
import { BASE } from "./counters.ts";
import { blockOf, report } from "./frames.fixture.ts";
import { Conformance, type BlockSource } from "./conformance.ts";

const NOON = Date.UTC(2026, 10, 22, 4);

let records: TestRecords;
before(async () => {
  records = await openTestRecords();
});
after(() => records.close());

/** A journal of blocks, of which the later ones come while somebody listens. */
class Blocks implements BlockSource {
  readonly #durable: DurableBlock[] = [];
  readonly #consumers: ((durable: DurableBlock) => void | Promise<void>)[] = [];

  async add(vehicles: number): Promise<void> {
    const block = this.#durable.length;
    const rows = Array.from({ length: vehicles }, (_, i) => ({
      frame: report({ vin: `LTESTVAN${String(i).padStart(9, "0")}`, time: NOON + block * 10_000 }),
      vehicle: BigInt(i + 1),
    }));
    const durable = { segment: 1, block, columns: blockOf(rows) };
    this.#durable.push(durable);
    for (const consumer of this.#consumers) await consumer(durable);
  }
  subscribe(consumer: (durable: DurableBlock) => void | Promise<void>): void {
    this.#consumers.push(consumer);
  }
  async *read(from?: { readonly block: number }): AsyncIterable<DurableBlock> {
    yield* this.#durable.slice(from?.block ?? 0);
  }
}

const stored = async (): Promise<{ readonly block: number; readonly frames: number }> => {
  const [row] = await records.asSuperuser(
    `select (select block from quality_cursor) as block,
       (select sum(base[${BASE.frames + 1}])::int from quality_vehicle_days) as frames`,
  );
  return { block: Number(row!.block), frames: Number(row!.frames) };
};

test("counters that a stop has no time for are counted again from the journal, once", async () => {
  const journal = new Blocks();
  await journal.add(20);
  const first = await Conformance.start({ records, journal, writeEveryMs: 1e6, lastPatienceMs: 0 });
  assert.deepEqual(await stored(), { block: 0, frames: 20 });
  await journal.add(20);
  await first.close();
  assert.deepEqual(await stored(), { block: 0, frames: 20 }, "nothing of the second block is written");
  const second = await Conformance.start({ records, journal });
  await second.close();
  assert.deepEqual(await stored(), { block: 1, frames: 40 });
});
