/**
 * Which vehicles send now, how fast frames come, how old they are when they come: kept in memory from the durable
 * blocks, primed from history after a start. Exact totals come from history; this serves the live figures.
 */
import { Disposition, type ObservationBlock } from "@sandglass/signals";
import { PULSE, VehiclePulses } from "./vehicle-pulses.ts";

/** GB/T 32960.3 allows 30 s between reports; four of them missing is silence. */
export const ONLINE_MS = 120_000;

export interface VehiclePresence {
  readonly online: boolean;
  /** UTC ms. */
  readonly lastReceived: number;
  readonly lastEvent: number;
  readonly frames: number;
  readonly assurance: number;
}

export interface FleetFigures {
  readonly online: number;
  readonly silent: number;
  readonly frames: number;
  readonly lastMinute: number;
  readonly perSecond: number;
}

const REALTIME = 0x02;
const REISSUED = 0x03;
/** What is so old when it comes is a recording that is played again; its age says nothing about the link. */
const RECORDED_PAST_MS = 24 * 3_600_000;
const SECONDS = 60;
/** Lags kept for the percentiles: the newest of them, one block adds at most 64. */
const LAGS = 4_096;
const LAGS_PER_BLOCK = 64;

export class FleetMonitor {
  readonly #now: () => number;
  readonly #vehicles = new VehiclePulses();
  readonly #perSecond = new Float64Array(SECONDS);
  #second = 0;
  #total = 0;
  #quarantined = 0;
  readonly #lags = new Float64Array(LAGS);
  readonly #lagTimes = new Float64Array(LAGS);
  #lagCount = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** What history knows of a vehicle, after a start. */
  prime(
    vehicle: bigint,
    known: {
      readonly lastReceived: number;
      /** Of its reports; undefined for a vehicle that has sent none. */
      readonly lastEvent: number | undefined;
      readonly frames: number;
      readonly assurance?: number;
    },
  ): void {
    const pulses = this.#vehicles;
    const slot = pulses.slotOfKey(vehicle);
    if (pulses.isKnown(slot)) return;
    pulses.values[slot + PULSE.frames] = known.frames;
    if (known.lastEvent === undefined) return;
    pulses.values[slot + PULSE.lastReceived] = known.lastReceived;
    pulses.values[slot + PULSE.lastEvent] = known.lastEvent;
    pulses.values[slot + PULSE.assurance] = known.assurance ?? 0;
  }

  /** Frames received before this start that `note` is not told of, of vehicles and of platforms themselves. */
  primeTotal(frames: number): void {
    this.#total += frames;
  }

  /** A durable block. */
  note(block: ObservationBlock): void {
    const { receiveTime, eventTime, disposition, command, assurance, rows } = block;
    const keys = new Uint32Array(block.vehicle.buffer, block.vehicle.byteOffset, rows * 2);
    const step = Math.max(1, Math.ceil(rows / LAGS_PER_BLOCK));
    for (let row = 0; row < rows; row++) {
      const received = receiveTime[row];
      this.#count(received);
      const slot = this.#vehicles.slotOf(keys[row * 2], keys[row * 2 + 1]);
      // Every received frame of a vehicle counts, as it does in history: also those that say nothing of its presence.
      this.#vehicles.values[slot + PULSE.frames]++;
      if (disposition[row] !== Disposition.accepted) {
        this.#quarantined += 1;
        continue;
      }
      // Only reports speak for a vehicle: the id of a platform login is no vehicle's, a heartbeat carries no event.
      if (command[row] !== REALTIME && command[row] !== REISSUED) continue;
      this.#vehicles.beat(slot, received, eventTime[row], assurance[row]);
      const lag = received - eventTime[row];
      if (row % step === 0 && command[row] === REALTIME && lag < RECORDED_PAST_MS) {
        this.#lags[this.#lagCount % LAGS] = lag;
        this.#lagTimes[this.#lagCount % LAGS] = received;
        this.#lagCount += 1;
      }
    }
  }

