import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { indexPath, nativePath, readSegmentIndex, recoverSegment } from "./segment-files.ts";
import { INDEX_RECORD_BYTES } from "./segment-index.ts";
import { SegmentWriter } from "./segment-writer.ts";

const folder = await mkdtemp(join(tmpdir(), "sandglass-segment-"));
after(() => rm(folder, { recursive: true }));

/** Three small blocks; the recovery does not look inside them. */
const BLOCKS = ["first block", "the second one", "third"].map((text) => Buffer.from(text));
const ENDS = [11, 25, 30];
const writer = await SegmentWriter.create(folder, 7);
let seq = 100;
for (const block of BLOCKS) {
  await writer.append(block, 10, seq);
  seq += 10;
}
await writer.sync();
await writer.close();

async function copyTo(name: string): Promise<string> {
  const target = join(folder, name);
  await cp(nativePath(folder, 7), join(target, "000000000007.native"), { recursive: true });
  await cp(indexPath(folder, 7), join(target, "000000000007.idx"));
  return target;
}

async function survivors(target: string): Promise<number> {
  const entries = await recoverSegment(target, 7, true);
  if (entries.length === 0) {
    await assert.rejects(stat(nativePath(target, 7)), { code: "ENOENT" });
  } else {
    assert.equal(
      (await stat(nativePath(target, 7))).size,
      ENDS[entries.length - 1],
      "data is cut behind the last block",
    );
    assert.equal((await stat(indexPath(target, 7))).size, entries.length * INDEX_RECORD_BYTES, "index is cut with it");
    assert.deepEqual(
      (await recoverSegment(target, 7, true)).length,
      entries.length,
      "a second recovery changes nothing",
    );
  }
  return entries.length;
}

test("data cut at any byte keeps exactly the blocks before the cut", async () => {
  for (let length = 0; length <= 30; length++) {
    const target = await copyTo(`data-${length}`);
    await truncate(nativePath(target, 7), length);
    assert.equal(await survivors(target), ENDS.filter((end) => end <= length).length, `cut at ${length}`);
  }
});

test("an index cut at any byte keeps exactly the blocks whose record is whole", async () => {
  for (let length = 0; length <= 3 * INDEX_RECORD_BYTES; length++) {
    const target = await copyTo(`index-${length}`);
    await truncate(indexPath(target, 7), length);
    assert.equal(await survivors(target), Math.floor(length / INDEX_RECORD_BYTES), `cut at ${length}`);
  }
});

test("one flipped bit anywhere ends the segment before its block", async () => {
  for (let at = 0; at < 30; at++) {
    const target = await copyTo(`data-bit-${at}`);
    const bytes = await readFile(nativePath(target, 7));
    bytes[at] ^= 1 << (at % 8);
    await writeFile(nativePath(target, 7), bytes);
    assert.equal(
      await survivors(target),
      ENDS.findIndex((end) => at < end),
      `data byte ${at}`,
    );
  }
  for (let at = 0; at < 3 * INDEX_RECORD_BYTES; at++) {
    const target = await copyTo(`index-bit-${at}`);
    const bytes = await readFile(indexPath(target, 7));
    bytes[at] ^= 1 << (at % 8);
    await writeFile(indexPath(target, 7), bytes);
    assert.equal(await survivors(target), Math.floor(at / INDEX_RECORD_BYTES), `index byte ${at}`);
  }
});

test("bytes behind the last record are cut off", async () => {
  const target = await copyTo("tail");
  await writeFile(nativePath(target, 7), "half a block", { flag: "a" });
  await writeFile(indexPath(target, 7), "half a record", { flag: "a" });
  assert.equal(await survivors(target), 3);
});

test("the index of another segment is not believed", async () => {
  const target = await copyTo("other");
  await cp(nativePath(target, 7), nativePath(target, 8));
  await cp(indexPath(target, 7), indexPath(target, 8));
  assert.equal((await readSegmentIndex(target, 8)).length, 0);
});

test("rollback takes back blocks that were not made durable", async () => {
  const open = await SegmentWriter.create(folder, 9);
  await open.append(Buffer.from("kept"), 1, 1);
  await open.sync();
  await open.append(Buffer.from("lost"), 1, 2);
  await open.rollback();
  await open.append(Buffer.from("written again"), 1, 2);
  await open.sync();
  await open.close();
  assert.equal(await readFile(nativePath(folder, 9), "latin1"), "keptwritten again");
  assert.deepEqual(
    (await recoverSegment(folder, 9, true)).map(({ block, firstSeq }) => [block, firstSeq]),
    [
      [0, 1],
      [1, 2],
    ],
  );
});

test("a segment that overwrites an old file never shows the old bytes", async () => {
  const spare = join(folder, "0.spare");
  await writeFile(spare, "old bytes ".repeat(100));
  const recycled = await SegmentWriter.create(folder, 11, spare);
  await recycled.append(Buffer.from("new block"), 1, 1);
  await recycled.sync();
  assert.equal((await stat(nativePath(folder, 11))).size, 1000, "the old bytes stay while it is written");
  const crashed = join(folder, "crashed");
  await cp(nativePath(folder, 11), nativePath(crashed, 11), { recursive: true });
  await cp(indexPath(folder, 11), indexPath(crashed, 11));
  for (const newest of [true, false]) {
    assert.equal((await recoverSegment(crashed, 11, newest)).length, 1);
    assert.equal(await readFile(nativePath(crashed, 11), "latin1"), "new block");
  }
  await recycled.close();
  assert.equal(await readFile(nativePath(folder, 11), "latin1"), "new block");
});

test("a data file whose index is gone was being removed: it is deleted", async () => {
  await writeFile(nativePath(folder, 12), "orphan");
  assert.deepEqual(await recoverSegment(folder, 12, false), []);
  await assert.rejects(stat(nativePath(folder, 12)), { code: "ENOENT" });
});

test("an older segment whose index is destroyed is left for a person", async () => {
  await writeFile(nativePath(folder, 13), "data");
  await writeFile(indexPath(folder, 13), Buffer.alloc(INDEX_RECORD_BYTES));
  assert.deepEqual(await recoverSegment(folder, 13, false), []);
  assert.equal(await readFile(nativePath(folder, 13), "latin1"), "data");
});
