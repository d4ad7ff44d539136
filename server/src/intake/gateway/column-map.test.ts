import assert from "node:assert/strict";
import { test } from "node:test";
import { WIRE_FIELDS } from "@sandglass/gbt32960";
import { getList, getScalar, TICK_TYPES, type TickType } from "@sandglass/signals";
import { createColumnMap, LIST_FIELDS, SCALAR_FIELDS } from "./column-map.ts";

const HIGHEST: Readonly<Record<TickType, readonly [number, number]>> = {
  UInt8: [0, 0xff],
  UInt16: [0, 0xffff],
  UInt32: [0, 0xffffffff],
  Int16: [-0x8000, 0x7fff],
  Int32: [-0x80000000, 0x7fffffff],
};

/** Bodies that no signal is made of: their frames are kept, their values are read from them. */
const WITHOUT_SIGNALS = /^(fuelCell|fuelCellEngine|stacks|supercapacitor|supercapacitorExtremes|generalAlarms)\./;
const MAPPED = WIRE_FIELDS.filter(({ name }) => !WITHOUT_SIGNALS.test(name));

test("every wire field of the bodies with signals has a column, and every column of the map a wire field", () => {
  assert.deepEqual(Object.keys(createColumnMap()).sort(), MAPPED.map((field) => field.name).sort());
});

test("a wire field and its signal agree on kind, scale and range, and the ticks fit the column", () => {
  assert.equal(Object.keys(HIGHEST).length, TICK_TYPES.length);
  for (const field of MAPPED) {
    const signal = field.kind === "scalar" ? getScalar(SCALAR_FIELDS[field.name]) : getList(LIST_FIELDS[field.name]);
    assert.equal(signal.perUnit, field.perUnit, `${field.name}: ticks per unit`);
    const [low, high] = HIGHEST[signal.type];
    assert.ok(field.range[0] >= low && field.range[1] <= high, `${field.name} fits ${signal.type}`);
    const [from, to] = signal.range.map((end) => end * signal.perUnit);
    assert.ok(
      field.range[0] >= from - 1e-6 && field.range[1] <= to + 2 + 1e-6,
      `${field.name} lies in the signal's range`,
    );
  }
});

test("no two wire fields share a column", () => {
  const targets = Object.values(createColumnMap()).map((target) => JSON.stringify(target));
  assert.equal(new Set(targets).size, targets.length);
});
