import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { CATALOGUE, SIGNALS, SUBJECT_KINDS } from "@sandglass/signals";
import { compileTriggers, type CompiledScreening, type TriggerSet } from "@sandglass/triggers";
import { subjectIdOf, vehicleIdOf } from "../../access/mod.ts";
import { ALL, fixture, SALT, type Fixture, type Row } from "../../history/segments.fixture.ts";
import type { History } from "../../history/mod.ts";
import { eventRow } from "../../journal/event-rows.fixture.ts";
import { EventJournal, type EventRow } from "../../journal/mod.ts";
import { openTestRecords, type TestRecords } from "../../records/testing.ts";
import { journalEventRows } from "../events/mod.ts";
import { judgeFleet } from "./judge-fleet.ts";
import { mayHold } from "./may-hold.ts";
import { periodOf } from "./instants.ts";
import { ScreeningJobs, type ScreeningTarget } from "./screening-jobs.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const AT = Date.UTC(2026, 10, 20);

function compile(text: string): TriggerSet {
  const result = compileTriggers([{ text }], SIGNALS);
  assert.ok(result.ok, JSON.stringify(result.ok ? "" : result.errors));
  return result.set;
}

const SHARE = compile(`trigger SHARE version 1 "Alarms of a model" / "车型报警" { applies to vehicle;
  when at least 50 % of active vehicle in group model have (alarm.level >= 3 for 20 s) in last 30 d; severity 3; }`);
const PLACE = compile(`trigger PLACE version 1 "Parked together" / "聚集停放" { applies to vehicle;
  when at least 3 of registered vehicle within 500 m have (soc > 80 %) in last 1 d; severity 2; }`);

let records: TestRecords;
let files: Fixture;
let history: History;
let folder: string;
let now = AT + HOUR;
const told: string[] = [];

const MODELS: Readonly<Record<number, string>> = { 1: "A", 2: "A", 3: "A", 4: "B", 5: "B", 6: "B" };
const report = (vehicle: number, time: number, values: Row["values"]): Row => ({
  vehicle: BigInt(vehicle),
  time,
  ...(values === undefined ? {} : { values }),
});

before(async () => {
  records = await openTestRecords();
  await records.asSuperuser("insert into organisations (id, kind, name_en, name_zh) values ('oem', 'OEM', 'o', 'o')");
  for (const [key, model] of Object.entries(MODELS))
    await records.asSuperuser(
      "insert into vehicles (key, vin, registered, organisation, model, registered_at) values ($1, $2, true, 'oem', $3, now())",
      [BigInt(key), `LSVAA${key.padStart(12, "0")}`, model],
    );
  files = fixture();
  folder = join(files.folder, "screening");
  mkdirSync(folder);
  history = await files.open();
  const rows: Row[] = [];
  for (let vehicle = 1; vehicle <= 5; vehicle++) {
    for (let minute = 0; minute < 30; minute++) {
      const level = vehicle === 1 || vehicle === 2 ? 3 : vehicle === 4 && minute === 7 ? 3 : 0;
      rows.push(
        report(vehicle, AT - 10 * DAY + minute * 10_000, {
          "alarm.level": level,
          soc: 50,
        }),
      );
    }
    // Four stand within 300 m, one in another town.
    rows.push(
      report(vehicle, AT - 2 * HOUR, {
        soc: vehicle === 3 ? 70 : 90,
        "alarm.level": 0,
        "location.longitude": vehicle === 5 ? 113.5 : 114.05 + vehicle * 0.0005,
        "location.latitude": 22.55,
      }),
    );
  }
  await history.insertSegment(files.segment(rows), SALT);
  await history.settle();
});
after(async () => {
  await history.close();
  files.remove();
  await records.close();
});

function jobs(sets: readonly TriggerSet[], targets = sets.map((set): ScreeningTarget => ({ set }))): ScreeningJobs {
  return new ScreeningJobs({
    records,
    source: { history, scope: ALL, folder },
    targets: () => targets,
    now: () => now,
    onFinding: (change) => told.push(change.kind),
  });
}

const findings = () =>
  records.asSuperuser(
    "select trigger_id, subject_kind, subject_id, status, level, feed, origin, vehicle, onset, cleared_at from findings order by onset, subject_id",
  );

