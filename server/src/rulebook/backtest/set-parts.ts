/**
 * Sets of some of a set's triggers. Most triggers cannot fire on most vehicles: their signals never come near the
 * limits. Of each vehicle only the triggers that may fire are stepped, with the monitor of a set of just these.
 */
import { CATALOGUE } from "@sandglass/signals";
import {
  compileTriggers,
  createMonitor,
  mayFire,
  type Monitor,
  type RangeOf,
  type TriggerSet,
} from "@sandglass/triggers";
import type { SetTexts } from "./firing.ts";

/** Compiled parts that are kept; a fleet of more kinds is stepped with the whole set. */
const MAX_PARTS = 64;

export interface SetPart {
  readonly monitor: Monitor;
  /** Position in the whole set, by trigger id. */
  readonly indexOf: ReadonlyMap<string, number>;
}

export class SetParts {
  readonly #set: TriggerSet;
  readonly #texts: SetTexts;
  readonly #indexOf: ReadonlyMap<string, number>;
  readonly #suppressors: readonly (readonly number[])[];
  readonly #parts = new Map<string, SetPart>();
  #whole: SetPart | undefined;

  constructor(set: TriggerSet, texts: SetTexts) {
    this.#set = set;
    this.#texts = texts;
    this.#indexOf = new Map(set.triggers.map(({ id }, index) => [id, index]));
    this.#suppressors = set.triggers.map(({ core }) =>
      core.suppressedBy.flatMap((id) => {
        const index = this.#indexOf.get(id);
        return index === undefined ? [] : [index];
      }),
    );
  }

  /** What must be stepped for a vehicle; undefined when nothing can fire. */
  find(applies: readonly (0 | 1)[], rangeOf: RangeOf): SetPart | undefined {
    const may = this.#set.triggers.map((trigger) => mayFire(trigger, rangeOf));
    const wanted = new Set<number>();
    const add = (index: number): void => {
      if (!may[index] || wanted.has(index)) return;
      wanted.add(index);
      // Who suppresses it must be stepped too, also where it does not apply by itself: as live.
      for (const suppressor of this.#suppressors[index]) add(suppressor);
    };
    applies.forEach((is, index) => (is === 1 ? add(index) : undefined));
    if (wanted.size === 0) return undefined;
    return wanted.size === this.#set.triggers.length ? this.#all() : this.#partOf([...wanted].sort((a, b) => a - b));
  }

  #all(): SetPart {
    this.#whole ??= { monitor: createMonitor(this.#set), indexOf: this.#indexOf };
    return this.#whole;
  }

  #partOf(wanted: readonly number[]): SetPart {
    const key = wanted.join(" ");
    const known = this.#parts.get(key);
    if (known !== undefined) return known;
    if (this.#parts.size >= MAX_PARTS) return this.#all();
    const made = this.#compile(wanted) ?? this.#all();
    this.#parts.set(key, made);
    return made;
  }

  /** From the canonical texts: the same versions, or undefined. */
  #compile(wanted: readonly number[]): SetPart | undefined {
    const triggers = wanted.map((index) => this.#set.triggers[index]);
    const result = compileTriggers(
      triggers.map(({ text }) => ({ text: text.en })),
      CATALOGUE,
      { regions: this.#texts.regions },
    );
    if (!result.ok) return undefined;
    const hashes = new Map(result.set.triggers.map(({ id, versionHash }) => [id, versionHash]));
    if (triggers.some(({ id, versionHash }) => hashes.get(id) !== versionHash)) return undefined;
    return { monitor: createMonitor(result.set), indexOf: this.#indexOf };
  }
}
