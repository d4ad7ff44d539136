/** Ranges in which the editions differ: the last value that counts, and the first that does not. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fullSink, FULL_MAP, report, rowOf } from "../testing/fixtures.ts";
import { createColumnDecoder } from "./columns.ts";

const decode = createColumnDecoder(FULL_MAP);
const hex = (value: number, bytes: number): string => value.toString(16).padStart(bytes * 2, "0");

/** What a report with these raw values says of them. */
function vehicle(edition: 2016 | 2025, raw: { speed?: number; voltage?: number; current?: number }): unknown[] {
  const { speed = 0, voltage = 0, current = 0 } = raw;
  const tail = edition === 2016 ? "0000" : "";
  const sink = fullSink();
  const body = `01010301${hex(speed, 2)}00000000${hex(voltage, 2)}${hex(current, 2)}38010f0fa0${tail}`;
  assert.equal(decode(report(edition, body), sink, 0).ok, true);
  const row = rowOf(sink, 0);
  return [row["vehicle.speed"], row["vehicle.totalVoltage"], row["vehicle.totalCurrent"]];
}

for (const [edition, speed, voltage, current, offset] of [
  [2016, 2_200, 10_000, 20_000, 10_000],
  [2025, 5_000, 60_000, 60_000, 30_000],
] as const) {
  test(`edition ${edition}: speed to ${speed / 10} km/h, voltage to ${voltage / 10} V, current ±${offset / 10} A`, () => {
    assert.deepEqual(vehicle(edition, { speed, voltage, current }), [speed, voltage, current - offset]);
    assert.equal(vehicle(edition, {})[2], -offset);
    const above = vehicle(edition, { speed: speed + 1, voltage: voltage + 1, current: current + 1 });
    assert.deepEqual(above, ["out_of_range", "out_of_range", "out_of_range"]);
  });
}
