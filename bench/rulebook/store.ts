/**
 * A history of a fleet for backtests: segments as the journal writes them, stored by the history itself. Vehicles report
 * all day: they park at night, drive twice a day, charge when they are low, and a few have faults. Cell lists and raw
 * frames are left out: a backtest reads neither.
 */
import { createHash } from "node:crypto";
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { getScalar, ObservationBlock, Reason } from "@sandglass/signals";
import type { History } from "../../server/src/history/mod.ts";
import { NativeEncoder } from "../../server/src/journal/mod.ts";

export const START = Date.UTC(2026, 9, 1);
const DAY_MS = 86_400_000;
const BLOCK_ROWS = 8192;
const SEGMENT_ROWS = 131_072;

/** Spread over 64 bits, as keyed hashes are. */
export function keyOf(vehicle: number): bigint {
  return BigInt.asUintN(63, BigInt(vehicle + 1) * 0x9e37_79b9_7f4a_7c15n);
}

/** Small deterministic generator: the store must be the same in every run. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
}

class Car {
  readonly #random: () => number;
  readonly #drives: readonly (readonly [from: number, to: number, isHighway: boolean])[];
  /** Day and hour of a fault of this vehicle, ms after the start. */
  readonly #fault: number;
  #speed = 0;
  #soc: number;
  #temp = 21;
  #motor = 24;
  #spread = 12;
  #insulation = 900;
  #isCharging = false;

  constructor(seed: number) {
    this.#random = randomOf(seed * 7919 + 1);
    const random = this.#random;
    this.#soc = 40 + random() * 50;
    const morning = 6.5 + random() * 2;
    const evening = 17 + random() * 2;
    this.#drives = [
      [morning, morning + 0.5 + random(), random() < 0.3],
      [evening, evening + 0.5 + random(), random() < 0.3],
    ];
    // One vehicle in ten has one fault of two hours in its month.
    this.#fault = random() < 0.1 ? Math.floor(random() * 28) * DAY_MS + 18 * 3_600_000 : Number.POSITIVE_INFINITY;
  }

  put(block: ObservationBlock, row: number, sinceStart: number): void {
    const random = this.#random;
    const hour = ((sinceStart % DAY_MS) / 3_600_000 + 8) % 24;
    const drive = this.#drives.find(([from, to]) => hour >= from && hour < to);
    const before = this.#speed;
    if (drive === undefined) this.#speed = 0;
    else {
      const [home, step] = drive[2] ? [100, 12] : [28, 36];
      this.#speed = Math.max(0, this.#speed + (random() * 2 - 1) * step + (home - this.#speed) * 0.2);
      this.#isCharging = false;
    }
    if (drive === undefined && this.#soc < 35 && hour > 21) this.#isCharging = true;
    if (this.#soc > 90) this.#isCharging = false;
    const moves = this.#speed > 0.5;
    const current = this.#isCharging
      ? -32
      : moves
        ? 0.6 * this.#speed + 3 * (this.#speed - before) + (random() - 0.5) * 8
        : 0.8;
    this.#soc = Math.min(100, Math.max(3, this.#soc - current / 1500));
    this.#temp += (random() - 0.5) * 0.3 + (Math.abs(current) > 20 ? 0.02 : 0) - (this.#temp - 21) * 0.003;
    this.#motor += ((moves ? 60 + this.#speed / 4 : 24) - this.#motor) * 0.1;
    this.#spread += (random() - 0.5) * 1.5 + (12 - this.#spread) * 0.1;
    this.#insulation += (random() - 0.5) * 6 + (900 - this.#insulation) * 0.1;
    const isFault = sinceStart >= this.#fault && sinceStart < this.#fault + 7_200_000;
    const cell = 3.4 + this.#soc * 0.006 - current * 0.00035;
    const set = (id: string, value: number): void => {
      const { column, perUnit } = SCALARS.get(id) ?? lookUp(id);
      const { ticks, reasons } = block.scalars[column];
      ticks[row] = Math.round(value * perUnit);
      reasons[row] = Reason.ok;
    };
    const temp = this.#temp + (isFault ? 45 : 0);
    const spread = this.#spread / 1000 + (isFault ? 0.4 : 0);
    set("max_cell_temp", temp);
    set("min_cell_temp", this.#temp - 3);
    set("temp_spread", temp - this.#temp + 3);
    set("cell_spread", spread);
    set("max_cell_voltage", cell + spread / 2);
    set("min_cell_voltage", cell - spread / 2);
    set("insulation", isFault ? 60 : this.#insulation);
    set("speed", this.#speed);
    set("soc", this.#soc);
    set("total_current", current);
    set("total_voltage", cell * 96);
    set("charge.state", this.#isCharging ? 1 : 3);
    set("vehicle.state", moves ? 1 : 2);
    set("alarm.level", isFault ? 3 : 0);
    set("alarm.flags", isFault ? 0x402 : 0);
    set("accelerator", moves ? Math.min(100, Math.max(0, (this.#speed - before) * 2 + 12)) : 0);
    set("brake", moves && this.#speed < before - 8 ? 25 : 0);
    if (!moves) return;
    set("max_motor_temp", this.#motor);
    set("max_controller_temp", this.#motor - 10);
  }
}

const SCALARS = new Map<string, { readonly column: number; readonly perUnit: number }>();
function lookUp(id: string): { readonly column: number; readonly perUnit: number } {
  const { column, perUnit } = getScalar(id);
  SCALARS.set(id, { column, perUnit });
  return { column, perUnit };
}

/** Stores `days` of `vehicles`, one report every `periodMs`. @returns rows */
export async function fillStore(
  history: History,
  folder: string,
  fleet: { readonly vehicles: number; readonly days: number; readonly periodMs: number },
): Promise<number> {
  mkdirSync(folder, { recursive: true });
  const cars = Array.from({ length: fleet.vehicles }, (_, i) => new Car(i + 1));
  const keys = cars.map((_, i) => keyOf(i));
  const salt = createHash("sha256").update("bench").digest();
  const block = new ObservationBlock(BLOCK_ROWS);
  const encoder = new NativeEncoder();
  const total = Math.floor((fleet.days * DAY_MS) / fleet.periodMs) * fleet.vehicles;
  let seq = 1;
  for (let id = 1; seq <= total; id++) {
    const path = join(folder, `${id}.native`);
    const file = openSync(path, "w");
    const firstSeq = seq;
    let bytes = 0;
    while (seq - firstSeq < SEGMENT_ROWS && seq <= total) {
      block.reset();
      block.firstSeq = seq;
      for (; !block.isFull && seq <= total && seq - firstSeq < SEGMENT_ROWS; seq++) {
        const row = block.rows;
        const vehicle = (seq - 1) % fleet.vehicles;
        const sinceStart = Math.floor((seq - 1) / fleet.vehicles) * fleet.periodMs;
        block.vehicle[row] = keys[vehicle];
        // Whole seconds, spread over the period.
        block.eventTime[row] = START + sinceStart + ((vehicle * 7) % Math.floor(fleet.periodMs / 1000)) * 1000;
        block.receiveTime[row] = block.eventTime[row] + 400 + (seq % 300);
        block.link[row] = 1;
        block.assurance[row] = 1;
        block.edition[row] = 16;
        block.command[row] = 2;
        block.disposition[row] = 0;
        cars[vehicle].put(block, row, sinceStart);
        block.endRow();
      }
      const native = encoder.encode(block);
      writeSync(file, native);
      bytes += native.length;
    }
    closeSync(file);
    await history.insertSegment(
      { id, path, indexPath: path, rows: seq - firstSeq, bytes, firstSeq, lastSeq: seq - 1 },
      salt,
    );
    rmSync(path);
  }
  await history.settle();
  return total;
}