  find(vehicle: bigint): VehiclePresence | undefined {
    const { values } = this.#vehicles;
    const slot = this.#vehicles.find(vehicle);
    if (slot < 0) return undefined;
    const lastReceived = values[slot + PULSE.lastReceived];
    return {
      online: this.#now() - lastReceived <= ONLINE_MS,
      lastReceived,
      lastEvent: values[slot + PULSE.lastEvent],
      frames: values[slot + PULSE.frames],
      assurance: values[slot + PULSE.assurance],
    };
  }

  /** Keys of vehicles that send, or that sent once and are silent; undefined when there are more than so many. */
  keysWhere(online: boolean, atMost: number): bigint[] | undefined {
    const now = this.#now();
    const keys: bigint[] = [];
    for (const slot of this.#vehicles.known()) {
      if (now - this.#vehicles.values[slot + PULSE.lastReceived] <= ONLINE_MS !== online) continue;
      if (keys.push(this.#vehicles.keyOf(slot)) > atMost) return undefined;
    }
    return keys;
  }

  /** @param vehicles `all`, or those the actor may count */
  figures(vehicles: "all" | ReadonlySet<bigint>): FleetFigures {
    const now = this.#now();
    let online = 0;
    let silent = 0;
    let frames = 0;
    let lastMinute = 0;
    const minute = Math.floor(now / 60_000);
    const { values } = this.#vehicles;
    const add = (slot: number): void => {
      if (now - values[slot + PULSE.lastReceived] <= ONLINE_MS) online += 1;
      else silent += 1;
      const known = values[slot + PULSE.minute];
      const inMinute = values[slot + PULSE.inMinute];
      const before = known === minute ? values[slot + PULSE.inMinuteBefore] : known === minute - 1 ? inMinute : 0;
      const running = known === minute ? inMinute : 0;
      lastMinute += running + before * (1 - (now % 60_000) / 60_000);
    };
    if (vehicles === "all") {
      for (const slot of this.#vehicles.known()) add(slot);
      this.#advance(now);
      lastMinute = this.#perSecond.reduce((sum, n) => sum + n, 0);
      return { online, silent, frames: this.#total, lastMinute, perSecond: this.#rate(now) };
    }
    for (const key of vehicles) {
      frames += this.#vehicles.framesOf(key);
      const slot = this.#vehicles.find(key);
      if (slot >= 0) add(slot);
    }
    return { online, silent, frames, lastMinute: Math.round(lastMinute), perSecond: Math.round(lastMinute / 6) / 10 };
  }

  get quarantined(): number {
    return this.#quarantined;
  }

  /** Age of frames at reception over the last minute, ms; undefined when none came. */
  lag(): { readonly p50: number; readonly p95: number } | undefined {
    const since = this.#now() - 60_000;
    const recent: number[] = [];
    for (let i = 0; i < Math.min(this.#lagCount, LAGS); i++)
      if ((this.#lagTimes[i] ?? 0) >= since) recent.push(this.#lags[i] ?? 0);
    if (recent.length === 0) return undefined;
    recent.sort((a, b) => a - b);
    const at = (share: number): number =>
      Math.round(recent[Math.min(recent.length - 1, Math.floor(share * recent.length))] ?? 0);
    return { p50: at(0.5), p95: at(0.95) };
  }

  #count(received: number): void {
    this.#total += 1;
    const second = Math.floor(received / 1_000);
    if (second > this.#second) this.#advance(received);
    if (second > this.#second - SECONDS)
      this.#perSecond[second % SECONDS] = (this.#perSecond[second % SECONDS] ?? 0) + 1;
  }

  /** Empties the seconds that began since the last call. */
  #advance(now: number): void {
    const second = Math.floor(now / 1_000);
    const steps = Math.min(second - this.#second, SECONDS);
    for (let i = 1; i <= steps; i++) this.#perSecond[(second - steps + i) % SECONDS] = 0;
    if (second > this.#second) this.#second = second;
  }

  /** Mean of the last five full seconds. */
  #rate(now: number): number {
    const second = Math.floor(now / 1_000);
    let sum = 0;
    for (let back = 1; back <= 5; back++) sum += this.#perSecond[(second - back + SECONDS) % SECONDS] ?? 0;
    return Math.round(sum * 2) / 10;
  }
}
