/**
 * The short way of a report (commands 02 and 03) into a block: for the frames that make up the load, plain reports of
 * vehicles and links about which everything is known. It writes the row that the rules in intake.ts would write, or
 * nothing at all: whatever is special about a frame is theirs to judge. reports.test.ts holds the two together.
 */
import { Encryption, ResponseFlag, Command, START_2016, type ColumnDecoder } from "@sandglass/gbt32960";
import { Disposition, deriveRows, hasPartOfCells, type ObservationBlock } from "@sandglass/signals";
import type { Link } from "./link.ts";
import type { RawRun } from "./raw-run.ts";
import { RowEnds } from "./row-ends.ts";
import { KEYLESS, REGISTERED, seenFlag, type Vehicles } from "./vehicles.ts";
import { VIN_BYTES } from "./vin-table.ts";

const VIN_AT = 4;

/** What both ways into a block share. */
export interface RowWriters {
  readonly decode: ColumnDecoder;
  readonly vehicles: Vehicles;
  readonly raw: RawRun;
  readonly keys: RowKeys;
  readonly clockAheadMs: number;
}

/** The vehicle keys of the block that is being filled, as words: row r has low at 2r and high at 2r + 1. */
export class RowKeys {
  #block: ObservationBlock | undefined;
  #words: Uint32Array = new Uint32Array(0);

  of(block: ObservationBlock): Uint32Array {
    if (block !== this.#block) {
      this.#block = block;
      const { buffer, byteOffset, length } = block.vehicle;
      this.#words = new Uint32Array(buffer, byteOffset, length * 2);
    }
    return this.#words;
  }
}

export class Reports {
  readonly #writers: RowWriters;
  readonly #hasSecurity: boolean;
  readonly #ends = new RowEnds();
  /** The run: rows [#from, #to) of a block, from one chunk of one link. */
  #block: ObservationBlock | undefined;
  #link: Link | undefined;
  #from = 0;
  #to = 0;

  /** @param hasSecurity signatures are looked at: only vehicles that are known to have no key are taken */
  constructor(writers: RowWriters, hasSecurity: boolean) {
    this.#writers = writers;
    this.#hasSecurity = hasSecurity;
  }

  /**
   * Adds the row of the frame bytes [from, to) and counts it on the link.
   * @returns false when the rules have to look at the frame; the block is then as it was
   */
  take(link: Link, block: ObservationBlock, bytes: Uint8Array, from: number, to: number): boolean {
    const command = bytes[from + 2];
    if (
      (command !== Command.realtimeReport && command !== Command.reissuedReport) ||
      bytes[from + 3] !== ResponseFlag.command ||
      bytes[from + 21] !== Encryption.none
    )
      return false;
    const { decode, vehicles, raw, keys, clockAheadMs } = this.#writers;
    const { table } = vehicles;
    const is2016 = bytes[from] === START_2016;
    const needed = this.#neededFlags(link, is2016);
    if (needed < 0) return false;
    let slot = -1;
    if (needed !== 0) {
      slot = table.find(bytes, from + VIN_AT);
      if (slot < 0 || (table.flags(slot) & needed) !== needed) return false;
    }
    const isPlatform = link.kind === "platform";
    if (!isPlatform && !(link.noted && hasId(link.vin, bytes, from))) return false;

    const row = block.rows;
    const decoded = decode(bytes, block, row, from, to);
    const time = link.receiveTime;
    const { eventTime } = decoded;
    if (!decoded.ok || eventTime > time + clockAheadMs || hasPartOfCells(block)) {
      block.clearRow();
      return false;
    }
    raw.add(block, bytes, from, to);
    const words = keys.of(block);
    if (isPlatform) {
      words[row * 2] = table.keyLow(slot);
      words[row * 2 + 1] = table.keyHigh(slot);
      table.setLink(slot, link.id);
    } else {
      words[row * 2] = link.keyLow;
      words[row * 2 + 1] = link.keyHigh;
    }
    block.eventTime[row] = eventTime;
    block.edition[row] = is2016 ? 16 : 25;
    block.command[row] = command;
    this.#count(link, block, row);
    this.#ends.endRow(block);
    link.edition = is2016 ? 2016 : 2025;
    link.lastEventTime = eventTime;
    link.counters.rows[Disposition.accepted]++;
    return true;
  }

  /** Writes what the rows of a run share or derive. Call before the chunk's call returns, as with raw bytes. */
  flush(): void {
    const block = this.#block;
    const link = this.#link;
    if (block === undefined || link === undefined) return;
    this.#block = undefined;
    const from = this.#from;
    const to = this.#to;
    const { receiveTime, link: links, assurance, disposition } = block;
    for (let row = from; row < to; row++) {
      receiveTime[row] = link.receiveTime;
      links[row] = link.id;
      assurance[row] = link.assurance;
      disposition[row] = Disposition.accepted;
    }
    deriveRows(block, from, to);
  }

  /** Adds the row to the run of rows that one link has filled one after the other. */
  #count(link: Link, block: ObservationBlock, row: number): void {
    if (block !== this.#block || link !== this.#link || row !== this.#to) {
      this.flush();
      this.#block = block;
      this.#link = link;
      this.#from = row;
    }
    this.#to = row + 1;
  }

  /** Flags that a vehicle must have to be taken; 0 = the link knows its vehicle, -1 = no frame of the link is. */
  #neededFlags(link: Link, is2016: boolean): number {
    const { kind, rules } = link;
    if (kind === undefined) return -1;
    let needed = kind === "platform" ? seenFlag(is2016 ? 2016 : 2025, kind) : 0;
    if (rules.checkRegistry) needed |= REGISTERED;
    if (this.#hasSecurity && !is2016 && rules.signatures !== "ignore") {
      if (rules.signatures === "require") return -1;
      needed |= KEYLESS;
    }
    return needed;
  }
}

/** Whether the frame at `from` carries that unique id. */
export function hasId(id: Uint8Array | undefined, bytes: Uint8Array, from: number): boolean {
  if (id === undefined) return false;
  for (let i = VIN_BYTES - 1; i >= 0; i--) if (id[i] !== bytes[from + VIN_AT + i]) return false;
  return true;
}
