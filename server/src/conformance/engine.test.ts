import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Disposition } from "@sandglass/signals";
import { getRule, RULES } from "./catalogue.ts";
import { BASE, BASE_SIZE, dayOf, RULE_COUNT } from "./counters.ts";
import { QualityEngine } from "./engine.ts";
import { blockOf, NOON, report, steadyCells, type BlockRow, type CarState } from "./frames.fixture.ts";
import { loginFrame, logoutFrame, platformLoginFrame } from "./frames.fixture.ts";

const CAR = 7n;

function hitsOf(engine: QualityEngine, vehicle = CAR): Record<string, number> {
  const slot = engine.vehicles.slotOfKey(vehicle);
  const hits: Record<string, number> = {};
  for (const rule of RULES) {
    const count = engine.vehicleDays.hits[slot * RULE_COUNT + rule.number];
    if (count > 0) hits[rule.id] = count;
  }
  return hits;
}

function baseOf(engine: QualityEngine, counter: number, vehicle = CAR): number {
  return engine.vehicleDays.base[engine.vehicles.slotOfKey(vehicle) * BASE_SIZE + counter];
}

/** Counts rows behind a login, and says what was broken. */
function broken(...rows: readonly (CarState | BlockRow)[]): Record<string, number> {
  const engine = new QualityEngine();
  engine.step(blockOf([{ frame: loginFrame({ serial: 1 }), vehicle: CAR }, ...rows.map(toRow)]));
  return hitsOf(engine);
}

const toRow = (row: CarState | BlockRow): BlockRow => ("frame" in row ? row : { frame: report(row) });
const flagsOf = (...bits: number[]) => bits.reduce((flags, bit) => flags + 2 ** bit, 0);

