import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ObservationBlock } from "./block.ts";
import { getList, getScalar } from "./catalogue.ts";
import { deriveSignals } from "./derive.ts";
import { Reason } from "./signal.ts";
import { SplitLists } from "./split-lists.ts";

interface Part {
  readonly number?: number;
  readonly first: number;
  readonly total: number;
  readonly cells: readonly number[];
}

function put(block: ObservationBlock, id: string, ...ticks: number[]): void {
  const list = block.lists[getList(id).column];
  list.reserve(ticks.length);
  for (const value of ticks) {
    list.ticks[list.length] = value;
    list.reasons[list.length++] = Reason.ok;
  }
}

function scalar(block: ObservationBlock, id: string, row: number): number | undefined {
  const column = block.scalars[getScalar(id).column];
  return column.reasons[row] === Reason.ok ? column.ticks[row] : undefined;
}

/** Adds a row; gives what is derived of it: max, min, spread, number of the highest. */
function add(
  splits: SplitLists,
  block: ObservationBlock,
  time: number,
  parts: readonly Part[],
  reported?: readonly [number, number],
) {
  const row = block.rows;
  for (const { number = 1, first, total, cells } of parts) {
    put(block, "pack.number", number);
    put(block, "pack.first_cell", first);
    put(block, "pack.cell_total", total);
    put(block, "pack.cell_count", cells.length);
    put(block, "cell.voltage", ...cells);
  }
  if (reported !== undefined) {
    for (const [i, id] of ["max_cell_voltage", "min_cell_voltage"].entries()) {
      block.scalars[getScalar(id).column].ticks[row] = reported[i];
      block.scalars[getScalar(id).column].reasons[row] = Reason.ok;
    }
  }
  if (deriveSignals(block)) splits.add(block, 5n, time);
  block.endRow();
  return ["max_cell_voltage", "min_cell_voltage", "cell_spread", "max_cell_voltage.cell"].map((id) =>
    scalar(block, id, row),
  );
}

const cells = (count: number, at?: Readonly<Record<number, number>>): number[] =>
  Array.from({ length: count }, (_, i) => at?.[i] ?? 3500);
const NOTHING = [undefined, undefined, undefined, undefined];

