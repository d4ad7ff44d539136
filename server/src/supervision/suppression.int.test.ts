/** `suppressed by`: recorded with its rise and its end, told to nobody; also after a restart and with late data. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, afterEach, beforeEach, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Journal } from "../journal/mod.ts";
import { openTestRecords, type TestRecords } from "../records/testing.ts";
import { compile, appendRows, openJournal, temporaryFolder, type Row } from "./feed.fixture.ts";
import { journalRows } from "./journal-rows.ts";
import { AssignmentTable, Supervision, type FindingNotice, type FiringMessage } from "./mod.ts";

const WARM = `trigger WARM version 1 "Warm" { applies to vehicle; when max_cell_temp > 50 °C; severity 2;
  severity 3 when max_cell_temp > 70 °C; effect warn; effect suspend at severity 3; suppressed by ALARM; }`;
const SET = compile(
  `${WARM} trigger ALARM version 1 "Alarm" { applies to vehicle; when alarm.level >= 2; severity 3; effect restrict; }`,
);
/** The suppressor is for electric vehicles of a maker whom the registry does not name. */
const ELSEWHERE = compile(
  `${WARM} trigger ALARM version 1 "Alarm" { applies to vehicle where maker == "Nobody"; when alarm.level >= 2; severity 3; }`,
);
const T0 = Date.UTC(2026, 10, 20, 8, 0, 0);
const CAR = 0x1234_5678_9abc_def0n;
const PROJECT = "prj_1";

let records: TestRecords;
let folder: ReturnType<typeof temporaryFolder>;
let journal: Journal;
let supervision: Supervision;
let notices: FindingNotice[];
let table: AssignmentTable;
const opened: TestRecords[] = [];

beforeEach(async () => {
  records = await openTestRecords();
  folder = temporaryFolder();
  journal = await openJournal(folder.path);
  notices = [];
});
afterEach(async () => {
  await supervision.close();
  await journal.close();
  folder.remove();
  opened.push(records);
});
after(async () => {
  for (const each of opened) await each.close();
});

async function start(set = SET, project = true): Promise<void> {
  table = new AssignmentTable(
    project ? [] : [set],
    project ? [{ project: PROJECT, set, vehicles: new Set([CAR]), since: 0 }] : [],
  );
  supervision = await Supervision.start({
    records,
    journal,
    dataDir: folder.path,
    assignments: table,
    now: () => T0,
    rows: journalRows(journal, () => journal.status().durableSeq),
    late: { quietMs: Number.POSITIVE_INFINITY, mostMs: Number.POSITIVE_INFINITY, share: 1 },
  });
  supervision.onFinding((notice) => notices.push(notice));
}

/** Dies without a last checkpoint and begins again. */
async function restart(): Promise<void> {
  await supervision.settled();
  const home = path.join(folder.path, "supervision");
  const names = (): string[] => (existsSync(home) ? readdirSync(home) : []);
  const kept = new Map(names().map((name) => [name, readFileSync(path.join(home, name))]));
  await supervision.close();
  for (const name of names()) rmSync(path.join(home, name));
  for (const [name, bytes] of kept) writeFileSync(path.join(home, name), bytes);
  await journal.close();
  journal = await openJournal(folder.path);
  await start();
}

async function feed(...rows: Row[]): Promise<void> {
  await appendRows(journal, rows);
  while ((supervision.status().cursor?.seq ?? -1) < journal.status().durableSeq) await sleep(1);
}

const row = (second: number, values: Record<string, number>, more: Partial<Row> = {}): Row => ({
  vehicle: CAR,
  event: T0 + second * 1000,
  receive: T0 + second * 1000 + 300,
  values: { ...("max_cell_temp" in values ? { min_cell_temp: 20 } : {}), ...values },
  ...more,
});
const both = (second: number, degrees: number, level: number, more: Partial<Row> = {}): Row =>
  row(second, { max_cell_temp: degrees, "alarm.level": level }, more);

