/**
 * Evaluates the data-quality rules over durable blocks. Pure of I/O and of clocks: a row counts on the day of its own
 * receipt, and what it finds depends only on the rows and their order.
 *
 * A block is worked through rule by rule, each a loop over its columns: first every row's vehicle and platform, then
 * the reasons of all fields (64 at a time), the lists, what concerns one report by itself, and last what concerns the
 * frames of a vehicle in their order. `reference/` has the same rules report by report, as plain as can be; tests hold
 * the two against each other.
 */
import { Disposition, type ObservationBlock } from "@sandglass/signals";
import { Bursts } from "./bursts.ts";
import { CountedRows, KIND } from "./counted-rows.ts";
import { BASE, BASE_SIZE, DayCounters, dayOf, RULE_COUNT } from "./counters.ts";
import { noteFlaws, scanLists, scanScalars } from "./list-scan.ts";
import { PackRules } from "./pack-rules.ts";
import { PowerOffs } from "./power-offs.ts";
import { PlatformLinks } from "./platform-links.ts";
import { platformUserOf } from "./raw-bodies.ts";
import { countBodies, countLogic } from "./report-rules.ts";
import { NO } from "./rule-numbers.ts";
import { SequenceRules } from "./sequence-rules.ts";
import { VehicleTable } from "./vehicle-table.ts";

const COMMAND = { platformLogin: 5, platformLogout: 6 } as const;
/** KIND of an accepted frame by its command. */
const KINDS = Uint8Array.of(KIND.other, KIND.login, KIND.realtime, KIND.reissued, KIND.logout);
const DAY_MS = 86_400_000;
const SHANGHAI_MS = 8 * 3_600_000;

/** Damage that the gateway saw outside of whole frames: it has no row in any block. */
export interface LinkDamage {
  readonly vehicle: bigint | undefined;
  /** User name of the platform of a platform link. */
  readonly platform: string | undefined;
  readonly kind: "bcc" | "framing";
  readonly count: number;
  /** UTC ms. */
  readonly time: number;
}

export class QualityEngine {
  readonly vehicles = new VehicleTable();
  readonly links = new PlatformLinks();
  readonly vehicleDays = new DayCounters();
  readonly platformDays = new DayCounters(16);
  readonly bursts = new Bursts(this.vehicles);
  /** Day of the newest receipt; never steps back. */
  day = 0;
  #dayEnds = 0;
  readonly #rows = new CountedRows();
  readonly #packs = new PackRules();
  readonly #sequences = new SequenceRules(this.vehicles, this.bursts, new PowerOffs(this.vehicles));

  /** Sets the ingest clock, after counters were restored. */
  setDay(day: number): void {
    this.day = day;
    this.#dayEnds = (day + 1) * DAY_MS - SHANGHAI_MS;
  }

  /** Counts the rows of a block. */
  step(block: ObservationBlock): void {
    for (let from = 0; from < block.rows;) {
      const to = this.#endOfDay(block, from);
      this.#range(block, from, to);
      from = to;
    }
  }

  /** Counts what the gateway threw away before it was a frame. */
  damage({ vehicle, platform, kind, count, time }: LinkDamage): void {
    if (time >= this.#dayEnds) this.setDay(dayOf(time));
    const rule = kind === "bcc" ? NO.bcc : NO.framing;
    const owner = platform === undefined ? 0 : this.links.slotOfUser(platform);
    this.platformDays.reserve(this.links.size);
    this.platformDays.touch(owner, this.day);
    this.platformDays.hits[owner * RULE_COUNT + rule] += count;
    if (vehicle === undefined) return;
    const slot = this.vehicles.slotOfKey(vehicle);
    this.vehicleDays.reserve(this.vehicles.size);
    this.vehicleDays.touch(slot, this.day);
    this.vehicleDays.hits[slot * RULE_COUNT + rule] += count;
  }

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
    const rows = this.#rows;
    rows.begin(block, from, to);
    this.#resolve(rows);
    rows.into(this.vehicleDays, this.platformDays);
    scanScalars(rows);
    noteFlaws(rows);
    scanLists(rows);
    this.#packs.count(rows);
    countBodies(rows);
    countLogic(rows);
    this.#sequences.count(rows);
  }

  /** Vehicle, platform and kind of every row, their counters opened for the day. */
  #resolve({ block, from, to, slots, platforms, kinds }: CountedRows): void {
    const { vehicles, vehicleDays, platformDays, links, day } = this;
    const { command, disposition, link } = block;
    const words = new Uint32Array(block.vehicle.buffer, block.vehicle.byteOffset, block.rows * 2);
    let platform = -1;
    let relayed = false;
    for (let row = from; row < to; row++) {
      const slot = vehicles.slotOf(words[row * 2], words[row * 2 + 1]);
      vehicleDays.reserve(vehicles.size);
      vehicleDays.touch(slot, day);
      slots[row] = slot;
      const code = command[row];
      if (code === COMMAND.platformLogin || code === COMMAND.platformLogout) this.#platformSession(block, row);
      const owner = links.platformOf(link[row]);
      if (owner !== platform) {
        platformDays.reserve(links.size);
        platformDays.touch(owner, day);
        platform = owner;
        relayed = links.isRelay(owner);
      }
      if (relayed) vehicleDays.base[slot * BASE_SIZE + BASE.relayed]++;
      platforms[row] = owner;
      kinds[row] =
        disposition[row] !== Disposition.accepted ? KIND.refused : code < KINDS.length ? KINDS[code] : KIND.other;
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
}
