/**
 * What one client still has to get: the newest event per topic and id, at most `LIMIT`. A client that falls further
 * behind is told to fetch everything instead (`resync`). Pure: no timer, no socket.
 */
import type { NumberedEvent } from "./event-hub.ts";

const LIMIT = 500;

export class ClientQueue {
  readonly #pending = new Map<string, NumberedEvent>();
  #lost = false;

  add(event: NumberedEvent): void {
    if (this.#lost) return;
    const key = `${event.topic} ${event.data.id}`;
    // Deleted first: the newest stands at the end, so that numbers go up.
    this.#pending.delete(key);
    this.#pending.set(key, event);
    if (this.#pending.size > LIMIT) this.lose();
  }

  lose(): void {
    this.#lost = true;
    this.#pending.clear();
  }

  get isEmpty(): boolean {
    return !this.#lost && this.#pending.size === 0;
  }

  /** Takes everything, as the text of a server-sent event stream. */
  take(run: string, lastNumber: number): string {
    let text = "";
    if (this.#lost) text = `event: resync\nid: ${run}-${lastNumber}\ndata: {}\n\n`;
    for (const event of this.#pending.values())
      text += `event: ${event.topic}\nid: ${run}-${event.number}\ndata: ${JSON.stringify(event.data)}\n\n`;
    this.#lost = false;
    this.#pending.clear();
    return text;
  }
}
