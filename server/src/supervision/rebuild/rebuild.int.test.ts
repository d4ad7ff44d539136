import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import path from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { openHistory, type History } from "../../history/mod.ts";
import { ALL, SALT } from "../../history/segments.fixture.ts";
import { Journal, observationTable } from "../../journal/mod.ts";
import { openTestRecords, type TestRecords } from "../../records/testing.ts";
import { compile, appendRows, temporaryFolder, type Row } from "../feed.fixture.ts";
import { AssignmentTable, storedFleet, storedRows, Supervision, type SupervisionOptions } from "../mod.ts";
import { SILENT } from "../../history/silent.fixture.ts";

const SETS = [
  compile(`
trigger HOT version 1 "Hot" / "过热" { applies to vehicle; when max_cell_temp > 60 °C for 30 s; severity 2;
  severity 3 when max_cell_temp > 70 °C; clear when max_cell_temp < 50 °C; }
trigger ALARM version 1 "Alarm" / "报警" { applies to vehicle; when alarm.level >= 3; severity 3; keep firing 20 s; }`),
  compile(`
trigger OFTEN version 1 "Alarms" / "报警频发" { applies to vehicle; when rising(alarm.level >= 2) more than 2 times in last 30 min; severity 2; cooldown 5 min; }
trigger QUICK version 1 "Alarms" / "短时报警" { applies to vehicle; when rising(alarm.level >= 2) at least 2 times in last 2 min; severity 1; }
trigger MEAN version 1 "Warm" / "偏热" { applies to vehicle; when avg(max_cell_temp over 40 min) > 56 °C; severity 1; }`),
];
const T0 = Date.UTC(2026, 10, 20, 8, 0, 0);
const FLEET = [0x1234_5678_9abc_def0n, 7n, 8n];
/** Reports only at the beginning, and then a little more at the end. */
const PAUSED = 9n;

let records: TestRecords;
let folder: ReturnType<typeof temporaryFolder>;
let history: History;
let journal: Journal;
let supervision: Supervision | undefined;
let now: number;

before(async () => {
  records = await openTestRecords();
});
after(() => records.close());
beforeEach(fresh);
afterEach(stop);

async function fresh(): Promise<void> {
  await records.asSuperuser("truncate findings, finding_events, outbox, ledger_leaves cascade");
  folder = temporaryFolder();
  history = await openHistory({ dataDir: path.join(folder.path, "history"), columns: observationTable(), log: SILENT });
  journal = await openJournal();
  now = T0;
}

async function stop(): Promise<void> {
  await supervision?.close();
  supervision = undefined;
  await journal.close();
  await history.close();
  folder.remove();
}

const openJournal = (): Promise<Journal> =>
  Journal.open({
    folder: path.join(folder.path, "journal"),
    blockAgeMs: 5,
    blockRows: 64,
    minFreeBytes: 0,
  });

async function start(more: Partial<SupervisionOptions> = {}): Promise<Supervision> {
  supervision = await Supervision.start({
    records,
    journal,
    dataDir: folder.path,
    assignments: new AssignmentTable(SETS),
    now: () => now,
    rows: storedRows(history, async () => ALL),
    fleet: storedFleet({
      history,
      scope: async () => ALL,
      folder: path.join(folder.path, "rebuild"),
      portionRows: 300,
    }),
    late: { quietMs: Number.POSITIVE_INFINITY, mostMs: Number.POSITIVE_INFINITY, share: 1 },
    checkpointMs: 0,
    ...more,
  });
  return supervision;
}

/** Closed segments go to history; the journal keeps those from `first` on, or what a restart from a checkpoint needs. */
async function handOver(first?: number): Promise<void> {
  await journal.closeSegment();
  const needed = first ?? (await supervision?.oldestNeededSegment()) ?? 0;
  for (const segment of journal.closedSegments()) {
    if (segment.lastSeq > history.status().storedSeq) await history.insertSegment(segment, SALT);
    if (segment.id < needed) await journal.remove(segment.id);
  }
}

async function feed(running: Supervision, rows: readonly Row[]): Promise<void> {
  await appendRows(journal, rows);
  while ((running.status().cursor?.seq ?? -1) < journal.status().durableSeq) await sleep(1);
}

/** Ends the process; its checkpoints are lost with it. */
async function lose(first?: number): Promise<void> {
  await handOver(first);
  await supervision?.close();
  rmSync(path.join(folder.path, "supervision"), { recursive: true, force: true });
  await journal.close();
  journal = await openJournal();
}

let seed = 1;
const random = (): number => (seed = (seed * 1103515245 + 12345) % 2 ** 31) / 2 ** 31;

