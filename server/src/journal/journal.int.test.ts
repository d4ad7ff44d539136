import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { ObservationBlock } from "@sandglass/signals";
import { Journal } from "./journal.ts";
import type { JournalOptions, JournalStatus } from "./journal-options.ts";
import { addRandomRow, contentOf, randomFrom } from "./random-rows.fixture.ts";
import { smallDisk, temporaryFolder } from "./temporary.fixture.ts";

const folders: { remove(): void }[] = [];
after(() => folders.forEach((folder) => folder.remove()));

function newFolder(): string {
  const folder = temporaryFolder("journal");
  folders.push(folder);
  return folder.path;
}

const QUICK = {
  blockRows: 10,
  blockAgeMs: 5,
  segmentAgeMs: 60_000,
  minFreeBytes: 0,
  retryMs: 20,
} satisfies Partial<JournalOptions>;

function append(journal: Journal, rows: number, seed = 1): void {
  const random = randomFrom(seed);
  for (let i = 0; i < rows; i++) {
    const block = journal.findOpenBlock();
    assert.ok(block, "the journal has a block");
    addRandomRow(block, random);
    journal.rowAdded();
  }
}

async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > deadline) assert.fail(`timed out: ${what}`);
    await sleep(2);
  }
}

async function readAll(journal: Journal, from?: { segment: number; block: number }) {
  const blocks: { segment: number; block: number; content: unknown; rows: number; firstSeq: number }[] = [];
  for await (const { segment, block, columns } of journal.read(from)) {
    blocks.push({ segment, block, content: contentOf(columns), rows: columns.rows, firstSeq: columns.firstSeq });
  }
  return blocks;
}

test("a block is durable, delivered and readable when it is full, and when it is old enough", async () => {
  const journal = await Journal.open({ ...QUICK, folder: newFolder() });
  const durable: number[] = [];
  const delivered: { block: number; content: unknown }[] = [];
  journal.onDurable((ticket) => durable.push(ticket));
  journal.subscribe(({ block, columns }) => {
    delivered.push({ block, content: contentOf(columns) });
  });
  append(journal, 13);
  assert.equal(journal.status().durableRows, 0, "nothing is durable before the sync");
  await until(() => journal.status().durableRows === 13, "both blocks durable");
  await until(() => delivered.length === 2, "both blocks delivered");
  assert.deepEqual(durable, [1, 2]);
  const read = await readAll(journal);
  assert.deepEqual(
    read.map(({ rows, firstSeq }) => [rows, firstSeq]),
    [
      [10, 1],
      [3, 11],
    ],
  );
  assert.deepEqual(
    read.map(({ block, content }) => ({ block, content })),
    delivered,
  );
  assert.deepEqual(
    (await readAll(journal, { segment: 1, block: 1 })).map(({ firstSeq }) => firstSeq),
    [11],
  );
  await journal.close();
});

test("a reopened journal keeps every row, continues the sequence and closes what was open", async () => {
  const folder = newFolder();
  const first = await Journal.open({ ...QUICK, folder });
  append(first, 25);
  await until(() => first.status().durableRows === 25, "durable");
  const before = await readAll(first);
  await first.close();

  const second = await Journal.open({ ...QUICK, folder });
  assert.deepEqual(
    second.closedSegments().map(({ id, firstSeq, lastSeq, rows }) => ({ id, firstSeq, lastSeq, rows })),
    [{ id: 1, firstSeq: 1, lastSeq: 25, rows: 25 }],
  );
  assert.deepEqual(await readAll(second), before);
  append(second, 10);
  await until(() => second.status().durableRows === 10, "durable");
  assert.deepEqual(
    (await readAll(second)).map(({ segment, firstSeq }) => [segment, firstSeq]),
    [
      [1, 1],
      [1, 11],
      [1, 21],
      [2, 26],
    ],
  );
  await second.close();
});

