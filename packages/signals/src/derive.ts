/**
 * Signals that no frame carries but rules need: extremes from the lists where the edition has no extremes body,
 * spreads, insulation per volt, highest motor temperatures. A derived value is present only if all its inputs are.
 */
import type { ListColumn, ObservationBlock, ScalarColumn } from "./block.ts";
import { getList, getScalar } from "./catalogue.ts";
import { Reason } from "./signal.ts";

const scalar = (id: string) => getScalar(id).column;
const list = (id: string) => getList(id).column;

/** Columns of the extremes of cell voltages, and of the lists that they can be derived from. */
export const VOLTAGE = {
  max: scalar("max_cell_voltage"),
  maxPack: scalar("max_cell_voltage.pack"),
  maxAt: scalar("max_cell_voltage.cell"),
  min: scalar("min_cell_voltage"),
  minPack: scalar("min_cell_voltage.pack"),
  minAt: scalar("min_cell_voltage.cell"),
  numbers: list("pack.number"),
  counts: list("pack.cell_count"),
  totals: list("pack.cell_total"),
  firsts: list("pack.first_cell"),
  values: list("cell.voltage"),
};
const TEMPERATURE = {
  max: scalar("max_cell_temp"),
  maxPack: scalar("max_cell_temp.pack"),
  maxAt: scalar("max_cell_temp.probe"),
  min: scalar("min_cell_temp"),
  minPack: scalar("min_cell_temp.pack"),
  minAt: scalar("min_cell_temp.probe"),
  numbers: list("probe_pack.number"),
  counts: list("probe_pack.count"),
  totals: -1,
  firsts: -1,
  values: list("probe.temp"),
};
const CELL_SPREAD = scalar("cell_spread");
const TEMP_SPREAD = scalar("temp_spread");
const INSULATION_RESISTANCE = scalar("insulation_resistance");
const TOTAL_VOLTAGE = scalar("total_voltage");
const INSULATION = scalar("insulation");
const INSULATION_MAX_TICKS = getScalar("insulation").range[1] * getScalar("insulation").perUnit;
const MOTOR_TEMP = list("motor.temp");
const CONTROLLER_TEMP = list("motor.controller_temp");
const MAX_MOTOR_TEMP = scalar("max_motor_temp");
const MAX_CONTROLLER_TEMP = scalar("max_controller_temp");

/** GB/T 32960.3-2016 table B.6: most cells of a pack in one frame. */
const CELLS_PER_FRAME = 200;

/**
 * Whether a frame carries only a part of a pack's cells.
 * @param first number of its first cell; 0 and 1 both mean the first
 * @param total cells of the pack; 0 = unknown. A wrong total of a list that needs no second frame does not make it a part
 */
export function isPartOfCells(first: number, count: number, total: number): boolean {
  return first > 1 || (total > CELLS_PER_FRAME && count < total);
}

/** Whether the row being filled (index `block.rows`) carries only a part of a list of cells. */
export function hasPartOfCells(block: ObservationBlock): boolean {
  const { lists, rows: row } = block;
  const counts = lists[VOLTAGE.counts];
  const totals = lists[VOLTAGE.totals];
  const firsts = lists[VOLTAGE.firsts];
  for (let pack = row === 0 ? 0 : counts.ends[row - 1]; pack < counts.length; pack++) {
    const total = totals.reasons[pack] === Reason.ok ? totals.ticks[pack] : 0;
    const first = firsts.reasons[pack] === Reason.ok ? firsts.ticks[pack] : 1;
    if (isPartOfCells(first, counts.ticks[pack], total)) return true;
  }
  return false;
}

/**
 * Fills the derived signals of the row being filled (index `block.rows`), before `endRow`.
 * @returns true when the row's cells are only a part of a list: their extremes are left to `SplitLists`
 */
