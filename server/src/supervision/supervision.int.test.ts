import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";

import path from "node:path";
import { after, afterEach, beforeEach, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Assurance, Disposition } from "@sandglass/signals";
import { exportLedger, openLedger } from "../ledger/mod.ts";
import type { Journal } from "../journal/mod.ts";
import { openTestRecords, type TestRecords } from "../records/testing.ts";
import { EvidenceKeeper } from "./evidence.ts";
import { compile, appendRows, openJournal, temporaryFolder, type Row } from "./feed.fixture.ts";
import {
  AssignmentTable,
  BREACH_TRIGGER,
  Supervision,
  type FindingNotice,
  type FiringMessage,
  type SupervisionOptions,
} from "./mod.ts";

const ALARM = compile(
  `trigger ALARM version 1 "Alarm" / "报警" { applies to vehicle; when alarm.level >= 3; severity 3; severity 4 when alarm.level >= 4; }`,
);
const HOT = compile(`trigger HOT version 1 "Hot" / "过热" {
  applies to vehicle; when max_cell_temp > 60 °C for 30 s; severity 2; severity 3 when max_cell_temp > 70 °C; clear when max_cell_temp < 55 °C;
  effect warn; effect suspend at severity 3; }`);

const T0 = Date.UTC(2026, 10, 20, 8, 0, 0);
const CAR_A = 0x1234_5678_9abc_def0n;
const CAR_B = 7n;

let records: TestRecords;
let folder: ReturnType<typeof temporaryFolder>;
let journal: Journal;
let open: Supervision[];
let now: number;

beforeEach(async () => {
  records = await openTestRecords();
  folder = temporaryFolder();
  journal = await openJournal(folder.path);
  open = [];
  now = T0;
});
const opened: TestRecords[] = [];
afterEach(async () => {
  for (const supervision of open) await supervision.close();
  await journal.close();
  folder.remove();
  opened.push(records);
});
after(async () => {
  for (const each of opened) await each.close();
});

async function start(more: Partial<SupervisionOptions> = {}): Promise<Supervision> {
  const supervision = await Supervision.start({
    records,
    journal,
    dataDir: folder.path,
    assignments: new AssignmentTable([ALARM]),
    now: () => now,
    ...more,
  });
  open.push(supervision);
  return supervision;
}

/** What a dead process leaves: its files as they are now, without a last checkpoint, and the database. */
async function kill(supervision: Supervision): Promise<void> {
  open = open.filter((each) => each !== supervision);
  await supervision.settled();
  const home = path.join(folder.path, "supervision");
  const names = (): string[] => (existsSync(home) ? readdirSync(home) : []);
  const kept = new Map(names().map((name) => [name, readFileSync(path.join(home, name))]));
  await supervision.close();
  for (const name of names()) rmSync(path.join(home, name));
  for (const [name, bytes] of kept) writeFileSync(path.join(home, name), bytes);
  await journal.close();
  journal = await openJournal(folder.path);
}

const alarm = (vehicle: bigint, second: number, level: number | "invalid", more: Partial<Row> = {}): Row => ({
  vehicle,
  event: T0 + second * 1000,
  values: { "alarm.level": level },
  ...more,
});
const temp = (vehicle: bigint, second: number, degrees: number, more: Partial<Row> = {}): Row => ({
  vehicle,
  event: T0 + second * 1000,
  values: { max_cell_temp: degrees, min_cell_temp: 20 },
  ...more,
});

async function feed(supervision: Supervision, rows: readonly Row[]): Promise<void> {
  await appendRows(journal, rows);
  while ((supervision.status().cursor?.seq ?? -1) < journal.status().durableSeq) await sleep(2);
}

interface Found {
  readonly id: string;
  readonly trigger_id: string;
  readonly level: number;
  readonly status: string;
  readonly vehicle: bigint;
  readonly onset: Date;
  readonly cleared_at: Date | null;
  readonly project: string | null;
  readonly effect: string | null;
  readonly assurance: number;
  readonly confirmed: boolean;
  readonly witnesses: { signal: string; seq: number; value: number; time: string }[];
}
const findings = async (): Promise<Found[]> =>
  (await records.asSuperuser("select * from findings order by vehicle, onset, project")) as unknown as Found[];
const events = () =>
  records.asSuperuser("select finding_id, kind, level from finding_events order by finding_id, kind, level");
const messages = async (): Promise<FiringMessage[]> =>
  (await records.asSuperuser("select payload from outbox order by id")).map((row) => row.payload as FiringMessage);
