/** Conditions over many vehicles in a backtest: what the screening jobs find day by day, the backtest finds at once. */
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { vehicleIdOf } from "../../access/mod.ts";
import { ALL, fixture, SALT, type Fixture, type Row } from "../../history/segments.fixture.ts";
import type { History } from "../../history/mod.ts";
import { openTestRecords, type TestRecords } from "../../records/testing.ts";
import { periodOf, registeredMembers, ScreeningJobs } from "../../supervision/mod.ts";
import { SYSTEM_RULEBOOK } from "../../records/mod.ts";
import { compileRules } from "../compile.ts";
import type { BacktestFiring } from "./firing.ts";
import { randomOf } from "./random.fixture.ts";
import { reportOf } from "./report.ts";
import { runBacktest, type BacktestInput, type BacktestPorts } from "./run.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 9, 1);
const DAYS = 6;

const TEXT = `
trigger SHARE version 1 "Alarms of a model" / "车型报警" { applies to vehicle ;
  when at least 50 % of active vehicle in group model have (alarm.level >= 3 for 20 s) in last 4 d ; severity 3 ; }
trigger COUNT version 1 "Alarms in the fleet" / "车队报警" { applies to vehicle where maker == "M" ;
  when more than 1 of registered vehicle have (rising(alarm.level >= 3) at least 2 times in last 3 h) in last 4 d ; severity 2 ; }
trigger PLACE version 1 "Parked together" / "聚集停放" { applies to vehicle ;
  when at least 3 of registered vehicle within 500 m have (soc > 80 %) in last 4 d ; severity 2 ; }
trigger SILENT version 1 "Silent fleet" / "车队离线" { applies to vehicle ;
  when at least 40 % of registered vehicle have (offline for 20 h) in last 4 d ; severity 1 ; }
trigger HOT version 1 { when max_cell_temp > 60 °C ; severity 3 ; }`;

const VEHICLES = 8;
const modelOf = (vehicle: number): string => (vehicle % 2 === 0 ? "A" : "B");

/** Some hours of reports on most days; alarms on some, towns changed now and then. */
function reportsOf(vehicle: number): Row[] {
  const random = randomOf(vehicle * 7919);
  const rows: Row[] = [];
  for (let day = 0; day < DAYS; day++) {
    if (random() < 0.25) continue;
    const begin = START + day * DAY + Math.floor(random() * 20) * HOUR + Math.floor(random() * 60) * 60_000;
    const isBad = random() < (day > 1 && day < 4 ? 0.7 : 0.15);
    const town = random() < 0.6 ? 0 : vehicle;
    const soc = 60 + Math.floor(random() * 40);
    for (let i = 0; i < 120; i++) {
      const values: Row["values"] = {
        "alarm.level": isBad && i % 30 > 20 ? 3 : 0,
        soc,
        max_cell_temp: isBad ? 61 : 30,
        "location.longitude": 114.05 + town * 0.3 + vehicle * 0.0003,
        "location.latitude": 22.55,
      };
      rows.push({ vehicle: BigInt(vehicle), time: begin + i * 30_000, values });
    }
  }
  return rows;
}

