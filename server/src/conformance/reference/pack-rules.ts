/** Rules about the lists of cells and probes: sums, extremes, counts. A list may be one part of a long one. */
import {
  getList,
  getScalar,
  isPartOfCells,
  Reason,
  type ListColumn,
  type ObservationBlock,
  type ScalarColumn,
} from "@sandglass/signals";
import { BASE } from "../counters.ts";
import { AT, CELL_TICKS_PER_PACK_TICK, NO } from "../rule-numbers.ts";
import type { Tally } from "./tally.ts";

const LIST = {
  voltage: getList("pack.voltage").column,
  total: getList("pack.cell_total").column,
  first: getList("pack.first_cell").column,
  count: getList("pack.cell_count").column,
  cells: getList("cell.voltage").column,
  probes: getList("probe.temp").column,
} as const;
const SCALAR = {
  voltage: getScalar("total_voltage").column,
  maxCell: getScalar("max_cell_voltage").column,
  minCell: getScalar("min_cell_voltage").column,
  maxTemp: getScalar("max_cell_temp").column,
  minTemp: getScalar("min_cell_temp").column,
} as const;
/** GB/T 32960.3-2016 table B.6: a frame holds at most 200 cells of a pack. */
const CELLS_PER_FRAME = 200;

export class PackRules {
  /** The report carries cells, probes. */
  hasCells = false;
  hasProbes = false;
  /** Some pack's list is not whole in this report. */
  isPart = false;
  /** The report carries on a list that an earlier one began. */
  isContinuation = false;
  /** Sum of all cells, mV. */
  sum = 0;
  readonly #tally: Tally;
  #scalars: readonly ScalarColumn[] = [];
  #voltages!: ListColumn;
  #totals!: ListColumn;
  #firsts!: ListColumn;
  #counts!: ListColumn;
  #cells!: ListColumn;
  #probes!: ListColumn;
  // Of the stretch at hand.
  #min = 0;
  #max = 0;
  #sum = 0;
  #values = 0;

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  begin(block: ObservationBlock): void {
    this.#scalars = block.scalars;
    this.#voltages = block.lists[LIST.voltage];
    this.#totals = block.lists[LIST.total];
    this.#firsts = block.lists[LIST.first];
    this.#counts = block.lists[LIST.count];
    this.#cells = block.lists[LIST.cells];
    this.#probes = block.lists[LIST.probes];
  }

  /** Evaluates a report and fills what the other rules want to know of it. */
  row(row: number, is2025: boolean): this {
    const cellsFrom = row === 0 ? 0 : this.#cells.ends[row - 1];
    const probesFrom = row === 0 ? 0 : this.#probes.ends[row - 1];
    this.hasCells = cellsFrom < this.#cells.ends[row];
    this.hasProbes = probesFrom < this.#probes.ends[row];
    this.isPart = this.isContinuation = false;
    this.sum = 0;
    if (this.hasCells) this.#packs(row, cellsFrom, is2025);
    if (this.hasProbes && !is2025) this.#temperatures(row, probesFrom);
    return this;
  }