const leafCount = async (): Promise<number> =>
  Number((await records.asSuperuser("select count(*) as n from ledger_leaves where kind = 'finding'"))[0]?.n);

test("a firing becomes a finding, its event, a leaf and an outbox row, once, with witnesses that lead to the frame", async () => {
  const supervision = await start();
  const notices: FindingNotice[] = [];
  supervision.onFinding((notice) => notices.push(notice));
  await feed(supervision, [
    alarm(CAR_A, 0, 0),
    alarm(CAR_B, 0, 0),
    alarm(CAR_A, 10, 3),
    alarm(CAR_A, 20, 3),
    alarm(CAR_B, 10, 1),
  ]);
  const [finding, ...others] = await findings();
  assert.equal(others.length, 0);
  assert.equal(finding.vehicle, CAR_A);
  assert.equal(finding.level, 3);
  assert.equal(finding.status, "firing");
  assert.equal(finding.onset.getTime(), T0 + 10_000);
  assert.equal(finding.assurance, Assurance.platform);
  assert.deepEqual(
    finding.witnesses.map(({ signal, seq, value, time }) => ({ signal, seq, value, time })),
    [{ signal: "alarm.level", seq: 3, value: 3, time: new Date(T0 + 10_000).toISOString() }],
  );
  assert.deepEqual(
    notices.map(({ kind, id }) => [kind, id]),
    [["onset", finding.id]],
  );
  assert.match(finding.id, /^fnd_[0-9a-hjkmnp-tv-z]{26}$/);
  const [message] = await messages();
  assert.equal(message.finding, finding.id);
  assert.equal(message.vehicleKey, String(CAR_A));
  assert.equal(message.effect, undefined, "only projects have effects");
  assert.equal(await leafCount(), 1);
});

test("thousands of vehicles that fire and clear in one block are all written", async () => {
  await journal.close();
  journal = await openJournal(folder.path, 4096);
  const supervision = await start();
  const many = Array.from({ length: 3_000 }, (_, i) => BigInt(i + 1));
  for (const [second, level] of [
    [0, 0],
    [10, 3],
    [20, 4],
    [30, 0],
  ] as const) {
    await feed(
      supervision,
      many.map((vehicle) => alarm(vehicle, second, level)),
    );
  }
  const [counts] = await records.asSuperuser(
    "select (select count(*) from findings where status = 'cleared' and level = 4)::int as findings, (select count(*) from outbox)::int as outbox, (select count(*) from ledger_leaves)::int as leaves",
  );
  assert.deepEqual(counts, { findings: 3_000, outbox: 9_000, leaves: 9_000 });
});

test("a trigger that applies to some vehicles only finds nothing about the others", async () => {
  const set = compile(
    'trigger BUS version 1 "Bus" { applies to vehicle where powertrain in ["BEV", "PHEV"] and maker == "A"; when alarm.level >= 3; severity 3; severity 4 when alarm.level >= 4; }',
  );
  await records.asSuperuser(
    `insert into vehicles (key, vin, powertrain, maker) values (${CAR_A}, 'A', 'BEV', 'A'), (${CAR_B}, 'B', 'BEV', 'B')`,
  );
  const supervision = await start({ assignments: new AssignmentTable([set]) });
  const vehicles = [CAR_A, CAR_B, 99n];
  for (const [second, level] of [
    [0, 0],
    [10, 3],
    [20, 4],
    [30, 0],
  ] as const) {
    await feed(
      supervision,
      vehicles.map((vehicle) => alarm(vehicle, second, level)),
    );
  }
  assert.deepEqual(
    (await findings()).map(({ vehicle, level, status }) => [vehicle, level, status]),
    [[CAR_A, 4, "cleared"]],
  );
  assert.equal((await messages()).length, 3);
});

test("a rise escalates the same finding and a fall to normal clears it", async () => {
  const supervision = await start();
  await feed(supervision, [alarm(CAR_A, 0, 0), alarm(CAR_A, 10, 3)]);
  await feed(supervision, [alarm(CAR_A, 20, 4), alarm(CAR_A, 30, 3), alarm(CAR_A, 40, 0), alarm(CAR_A, 50, 3)]);
  const found = await findings();
  assert.deepEqual(
    found.map(({ level, status }) => [level, status]),
    [
      [4, "cleared"],
      [3, "firing"],
    ],
  );
  assert.equal(found[0].cleared_at?.getTime(), T0 + 40_000);
  assert.deepEqual(
    (await messages()).map(({ kind, level }) => [kind, level]),
    [
      ["onset", 3],
      ["escalated", 4],
      ["cleared", 4],
      ["onset", 3],
    ],
  );
  assert.equal(await leafCount(), 4);
});

