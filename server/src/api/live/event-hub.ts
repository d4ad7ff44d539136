/**
 * What happened, for everybody who watches. Modules publish; each client gets what its actor may see, gathered
 * for a moment, the newest per id. An event says that something changed and names it; the client fetches the rest.
 */
import type { ObjectCode } from "@sandglass/casework";
import type { Actor } from "../../records/mod.ts";

export const TOPICS = ["situation", "finding", "project", "case", "command", "rule", "ledger", "alarm"] as const;
export type Topic = (typeof TOPICS)[number];

/** Whose event it is. Absent: everybody who is signed in may know of it. */
export interface EventExtent {
  readonly organisations?: readonly string[];
  readonly regions?: readonly string[];
  /** Ids of the persons whom the thing is assigned to. */
  readonly assigned?: readonly string[];
  /** Departments that have a part in the programme it belongs to. */
  readonly departments?: readonly string[];
}

/** The extent of what one organisation has in one region; what is not known widens nothing. */
export function extentOf(
  whose: { readonly organisation?: string | undefined; readonly region?: string | undefined } | undefined,
): EventExtent {
  return {
    ...(whose?.organisation === undefined ? {} : { organisations: [whose.organisation] }),
    ...(whose?.region === undefined ? {} : { regions: [whose.region] }),
  };
}

export interface LiveEvent {
  readonly topic: Topic;
  /** Small; no VIN, no names of persons. `id` names the thing that changed. */
  readonly data: { readonly id: string } & Readonly<Record<string, unknown>>;
  readonly extent?: EventExtent;
  /** Row of the permission matrix, where the topic does not say it. */
  readonly object?: ObjectCode;
}

export interface NumberedEvent extends LiveEvent {
  readonly number: number;
}

export type Visible = (event: LiveEvent, actor: Actor) => boolean;

export interface Subscriber {
  readonly actor: Actor;
  deliver(event: NumberedEvent): void;
}

const KEPT = 2_000;

export class EventHub {
  /** Numbers of another run mean nothing here. */
  readonly run: string;
  readonly #visible: Visible;
  readonly #subscribers = new Set<Subscriber>();
  #recent: NumberedEvent[] = [];
  #number = 0;

  /** @param run unlike any other run's, e.g. the start time */
  constructor(run: string, visible: Visible) {
    this.run = run;
    this.#visible = visible;
  }

  get subscribers(): number {
    return this.#subscribers.size;
  }

  get lastNumber(): number {
    return this.#number;
  }

  publish(event: LiveEvent): void {
    this.#number += 1;
    const numbered = { ...event, number: this.#number };
    this.#recent.push(numbered);
    if (this.#recent.length > KEPT * 2) this.#recent = this.#recent.slice(-KEPT);
    for (const subscriber of this.#subscribers)
      if (this.#visible(event, subscriber.actor)) subscriber.deliver(numbered);
  }

  subscribe(subscriber: Subscriber): () => void {
    this.#subscribers.add(subscriber);
    return () => this.#subscribers.delete(subscriber);
  }

  /** Events after a number that this actor may see; undefined = too long ago, the client must fetch everything. */
  since(number: number, actor: Actor): NumberedEvent[] | undefined {
    const oldest = this.#recent[0]?.number ?? this.#number + 1;
    if (number > this.#number || number < oldest - 1) return undefined;
    return this.#recent.filter((event) => event.number > number && this.#visible(event, actor));
  }
}
