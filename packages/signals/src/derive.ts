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

/**
 * Fills the derived signals of the row being filled (index `block.rows`), before `endRow`.
 * @returns true when the row's cells are only a part of a list: their extremes are left to `SplitLists`
 */
export function deriveSignals(block: ObservationBlock): boolean {
  const isPart = hasPartOfCells(block);
  if (!isPart) extremesFromList(block, VOLTAGE);
  extremesFromList(block, TEMPERATURE);
  deriveSpread(block);
  difference(block, TEMPERATURE.max, TEMPERATURE.min, TEMP_SPREAD);
  insulationPerVolt(block);
  highest(block, MOTOR_TEMP, MAX_MOTOR_TEMP);
  highest(block, CONTROLLER_TEMP, MAX_CONTROLLER_TEMP);
  return isPart;
}

/** Fills the cell spread of the row being filled, from its extremes. */
export function deriveSpread(block: ObservationBlock): void {
  difference(block, VOLTAGE.max, VOLTAGE.min, CELL_SPREAD);
}

function hasPartOfCells(block: ObservationBlock): boolean {
  const counts = block.lists[VOLTAGE.counts];
  for (let pack = startOf(counts, block.rows); pack < counts.length; pack++) {
    const totals = block.lists[VOLTAGE.totals];
    const total = totals.reasons[pack] === Reason.ok ? totals.ticks[pack] : 0;
    if (isPartOfCells(block.lists[VOLTAGE.firsts].ticks[pack], counts.ticks[pack], total)) return true;
  }
  return false;
}

/** An extreme of a list: its ticks, the number of its pack, and its own number. */
export interface Extreme {
  readonly ticks: number;
  readonly pack: number;
  readonly at: number;
}

/** Fills extremes of the row being filled. */
export function putExtremes(block: ObservationBlock, at: typeof VOLTAGE, highest: Extreme, lowest: Extreme): void {
  const { scalars, rows: row } = block;
  put(scalars[at.max], row, highest.ticks);
  put(scalars[at.maxPack], row, highest.pack);
  put(scalars[at.maxAt], row, highest.at);
  put(scalars[at.min], row, lowest.ticks);
  put(scalars[at.minPack], row, lowest.pack);
  put(scalars[at.minAt], row, lowest.at);
}

function startOf(column: ListColumn, row: number): number {
  return row === 0 ? 0 : column.ends[row - 1];
}

function put(column: ScalarColumn, row: number, ticks: number): void {
  column.ticks[row] = ticks;
  column.reasons[row] = Reason.ok;
}

/**
 * Highest and lowest entry of a list with their pack and number. A reported extreme always wins: it is what the
 * vehicle's own battery management saw.
 */
function extremesFromList(block: ObservationBlock, at: typeof VOLTAGE): void {
  const row = block.rows;
  const { scalars, lists } = block;
  if (scalars[at.max].reasons[row] !== Reason.absent || scalars[at.min].reasons[row] !== Reason.absent) return;
  const values = lists[at.values];
  let from = startOf(values, row);
  if (from === values.length) return;
  const numbers = lists[at.numbers];
  const counts = lists[at.counts];
  let highest = -1,
    highestPack = -1,
    highestNumber = 0;
  let lowest = -1,
    lowestPack = -1,
    lowestNumber = 0;
  const packs = startOf(counts, row);
  for (let pack = packs; pack < counts.length; pack++) {
    const end = from + counts.ticks[pack];
    const first = at.firsts < 0 ? 1 : lists[at.firsts].ticks[pack];
    for (let i = from; i < end; i++) {
      if (values.reasons[i] !== Reason.ok) continue;
      if (highest < 0 || values.ticks[i] > values.ticks[highest]) {
        highest = i;
        highestPack = pack;
        highestNumber = first + i - from;
      }
      if (lowest < 0 || values.ticks[i] < values.ticks[lowest]) {
        lowest = i;
        lowestPack = pack;
        lowestNumber = first + i - from;
      }
    }
    from = end;
  }
  if (highest < 0) return;
  put(scalars[at.max], row, values.ticks[highest]);
  put(scalars[at.maxPack], row, numbers.ticks[highestPack]);
  put(scalars[at.maxAt], row, highestNumber);
  put(scalars[at.min], row, values.ticks[lowest]);
  put(scalars[at.minPack], row, numbers.ticks[lowestPack]);
  put(scalars[at.minAt], row, lowestNumber);
}

function difference(block: ObservationBlock, max: number, min: number, into: number): void {
  const row = block.rows;
  const high = block.scalars[max];
  const low = block.scalars[min];
  if (high.reasons[row] !== Reason.ok || low.reasons[row] !== Reason.ok) {
    const reason = high.reasons[row] === Reason.ok ? low.reasons[row] : high.reasons[row];
    block.scalars[into].reasons[row] = reason;
    return;
  }
  const ticks = high.ticks[row] - low.ticks[row];
  if (ticks < 0) block.scalars[into].reasons[row] = Reason.outOfRange;
  else put(block.scalars[into], row, ticks);
}

/** Ω/V = kΩ × 1000 ÷ total voltage of the frame. 10 ticks per Ω/V; voltage has 10 ticks per volt. */
function insulationPerVolt(block: ObservationBlock): void {
  const row = block.rows;
  const resistance = block.scalars[INSULATION_RESISTANCE];
  const voltage = block.scalars[TOTAL_VOLTAGE];
  if (resistance.reasons[row] !== Reason.ok) {
    block.scalars[INSULATION].reasons[row] = resistance.reasons[row];
  } else if (voltage.reasons[row] !== Reason.ok || voltage.ticks[row] === 0) {
    block.scalars[INSULATION].reasons[row] = voltage.reasons[row] === Reason.ok ? Reason.absent : voltage.reasons[row];
  } else {
    const ticks = Math.round((resistance.ticks[row] * 100_000) / voltage.ticks[row]);
    if (ticks <= INSULATION_MAX_TICKS) put(block.scalars[INSULATION], row, ticks);
    else block.scalars[INSULATION].reasons[row] = Reason.outOfRange;
  }
}

function highest(block: ObservationBlock, from: number, into: number): void {
  const column = block.lists[from];
  let best = -1;
  for (let i = startOf(column, block.rows); i < column.length; i++) {
    if (column.reasons[i] === Reason.ok && (best < 0 || column.ticks[i] > column.ticks[best])) best = i;
  }
  if (best >= 0) put(block.scalars[into], block.rows, column.ticks[best]);
}
