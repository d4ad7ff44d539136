import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { appendFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { decodeEventBlock, encodeEventBlock, type EventRow } from "./event-block.ts";
import { EventJournal, type DurableEvents } from "./event-journal.ts";
import { eventRow } from "./event-rows.fixture.ts";
import { smallDisk, temporaryFolder } from "./temporary.fixture.ts";

const folders: { remove(): void }[] = [];
after(() => folders.forEach((folder) => folder.remove()));
function newFolder(): string {
  const folder = temporaryFolder("events");
  folders.push(folder);
  return folder.path;
}

async function readAll(journal: EventJournal, after?: { segment: number; block: number }): Promise<DurableEvents[]> {
  const blocks: DurableEvents[] = [];
  for await (const block of journal.read(after)) blocks.push(block);
  return blocks;
}

async function caughtUp(isDone: () => boolean): Promise<void> {
  while (!isDone()) await sleep(1);
}

test("a block of any events reads back as it was", () => {
  const row: fc.Arbitrary<EventRow> = fc.record({
    subject: fc.bigInt({ min: 0n, max: 0x7fff_ffff_ffff_ffffn }),
    kind: fc.nat(255),
    source: fc.string({ unit: "binary" }),
    id: fc.string({ unit: "grapheme" }),
    time: fc.integer({ min: -2_208_988_800_000, max: 10_413_791_999_999 }),
    received: fc.integer({ min: 0, max: 10_413_791_999_999 }),
    name: fc.string(),
    value: fc.option(fc.double({ noNaN: true }), { nil: undefined }),
    attributes: fc.json(),
    credential: fc.string(),
    assurance: fc.nat(3),
    format: fc.nat(3),
    disposition: fc.nat(4),
    raw: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    requestOffset: fc.constant(0),
  });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 20 }), fc.nat(1_000_000), (rows, seq) => {
      const offsets = rows.map((each, index) => ({ ...each, requestOffset: index }));
      assert.deepEqual(decodeEventBlock(Buffer.from(encodeEventBlock(offsets, seq + 20))), {
        firstSeq: seq + 20,
        rows: offsets,
      });
    }),
  );
});

test("numbers go on over segments, a restart and the removal of every segment", async () => {
  const folder = newFolder();
  let journal = await EventJournal.open({ folder, minFreeBytes: 0, segmentRows: 3 });
  const firsts = await Promise.all([journal.append([eventRow(1), eventRow(2)]), journal.append([eventRow(3)])]);
  assert.deepEqual(firsts, [1, 3]);
  assert.equal(await journal.append([eventRow(4)]), 4);
  await journal.close();
  journal = await EventJournal.open({ folder, minFreeBytes: 0 });
  assert.deepEqual(
    (await readAll(journal)).flatMap((block) => block.rows.map((row) => row.id)),
    ["e1", "e2", "e3", "e4"],
  );
  for (const { id } of journal.closedSegments()) await journal.remove(id);
  assert.deepEqual(
    (await readdir(folder)).filter((name) => name.endsWith(".native")),
    [],
  );
  await journal.close();
  journal = await EventJournal.open({ folder, minFreeBytes: 0 });
  assert.equal(await journal.append([eventRow(5)]), 5);
  await journal.close();
});

test("consumers get every block once and in order; a reader from a position gets the rest", async () => {
  const journal = await EventJournal.open({ folder: newFolder(), minFreeBytes: 0, segmentRows: 10 });
  const seen: number[] = [];
  const blocks: DurableEvents[] = [];
  journal.subscribe(async (block) => {
    await sleep(1);
    blocks.push(block);
    seen.push(...block.rows.map((_, index) => block.firstSeq + index));
  });
  for (let i = 0; i < 25; i++) await journal.append([eventRow(i)]);
  const middle = { segment: 2, block: 1 };
  const rest = await readAll(journal, middle);
  await journal.close();
  assert.deepEqual(
    seen,
    Array.from({ length: 25 }, (_, i) => i + 1),
  );
  const behind = blocks.filter(
    ({ segment, block }) => segment > middle.segment || (segment === middle.segment && block > middle.block),
  );
  assert.deepEqual(
    rest.map(({ firstSeq }) => firstSeq),
    behind.map(({ firstSeq }) => firstSeq),
  );
});

