/**
 * Rebuilds the states of all subjects from history when no checkpoint can be used. Until its turn a subject is withheld:
 * its rows are noted as late data, so that nothing is found by a state that does not know what was before. Then its
 * horizon is replayed up to the present, as with late data: what the log has is found again under the same ids, what it
 * does not have yet is written, and the replayed state becomes the live one.
 *
 * Subjects come in portions that are read at once, as columns. Intake, answers and subjects that nobody knew before go on
 * meanwhile; there is no checkpoint before the end, so that a death in between begins anew.
 */
import { performance } from "node:perf_hooks";
import { setImmediate as breathe, setTimeout as sleep } from "node:timers/promises";
import type { CompiledTrigger, SubjectState } from "@sandglass/triggers";
import type { FindingChange } from "./finding-change.ts";
import { findLogged } from "./finding-log.ts";
import type { LateHost } from "./late-data.ts";
import type { LateInterval, LateQueue } from "./late-queue.ts";
import { behindCarried, reachOf, WatchReplay, type ReplayedWatch, type ReplayRange } from "./late-replay.ts";
import { findLongPart, type LongPart } from "./long-horizon.ts";
import type { LoggedFinding } from "./reconcile.ts";
import { SubjectReplay } from "./replay-subject.ts";
import type { RowRecorder } from "./row-recorder.ts";
import type { RowSource } from "./rows.ts";
import { messageOf } from "../errors/mod.ts";

/** Subjects whose last moments are stepped between two blocks; blocks wait for them, for a millisecond or two. */
const FINISHED_AT_ONCE = 32;
/** The event loop is given to others after this long, ms. */
const SLICE_MS = 5;
const STORE_WAIT_MS = 100;
const RETRY_MS = 5_000;

export interface PortionQuery {
  readonly subjects: readonly bigint[];
  /** Signal ids. */
  readonly inputs: readonly string[];
  /** Event time of the first row, UTC ms. */
  readonly from: number;
  /** Rows that were received later are left out. */
  readonly throughSeq: number;
}

/** Rows of a portion of subjects, at hand. */
export interface Portion extends Pick<RowSource, "read"> {
  /** Event and receive time of the newest row of a subject, UTC ms. */
  newestOf(subject: bigint): { readonly time: number; readonly receivedAt: number } | undefined;
}

/** Where the rows of a whole fleet are read. */
export interface FleetRows {
  /** Subjects with a row of this event time or later, in portions that fit into memory. */
  portions(from: number): Promise<readonly (readonly bigint[])[]>;
  open(query: PortionQuery): Promise<Portion>;
  /** Every row up to this sequence number can be read. */
  storedSeq(): number;
}

export interface RebuildHost extends LateHost {
  readonly queue: LateQueue;
  readonly recorder: RowRecorder;
  /** From now on rows of the subject are noted as late data … */
  withhold(key: bigint): void;
  /** … up to here, when it has a state again. `promised`: its timers were run so far, event time, UTC ms. */
  release(subject: number, promised: number): void;
  /** What history knows of a withheld subject, UTC ms. */
  seen(subject: number, newest: { readonly time: number; readonly receivedAt: number }): void;
  isClosed(): boolean;
}

/** Counts of a rebuild at work, or that has ended. */
export interface RebuildStatus {
  readonly subjects: number;
  readonly done: number;
  readonly rows: number;
  /** So far, or altogether. */
  readonly tookMs: number;
}

type Logs = ReadonlyMap<string, ReadonlyMap<bigint, readonly LoggedFinding[]>>;

interface Rebuilt {
  readonly subject: number;
  readonly replays: readonly {
    readonly watch: ReplayedWatch;
    readonly log: readonly LoggedFinding[];
    readonly replay: WatchReplay;
  }[];
}

export class Rebuild {
  readonly #host: RebuildHost;
  readonly #rows: FleetRows;
  readonly #portions: (readonly bigint[])[];
  readonly #subjects: number;
  /** Sequence number and wall clock before the journal was read. */
  readonly #storedBefore: number;
  readonly #now: number;
  readonly #began = performance.now();
  readonly #longParts = new Map<string, LongPart | undefined>();
  #done = 0;
  #stepped = 0;
  #tookMs: number | undefined;

  private constructor(host: RebuildHost, rows: FleetRows, portions: readonly (readonly bigint[])[], now: number) {
    this.#host = host;
    this.#rows = rows;
    this.#storedBefore = rows.storedSeq();
    this.#now = now;
    this.#portions = [...portions];
    this.#subjects = portions.reduce((sum, { length }) => sum + length, 0);
  }

