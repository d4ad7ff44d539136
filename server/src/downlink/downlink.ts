/** Down-link commands: asking, deciding, reading as an actor, and the dispatcher that sends. */
import { dialectOf, type Dialect } from "@sandglass/gbt32960";
import { personNames, type PersonNames } from "../access/mod.ts";
import type { Actor, Records } from "../records/mod.ts";
import {
  actOnCommand,
  DEFAULT_TIMES,
  requestCommand,
  type CommandAction,
  type CommandRules,
  type CommandTimes,
  type NewCommand,
} from "./actions.ts";
import type { Command, CommandEvent } from "./command.ts";
import { Dispatcher, type DispatcherOptions, type DownLinkPort } from "./dispatcher.ts";
import { findCommands, getCommand, listEvents, type CommandFilter } from "./store.ts";

export interface DownlinkOptions {
  readonly records: Records;
  readonly gateway: DownLinkPort;
  /** UTC ms. */
  readonly now: () => number;
  readonly times?: Partial<CommandTimes>;
  /** How terminals read parameters; default: the codec's. */
  readonly dialect?: Partial<Dialect>;
  readonly log?: DispatcherOptions["log"];
  readonly pollMs?: number;
}

export class Downlink {
  readonly #records: Records;
  readonly #now: () => number;
  readonly #rules: CommandRules;
  readonly #listeners = new Set<(command: Command) => void>();
  #dispatcher: Dispatcher | undefined;

  private constructor(options: DownlinkOptions) {
    this.#records = options.records;
    this.#now = options.now;
    this.#rules = { ...DEFAULT_TIMES, ...options.times, dialect: options.dialect };
  }

  static async start(options: DownlinkOptions): Promise<Downlink> {
    const downlink = new Downlink(options);
    const { records, gateway, now, log, pollMs, dialect } = options;
    downlink.#dispatcher = await Dispatcher.start({
      records,
      gateway,
      now,
      dialect,
      onChange: (command) => downlink.#tell(command),
      ...(log === undefined ? {} : { log }),
      ...(pollMs === undefined ? {} : { pollMs }),
    });
    return downlink;
  }

  /** How frames are read and commands written where the sources of the standard contradict each other. */
  get dialect(): Dialect {
    return dialectOf(this.#rules.dialect);
  }

  /** After every change of state. @returns stops listening */
  onChange(listener: (command: Command) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async request(actor: Actor, command: NewCommand): Promise<Command> {
    return this.#after(
      await this.#records.transact(actor, (tx) => requestCommand(tx, actor, command, this.#rules, this.#now())),
    );
  }

  async act(actor: Actor, id: string, action: CommandAction, reason: string): Promise<Command> {
    return this.#after(
      await this.#records.transact(actor, (tx) => actOnCommand(tx, actor, id, action, reason, this.#now())),
    );
  }

  /** Names of who asked, decided and acted, as far as the actor may know them. */
  names(actor: Actor, commands: readonly Command[], events: readonly CommandEvent[] = []): Promise<PersonNames> {
    const people = [
      ...commands.flatMap((each) => [each.requestedBy, each.decidedBy]),
      ...events.map((each) => each.actor),
    ];
    return this.#records.transact(
      actor,
      (tx) =>
        personNames(
          tx,
          people.flatMap((each) => each?.id ?? []),
        ),
      { retry: true },
    );
  }

  list(actor: Actor, filter: CommandFilter): Promise<Command[]> {
    return this.#records.transact(actor, (tx) => findCommands(tx, filter), { retry: true });
  }

  get(actor: Actor, id: string): Promise<{ readonly command: Command; readonly events: readonly CommandEvent[] }> {
    return this.#records.transact(
      actor,
      async (tx) => ({ command: await getCommand(tx, id), events: await listEvents(tx, id) }),
      { retry: true },
    );
  }

  /** What was sent stays sent: its answers are taken after the next start. */
  async close(): Promise<void> {
    await this.#dispatcher?.close();
  }

  #after(command: Command): Command {
    this.#tell(command);
    this.#dispatcher?.wake();
    return command;
  }

  #tell(command: Command): void {
    for (const listener of this.#listeners) listener(command);
  }
}
