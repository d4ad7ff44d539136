/** Versions that take over from others, on real PostgreSQL: live, across a restart, across a death. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, afterEach, beforeEach, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Journal } from "../journal/mod.ts";
import { openTestRecords, type TestRecords } from "../records/testing.ts";
import { compile, appendRows, openJournal, temporaryFolder, type Row } from "./feed.fixture.ts";
import { AssignmentTable, Supervision } from "./mod.ts";

const hot = (version: number, more: string): string =>
  `trigger HOT version ${version} "Hot" / "过热" { applies to vehicle; when max_cell_temp > 60 °C for 30 s; clear when max_cell_temp < 50 °C; ${more} }`;
const ALARM = `trigger ALARM version 1 "Alarm" / "报警" { applies to vehicle; when alarm.level >= 3; severity 3; }`;
const V1 = compile(`${hot(1, "severity 2;")}\n${ALARM}`);
const V2 = compile(`${hot(2, "severity 2; severity 3 when max_cell_temp > 70 °C; carry;")}\n${ALARM}`);
const V3 = compile(`${hot(3, "severity 2; cooldown 1 min; carry;")}\n${ALARM}`);
const COLD = compile(`${hot(2, "severity 2; severity 3 when max_cell_temp > 70 °C;")}\n${ALARM}`);

const T0 = Date.UTC(2026, 10, 20, 8, 0, 0);
const CAR = 0x1234_5678_9abc_def0n;

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

async function start(assignments: AssignmentTable): Promise<Supervision> {
  const supervision = await Supervision.start({
    records,
    journal,
    dataDir: folder.path,
    assignments,
    now: () => now,
  });
  open.push(supervision);
  return supervision;
}

async function stop(supervision: Supervision): Promise<void> {
  open = open.filter((each) => each !== supervision);
  await supervision.close();
  await journal.close();
  journal = await openJournal(folder.path);
}

/** What a dead process leaves: its files as they were, without a last checkpoint. */
async function kill(supervision: Supervision, files: ReadonlyMap<string, Buffer>): Promise<void> {
  await stop(supervision);
  for (const [name] of filesNow()) rmSync(path.join(folder.path, "supervision", name));
  for (const [name, bytes] of files) writeFileSync(path.join(folder.path, "supervision", name), bytes);
}

function filesNow(): Map<string, Buffer> {
  const home = path.join(folder.path, "supervision");
  const names = existsSync(home) ? readdirSync(home) : [];
  return new Map(names.map((name) => [name, readFileSync(path.join(home, name))]));
}

async function heat(supervision: Supervision, ...samples: readonly (readonly [number, number])[]): Promise<void> {
  const rows = samples.map(([second, degrees]): Row => ({
    vehicle: CAR,
    event: T0 + second * 1000,
    values: { max_cell_temp: degrees, min_cell_temp: 20, "alarm.level": degrees > 60 ? 3 : 0 },
  }));
  await appendRows(journal, rows);
  while ((supervision.status().cursor?.seq ?? -1) < journal.status().durableSeq) await sleep(2);
}

const findings = () =>
  records.asSuperuser(
    "select id, trigger_id, version, status, level, watched_hash, extract(epoch from onset) * 1000 as onset, cleared_at from findings order by trigger_id, onset",
  );
const eventsOf = async (id: unknown): Promise<string[]> =>
  (
    await records.asSuperuser(
      `select kind from finding_events where finding_id = '${String(id)}' and kind <> 'confirmed' order by id`,
    )
  ).map(({ kind }) => String(kind));

const second = (row: Record<string, unknown>): number => (Number(row.onset) - T0) / 1000;

