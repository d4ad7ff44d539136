import assert from "node:assert/strict";
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { ClosedSegment } from "../journal/mod.ts";
import { HandOver, type SegmentSource } from "./hand-over.ts";

function segmentOf(id: number): ClosedSegment {
  return { id, path: `${id}.native`, indexPath: `${id}.idx`, rows: 1, bytes: 1, firstSeq: id, lastSeq: id };
}

const recorded = async (): Promise<void> => undefined;

/** A journal of which only the list of segments matters. */
class Segments implements SegmentSource {
  readonly removed: number[] = [];
  close: (segment: ClosedSegment) => void = () => undefined;
  readonly #earlier: readonly ClosedSegment[];

  constructor(earlier: readonly number[]) {
    this.#earlier = earlier.map(segmentOf);
  }

  closedSegments(): readonly ClosedSegment[] {
    return this.#earlier;
  }

  onSegmentClosed(listener: (segment: ClosedSegment) => void): void {
    this.close = listener;
  }

  async remove(id: number): Promise<void> {
    this.removed.push(id);
  }
}

test("segments are stored in their order, each told how many wait behind it, and removed when nobody needs them any more", async () => {
  const journal = new Segments([1, 2]);
  const stored: [id: number, waiting: number][] = [];
  let oldest = 2;
  const all = Promise.withResolvers<void>();
  const handOver = new HandOver({
    journal,
    store: async ({ id }, waiting) => {
      stored.push([id, waiting]);
      if (id === 3) all.resolve();
      return recorded;
    },
    oldestNeeded: () => oldest,
    warn: () => assert.fail(),
  });
  journal.close(segmentOf(3));
  await all.promise;
  assert.deepEqual(stored, [
    [1, 1],
    [2, 1],
    [3, 0],
  ]);
  assert.deepEqual(journal.removed, [1]);
  oldest = 3;
  await handOver.close();
  assert.deepEqual(journal.removed, [1, 2]);
});

test("supervision is asked to let go of much, once at a time, and what it lets go of is removed", async () => {
  const journal = new Segments([]);
  const much = 40 << 20;
  let oldest = 1;
  const asked: number[] = [];
  const answers: (() => void)[] = [];
  const stored = Promise.withResolvers<void>();
  const handOver = new HandOver({
    journal,
    store: async ({ id }) => {
      if (id === 3) stored.resolve();
      return recorded;
    },
    oldestNeeded: () => oldest,
    letGo: (bytes) => {
      asked.push(bytes);
      return new Promise((resolve) => answers.push(resolve));
    },
    warn: () => assert.fail(),
  });
  for (const id of [1, 2, 3]) journal.close({ ...segmentOf(id), bytes: much });
  await stored.promise;
  assert.deepEqual(asked, [2 * much], "one segment is not much, and nobody is asked twice");
  assert.deepEqual(journal.removed, []);
  oldest = 3;
  answers[0]();
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(journal.removed, [1, 2]);
  await handOver.close();
});

test("a segment that cannot be stored now holds the next ones back and is tried again", async () => {
  const journal = new Segments([1, 2]);
  const tries: number[] = [];
  const all = Promise.withResolvers<void>();
  const told: object[] = [];
  const handOver = new HandOver({
    journal,
    store: async ({ id }) => {
      tries.push(id);
      if (tries.length === 1) throw new Error("away");
      if (id === 2) all.resolve();
      return recorded;
    },
    oldestNeeded: () => 10,
    warn: (fields) => told.push(fields),
  });
  assert.equal(handOver.backlog().bytes, 2);
  await all.promise;
  await handOver.close();
  assert.deepEqual(handOver.backlog(), { bytes: 0, waitedMs: 0 });
  assert.deepEqual(tries, [1, 1, 2]);
  assert.deepEqual(told, [{ segment: 1, reason: "away" }]);
  assert.deepEqual(journal.removed, [1, 2]);
});

test("the next segment is stored while one is recorded, and no further one", async () => {
  const journal = new Segments([1, 2, 3]);
  const told: string[] = [];
  const records: (() => void)[] = [];
  const until = async (count: number): Promise<void> => {
    while (told.length < count) await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setTimeout(resolve, 20));
  };
  const handOver = new HandOver({
    journal,
    store: async ({ id }) => {
      told.push(`stored ${id}`);
      return () => {
        told.push(`recording ${id}`);
        return new Promise((resolve) => records.push(resolve));
      };
    },
    oldestNeeded: () => 10,
    warn: () => assert.fail(),
  });
  await until(3);
  assert.deepEqual(told, ["stored 1", "recording 1", "stored 2"]);
  assert.deepEqual(journal.removed, []);
  records[0]();
  await until(5);
  assert.deepEqual(told.slice(3), ["recording 2", "stored 3"]);
  assert.deepEqual(journal.removed, [1]);
  let isClosed = false;
  const closed = handOver.close().then(() => (isClosed = true));
  records[1]();
  await until(6);
  assert.equal(isClosed, false, "the end waits for the last record");
  records[2]();
  await closed;
  assert.deepEqual(journal.removed, [1, 2, 3]);
});

test("a segment that could not be recorded is handed over again and loses no other", async () => {
  const journal = new Segments([1, 2]);
  const told: string[] = [];
  const warned: object[] = [];
  const handOver = new HandOver({
    journal,
    store: async ({ id }) => {
      told.push(`stored ${id}`);
      return async () => {
        told.push(`recorded ${id}`);
        if (told.length < 4) throw new Error("away");
      };
    },
    oldestNeeded: () => 10,
    warn: (fields) => warned.push(fields),
  });
  while (journal.removed.length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
  await handOver.close();
  assert.deepEqual(told, ["stored 1", "recorded 1", "stored 2", "recorded 2", "stored 1", "recorded 1"]);
  assert.deepEqual(warned, [{ segment: 1, reason: "away" }]);
  assert.deepEqual(journal.removed, [2, 1]);
  assert.equal(handOver.backlog().bytes, 0);
});

test("what an earlier run left has waited since it was written", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "sandglass-hand-over-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "1.native");
  writeFileSync(path, "rows");
  const written = new Date(Date.now() - 600_000);
  utimesSync(path, written, written);
  const journal = new Segments([]);
  journal.closedSegments = () => [{ ...segmentOf(1), path }];
  const stored = Promise.withResolvers<() => Promise<void>>();
  const handOver = new HandOver({
    journal,
    store: () => stored.promise,
    oldestNeeded: () => 0,
    warn: () => assert.fail(),
  });
  const { waitedMs } = handOver.backlog();
  assert.ok(waitedMs >= 599_000 && waitedMs < 660_000, String(waitedMs));
  stored.resolve(recorded);
  await handOver.close();
});

test("a segment that was set aside keeps its file and does not hold the next one back", async () => {
  const journal = new Segments([1, 2]);
  const second = Promise.withResolvers<void>();
  const handOver = new HandOver({
    journal,
    store: async ({ id }) => {
      if (id === 1) return "set aside";
      second.resolve();
      return recorded;
    },
    oldestNeeded: () => 10,
    warn: () => assert.fail(),
  });
  await second.promise;
  await handOver.close();
  assert.deepEqual(journal.removed, [2]);
});