test("sequence numbers and segment ids are not used again after every segment was removed", async () => {
  const folder = newFolder();
  const first = await Journal.open({ ...QUICK, folder });
  append(first, 12);
  await first.closeSegment();
  await first.remove(1);
  await first.close();
  assert.deepEqual((await readdir(folder)).sort(), ["next.json"]);

  const second = await Journal.open({ ...QUICK, folder });
  append(second, 1);
  await second.closeSegment();
  assert.deepEqual(
    second.closedSegments().map(({ id, firstSeq }) => [id, firstSeq]),
    [[2, 13]],
  );
  await second.close();
});

test("segments close by rows, by age and on demand, and stay until they are removed", async () => {
  const journal = await Journal.open({ ...QUICK, folder: newFolder(), segmentRows: 20, segmentAgeMs: 60 });
  const closed: number[] = [];
  journal.onSegmentClosed(({ rows }) => closed.push(rows));
  append(journal, 20);
  await until(() => closed.length === 1, "closed by rows");
  append(journal, 3);
  await until(() => closed.length === 2, "closed by age");
  append(journal, 4);
  await journal.closeSegment();
  assert.deepEqual(closed, [20, 3, 4]);
  await journal.closeSegment();
  assert.deepEqual(closed, [20, 3, 4], "an empty segment is not closed");
  await journal.remove(2);
  assert.deepEqual(
    journal.closedSegments().map(({ id }) => id),
    [1, 3],
  );
  assert.deepEqual(
    (await readAll(journal)).map(({ segment }) => segment),
    [1, 1, 3],
  );
  await journal.close();
});

test("segments close while more blocks are always waiting to be committed", async () => {
  const journal = await Journal.open({ ...QUICK, folder: newFolder(), segmentRows: 20, poolBlocks: 16 });
  for (let i = 0; i < 12; i++) append(journal, 10, i + 1);
  await until(() => journal.status().durableRows === 120, "all durable");
  await journal.closeSegment();
  assert.deepEqual(
    journal.closedSegments().map(({ rows }) => rows),
    [20, 20, 20, 20, 20, 20],
  );
  append(journal, 10);
  await journal.close();
  assert.deepEqual(
    journal.closedSegments().map(({ rows }) => rows),
    [20, 20, 20, 20, 20, 20, 10],
  );
});

test("rows that trickle in while segments close by age all become durable", async () => {
  const journal = await Journal.open({ ...QUICK, folder: newFolder(), blockAgeMs: 2, segmentAgeMs: 3 });
  for (let row = 1; row <= 60; row++) {
    append(journal, 1, row);
    await sleep(row % 4);
    if (row % 10 === 0)
      await until(() => journal.status().durableRows === row, `row ${row} durable without further rows`);
  }
  await journal.close();
  assert.equal(
    journal.closedSegments().reduce((sum, { rows }) => sum + rows, 0),
    60,
  );
});

test("a slow consumer stops intake and lets it go on, and no block is reused before it is done", async () => {
  const journal = await Journal.open({ ...QUICK, folder: newFolder(), poolBlocks: 4 });
  const seen: { columns: ObservationBlock; content: unknown }[] = [];
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  journal.subscribe(async ({ columns }) => {
    const content = contentOf(columns);
    await gate;
    assert.deepEqual(contentOf(columns), content, "the block is untouched while the consumer holds it");
    seen.push({ columns, content });
  });
  let rows = 0;
  let writable = 0;
  journal.onWritable(() => {
    writable++;
  });
  while (journal.findOpenBlock() !== undefined) {
    append(journal, 10, rows + 1);
    rows += 10;
  }
  assert.equal(rows, 40, "the pool limits what is in flight");
  await until(() => journal.status().durableRows === rows, "durable although not consumed");
  assert.equal(journal.findOpenBlock(), undefined);
  release();
  await until(() => journal.findOpenBlock() !== undefined, "room again");
  assert.ok(writable > 0);
  await until(() => seen.length === rows / 10, "all delivered");
  await journal.close();
});

test("two consumers both see every block in order", async () => {
  const journal = await Journal.open({ ...QUICK, folder: newFolder() });
  const first: number[] = [];
  const second: number[] = [];
  journal.subscribe(({ columns }) => {
    first.push(columns.firstSeq);
  });
  journal.subscribe(async ({ columns }) => {
    const { firstSeq } = columns;
    await sleep(3);
    second.push(firstSeq);
  });
  for (let i = 0; i < 10; i++) {
    await until(() => journal.findOpenBlock() !== undefined, "room");
    append(journal, 10);
  }
  await until(() => second.length === 10, "all delivered");
  assert.deepEqual(
    first,
    Array.from({ length: 10 }, (_, i) => 1 + i * 10),
  );
  assert.deepEqual(second, first);
  await journal.close();
});