test("late, repeated and quarantined rows are counted and not stepped; invalid values neither fire nor clear", async () => {
  const supervision = await start();
  await feed(supervision, [
    alarm(CAR_A, 0, 0),
    alarm(CAR_A, 10, 3),
    alarm(CAR_A, 10, 3, { command: 3 }), // the same frame again, as 0x03
    alarm(CAR_A, 5, 0, { command: 3 }), // late
    alarm(CAR_A, 7, 4), // late
    alarm(CAR_A, 20, 4, { disposition: Disposition.clockAhead }),
    alarm(CAR_A, 30, "invalid"),
    alarm(CAR_A, 30, "invalid", { tag: 1 }), // another frame of the same instant
    { vehicle: CAR_A, event: T0 + 31_000, command: 1 },
  ]);
  const counters = supervision.vehicleCounters(CAR_A);
  assert.deepEqual(counters, {
    received: 9,
    realtime: 5,
    reissued: 2,
    late: 2,
    duplicates: 1,
    quarantined: 1,
    firstEvent: T0,
    lastEvent: T0 + 30_000,
  });
  assert.deepEqual(
    (await findings()).map(({ level, status }) => [level, status]),
    [[3, "firing"]],
  );
  assert.equal(supervision.vehicleCounters(99n), undefined);
});

test("a recorded past replays in order, whatever the wall clock says, and its clock never runs ahead of its data", async () => {
  const supervision = await start({ assignments: new AssignmentTable([HOT]) });
  const year = 365 * 86_400_000;
  // Ten minutes pass between two rows that lie 10 s apart in the recording.
  for (let i = 0; i < 5; i++) {
    now = T0 + i * 600_000;
    await feed(supervision, [temp(CAR_A, i * 10, 65, { event: T0 - year + i * 10_000, receive: now })]);
  }
  assert.equal(supervision.status().late, 0);
  const [finding] = await findings();
  assert.equal(finding.onset.getTime(), T0 - year + 30_000);
});

test("a live vehicle that falls silent has its timers run by the ingest clock", async () => {
  const supervision = await start({ assignments: new AssignmentTable([HOT]) });
  await feed(supervision, [temp(CAR_A, 0, 65), temp(CAR_B, 0, 20)]);
  assert.equal((await findings()).length, 0);
  // Another vehicle's frames carry the clock on; 30 s of heat are over, and so is the grace for frames under way.
  await feed(supervision, [temp(CAR_B, 60, 20)]);
  assert.equal((await findings()).length, 0);
  await feed(supervision, [temp(CAR_B, 95, 20)]);
  const [finding] = await findings();
  assert.equal(finding.onset.getTime(), T0 + 30_000);
  assert.equal(supervision.status().late, 0);
});

test("a frame without any input of a trigger still carries its clock on", async () => {
  const supervision = await start({ assignments: new AssignmentTable([HOT]) });
  const other = (second: number): Row => ({ vehicle: CAR_A, event: T0 + second * 1000, values: { soc: 50 } });
  await feed(supervision, [temp(CAR_A, 0, 65), other(20)]);
  assert.equal((await findings()).length, 0);
  await feed(supervision, [other(40)]);
  assert.equal((await findings())[0].onset.getTime(), T0 + 30_000);
});

test("the set of a project finds with project, effect and the weakest assurance; other vehicles are not watched by it", async () => {
  const assignments = new AssignmentTable(
    [ALARM],
    [{ project: "prj_1", set: HOT, vehicles: new Set([CAR_A]), since: 0 }],
  );
  const supervision = await start({ assignments });
  await feed(supervision, [
    temp(CAR_A, 0, 65),
    temp(CAR_B, 0, 65),
    temp(CAR_A, 15, 66, { assurance: Assurance.none }),
    temp(CAR_A, 30, 66, { assurance: Assurance.mutualTls }),
    temp(CAR_B, 30, 66),
  ]);
  const [finding, ...others] = await findings();
  assert.equal(others.length, 0);
  assert.deepEqual(
    [finding.project, finding.effect, finding.assurance, finding.vehicle],
    ["prj_1", "warn", Assurance.none, CAR_A],
  );
  await feed(supervision, [temp(CAR_A, 40, 71, { assurance: Assurance.mutualTls })]);
  assert.equal((await findings())[0].effect, "suspend");
  assert.deepEqual(
    (await messages()).map(({ kind, effect }) => [kind, effect]),
    [
      ["onset", "warn"],
      ["escalated", "suspend"],
    ],
  );
});

