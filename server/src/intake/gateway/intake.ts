/**
 * The rules for received frames: whose they are, what they become in the journal, and what is answered.
 *
 * Every whole frame with a correct BCC becomes one row, whatever is wrong inside: the raw bytes are evidence. A reply
 * is queued with its row and leaves when the row is durable; a refused platform login is the only reply without a row.
 */
import { Assurance, deriveSignals, Disposition, SplitLists, type ObservationBlock } from "@sandglass/signals";
import { createColumnDecoder, ResponseFlag, type ColumnDecoder } from "@sandglass/gbt32960";
import type { ActivationOutcome } from "../security/mod.ts";
import { createColumnMap } from "./column-map.ts";
import { DownLink, isDownCommand } from "./down-link.ts";
import { Hold, type Link } from "./link.ts";
import { LinkSecurity, withoutKey } from "./link-security.ts";
import {
  DEFAULT_CLOCK_AHEAD_MS,
  type GatewayLimits,
  type GatewayOptions,
  type IntakeJournal,
  type PlatformIdentity,
} from "./options.ts";
import { withoutPassword } from "./platform-login.ts";
import { PlatformLogins } from "./platform-logins.ts";
import { replyRoom, writeReply } from "./replies.ts";
import { rulesByKind, type RulesByKind } from "./rules.ts";
import { RawRun } from "./raw-run.ts";
import { hasId, Reports, RowKeys } from "./reports.ts";
import { Vehicles, type LinkKind } from "./vehicles.ts";
import { VIN_BYTES, looksLikeVin } from "./vin-table.ts";

const VIN_AT = 4;
const PLAIN = 1;

const COMMAND = {
  vehicleLogin: 1,
  realtime: 2,
  reissued: 3,
  vehicleLogout: 4,
  platformLogin: 5,
  platformLogout: 6,
  timeSync: 8,
  keyExchange: 0x0b,
  /** GB/T 45688-2025 annex B, uplink: 10 to 13. */
  firstGb45688: 0x10,
  lastGb45688: 0x13,
} as const;

/** Links with replies in one block. */
interface ReplyBatch {
  readonly ticket: number;
  readonly links: Link[];
}

export class Intake {
  readonly vehicles: Vehicles;
  readonly rules: RulesByKind;
  readonly downLink: DownLink;
  readonly #journal: IntakeJournal;
  readonly #read: (link: Link, chunk: Uint8Array) => void;
  readonly #decode: ColumnDecoder;
  readonly #logins: PlatformLogins;
  readonly #clockAheadMs: number;
  readonly #log: GatewayOptions["log"];
  readonly #batches: ReplyBatch[] = [];
  readonly #held = new Set<Link>();
  readonly #splitLists = new SplitLists();
  readonly #raw = new RawRun();
  readonly #keys = new RowKeys();
  readonly #reports: Reports | undefined;
  readonly #security: LinkSecurity | undefined;
  #durableTicket = 0;
  #whenDurable: { readonly ticket: number; readonly send: () => void }[] = [];
  /** Terminal links by the key of their vehicle. */
  readonly #terminals = new Map<string, Link>();

  /** @param read cuts a chunk into frames, which come back through `accept` */
  constructor(options: GatewayOptions, limits: GatewayLimits, read: (link: Link, chunk: Uint8Array) => void) {
    this.#read = read;
    this.#journal = options.journal;
    this.#decode = createColumnDecoder(createColumnMap());
    this.#logins = new PlatformLogins(options);
    this.rules = rulesByKind(options.rules ?? {}, options.answerRealtime ?? "platform", limits.idleMs);
    this.#clockAheadMs = options.clockAheadMs ?? DEFAULT_CLOCK_AHEAD_MS;
    this.#log = options.log;
    this.vehicles = new Vehicles(options, limits.maxCachedVehicles);
    this.#security = options.security && new LinkSecurity(options.security, this.vehicles);
    const writers = {
      decode: this.#decode,
      vehicles: this.vehicles,
      raw: this.#raw,
      keys: this.#keys,
      clockAheadMs: this.#clockAheadMs,
    };
    this.#reports = options.everyFrameByRules === true ? undefined : new Reports(writers, this.#security !== undefined);
    const clock = options.clock ?? Date.now;
    this.downLink = new DownLink({
      table: this.vehicles.table,
      findCipher: (link, name, vin, edition) => this.#security?.findCommandCipher(link, name, vin, edition, clock()),
      findTerminal: (vehicle) => this.#terminals.get(`${Number(vehicle >> 32n)}.${Number(vehicle & 0xffff_ffffn)}`),
    });
    this.#journal.onDurable((ticket) => this.#release(ticket));
    this.#journal.onWritable(() => this.#resume());
  }