test("a second opener is refused while the first lives", async () => {
  const folder = newFolder();
  const journal = await Journal.open({ ...QUICK, folder });
  await assert.rejects(Journal.open({ ...QUICK, folder }), { code: "SG_JOURNAL_LOCKED" });
  await journal.close();
  await (await Journal.open({ ...QUICK, folder })).close();
});

test("the lock of a process that is gone, of a reused pid and a damaged lock are reclaimed", async () => {
  const folder = newFolder();
  const child = spawn(process.execPath, ["-e", ""]);
  await new Promise((resolve) => child.once("exit", resolve));
  for (const stale of [
    JSON.stringify({ pid: child.pid, start: "x 1" }),
    JSON.stringify({ pid: process.pid, start: "x 1" }),
    "{",
  ]) {
    await writeFile(join(folder, "lock"), stale);
    await (await Journal.open({ ...QUICK, folder })).close();
  }
  assert.deepEqual(
    (await readdir(folder)).filter((name) => name.startsWith("lock")),
    [],
  );
});

test("a full disk pauses intake without a false answer, and intake resumes when space returns", async (context) => {
  const disk = smallDisk(4);
  if ("skip" in disk) {
    context.skip(disk.skip);
    return;
  }
  folders.push(disk);
  const ballast = join(disk.path, "ballast");
  const folder = join(disk.path, "journal");
  const journal = await Journal.open({ ...QUICK, folder });
  const durable: number[] = [];
  const alarms: JournalStatus[] = [];
  journal.onDurable((ticket) => durable.push(ticket));
  journal.onStatus((status) => alarms.push(status));
  append(journal, 10);
  await until(() => durable.length === 1, "first block");

  await writeFile(ballast, Buffer.alloc(8 << 20)).catch((error: NodeJS.ErrnoException) =>
    assert.equal(error.code, "ENOSPC"),
  );
  append(journal, 20, 2);
  await until(() => journal.status().paused, "paused");
  assert.equal(journal.status().code, "SG_JOURNAL_DISK_FULL");
  assert.equal(journal.findOpenBlock(), undefined);
  await sleep(100);
  assert.deepEqual(durable, [1], "nothing is confirmed while the disk is full");
  assert.deepEqual(
    (await readAll(journal)).map(({ firstSeq }) => firstSeq),
    [1],
  );

  await rm(ballast);
  await until(() => durable.length === 3, "resumed");
  assert.equal(journal.status().paused, false);
  assert.deepEqual(
    alarms.map(({ paused, code }) => [paused, code]),
    [
      [true, "SG_JOURNAL_DISK_FULL"],
      [false, undefined],
    ],
  );
  assert.deepEqual(
    (await readAll(journal)).map(({ firstSeq }) => firstSeq),
    [1, 11, 21],
  );
  await journal.close();
  const again = await Journal.open({ ...QUICK, folder });
  assert.deepEqual(
    (await readAll(again)).map(({ firstSeq }) => firstSeq),
    [1, 11, 21],
  );
  await again.close();
});

test("intake pauses above the free-space floor, before the disk is full", async (context) => {
  const disk = smallDisk(8);
  if ("skip" in disk) {
    context.skip(disk.skip);
    return;
  }
  folders.push(disk);
  const journal = await Journal.open({ ...QUICK, folder: join(disk.path, "journal"), minFreeBytes: 16 << 20 });
  append(journal, 10);
  await until(() => journal.status().code === "SG_JOURNAL_DISK_FULL", "paused");
  assert.equal(journal.status().durableRows, 0);
  await journal.close();
  const again = await Journal.open({ ...QUICK, folder: join(disk.path, "journal") });
  assert.deepEqual(await readAll(again), [], "rows that were never confirmed are given up at close");
  await again.close();
});