describe("cell lists in parts", () => {
  it("give their extremes once, with the part that completes the list, whatever the order", () => {
    const low: Part = { first: 1, total: 384, cells: cells(200, { 20: 3400 }) };
    const high: Part = { first: 201, total: 384, cells: cells(184, { 54: 3650 }) };
    for (const order of [
      [low, high],
      [high, low],
    ]) {
      const splits = new SplitLists();
      const block = new ObservationBlock(8);
      assert.deepEqual(add(splits, block, 1000, [order[0]]), NOTHING);
      assert.deepEqual(add(splits, block, 1000, [order[1]]), [3650, 3400, 250, 255]);
      assert.equal(splits.size, 0);
    }
  });

  it("are complete though parts of other instants come between, as stored data sent beside live data does", () => {
    const splits = new SplitLists();
    const block = new ObservationBlock(16);
    const low: Part = { first: 1, total: 384, cells: cells(200, { 20: 3400 }) };
    const high = (peak: number): Part => ({ first: 201, total: 384, cells: cells(184, { 54: peak }) });
    assert.deepEqual(add(splits, block, 1000, [low]), NOTHING);
    assert.deepEqual(add(splits, block, 9000, [low]), NOTHING);
    assert.deepEqual(add(splits, block, 2000, [high(3620)]), NOTHING);
    assert.deepEqual(add(splits, block, 1000, [high(3650)]), [3650, 3400, 250, 255]);
    assert.deepEqual(add(splits, block, 9000, [high(3660)]), [3660, 3400, 260, 255]);
    assert.deepEqual(add(splits, block, 2000, [low]), [3620, 3400, 220, 255]);
    assert.equal(splits.size, 0);
  });

  it("of a vehicle that never sends the rest make room for its newer ones, not for those of others", () => {
    const splits = new SplitLists();
    const block = new ObservationBlock(64);
    for (let time = 1000; time < 20_000; time += 1000)
      assert.deepEqual(add(splits, block, time, [{ first: 1, total: 384, cells: cells(200) }]), NOTHING);
    assert.equal(splits.size, 4);
    const rest: Part = { first: 201, total: 384, cells: cells(184) };
    assert.deepEqual(add(splits, block, 1000, [rest]), NOTHING, "forgotten");
    assert.deepEqual(add(splits, block, 19_000, [rest]), [3500, 3500, 0, 1]);
  });

  it("leave the extremes that the vehicle reports alone, and do not repeat them from the list", () => {
    const splits = new SplitLists();
    const block = new ObservationBlock(8);
    const first: Part = { first: 1, total: 384, cells: cells(200) };
    assert.deepEqual(add(splits, block, 1000, [first], [3651, 3399]), [3651, 3399, 252, undefined]);
    assert.deepEqual(add(splits, block, 1000, [{ first: 201, total: 384, cells: cells(184) }]), NOTHING);
  });

  it("never mix two collection times, nor count a part that came twice as two", () => {
    const splits = new SplitLists();
    const block = new ObservationBlock(8);
    const part = (first: number, count: number): Part => ({ first, total: 400, cells: cells(count) });
    add(splits, block, 1000, [part(1, 200)]);
    assert.deepEqual(add(splits, block, 2000, [part(201, 200)]), NOTHING);
    assert.deepEqual(add(splits, block, 2000, [part(201, 200)]), NOTHING);
    assert.deepEqual(add(splits, block, 2000, [part(1, 200)]), [3500, 3500, 0, 201]);
  });

  it("wait for every pack of which a part is there", () => {
    const splits = new SplitLists();
    const block = new ObservationBlock(8);
    const whole: Part = { number: 2, first: 1, total: 96, cells: cells(96, { 3: 3300 }) };
    assert.deepEqual(add(splits, block, 1000, [whole, { first: 1, total: 300, cells: cells(200) }]), NOTHING);
    assert.deepEqual(add(splits, block, 1000, [{ first: 201, total: 300, cells: cells(100) }]), [3500, 3300, 200, 1]);
  });

  it("take a list that fits into one frame as whole though its declared total is wrong", () => {
    const block = new ObservationBlock(8);
    assert.deepEqual(
      add(new SplitLists(), block, 1000, [{ first: 1, total: 100, cells: cells(96, { 9: 3600 }) }]),
      [3600, 3500, 100, 10],
    );
    assert.deepEqual(
      add(new SplitLists(), block, 1000, [{ first: 0, total: 96, cells: cells(96) }]),
      [3500, 3500, 0, 0],
    );
  });

  it("name no pack where the pack has no number", () => {
    const splits = new SplitLists();
    const block = new ObservationBlock(2);
    const numbers = block.lists[getList("pack.number").column];
    add(splits, block, 1000, [{ number: 0, first: 1, total: 300, cells: cells(200) }]);
    numbers.reasons[0] = Reason.invalid;
    put(block, "pack.number", 0);
    numbers.reasons[1] = Reason.invalid;
    put(block, "pack.first_cell", 201);
    put(block, "pack.cell_total", 300);
    put(block, "pack.cell_count", 100);
    put(block, "cell.voltage", ...cells(100, { 5: 3600 }));
    assert.ok(deriveSignals(block));
    splits.add(block, 5n, 1000);
    block.endRow();
    const place = block.scalars[getScalar("max_cell_voltage.pack").column];
    assert.deepEqual([scalar(block, "max_cell_voltage", 1), place.reasons[1]], [3600, Reason.invalid]);
  });

  it("keep only so many lists open", () => {
    const splits = new SplitLists();
    const block = new ObservationBlock(5000);
    for (let vehicle = 1; vehicle <= 5000; vehicle++) {
      put(block, "pack.number", 1);
      put(block, "pack.first_cell", 1);
      put(block, "pack.cell_total", 300);
      put(block, "pack.cell_count", 1);
      put(block, "cell.voltage", 3500);
      assert.ok(deriveSignals(block));
      splits.add(block, BigInt(vehicle), 1000);
      block.endRow();
    }
    assert.equal(splits.size, 4096);
  });
});