test("a project that is assigned between blocks watches from then on, and its open findings end with it", async () => {
  const assignments = new AssignmentTable([ALARM]);
  const supervision = await start({ assignments });
  await feed(supervision, [temp(CAR_A, 0, 65)]);
  assignments.set([{ project: "prj_1", set: HOT, vehicles: new Set([CAR_A]), since: T0 + 60_000 }]);
  await feed(supervision, [temp(CAR_A, 40, 65), temp(CAR_A, 70, 65), temp(CAR_A, 100, 65)]);
  const [finding] = await findings();
  assert.equal(finding.onset.getTime(), T0 + 100_000, "rows before the assignment do not count");
  assignments.set([]);
  await feed(supervision, [temp(CAR_A, 130, 65)]);
  assert.equal((await findings())[0].status, "superseded");
  assert.equal((await messages()).at(-1)?.kind, "superseded");
});

test("a vehicle that moves during the suspension of its project is one breach per suspension", async () => {
  const suspended = { project: "prj_1", set: HOT, vehicles: new Set([CAR_A]), since: 0, suspendedAt: T0 + 60_000 };
  const assignments = new AssignmentTable([ALARM], [suspended]);
  const supervision = await start({ assignments });
  const moving = (vehicle: bigint, second: number, speed: number | "invalid"): Row => ({
    vehicle,
    event: T0 + second * 1000,
    values: { speed },
  });
  await feed(supervision, [
    moving(CAR_A, 30, 50),
    moving(CAR_B, 70, 50),
    moving(CAR_A, 70, 0),
    moving(CAR_A, 75, "invalid"),
    moving(CAR_A, 80, 12.3),
    moving(CAR_A, 90, 20),
  ]);
  const [breach, ...others] = await findings();
  assert.equal(others.length, 0);
  assert.deepEqual([breach.trigger_id, breach.project, breach.onset.getTime()], [BREACH_TRIGGER, "prj_1", T0 + 80_000]);
  assert.equal(breach.witnesses[0].value, 12.3);
  assignments.set([{ project: "prj_1", set: HOT, vehicles: new Set([CAR_A]), since: 0 }]);
  await feed(supervision, [moving(CAR_A, 100, 20)]);
  assert.equal((await findings())[0].status, "superseded");
  assignments.set([{ ...suspended, suspendedAt: T0 + 110_000 }]);
  await feed(supervision, [moving(CAR_A, 120, 20)]);
  assert.equal((await findings()).length, 2);
});

test("a finding is provisional until its vehicle's clock has passed it by the lateness allowance", async () => {
  const supervision = await start();
  await feed(supervision, [alarm(CAR_A, 0, 0), alarm(CAR_A, 10, 3)]);
  assert.equal((await findings())[0].confirmed, false);
  await feed(supervision, [alarm(CAR_A, 69, 3)]);
  assert.equal((await findings())[0].confirmed, false);
  await feed(supervision, [alarm(CAR_A, 70, 3)]);
  assert.equal((await findings())[0].confirmed, true);
});

/** A recording with alarms, heat, gaps, late and repeated rows of three vehicles. */
function recording(): Row[] {
  const rows: Row[] = [];
  let seed = 12345;
  const random = (): number => (seed = (seed * 1103515245 + 12345) % 2 ** 31) / 2 ** 31;
  for (let second = 0; second < 3000; second += 10) {
    for (const vehicle of [CAR_A, CAR_B, 99n]) {
      if (random() < 0.15) continue;
      const heat = second % 700 > 450 ? 66 + random() * 8 : 40 + random() * 10;
      const level = random() < 0.03 ? 3 + Math.round(random()) : 0;
      const receive = T0 + second * 1000 + 200;
      rows.push({
        vehicle,
        event: T0 + second * 1000,
        receive,
        values: { max_cell_temp: Math.round(heat), min_cell_temp: 20, "alarm.level": level, speed: second % 300 },
      });
      if (random() < 0.05) rows.push({ ...rows[rows.length - 1], command: 3 });
      if (random() < 0.05)
        rows.push({ vehicle, event: T0 + (second - 45) * 1000, receive, command: 3, values: { "alarm.level": 4 } });
    }
    if (second > 1200 && second < 1500) second += 100; // everything is silent for a while
  }
  return rows;
}