  /** Withholds every subject that history knows of the horizon of `watches`. `now`: UTC ms. Before the journal is read. */
  static async begin(
    host: RebuildHost,
    rows: FleetRows,
    watches: readonly ReplayedWatch[],
    now: number,
  ): Promise<Rebuild> {
    const horizon = Math.max(0, ...watches.map((watch) => reachOf(watch).before));
    const portions = await rows.portions(now - horizon);
    for (const portion of portions) for (const key of portion) host.withhold(key);
    return new Rebuild(host, rows, portions, now);
  }

  status(): RebuildStatus {
    return {
      subjects: this.#subjects,
      done: this.#done,
      rows: this.#stepped,
      tookMs: this.#tookMs ?? performance.now() - this.#began,
    };
  }

  /** Resolves when every subject has its state, or when the host is closed. */
  async run(): Promise<void> {
    while (this.#portions.length > 0 && !this.#host.isClosed()) {
      try {
        await this.#portion(this.#portions[0]);
        this.#portions.shift();
      } catch (error) {
        if (this.#host.isClosed()) return;
        const reason = messageOf(error);
        this.#host.warn({ reason }, "states are not rebuilt; it is tried again");
        await sleep(RETRY_MS, undefined, { ref: false });
      }
    }
    this.#tookMs = performance.now() - this.#began;
  }

  async #portion(keys: readonly bigint[]): Promise<void> {
    const host = this.#host;
    const subjects = keys.map((key) => host.subjects.rowOfKey(key));
    const { throughSeq, noted } = await host.turn(async () => {
      for (const subject of subjects) host.recorder.start(subject, host.watchesOf(subject));
      return {
        // What is delivered from now on is recorded; without a journal nothing was stepped.
        throughSeq: Math.max(host.stepped(), this.#storedBefore),
        noted: new Map(subjects.map((subject) => [subject, host.queue.intervalsOf(subject) ?? []] as const)),
      };
    });
    try {
      while (this.#rows.storedSeq() < throughSeq) {
        if (host.isClosed()) return;
        await sleep(STORE_WAIT_MS, undefined, { ref: false });
      }
      const watches = [...new Set(subjects.flatMap((subject) => host.watchesOf(subject)))];
      const before = Math.max(0, ...watches.map((watch) => reachOf(watch).before));
      const first = Math.min(...[...noted.values()].flat().map(({ from }) => from), this.#ingestMs());
      const portion = await this.#rows.open({
        subjects: keys,
        inputs: [...new Set(watches.flatMap(({ set }) => set?.inputs ?? []))],
        from: first - before,
        throughSeq,
      });
      await this.#rebuild(subjects, noted, portion, throughSeq);
    } finally {
      for (const subject of subjects) host.recorder.stop(subject);
    }
  }

