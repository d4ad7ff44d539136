/** Joins what a monitor tells of one subject after the other into firings with beginning, end and highest level. */
import type { FiringEvent, TriggerSet } from "@sandglass/triggers";
import type { FoundFiring } from "./firing.ts";

const MAX_WITNESSES = 4;

interface OpenFiring extends FoundFiring {
  level: number;
  clearedAt: number | undefined;
}

export class FiringCollector {
  /** By trigger of the set. */
  readonly degradations: number[];
  readonly cooled: number[];
  readonly #set: TriggerSet;
  #indexOf: ReadonlyMap<string, number> = new Map();
  #applies: readonly (0 | 1)[] = [];
  #open: (OpenFiring | undefined)[] = [];
  #done: OpenFiring[] = [];

  constructor(set: TriggerSet) {
    this.#set = set;
    this.degradations = set.triggers.map(() => 0);
    this.cooled = set.triggers.map(() => 0);
  }

  /**
   * Another subject.
   * @param applies by trigger of the set: of the others nothing is kept
   * @param indexOf position in the set by trigger id
   */
  begin(applies: readonly (0 | 1)[], indexOf: ReadonlyMap<string, number>): void {
    this.#indexOf = indexOf;
    this.#applies = applies;
    this.#open = this.#set.triggers.map(() => undefined);
    this.#done = [];
  }

  /** Firings of the subject that began in [from, to), UTC ms. */
  end(from: number, to: number): FoundFiring[] {
    for (const open of this.#open) if (open !== undefined) this.#done.push(open);
    return this.#done.filter(({ onset }) => onset >= from && onset < to);
  }

  readonly emit = (event: FiringEvent): void => {
    const trigger = this.#indexOf.get(event.trigger) ?? -1;
    if (this.#applies[trigger] !== 1) return;
    switch (event.kind) {
      case "onset":
        if (event.suppressedBy !== undefined) return;
        this.#open[trigger] = {
          trigger,
          onset: event.onset,
          level: event.level,
          clearedAt: undefined,
          margin: event.margin === undefined ? undefined : { value: event.margin.value, unit: event.margin.unit },
          witnesses: [...new Set(event.witnesses.map(({ ref }) => ref))].slice(0, MAX_WITNESSES),
        };
        break;
      case "escalated": {
        const open = this.#open[trigger];
        if (open !== undefined) open.level = Math.max(open.level, event.level);
        break;
      }
      case "cleared": {
        const open = this.#open[trigger];
        if (open === undefined || open.onset !== event.onset) return;
        open.clearedAt = event.at;
        this.#done.push(open);
        this.#open[trigger] = undefined;
        break;
      }
      case "suppressed":
        this.cooled[trigger]++;
        break;
      case "degraded":
        this.degradations[trigger]++;
        break;
      case "restored":
        break;
    }
  };
}
