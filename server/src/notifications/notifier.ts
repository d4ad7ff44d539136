/** The notifier: hands out notices and sends what is due, again and again, until it is stopped. */
import type { AddressList } from "../access/address-list.ts";
import type { Records } from "../records/mod.ts";
import type { Resolve } from "./addresses.ts";
import { deliver, type DeliverOptions } from "./deliver.ts";
import { handOut } from "./hand-out.ts";
import { Mailer, type MailOptions } from "./mail.ts";
import { WebhookKeys } from "./signature.ts";
import { messageOf } from "../errors/mod.ts";

export interface NotifierOptions {
  readonly records: Records;
  /** UTC ms. */
  readonly now: () => number;
  /** 32 bytes from which the secrets of webhooks are derived. */
  readonly master: Buffer;
  /** Absent: no mail. */
  readonly mail?: MailOptions | undefined;
  /** Addresses that webhooks may call beside the public ones. */
  readonly allowed: AddressList;
  readonly source: string;
  readonly resolve?: Resolve;
  readonly ca?: string;
  readonly timeoutMs?: number;
  readonly log?: { warn(fields: object, text: string): void };
}

const PAUSE_MS = 1_000;

export class Notifier {
  readonly keys: WebhookKeys;
  readonly #options: DeliverOptions;
  readonly #mailer: Mailer | undefined;
  readonly #log: NotifierOptions["log"];
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<unknown> = Promise.resolve();
  #stopped = false;

  constructor(options: NotifierOptions) {
    const { records, now, master, mail, allowed, source, resolve, ca, timeoutMs, log } = options;
    this.keys = new WebhookKeys(master);
    this.#mailer = mail === undefined ? undefined : new Mailer(mail);
    this.#log = log;
    this.#options = {
      records,
      now,
      keys: this.keys,
      mailer: this.#mailer,
      allowed,
      source,
      resolve,
      ca,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    };
  }

  /** Hands out and sends once. */
  async run(): Promise<{ readonly handedOut: number; readonly tried: number }> {
    const { records, now } = this.#options;
    const handedOut = await handOut(records, now());
    return { handedOut, tried: await deliver(this.#options) };
  }

  start(): void {
    const again = (): void => {
      if (this.#stopped) return;
      this.#running = this.run()
        .catch((cause: unknown) =>
          this.#log?.warn({ reason: messageOf(cause) }, "notices could not be handed out; it is tried again"),
        )
        .finally(() => {
          if (!this.#stopped) this.#timer = setTimeout(again, PAUSE_MS);
        });
    };
    again();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
    this.#mailer?.close();
  }
}
