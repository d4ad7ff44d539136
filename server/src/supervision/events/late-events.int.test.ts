import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { SUBJECT_KINDS } from "@sandglass/signals";
import { EventJournal, type EventRow } from "../../journal/mod.ts";
import { eventRow } from "../../journal/event-rows.fixture.ts";
import { openTestRecords, type TestRecords } from "../../records/testing.ts";
import { EventSupervision, journalEventRows } from "./mod.ts";
import type { EventSupervisionOptions } from "./event-supervision.ts";
import { compile } from "../feed.fixture.ts";

const SET = compile(`
trigger RATE version 1 "Unsafe output rate" / "不当输出率" { applies to ai_service ;
  when sum(outputs_flagged over 1 min) / sum(outputs_total over 1 min) > 0.1 for 10 s ; severity 2 ;
  severity 3 when sum(outputs_flagged over 1 min) / sum(outputs_total over 1 min) > 0.3 ;
  clear when sum(outputs_flagged over 1 min) / sum(outputs_total over 1 min) < 0.05 ; effect warn ; }
trigger COMPLAINT version 1 "Complaint not closed" / "投诉未办结" { applies to ai_service ;
  when after complaint_received, no complaint_closed within 30 s ; severity 1 ; cooldown 2 min ; }
trigger LOGIN version 1 "Failed logins" / "登录失败" { applies to backend_account ;
  when login_failed at least 3 times in last 5 min ; severity 2 ; suppressed by CHANGED ; }
trigger CHANGED version 1 "Changed" / "变更" { applies to backend_account ;
  when config_changed within last 1 min ; severity 1 ; }`);

const T0 = Date.UTC(2026, 10, 22, 8);
const CHAT = 0x1234_5678n;
const ROOT = 0x2345_6789n;

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

let number = 0;
function event(subject: bigint, second: number, name: string, more: Partial<EventRow> = {}): EventRow {
  const time = T0 + Math.round(second * 1000);
  return eventRow(number++, {
    subject,
    kind: SUBJECT_KINDS.indexOf(subject === CHAT ? "ai_service" : "backend_account"),
    time,
    received: time + 200,
    name,
    value: undefined,
    attributes: '{"fields":{}}',
    ...more,
  });
}
const counter = (second: number, name: string, value: number, temporality: "delta" | "cumulative"): EventRow =>
  event(CHAT, second, name, {
    value,
    attributes: JSON.stringify({ fields: {}, counter: { temporality, monotonic: true, start: 1 } }),
  });

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

let seed = 1;
const random = (): number => (seed = (seed * 1103515245 + 12345) % 2 ** 31) / 2 ** 31;

/** Events of a service and an account in order of time; counters of both kinds, several events of one instant. */
function recording(seconds: number): EventRow[] {
  const rows: EventRow[] = [];
  let total = 0;
  for (let s = 0; s < seconds; s += 5) {
    const isBad = Math.floor(s / 150) % 2 === 1;
    rows.push(counter(s, "outputs_flagged", Math.floor(random() * (isBad ? 60 : 8)), "delta"));
    total += 50 + Math.floor(random() * 100);
    rows.push(counter(s, "outputs_total", total, "cumulative"));
    if (random() < 0.05) rows.push(event(CHAT, s + 1 + random(), "complaint_received"));
    if (random() < 0.04) rows.push(event(CHAT, s + 2 + random(), "complaint_closed"));
    if (random() < 0.05) rows.push(event(ROOT, s + random() * 5, "login_failed"));
    if (random() < 0.015) rows.push(event(ROOT, s + random() * 5, "config_changed"));
  }
  return rows.toSorted((a, b) => a.time - b.time);
}

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

/** What must not depend on arrival: everything but sequence numbers, receive times and what was taken back. */
const CONFIRMED = `select id, trigger_id, level, status, subject_kind, subject_id, suppressed_by, effect, onset, condition_since, onset_observed, cleared_at, margin_value,
  (select jsonb_agg(w - 'seq' order by w - 'seq') from jsonb_array_elements(witnesses) w) as witnesses
  from findings where (confirmed or status = 'suppressed') and status <> 'retracted' order by id`;

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
  seed = round;
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
      seed = 1000 * most + ROUNDS.indexOf(round) + (kills ? 500 : 0);
      const expected = inOrder.get(round) ?? (await runOf(round.rows));
      inOrder.set(round, expected);
      assert.ok(expected.length > 5, `only ${expected.length} findings`);
      assert.deepEqual(await runOf(delayed(round.rows, most), kills), expected);
    }
  });
}
