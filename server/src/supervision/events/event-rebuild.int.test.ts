import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { openHistory, type History } from "../../history/mod.ts";
import { ALL } from "../../history/segments.fixture.ts";
import { EVENT_COLUMNS, EventJournal, observationTable, type EventRow } from "../../journal/mod.ts";
import { openTestRecords, type TestRecords } from "../../records/testing.ts";
import { EventSupervision, storedEventRows, storedSenders } from "./mod.ts";
import { CHAT, CONFIRMED, counter, event, random, recording, reseed, ROOT, SET, T0 } from "./recording.fixture.ts";
import { SILENT } from "../../history/silent.fixture.ts";

let records: TestRecords;
let folder: string;
let history: History;
let journal: EventJournal;
let supervision: EventSupervision | undefined;
let now: number;

before(async () => {
  records = await openTestRecords();
});
after(() => records.close());
beforeEach(fresh);
afterEach(stop);

async function openJournal(): Promise<EventJournal> {
  const opened = await EventJournal.open({ folder: path.join(folder, "events"), minFreeBytes: 0, segmentAgeMs: 20 });
  opened.onSegmentClosed((segment) => void history.insertEventSegment(segment));
  return opened;
}

async function fresh(): Promise<void> {
  await records.asSuperuser("truncate findings, finding_events, outbox, ledger_leaves cascade");
  folder = mkdtempSync(path.join(tmpdir(), "sandglass-event-rebuild-"));
  history = await openHistory({
    dataDir: path.join(folder, "history"),
    columns: observationTable(),
    eventColumns: EVENT_COLUMNS,
    log: SILENT,
  });
  journal = await openJournal();
  now = T0;
}

async function stop(): Promise<void> {
  await journal.close();
  await supervision?.close();
  supervision = undefined;
  await history.close();
  rmSync(folder, { recursive: true, force: true });
}

async function start(): Promise<EventSupervision> {
  const scope = async () => ALL;
  supervision = await EventSupervision.start({
    records,
    journal,
    dataDir: folder,
    assignments: { everywhere: [SET], published: () => [], projects: () => [], version: () => 0 },
    now: () => now,
    rows: storedEventRows(history, scope),
    senders: storedSenders(history, scope),
    // Replays happen when a test asks for them.
    late: { quietMs: Number.POSITIVE_INFINITY, mostMs: Number.POSITIVE_INFINITY, share: 1 },
    checkpointMs: 0,
  });
  return supervision;
}

async function feed(running: EventSupervision, rows: readonly EventRow[]): Promise<void> {
  now = Math.max(now, ...rows.map(({ received }) => received));
  await journal.append(rows);
  await running.settled();
}

/** Ends the process; its checkpoints are lost with it. The journal has what they needed, or nothing that history has. */
async function lose(running: EventSupervision, needed = running.oldestNeededSegment()): Promise<EventSupervision> {
  while (history.status().storedEventSeq < journal.status().nextSeq - 1) await sleep(5);
  for (const { id } of journal.closedSegments()) if (id < needed) await journal.remove(id);
  await journal.close();
  await running.close();
  rmSync(path.join(folder, "supervision"), { recursive: true, force: true });
  journal = await openJournal();
  return start();
}

/** `losses`: behind which events the checkpoint is lost. */
async function runOf(rows: readonly EventRow[], losses: readonly number[]): Promise<unknown[]> {
  let running = await start();
  for (let at = 0; at < rows.length;) {
    const next = losses.find((loss) => loss > at) ?? rows.length;
    const part = rows.slice(at, Math.min(next, at + 1 + Math.floor(random() * 40)));
    at += part.length;
    await feed(running, part);
    if (!losses.includes(at)) continue;
    running = await lose(running);
    assert.ok(running.status().rebuilding > 0);
    // Events go on while states are rebuilt.
    await feed(running, rows.slice(at, at + 3));
    at += 3;
    await running.settleLate();
    assert.equal(running.status().rebuilding, 0);
  }
  const last = Math.max(...rows.map(({ time }) => time));
  for (const seconds of [4_000, 4_010])
    await feed(
      running,
      [CHAT, ROOT].map((subject) => event(subject, (last - T0) / 1000 + seconds, "x")),
    );
  await running.settleLate();
  return records.asSuperuser(CONFIRMED);
}

test("a run of events whose checkpoints are lost twice gives the confirmed findings of a run without loss", async () => {
  reseed(1);
  const rows = recording(500);
  const expected = await runOf(rows, []);
  assert.ok(expected.length > 5, `only ${expected.length} findings`);
  await stop();
  await fresh();
  assert.deepEqual(await runOf(rows, [80, 200]), expected);
});

test("until its state is rebuilt nothing is found of a subject; who is not known is judged at once; counters count on", async () => {
  const total = (second: number, value: number): EventRow => counter(second, "outputs_total", value, "cumulative");
  const flagged = (second: number, value: number): EventRow => counter(second, "outputs_flagged", value, "cumulative");
  let running = await start();
  await feed(running, [total(0, 1_000), flagged(0, 50), total(20, 1_100), flagged(25, 52)]);
  running = await lose(running, Number.POSITIVE_INFINITY);
  assert.equal(running.status().rebuilding, 1);
  await feed(running, [flagged(40, 90), event(CHAT, 45, "complaint_received")]);
  await feed(
    running,
    [41, 42, 43].map((second) => event(ROOT, second, "login_failed")),
  );
  const found = async (): Promise<unknown[]> =>
    (await records.asSuperuser("select trigger_id, onset from findings order by trigger_id, onset")).map((row) => [
      row["trigger_id"],
      ((row["onset"] as Date).getTime() - T0) / 1000,
    ]);
  assert.deepEqual(await found(), [["LOGIN", 43]]);
  await running.settleLate();
  // 40 of 100 within a minute from 40 s on, and for 10 s by the time of the next event.
  await feed(running, [event(CHAT, 55, "x")]);
  assert.deepEqual(await found(), [
    ["LOGIN", 43],
    ["RATE", 50],
  ]);
  // The total counts on from 20 s: history has it, the journal does not.
  await feed(running, [total(60, 2_100)]);
  await feed(running, [event(CHAT, 61, "x")]);
  assert.equal(
    (await records.asSuperuser("select status from findings where trigger_id = 'RATE'"))[0]["status"],
    "cleared",
  );
});
