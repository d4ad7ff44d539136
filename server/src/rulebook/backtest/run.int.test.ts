/** A backtest over a real history: what it finds, that it can be made again, that it stops when it is told to. */
import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { vehicleIdOf } from "../../access/mod.ts";
import { ALL, DAY, fixture, SALT, type Fixture, type Row } from "../../history/segments.fixture.ts";
import type { History } from "../../history/mod.ts";
import { compileRules } from "../compile.ts";
import { differenceOf, reportOf, type ReportContext } from "./report.ts";
import { runBacktest, type BacktestInput, type BacktestPorts } from "./run.ts";

const VEHICLES = [11n, 22n, 33n] as const;
const HOT = "trigger HOT version 1 { when max_cell_temp > 60 °C for 1 min ; severity 3 ; }";
const HOTTER = "trigger HOT version 2 { when max_cell_temp > 70 °C for 1 min ; severity 3 ; }";
const FAST = "trigger FAST version 1 { when speed > 150 km/h ; severity 2 ; cooldown 1 h ; }";

/** Half an hour every 30 s; hot twice within ten minutes on the first vehicle, once and more on the second. */
function drive(vehicle: bigint): Row[] {
  return Array.from({ length: 60 }, (_, i) => {
    const isHot = vehicle === 11n ? (i >= 10 && i < 15) || (i >= 20 && i < 25) : vehicle === 22n && i >= 30;
    return {
      vehicle,
      time: DAY + i * 30_000,
      values: { max_cell_temp: isHot ? (vehicle === 22n ? 75 : 65) : 30, speed: 60 },
    };
  });
}

const textsOf = (...texts: string[]) => ({ sources: [{ text: texts.join("\n") }], regions: [] });

describe("a backtest over three vehicles", () => {
  let files: Fixture;
  let history: History;
  let folder: string;
  let throughSeq: number;

  before(async () => {
    files = fixture();
    history = await files.open();
    folder = join(files.folder, "backtests");
    const rows = VEHICLES.flatMap(drive).sort((a, b) => a.time - b.time);
    // A frame that was received twice is one.
    await history.insertSegment(files.segment([...rows, { ...rows[3], received: DAY + 9e6 }]), SALT);
    ({ throughSeq } = await history.contentDigest());
  });
  after(async () => {
    await history.close();
    files.remove();
  });

  const portsOf = (more: Partial<BacktestPorts> = {}): BacktestPorts => ({
    history,
    scope: ALL,
    subjectScope: ALL,
    subjectAttributes: async () => new Map(),
    attributesOf: async () => new Map([[11n, { maker: "M", model: "X" }]]),
    members: async () => [],
    folder,
    signal: new AbortController().signal,
    progress: () => undefined,
    ...more,
  });
  const inputOf = (text: string, more: Partial<BacktestInput> = {}): BacktestInput => {
    const texts = textsOf(text);
    return {
      sets: [{ set: compileRules(texts), texts }],
      from: DAY,
      to: DAY + 86_400_000,
      throughSeq,
      throughEventSeq: 0,
      ...more,
    };
  };
  const contextOf = ({ sets, to }: BacktestInput, index: number): ReportContext => ({ set: sets[index].set, to });

  test("finds, counts flapping and expected work orders, and says by day and model what it found", async () => {
    const input = inputOf(`${HOT}\n${FAST}`);
    const output = await runBacktest(input, portsOf());
    assert.equal(output.rows, 180, "the repeated frame is not counted");
    const report = reportOf(output.sets[0], contextOf(input, 0));
    const [hot, fast] = report.triggers;
    assert.deepEqual(
      [hot.firings, hot.subjects, hot.open, hot.flapping, hot.byDay, hot.byGroup],
      [3, 2, 1, 1, { "2026-11-20": 3 }, { "M X": 2, unregistered: 1 }],
    );
    assert.equal(fast.firings, 0);
    assert.deepEqual(report.ordersByDay, { "2026-11-20": 2 }, "one per vehicle, trigger and day");
    assert.deepEqual(
      report.firings.map(({ subject, onset }) => [subject.id, (onset - DAY) / 1000]),
      [
        [vehicleIdOf(11n), 360],
        [vehicleIdOf(11n), 660],
        [vehicleIdOf(22n), 960],
      ],
    );
    assert.ok(report.firings.every(({ witnesses }) => witnesses.length > 0));
  });

  test("gives the same again, whatever was received meanwhile, and with every row stepped", async () => {
    const first = await runBacktest(inputOf(HOT), portsOf());
    await history.insertSegment(
      files.segment(drive(33n).map((row) => ({ ...row, time: row.time + 1000, values: { max_cell_temp: 90 } }))),
      SALT,
    );
    const { throughSeq: later } = await history.contentDigest();
    assert.ok(later > throughSeq);
    assert.deepEqual(await runBacktest(inputOf(HOT), portsOf()), first);
    assert.deepEqual(await runBacktest(inputOf(HOT, { everyRow: true }), portsOf()), first);
    const newer = await runBacktest(inputOf(HOT, { throughSeq: later }), portsOf());
    assert.equal(newer.sets[0].firings.length, first.sets[0].firings.length + 1, "the later rows do fire");
  });

  test("compares two texts firing by firing", async () => {
    const input = inputOf(HOTTER);
    const baseline = textsOf(HOT);
    const both = { ...input, sets: [...input.sets, { set: compileRules(baseline), texts: baseline }] };
    const output = await runBacktest(both, portsOf());
    const [here, before] = output.sets.map((result, i) => ({ result, context: contextOf(both, i) }));
    const { both: shared, onlyHere, onlyBaseline, examples } = differenceOf(here, before);
    assert.deepEqual([shared, onlyHere, onlyBaseline], [1, 0, 2]);
    assert.deepEqual(
      examples.map((example) => [example.subject.id, example.in]),
      [
        [vehicleIdOf(11n), "baseline"],
        [vehicleIdOf(11n), "baseline"],
      ],
    );
  });

  test("stops when it is cancelled, and leaves no file behind", async () => {
    const controller = new AbortController();
    const running = runBacktest(
      inputOf(HOT),
      portsOf({
        signal: controller.signal,
        // Told at the start: the rows are being exported or stepped then.
        progress: () => controller.abort(new Error("cancelled by the test")),
      }),
    );
    await assert.rejects(running);
    assert.deepEqual(existsSync(folder) ? readdirSync(folder) : [], []);
  });

  test("names what it does not run: a place of who tells none", async () => {
    const fleet =
      "trigger FLEET version 1 { applies to ai_service ; when at least 2 of active ai_service within 500 m have (outputs_total > 0) in last 1 h ; severity 2 ; }";
    const input = inputOf(`${HOT}\n${fleet}`);
    const output = await runBacktest(input, portsOf());
    const report = reportOf(output.sets[0], contextOf(input, 0));
    assert.deepEqual(
      report.triggers.map(({ trigger }) => trigger),
      ["HOT"],
    );
    assert.deepEqual(
      report.notRun.map(({ trigger, reason }) => [trigger, reason]),
      [["FLEET", "untold"]],
    );
    assert.equal(report.firingsInAll, 3);
  });
});