export function deriveSignals(block: ObservationBlock): boolean {
  const row = block.rows;
  const isPart = hasPartOfCells(block);
  block.markEnds();
  if (!isPart) extremesOfRows(block, VOLTAGE, row, row + 1);
  deriveRest(block, row, row + 1);
  return isPart;
}

/**
 * The same for rows [from, to) that are ended, none of them with a part of a list. Column after column: in a loop an
 * array is asked for its memory once and not for every row (less than half the time, measured).
 */
export function deriveRows(block: ObservationBlock, from: number, to: number): void {
  extremesOfRows(block, VOLTAGE, from, to);
  deriveRest(block, from, to);
}

function deriveRest(block: ObservationBlock, from: number, to: number): void {
  const { scalars, lists } = block;
  extremesOfRows(block, TEMPERATURE, from, to);
  spreads(scalars[VOLTAGE.max], scalars[VOLTAGE.min], scalars[CELL_SPREAD], from, to);
  spreads(scalars[TEMPERATURE.max], scalars[TEMPERATURE.min], scalars[TEMP_SPREAD], from, to);
  insulationPerVolt(block, from, to);
  highest(lists[MOTOR_TEMP], scalars[MAX_MOTOR_TEMP], from, to);
  highest(lists[CONTROLLER_TEMP], scalars[MAX_CONTROLLER_TEMP], from, to);
}

/** An extreme of a list: its ticks, the number of its pack (or why it has none), and its own number. */
export interface Extreme {
  readonly ticks: number;
  readonly pack: number;
  readonly packReason: number;
  readonly at: number;
}

/** Fills the extremes of cell voltages of the row being filled, and their spread. */
export function putCellExtremes(block: ObservationBlock, highest: Extreme, lowest: Extreme): void {
  const { scalars, rows: row } = block;
  put(scalars[VOLTAGE.max], row, highest.ticks);
  put(scalars[VOLTAGE.maxPack], row, highest.pack, highest.packReason);
  put(scalars[VOLTAGE.maxAt], row, highest.at);
  put(scalars[VOLTAGE.min], row, lowest.ticks);
  put(scalars[VOLTAGE.minPack], row, lowest.pack, lowest.packReason);
  put(scalars[VOLTAGE.minAt], row, lowest.at);
  spreads(scalars[VOLTAGE.max], scalars[VOLTAGE.min], scalars[CELL_SPREAD], row, row + 1);
}

function put(column: ScalarColumn, row: number, ticks: number, reason: number = Reason.ok): void {
  column.ticks[row] = ticks;
  column.reasons[row] = reason;
}

/** Fills the extremes of a list for rows that report none: what the vehicle's own battery management saw wins. */
function extremesOfRows(block: ObservationBlock, at: typeof VOLTAGE, from: number, to: number): void {
  const highest = block.scalars[at.max].reasons;
  const lowest = block.scalars[at.min].reasons;
  for (let row = from; row < to; row++)
    if (highest[row] === Reason.absent && lowest[row] === Reason.absent) extremesFromList(block, at, row);
}

