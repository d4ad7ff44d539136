import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ObservationBlock } from "./block.ts";
import { getList, getScalar } from "./catalogue.ts";
import { deriveSignals } from "./derive.ts";
import { Reason } from "./signal.ts";

function setScalar(block: ObservationBlock, id: string, ticks: number | undefined, reason: number = Reason.ok): void {
  const column = block.scalars[getScalar(id).column];
  column.ticks[block.rows] = ticks ?? 0;
  column.reasons[block.rows] = ticks === undefined && reason === Reason.ok ? Reason.absent : reason;
}

function push(block: ObservationBlock, id: string, ...ticks: (number | undefined)[]): void {
  const list = block.lists[getList(id).column];
  list.reserve(ticks.length);
  for (const value of ticks) {
    list.ticks[list.length] = value ?? 65_535;
    list.reasons[list.length++] = value === undefined ? Reason.invalid : Reason.ok;
  }
}

/** Derives and ends the row; returns ticks by id, or the reason's number as `R<n>`. */
function finish(block: ObservationBlock, ...ids: string[]): (number | string)[] {
  const row = block.rows;
  deriveSignals(block);
  block.endRow();
  return ids.map((id) => {
    const column = block.scalars[getScalar(id).column];
    return column.reasons[row] === Reason.ok ? column.ticks[row] : `R${column.reasons[row]}`;
  });
}

test("extremes come from the list when the frame reports none, without invalid cells", () => {
  const block = new ObservationBlock(4);
  push(block, "pack.number", 3, 7);
  push(block, "pack.cell_count", 3, 2);
  push(block, "pack.first_cell", 1, 1);
  push(block, "cell.voltage", 3900, undefined, 3950, 3700, 3960);
  assert.deepEqual(
    finish(
      block,
      "max_cell_voltage",
      "max_cell_voltage.pack",
      "max_cell_voltage.cell",
      "min_cell_voltage",
      "min_cell_voltage.pack",
      "min_cell_voltage.cell",
      "cell_spread",
    ),
    [3960, 7, 2, 3700, 7, 1, 260],
  );
});

test("an extreme of a pack without a number says where it is as little as the pack does", () => {
  const block = new ObservationBlock(4);
  push(block, "pack.number", undefined, 7);
  push(block, "pack.cell_count", 2, 2);
  push(block, "pack.first_cell", 1, undefined);
  push(block, "cell.voltage", 3900, 3950, 3700, 3800);
  const places = ["max_cell_voltage", "min_cell_voltage"].flatMap((id) => [id, `${id}.pack`, `${id}.cell`]);
  const invalid = `R${Reason.invalid}`;
  assert.deepEqual(finish(block, ...places), [3950, invalid, 2, 3700, 7, invalid]);
});

test("a reported extreme wins over the list", () => {
  const block = new ObservationBlock(4);
  setScalar(block, "max_cell_voltage", 4000);
  setScalar(block, "min_cell_voltage", 3900);
  push(block, "pack.number", 1);
  push(block, "pack.cell_count", 1);
  push(block, "pack.first_cell", 1);
  push(block, "cell.voltage", 4200);
  assert.deepEqual(finish(block, "max_cell_voltage", "min_cell_voltage", "cell_spread"), [4000, 3900, 100]);
});

test("a list of invalid cells gives no extreme at all", () => {
  const block = new ObservationBlock(4);
  push(block, "pack.number", 1);
  push(block, "pack.cell_count", 2);
  push(block, "pack.first_cell", 1);
  push(block, "cell.voltage", undefined, undefined);
  assert.deepEqual(finish(block, "max_cell_voltage", "cell_spread"), ["R1", "R1"]);
});

test("a derived value carries the reason of the input that is missing", () => {
  const block = new ObservationBlock(4);
  setScalar(block, "max_cell_temp", 40);
  setScalar(block, "min_cell_temp", 0, Reason.invalid);
  setScalar(block, "insulation_resistance", 0, Reason.abnormal);
  setScalar(block, "total_voltage", 3500);
  assert.deepEqual(finish(block, "temp_spread", "insulation"), [`R${Reason.invalid}`, `R${Reason.abnormal}`]);
});

test("insulation is kΩ × 1000 ÷ total voltage (R-7.10), and absent at 0 V", () => {
  const block = new ObservationBlock(4);
  setScalar(block, "insulation_resistance", 35);
  setScalar(block, "total_voltage", 3500);
  assert.deepEqual(finish(block, "insulation"), [1000]); // 35 000 Ω ÷ 350 V = 100 Ω/V, ten ticks each
  setScalar(block, "insulation_resistance", 35);
  setScalar(block, "total_voltage", 0);
  assert.deepEqual(finish(block, "insulation"), [`R${Reason.absent}`]);
  setScalar(block, "insulation_resistance", 60_000);
  setScalar(block, "total_voltage", 1);
  assert.deepEqual(finish(block, "insulation"), [`R${Reason.outOfRange}`]);
});

test("rows do not leak into each other, and a cleared row is empty", () => {
  const block = new ObservationBlock(4);
  push(block, "motor.temp", 90, 70);
  assert.deepEqual(finish(block, "max_motor_temp"), [90]);
  assert.deepEqual(finish(block, "max_motor_temp"), [`R${Reason.absent}`]);
  push(block, "motor.temp", 120);
  setScalar(block, "speed", 10);
  block.clearRow();
  assert.deepEqual(finish(block, "max_motor_temp", "speed"), [`R${Reason.absent}`, `R${Reason.absent}`]);
  assert.equal(block.lists[getList("motor.temp").column].length, 2);
});

test("raw bytes of every row are what was put in, however the buffer grows", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 2000 }), { maxLength: 60 }), (frames) => {
      const block = new ObservationBlock(64);
      block.raw = new Uint8Array(8);
      for (const frame of frames) {
        block.putRaw(frame);
        block.endRow();
      }
      frames.forEach((frame, row) => assert.deepEqual(block.rawOf(row), frame));
    }),
  );
});
