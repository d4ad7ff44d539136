/**
 * The rules for received frames: whose they are, what they become in the journal, and what is answered.
 *
 * Every whole frame with a correct BCC becomes one row, whatever is wrong inside: the raw bytes are evidence. A reply
 * is queued with its row and leaves when the row is durable; a refused platform login is the only reply without a row.
 */
import { Assurance, deriveSignals, Disposition, SplitLists, type ObservationBlock } from "@sandglass/signals";
import {
  createColumnDecoder,
  HEADER_BYTES,
  instantOf,
  MIN_FRAME_BYTES,
  ResponseFlag,
  type ColumnDecoder,
} from "@sandglass/gbt32960";
import type { ActivationOutcome } from "../security/mod.ts";
import { createColumnMap } from "./column-map.ts";
import { COMMAND, copyOf, isPinned, isPlatformSession, isReport, PLAIN, replyFlag } from "./commands.ts";
import { DownLink, isDownCommand } from "./down-link.ts";
import { Hold, type Link, type LinkRefusal } from "./link.ts";
import { LinkSecurity, withoutKey } from "./link-security.ts";
import { DEFAULT_CLOCK_AHEAD_MS, type GatewayLimits, type GatewayOptions, type IntakeJournal } from "./options.ts";
import { PendingReplies } from "./pending-replies.ts";
import { withoutPassword } from "./platform-login.ts";
import { PlatformSessions } from "./platform-sessions.ts";
import { RawRun } from "./raw-run.ts";
import { Reports, RowKeys } from "./reports.ts";
import { RowVehicles } from "./row-vehicles.ts";
import { rulesByKind, type RulesByKind } from "./rules.ts";
import { Terminals } from "./terminals.ts";
import { Vehicles } from "./vehicles.ts";

export class Intake {
  readonly vehicles: Vehicles;
  readonly rules: RulesByKind;
  readonly downLink: DownLink;
  readonly #journal: IntakeJournal;
  readonly #read: (link: Link, chunk: Uint8Array) => void;
  readonly #decode: ColumnDecoder;
  readonly #clockAheadMs: number;
  readonly #log: GatewayOptions["log"];
  readonly #replies: PendingReplies;
  readonly #terminals: Terminals;
  readonly #rowVehicles: RowVehicles;
  readonly #platforms: PlatformSessions;
  readonly #held = new Set<Link>();
  readonly #splitLists = new SplitLists();
  readonly #raw = new RawRun();
  readonly #keys = new RowKeys();
  readonly #reports: Reports | undefined;
  readonly #security: LinkSecurity | undefined;

  /** @param read cuts a chunk into frames, which come back through `accept` */
  constructor(options: GatewayOptions, limits: GatewayLimits, read: (link: Link, chunk: Uint8Array) => void) {
    this.#read = read;
    this.#journal = options.journal;
    this.#decode = createColumnDecoder(createColumnMap(), { dialect: options.dialect });
    this.rules = rulesByKind(options.rules ?? {}, options.answerRealtime ?? "platform", limits.idleMs);
    this.#clockAheadMs = options.clockAheadMs ?? DEFAULT_CLOCK_AHEAD_MS;
    this.#log = options.log;
    this.vehicles = new Vehicles(options, limits.maxCachedVehicles);
    this.#rowVehicles = new RowVehicles(this.vehicles, this.#keys);
    this.#terminals = new Terminals(this.vehicles);
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
      findTerminal: (vehicle) => this.#terminals.find(vehicle),
    });
    this.#platforms = new PlatformSessions(options, this.rules, this.downLink, {
      onKindChange: (link) => this.forget(link),
      onLoggedIn: (link) => {
        this.#held.add(link);
        this.#resume();
      },
    });
    this.#replies = new PendingReplies(options.journal);
    this.#journal.onWritable(() => this.#resume());
  }

  /** Blocks whose replies are still to be sent. */
  get pendingBatches(): number {
    return this.#replies.batches;
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
    this.#terminals.forget(link);
  }

  /** @returns false when the frame is none of those that need no rules, or has to wait */
  #takeReport(link: Link, bytes: Uint8Array, from: number, to: number): boolean {
    if (link.credentialsPending) return false;
    const block = this.#journal.findOpenBlock();
    if (block === undefined || this.#reports?.take(link, block, bytes, from, to) !== true) return false;
    if (link.rules.answerReports) this.#replies.add(link, bytes, from, to, ResponseFlag.success);
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
        this.#platforms.check(link, plain);
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
    let refusal: LinkRefusal | undefined;
    let disposition: Disposition = Disposition.accepted;
    let eventTime = time;
    let isPartOfCells = false;

    if (link.loggedOut !== undefined && isCommand && !isPlatformSession(command)) {
      // It was a platform's: what follows its logout is no terminal's.
      link.counters.count("SG_LINK_NO_LOGIN");
      disposition = Disposition.foreignVin;
    } else if (link.kind === undefined && isCommand && !isPlatformSession(command)) {
      refusal = this.#terminals.pin(link, bytes, from);
      if (refusal !== undefined) {
        link.refused = true;
        disposition = Disposition.foreignVin;
      }
    } else if (link.kind === "terminal" && !isPinned(link, bytes, from)) {
      disposition = Disposition.foreignVin;
      link.counters.count("SG_LINK_FOREIGN_VIN");
    }

    if (
      link.rules.checkRegistry &&
      disposition === Disposition.accepted &&
      !this.#rowVehicles.isRegistered(link, bytes, from, isCommand)
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
      if (plain !== bytes || stored !== undefined) block.clearRuns();
      const verdict =
        decoded.ok && security !== undefined && isCommand && bytes[from] !== 0x23
          ? security.judge(link, plain, start, end)
          : undefined;
      if (verdict?.kind === "signed") assurance = Assurance.signed;
      else if (verdict?.kind === "activation") activation = verdict.outcome;
      if (!decoded.ok) {
        block.clearRow();
        const opaque = decoded.code === "SG_BODY_ENCRYPTED" || (plain !== bytes && !hasTime(plain));
        disposition = opaque ? Disposition.opaque : Disposition.malformed;
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

    this.#rowVehicles.put(link, block, row, bytes, from, isCommand);
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
    const flag = isCommand && activation === undefined ? replyFlag(link, bytes[from], command, disposition) : 0;
    if (flag !== 0) this.#replies.add(link, bytes, from, to, refusal?.flag ?? flag, refusal?.code);
    this.#journal.rowAdded();
    if (command === COMMAND.platformLogout && isCommand && link.kind === "platform") this.#platforms.logOut(link);
  }

  /** An activation is answered when the vehicle's key is kept and the frame is durable. */
  #answerActivation(link: Link, request: Uint8Array, outcome: Promise<ActivationOutcome>): void {
    const ticket = this.#journal.openTicket;
    outcome.then(
      (result) => {
        const reply = this.#security?.activationReply(request, result);
        if (reply === undefined) return;
        this.#replies.whenDurable(ticket, () => link.sendNow(reply));
      },
      // Without an answer the terminal tries again.
      (error: unknown) => this.#log?.warn({ link: link.id, err: error }, "the key of an activation could not be kept"),
    );
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
}

/**
 * Whether the data unit of a decrypted frame begins with a calendar time. Ciphers without a check sum (RSA with PKCS#1
 * padding, CTR, one in 256 of CBC) give noise for a wrong key: noise has no time, what a terminal got wrong has one.
 */
function hasTime(plain: Uint8Array): boolean {
  return plain.length >= MIN_FRAME_BYTES + 6 && !Number.isNaN(instantOf(plain, HEADER_BYTES));
}
