/**
 * The data-quality rules report by report, as plain as can be: what the engine beside this folder is held against. The
 * server does not run it.
 */
import { Disposition, type ObservationBlock } from "@sandglass/signals";
import { Bursts } from "../bursts.ts";
import { BASE, BASE_SIZE, DayCounters, dayOf, RULE_COUNT } from "../counters.ts";
import { scanLists, scanScalars } from "./list-scan.ts";
import { PlatformLinks } from "../platform-links.ts";
import { platformUserOf, serialOf } from "../raw-bodies.ts";
import { PowerOffs, WATCH } from "../power-offs.ts";
import { ReportRules } from "./report-rules.ts";
import { NO } from "../rule-numbers.ts";
import type { Tally } from "./tally.ts";
import { FLAG, NONE, STATE, STATE_SIZE, VehicleTable } from "../vehicle-table.ts";

const COMMAND = { login: 1, realtime: 2, reissued: 3, logout: 4, platformLogin: 5, platformLogout: 6 } as const;
const DAY_MS = 86_400_000;
/** Rule by disposition of a frame that is not data. */
const REFUSED: Readonly<Record<number, number>> = {
  [Disposition.malformed]: NO.structure,
  [Disposition.clockAhead]: NO.clockFarAhead,
  [Disposition.foreignVin]: NO.foreignVin,
  [Disposition.opaque]: NO.opaque,
  [Disposition.badSignature]: NO.badSignature,
  [Disposition.unknownVin]: NO.unknownVin,
};

export class ReferenceEngine implements Tally {
  readonly vehicles = new VehicleTable();
  readonly links = new PlatformLinks();
  readonly vehicleDays = new DayCounters();
  readonly platformDays = new DayCounters(16);
  readonly bursts = new Bursts(this.vehicles);
  /** Day of the newest receipt; never steps back. */
  day = 0;
  #dayEnds = 0;
  readonly #rules: ReportRules;
  readonly #powerOffs = new PowerOffs(this.vehicles);
  #slots = new Int32Array(4096);
  #platforms = new Int32Array(4096);
  // Counters while a block is counted, and where those of the row at hand begin.
  #vehicleHits = this.vehicleDays.hits;
  #platformHits = this.platformDays.hits;
  #vehicleBase = this.vehicleDays.base;
  #platformBase = this.platformDays.base;
  #vehicleHitsAt = 0;
  #platformHitsAt = 0;
  #vehicleBaseAt = 0;
  #platformBaseAt = 0;

  constructor() {
    this.#rules = new ReportRules(this, this.vehicles, this.bursts, this.#powerOffs);
  }

  /** Sets the ingest clock, after counters were restored. */
  setDay(day: number): void {
    this.day = day;
    this.#dayEnds = (day + 1) * DAY_MS - 8 * 3_600_000;
  }

  /** Counts the rows of a block. */
  step(block: ObservationBlock): void {
    for (let from = 0; from < block.rows;) {
      const to = this.#endOfDay(block, from);
      this.#range(block, from, to);
      from = to;
    }
  }

  // ── Tally: counts of the row at hand ────────────────────────────────────────────────────────────────────────────

  hit(rule: number): void {
    this.#vehicleHits[this.#vehicleHitsAt + rule]++;
    this.#platformHits[this.#platformHitsAt + rule]++;
  }

  add(counter: number, value: number): void {
    this.#vehicleBase[this.#vehicleBaseAt + counter] += value;
    this.#platformBase[this.#platformBaseAt + counter] += value;
  }

  /** A battery watch was judged, or none. */
  watched(watch: number): void {
    if (watch === WATCH.none) return;
    this.add(BASE.powerOffs, 1);
    if (watch === WATCH.missed) this.hit(NO.powerOffWatch);
  }

  precise(): number {
    return this.#vehicleBase[this.#vehicleBaseAt + BASE.precise];
  }

  setPrecise(bits: number): void {
    this.#vehicleBase[this.#vehicleBaseAt + BASE.precise] = bits;
  }

  // ── a block ─────────────────────────────────────────────────────────────────────────────────────────────────────

  /** First row from `from` on that was received on a later day. */
  #endOfDay(block: ObservationBlock, from: number): number {
    const { receiveTime, rows } = block;
    if (receiveTime[from] >= this.#dayEnds) this.setDay(dayOf(receiveTime[from]));
    const end = this.#dayEnds;
    let to = from + 1;
    while (to < rows && receiveTime[to] < end) to++;
    return to;
  }