const shown = async (): Promise<unknown[]> =>
  (await records.asSuperuser("select * from findings order by trigger_id, onset")).map((each) => [
    each.trigger_id,
    each.level,
    each.status,
    each.suppressed_by,
    each.effect,
    ((each.onset as Date).getTime() - T0) / 1000,
    each.cleared_at === null ? null : ((each.cleared_at as Date).getTime() - T0) / 1000,
  ]);
const told = async (trigger: string): Promise<string[]> =>
  (await records.asSuperuser("select payload from outbox order by id"))
    .map(({ payload }) => payload as FiringMessage)
    .filter((message) => message.trigger === trigger)
    .map(({ kind, status, level }) => [kind, ...(status === undefined ? [] : [status]), level].join(" "));
const eventsOf = async (trigger: string): Promise<string[]> =>
  (
    await records.asSuperuser(
      `select kind, e.level from finding_events e join findings f on f.id = finding_id where trigger_id = '${trigger}' order by e.at, e.id`,
    )
  ).map(({ kind, level }) => `${String(kind)} ${String(level)}`);

/** Suppressed at 10 s, level 3 at 20 s, gone at 40 s; the suppressor ends at 30 s. */
const EPISODE = [both(0, 20, 0), both(10, 60, 3), both(20, 75, 3), both(30, 60, 0), both(40, 20, 0)];
const KEPT_BACK = [
  ["ALARM", 3, "cleared", null, "restrict", 10, 30],
  ["WARM", 3, "suppressed", "ALARM", null, 10, 40],
];

test("a firing that another one suppresses is recorded with its rise and its end, without effect, and nobody is told", async () => {
  await start();
  await feed(...EPISODE);
  assert.deepEqual(await shown(), KEPT_BACK);
  assert.deepEqual(await eventsOf("WARM"), ["suppressed 2", "escalated 3", "cleared 0"]);
  assert.deepEqual(await told("WARM"), []);
  assert.deepEqual(await told("ALARM"), ["onset 3", "cleared 3"]);
  assert.deepEqual(
    notices.filter(({ trigger }) => trigger === "WARM").map(({ kind }) => kind),
    ["suppressed"],
  );
  const leaves = await records.asSuperuser("select content from ledger_leaves order by ordinal");
  assert.deepEqual(
    leaves
      .map(({ content }) => content as { trigger: string; event: string; suppressedBy?: string })
      .filter(({ trigger }) => trigger === "WARM")
      .map(({ event, suppressedBy }) => [event, suppressedBy]),
    [
      ["suppressed", "ALARM"],
      ["escalated", undefined],
      ["cleared", undefined],
    ],
    "the record is kept",
  );
  // The next one, with nothing that suppresses it, is a finding like any other.
  await feed(both(50, 60, 0), both(60, 20, 0));
  assert.deepEqual((await shown()).at(-1), ["WARM", 2, "cleared", null, "warn", 50, 60]);
  assert.deepEqual(await told("WARM"), ["onset 2", "cleared 2"]);
});

for (const at of [1, 2, 3, 4])
  test(`a restart after row ${at} changes nothing of it`, async () => {
    await start();
    await feed(...EPISODE.slice(0, at));
    await restart();
    await feed(...EPISODE.slice(at));
    assert.deepEqual(await shown(), KEPT_BACK);
    assert.deepEqual(await told("WARM"), []);
    assert.deepEqual(await told("ALARM"), ["onset 3", "cleared 3"]);
  });

test("late data that brings the suppressor keeps back what was told; late data that takes it away brings it out", async () => {
  await start();
  // Only the temperatures arrive in time.
  await feed(...[0, 10, 20, 30, 40].map((s, i) => row(s, { max_cell_temp: [20, 60, 75, 60, 20][i] })));
  assert.deepEqual(await told("WARM"), ["onset 2", "escalated 3", "cleared 3"]);
  const late = (second: number, level: number, tag: number): Row =>
    row(second, { "alarm.level": level }, { receive: T0 + 100_000 + tag * 1000, command: 3, tag });
  await feed(late(0, 0, 1), late(9, 3, 2), late(30, 0, 3));
  await supervision.settleLate();
  assert.deepEqual((await shown()).at(-1), ["WARM", 3, "suppressed", "ALARM", null, 10, 40]);
  assert.deepEqual((await told("WARM")).at(-1), "amended suppressed 3");
  // It is still the same when it is judged again …
  await feed(late(1, 0, 4));
  await supervision.settleLate();
  assert.equal((await told("WARM")).length, 4);
  // … until a correction says that there was no alarm.
  await feed(late(9, 0, 5));
  await supervision.settleLate();
  assert.deepEqual((await shown()).at(-1), ["WARM", 3, "cleared", null, "suspend", 10, 40]);
  assert.deepEqual((await told("WARM")).at(-1), "amended cleared 3");
});

