/** Rules about the lists of cells and probes: sums, extremes, counts. A list may be one part of a long one. */
import { getList, getScalar, isPartOfCells, Reason, type ListColumn } from "@sandglass/signals";
import { BASE } from "./counters.ts";
import { FACT, KIND, LAST_REPORT, type CountedRows } from "./counted-rows.ts";
import { AT, CELL_TICKS_PER_PACK_TICK, NO } from "./rule-numbers.ts";
import { SPAN, SpanFolder } from "./simd-spans.ts";

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
const EDITION_2025 = 25;
/** mV: what a multiple of this is may have been rounded to it. */
const COARSE_CELL = 10;

export class PackRules {
  readonly #cellFolder = new SpanFolder();
  readonly #probeFolder = new SpanFolder();

  /** Evaluates all reports of the rows and notes what their lists are like. */
  count(rows: CountedRows): void {
    this.#packs(rows);
    this.#temperatures(rows);
  }

  /**
   * Reports whose packs are whole and fit are told apart by a few sums and an OR over their packs; all others go to
   * `countPacks`, which says what is wrong with them.
   */
  #packs(rows: CountedRows): void {
    const { block, from, to, kinds, facts, flaws } = rows;
    const { edition, lists, scalars } = block;
    const counts = lists[LIST.count].ticks;
    const packEnds = lists[LIST.count].ends;
    const cellEnds = lists[LIST.cells].ends;
    const { ticks: voltages, reasons: voltageReasons } = lists[LIST.voltage];
    const { ticks: totals, reasons: totalReasons } = lists[LIST.total];
    const { ticks: firsts, reasons: firstReasons } = lists[LIST.first];
    const { ticks: wholes } = scalars[SCALAR.voltage];
    const { ticks: maxima, reasons: maxReasons } = scalars[SCALAR.maxCell];
    const { ticks: minima, reasons: minReasons } = scalars[SCALAR.minCell];
    const firstPack = from === 0 ? 0 : packEnds[from - 1];
    const spans = this.#cellSpans(rows);
    let cellsFrom = from === 0 ? 0 : cellEnds[from - 1];
    let pack = firstPack;
    for (let row = from; row < to; row++) {
      const packsFrom = pack;
      const packsTo = packEnds[row];
      const firstCell = cellsFrom;
      cellsFrom = cellEnds[row];
      if (firstCell === cellsFrom || kinds[row] === KIND.other || kinds[row] > LAST_REPORT) {
        pack = packsTo;
        continue;
      }
      let odd = (facts[row] & FACT.damagedCells) | flaws[row];
      let lowest = 0x7fff_ffff;
      let highest = -1;
      let fine = 0;
      let packSum = 0;
      let packMax = 0;
      for (; pack < packsTo; pack++) {
        const at = (pack - firstPack) * SPAN.size;
        const min = spans[at + SPAN.min];
        const max = spans[at + SPAN.max];
        const sum = spans[at + SPAN.sum] >>> 0;
        const voltage = voltages[pack];
        const count = counts[pack];
        odd |= voltageReasons[pack] | totalReasons[pack] | firstReasons[pack] | (firsts[pack] ^ 1);
        odd |= totals[pack] ^ count;
        const difference = sum - voltage * CELL_TICKS_PER_PACK_TICK;
        if (difference > AT.voltageSum || difference < -AT.voltageSum || count === 0) odd |= 1;
        if (min < lowest) lowest = min;
        if (max > highest) highest = max;
        fine += sum % COARSE_CELL;
        packSum += voltage;
        if (voltage > packMax) packMax = voltage;
      }
      if (edition[row] !== EDITION_2025) {
        const above = highest - maxima[row];
        const below = minima[row] - lowest;
        odd |= maxReasons[row] | minReasons[row];
        if (above > AT.maxCell || above < -AT.maxCell || below > AT.minCell || below < -AT.minCell) odd |= 1;
        if (maxima[row] < minima[row]) odd |= 1;
      }
      if (odd !== 0 || differs(wholes[row], packSum, packMax))
        countPacks(rows, row, spans, packsFrom, packsFrom - firstPack, firstCell);
      else facts[row] |= fine % COARSE_CELL === 0 ? FACT.cells : FACT.cells | FACT.fineCells;
    }
  }

  /** Smallest, largest and sum of the cells of every pack of the rows. */
  #cellSpans({ block, from, to }: CountedRows): Int32Array {
    const { ends, ticks: counts } = block.lists[LIST.count];
    const { ends: cellEnds, ticks } = block.lists[LIST.cells];
    const folder = this.#cellFolder;
    let pack = from === 0 ? 0 : ends[from - 1];
    folder.begin(ticks as Uint16Array, ends[to - 1] - pack);
    let cell = from === 0 ? 0 : cellEnds[from - 1];
    for (let row = from; row < to; row++) {
      const last = ends[row];
      const end = cellEnds[row];
      for (; pack < last; pack++) {
        let next = cell + counts[pack];
        if (next > end) next = end;
        folder.add(cell, next);
        cell = next;
      }
      cell = end;
    }
    return folder.end();
  }

  #temperatures(rows: CountedRows): void {
    const { block, from, to, kinds, facts } = rows;
    const { edition, lists, scalars } = block;
    const probes = lists[LIST.probes];
    const { ends } = probes;
    const { ticks: maxTicks, reasons: maxReasons } = scalars[SCALAR.maxTemp];
    const { ticks: minTicks, reasons: minReasons } = scalars[SCALAR.minTemp];
    const folder = this.#probeFolder;
    let start = from === 0 ? 0 : ends[from - 1];
    folder.begin(probes.ticks as Int16Array, to - from);
    for (let row = from; row < to; row++) {
      folder.add(start, ends[row]);
      start = ends[row];
    }
    const spans = folder.end();
    start = from === 0 ? 0 : ends[from - 1];
    for (let row = from; row < to; row++) {
      const first = start;
      start = ends[row];
      if (first === start || kinds[row] === KIND.other || kinds[row] > LAST_REPORT) continue;
      facts[row] |= FACT.probes;
      if (edition[row] === EDITION_2025) continue;
      const hasMax = maxReasons[row] === Reason.ok;
      const hasMin = minReasons[row] === Reason.ok;
      if (!hasMax && !hasMin) continue;
      const at = (row - from) * SPAN.size;
      if ((facts[row] & FACT.damagedProbes) !== 0 && usable(probes, first, start, spans, at) === 0) continue;
      const above = maxTicks[row] - spans[at + SPAN.max];
      const below = minTicks[row] - spans[at + SPAN.min];
      if (hasMax && (above > AT.maxProbe || above < -AT.maxProbe)) rows.hit(row, NO.maxProbe);
      if (hasMin && (below > AT.minProbe || below < -AT.minProbe)) rows.hit(row, NO.minProbe);
    }
  }
}