  #packs(row: number, cellsFrom: number, is2025: boolean): void {
    const packsTo = this.#counts.ends[row];
    let from = cellsFrom;
    let lowest = 0x7fff_ffff;
    let highest = -1;
    let packSum = 0;
    let packMax = 0;
    let packsWhole = true;
    for (let pack = row === 0 ? 0 : this.#counts.ends[row - 1]; pack < packsTo; pack++) {
      const count = this.#counts.ticks[pack];
      const part = this.#isPart(pack, count);
      this.#usable(this.#cells, from, from + count);
      from += count;
      if (this.#values > 0) {
        if (this.#min < lowest) lowest = this.#min;
        if (this.#max > highest) highest = this.#max;
        this.sum += this.#sum;
      }
      if (this.#voltages.reasons[pack] !== Reason.ok) {
        packsWhole = false;
        continue;
      }
      const voltage = this.#voltages.ticks[pack];
      packSum += voltage;
      if (voltage > packMax) packMax = voltage;
      const isWhole = !part && this.#counts.reasons[pack] === Reason.ok && this.#values === count;
      if (isWhole && Math.abs(this.#sum - voltage * CELL_TICKS_PER_PACK_TICK) > AT.voltageSum)
        this.#tally.hit(NO.voltageSum);
    }
    if (this.isPart) this.#tally.add(BASE.splitParts, 1);
    const total = this.#scalars[SCALAR.voltage];
    if (packsWhole && !this.isPart && total.reasons[row] === Reason.ok && differs(total.ticks[row], packSum, packMax))
      this.#tally.hit(NO.totalVoltage);
    if (!is2025 && highest >= 0) this.#extremes(row, lowest, highest);
  }

  /** Whether a pack's list is only a part of it; counts a number of cells that nothing explains. */
  #isPart(pack: number, count: number): boolean {
    const first = this.#firsts.reasons[pack] === Reason.ok ? this.#firsts.ticks[pack] : 1;
    if (first > 1) this.isPart = this.isContinuation = true;
    if (this.#totals.reasons[pack] !== Reason.ok || this.#counts.reasons[pack] !== Reason.ok) return first > 1;
    const total = this.#totals.ticks[pack];
    const last = Math.max(first, 1) + count - 1;
    if (last > total || (first <= 1 && last < total && total <= CELLS_PER_FRAME)) this.#tally.hit(NO.cellCount);
    if (!isPartOfCells(first, count, total)) return false;
    this.isPart = true;
    return true;
  }

  #extremes(row: number, lowest: number, highest: number): void {
    const max = this.#scalars[SCALAR.maxCell];
    const min = this.#scalars[SCALAR.minCell];
    if (max.reasons[row] === Reason.ok) {
      // The highest of a part may be lower than the highest of the whole, never higher.
      const above = highest - max.ticks[row];
      if (above > AT.maxCell || (!this.isPart && above < -AT.maxCell)) this.#tally.hit(NO.maxCell);
    }
    if (min.reasons[row] === Reason.ok) {
      const below = min.ticks[row] - lowest;
      if (below > AT.minCell || (!this.isPart && below < -AT.minCell)) this.#tally.hit(NO.minCell);
    }
    if (max.reasons[row] === Reason.ok && min.reasons[row] === Reason.ok && max.ticks[row] < min.ticks[row])
      this.#tally.hit(NO.maxBelowMin);
  }

  #temperatures(row: number, from: number): void {
    const max = this.#scalars[SCALAR.maxTemp];
    const min = this.#scalars[SCALAR.minTemp];
    if (max.reasons[row] !== Reason.ok && min.reasons[row] !== Reason.ok) return;
    const to = this.#probes.ends[row];
    this.#usable(this.#probes, from, to);
    if (this.#values === 0) return;
    if (max.reasons[row] === Reason.ok && Math.abs(max.ticks[row] - this.#max) > AT.maxProbe)
      this.#tally.hit(NO.maxProbe);
    if (min.reasons[row] === Reason.ok && Math.abs(min.ticks[row] - this.#min) > AT.minProbe)
      this.#tally.hit(NO.minProbe);
  }

  /** Smallest, largest, sum and number of the values of a stretch. */
  #usable({ ticks, reasons }: ListColumn, from: number, to: number): void {
    this.#min = 0x7fff_ffff;
    this.#max = -0x8000_0000;
    this.#sum = this.#values = 0;
    for (let i = from; i < to; i++) {
      if (reasons[i] !== Reason.ok) continue;
      const value = ticks[i];
      this.#sum += value;
      this.#values++;
      if (value < this.#min) this.#min = value;
      if (value > this.#max) this.#max = value;
    }
  }
}

/** Packs are in series (total = sum) or in parallel (total = each): a total that fits neither is wrong. */
function differs(total: number, sum: number, highest: number): boolean {
  return Math.abs(total - sum) > AT.totalVoltage && Math.abs(total - highest) > AT.totalVoltage;
}