const SNAPSHOT = `select id, trigger_id, level, status, vehicle::text, project, effect, assurance, onset, cleared_at, confirmed, seq::text, witnesses from findings order by id`;

test("killed at random points and restarted from files and journal, supervision finds exactly the same, once", async () => {
  const assignments = () =>
    new AssignmentTable(
      [ALARM],
      [{ project: "prj_1", set: HOT, vehicles: new Set([CAR_A, 99n]), since: 0, suspendedAt: T0 + 1_000_000 }],
    );
  const rows = recording();
  const steady = await start({ assignments: assignments() });
  for (let at = 0; at < rows.length; at += 40) await feed(steady, rows.slice(at, at + 40));
  const expected = await records.asSuperuser(SNAPSHOT);
  const expectedEvents = await events();
  const expectedCounters = [CAR_A, CAR_B, 99n].map((vehicle) => steady.vehicleCounters(vehicle));
  const expectedLeaves = await leafCount();
  const expectedMessages = (await messages()).length;
  assert.ok(expected.length > 10, `only ${expected.length} findings`);

  await steady.close();
  open = [];
  await journal.close();
  opened.push(records);
  folder.remove();
  records = await openTestRecords();
  folder = temporaryFolder();
  journal = await openJournal(folder.path);

  let seed = 99;
  const random = (): number => (seed = (seed * 1103515245 + 12345) % 2 ** 31) / 2 ** 31;
  let supervision = await start({ assignments: assignments(), checkpointMs: 0 });
  for (let at = 0; at < rows.length;) {
    const count = 1 + Math.floor(random() * 60);
    const part = rows.slice(at, at + count);
    at += count;
    if (random() < 0.35) {
      // Durable, but the process dies before it is stepped.
      await kill(supervision);
      await appendRows(journal, part);
      supervision = await start({ assignments: assignments(), checkpointMs: random() < 0.5 ? 0 : 3_600_000 });
    } else {
      await feed(supervision, part);
      if (random() < 0.3) {
        await kill(supervision);
        supervision = await start({ assignments: assignments(), checkpointMs: random() < 0.5 ? 0 : 3_600_000 });
      }
    }
  }
  assert.deepEqual(await records.asSuperuser(SNAPSHOT), expected);
  assert.deepEqual(await events(), expectedEvents);
  assert.deepEqual(
    [CAR_A, CAR_B, 99n].map((vehicle) => supervision.vehicleCounters(vehicle)),
    expectedCounters,
  );
  assert.equal(await leafCount(), expectedLeaves);
  assert.equal((await messages()).length, expectedMessages);
});

test("the time in which we were away is no silence of the vehicles", async () => {
  const assignments = new AssignmentTable([HOT]);
  const first = await start({ assignments });
  await feed(first, [temp(CAR_A, 0, 65)]);
  await kill(first);
  now = T0 + 3_600_000;
  const second = await start({ assignments });
  now += 60_000;
  await sleep(1_300);
  assert.equal((await findings()).length, 0);
  // 30 s of heat and the grace, counted from when we were there again.
  now += 40_000;
  await sleep(1_300);
  assert.equal((await findings())[0]?.onset.getTime(), T0 + 30_000);
  // A second death replays the same blocks over the same outage.
  await kill(second);
  await start({ assignments });
  assert.equal((await findings()).length, 1);
});

test("asked to let go of its journal, supervision writes a checkpoint before its time and needs no older segment", async () => {
  const supervision = await start({ checkpointMs: 3_600_000 });
  await feed(supervision, [alarm(CAR_A, 0, 0)]);
  assert.equal(await supervision.oldestNeededSegment(), 0, "without a checkpoint everything is needed");
  for (let segment = 0; segment < 2; segment++) {
    await journal.closeSegment();
    const gone = supervision.letGo(1 << 30);
    await feed(supervision, [alarm(CAR_A, 1 + segment, 0)]);
    await gone;
  }
  const [closed] = journal.closedSegments();
  const oldest = await supervision.oldestNeededSegment();
  assert.ok(oldest > closed.id, `segment ${closed.id} may go, the oldest of two checkpoints needs ${oldest}`);
  await supervision.letGo(0);
});

