import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { treeRoot } from "@sandglass/ledger";
import { ChdbEngine } from "./chdb-engine.ts";
import { insertLeaves, insertToken } from "./segment-sql.ts";
import { frameLeaf, frameSalt, HASHER, LEAVES_PER_CHUNK } from "./segment-tree.ts";
import { DAY, fixture, SALT, type Row } from "./segments.fixture.ts";
import { SILENT } from "./silent.fixture.ts";
import { trusted } from "./sql.ts";

function makeRows(count: number): Row[] {
  return Array.from({ length: count }, (_, i) => ({ vehicle: 7n, time: DAY + i * 1000, raw: `${count} ${i}` }));
}

function rootOf(rows: readonly Row[], firstSeq: number): Buffer {
  const leaves = rows.map(({ raw }, i) => frameLeaf(frameSalt(SALT, firstSeq + i), Buffer.from(raw as string)));
  return Buffer.from(treeRoot(leaves, HASHER));
}

test("a segment of any number of rows has the RFC 6962 root over its leaves", { timeout: 120_000 }, async () => {
  const files = fixture();
  const history = await files.open();
  try {
    for (const count of [1, 2, 3, 7, 254, 255, 256, 257, 511, 770]) {
      const rows = makeRows(count);
      const segment = files.segment(rows, 100);
      const stored = await history.insertSegment(segment, SALT);
      assert.deepEqual(Buffer.from(stored.root), rootOf(rows, segment.firstSeq), `${count} rows`);
    }
  } finally {
    await history.close();
    files.remove();
  }
});

test("hashes that a crash left without their rows are not made twice", { timeout: 60_000 }, async () => {
  const files = fixture();
  const rows = makeRows(2 * LEAVES_PER_CHUNK + 1);
  try {
    await (await files.open()).close();
    const segment = files.segment(rows);
    const folder = join(files.folder, "history");
    const engine = await ChdbEngine.open({ folder, log: SILENT });
    // Another token than the store's: nothing but looking can tell that they are there.
    await engine.execute(insertLeaves(engine, segment, SALT, insertToken("leaves", 1)));
    await engine.close();

    const history = await files.open();
    const stored = await history.insertSegment(segment, SALT);
    await history.close();
    assert.deepEqual(Buffer.from(stored.root), rootOf(rows, segment.firstSeq));
    const again = await ChdbEngine.open({ folder, log: SILENT });
    assert.deepEqual(await again.query(trusted("SELECT toUInt32(count()) FROM segment_leaves")), [[3]]);
    await again.close();
  } finally {
    files.remove();
  }
});