test("a share of the vehicles of a model is judged by the engine on the rows, group by group", async () => {
  const [screening] = SHARE.screenings as readonly [CompiledScreening];
  assert.equal(periodOf(screening), DAY);
  assert.equal(await jobs([SHARE]).runDue(), 1);
  assert.deepEqual(
    (await findings()).map(({ trigger_id, subject_kind, subject_id, status, level, feed, vehicle }) => [
      trigger_id,
      subject_kind,
      subject_id,
      status,
      level,
      feed,
      vehicle,
    ]),
    [["SHARE", "group", "A", "firing", 3, "screening", null]],
  );
  const [run] = await records.asSuperuser("select * from screening_runs");
  assert.deepEqual(
    [run?.at, run?.subjects, run?.active, run?.read_subjects],
    [new Date(AT), 6, 5, 3],
    "vehicles that never had the level are ruled out by the rollups, and one that never sent is not active",
  );
  const results = run?.results as { group: string; count: number; population: number; members: string[] }[];
  assert.deepEqual(
    results.map(({ group, count, population, members }) => [group, count, population, members]),
    [
      ["A", 2, 3, [vehicleIdOf(1n), vehicleIdOf(2n)]],
      // A single report of the level does not hold for 20 s.
      ["B", 0, 2, []],
    ],
  );
  const [{ count }] = await records.asSuperuser(
    "select count(*)::int as count from ledger_leaves where kind = 'finding'",
  );
  assert.equal(count, 1);
});

test("the same instant is never run twice, also not by another process", async () => {
  assert.equal(await jobs([SHARE]).runDue(), 0);
  const both = await Promise.all([jobs([SHARE, PLACE]).runDue(), jobs([SHARE, PLACE]).runDue()]);
  assert.deepEqual(both.toSorted(), [0, 1]);
  const [{ count }] = await records.asSuperuser("select count(*)::int as count from screening_runs");
  assert.equal(count, 2);
});

test("vehicles that stand near each other are one place, found where most of them are", async () => {
  const place = (await findings()).filter(({ trigger_id }) => trigger_id === "PLACE");
  assert.equal(place.length, 1);
  assert.equal(place[0]?.subject_kind, "cluster");
  assert.ok([1n, 2n, 4n].map(vehicleIdOf).includes(String(place[0]?.subject_id)));
});

test("a finding ends at the first instant at which the group does not have the condition any more", async () => {
  now = AT + 30 * DAY + HOUR;
  told.length = 0;
  await jobs([SHARE, PLACE]).runDue();
  // Nobody was active in model A: nothing is known, and nothing ends. The place is empty.
  assert.deepEqual((await findings()).map(({ trigger_id, status }) => [trigger_id, status]).toSorted(), [
    ["PLACE", "cleared"],
    ["SHARE", "firing"],
  ]);
  assert.deepEqual(told, ["cleared"]);
  await history.insertSegment(
    files.segment([1, 2, 3].map((vehicle) => report(vehicle, AT + 40 * DAY, { "alarm.level": 0, soc: 50 }))),
    SALT,
  );
  now = AT + 41 * DAY + HOUR;
  await jobs([SHARE]).runDue();
  const share = (await findings()).find(({ trigger_id }) => trigger_id === "SHARE");
  assert.deepEqual([share?.status, share?.cleared_at], ["cleared", new Date(AT + 41 * DAY)]);
});

test("a project's plan judges its own vehicles, asks for its effect, and its finding ends with it", async () => {
  const set =
    compile(`trigger PLAN-FLEET version 1 "Too many" / "过多" { when fleet size > 2 in last 1 d; severity 3; effect restrict; }
    trigger PLAN-ONCE version 1 "Not yet" / "尚未" { when fleet size > 0 in last 1 d; severity 3; }`);
  await history.insertSegment(
    files.segment([1, 2, 3, 4].map((vehicle) => report(vehicle, AT + 49 * DAY + HOUR, { soc: 50 }))),
    SALT,
  );
  now = AT + 50 * DAY + HOUR;
  const vehicles = new Set([1n, 2n, 3n]);
  const more = { vehicles: new Set([1n, 2n]), project: "prj_2" };
  const targets = [
    { set, vehicles, project: "prj_1" },
    { set, ...more },
    { set, ...more, project: "prj_3", since: now },
  ];
  assert.equal(await jobs([], targets).runDue(), 4, "what was agreed later than the instant is not judged for it");
  const runs = await records.asSuperuser(
    "select trigger_id, project, subjects from screening_runs where project <> '' order by project, trigger_id",
  );
  assert.deepEqual(
    runs.map(({ trigger_id, project, subjects }) => [trigger_id, project, subjects]),
    [
      ["PLAN-FLEET", "prj_1", 3],
      ["PLAN-ONCE", "prj_1", 3],
      ["PLAN-FLEET", "prj_2", 2],
      ["PLAN-ONCE", "prj_2", 2],
    ],
  );
  const found = () =>
    records.asSuperuser(
      "select project, status, effect from findings where trigger_id = 'PLAN-FLEET' order by project",
    );
  assert.deepEqual(
    (await found()).map(({ project, status, effect }) => [project, status, effect]),
    [["prj_1", "firing", "restrict"]],
  );
  const [message] = await records.asSuperuser(
    "select payload from outbox where payload->>'trigger' = 'PLAN-FLEET' order by id",
  );
  assert.deepEqual(
    [message.payload as { project: string; effect: string }].flatMap(({ project, effect }) => [project, effect]),
    ["prj_1", "restrict"],
  );
  await jobs([], targets.slice(1)).runDue();
  assert.deepEqual(
    (await found()).map(({ status }) => status),
    ["superseded"],
  );
});

