/**
 * Cell lists that come in parts. GB/T 32960.3-2016 table B.6: a frame holds at most 200 cells of a pack; what is more
 * follows in frames of the same collection time that begin with cell 201, 401, … The extremes of a part are not those
 * of the pack, so they are derived once, with the part that completes the list.
 */
import type { ObservationBlock } from "./block.ts";
import { putCellExtremes, VOLTAGE, type Extreme } from "./derive.ts";
import { Reason } from "./signal.ts";

/** Vehicles with lists that wait for their other parts; the one that sent a part longest ago makes room. */
const MAX_VEHICLES = 4096;
/**
 * Lists of one vehicle that wait: stored data is sent beside live data, so that parts of several instants come mixed. One
 * that never completes makes room for newer ones.
 */
const MAX_OPEN = 4;

interface OpenPack {
  covered: number;
  total: number;
  readonly firsts: Set<number>;
}

interface OpenList {
  readonly time: number;
  readonly packs: Map<number, OpenPack>;
  highest: Extreme | undefined;
  lowest: Extreme | undefined;
  /** Some part carries the extremes that the vehicle's own battery management saw: they win. */
  isReported: boolean;
}

export class SplitLists {
  /** By vehicle, the one of the last part at the end of each. */
  readonly #open = new Map<bigint, readonly OpenList[]>();

  /** Lists that are not complete. */
  get size(): number {
    let size = 0;
    for (const lists of this.#open.values()) size += lists.length;
    return size;
  }

  /**
   * Takes the part in the row being filled (index `block.rows`) and, if it completes its list, fills the row's derived
   * extremes. Call where `deriveSignals` returned true.
   * @param time collection time: parts of one list share it
   */
  add(block: ObservationBlock, vehicle: bigint, time: number): void {
    const open = this.#open.get(vehicle) ?? [];
    const list: OpenList = open.find((each) => each.time === time) ?? {
      time,
      packs: new Map(),
      highest: undefined,
      lowest: undefined,
      isReported: false,
    };
    const others = open.filter((each) => each !== list);
    this.#open.delete(vehicle);
    if (block.scalars[VOLTAGE.max].reasons[block.rows] !== Reason.absent) list.isReported = true;
    gather(block, list);
    if ([...list.packs.values()].some(({ covered, total }) => covered < total)) {
      this.#open.set(vehicle, [...others, list].slice(-MAX_OPEN));
      if (this.#open.size > MAX_VEHICLES) for (const oldest of this.#open.keys()) return void this.#open.delete(oldest);
      return;
    }
    if (others.length > 0) this.#open.set(vehicle, others);
    if (list.isReported || list.highest === undefined || list.lowest === undefined) return;
    putCellExtremes(block, list.highest, list.lowest);
  }
}

function gather(block: ObservationBlock, list: OpenList): void {
  const { lists, rows: row } = block;
  const counts = lists[VOLTAGE.counts];
  const cells = lists[VOLTAGE.values];
  let from = row === 0 ? 0 : cells.ends[row - 1];
  for (let at = row === 0 ? 0 : counts.ends[row - 1]; at < counts.length; at++) {
    const count = counts.ticks[at];
    const first = Math.max(1, lists[VOLTAGE.firsts].ticks[at]);
    const { ticks: numbers, reasons: numberReasons } = lists[VOLTAGE.numbers];
    const packReason = numberReasons[at];
    const number = packReason === Reason.ok ? numbers[at] : 0;
    const pack = list.packs.get(number) ?? { covered: 0, total: 0, firsts: new Set() };
    list.packs.set(number, pack);
    const totals = lists[VOLTAGE.totals];
    if (totals.reasons[at] === Reason.ok) pack.total = Math.max(pack.total, totals.ticks[at]);
    if (!pack.firsts.has(first)) {
      pack.firsts.add(first);
      pack.covered += count;
    }
    for (let i = 0; i < count; i++) {
      if (cells.reasons[from + i] !== Reason.ok) continue;
      const ticks = cells.ticks[from + i];
      if (list.highest === undefined || ticks > list.highest.ticks)
        list.highest = { ticks, pack: number, packReason, at: first + i };
      if (list.lowest === undefined || ticks < list.lowest.ticks)
        list.lowest = { ticks, pack: number, packReason, at: first + i };
    }
    from += count;
  }
}
