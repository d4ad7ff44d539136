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
import { BASE } from "./counters.ts";
import { AT, CELL_TICKS_PER_PACK_TICK, NO } from "./rule-numbers.ts";
import { SPAN, SpanFolder } from "./simd-spans.ts";
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

const CELLS_DAMAGED = 1;
const PROBES_DAMAGED = 2;

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
  #damaged = new Uint8Array(4096);
  #scalars: readonly ScalarColumn[] = [];
  #voltages!: ListColumn;
  #totals!: ListColumn;
  #firsts!: ListColumn;
  #counts!: ListColumn;
  #cells!: ListColumn;
  #probes!: ListColumn;
  readonly #folder = new SpanFolder();
  #bounds = new Uint32Array(4 * 4096);
  /** Spans of the packs of rows from `#firstPack` on, and of the probes of rows from `#firstRow` on. */
  #cellSpans: Int32Array = new Int32Array(0);
  #probeSpans = new Int32Array(0);
  #firstPack = 0;
  #firstRow = 0;
  // Of the stretch at hand.
  #min = 0;
  #max = 0;
  #sum = 0;
  #values = 0;

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  begin(block: ObservationBlock, from: number, to: number): void {
    if (this.#damaged.length < to) this.#damaged = new Uint8Array(to);
    this.#damaged.fill(0, from, to);
    this.#scalars = block.scalars;
    this.#voltages = block.lists[LIST.voltage];
    this.#totals = block.lists[LIST.total];
    this.#firsts = block.lists[LIST.first];
    this.#counts = block.lists[LIST.count];
    this.#cells = block.lists[LIST.cells];
    this.#probes = block.lists[LIST.probes];
    this.#foldProbes(from, to);
    this.#foldCells(from, to);
  }

  #foldProbes(from: number, to: number): void {
    const { ends, ticks } = this.#probes;
    const bounds = this.#boundsOf(to - from);
    for (let row = from; row < to; row++) {
      bounds[(row - from) * 2] = row === 0 ? 0 : ends[row - 1];
      bounds[(row - from) * 2 + 1] = ends[row];
    }
    this.#firstRow = from;
    // One folder, one result: the probes' is kept aside.
    const spans = this.#folder.fold(ticks as Int16Array, bounds, to - from);
    if (this.#probeSpans.length < spans.length) this.#probeSpans = new Int32Array(spans.length);
    this.#probeSpans.set(spans.subarray(0, (to - from) * SPAN.size));
  }

  #foldCells(from: number, to: number): void {
    const { ends, ticks: counts } = this.#counts;
    const { ends: cellEnds, ticks } = this.#cells;
    this.#firstPack = from === 0 ? 0 : ends[from - 1];
    const packs = ends[to - 1] - this.#firstPack;
    const bounds = this.#boundsOf(packs);
    let at = 0;
    let pack = this.#firstPack;
    for (let row = from; row < to; row++) {
      let cell = row === 0 ? 0 : cellEnds[row - 1];
      for (const last = ends[row]; pack < last; pack++) {
        bounds[at++] = cell;
        cell = Math.min(cell + counts[pack], cellEnds[row]);
        bounds[at++] = cell;
      }
    }
    this.#cellSpans = this.#folder.fold(ticks as Uint16Array, bounds, packs);
  }

  #boundsOf(stretches: number): Uint32Array {
    if (this.#bounds.length < stretches * 2) this.#bounds = new Uint32Array(stretches * 4);
    return this.#bounds;
  }

  noteDamagedList(column: number, row: number): void {
    if (column === LIST.cells) this.#damaged[row] |= CELLS_DAMAGED;
    else if (column === LIST.probes) this.#damaged[row] |= PROBES_DAMAGED;
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
    const isDamaged = (this.#damaged[row] & CELLS_DAMAGED) !== 0;
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
      if (isDamaged) this.#usable(this.#cells, from, from + count);
      else this.#take(this.#cellSpans, pack - this.#firstPack, count, true);
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
      if (!part && this.#values === count && Math.abs(this.#sum - voltage * CELL_TICKS_PER_PACK_TICK) > AT.voltageSum)
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
    if (this.#totals.reasons[pack] !== Reason.ok) return first > 1;
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
    if ((this.#damaged[row] & PROBES_DAMAGED) !== 0) this.#usable(this.#probes, from, to);
    else this.#take(this.#probeSpans, row - this.#firstRow, to - from, false);
    if (this.#values === 0) return;
    if (max.reasons[row] === Reason.ok && Math.abs(max.ticks[row] - this.#max) > AT.maxProbe)
      this.#tally.hit(NO.maxProbe);
    if (min.reasons[row] === Reason.ok && Math.abs(min.ticks[row] - this.#min) > AT.minProbe)
      this.#tally.hit(NO.minProbe);
  }

  /** Of a stretch of which all entries are values. */
  #take(spans: Int32Array, stretch: number, count: number, isUnsigned: boolean): void {
    const at = stretch * SPAN.size;
    this.#min = spans[at + SPAN.min];
    this.#max = spans[at + SPAN.max];
    this.#sum = isUnsigned ? spans[at + SPAN.sum] >>> 0 : spans[at + SPAN.sum];
    this.#values = count;
  }

  /** Of a stretch in which some entries are not values. */
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