test("what the extremes rule out the rows rule out too", async () => {
  const [screening] = SHARE.screenings as readonly [CompiledScreening];
  const condition = compile("trigger T version 1 { when alarm.level >= 3 and soc < 60 %; severity 1; }").triggers[0]!
    .core.when;
  const range = (min: number, max: number) => ({ min, max });
  assert.equal(
    mayHold(condition, (id) => (id === "soc" ? range(20, 70) : range(0, 3))),
    true,
  );
  assert.equal(
    mayHold(condition, (id) => (id === "soc" ? range(60.5, 70) : range(0, 3))),
    false,
  );
  assert.equal(
    mayHold(condition, (id) => (id === "soc" ? range(20, 70) : undefined)),
    false,
  );
  // Judged without any selection, the outcome is the same.
  const members = Object.entries(MODELS).map(([key, model]) => ({ key: BigInt(key), attributes: { model } }));
  const verdict = await judgeFleet(screening, members, AT, history.status().storedSeq, { history, scope: ALL, folder });
  assert.deepEqual(
    verdict.results.map(({ group, verdict: truth, count }) => [group, truth, count]),
    [
      ["A", "T", 2],
      ["B", "F", 0],
    ],
  );
});

test("a share of AI services is judged on what they reported, by those that were active, and ends", async () => {
  const text = `trigger SERVICES version 1 "Unsafe services" / "不安全服务占比" { applies to ai_service where region == "440300";
    when at least 50 % of active ai_service have (safety_score < 0.5 for 10 s) in last 1 d; severity 2; }
  trigger SIZE version 1 "Many services" / "服务过多" { applies to ai_service where region == "440300";
    when more than 2 of active ai_service have true in last 1 d; severity 2; }`;
  const compiled = compileTriggers([{ text }], CATALOGUE);
  assert.ok(compiled.ok);
  // Two of three that reported are below; one is elsewhere, one is not registered, one said nothing in the window.
  const services = [11n, 12n, 13n, 14n, 15n, 16n];
  for (const key of services)
    await records.asSuperuser(
      `insert into subjects (key, kind, name, organisation, region, registered, registered_at)
       values ($1, 'ai_service', $2, 'oem', $3, $4, now())`,
      [key, `service ${key}`, key === 14n ? "110000" : "440300", key !== 15n],
    );
  const journal = await EventJournal.open({ folder: join(files.folder, "events"), minFreeBytes: 0 });
  let number = 0;
  const score = (subject: bigint, time: number, value: number): EventRow =>
    eventRow(number++, {
      subject,
      kind: SUBJECT_KINDS.indexOf("ai_service"),
      time,
      received: time + 200,
      name: "safety_score",
      value,
      attributes: '{"fields":{}}',
    });
  const said = (subject: bigint, begin: number, value: number): EventRow[] =>
    [0, 10, 20].map((second) => score(subject, begin + second * 1000, value));
  await journal.append([
    ...said(11n, AT - 5 * HOUR, 0.2),
    ...said(12n, AT - 3 * HOUR, 0.4),
    ...said(13n, AT - 3 * HOUR, 0.9),
    ...said(14n, AT - 3 * HOUR, 0.1),
    ...said(15n, AT - 3 * HOUR, 0.1),
    ...said(16n, AT - 30 * HOUR, 0.1),
    ...[11n, 13n].flatMap((key) => said(key, AT + 22 * HOUR, 0.9)),
    ...said(12n, AT - HOUR, 0.8),
    ...said(12n, AT + 22 * HOUR, 0.8),
  ]);
  now = AT + HOUR / 2;
  const events = journalEventRows(journal, () => journal.status().nextSeq - 1);
  const screening = new ScreeningJobs({
    records,
    source: { history, scope: ALL, folder, events },
    targets: () => [{ set: compiled.set }],
    now: () => now,
  });
  assert.deepEqual([screening.status().screenings, screening.status().unfed], [2, 0]);
  assert.equal(await screening.runDue(), 2);
  assert.ok((await findings()).some((row) => row["trigger_id"] === "SIZE" && row["status"] === "firing"));
  const [run] = await records.asSuperuser("select * from screening_runs where trigger_id = 'SERVICES'");
  assert.deepEqual([run?.subjects, run?.active], [4, 3]);
  const [result] = (run ?? {})["results"] as { members: string[]; count: number; population: number }[];
  assert.deepEqual([result.count, result.population], [2, 3]);
  assert.deepEqual(
    result.members,
    [11n, 12n].map((key) => subjectIdOf("ai_service", key)),
  );
  const states = async (): Promise<unknown[]> =>
    (await findings()).filter((row) => row["trigger_id"] === "SERVICES").map((row) => row["status"]);
  assert.deepEqual(await states(), ["firing"]);
  now = AT + DAY + HOUR / 2;
  await screening.runDue();
  assert.deepEqual(await states(), ["cleared"]);
  await journal.close();
});