test("late data that moves the end of a kept back firing is recorded and told to nobody", async () => {
  await start();
  await feed(both(0, 20, 0), both(10, 60, 3), both(20, 60, 3), both(40, 20, 0), both(50, 20, 0));
  assert.deepEqual((await shown()).at(-1), ["WARM", 2, "suppressed", "ALARM", null, 10, 40]);
  await feed(row(30, { max_cell_temp: 20 }, { receive: T0 + 60_000, command: 3 }));
  await supervision.settleLate();
  assert.deepEqual((await shown()).at(-1), ["WARM", 2, "suppressed", "ALARM", null, 10, 30]);
  assert.deepEqual(await told("WARM"), []);
});

test("a kept back firing that is found only with late data is told to nobody either", async () => {
  await start();
  await feed(both(0, 20, 0), both(50, 20, 0), both(60, 20, 0));
  await feed(
    both(10, 60, 3, { receive: T0 + 70_000, command: 3 }),
    both(20, 75, 3, { receive: T0 + 70_100, command: 3 }),
  );
  await supervision.settleLate();
  assert.deepEqual(await shown(), [
    ["ALARM", 3, "cleared", null, "restrict", 10, 50],
    ["WARM", 3, "suppressed", "ALARM", null, 10, 50],
  ]);
  assert.deepEqual(await told("WARM"), []);
});

test("a late replay that begins while a firing is kept back continues it as such", async () => {
  await start();
  const long = Array.from({ length: 30 }, (_, i) => both(10 + 30 * i, 60, 3));
  await feed(both(0, 20, 0), ...long);
  // The replay warms up for its horizon only; the firing is older.
  await feed(row(700, { max_cell_temp: 61 }, { receive: T0 + 900_000, command: 3 }));
  await supervision.settleLate();
  await feed(both(910, 20, 0), both(920, 60, 0));
  assert.deepEqual(await shown(), [
    ["ALARM", 3, "cleared", null, "restrict", 10, 910],
    ["WARM", 2, "suppressed", "ALARM", null, 10, 910],
    ["WARM", 2, "firing", null, "warn", 920, null],
  ]);
  assert.deepEqual(await told("WARM"), ["onset 2"]);
});

test("a suppressor that does not apply to the vehicle keeps nothing back, live and in a replay", async () => {
  await start(ELSEWHERE, false);
  await feed(...EPISODE);
  assert.deepEqual(await shown(), [["WARM", 3, "cleared", null, null, 10, 40]]);
  assert.deepEqual(await told("WARM"), ["onset 2", "escalated 3", "cleared 3"]);
  await feed(row(15, { max_cell_temp: 61 }, { receive: T0 + 60_000, command: 3 }));
  await supervision.settleLate();
  assert.deepEqual(await shown(), [["WARM", 3, "cleared", null, null, 10, 40]]);
  assert.equal((await told("WARM")).filter((each) => each.startsWith("amended")).length, 0);
});

test("a kept back firing of a set that is given up is closed without a message", async () => {
  await start();
  await feed(both(0, 20, 0), both(10, 60, 3));
  table.set([]);
  await feed(both(20, 60, 3));
  const [alarm, warm] = await shown();
  assert.deepEqual((alarm as unknown[])[2], "superseded");
  assert.deepEqual([(warm as unknown[])[2], (warm as unknown[])[6] !== null], ["suppressed", true]);
  assert.deepEqual(await told("WARM"), []);
  assert.deepEqual(await told("ALARM"), ["onset 3", "superseded 3"]);
});
