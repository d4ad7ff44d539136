import assert from "node:assert/strict";
import { test } from "node:test";
import { createColumnDecoder } from "@sandglass/gbt32960";
import { getList, ObservationBlock, Reason, RUN_WORDS } from "@sandglass/signals";
import { randomPacks, randomReport, seeded } from "../../../../packages/gbt32960/testing/fixtures.ts";
import { createColumnMap } from "./column-map.ts";
import { decodeNativeBlock, NativeEncoder } from "../../journal/mod.ts";
import { contentOf } from "../../journal/random-rows.fixture.ts";
import { ALL, DAY, fixture, SALT } from "../../history/segments.fixture.ts";

const FRAMES = 600;
const BLOCK_ROWS = 100;
const LISTS = ["cell.voltage", "probe.temp"].map(getList);

/** Frames of both editions as the gateway puts them into blocks; every tenth is not what was decoded. */
function makeBlocks(): { frames: Uint8Array[]; blocks: ObservationBlock[] } {
  const decode = createColumnDecoder(createColumnMap());
  const random = seeded(20_261_122);
  const frames: Uint8Array[] = [];
  const blocks: ObservationBlock[] = [];
  for (let i = 0; i < FRAMES; i++) {
    if (i % BLOCK_ROWS === 0) blocks.push(new ObservationBlock(BLOCK_ROWS));
    const block = blocks[blocks.length - 1];
    block.firstSeq = 1 + i - block.rows;
    const edition = i % 2 === 0 ? 2016 : 2025;
    // The last block has vehicles without gaps only: its lists are in no column.
    const frame = i >= FRAMES - BLOCK_ROWS || i % 3 > 0 ? randomPacks(random, edition) : randomReport(random, edition);
    const row = block.rows;
    if (!decode(frame, block, row).ok) block.clearRow();
    let raw = frame;
    if (i % 10 === 0) {
      block.clearRuns();
      raw = Uint8Array.from(frame, (byte) => byte ^ 0x5a);
    }
    block.putRaw(raw);
    frames.push(raw);
    block.vehicle[row] = 3n;
    block.eventTime[row] = block.receiveTime[row] = DAY + i * 1000;
    block.edition[row] = edition === 2016 ? 16 : 25;
    block.command[row] = 2;
    block.endRow();
  }
  return { frames, blocks };
}

test(
  "frames and their lists come back as they were, though the lists are kept once",
  { timeout: 300_000 },
  async () => {
    const { frames, blocks } = makeBlocks();
    const encoder = new NativeEncoder();
    const encoded = blocks.map((block) => Buffer.from(encoder.encode(block)));
    for (const [i, bytes] of encoded.entries())
      assert.deepEqual(contentOf(decodeNativeBlock(bytes)), contentOf(blocks[i]));
    const taken = LISTS.map(({ column }) => {
      let rows = 0;
      for (const { lists, rows: all } of blocks)
        for (let row = 0; row < all; row++) if ((lists[column].runs?.[row * RUN_WORDS + 1] ?? 0) > 0) rows++;
      return rows;
    });
    assert.ok(
      taken.every((rows) => rows > FRAMES / 5 && rows < FRAMES * 0.8),
      `taken from frames: ${taken.join(", ")}`,
    );

    const files = fixture();
    const stores = [await files.open(), await files.open({ folder: "without-raw", rawReports: false })];
    try {
      const segment = files.rawSegment(Buffer.concat(encoded), FRAMES);
      for (const history of stores) {
        await history.insertSegment(segment, SALT);
        const { items } = await history.samples(ALL, {
          vehicle: 3n,
          from: DAY,
          to: DAY + FRAMES * 1000,
          signals: LISTS.map(({ id }) => id),
          limit: FRAMES,
        });
        assert.equal(items.length, FRAMES);
        for (const [i, { values }] of items.entries()) {
          const block = blocks[Math.floor(i / BLOCK_ROWS)];
          const row = i % BLOCK_ROWS;
          for (const { id, column, perUnit } of LISTS) {
            const { ends, ticks, reasons } = block.lists[column];
            const expected: (number | null)[] = [];
            for (let at = row === 0 ? 0 : ends[row - 1]; at < ends[row]; at++)
              expected.push(reasons[at] === Reason.ok ? ticks[at] / perUnit : null);
            assert.deepEqual(values[id], expected, `${id} of row ${i}`);
          }
        }
      }
      const [whole, without] = stores;
      for (const [i, bytes] of frames.entries()) {
        if (i % 31 !== 0) continue;
        const found = await whole.frame(ALL, { vehicle: 3n, seq: segment.firstSeq + i });
        assert.equal(found?.length, bytes.length);
        assert.deepEqual(Buffer.from(found?.bytes ?? []), Buffer.from(bytes), `frame ${i}`);
      }
      assert.equal(await whole.refuteSegment(segment.id), undefined, "every frame is what was hashed when it came");
      assert.equal((await without.frame(ALL, { vehicle: 3n, seq: segment.firstSeq }))?.missing, "not-kept");
      assert.equal(await whole.copyEvidence("fnd_1", 3n, DAY, DAY + 20_000), 20);
      const kept = await whole.evidence(ALL, { findingId: "fnd_1", limit: 20 });
      assert.deepEqual(
        kept.items.map(({ bytes }) => Buffer.from(bytes)),
        frames.slice(0, 20).map((frame) => Buffer.from(frame)),
      );
    } finally {
      for (const history of stores) await history.close();
      files.remove();
    }
  },
);