test("too many waiting rows are refused and nothing of them is kept", async () => {
  const journal = await EventJournal.open({ folder: newFolder(), minFreeBytes: 0, maxWaiting: 10 });
  const outcomes = await Promise.allSettled(
    Array.from({ length: 8 }, (_, i) => journal.append([eventRow(2 * i), eventRow(2 * i + 1)])),
  );
  const kept = outcomes.filter((each) => each.status === "fulfilled").length;
  assert.equal(kept, 5);
  for (const each of outcomes)
    if (each.status === "rejected") assert.equal((each.reason as { code: string }).code, "SG_EVENTS_BUSY");
  const stored = (await readAll(journal)).reduce((sum, block) => sum + block.rows.length, 0);
  assert.equal(stored, kept * 2);
  await journal.close();
});

test("while a consumer is behind, appends are refused; they are taken again when it has caught up", async () => {
  const journal = await EventJournal.open({ folder: newFolder(), minFreeBytes: 0, maxBehind: 3 });
  let release = (): void => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  let seen = 0;
  journal.subscribe(async ({ rows }) => {
    await gate;
    seen += rows.length;
  });
  for (let i = 0; i < 3; i++) await journal.append([eventRow(i)]);
  await assert.rejects(journal.append([eventRow(9)]), { code: "SG_EVENTS_BUSY" });
  release();
  await caughtUp(() => seen >= 3);
  await sleep(1);
  assert.equal(await journal.append([eventRow(3)]), 4);
  await journal.close();
  assert.equal(seen, 4);
});

test("what stands behind the last whole block is cut off", async () => {
  const folder = newFolder();
  let journal = await EventJournal.open({ folder, minFreeBytes: 0, segmentAgeMs: 60_000 });
  await journal.append([eventRow(1)]);
  await journal.append([eventRow(2)]);
  await journal.close();
  const [native] = (await readdir(folder)).filter((name) => name.endsWith(".native"));
  await appendFile(join(folder, native as string), "half a block");
  await appendFile(join(folder, (native as string).replace("native", "idx")), "half a record");
  journal = await EventJournal.open({ folder, minFreeBytes: 0 });
  assert.equal((await readAll(journal)).flatMap((block) => block.rows).length, 2);
  assert.equal(await journal.append([eventRow(3)]), 3);
  await journal.close();
});

test("a full disk refuses with its code; nothing of the refused is kept and intake goes on when there is room", async (t) => {
  const disk = smallDisk(2);
  if ("skip" in disk) return t.skip(disk.skip);
  try {
    const journal = await EventJournal.open({
      folder: join(disk.path, "events"),
      minFreeBytes: 0,
      segmentAgeMs: 60_000,
    });
    const big = () => ({ ...eventRow(1), raw: Buffer.alloc(700_000, 7) });
    const outcomes: string[] = [];
    for (let i = 0; i < 5; i++)
      outcomes.push(
        await journal.append([big()]).then(
          () => "kept",
          (error: unknown) => (error as { code: string }).code,
        ),
      );
    const kept = outcomes.filter((each) => each === "kept").length;
    assert.ok(kept >= 1 && kept < 5, outcomes.join());
    assert.ok(
      outcomes.every((each) => each === "kept" || each === "SG_JOURNAL_DISK_FULL"),
      outcomes.join(),
    );
    assert.equal(await journal.append([eventRow(9)]), kept + 1);
    const blocks = await readAll(journal);
    assert.equal(blocks.length, kept + 1);
    await journal.close();
  } finally {
    disk.remove();
  }
});

test("kill -9 at any instant loses no event that was answered", async () => {
  for (let round = 0; round < 3; round++) {
    const folder = newFolder();
    const child = spawn(process.execPath, [join(import.meta.dirname, "event-crash.fixture.ts"), folder], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const answered: number[] = [];
    createInterface({ input: child.stdout }).on("line", (line) => answered.push(Number(line)));
    while (answered.length < 20) await sleep(5);
    await sleep(20 * round);
    child.kill("SIGKILL");
    await new Promise((resolve) => child.once("close", resolve));
    const journal = await EventJournal.open({ folder, minFreeBytes: 0 });
    const stored = new Set((await readAll(journal)).flatMap((block) => block.rows.map((row) => row.id)));
    for (const id of answered)
      assert.ok(stored.has(`e${id}`), `event ${id} of ${answered.length} was answered and is lost`);
    await journal.close();
  }
});