describe("a backtest of conditions over many vehicles", () => {
  let records: TestRecords;
  let files: Fixture;
  let history: History;
  let folder: string;
  const texts = { sources: [{ text: TEXT }], regions: [] };
  const set = compileRules(texts);

  before(async () => {
    records = await openTestRecords();
    await records.asSuperuser("insert into organisations (id, kind, name_en, name_zh) values ('oem', 'OEM', 'o', 'o')");
    for (let vehicle = 1; vehicle <= VEHICLES; vehicle++)
      await records.asSuperuser(
        "insert into vehicles (key, vin, registered, organisation, maker, model, registered_at) values ($1, $2, true, 'oem', $3, $4, $5)",
        [
          BigInt(vehicle),
          `LSVAA${String(vehicle).padStart(12, "0")}`,
          vehicle < 6 ? "M" : "N",
          modelOf(vehicle),
          new Date(START - DAY),
        ],
      );
    files = fixture();
    folder = join(files.folder, "screening");
    mkdirSync(folder);
    history = await files.open();
    const rows = Array.from({ length: VEHICLES }, (_, i) => reportsOf(i + 1)).flat();
    await history.insertSegment(files.segment(rows.sort((a, b) => a.time - b.time)), SALT);
    await history.settle();
  });
  after(async () => {
    await history.close();
    files.remove();
    await records.close();
  });

  const inputOf = async (more: Partial<BacktestInput> = {}): Promise<BacktestInput> => ({
    sets: [{ set, texts }],
    from: START,
    to: START + (DAYS + 2) * DAY,
    throughSeq: (await history.contentDigest()).throughSeq,
    throughEventSeq: 0,
    ...more,
  });
  const ports = (signal = new AbortController().signal): BacktestPorts => ({
    history,
    scope: ALL,
    subjectScope: ALL,
    subjectAttributes: async () => new Map(),
    attributesOf: async () => new Map(),
    members: (kind) => records.transact(SYSTEM_RULEBOOK, (tx) => registeredMembers(tx, kind)),
    folder,
    signal,
    progress: () => undefined,
  });

  test("finds what the screening jobs find, instant by instant", async () => {
    const { from, to } = await inputOf();
    let now = from;
    const jobs = new ScreeningJobs({
      records,
      source: { history, scope: ALL, folder },
      targets: () => [{ set }],
      now: () => now,
    });
    const period = Math.min(...set.screenings.map(periodOf));
    for (let at = from; at < to; at += period) {
      now = at + HOUR / 2;
      await jobs.runDue();
    }
    const live = await records.asSuperuser(
      "select trigger_id, subject_kind, subject_id, onset, cleared_at, level from findings order by onset, trigger_id, subject_id",
    );
    const { sets } = await runBacktest(await inputOf(), ports());
    const past = sets[0].firings.filter(({ subject }) => subject.kind !== "vehicle");
    assert.ok(past.length > 6, `${past.length} firings`);
    assert.deepEqual(new Set(past.map(({ trigger }) => trigger)), new Set(set.screenings.map(({ id }) => id)));
    const lineOf = (...parts: unknown[]): string => parts.map(String).join(" ");
    assert.deepEqual(
      past
        .map(({ trigger, subject, onset, clearedAt, level }) =>
          lineOf(trigger, subject.kind, subject.id, onset, clearedAt, level),
        )
        .sort(),
      live
        .map(({ trigger_id, subject_kind, subject_id, onset, cleared_at, level }) =>
          lineOf(
            trigger_id,
            subject_kind,
            subject_id,
            (onset as Date).getTime(),
            (cleared_at as Date | null)?.getTime(),
            level,
          ),
        )
        .sort(),
    );
  });

  test("reports them by day, level and group beside those of single vehicles, with who had the condition", async () => {
    const output = await runBacktest(await inputOf(), ports());
    const report = reportOf(output.sets[0], { set, to: START + 8 * DAY });
    assert.deepEqual(report.notRun, []);
    const [hot, share] = [report.triggers[0]!, report.triggers.find(({ trigger }) => trigger === "SHARE")!];
    assert.ok(hot.firings > 5);
    assert.equal(
      Object.values(share.byGroup).reduce((a, b) => a + b, 0),
      share.firings,
    );
    assert.ok(Object.keys(share.byGroup).every((group) => group === "A" || group === "B"));
    assert.ok(share.firings > 0 && share.byLevel["3"] === share.firings);
    const firing = report.firings.find(({ trigger }) => trigger === "SHARE")!;
    const model = firing.subject.id;
    assert.ok(firing.among !== undefined && firing.among.count / firing.among.population >= 0.5);
    assert.equal(firing.among.members.length, firing.among.count);
    const ofModel = Array.from({ length: VEHICLES }, (_, i) => i + 1).filter((vehicle) => modelOf(vehicle) === model);
    assert.ok(firing.among.members.every((id) => ofModel.some((vehicle) => vehicleIdOf(BigInt(vehicle)) === id)));
    // Work orders are opened for vehicles.
    const orders = Object.values(report.ordersByDay).reduce((a, b) => a + b, 0);
    assert.equal(orders, hot.firings, "at most one a day and vehicle here, and none for a group");
  });

  test("can be made again, with every row stepped too, and stops when it is told to", async () => {
    const first = await runBacktest(await inputOf(), ports());
    assert.deepEqual(await runBacktest(await inputOf(), ports()), first);
    assert.deepEqual(await runBacktest(await inputOf({ everyRow: true }), ports()), first);
    const later = await runBacktest(await inputOf({ from: START + 3 * DAY }), ports());
    // A place keeps the name that it had when it began: it may have another one where the range begins later.
    const named = (firings: readonly BacktestFiring[]): BacktestFiring[] =>
      firings.filter(({ onset, subject }) => onset >= START + 3 * DAY && subject.kind !== "cluster");
    assert.deepEqual(
      named(later.sets[0].firings),
      named(first.sets[0].firings),
      "what had begun before is not told again",
    );
    const controller = new AbortController();
    const stopped = runBacktest(await inputOf(), {
      ...ports(controller.signal),
      progress: (done, total) => (done === total ? controller.abort(new Error("cancelled by the test")) : undefined),
    });
    await assert.rejects(stopped);
  });

  test("counts the vehicles that were asked for and nobody else", async () => {
    const { sets } = await runBacktest(await inputOf({ vehicles: [1n, 2n, 3n] }), ports());
    const named = sets[0].firings.flatMap(({ among }) => among?.members ?? []);
    assert.ok(named.length > 0);
    assert.ok(named.every((id) => [1n, 2n, 3n].map(vehicleIdOf).includes(id)));
  });
});