/** Highest and lowest entry of a list with their pack and number; of equal ones the first. */
function extremesFromList(block: ObservationBlock, at: typeof VOLTAGE, row: number): void {
  const { scalars, lists } = block;
  const { ticks, reasons, ends } = lists[at.values];
  let from = row === 0 ? 0 : ends[row - 1];
  if (from === ends[row]) return;
  const numbers = lists[at.numbers];
  const counts = lists[at.counts];
  let highest = -1,
    highestTicks = 0,
    highestPack = -1,
    highestNumber = 0;
  let lowest = -1,
    lowestTicks = 0,
    lowestPack = -1,
    lowestNumber = 0;
  const packs = row === 0 ? 0 : counts.ends[row - 1];
  for (let pack = packs; pack < counts.ends[row]; pack++) {
    const end = from + counts.ticks[pack];
    const first = at.firsts < 0 ? 1 : lists[at.firsts].ticks[pack];
    for (let i = from; i < end; i++) {
      if (reasons[i] !== Reason.ok) continue;
      const value = ticks[i];
      if (highest < 0 || value > highestTicks) {
        highest = i;
        highestTicks = value;
        highestPack = pack;
        highestNumber = first + i - from;
      }
      if (lowest < 0 || value < lowestTicks) {
        lowest = i;
        lowestTicks = value;
        lowestPack = pack;
        lowestNumber = first + i - from;
      }
    }
    from = end;
  }
  if (highest < 0) return;
  put(scalars[at.max], row, highestTicks);
  copy(numbers, highestPack, scalars[at.maxPack], row);
  put(scalars[at.maxAt], row, highestNumber);
  put(scalars[at.min], row, lowestTicks);
  copy(numbers, lowestPack, scalars[at.minPack], row);
  put(scalars[at.minAt], row, lowestNumber);
  if (at.firsts < 0) return;
  // Without the number of the first cell nobody knows which cell it is.
  const firsts = lists[at.firsts];
  if (firsts.reasons[highestPack] !== Reason.ok) copy(firsts, highestPack, scalars[at.maxAt], row);
  if (firsts.reasons[lowestPack] !== Reason.ok) copy(firsts, lowestPack, scalars[at.minAt], row);
}

/** An entry of a list as it is: its value, or why there is none. */
function copy(from: ListColumn, entry: number, into: ScalarColumn, row: number): void {
  into.ticks[row] = from.reasons[entry] === Reason.ok ? from.ticks[entry] : 0;
  into.reasons[row] = from.reasons[entry];
}

/** Differences of two scalars; where one is missing, its reason. */
function spreads(max: ScalarColumn, min: ScalarColumn, into: ScalarColumn, from: number, to: number): void {
  const high = max.ticks;
  const highReasons = max.reasons;
  const low = min.ticks;
  const lowReasons = min.reasons;
  const { ticks, reasons } = into;
  for (let row = from; row < to; row++) {
    const reason = highReasons[row] === Reason.ok ? lowReasons[row] : highReasons[row];
    const difference = reason === Reason.ok ? high[row] - low[row] : 0;
    ticks[row] = difference < 0 ? 0 : difference;
    reasons[row] = difference < 0 ? Reason.outOfRange : reason;
  }
}

/** Ω/V = kΩ × 1000 ÷ total voltage of the frame. 10 ticks per Ω/V; voltage has 10 ticks per volt. */
function insulationPerVolt({ scalars }: ObservationBlock, from: number, to: number): void {
  const resistances = scalars[INSULATION_RESISTANCE].ticks;
  const resistanceReasons = scalars[INSULATION_RESISTANCE].reasons;
  const voltages = scalars[TOTAL_VOLTAGE].ticks;
  const voltageReasons = scalars[TOTAL_VOLTAGE].reasons;
  const { ticks, reasons } = scalars[INSULATION];
  for (let row = from; row < to; row++) {
    const voltage = voltages[row];
    let reason = resistanceReasons[row] === Reason.ok ? voltageReasons[row] : resistanceReasons[row];
    let value = 0;
    if (reason === Reason.ok) {
      if (voltage === 0) reason = Reason.absent;
      else value = Math.round((resistances[row] * 100_000) / voltage);
      if (value > INSULATION_MAX_TICKS) {
        value = 0;
        reason = Reason.outOfRange;
      }
    }
    ticks[row] = value;
    reasons[row] = reason;
  }
}

/** The highest of the temperatures of each row; rows without any keep what they have. */
function highest(list: ListColumn, into: ScalarColumn, from: number, to: number): void {
  const { ticks, reasons, ends } = list;
  let at = from === 0 ? 0 : ends[from - 1];
  for (let row = from; row < to; row++) {
    const end = ends[row];
    let best = -1;
    for (; at < end; at++) if (reasons[at] === Reason.ok && (best < 0 || ticks[at] > ticks[best])) best = at;
    if (best >= 0) put(into, row, ticks[best]);
  }
}