  #range(block: ObservationBlock, from: number, to: number): void {
    this.#resolve(block, from, to);
    const slots = this.#slots;
    const platforms = this.#platforms;
    const vehicleHits = (this.#vehicleHits = this.vehicleDays.hits);
    const platformHits = (this.#platformHits = this.platformDays.hits);
    this.#vehicleBase = this.vehicleDays.base;
    this.#platformBase = this.platformDays.base;
    const hit = (row: number, rule: number): void => {
      vehicleHits[slots[row] * RULE_COUNT + rule]++;
      platformHits[platforms[row] * RULE_COUNT + rule]++;
    };
    scanScalars(block, from, to, hit);
    this.#rules.begin(block);
    scanLists(block, from, to, hit);
    for (let row = from; row < to; row++) this.#row(block, row);
  }

  /** Vehicle and platform of every row, their counters opened for the day. */
  #resolve(block: ObservationBlock, from: number, to: number): void {
    if (this.#slots.length < block.rows) {
      this.#slots = new Int32Array(block.rows);
      this.#platforms = new Int32Array(block.rows);
    }
    const { vehicles, vehicleDays, platformDays, links, day } = this;
    const words = new Uint32Array(block.vehicle.buffer, block.vehicle.byteOffset, block.rows * 2);
    let platform = -1;
    for (let row = from; row < to; row++) {
      const slot = vehicles.slotOf(words[row * 2], words[row * 2 + 1]);
      vehicleDays.reserve(vehicles.size);
      vehicleDays.touch(slot, day);
      this.#slots[row] = slot;
      const command = block.command[row];
      if (command === COMMAND.platformLogin || command === COMMAND.platformLogout) this.#platformSession(block, row);
      const owner = links.platformOf(block.link[row]);
      if (owner !== platform) {
        platformDays.reserve(links.size);
        platformDays.touch(owner, day);
        platform = owner;
      }
      this.#platforms[row] = owner;
    }
  }

  /** A platform's login binds the link to its user name, a logout frees it for what comes after. */
  #platformSession(block: ObservationBlock, row: number): void {
    if (block.disposition[row] !== Disposition.accepted || block.vehicle[row] !== 0n) return;
    if (block.command[row] === COMMAND.platformLogout) {
      this.links.release(block.link[row]);
      return;
    }
    const start = row === 0 ? 0 : block.rawEnds[row - 1];
    const user = platformUserOf(block.raw, start, block.rawEnds[row]);
    if (user !== undefined) this.links.bind(block.link[row], user);
  }

  #row(block: ObservationBlock, row: number): void {
    const slot = this.#slots[row];
    this.#vehicleHitsAt = slot * RULE_COUNT;
    this.#platformHitsAt = this.#platforms[row] * RULE_COUNT;
    this.#vehicleBaseAt = slot * BASE_SIZE;
    this.#platformBaseAt = this.#platforms[row] * BASE_SIZE;
    this.add(BASE.frames, 1);
    if (this.links.isRelay(this.#platforms[row])) this.#vehicleBase[this.#vehicleBaseAt + BASE.relayed] += 1;
    const command = block.command[row];
    const disposition = block.disposition[row];
    if (disposition !== Disposition.accepted) {
      this.hit(REFUSED[disposition] ?? NO.opaque);
      return;
    }
    if (command === COMMAND.realtime || command === COMMAND.reissued)
      this.#rules.report(block, row, slot, this.#platforms[row], command === COMMAND.realtime);
    else if (command === COMMAND.login) this.#login(block, row, slot);
    else if (command === COMMAND.logout) this.#logout(block, row, slot);
  }

  #login(block: ObservationBlock, row: number, slot: number): void {
    const { state } = this.vehicles;
    const at = slot * STATE_SIZE;
    this.add(BASE.logins, 1);
    state[at + STATE.flags] |= FLAG.loggedIn;
    state[at + STATE.newest] = NONE;
    const serial = serialOf(block.raw, row === 0 ? 0 : block.rawEnds[row - 1], block.rawEnds[row]);
    if (serial < 0) return;
    // The number starts again every day (GB/T 32960.3-2016 table 6).
    const login = dayOf(block.eventTime[row]) * 65_536 + serial;
    const before = state[at + STATE.login];
    if (before !== NONE && Math.floor(before / 65_536) === dayOf(block.eventTime[row]) && login <= before)
      this.hit(NO.loginSerial);
    state[at + STATE.login] = login;
  }

  #logout(block: ObservationBlock, row: number, slot: number): void {
    const { state } = this.vehicles;
    const at = slot * STATE_SIZE;
    this.add(BASE.logouts, 1);
    this.watched(this.#powerOffs.off(slot, block.eventTime[row]));
    state[at + STATE.flags] &= ~FLAG.loggedIn;
    state[at + STATE.newest] = NONE;
    const serial = serialOf(block.raw, row === 0 ? 0 : block.rawEnds[row - 1], block.rawEnds[row]);
    const login = state[at + STATE.login];
    if (serial >= 0 && login !== NONE && login % 65_536 !== serial) this.hit(NO.logoutSerial);
  }
}
