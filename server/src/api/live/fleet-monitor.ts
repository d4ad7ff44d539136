/**
 * Which vehicles send now, how fast frames come, how old they are when they come: kept in memory from the durable
 * blocks, primed from history after a start. Exact totals come from history; this serves the live figures.
 */
import { Disposition, type ObservationBlock } from "@sandglass/signals";

/** GB/T 32960.3 allows 30 s between reports; four of them missing is silence. */
export const ONLINE_MS = 120_000;

interface VehiclePulse {
  lastReceived: number;
  lastEvent: number;
  frames: number;
  assurance: number;
  /** Start of the running minute, frames in it and in the one before. */
  minute: number;
  inMinute: number;
  inMinuteBefore: number;
}

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
  readonly #vehicles = new Map<bigint, VehiclePulse>();
  readonly #perSecond = new Float64Array(SECONDS);
  #second = 0;
  #total = 0;
  #quarantined = 0;
  /** Frames of vehicles that have sent no report yet: a login, a quarantined frame. */
  readonly #silentFrames = new Map<bigint, number>();
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
      readonly lastEvent: number;
      readonly frames: number;
      readonly assurance?: number;
    },
  ): void {
    if (this.#vehicles.has(vehicle)) return;
    this.#vehicles.set(vehicle, {
      ...known,
      assurance: known.assurance ?? 0,
      minute: 0,
      inMinute: 0,
      inMinuteBefore: 0,
    });
  }

  /** Frames received before this start that `note` is not told of, of vehicles and of platforms themselves. */
  primeTotal(frames: number): void {
    this.#total += frames;
  }

  /** A durable block; costs a few map look-ups per row. */
  note(block: ObservationBlock): void {
    const step = Math.max(1, Math.ceil(block.rows / LAGS_PER_BLOCK));
    for (let row = 0; row < block.rows; row++) {
      const received = block.receiveTime[row] ?? 0;
      this.#count(received);
      this.#countVehicle(block.vehicle[row] ?? 0n);
      if (block.disposition[row] !== Disposition.accepted) {
        this.#quarantined += 1;
        continue;
      }
      // Only reports speak for a vehicle: the id of a platform login is no vehicle's, a heartbeat carries no event.
      if (block.command[row] !== REALTIME && block.command[row] !== REISSUED) continue;
      const lag = received - (block.eventTime[row] ?? received);
      this.#beat(block.vehicle[row] ?? 0n, received, block.eventTime[row] ?? received, block.assurance[row] ?? 0);
      if (row % step === 0 && block.command[row] === REALTIME && lag < RECORDED_PAST_MS) {
        this.#lags[this.#lagCount % LAGS] = lag;
        this.#lagTimes[this.#lagCount % LAGS] = received;
        this.#lagCount += 1;
      }
    }
  }

  find(vehicle: bigint): VehiclePresence | undefined {
    const pulse = this.#vehicles.get(vehicle);
    if (pulse === undefined) return undefined;
    const { lastReceived, lastEvent, frames, assurance } = pulse;
    return { online: this.#now() - lastReceived <= ONLINE_MS, lastReceived, lastEvent, frames, assurance };
  }

  /** Keys of vehicles that send, or that sent once and are silent; undefined when there are more than so many. */
  keysWhere(online: boolean, atMost: number): bigint[] | undefined {
    const now = this.#now();
    const keys: bigint[] = [];
    for (const [key, pulse] of this.#vehicles) {
      if (now - pulse.lastReceived <= ONLINE_MS !== online) continue;
      if (keys.push(key) > atMost) return undefined;
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
    const add = (pulse: VehiclePulse): void => {
      if (now - pulse.lastReceived <= ONLINE_MS) online += 1;
      else silent += 1;
      frames += pulse.frames;
      const before = pulse.minute === minute ? pulse.inMinuteBefore : pulse.minute === minute - 1 ? pulse.inMinute : 0;
      const running = pulse.minute === minute ? pulse.inMinute : 0;
      lastMinute += running + before * (1 - (now % 60_000) / 60_000);
    };
    if (vehicles === "all") {
      for (const pulse of this.#vehicles.values()) add(pulse);
      this.#advance(now);
      lastMinute = this.#perSecond.reduce((sum, n) => sum + n, 0);
      return { online, silent, frames: this.#total, lastMinute, perSecond: this.#rate(now) };
    }
    for (const key of vehicles) {
      const pulse = this.#vehicles.get(key);
      if (pulse !== undefined) add(pulse);
      else frames += this.#silentFrames.get(key) ?? 0;
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

  /** Every received frame of a vehicle counts, as it does in history: also those that say nothing of its presence. */
  #countVehicle(vehicle: bigint): void {
    const pulse = this.#vehicles.get(vehicle);
    if (pulse !== undefined) pulse.frames += 1;
    else this.#silentFrames.set(vehicle, (this.#silentFrames.get(vehicle) ?? 0) + 1);
  }

  #takeSilent(vehicle: bigint): number {
    const frames = this.#silentFrames.get(vehicle) ?? 0;
    this.#silentFrames.delete(vehicle);
    return frames;
  }

  #beat(vehicle: bigint, received: number, event: number, assurance: number): void {
    const minute = Math.floor(received / 60_000);
    const pulse = this.#vehicles.get(vehicle);
    if (pulse === undefined) {
      this.#vehicles.set(vehicle, {
        lastReceived: received,
        lastEvent: event,
        frames: this.#takeSilent(vehicle),
        assurance,
        minute,
        inMinute: 1,
        inMinuteBefore: 0,
      });
      return;
    }
    if (minute !== pulse.minute) {
      pulse.inMinuteBefore = minute === pulse.minute + 1 ? pulse.inMinute : 0;
      pulse.inMinute = 0;
      pulse.minute = minute;
    }
    pulse.inMinute += 1;
    pulse.lastReceived = Math.max(pulse.lastReceived, received);
    pulse.lastEvent = Math.max(pulse.lastEvent, event);
    pulse.assurance = assurance;
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
