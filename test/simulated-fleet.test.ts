/** Healthy vehicles of the demonstration are clean: what a quality report says of them is never the simulator's fault. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { RULES } from "../server/src/conformance/catalogue.ts";
import { ALL_PRECISE, BASE, BASE_SIZE, RULE_COUNT } from "../server/src/conformance/counters.ts";
import { QualityEngine } from "../server/src/conformance/engine.ts";
import { blockOf, type BlockRow } from "../server/src/conformance/frames.fixture.ts";
import { dueAt, nextSequence } from "../simulator/src/fleet.ts";
import { planFleet, realtimeReport, SimulatedVehicle, vehicleLogin } from "../simulator/src/mod.ts";

const START = Date.UTC(2026, 6, 1, 2, 0, 0, 137);
const REPORTS = 400;

test("vehicles that drive, stop, charge and park for an hour break no data-quality rule", () => {
  const engine = new QualityEngine();
  for (const [i, vehicle] of planFleet(7).entries()) {
    if (i % 5 !== 0) continue;
    const key = BigInt(i + 1);
    const period = i % 2 === 0 ? 1_000 : 10_000;
    const car = new SimulatedVehicle(vehicle);
    const rows: BlockRow[] = [
      { frame: vehicleLogin(vehicle.maker.edition, vehicle.vin, START, 1, "89860000000000000001"), vehicle: key },
    ];
    for (let n = 1; n <= REPORTS; n++) {
      // In the middle of it someone orders a halt, wherever the vehicle is.
      if (n === REPORTS / 2) car.obey("halt");
      if (n === REPORTS / 2 + 50) car.obey("drive");
      const time = START + n * period;
      const frame = realtimeReport(vehicle.maker.edition, vehicle.vin, time, car.advance(period / 1000));
      rows.push({ frame, vehicle: key, receive: time + 900 });
    }
    engine.step(blockOf(rows));
  }
  const broken: Record<string, number> = {};
  for (let slot = 1; slot < engine.vehicles.size; slot++)
    for (const { id, number } of RULES) {
      const count = engine.vehicleDays.hits[slot * RULE_COUNT + number];
      if (count > 0) broken[id] = (broken[id] ?? 0) + count;
    }
  assert.deepEqual(broken, {});
  let driven = 0;
  for (let slot = 1; slot < engine.vehicles.size; slot++) {
    const base = engine.vehicleDays.base.subarray(slot * BASE_SIZE, (slot + 1) * BASE_SIZE);
    if (base[BASE.moving] < 100) continue;
    driven++;
    assert.equal(base[BASE.precise], ALL_PRECISE, "every field is sent in the resolution of the standard");
  }
  assert.ok(driven > 10);
});

test("reports that are due every second have collection times that each come once, however late the loop comes round", () => {
  let next = START;
  const seconds: number[] = [];
  for (let now = START, i = 0; i < 500; i++, now += 100 + ((i * 7919) % 130)) {
    if (next > now) continue;
    const at = dueAt(next, 1_000, now);
    assert.ok(at <= now && now - at < 1_000);
    seconds.push(Math.floor(at / 1000));
    next = at + 1_000;
  }
  assert.ok(seconds.length > 40);
  for (let i = 1; i < seconds.length; i++) assert.equal(seconds[i] - seconds[i - 1], 1);
});

test("login numbers grow over a restart of the simulator on the same day, and begin again on the next", () => {
  const midnight = Date.UTC(2026, 6, 1, 16);
  const first = nextSequence(0, 0, midnight - 60_000);
  assert.ok(first <= 65_531);
  const day = Math.floor((midnight - 60_000 + 8 * 3_600_000) / 86_400_000);
  assert.equal(nextSequence(first, day, midnight - 60_000), first + 1);
  assert.ok(nextSequence(0, 0, midnight - 50_000) > first, "a restart");
  assert.equal(nextSequence(first, day, midnight + 500), 1);
});