  async #rebuild(
    subjects: readonly number[],
    noted: ReadonlyMap<number, readonly LateInterval[]>,
    portion: Portion,
    throughSeq: number,
  ): Promise<void> {
    const host = this.#host;
    const { logs, appliesTo } = await this.#known(subjects, noted, portion);
    let slice = performance.now();
    const rest = async (): Promise<void> => {
      if (performance.now() - slice < SLICE_MS) return;
      await breathe();
      slice = performance.now();
    };
    let group: Rebuilt[] = [];
    for (const subject of subjects) {
      const key = host.subjects.keyOf(subject);
      const known = portion.newestOf(key);
      if (known !== undefined) host.seen(subject, known);
      const newest = host.subjects.newestOf(subject);
      const from = Math.min(newest, ...(noted.get(subject) ?? []).map((interval) => interval.from));
      const replays: Rebuilt["replays"][number][] = [];
      for (const watch of Number.isFinite(newest) ? host.watchesOf(subject) : []) {
        if (watch.monitor === undefined) continue;
        const log = logs.get(watch.key)?.get(key) ?? [];
        const whole = { start: from - reachOf(watch).before, from, to: Number.POSITIVE_INFINITY };
        const range = behindCarried(whole, log);
        if (range === undefined) continue;
        const part = this.#longPartOf(watch);
        const replay = new WatchReplay({
          watch,
          subject,
          key,
          builder: host.builder(),
          range: part === undefined ? range : { ...range, start: range.from - part.restBefore },
          warm: part && (await this.#warm(watch, part, key, range, portion, rest)),
          log,
          throughSeq,
          source: portion,
          newest,
          detectedAt: this.#ingestMs(),
          applies: appliesTo.get(subject) ?? everywhere,
          breathe: rest,
        });
        await replay.run();
        replays.push({ watch, log, replay });
      }
      group.push({ subject, replays });
      if (group.length < FINISHED_AT_ONCE) continue;
      await this.#finish(group);
      group = [];
      if (host.isClosed()) return;
    }
    await this.#finish(group);
  }

  #longPartOf(watch: ReplayedWatch): LongPart | undefined {
    if (!this.#longParts.has(watch.key)) this.#longParts.set(watch.key, findLongPart(watch));
    return this.#longParts.get(watch.key);
  }

  /** A state of the whole set in which the triggers with a long horizon know it, and the others begin. */
  async #warm(
    watch: ReplayedWatch,
    { monitor, layout, restBefore }: LongPart,
    subject: bigint,
    range: ReplayRange,
    portion: Portion,
    rest: () => Promise<void>,
  ): Promise<SubjectState | undefined> {
    const until = range.from - restBefore;
    const state = monitor.create();
    const replay = new SubjectReplay({ monitor, state, since: watch.since, emit: () => undefined });
    for await (const chunk of portion.read({ subject, inputs: monitor.set.inputs, from: range.start, to: until })) {
      replay.add(chunk);
      replay.stepTo(chunk.time[chunk.count - 1]);
      await rest();
    }
    replay.runTo(until);
    this.#stepped += replay.stepped;
    return watch.monitor?.carry([{ layout, saved: monitor.save(state) }]);
  }

  /** What the database knows of a portion: one question for each watch, most subjects have no findings. */
  async #known(
    subjects: readonly number[],
    noted: ReadonlyMap<number, readonly LateInterval[]>,
    portion: Portion,
  ): Promise<{ readonly logs: Logs; readonly appliesTo: ReadonlyMap<number, (trigger: CompiledTrigger) => boolean> }> {
    const host = this.#host;
    const keys = subjects.map((subject) => host.subjects.keyOf(subject));
    const firsts = subjects.flatMap((subject, i) => [
      ...(noted.get(subject) ?? []).map(({ from }) => from),
      portion.newestOf(keys[i])?.time ?? Number.POSITIVE_INFINITY,
    ]);
    const from = Math.min(this.#ingestMs(), ...firsts);
    const watches = [...new Set(subjects.flatMap((subject) => host.watchesOf(subject)))];
    return host.read(async (tx) => {
      const logs = new Map<string, ReadonlyMap<bigint, readonly LoggedFinding[]>>();
      for (const watch of watches)
        logs.set(watch.key, await findLogged(tx, host.feed, watch, keys, from - reachOf(watch).behind));
      const appliesTo = new Map<number, (trigger: CompiledTrigger) => boolean>();
      if (watches.some(suppressesByAttributes))
        for (const subject of subjects) appliesTo.set(subject, await host.applies(tx, subject));
      return { logs, appliesTo };
    });
  }

  /** Without a journal the wall clock stands for it. */
  #ingestMs(): number {
    const ingestMs = this.#host.ingestMs();
    return Number.isFinite(ingestMs) ? ingestMs : this.#now;
  }

  /** Between two blocks: the last moments, what was received meanwhile, and the state. */
  async #finish(group: readonly Rebuilt[]): Promise<void> {
    const host = this.#host;
    await host.turn(async () => {
      const changes: FindingChange[] = [];
      for (const { subject, replays } of group) {
        let clock = Number.NEGATIVE_INFINITY;
        const late = new Set<number>();
        for (const { watch, log, replay } of replays) {
          const present = host.watchesOf(subject).find(({ key }) => key === watch.key);
          if (present?.monitor === undefined) continue;
          const recorded = host.recorder.rowsOf(subject, watch.key);
          clock = Math.max(clock, clockOf(log));
          changes.push(...replay.finish(log, recorded, clockOf(log), this.#ingestMs()));
          this.#stepped += replay.rows;
          present.states[subject] = replay.state;
          for (const time of recorded?.time ?? []) if (time < replay.cut) late.add(time);
        }
        host.queue.done(subject);
        // What came meanwhile and belongs before the last moments.
        for (const time of late) host.queue.note(subject, time, this.#ingestMs());
        host.recorder.stop(subject);
        host.release(subject, clock);
      }
      if (changes.length > 0) await host.write(changes);
      for (const { subject } of group) await host.settled(subject);
      this.#done += group.length;
    });
  }
}

const everywhere = (): boolean => true;

/** Whether it depends on attributes of a subject what a trigger keeps back. */
function suppressesByAttributes({ triggers }: ReplayedWatch): boolean {
  return [...triggers.values()].some(({ core }) =>
    core.suppressedBy.some((id) => triggers.get(id)?.core.where !== undefined),
  );
}

/** Event time up to which the timers of a subject were run in the process before, as far as its findings show, UTC ms. */
function clockOf(log: readonly LoggedFinding[]): number {
  const times = log
    .filter(({ status }) => status !== "retracted" && status !== "superseded")
    .flatMap(({ identity, clearedAt, levels }) => [
      identity.onset,
      clearedAt ?? identity.onset,
      ...levels.map(({ at }) => at),
    ]);
  // The timers that are due before it are run.
  return Math.max(...times) + 1;
}