/** Reports in order of time, some of them under way for up to `most` seconds. */
function recording(count: number, most: number): Row[] {
  const rows: Row[] = [];
  const heat = new Map<bigint, number>();
  for (let i = 0, second = 0; i < count; i++) {
    second += random() < 0.02 ? 200 : 10;
    for (const vehicle of [...FLEET, PAUSED]) {
      const degrees = Math.max(40, Math.min(80, (heat.get(vehicle) ?? 55) + (random() - 0.48) * 10));
      heat.set(vehicle, degrees);
      const level = random() < 0.05 ? Math.ceil(random() * 4) : 0;
      if (vehicle === PAUSED && i > count / 4 && i < (count * 7) / 8) continue;
      const late = random() < 0.1 ? Math.round(random() * most * 1000) : 0;
      rows.push({
        vehicle,
        event: T0 + second * 1000,
        receive: T0 + second * 1000 + 300 + late,
        values: { max_cell_temp: Math.round(degrees), min_cell_temp: 20, "alarm.level": level },
      });
    }
  }
  return rows.toSorted((a, b) => (a.receive ?? 0) - (b.receive ?? 0));
}

/** What must not depend on the loss: everything but sequence numbers, receive times and what was taken back. */
const CONFIRMED = `select id, trigger_id, level, status, vehicle::text, onset, condition_since, onset_observed, cleared_at, margin_value,
  (select jsonb_agg(w - 'seq' order by w - 'seq') from jsonb_array_elements(witnesses) w) as witnesses
  from findings where confirmed and status <> 'retracted' order by id`;

/** `losses`: before which rows the checkpoint is lost. */
async function runOf(rows: readonly Row[], losses: readonly number[]): Promise<unknown[]> {
  let running = await start();
  for (let at = 0; at < rows.length;) {
    const next = losses.find((loss) => loss > at) ?? rows.length;
    const part = rows.slice(at, Math.min(next, at + 20 + Math.floor(random() * 120)));
    at += part.length;
    await feed(running, part);
    now = Math.max(now, ...part.map((row) => row.receive ?? 0));
    if (!losses.includes(at)) continue;
    await lose();
    // Reports go on while states are rebuilt.
    running = await start();
  }
  await handOver();
  await running.settleLate();
  const end = Math.max(...rows.map(({ event }) => event)) + 4_000_000;
  for (const event of [end, end + 10_000])
    await feed(
      running,
      [...FLEET, PAUSED].map((vehicle) => ({ vehicle, event, receive: event + 300, values: { soc: 50 } })),
    );
  await running.settled();
  return records.asSuperuser(CONFIRMED);
}

test("a run whose checkpoints are lost twice gives the confirmed findings of a run without loss", async () => {
  const rows = recording(180, 50);
  const expected = await runOf(rows, []);
  assert.ok(expected.length > 10, `only ${expected.length} findings`);
  await stop();
  await fresh();
  assert.deepEqual(await runOf(rows, [240, 500]), expected);
});

test("until a state is rebuilt nothing is found by it, then what happened is; unknown vehicles are judged at once", async () => {
  const report = (vehicle: bigint, second: number, level: number): Row => ({
    vehicle,
    event: T0 + second * 1000,
    receive: T0 + second * 1000 + 300,
    values: { "alarm.level": level },
  });
  let running = await start({ checkpointMs: 1e9 });
  await feed(
    running,
    [0, 100, 200].map((second) => report(7n, second, 2)).flatMap((row, i) => [row, report(7n, 10 + i * 100, 0)]),
  );
  await lose();
  running = await start({ checkpointMs: 1e9 });
  const { rebuild } = running.status();
  assert.equal(rebuild?.subjects, 1);
  await appendRows(journal, [report(7n, 300, 2), report(8n, 300, 3)]);
  await handOver();
  await running.settleLate();
  await running.settled();
  const found = await records.asSuperuser(
    "select trigger_id, vehicle::text, onset from findings where trigger_id in ('ALARM', 'OFTEN') order by trigger_id, onset",
  );
  assert.deepEqual(
    found.map((row) => [row["trigger_id"], row["vehicle"], ((row["onset"] as Date).getTime() - T0) / 1000]),
    [
      ["ALARM", "8", 300],
      ["OFTEN", "7", 200],
    ],
  );
  assert.equal(running.status().rebuild?.done, 1);
});

test("what the journal does not have any more is known from history, also what only a long window knows", async () => {
  const report = (second: number, level: number): Row => ({
    vehicle: 7n,
    event: T0 + second * 1000,
    receive: T0 + second * 1000 + 300,
    values: { "alarm.level": level },
  });
  let running = await start();
  await feed(
    running,
    [0, 600].flatMap((second) => [report(second, 2), report(second + 10, 0)]),
  );
  await lose(Number.POSITIVE_INFINITY);
  assert.equal(journal.closedSegments().length, 0);
  running = await start();
  await running.settleLate();
  // The first rise is further back than the short windows of the set: threads have stepped it.
  await feed(running, [report(1200, 2)]);
  const found = await records.asSuperuser("select trigger_id, onset from findings");
  assert.deepEqual(
    found.map((row) => [row["trigger_id"], ((row["onset"] as Date).getTime() - T0) / 1000]),
    [["OFTEN", 1200]],
  );
});