describe("data-quality rules over blocks", () => {
  it("find nothing in reports that keep them, in both editions", () => {
    const steady = Array.from({ length: 5 }, (_, i) => ({ time: NOON + i * 10_000 }));
    assert.deepEqual(broken(...steady), {});
    assert.deepEqual(broken(...steady.map((car) => ({ ...car, edition: 2025 as const }))), {});
  });

  it("count missing bodies, but no motors while parked and charging", () => {
    assert.deepEqual(
      broken({
        vehicle: false,
        motors: false,
        location: false,
        extremes: false,
        alarm: false,
        cells: false,
        probes: false,
      }),
      {
        "missing.vehicle": 1,
        "missing.motors": 1,
        "missing.location": 1,
        "missing.extremes": 1,
        "missing.alarm": 1,
        "missing.cells": 1,
        "missing.probes": 1,
      },
    );
    assert.deepEqual(
      broken({ motors: false, vehicle: { vehicleState: 2, chargingState: 1, speed: 0, totalCurrent: -20 } }),
      {},
    );
  });

  it("know a report's own extremes from those that were derived of its list", () => {
    assert.deepEqual(broken({ extremes: false }), { "missing.extremes": 1 });
    assert.deepEqual(broken({ extremes: false, edition: 2025 }), {});
    assert.deepEqual(broken({ extremes: false, cells: false }), { "missing.extremes": 1, "missing.cells": 1 });
  });

  it("count sentinels and range errors of scalars, and of lists once for each report", () => {
    assert.deepEqual(broken({ vehicle: { speed: "invalid", stateOfCharge: "abnormal" } }), {
      "invalid.speed": 1,
      "abnormal.soc": 1,
    });
    const frame = report();
    // The second pack byte pair of the cell list: 0xFFFF invalid, twice; 0xFFFE abnormal once.
    const cellsAt = Buffer.from(frame).indexOf(Buffer.from([3801 >> 8, 3801 & 255, 3802 >> 8, 3802 & 255]));
    assert.ok(cellsAt > 0);
    frame.set([0xff, 0xff, 0xff, 0xff, 0xff, 0xfe], cellsAt + 20);
    assert.deepEqual(broken({ frame }), { "invalid.cell.voltage": 1, "abnormal.cell.voltage": 1 });
  });

  it("compare speed with state, gear and charging", () => {
    assert.deepEqual(broken({ vehicle: { vehicleState: 2, speed: 5.1, totalCurrent: 0 } }), {
      "logic.off_with_speed": 1,
    });
    assert.deepEqual(broken({ vehicle: { vehicleState: 2, speed: 5, totalCurrent: 0 } }), {});
    assert.deepEqual(
      broken({ vehicle: { gear: { raw: 15, position: "P", drivingForce: false, brakingForce: false } } }),
      {
        "logic.park_with_speed": 1,
      },
    );
    assert.deepEqual(broken({ vehicle: { chargingState: 1, totalCurrent: -20 } }), { "logic.charging_with_speed": 1 });
  });

  it("compare cells with pack, total and reported extremes", () => {
    assert.deepEqual(broken({ cells: [{ millivolts: steadyCells(), voltage: 371 }], vehicle: { totalVoltage: 371 } }), {
      "logic.voltage_sum": 1,
    });
    assert.deepEqual(broken({ vehicle: { totalVoltage: 300 } }), { "logic.total_voltage": 1 });
    const two = [{ millivolts: steadyCells() }, { millivolts: steadyCells() }];
    assert.deepEqual(broken({ cells: two }), {}, "packs in parallel");
    assert.deepEqual(broken({ cells: two, vehicle: { totalVoltage: 730 } }), {}, "packs in series");
    assert.deepEqual(broken({ extremes: { maxCellVoltage: 3.9, minCellVoltage: 3.801 } }), {
      "logic.max_cell_voltage": 1,
    });
    assert.deepEqual(broken({ extremes: { minCellVoltage: 3.75 } }), { "logic.min_cell_voltage": 1 });
    assert.deepEqual(broken({ extremes: { maxTemperature: 31 } }), { "logic.max_probe_temp": 1 });
    assert.deepEqual(broken({ cells: [{ millivolts: steadyCells(), total: 100 }] }), { "logic.cell_count": 1 });
  });

  it("take a count of FE or FF for no number of cells or faults", () => {
    const alarm = { level: 1, storageFaultCount: 0xff, motorFaultCount: 0xfe };
    assert.deepEqual(broken({ alarm }), {});
    assert.deepEqual(broken({ alarm: { level: 1 } }), { "logic.level_without_alarm": 1 });
    const silent = { millivolts: [], total: 96, voltage: 365.6, count: 0xff };
    assert.deepEqual(broken({ cells: [{ millivolts: steadyCells() }, silent] }), {});
    assert.deepEqual(broken({ edition: 2025, cells: [{ millivolts: steadyCells() }, { ...silent, count: 0xffff }] }), {
      "invalid.pack.cell_total": 1,
    });
    assert.deepEqual(broken({ cells: [{ millivolts: steadyCells() }, { ...silent, count: 0 }] }), {
      "logic.cell_count": 1,
      "logic.voltage_sum": 1,
    });
  });

  it("judge the parts of a long list as parts", () => {
    const all = Array.from({ length: 384 }, (_, i) => 2400 + (i % 97));
    const whole = { maxCellVoltage: 2.496, minCellVoltage: 2.4 };
    const volts = Math.round(all.reduce((sum, value) => sum + value, 0) / 100) / 10;
    const vehicle = { totalVoltage: volts };
    const part = (first: number, to: number) => [
      { millivolts: all.slice(first - 1, to), first, total: 384, voltage: volts },
    ];
    const engine = new QualityEngine();
    engine.step(
      blockOf([
        { frame: loginFrame({ serial: 1 }) },
        { frame: report({ cells: part(1, 200), extremes: whole, vehicle }) },
        {
          frame: report({
            cells: part(201, 384),
            extremes: false,
            vehicle: false,
            motors: false,
            location: false,
            alarm: false,
            probes: false,
          }),
        },
      ]),
    );
    assert.deepEqual(hitsOf(engine), {});
    assert.equal(baseOf(engine, BASE.splitParts), 2);
    assert.deepEqual(broken({ cells: part(201, 384), extremes: { ...whole, maxCellVoltage: 2.45 }, vehicle }), {
      "logic.max_cell_voltage": 1,
    });
  });

  it("compare a report with the one before it", () => {
    const at = (seconds: number, vehicle: Record<string, unknown>) => ({ time: NOON + seconds * 1000, vehicle });
    assert.deepEqual(broken(at(0, { mileage: 100 }), at(10, { mileage: 104.2 })), {
      "logic.mileage_jump": 1,
      "logic.speed_mileage": 1,
    });
    assert.deepEqual(broken(at(0, { mileage: 100 }), at(10, { mileage: 99.8 })), { "logic.mileage_back": 1 });
    assert.deepEqual(broken(at(0, { stateOfCharge: 60 }), at(10, { stateOfCharge: 54 })), { "logic.soc_jump": 1 });
    assert.deepEqual(broken(at(0, {}), at(31, {})), { "transmission.period": 1 });
    assert.deepEqual(broken(at(0, {}), at(700, {})), {}, "another session");
    assert.deepEqual(broken(at(10, {}), at(0, {})), { "transmission.out_of_order": 1 });
    assert.deepEqual(broken(at(0, {}), at(0, {})), { "transmission.repeated_time": 1 });
  });

  it("check alarms against flags, list and level 4", () => {
    assert.deepEqual(broken({ alarm: { level: 1 } }), { "logic.level_without_alarm": 1 });
    assert.deepEqual(broken({ alarm: { flags: flagsOf(4) } }), { "logic.alarm_without_level": 1 });
    const alarm = (level: number, ...listed: number[]) => ({
      edition: 2025 as const,
      alarm: {
        level,
        flags: flagsOf(23),
        generalAlarmCount: listed.length,
        generalAlarms: listed.map((listedLevel) => ({ bit: 23, level: listedLevel })),
      },
    });
    assert.deepEqual(broken(alarm(4, 4)), {});
    assert.deepEqual(broken(alarm(4, 2, 3)), { "logic.alarm_level_list": 1 });
    assert.deepEqual(broken(alarm(3, 3)), { "logic.thermal_without_level4": 1 });
    assert.deepEqual(broken({ edition: 2025, alarm: { level: 4, flags: flagsOf(1) } }), {
      "logic.level4_without_thermal": 1,
    });
    assert.deepEqual(broken({ location: false, alarm: { level: 3, flags: flagsOf(1) } }), {
      "missing.location": 1,
      "missing.alarm_context": 1,
    });
  });

  it("count delays, clocks that run ahead, and places that cannot be", () => {
    assert.deepEqual(broken({ frame: report(), receive: NOON + 31_000 }), { "delay.over_30s": 1 });
    assert.deepEqual(broken({ frame: report(), receive: NOON + 181_000 }), {
      "delay.over_30s": 1,
      "delay.over_180s": 1,
    });
    assert.deepEqual(broken({ frame: report(), receive: NOON - 6000 }), { "delay.clock_ahead": 1 });
    assert.deepEqual(broken({ location: { longitude: 0, latitude: 0 } }), { "logic.coordinates_zero": 1 });
    assert.deepEqual(broken({ location: { longitude: 10, latitude: 50 } }), { "logic.coordinates_abroad": 1 });
    const invalidFix = { status: { raw: 1, valid: false, south: false, west: false }, longitude: 0, latitude: 0 };
    assert.deepEqual(broken({ location: invalidFix }), {});
  });

  it("watch logins: their serial numbers, and reports without one", () => {
    const engine = new QualityEngine();
    engine.step(
      blockOf([
        { frame: report() },
        { frame: loginFrame({ serial: 5 }) },
        { frame: report({ time: NOON + 1000 }) },
        { frame: logoutFrame({ serial: 4 }) },
        { frame: loginFrame({ serial: 5 }) },
        { frame: loginFrame({ serial: 1, time: NOON + 86_400_000 }), receive: NOON + 2000 },
      ]),
    );
    assert.deepEqual(hitsOf(engine), {
      "transmission.no_login": 1,
      "transmission.logout_serial": 1,
      "transmission.login_serial": 1,
    });
    assert.equal(baseOf(engine, BASE.logins), 3);
  });

  it("count frames that are not data by why, and re-issue by how late it is", () => {
    const engine = new QualityEngine();
    engine.step(
      blockOf([
        { frame: report(), disposition: Disposition.malformed },
        { frame: report(), disposition: Disposition.foreignVin },
        { frame: report({ command: 3, time: NOON - 4 * 86_400_000 }), receive: NOON },
        { frame: report({ command: 3, edition: 2025, time: NOON - 4 * 86_400_000 }), receive: NOON },
      ]),
    );
    assert.deepEqual(hitsOf(engine), {
      "transmission.structure": 1,
      "transmission.foreign_vin": 1,
      "transmission.reissue_late": 1,
    });
    assert.equal(baseOf(engine, BASE.frames), 4);
    assert.equal(baseOf(engine, BASE.reissued), 2);
    assert.equal(baseOf(engine, BASE.realtime), 0);
  });

  it("see the seconds around a level-3 alarm, though those before it come hours later", () => {
    const engine = new QualityEngine();
    const alarm = { level: 3, flags: flagsOf(1) };
    const rows: BlockRow[] = [{ frame: loginFrame({ serial: 1 }) }, { frame: report({ time: NOON - 60_000 }) }];
    for (let s = 0; s <= 30; s++) rows.push({ frame: report({ time: NOON + s * 1000, alarm }) });
    rows.push({ frame: report({ time: NOON + 31_000 }) });
    engine.step(blockOf(rows));
    const [before] = engine.bursts.takeChanged();
    assert.deepEqual([before.onset, before.before, before.after, before.clearedAt], [NOON, 0, 30, NOON + 31_000]);
    assert.equal(before.platform, 0, "from the terminal directly");
    const late: BlockRow[] = [];
    for (let s = 30; s >= 1; s--)
      late.push({ frame: report({ command: 3, time: NOON - s * 1000 }), receive: NOON + 5 * 3_600_000 });
    engine.step(blockOf(late));
    const [after] = engine.bursts.takeChanged();
    assert.deepEqual([after.onset, after.before, after.after], [NOON, 30, 30]);
    assert.equal(baseOf(engine, BASE.bursts), 1);
    assert.equal(baseOf(engine, BASE.alarmReissued), 30);
    const again = { frame: report({ command: 3, time: NOON - 5000 }), receive: NOON + 5 * 3_600_000 };
    const after30 = { frame: report({ command: 3, time: NOON + 30_000 }), receive: NOON + 5 * 3_600_000 };
    engine.step(blockOf([again, after30]));
    assert.deepEqual(
      [baseOf(engine, BASE.reissued), baseOf(engine, BASE.alarmReissued)],
      [32, 30],
      "not what is there",
    );
    assert.equal(hitsOf(engine)["transmission.alarm_period"], undefined);
  });

  it("judge a level-3 alarm by the edition in which it began, whatever the vehicle sends after an update", () => {
    const engine = new QualityEngine();
    const alarm = { level: 3, flags: flagsOf(1) };
    const of2025 = { edition: 2025 } as const;
    engine.step(
      blockOf([
        { frame: loginFrame({ serial: 1 }) },
        { frame: report({ time: NOON - 60_000 }) },
        { frame: loginFrame({ serial: 2 }) },
        { frame: report({ time: NOON, alarm, ...of2025 }) },
        { frame: report({ time: NOON + 1000, ...of2025 }) },
      ]),
    );
    assert.deepEqual(
      engine.bursts.takeChanged().map(({ edition }) => edition),
      [2025],
    );
    // Stored before the update, and sent after the alarm.
    const stored = [3_600_000, 5000].map((age) => ({
      frame: report({ command: 3, time: NOON - age }),
      receive: NOON + 20_000,
    }));
    engine.step(blockOf(stored));
    assert.deepEqual(
      engine.bursts.takeChanged().map(({ edition, before }) => [edition, before]),
      [[2025, 1]],
    );
    assert.equal(baseOf(engine, BASE.edition2025), 2);
  });

  it("R-3.14: ask for the data of 59 min 30 s to 1 h after power-off, second by second, when the vehicle powers off again", () => {
    const engine = new QualityEngine();
    const HOUR = 3_600_000;
    const at = (time: number, fields: object = {}, command: 2 | 3 = 2): BlockRow => ({
      frame: report({ edition: 2025, time, command, vehicle: { speed: 0, ...fields } }),
      receive: time + (command === 3 ? 20 * HOUR : 1000),
    });
    const off = { vehicleState: 2, chargingState: 3 };
    const drive = (until: number): BlockRow[] => [at(until - 20_000), at(until - 10_000), at(until)];
    /** The window of a power-off at `time`, from its second `from` on. */
    const watch = (time: number, from = 0): BlockRow[] =>
      Array.from({ length: 30 - from }, (_, s) => at(time + HOUR - 30_000 + (from + s) * 1000, off, 3));
    const counted = (...rows: BlockRow[]): readonly [number, number | undefined] => {
      engine.step(blockOf(rows));
      return [baseOf(engine, BASE.powerOffs), hitsOf(engine)["transmission.power_off_watch"]];
    };
    const powerOff = (time: number): BlockRow[] => [...drive(time), at(time + 10_000, off)];
    // Nobody sees the moment itself: it lies between two reports.
    assert.deepEqual(counted(...powerOff(NOON), ...watch(NOON + 5000)), [0, undefined], "not before the next one");
    assert.deepEqual(counted(...powerOff(NOON + 2 * HOUR)), [1, undefined], "kept");
    assert.deepEqual(
      counted(...watch(NOON + 2 * HOUR, 10), ...powerOff(NOON + 4 * HOUR)),
      [2, 1],
      "a third is missing",
    );
    const charging = at(NOON + 4.5 * HOUR, { vehicleState: 2, chargingState: 1 });
    assert.deepEqual(
      counted(charging, ...powerOff(NOON + 6 * HOUR)),
      [2, 1],
      "charged within the hour: nothing is owed",
    );
    // Silent for a minute before: when it powered off is not known.
    assert.deepEqual(counted(...drive(NOON + 8 * HOUR), at(NOON + 8 * HOUR + 60_000, off)), [3, 2]);
    assert.deepEqual(counted(...powerOff(NOON + 10 * HOUR)), [3, 2]);
    const logout = (time: number): BlockRow => ({ frame: logoutFrame({ serial: 1, time: time + 5000 }) });
    assert.deepEqual(
      counted(...drive(NOON + 12 * HOUR), logout(NOON + 12 * HOUR)),
      [4, 3],
      "a logout while powered is a power-off",
    );
    assert.deepEqual(
      counted({ frame: report({ time: NOON + 14 * HOUR }) }, logout(NOON + 14 * HOUR)),
      [4, 3],
      "edition 2016 owes none",
    );
  });

  it("file rows under the platform whose login came on the link, until it logs out", () => {
    const engine = new QualityEngine();
    engine.step(
      blockOf([
        { frame: platformLoginFrame("demo"), vehicle: 0n, link: 3 },
        { frame: report({ location: false }), link: 3 },
        { frame: report({ location: false }), link: 4 },
      ]),
    );
    const { number } = getRule("missing.location");
    const slot = engine.links.slotOfUser("demo");
    assert.equal(engine.platformDays.hits[slot * RULE_COUNT + number], 1);
    assert.equal(engine.platformDays.hits[number], 1);
    assert.equal(
      engine.platformDays.base[slot * BASE_SIZE + BASE.frames],
      2,
      "its own login is a frame of the platform",
    );
  });

  it("begin new counters at midnight in Shanghai, in the middle of a block, and keep those of the day before", () => {
    const engine = new QualityEngine();
    const midnight = Date.UTC(2026, 6, 1, 16);
    const at = (ms: number): BlockRow => ({ frame: report({ time: ms, location: false }), receive: ms });
    engine.step(blockOf([at(midnight - 2000), at(midnight - 1000), at(midnight)]));
    const snapshot = engine.vehicleDays.takeChanged(engine.vehicles.size);
    const byDay = new Map(
      [...snapshot.slots.keys()].map((i) => [
        snapshot.days[i],
        snapshot.hits[i * RULE_COUNT + getRule("missing.location").number],
      ]),
    );
    assert.equal(byDay.get(dayOf(midnight) - 1), 2);
    assert.equal(byDay.get(dayOf(midnight)), 1);
  });

  it("count the same however the rows are cut into blocks", () => {
    const rows: BlockRow[] = [{ frame: platformLoginFrame("demo"), vehicle: 0n, link: 1 }];
    for (let i = 0; i < 120; i++) {
      rows.push({
        frame: report({
          time: NOON + i * (i % 9 === 0 ? 500 : 1000),
          vehicle: { speed: i % 11 === 0 ? "invalid" : 36.1, mileage: 100 + i * (i % 5) },
          ...(i % 7 === 0 ? { location: false as const } : {}),
          ...(i % 40 > 30 ? { alarm: { level: 3, flags: flagsOf(1) } } : {}),
        }),
        vehicle: BigInt(1 + (i % 3)),
      });
    }
    const whole = new QualityEngine();
    whole.step(blockOf(rows));
    const cut = new QualityEngine();
    for (let from = 0; from < rows.length; from += 7) cut.step(blockOf(rows.slice(from, from + 7)));
    for (const vehicle of [1n, 2n, 3n]) assert.deepEqual(hitsOf(cut, vehicle), hitsOf(whole, vehicle));
    assert.deepEqual(cut.platformDays.hits, whole.platformDays.hits);
    assert.deepEqual(cut.platformDays.base, whole.platformDays.base);
  });
});
