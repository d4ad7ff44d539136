/**
 * Sends commands and takes their answers. The queue is the table: what is decided here is committed before a byte
 * leaves, so that a restart goes on where it stopped and no attempt is without its event.
 *
 * A vehicle has one outstanding command at most. An attempt without an answer is repeated after `retryMs`; after the
 * last one the command is given up. A command for a vehicle without a link waits until it expires.
 */
import { CodecError, formatInstant, type Dialect } from "@sandglass/gbt32960";
import { SYSTEM_DOWNLINK, type Records } from "../records/mod.ts";
import type { Command } from "./command.ts";
import { COMMAND_BYTES, commandFrame, decodeReply, shownDataUnit, type DecodedReply } from "./frames.ts";
import {
  appendEvent,
  awaitedCommands,
  dueCommands,
  moveCommand,
  type CommandPosition,
  type EventInput,
  type StateChange,
} from "./store.ts";

export interface DownRoute {
  readonly link: number;
  readonly kind: "terminal" | "platform";
  readonly edition: 2016 | 2025;
  readonly assurance: string;
  /** How the link encrypts commands. */
  readonly encryption: string;
}
export interface DownReply {
  readonly vehicle: bigint;
  readonly link: number;
  /** UTC ms. */
  readonly receivedAt: number;
  readonly frame: Uint8Array;
}
/** The gateway's side; the class of that name in intake/gateway fits. */
export interface DownLinkPort {
  findRoute(vehicle: bigint, vin: string): DownRoute | undefined;
  send(vehicle: bigint, vin: string, frame: Uint8Array): DownRoute | undefined;
  onReply(listener: (reply: DownReply) => void): () => void;
}

export interface DispatcherOptions {
  readonly records: Records;
  readonly gateway: DownLinkPort;
  /** UTC ms. */
  readonly now: () => number;
  readonly log?: { warn(fields: object, text: string): void };
  /** After a commit. */
  readonly onChange?: (command: Command) => void;
  /** How parameters are written and read; default: the codec's. */
  readonly dialect?: Partial<Dialect> | undefined;
  /** How often the queue is looked at without a reason, ms. */
  readonly pollMs?: number;
}

const POLL_MS = 1_000;
/**
 * How long the attempts of a command that has ended are remembered: an answer to one that was given up is still recorded,
 * and an answer to an attempt that was repeated is not taken for that of the next command.
 */
const LATE_MS = 600_000;
/** Replies that wait for the database; one vehicle has one outstanding command, so that more are noise. */
const MAX_WAITING = 10_000;

/** What is known in memory of a command whose reply may come. */
interface Awaited {
  readonly command: Command;
  /** Times that stood in the frames, and the links they went over. */
  readonly attempts: { readonly time: string; readonly link: number }[];
  /** Answered or given up at, UTC ms; undefined = outstanding. */
  readonly endedAt: number | undefined;
  /** Its answer is known: a further one says nothing new. */
  readonly settled: boolean;
}

