import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { EventJournal, type EventRow } from "../../journal/mod.ts";
import { openTestRecords, type TestRecords } from "../../records/testing.ts";
import { EventSupervision, journalEventRows } from "./mod.ts";
import type { EventSupervisionOptions } from "./event-supervision.ts";
import { CHAT, CONFIRMED, counter, event, random, recording, reseed, ROOT, SET, T0 } from "./recording.fixture.ts";

let records: TestRecords;
let folder: string;
let journal: EventJournal;
let supervision: EventSupervision;
let now: number;

before(async () => {
  records = await openTestRecords();
});
after(() => records.close());
beforeEach(fresh);
afterEach(stop);

const openJournal = (): Promise<EventJournal> =>
  EventJournal.open({ folder: path.join(folder, "events"), minFreeBytes: 0, segmentRows: 50 });

async function fresh(): Promise<void> {
  await records.asSuperuser("truncate findings, finding_events, outbox, ledger_leaves cascade");
  folder = mkdtempSync(path.join(tmpdir(), "sandglass-late-events-"));
  journal = await openJournal();
  now = T0;
}

async function stop(): Promise<void> {
  await journal.close();
  await supervision.close();
  rmSync(folder, { recursive: true, force: true });
}

async function start(more: Partial<EventSupervisionOptions> = {}): Promise<void> {
  supervision = await EventSupervision.start({
    records,
    journal,
    dataDir: folder,
    assignments: { everywhere: [SET], published: () => [], projects: () => [], version: () => 0 },
    now: () => now,
    rows: journalEventRows(journal, () => journal.status().nextSeq - 1),
    // Replays happen when a test asks for them.
    late: { quietMs: Number.POSITIVE_INFINITY, mostMs: Number.POSITIVE_INFINITY, share: 1 },
    checkpointMs: 1e9,
    ...more,
  });
}

/** Ends it as a kill would: what a checkpoint at the end would have kept is gone. */
async function kill(): Promise<void> {
  const home = path.join(folder, "supervision");
  const names = (): string[] => (existsSync(home) ? readdirSync(home) : []);
  await supervision.settled();
  const kept = new Map(names().map((name) => [name, readFileSync(path.join(home, name))]));
  await journal.close();
  await supervision.close();
  for (const name of names()) rmSync(path.join(home, name));
  for (const [name, bytes] of kept) writeFileSync(path.join(home, name), bytes);
  journal = await openJournal();
}

async function feed(rows: readonly EventRow[]): Promise<void> {
  now = Math.max(now, ...rows.map(({ received }) => received));
  await journal.append(rows);
  await supervision.settled();
}

const shown = async (): Promise<unknown[]> =>
  (await records.asSuperuser("select * from findings order by trigger_id, onset")).map((row) => [
    row["trigger_id"],
    row["level"],
    row["status"],
    ((row["onset"] as Date).getTime() - T0) / 1000,
    row["cleared_at"] === null ? null : ((row["cleared_at"] as Date).getTime() - T0) / 1000,
    row["origin"],
  ]);
const kinds = async (): Promise<unknown[]> =>
  (await records.asSuperuser("select payload->>'kind' as kind from outbox order by id")).map(({ kind }) => kind);

test("a late event makes a finding that says when it happened and that a replay found it", async () => {
  await start();
  await feed([event(ROOT, 1, "login_failed"), event(ROOT, 40, "login_failed")]);
  await feed([event(ROOT, 20, "login_failed", { received: T0 + 41_000 })]);
  assert.deepEqual(await shown(), []);
  assert.deepEqual([supervision.status().late, supervision.status().lateData?.waiting], [1, 1]);
  await supervision.settleLate();
  assert.deepEqual(await shown(), [["LOGIN", 2, "firing", 40, null, "replay"]]);
  const [{ feed: of, subject_kind: kind, detected_at: detected }] = await records.asSuperuser("select * from findings");
  assert.deepEqual([of, kind, (detected as Date).getTime()], ["events", "backend_account", T0 + 41_000]);
  // The live state goes on from the replay's: the firing ends when its window does.
  await feed([event(ROOT, 310, "x")]);
  assert.deepEqual(await shown(), [["LOGIN", 2, "cleared", 40, 301, "replay"]]);
});

test("an answer that comes late takes the finding of its deadline back, and says so", async () => {
  await start();
  await feed([event(CHAT, 0, "complaint_received"), event(CHAT, 50, "x")]);
  assert.deepEqual(await shown(), [["COMPLAINT", 1, "cleared", 30, 30, "live"]]);
  await feed([event(CHAT, 10, "complaint_closed", { received: T0 + 60_000 })]);
  await supervision.settleLate();
  assert.deepEqual(await shown(), [["COMPLAINT", 1, "retracted", 30, 30, "live"]]);
  assert.deepEqual(await kinds(), ["onset", "cleared", "retracted"]);
});