test("a damaged checkpoint is passed over for the one before it", async () => {
  const warnings: object[] = [];
  const log = { info: () => undefined, warn: (fields: object) => void warnings.push(fields) };
  const first = await start({ checkpointMs: 0 });
  // They are written while blocks go on: some time passes until there are two.
  const home = path.join(folder.path, "supervision");
  const written = () => (existsSync(home) ? readdirSync(home).filter((name) => name.endsWith(".bin")).length : 0);
  await feed(first, [alarm(CAR_A, 0, 0), alarm(CAR_A, 10, 3)]);
  let last = 11;
  for (; written() < 2; last++) {
    await feed(first, [alarm(CAR_A, last, 3)]);
    await sleep(5);
  }
  await feed(first, [alarm(CAR_A, last, 4)]);
  await kill(first);
  const files = readdirSync(path.join(folder.path, "supervision"))
    .filter((name) => name.startsWith("checkpoint-"))
    .sort();
  assert.equal(files.length, 2);
  const newest = path.join(folder.path, "supervision", files[1]);
  const bytes = readFileSync(newest);
  bytes[bytes.length >> 1] ^= 1;
  writeFileSync(newest, bytes);
  const second = await start({ log });
  assert.equal(warnings.length, 1);
  await feed(second, [alarm(CAR_A, last + 1, 0)]);
  assert.deepEqual(
    (await findings()).map(({ level, status }) => [level, status]),
    [[4, "cleared"]],
  );
  assert.equal(second.vehicleCounters(CAR_A)?.received, last - 7);
});

test("while the database is away nothing is lost: supervision waits and the journal keeps its blocks", async () => {
  let away = false;
  const flaky: typeof records = Object.create(records, {
    transact: {
      value: (...args: Parameters<typeof records.transact>) =>
        away
          ? Promise.reject(Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" }))
          : records.transact(...args),
    },
  }) as typeof records;
  const supervision = await start({ records: flaky });
  await feed(supervision, [alarm(CAR_A, 0, 0)]);
  away = true;
  // Stepping goes on for a while, then the blocks wait.
  const blocks = 70;
  for (let i = 1; i <= blocks; i++) await appendRows(journal, [alarm(CAR_A, 10 * i, i % 2 === 1 ? 3 : 0)]);
  while (supervision.status().waiting === undefined) await sleep(5);
  assert.ok(journal.status().blocksWithConsumers > 0);
  assert.equal(supervision.status().cursor?.seq, 1, "nothing counts as judged that is not written");
  away = false;
  while ((supervision.status().cursor?.seq ?? -1) < journal.status().durableSeq) await sleep(5);
  assert.equal(supervision.status().waiting, undefined);
  assert.deepEqual(
    (await findings()).map(({ status }) => status),
    Array.from({ length: blocks / 2 }, () => "cleared"),
  );
});

test("evidence is copied for each finding once its interval has ended", async () => {
  const copies: [string, bigint, number, number][] = [];
  const supervision = await start({ copyEvidence: async (...copy) => void copies.push(copy) });
  await feed(supervision, [alarm(CAR_A, 0, 0), alarm(CAR_A, 10, 3)]);
  const keeper = new EvidenceKeeper(
    records,
    async (...copy) => void copies.push(copy),
    () => now,
  );
  now = T0 + 200_000;
  await keeper.copyDue();
  assert.equal(copies.length, 0);
  now = T0 + 340_000;
  await keeper.copyDue();
  await keeper.copyDue();
  assert.deepEqual(
    copies.map(([, vehicle, from, to]) => [vehicle, from, to]),
    [[CAR_A, T0 + 10_000 - 300_000, T0 + 10_000 + 300_000]],
  );
});

test("what supervision found verifies in the exported ledger", async () => {
  const supervision = await start();
  await feed(supervision, [alarm(CAR_A, 0, 0), alarm(CAR_A, 10, 4), alarm(CAR_A, 20, 0)]);
  const ledger = await openLedger({ records, dataDir: folder.path, intervalMs: 3_600_000 });
  let text = "";
  for await (const part of exportLedger(records)) text += part;
  await ledger.close();
  const leaves = text
    .split("\n")
    .filter((line) => line.includes('"kind":"finding"'))
    .map((line) => JSON.parse(line) as { content: { event: string }; subject: string });
  assert.deepEqual(
    leaves.map((leaf) => leaf.content.event),
    ["onset", "cleared"],
  );
  assert.equal(leaves[0].subject, (await findings())[0].id);
});
