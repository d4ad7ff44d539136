/** Replies wait for their rows: what was queued for a block is sent when the block is durable. */
import type { Link } from "./link.ts";
import type { IntakeJournal } from "./options.ts";

/** Links with replies in one block. */
interface ReplyBatch {
  readonly ticket: number;
  readonly links: Link[];
}

export class PendingReplies {
  readonly #journal: IntakeJournal;
  readonly #batches: ReplyBatch[] = [];
  #durableTicket = 0;
  #whenDurable: { readonly ticket: number; readonly send: () => void }[] = [];

  constructor(journal: IntakeJournal) {
    this.#journal = journal;
    journal.onDurable((ticket) => this.#release(ticket));
  }

  /** Blocks whose replies are still to be sent. */
  get batches(): number {
    return this.#batches.length;
  }

  /** Queues the reply to a frame whose row is in the open block. @param closeCode the link is closed behind it */
  add(link: Link, bytes: Uint8Array, from: number, to: number, flag: number, closeCode?: string): void {
    const ticket = this.#journal.openTicket;
    if (!link.reply(ticket, bytes, from, to, flag, closeCode)) return;
    let batch = this.#batches.at(-1);
    if (batch?.ticket !== ticket) {
      batch = { ticket, links: [] };
      this.#batches.push(batch);
    }
    batch.links.push(link);
  }

  /** Calls `send` when everything up to the block of that ticket is durable: now, or later. */
  whenDurable(ticket: number, send: () => void): void {
    if (ticket <= this.#durableTicket) send();
    else this.#whenDurable.push({ ticket, send });
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
}