  /** Blocks whose replies are still to be sent. */
  get pendingBatches(): number {
    return this.#batches.length;
  }

  /** Links that wait for the journal. */
  get heldLinks(): number {
    return this.#held.size;
  }

  /**
   * Keeps a chunk for later when nothing of it could be processed now, and holds the link.
   * @param owned the chunk may be kept; otherwise it is copied
   * @returns false when the chunk is to be read now
   */
  defer(link: Link, chunk: Uint8Array, owned: boolean): boolean {
    if (!link.backlogged && !link.credentialsPending && this.#journal.findOpenBlock() !== undefined) return false;
    link.chunks.push(owned ? chunk : new Uint8Array(chunk));
    this.#wait(link);
    return true;
  }

  /** Takes a frame of a link, now or when the journal and the credentials allow. */
  accept(link: Link, bytes: Uint8Array, from: number, to: number): void {
    if (link.closed || link.refused) return;
    link.counters.frames++;
    link.lastFrameAt = link.receiveTime;
    link.damagedInRow = 0;
    if (link.waiting === undefined && (this.#takeReport(link, bytes, from, to) || this.#process(link, bytes, from, to)))
      return;
    (link.waiting ??= []).push(copyOf(bytes, from, to));
    this.#wait(link);
  }

  /** Call when the frames of a chunk have been handed over, before the chunk's bytes change. */
  endOfChunk(): void {
    this.#raw.flush();
    this.#reports?.flush();
  }

  #wait(link: Link): void {
    if (link.credentialsPending) return;
    link.hold(Hold.journal);
    this.#held.add(link);
  }

  /** The connection of a link is gone: what it sent before is still taken. */
  disconnected(link: Link): void {
    link.gone = true;
    if (!link.backlogged || link.credentialsPending) link.close(undefined);
  }

  /** The peer has sent its last byte: once all of it is processed and answered, the link is closed. */
  finish(link: Link): void {
    link.ended = true;
    if (link.backlogged || link.credentialsPending) return;
    link.reader.giveUp();
    this.endOfChunk();
    link.closeIfDone();
  }

  /** Forgets a closed link. */
  forget(link: Link): void {
    this.#held.delete(link);
    this.downLink.forget(link);
    const key = terminalKey(link);
    if (this.#terminals.get(key) === link) this.#terminals.delete(key);
  }

  /** @returns false when the frame is none of those that need no rules, or has to wait */
  #takeReport(link: Link, bytes: Uint8Array, from: number, to: number): boolean {
    if (link.credentialsPending) return false;
    const block = this.#journal.findOpenBlock();
    if (block === undefined || this.#reports?.take(link, block, bytes, from, to) !== true) return false;
    if (link.rules.answerReports) this.#reply(link, bytes, from, to, ResponseFlag.success, false);
    this.#journal.rowAdded();
    return true;
  }

  /** @returns false when the frame has to wait */
  #process(link: Link, bytes: Uint8Array, from: number, to: number): boolean {
    if (link.credentialsPending) return false;
    const isCommand = bytes[from + 3] === ResponseFlag.command;
    const login = bytes[from + 2] === COMMAND.platformLogin && isCommand;
    if (login && !link.credentialsChecked) {
      const plain =
        bytes[from + 21] === PLAIN ? copyOf(bytes, from, to) : this.#security?.decrypt(link, bytes, from, to);
      if (plain !== undefined) {
        this.#checkCredentials(link, plain);
        return true;
      }
    }
    const block = this.#journal.findOpenBlock();
    if (block === undefined) return false;
    link.edition = bytes[from] === 0x23 ? 2016 : 2025;
    if (login && link.credentialsChecked) {
      link.credentialsChecked = false;
      const masked = withoutPassword(bytes.subarray(from, to));
      this.#append(link, block, masked, 0, masked.length, isCommand);
    } else {
      this.#append(link, block, bytes, from, to, isCommand);
    }
    return true;
  }

  #append(link: Link, block: ObservationBlock, bytes: Uint8Array, from: number, to: number, isCommand: boolean): void {
    const command = bytes[from + 2];
    const row = block.rows;
    const time = link.receiveTime;
    let last = false;
    let disposition: Disposition = Disposition.accepted;
    let eventTime = time;
    let isPartOfCells = false;

    if (
      link.kind === undefined &&
      isCommand &&
      command !== COMMAND.platformLogin &&
      command !== COMMAND.platformLogout
    ) {
      last = link.refused = !this.#pin(link, bytes, from);
      if (last) disposition = Disposition.foreignVin;
    } else if (link.kind === "terminal" && !isPinned(link, bytes, from)) {
      disposition = Disposition.foreignVin;
      link.counters.count("SG_LINK_FOREIGN_VIN");
    }

    if (
      link.rules.checkRegistry &&
      disposition === Disposition.accepted &&
      !this.#isRegistered(link, bytes, from, isCommand)
    )
      disposition = Disposition.unknownVin;

    const security = this.#security;
    const stored = security !== undefined && command === COMMAND.keyExchange ? withoutKey(bytes, from, to) : undefined;
    if (stored === undefined) this.#raw.add(block, bytes, from, to);
    else this.#raw.add(block, stored, 0, stored.length);
    let assurance = link.assurance;
    let activation: Promise<ActivationOutcome> | undefined;
    // What is decoded: the frame as it came, or decrypted.
    let plain = bytes;
    let start = from;
    let end = to;
    if (disposition === Disposition.accepted) {
      if (security !== undefined && bytes[from + 21] !== PLAIN) {
        const decrypted = security.decrypt(link, bytes, from, to);
        if (decrypted !== undefined) {
          plain = decrypted;
          start = 0;
          end = decrypted.length;
        }
      }
      const decoded = this.#decode(plain, block, row, start, end);
      const verdict =
        decoded.ok && security !== undefined && isCommand && bytes[from] !== 0x23
          ? security.judge(link, plain, start, end)
          : undefined;
      if (verdict?.kind === "signed") assurance = Assurance.signed;
      else if (verdict?.kind === "activation") activation = verdict.outcome;
      if (!decoded.ok) {
        block.clearRow();
        disposition = decoded.code === "SG_BODY_ENCRYPTED" ? Disposition.opaque : Disposition.malformed;
      } else if (verdict?.kind === "refused") {
        block.clearRow();
        disposition = verdict.disposition;
      } else if (!Number.isNaN(decoded.eventTime)) {
        eventTime = link.lastEventTime = decoded.eventTime;
        if (eventTime > time + this.#clockAheadMs) {
          // Values of another time must not act as data; the raw frame shows them.
          block.clearRow();
          disposition = Disposition.clockAhead;
        } else if (isReport(command)) {
          isPartOfCells = deriveSignals(block);
        }
      }
    }

    this.#putVehicle(link, block, row, bytes, from, isCommand);
    if (isPartOfCells) this.#splitLists.add(block, block.vehicle[row], eventTime);
    block.eventTime[row] = eventTime;
    block.receiveTime[row] = time;
    block.link[row] = link.id;
    block.assurance[row] = assurance;
    block.edition[row] = bytes[from] === 0x23 ? 16 : 25;
    block.command[row] = command;
    block.disposition[row] = disposition;
    if (!isCommand && isDownCommand(command) && disposition !== Disposition.foreignVin) {
      const words = this.#keys.of(block);
      this.downLink.replied(link, words[row * 2], words[row * 2 + 1], plain, start, end);
    }
    block.endRow();
    link.counters.rows[disposition]++;

    if (activation !== undefined) this.#answerActivation(link, copyOf(bytes, from, to), activation);
    const flag = isCommand && activation === undefined ? this.#replyFlag(link, bytes[from], command, disposition) : 0;
    if (flag !== 0) this.#reply(link, bytes, from, to, last ? ResponseFlag.vinDuplicate : flag, last);
    this.#journal.rowAdded();
    if (command === COMMAND.platformLogout && isCommand && link.kind === "platform") this.#logOut(link);
  }

  /**
   * Makes an unknown link a terminal link of that vehicle. The vehicle's older connection is closed, unless that one is
   * better authenticated: then this link is refused.
   * @returns false when it is refused
   */
  #pin(link: Link, bytes: Uint8Array, from: number): boolean {
    const slot = this.vehicles.slotOf(bytes, from + VIN_AT);
    link.keyLow = this.vehicles.table.keyLow(slot);
    link.keyHigh = this.vehicles.table.keyHigh(slot);
    link.kind = "terminal";
    link.loggedOut = undefined;
    link.vin = copyOf(bytes, from + VIN_AT, from + VIN_AT + VIN_BYTES);
    if (bytes[from + 2] !== COMMAND.vehicleLogin) link.counters.count("SG_LINK_NO_LOGIN");
    const key = terminalKey(link);
    const older = this.#terminals.get(key);
    if (older !== undefined && older.assurance > link.assurance) return false;
    if (older !== undefined && older.id > link.id && older.assurance === link.assurance) {
      // In a storm of reconnects the bytes of a connection may be read after those of its successor. They count, but
      // the connection that was opened last stays.
      link.superseded = true;
      return true;
    }
    this.#terminals.set(key, link);
    older?.close("SG_LINK_REPLACED");
    return true;
  }