test("an open finding stays the same one under a version with carry: it rises and ends by its terms, and nobody is told of a superseding", async () => {
  const table = new AssignmentTable([V1]);
  const supervision = await start(table);
  await heat(supervision, [0, 40], [10, 65], [20, 65], [30, 65], [40, 65]);
  const [alarm, before] = await findings();
  assert.deepEqual([before?.status, second(before ?? {})], ["firing", 40]);
  table.setEverywhere([V2]);
  await heat(supervision, [50, 75]);
  const [, risen] = await findings();
  assert.deepEqual(
    [risen?.id, risen?.status, risen?.level, risen?.version, risen?.watched_hash],
    [before?.id, "firing", 3, 1, V2.triggers[0]?.versionHash],
  );
  table.setEverywhere([V3]);
  await heat(supervision, [60, 49]);
  const after = await findings();
  assert.equal(after.length, 2);
  assert.deepEqual([after[1]?.id, after[1]?.status], [before?.id, "cleared"]);
  assert.deepEqual(await eventsOf(before?.id), ["onset", "carried", "escalated", "carried", "cleared"]);
  // The trigger beside it did not change: neither did its finding.
  assert.deepEqual([after[0]?.id, after[0]?.status], [alarm?.id, "cleared"]);
  assert.deepEqual(await eventsOf(alarm?.id), ["onset", "cleared"]);
  const told = await records.asSuperuser("select payload ->> 'kind' as kind from outbox order by id");
  assert.deepEqual(told.map(({ kind }) => kind).toSorted(), ["cleared", "cleared", "escalated", "onset", "onset"]);
  const leaves = await records.asSuperuser(
    `select count(*) as n from ledger_leaves where kind = 'finding' and subject = '${String(before?.id)}'`,
  );
  assert.equal(Number(leaves[0]?.n), 5);
});

test("without carry the open finding is closed as superseded and the new version starts cold", async () => {
  const table = new AssignmentTable([V1]);
  const supervision = await start(table);
  await heat(supervision, [0, 40], [10, 65], [20, 65], [30, 65], [40, 65]);
  table.setEverywhere([COLD]);
  await heat(supervision, [50, 65], [60, 65], [70, 65], [80, 65]);
  const hotOnes = (await findings()).filter(({ trigger_id: id }) => id === "HOT");
  assert.deepEqual(
    hotOnes.map((row) => [row.version, row.status, second(row)]),
    [
      [1, "superseded", 40],
      [2, "firing", 80],
    ],
  );
});

test("what half of a duration is known for stays known across a restart with the next version", async () => {
  const first = await start(new AssignmentTable([V1]));
  await heat(first, [0, 40], [10, 65], [20, 65]);
  await stop(first);
  const next = await start(new AssignmentTable([V2]));
  await heat(next, [30, 65], [40, 65]);
  const [, found] = await findings();
  assert.deepEqual([found?.version, found?.status, second(found ?? {})], [2, "firing", 40]);
});

test("an open finding goes on under the next version across a restart", async () => {
  const first = await start(new AssignmentTable([V1]));
  await heat(first, [0, 40], [10, 65], [20, 65], [30, 65], [40, 65]);
  await stop(first);
  const next = await start(new AssignmentTable([V2]));
  await heat(next, [50, 65], [60, 49]);
  const all = await findings();
  assert.deepEqual(
    all.map((row) => [row.trigger_id, row.version, row.status]),
    [
      ["ALARM", 1, "cleared"],
      ["HOT", 1, "cleared"],
    ],
  );
});

test("death before the first checkpoint of the new version loses no open finding: the log knows what is open", async () => {
  const table = new AssignmentTable([V1]);
  const supervision = await start(table);
  await heat(supervision, [0, 40]);
  await supervision.settled();
  // Its files are from before anything was found.
  const files = filesNow();
  await heat(supervision, [10, 65], [20, 65], [30, 65], [40, 65]);
  now = T0 + 45_000;
  table.publish([{ set: compile(hot(9, "carry;")), since: now }]);
  table.setEverywhere([]);
  await heat(supervision, [50, 65]);
  const carried = (await findings()).find(({ trigger_id: id }) => id === "HOT");
  assert.equal(carried?.status, "firing");
  await kill(supervision, files);
  const next = await start(table);
  await heat(next, [60, 65], [70, 49]);
  const all = (await findings()).filter(({ trigger_id: id }) => id === "HOT");
  assert.deepEqual(
    all.map((row) => [row.id, row.status]),
    [[carried?.id, "cleared"]],
  );
});
