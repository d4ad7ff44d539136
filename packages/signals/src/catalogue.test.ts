import assert from "node:assert/strict";
import { test } from "node:test";
import { BIT_SIGNALS, findSignal, fromTicks, getList, getScalar, SCALAR_SIGNALS, SIGNALS } from "./catalogue.ts";

const LIMITS = {
  UInt8: [0, 255],
  UInt16: [0, 65_535],
  UInt32: [0, 4_294_967_295],
  Int16: [-32_768, 32_767],
  Int32: [-2_147_483_648, 2_147_483_647],
} as const;

test("ids are unique and found by name", () => {
  assert.equal(new Set(SIGNALS.map((signal) => signal.id)).size, SIGNALS.length);
  for (const signal of SIGNALS) assert.equal(findSignal(signal.id), signal);
  assert.equal(findSignal("no.such.signal"), undefined);
  assert.throws(() => getScalar("cell.voltage"));
  assert.throws(() => getList("speed"));
});

test("the range of every signal fits its tick type", () => {
  for (const signal of SIGNALS) {
    const [min, max] = LIMITS[signal.type];
    assert.ok(signal.range[0] * signal.perUnit >= min && signal.range[1] * signal.perUnit <= max, signal.id);
    assert.ok(signal.range[0] < signal.range[1], signal.id);
  }
});

test("both languages name every signal, and no two alike", () => {
  for (const language of ["en", "zh"] as const) {
    const names = SIGNALS.map((signal) => signal.names[language]);
    assert.equal(new Set(names).size, names.length);
  }
});

test("ticks become the decimal that a person writes", () => {
  for (let ticks = 0; ticks < 60_000; ticks += 7) {
    assert.equal(fromTicks(getScalar("total_voltage"), ticks), Number((ticks / 10).toFixed(1)));
    assert.equal(fromTicks(getScalar("max_cell_voltage"), ticks), Number((ticks / 1000).toFixed(3)));
  }
});

test("columns are numbered in order and alarm bits from 0 to 27", () => {
  assert.deepEqual(
    SCALAR_SIGNALS.map((signal) => signal.column),
    SCALAR_SIGNALS.map((_, index) => index),
  );
  assert.deepEqual(
    BIT_SIGNALS.map((signal) => signal.bit),
    Array.from({ length: 28 }, (_, bit) => bit),
  );
  assert.equal(findSignal("alarm.thermal_event")?.kind === "bit" && BIT_SIGNALS[23].id, "alarm.thermal_event");
});