  /** Frames of a platform itself, and replies, belong to no vehicle: nothing is asked for them. */
  #isRegistered(link: Link, bytes: Uint8Array, from: number, isCommand: boolean): boolean {
    if (!isCommand || !isVehicleData(link, bytes, from)) return true;
    return this.vehicles.isRegistered(this.vehicles.slotOf(bytes, from + VIN_AT));
  }

  /** The key of the vehicle that a row belongs to; 0 for traffic of a platform itself. */
  #putVehicle(
    link: Link,
    block: ObservationBlock,
    row: number,
    bytes: Uint8Array,
    from: number,
    isCommand: boolean,
  ): void {
    const words = this.#keys.of(block);
    const concerns = isCommand && isVehicleData(link, bytes, from);
    const { table } = this.vehicles;
    if (link.kind === "terminal") {
      words[row * 2] = link.keyLow;
      words[row * 2 + 1] = link.keyHigh;
      if (!link.noted && concerns && isPinned(link, bytes, from)) {
        link.noted = true;
        this.#note(link, bytes, from, "terminal");
      }
      return;
    }
    const slot = concerns ? this.#note(link, bytes, from, "platform") : table.find(bytes, from + VIN_AT);
    words[row * 2] = slot < 0 ? 0 : table.keyLow(slot);
    words[row * 2 + 1] = slot < 0 ? 0 : table.keyHigh(slot);
  }

  #note(link: Link, bytes: Uint8Array, from: number, kind: LinkKind): number {
    const slot = this.vehicles.slotOf(bytes, from + VIN_AT);
    this.vehicles.noteSeen(slot, bytes, from + VIN_AT, bytes[from] === 0x23 ? 2016 : 2025, kind, link.receiveTime);
    if (kind === "platform") this.vehicles.table.setLink(slot, link.id);
    return slot;
  }

  /** 0 = no reply. Codes 04 to 07 exist in edition 2025 only. */
  #replyFlag(link: Link, start: number, command: number, disposition: Disposition): number {
    const has2025 = start !== 0x23;
    switch (disposition) {
      case Disposition.malformed:
        return has2025 ? ResponseFlag.structureError : ResponseFlag.error;
      case Disposition.opaque:
        return has2025 ? ResponseFlag.decryptionError : ResponseFlag.error;
      case Disposition.foreignVin:
        return ResponseFlag.error;
      case Disposition.badSignature:
        return has2025 ? ResponseFlag.signatureError : ResponseFlag.error;
      case Disposition.unknownVin:
        return has2025 ? ResponseFlag.vinUnknown : ResponseFlag.error;
      case Disposition.accepted:
      case Disposition.clockAhead: {
        if (isReport(command)) return link.rules.answerReports ? ResponseFlag.success : 0;
        if (link.kind === "platform") return ResponseFlag.success;
        return isAnswered(command) ? ResponseFlag.success : 0;
      }
    }
  }

  #reply(link: Link, bytes: Uint8Array, from: number, to: number, flag: number, last: boolean): void {
    const ticket = this.#journal.openTicket;
    if (!link.reply(ticket, bytes, from, to, flag, last)) return;
    let batch = this.#batches.at(-1);
    if (batch?.ticket !== ticket) {
      batch = { ticket, links: [] };
      this.#batches.push(batch);
    }
    batch.links.push(link);
  }

  /** An activation is answered when the vehicle's key is kept and the frame is durable. */
  #answerActivation(link: Link, request: Uint8Array, outcome: Promise<ActivationOutcome>): void {
    const ticket = this.#journal.openTicket;
    outcome.then(
      (result) => {
        const reply = this.#security?.activationReply(request, result);
        if (reply === undefined) return;
        const send = () => link.sendNow(reply);
        if (ticket <= this.#durableTicket) send();
        else this.#whenDurable.push({ ticket, send });
      },
      // Without an answer the terminal tries again.
      (error: unknown) => this.#log?.warn({ link: link.id, err: error }, "the key of an activation could not be kept"),
    );
  }

  #release(ticket: number): void {
    this.#durableTicket = ticket;
    if (this.#whenDurable.length > 0) {
      const due = this.#whenDurable.filter((each) => each.ticket <= ticket);
      this.#whenDurable = this.#whenDurable.filter((each) => each.ticket > ticket);
      for (const { send } of due) send();
    }
    if (this.#batches[0]?.ticket !== ticket) return;
    const [batch] = this.#batches.splice(0, 1);
    for (const link of batch.links) link.sendReplies(ticket);
  }

  #resume(): void {
    for (const link of this.#held) {
      if (this.#drain(link)) this.#held.delete(link);
      else if (this.#journal.findOpenBlock() === undefined) return;
    }
  }

  /** Processes what waits, oldest first. @returns true when nothing is left */
  #drain(link: Link): boolean {
    for (;;) {
      while (link.waiting !== undefined && link.waitingFrom < link.waiting.length) {
        const frame = link.waiting[link.waitingFrom];
        if (!this.#process(link, frame, 0, frame.length)) return false;
        this.endOfChunk();
        link.waitingFrom++;
      }
      link.waiting = undefined;
      link.waitingFrom = 0;
      if (link.chunks.length === 0) break;
      if (link.credentialsPending || this.#journal.findOpenBlock() === undefined) return false;
      this.#read(link, link.chunks.splice(0, 1)[0]);
    }
    link.release(Hold.journal);
    if (link.gone) link.close(undefined);
    else if (link.ended) this.finish(link);
    return true;
  }

  #checkCredentials(link: Link, frame: Uint8Array): void {
    link.credentialsPending = true;
    link.hold(Hold.credentials);
    const done = () => {
      link.credentialsPending = false;
      return !link.closed;
    };
    this.#logins.check(frame, link.remoteAddress).then(
      (outcome) => {
        if (!done()) return;
        if (outcome.kind === "refused") {
          this.#log?.warn({ link: link.id, remoteAddress: link.remoteAddress, code: outcome.code }, "login refused");
          this.#refuse(link, frame, outcome.flag, outcome.code);
        } else this.#logIn(link, frame, outcome.identity);
      },
      (error: unknown) => {
        if (!done()) return;
        this.#log?.warn({ link: link.id, err: error }, "platform credentials could not be checked");
        link.close("SG_LINK_AUTHENTICATION");
      },
    );
  }

  #logIn(link: Link, frame: Uint8Array, identity: PlatformIdentity): void {
    this.forget(link);
    link.kind = "platform";
    link.loggedOut = undefined;
    link.platform = identity;
    link.platformId = frame.slice(VIN_AT, VIN_AT + VIN_BYTES);
    link.vin = undefined;
    link.rules = { ...this.rules.platform, ...identity.rules };
    if (link.assurance < Assurance.platform) link.assurance = Assurance.platform;
    link.credentialsChecked = true;
    this.downLink.platformOpened(link);
    (link.waiting ??= []).splice(link.waitingFrom, 0, frame);
    link.hold(Hold.journal);
    link.release(Hold.credentials);
    this.#held.add(link);
    this.#resume();
  }

  /** Answers at once and closes: a refused login is not stored, so there is nothing to wait for. */
  #refuse(link: Link, frame: Uint8Array, flag: number, code: string): void {
    const { reply } = link.rules;
    const bytes = new Uint8Array(replyRoom(0, frame.length, reply));
    link.sendNow(bytes.subarray(0, writeReply(frame, 0, frame.length, flag, bytes, 0, reply, link.receiveTime)));
    link.close(code, "after-replies");
  }

  /** After a platform logout the link is unknown again: what follows needs a new login or belongs to a terminal. */
  #logOut(link: Link): void {
    link.loggedOut = { platform: link.platform };
    link.kind = undefined;
    link.platform = undefined;
    link.rules = this.rules.terminal;
    this.downLink.forget(link);
    if (link.assurance === Assurance.platform) link.assurance = Assurance.none;
  }
}

