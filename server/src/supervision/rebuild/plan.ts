/** What is to be replayed of a portion of subjects, and from which knowledge: asked of the log once for all of them. */
import type { CompiledTrigger } from "@sandglass/triggers";
import { findLogged } from "../finding-log.ts";
import type { LateHost } from "../late-data.ts";
import type { LoggedFinding } from "../reconcile.ts";
import { behindCarried, reachOf, type ReplayedWatch, type ReplayRange } from "../replay-range.ts";
import type { WarmUpQuery, WarmUpRange } from "./fleet-rows.ts";
import { findLongPart, type LongPart } from "./long-part.ts";

export interface PlannedReplay {
  readonly watch: ReplayedWatch;
  readonly log: readonly LoggedFinding[];
  /** From `start` on the whole set is stepped. */
  readonly range: ReplayRange;
  /** What is stepped before, and from when, event time, UTC ms. */
  readonly long: { readonly part: LongPart; readonly from: number } | undefined;
}

export interface PlannedSubject {
  readonly subject: number;
  readonly key: bigint;
  readonly newest: number;
  readonly applies: (trigger: CompiledTrigger) => boolean;
  readonly replays: readonly PlannedReplay[];
}

/** First event time of a subject that is to be judged, UTC ms. */
export type JudgedFrom = ReadonlyMap<number, number>;

export class Planner {
  readonly #host: LateHost;
  readonly #longParts = new Map<string, LongPart | undefined>();

  constructor(host: LateHost) {
    this.#host = host;
  }

  longPartOf(watch: ReplayedWatch): LongPart | undefined {
    if (!this.#longParts.has(watch.key)) this.#longParts.set(watch.key, findLongPart(watch));
    return this.#longParts.get(watch.key);
  }

  async plan(judgedFrom: JudgedFrom): Promise<PlannedSubject[]> {
    const host = this.#host;
    const subjects = [...judgedFrom.keys()];
    const keys = subjects.map((subject) => host.subjects.keyOf(subject));
    const first = Math.min(...judgedFrom.values());
    const watches = [...new Set(subjects.flatMap((subject) => host.watchesOf(subject)))];
    return host.read(async (tx) => {
      const logs = new Map<string, ReadonlyMap<bigint, readonly LoggedFinding[]>>();
      for (const watch of watches)
        logs.set(watch.key, await findLogged(tx, host.feed, watch, keys, first - reachOf(watch).behind));
      const asksForAttributes = watches.some(suppressesByAttributes);
      const planned: PlannedSubject[] = [];
      for (const [subject, from] of judgedFrom) {
        const key = host.subjects.keyOf(subject);
        planned.push({
          subject,
          key,
          newest: host.subjects.newestOf(subject),
          applies: asksForAttributes ? await host.applies(tx, subject) : everywhere,
          replays: host
            .watchesOf(subject)
            .flatMap((watch) => this.#replayOf(watch, from, logs.get(watch.key)?.get(key) ?? [])),
        });
      }
      return planned;
    });
  }

  #replayOf(watch: ReplayedWatch, from: number, log: readonly LoggedFinding[]): PlannedReplay[] {
    if (watch.monitor === undefined) return [];
    const whole = { start: from - reachOf(watch).before, from, to: Number.POSITIVE_INFINITY };
    const range = behindCarried(whole, log);
    if (range === undefined) return [];
    const part = this.longPartOf(watch);
    if (part === undefined) return [{ watch, log, range, long: undefined }];
    return [
      {
        watch,
        log,
        range: { ...range, start: range.from - part.restBefore },
        long: { part, from: range.start },
      },
    ];
  }
}

/** Undefined when nothing is to be warmed up. */
export function warmUpOf(planned: readonly PlannedSubject[]): Omit<WarmUpQuery, "throughSeq"> | undefined {
  const parts = new Map<string, LongPart>();
  const subjects = planned.flatMap(({ key, replays }) => {
    const ranges = replays.flatMap(({ watch, range, long }): WarmUpRange[] => {
      if (long === undefined) return [];
      const { hash } = long.part.part;
      parts.set(hash, long.part);
      return [{ part: [...parts.keys()].indexOf(hash), from: long.from, to: range.start, since: watch.since }];
    });
    return ranges.length === 0 ? [] : [{ key, ranges }];
  });
  if (subjects.length === 0) return undefined;
  const long = [...parts.values()];
  return { parts: long.map(({ part }) => part), inputs: [...new Set(long.flatMap(({ inputs }) => inputs))], subjects };
}

const everywhere = (): boolean => true;

/** Whether it depends on attributes of a subject what a trigger keeps back. */
function suppressesByAttributes({ triggers }: ReplayedWatch): boolean {
  return [...triggers.values()].some(({ core }) =>
    core.suppressedBy.some((id) => triggers.get(id)?.core.where !== undefined),
  );
}
