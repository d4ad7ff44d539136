/**
 * The rows of a block that are being counted, with what one pass of the rules finds out and a later one needs. Every
 * pass is a loop of its own over typed arrays: a row costs no call and no object, a block a few views.
 */
import type { ObservationBlock } from "@sandglass/signals";
import { BASE_SIZE, RULE_COUNT, type DayCounters } from "./counters.ts";

/** What a row is to the rules. */
export const KIND = { other: 0, realtime: 1, reissued: 2, login: 3, logout: 4, refused: 5 } as const;
/** Kinds from 1 to here are reports. */
export const LAST_REPORT = KIND.reissued;

/** Bits of what the lists of a report are like. */
export const FACT = {
  cells: 1,
  probes: 2,
  /** Some pack's list is not whole in this report. */
  part: 4,
  /** The report carries on a list that an earlier one began. */
  continuation: 8,
  /** Some of the cells, probes are not values. */
  damagedCells: 16,
  damagedProbes: 32,
  /** The sum of all cells is no multiple of 10 mV. */
  fineCells: 64,
} as const;

export class CountedRows {
  block!: ObservationBlock;
  from = 0;
  to = 0;
  /** By row: its vehicle, its platform, KIND, bits of FACT. */
  slots = new Int32Array(0);
  platforms = new Int32Array(0);
  kinds = new Uint8Array(0);
  facts = new Uint8Array(0);
  /** By row: 0 = the scalars that most rules look at (SOUND_SCALARS of list-scan.ts) all have values. */
  flaws = new Uint8Array(0);
  vehicleHits: Uint32Array = new Uint32Array(0);
  platformHits: Uint32Array = new Uint32Array(0);
  vehicleBase: Float64Array = new Float64Array(0);
  platformBase: Float64Array = new Float64Array(0);

  begin(block: ObservationBlock, from: number, to: number): void {
    this.block = block;
    this.from = from;
    this.to = to;
    if (this.slots.length < to) {
      const size = Math.max(to, block.capacity);
      this.slots = new Int32Array(size);
      this.platforms = new Int32Array(size);
      this.kinds = new Uint8Array(size);
      this.facts = new Uint8Array(size);
      // By eight in one pass.
      this.flaws = new Uint8Array(size + 8);
    }
    this.facts.fill(0, from, to);
  }

  /** Takes the counters into which the rows count, once room for all of them was made. */
  into(vehicleDays: DayCounters, platformDays: DayCounters): void {
    this.vehicleHits = vehicleDays.hits;
    this.platformHits = platformDays.hits;
    this.vehicleBase = vehicleDays.base;
    this.platformBase = platformDays.base;
  }

  /** A rule is broken. */
  hit(row: number, rule: number): void {
    this.vehicleHits[this.slots[row] * RULE_COUNT + rule]++;
    this.platformHits[this.platforms[row] * RULE_COUNT + rule]++;
  }

  /** Adds to a counter of BASE. */
  add(row: number, counter: number, value: number): void {
    this.vehicleBase[this.slots[row] * BASE_SIZE + counter] += value;
    this.platformBase[this.platforms[row] * BASE_SIZE + counter] += value;
  }
}