/** A real copy: `slice` of a Buffer is a view that keeps a whole chunk of the socket in memory. */
function copyOf(bytes: Uint8Array, from: number, to: number): Uint8Array {
  return new Uint8Array(bytes.subarray(from, to));
}

/** Commands of a terminal that are answered; activation has an answer of its own, reserved ids have none. */
function isAnswered(command: number): boolean {
  return (
    (command >= COMMAND.vehicleLogin && command <= COMMAND.timeSync) ||
    command === COMMAND.keyExchange ||
    (command >= COMMAND.firstGb45688 && command <= COMMAND.lastGb45688)
  );
}

function isReport(command: number): boolean {
  return command === COMMAND.realtime || command === COMMAND.reissued;
}

/** Whether a command concerns a vehicle and not the platform itself. */
function isVehicleData(link: Link, bytes: Uint8Array, from: number): boolean {
  const command = bytes[from + 2];
  if (command >= COMMAND.vehicleLogin && command <= COMMAND.vehicleLogout) return true;
  return (
    command !== COMMAND.platformLogin &&
    command !== COMMAND.platformLogout &&
    looksLikeVin(bytes, from + VIN_AT) &&
    !hasId(link.platformId, bytes, from)
  );
}

function isPinned(link: Link, bytes: Uint8Array, from: number): boolean {
  return hasId(link.vin, bytes, from);
}

function terminalKey(link: Link): string {
  return `${link.keyHigh}.${link.keyLow}`;
}