/** Counts what is wrong with the packs of one report. @param spans of its packs from position `at` on */
function countPacks(
  rows: CountedRows,
  row: number,
  spans: Int32Array,
  firstPack: number,
  at: number,
  firstCell: number,
): void {
  const { block, facts } = rows;
  const { lists, scalars } = block;
  const isDamaged = (facts[row] & FACT.damagedCells) !== 0;
  const packsTo = lists[LIST.count].ends[row];
  let fact: number = FACT.cells;
  let cell = firstCell;
  let lowest = 0x7fff_ffff;
  let highest = -1;
  let fine = 0;
  let packSum = 0;
  let packMax = 0;
  let packsWhole = true;
  for (let pack = firstPack; pack < packsTo; pack++) {
    const count = lists[LIST.count].ticks[pack];
    const first = lists[LIST.first].reasons[pack] === Reason.ok ? lists[LIST.first].ticks[pack] : 1;
    const isPart = isPartOfPack(rows, row, pack, first, count);
    if (first > 1) fact |= FACT.part | FACT.continuation;
    if (isPart) fact |= FACT.part;
    const span = (at + pack - firstPack) * SPAN.size;
    const values = isDamaged ? usable(lists[LIST.cells], cell, cell + count, spans, span) : count;
    const sum = spans[span + SPAN.sum] >>> 0;
    cell += count;
    if (values > 0) {
      lowest = Math.min(lowest, spans[span + SPAN.min]);
      highest = Math.max(highest, spans[span + SPAN.max]);
      fine += sum % COARSE_CELL;
    }
    if (lists[LIST.voltage].reasons[pack] !== Reason.ok) {
      packsWhole = false;
      continue;
    }
    const voltage = lists[LIST.voltage].ticks[pack];
    packSum += voltage;
    packMax = Math.max(packMax, voltage);
    const isWhole = !isPart && lists[LIST.count].reasons[pack] === Reason.ok && values === count;
    if (isWhole && Math.abs(sum - voltage * CELL_TICKS_PER_PACK_TICK) > AT.voltageSum) rows.hit(row, NO.voltageSum);
  }
  if (fine % COARSE_CELL > 0) fact |= FACT.fineCells;
  facts[row] |= fact;
  const isPart = (fact & FACT.part) !== 0;
  const total = scalars[SCALAR.voltage];
  if (isPart) rows.add(row, BASE.splitParts, 1);
  else if (packsWhole && total.reasons[row] === Reason.ok && differs(total.ticks[row], packSum, packMax))
    rows.hit(row, NO.totalVoltage);
  if (block.edition[row] !== EDITION_2025 && highest >= 0) countExtremes(rows, row, lowest, highest, isPart);
}