export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #awaited = new Map<bigint, Awaited[]>();
  #timer: NodeJS.Timeout | undefined;
  #work: Promise<void> = Promise.resolve();
  #waiting = 0;
  #ticking = false;
  #again = false;
  #closed = false;
  #stopListening: () => void = () => undefined;

  private constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  /** Goes on with what the table holds. */
  static async start(options: DispatcherOptions): Promise<Dispatcher> {
    const dispatcher = new Dispatcher(options);
    await dispatcher.#load();
    dispatcher.#stopListening = options.gateway.onReply((reply) => dispatcher.#onReply(reply));
    dispatcher.#timer = setInterval(() => dispatcher.wake(), options.pollMs ?? POLL_MS);
    dispatcher.wake();
    return dispatcher;
  }

  /** Something may be to be done. */
  wake(): void {
    if (this.#closed) return;
    if (this.#ticking) {
      this.#again = true;
      return;
    }
    this.#ticking = true;
    this.#enqueue(
      async () => {
        do {
          this.#again = false;
          await this.#tick();
        } while (this.#again && !this.#closed);
      },
      () => {
        this.#ticking = false;
      },
    );
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#stopListening();
    await this.#work;
  }

  /** One thing after the other: an answer and the next attempt never race. */
  #enqueue(work: () => Promise<void>, done: () => void): void {
    this.#work = this.#work
      .then(() => (this.#closed ? undefined : work()))
      .catch((error: unknown) => this.#options.log?.warn({ err: error }, "down-link commands wait"))
      .finally(done);
  }

  async #load(): Promise<void> {
    const since = new Date(this.#options.now() - LATE_MS);
    const rows = await this.#options.records.transact(SYSTEM_DOWNLINK, (tx) => awaitedCommands(tx, since), {
      retry: true,
    });
    for (const { command, attempts } of rows)
      this.#listOf(command.vehicle).push({
        command,
        attempts: [...attempts],
        endedAt: command.endedAt,
        settled: command.endedAt !== undefined && command.state !== "timed_out",
      });
  }

  #listOf(vehicle: bigint): Awaited[] {
    let list = this.#awaited.get(vehicle);
    if (list === undefined) this.#awaited.set(vehicle, (list = []));
    return list;
  }

  async #tick(): Promise<void> {
    const { records, now, gateway } = this.#options;
    const at = now();
    this.#forgetOld(at);
    const due = await records.transact(SYSTEM_DOWNLINK, (tx) => dueCommands(tx, new Date(at)), { retry: true });
    for (const command of due.expired)
      await this.#move(command, { state: "expired", ended_at: new Date(at) }, { kind: "expired", at });
    for (const command of due.overdue) {
      if (command.attempts < command.tries) await this.#attempt(command, at);
      else await this.#giveUp(command, at);
    }
    for (const command of due.waiting)
      if (gateway.findRoute(command.vehicle, command.vin) !== undefined && !this.#isAmbiguous(command, at))
        await this.#attempt(command, at);
  }

  /**
   * A reply names its command by the time in the frame, to the second. While an attempt of an earlier command of this
   * second is unanswered, the two could not be told apart: the later one waits for the next second.
   */
  #isAmbiguous(command: Command, at: number): boolean {
    const time = formatInstant(at);
    return (this.#awaited.get(command.vehicle) ?? []).some(
      (each) =>
        each.command.id !== command.id &&
        each.command.kind === command.kind &&
        (each.attempts.length > 1 || !each.settled) &&
        each.attempts.at(-1)?.time === time,
    );
  }

  /** Records an attempt, then writes it to the link. */
  async #attempt(command: Command, at: number): Promise<void> {
    const { gateway } = this.#options;
    const route = gateway.findRoute(command.vehicle, command.vin);
    const attempt = command.attempts + 1;
    const next = {
      state: "sent",
      attempts: attempt,
      next_at: new Date(at + command.retryMs),
      ...(command.sentAt === undefined ? { sent_at: new Date(at) } : {}),
    } as const;
    if (route === undefined) {
      await this.#move(command, next, { kind: "unreachable", at, attempt });
      return;
    }
    const parts = {
      request: command.request,
      edition: route.edition,
      vin: command.vin,
      at,
      dialect: this.#options.dialect,
    };
    let frame: Uint8Array;
    let shown: string;
    try {
      frame = commandFrame(parts);
      shown = shownDataUnit(parts);
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      // The vehicle speaks another edition than the one that the request was checked against.
      await this.#move(
        command,
        { state: "refused", ended_at: new Date(at), next_at: null, edition: route.edition },
        { kind: "refused", at, detail: { by: "encoding", edition: route.edition, problem: error.message } },
      );
      return;
    }
    const time = formatInstant(at);
    const moved = await this.#move(
      command,
      { ...next, link: BigInt(route.link), edition: route.edition },
      {
        kind: "sent",
        at,
        attempt,
        detail: {
          time,
          link: route.link,
          linkKind: route.kind,
          assurance: route.assurance,
          edition: route.edition,
          encryption: route.encryption,
          dataUnit: shown,
        },
      },
    );
    if (!moved) return;
    // Before the first byte leaves: a vehicle may answer at once.
    const list = this.#listOf(command.vehicle);
    const known = list.find((each) => each.command.id === command.id);
    if (known === undefined)
      list.push({ command, attempts: [{ time, link: route.link }], endedAt: undefined, settled: false });
    else known.attempts.push({ time, link: route.link });
    if (gateway.send(command.vehicle, command.vin, frame) !== undefined) return;
    // The link went away while that was written down, or its cipher does not take the bytes.
    await this.#options.records.transact(SYSTEM_DOWNLINK, (tx) =>
      appendEvent(tx, SYSTEM_DOWNLINK, command, { kind: "unreachable", at, attempt }),
    );
  }

  async #giveUp(command: Command, at: number): Promise<void> {
    const moved = await this.#move(
      command,
      { state: "timed_out", ended_at: new Date(at), next_at: null },
      { kind: "timed_out", at, detail: { attempts: command.attempts } },
    );
    if (!moved) return;
    this.#end(command, at, false);
    this.#again = true;
  }

  #forgetOld(now: number): void {
    for (const [vehicle, list] of this.#awaited) {
      const left = list.filter(({ endedAt }) => endedAt === undefined || now - endedAt < LATE_MS);
      if (left.length === 0) this.#awaited.delete(vehicle);
      else if (left.length < list.length) this.#awaited.set(vehicle, left);
    }
  }

  #onReply(reply: DownReply): void {
    if (this.#closed || this.#waiting >= MAX_WAITING || !this.#awaited.has(reply.vehicle)) return;
    this.#waiting++;
    this.#enqueue(
      () => this.#takeReply(reply),
      () => {
        this.#waiting--;
      },
    );
  }

  async #takeReply(reply: DownReply): Promise<void> {
    const decoded = decodeReply(reply.frame, this.#options.dialect);
    const awaited = this.#match(reply, decoded);
    if (awaited === undefined || awaited.settled) return;
    const { command } = awaited;
    const at = reply.receivedAt;
    const detail = { link: reply.link, flag: decoded.flag, dataUnit: decoded.dataUnit, answer: decoded.answer };
    if (awaited.endedAt !== undefined) {
      await this.#options.records.transact(SYSTEM_DOWNLINK, (tx) =>
        appendEvent(tx, SYSTEM_DOWNLINK, command, { kind: "late_answer", at, detail }),
      );
      this.#end(command, awaited.endedAt, true);
      this.#options.onChange?.({ ...command, state: "timed_out" });
      return;
    }
    const state = decoded.flag === 1 ? "answered" : "refused";
    await this.#move(
      command,
      {
        state,
        ended_at: new Date(at),
        next_at: null,
        flag: decoded.flag,
        answer: JSON.stringify(decoded.answer),
      },
      { kind: state, at, detail },
      { id: command.id, state: "sent" },
    );
    this.#end(command, at, true);
    this.wake();
  }

  /**
   * The command that a reply belongs to. A reply of the main body keeps the time of its request, so an equal time
   * decides, also for a command that has ended; other styles carry the terminal's time or none, and answer what is
   * outstanding. A reply over a link that the command never went over, and that does not lead to the vehicle now, is
   * somebody else's.
   */
  #match(reply: DownReply, decoded: DecodedReply): Awaited | undefined {
    const { vehicle, link } = reply;
    const fitting = (this.#awaited.get(vehicle) ?? []).filter(
      ({ command, attempts }) =>
        COMMAND_BYTES[command.kind] === decoded.command &&
        (attempts.some((each) => each.link === link) ||
          this.#options.gateway.findRoute(vehicle, command.vin)?.link === link),
    );
    const { time } = decoded.answer;
    const named = fitting.filter(({ attempts }) => attempts.some((each) => each.time === time));
    return (
      named.find(({ endedAt }) => endedAt === undefined) ??
      named.at(-1) ??
      fitting.find(({ endedAt }) => endedAt === undefined) ??
      fitting.findLast(({ settled }) => !settled)
    );
  }

  #end(command: Command, endedAt: number, settled: boolean): void {
    const list = this.#listOf(command.vehicle);
    const index = list.findIndex((each) => each.command.id === command.id);
    if (index >= 0) list[index] = { ...list[index], endedAt, settled };
  }

  /** State, event and leaf in one transaction. @returns false when the command was not in that state any more */
  async #move(
    command: Command,
    change: StateChange,
    event: EventInput,
    from: CommandPosition = command,
  ): Promise<boolean> {
    const moved = await this.#options.records.transact(SYSTEM_DOWNLINK, async (tx) => {
      if (!(await moveCommand(tx, from, change))) return false;
      await appendEvent(tx, SYSTEM_DOWNLINK, command, event);
      return true;
    });
    if (moved) this.#options.onChange?.({ ...command, state: change.state });
    return moved;
  }
}
