/**
 * Conditions over many vehicles in a backtest: the instants at which screening jobs would have judged them, the
 * population as it was then, and what comes of the vehicles' sweeps.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { createMonitor, type CompiledScreening, type TriggerSet } from "@sandglass/triggers";
import {
  instantsOf,
  isAboutFrames,
  periodOf,
  screenPast,
  sweepVehicle,
  sweptOf,
  type LastKnown,
  type PastMember,
  type RegisteredMember,
  type SweptVehicle,
} from "../../supervision/mod.ts";
import type { BacktestFiring, ChunkSetResult } from "./firing.ts";

interface Scheduled {
  readonly screening: CompiledScreening;
  instants: readonly number[];
  readonly swept: Map<bigint, SweptVehicle>;
}

/** The screenings of one set. Those that read no frames have no instants. */
export class PastScreenings {
  readonly #all: readonly Scheduled[];
  readonly #from: number;
  readonly #to: number;
  #members: readonly PastMember[] = [];

  /** Judged event time, [from, to), UTC ms. */
  constructor(set: TriggerSet, from: number, to: number) {
    this.#from = from;
    this.#to = to;
    this.#all = set.screenings.map((screening) => ({ screening, instants: [], swept: new Map() }));
  }

  /** Conditions that can be judged. */
  get #judged(): readonly Scheduled[] {
    return this.#all.filter(({ screening }) => isAboutFrames(screening));
  }

  get screenings(): readonly CompiledScreening[] {
    return this.#judged.map(({ screening }) => screening);
  }

  /** From when on rows are needed, UTC ms; Infinity without conditions. */
  get since(): number {
    return Math.min(
      Number.POSITIVE_INFINITY,
      ...this.screenings.map(
        (screening) => this.#firstInstant(screening) - screening.plan.windowMs - screening.plan.horizonMs,
      ),
    );
  }

  /**
   * Who belongs to the population, from registration or from the first report, whichever is earlier: a recorded past is
   * that of vehicles which were registered later.
   * @param first event time of the first row of each vehicle that has any, UTC ms
   */
  populate(registered: readonly RegisteredMember[], first: ReadonlyMap<bigint, number>): void {
    this.#members = registered.map(({ registeredAt, ...member }) => ({
      ...member,
      since: Math.min(registeredAt, first.get(member.key) ?? Number.POSITIVE_INFINITY),
    }));
    const earliest = this.#members.reduce((least, { since }) => Math.min(least, since), Number.POSITIVE_INFINITY);
    for (const each of this.#judged) {
      const period = periodOf(each.screening);
      // Before there is anybody, nothing is known.
      const from = Math.max(this.#firstInstant(each.screening), Math.floor(earliest / period) * period);
      each.instants = instantsOf(each.screening, from, this.#to);
    }
  }

  /** Per screening of the set. */
  instants(): readonly (readonly number[])[] {
    return this.#all.map(({ instants }) => instants);
  }

  add(swept: ChunkSetResult["swept"]): void {
    swept.forEach((vehicles, index) => {
      for (const { vehicle, ...one } of vehicles) this.#all[index].swept.set(vehicle, one);
    });
  }

  /** Vehicles of which there are no rows: where a condition waits on silence, it is true of just those. */
  addSilent(last: ReadonlyMap<bigint, LastKnown>): void {
    for (const { screening, instants, swept } of this.#judged) {
      const { plan } = screening;
      if (!plan.member.needsEveryFrame) continue;
      const monitor = createMonitor(plan.member);
      for (const [vehicle, before] of last) {
        if (swept.has(vehicle)) continue;
        swept.set(vehicle, sweptOf(sweepVehicle(plan, monitor, { parts: [], signals: [] }, instants, { before })));
      }
    }
  }

  /** Gives others their turn between instants. @throws what `signal` was aborted with */
  async *judge(signal: AbortSignal): AsyncGenerator<BacktestFiring> {
    for (const { screening, instants, swept } of this.#judged) {
      const counting = screenPast(screening, this.#members, swept, instants);
      let step = counting.next();
      for (; step.done !== true; step = counting.next()) {
        signal.throwIfAborted();
        await nextTurn();
      }
      for (const { count, population, margin, members, ...firing } of step.value) {
        if (firing.onset < this.#from) continue;
        const { kind, id } = firing.subject;
        yield {
          ...firing,
          trigger: screening.id,
          level: screening.levels[0] ?? 1,
          margin: { value: margin, unit: "1" },
          witnesses: [],
          group: kind === "group" ? id : undefined,
          among: { count, population, members },
        };
      }
    }
  }

  /** One before the range, which shows what had begun by then. */
  #firstInstant(screening: CompiledScreening): number {
    const period = periodOf(screening);
    return Math.ceil(this.#from / period) * period - period;
  }
}