/** Whether a pack's list is only a part of it; counts a number of cells that nothing explains. */
function isPartOfPack(rows: CountedRows, row: number, pack: number, first: number, count: number): boolean {
  const totals = rows.block.lists[LIST.total];
  const counts = rows.block.lists[LIST.count];
  if (totals.reasons[pack] !== Reason.ok || counts.reasons[pack] !== Reason.ok) return first > 1;
  const total = totals.ticks[pack];
  const last = Math.max(first, 1) + count - 1;
  if (last > total || (first <= 1 && last < total && total <= CELLS_PER_FRAME)) rows.hit(row, NO.cellCount);
  return isPartOfCells(first, count, total);
}

/** The reported extremes of cell voltages of edition 2016 against the list. */
function countExtremes(rows: CountedRows, row: number, lowest: number, highest: number, isPart: boolean): void {
  const max = rows.block.scalars[SCALAR.maxCell];
  const min = rows.block.scalars[SCALAR.minCell];
  const hasMax = max.reasons[row] === Reason.ok;
  const hasMin = min.reasons[row] === Reason.ok;
  if (hasMax) {
    // The highest of a part may be lower than the highest of the whole, never higher.
    const above = highest - max.ticks[row];
    if (above > AT.maxCell || (!isPart && above < -AT.maxCell)) rows.hit(row, NO.maxCell);
  }
  if (hasMin) {
    const below = min.ticks[row] - lowest;
    if (below > AT.minCell || (!isPart && below < -AT.minCell)) rows.hit(row, NO.minCell);
  }
  if (hasMax && hasMin && max.ticks[row] < min.ticks[row]) rows.hit(row, NO.maxBelowMin);
}

/** Makes the span of a stretch one of its values only. @returns how many there are */
function usable({ ticks, reasons }: ListColumn, from: number, to: number, spans: Int32Array, at: number): number {
  let min = 0x7fff_ffff;
  let max = -0x8000_0000;
  let sum = 0;
  let values = 0;
  for (let i = from; i < to; i++) {
    if (reasons[i] !== Reason.ok) continue;
    const value = ticks[i];
    sum += value;
    values++;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  spans[at + SPAN.min] = min;
  spans[at + SPAN.max] = max;
  spans[at + SPAN.sum] = sum;
  return values;
}

/** Packs are in series (total = sum) or in parallel (total = each): a total that fits neither is wrong. */
function differs(total: number, sum: number, highest: number): boolean {
  return Math.abs(total - sum) > AT.totalVoltage && Math.abs(total - highest) > AT.totalVoltage;
}
