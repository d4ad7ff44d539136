/**
 * Conditions over many subjects in a backtest: the instants at which screening jobs would have judged them, the
 * population as it was then, and what comes of the sweeps of its members.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { SubjectKind } from "@sandglass/signals";
import { createMonitor, type CompiledScreening, type TriggerSet } from "@sandglass/triggers";
import {
  feedOf,
  instantsOf,
  periodOf,
  screenPast,
  sweepVehicle,
  sweptOf,
  type LastKnown,
  type PastMember,
  type RegisteredMember,
  type SweptMember,
} from "../../supervision/mod.ts";
import type { BacktestFiring, ChunkSetResult } from "./firing.ts";

type Feed = NonNullable<ReturnType<typeof feedOf>>;

/** A condition that is judged. */
export interface ScheduledScreening {
  readonly screening: CompiledScreening;
  readonly feed: Feed;
  /** Whom it counts. */
  readonly kind: SubjectKind;
  /** Ascending, UTC ms. */
  instants: readonly number[];
  members: readonly PastMember[];
  /** By member: what it was at the instants; who is missing was nothing. */
  readonly swept: Map<bigint, SweptMember>;
}

/** The screenings of one set. Those that nothing feeds are not judged. */
export class PastScreenings {
  /** By position among the screenings of the set. */
  readonly #all: readonly (ScheduledScreening | undefined)[];
  readonly #from: number;
  readonly #to: number;

  /** Judged event time, [from, to), UTC ms. */
  constructor(set: TriggerSet, from: number, to: number) {
    this.#from = from;
    this.#to = to;
    this.#all = set.screenings.map((screening) => {
      const feed = feedOf(screening);
      // What anything feeds counts who sends something.
      const kind = screening.plan.subject as SubjectKind;
      return feed && { screening, feed, kind, instants: [], members: [], swept: new Map<bigint, SweptMember>() };
    });
  }

  get #judged(): readonly ScheduledScreening[] {
    return this.#all.filter((each) => each !== undefined);
  }

  of(feed: Feed): readonly ScheduledScreening[] {
    return this.#judged.filter((each) => each.feed === feed);
  }

  /** From when on rows are needed, UTC ms; Infinity without conditions. */
  since(feed: Feed): number {
    return Math.min(
      Number.POSITIVE_INFINITY,
      ...this.of(feed).map(
        ({ screening }) => this.#firstInstant(screening) - screening.plan.windowMs - screening.plan.horizonMs,
      ),
    );
  }

  /**
   * Who belongs to the population, from registration or from what was received first, whichever is earlier: a recorded
   * past is that of subjects which were registered later.
   * @param first per feed: event time of the first row of each subject that has any, UTC ms
   */
  populate(
    registered: ReadonlyMap<SubjectKind, readonly RegisteredMember[]>,
    first: Readonly<Record<Feed, ReadonlyMap<bigint, number>>>,
  ): void {
    for (const each of this.#judged) {
      const { screening, feed, kind } = each;
      each.members = (registered.get(kind) ?? []).map(({ registeredAt, ...member }) => ({
        ...member,
        since: Math.min(registeredAt, first[feed].get(member.key) ?? Number.POSITIVE_INFINITY),
      }));
      const earliest = each.members.reduce((least, { since }) => Math.min(least, since), Number.POSITIVE_INFINITY);
      const period = periodOf(screening);
      // Before there is anybody, nothing is known.
      const from = Math.max(this.#firstInstant(screening), Math.floor(earliest / period) * period);
      each.instants = instantsOf(screening, from, this.#to);
    }
  }

  /** Per screening of the set: the instants at which the frames of vehicles are asked. */
  instantsOfFrames(): readonly (readonly number[])[] {
    return this.#all.map((each) => (each?.feed === "frames" ? each.instants : []));
  }

  /** By position among the screenings of the set. */
  add(swept: ChunkSetResult["swept"]): void {
    swept.forEach((vehicles, index) => {
      for (const { vehicle, ...one } of vehicles) this.#all[index]?.swept.set(vehicle, one);
    });
  }

  /** Vehicles of which there are no rows: where a condition waits on silence, it is true of just those. */
  addSilent(last: ReadonlyMap<bigint, LastKnown>): void {
    for (const { screening, instants, swept } of this.of("frames")) {
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
    for (const { screening, instants, members: population, swept } of this.#judged) {
      const counting = screenPast(screening, population, swept, instants);
      let step = counting.next();
      for (; step.done !== true; step = counting.next()) {
        signal.throwIfAborted();
        await nextTurn();
      }
      for (const { count, population: among, margin, members, subject, ...firing } of step.value) {
        if (firing.onset < this.#from) continue;
        yield {
          ...firing,
          subject: { ...subject, of: screening.plan.subject },
          trigger: screening.id,
          level: screening.levels[0] ?? 1,
          margin: { value: margin, unit: "1" },
          witnesses: [],
          group: subject.kind === "group" ? subject.id : undefined,
          among: { count, population: among, members },
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