test("a cumulative counter that reports late is counted on from in its place", async () => {
  await start();
  const total = (second: number, value: number): EventRow => counter(second, "outputs_total", value, "cumulative");
  const flagged = (second: number, value: number): EventRow => counter(second, "outputs_flagged", value, "cumulative");
  await feed([total(0, 1_000), flagged(0, 50), total(20, 1_100), total(30, 1_200), total(70, 1_300)]);
  // From 80 s on 30 of 200 in the last minute, so it seems: the report of 10 s is still under way.
  await feed([flagged(75, 80), total(90, 1_320), total(100, 1_340)]);
  assert.deepEqual(await shown(), [["RATE", 2, "firing", 90, null, "live"]]);
  await feed([{ ...flagged(10, 78), received: T0 + 101_000 }]);
  await supervision.settleLate();
  // 28 of them were before that minute, where they were more than a tenth.
  assert.deepEqual(
    (await shown()).map((row) => (row as unknown[]).filter((_, column) => column !== 4)),
    [
      ["RATE", 2, "cleared", 30, "replay"],
      ["RATE", 2, "retracted", 90, "live"],
    ],
  );
});

test("nothing is confirmed while late events of its subject are still to be judged", async () => {
  await start();
  await feed([1, 2, 3].map((s) => event(ROOT, s, "login_failed")));
  await feed([event(ROOT, 2.5, "config_changed")]);
  await feed([event(ROOT, 100, "x")]);
  const confirmed = async (): Promise<unknown[]> =>
    (await records.asSuperuser("select confirmed from findings where trigger_id = 'LOGIN'")).map(
      (row) => row["confirmed"],
    );
  assert.deepEqual(await confirmed(), [false]);
  await supervision.settleLate();
  await feed([event(ROOT, 200, "x")]);
  assert.deepEqual(
    (await records.asSuperuser("select trigger_id, status, suppressed_by from findings order by trigger_id")).map(
      (row) => Object.values(row),
    ),
    [
      ["CHANGED", "cleared", null],
      ["LOGIN", "suppressed", "CHANGED"],
    ],
  );
});

test("late events that no trigger asks for, or that say nothing new, are counted and change nothing", async () => {
  await start();
  await feed([1, 2, 3].map((s) => event(ROOT, s, "login_failed")));
  const before = [await shown(), (await kinds()).length];
  await feed([event(ROOT, 2, "unheard_of")]);
  assert.equal(supervision.status().lateData?.waiting, 0);
  await feed([event(ROOT, 1.5, "login_failed", { disposition: 2 })]);
  await feed([event(ROOT, -700, "login_failed")]);
  await feed([event(ROOT, -8 * 86_400, "login_failed")]);
  assert.deepEqual([supervision.status().lateData?.waiting, supervision.status().lateData?.tooOld], [1, 1]);
  await supervision.settleLate();
  assert.deepEqual([await shown(), (await kinds()).length], before);
});

// ── any order of arrival ────────────────────────────────────────────────────────────────────────────────────────────

/** The same events as they arrive when some are under way for up to `most` seconds, and some are sent twice. */
function delayed(rows: readonly EventRow[], most: number): EventRow[] {
  return rows
    .flatMap((row) => {
      const late = random() < 0.15 ? Math.round(random() * most * 1000) : 0;
      const first = { ...row, received: row.time + 200 + late };
      return random() < 0.05 ? [first, { ...row, received: first.received + Math.round(random() * 20_000) }] : [first];
    })
    .toSorted((a, b) => a.received - b.received);
}

async function runOf(rows: readonly EventRow[], kills = false): Promise<unknown[]> {
  await stop();
  await fresh();
  await start();
  for (let at = 0; at < rows.length;) {
    const part = rows.slice(at, at + 1 + Math.floor(random() * 25));
    at += part.length;
    await feed(part);
    if (random() < 0.2) await supervision.settleLate();
    if (kills && random() < 0.2) {
      await kill();
      await start({ checkpointMs: random() < 0.5 ? 0 : 1e9 });
    }
  }
  await supervision.settleLate();
  // Far enough on that every timer has ended and everything is confirmed.
  const last = Math.max(...rows.map(({ time }) => time));
  for (const seconds of [4_000, 4_010])
    await feed([CHAT, ROOT].map((subject) => event(subject, (last - T0) / 1000 + seconds, "x")));
  await supervision.settleLate();
  return records.asSuperuser(CONFIRMED);
}

const ROUNDS = [1, 2].map((round) => {
  reseed(round);
  return { rows: recording(750) };
});
const inOrder = new Map<(typeof ROUNDS)[number], unknown[]>();

for (const [name, most, kills] of [
  ["permuted within the lateness allowance", 55, false],
  ["delayed by many minutes", 900, false],
  ["permuted, killed and restarted at random points", 55, true],
  ["delayed by many minutes, killed and restarted at random points", 900, true],
] as const) {
  test(`events ${name}, in any batches, give the same confirmed findings as in order`, async () => {
    await start();
    for (const round of ROUNDS) {
      reseed(1000 * most + ROUNDS.indexOf(round) + (kills ? 500 : 0));
      const expected = inOrder.get(round) ?? (await runOf(round.rows));
      inOrder.set(round, expected);
      assert.ok(expected.length > 5, `only ${expected.length} findings`);
      assert.deepEqual(await runOf(delayed(round.rows, most), kills), expected);
    }
  });
}
