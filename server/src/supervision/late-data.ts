/**
 * Late data at work: takes subjects from the queue in small batches and has them replayed. See late-replay.ts for what
 * a replay is.
 *
 *   between two blocks   choose a batch; from now on keep the rows that its subjects send
 *   meanwhile            wait until history has everything before; read and step, with pauses
 *   between two blocks   step what was kept, compare with the log, write the difference, replace the live state
 */
import { performance } from "node:perf_hooks";
import type { CompiledTrigger, Unknown } from "@sandglass/triggers";
import type { Tx } from "../records/mod.ts";
import type { FindingChange } from "./finding-change.ts";
import { clockOfLog, logOf } from "./finding-log.ts";
import { LateQueue, type LateInterval, type SavedLate } from "./late-queue.ts";
import { WatchReplay, type ReplayBuilder } from "./late-replay.ts";
import type { LoggedFinding } from "./reconcile.ts";
import { behindCarried, rangesOf, type ReplayedWatch, type ReplayRange } from "./replay-range.ts";
import { RowRecorder } from "./row-recorder.ts";
import type { RowSource } from "./rows.ts";
import { messageOf } from "../errors/mod.ts";

export interface LateDataOptions {
  /** A subject waits until no late data came for this long … */
  readonly quietMs: number;
  /** … but not longer than this. */
  readonly mostMs: number;
  /** Subjects of a batch. */
  readonly batch: number;
  /** Part of one core that replays may take, 0 to 1. */
  readonly share: number;
  /** A batch that history has not caught up with by then is tried again later. */
  readonly storeWaitMs: number;
}

export const LATE_DEFAULTS: LateDataOptions = {
  quietMs: 5_000,
  mostMs: 60_000,
  batch: 32,
  share: 0.2,
  storeWaitMs: 120_000,
};

/** Subjects by their row numbers. */
export interface LateSubjects {
  keyOf(subject: number): bigint;
  rowOfKey(key: bigint): number;
  /** Event time of the newest row stepped, UTC ms. */
  newestOf(subject: number): number;
}

/** What late data needs of the supervision that it belongs to, whatever feeds that. */
export interface LateHost {
  readonly feed: "frames" | "events";
  readonly subjects: LateSubjects;
  watchesOf(subject: number): readonly ReplayedWatch[];
  /** Makes findings of what a replay emits. */
  builder(): ReplayBuilder;
  /** Whether a trigger applies to the subject by its attributes in the registry. */
  applies(tx: Tx, subject: number): Promise<(trigger: CompiledTrigger) => boolean>;
  /** The state of the subject is about to be another one. */
  touch(subject: number): void;
  /** Runs between two blocks. */
  turn<T>(work: () => Promise<T>): Promise<T>;
  read<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  write(changes: readonly FindingChange[]): Promise<void>;
  /** Sequence number of the newest row stepped. */
  stepped(): number;
  /** Ingest time, UTC ms. */
  ingestMs(): number;
  /** Late data of a subject was judged: its live state may be another, its findings may be confirmed now. */
  settled(subject: number): Promise<void>;
  warn(fields: object, text: string): void;
}

/** Counts are since the start of the process. */
export interface LateStatus {
  /** Subjects that wait for a replay. */
  readonly waiting: number;
  readonly replayed: number;
  readonly rows: number;
  readonly retracted: number;
  readonly amended: number;
  readonly found: number;
  /** Findings that could not be judged: history does not have the frames they rest on. */
  readonly unproven: number;
  readonly failed: number;
  /** Rows older than late data is accepted. */
  readonly tooOld: number;
}

interface Running {
  readonly subject: number;
  readonly intervals: readonly LateInterval[];
  readonly newest: number;
  readonly detectedAt: number;
}

export class LateData {
  readonly queue = new LateQueue();
  readonly recorder = new RowRecorder();
  readonly #host: LateHost;
  readonly #source: RowSource;
  readonly #options: LateDataOptions;
  readonly #running = new Map<number, Running>();
  readonly #counts = { replayed: 0, rows: 0, retracted: 0, amended: 0, found: 0, unproven: 0, failed: 0, tooOld: 0 };
  #closed = false;
  #work: Promise<number> | undefined;

  constructor(host: LateHost, source: RowSource, options: Partial<LateDataOptions> = {}) {
    this.#host = host;
    this.#source = source;
    this.#options = { ...LATE_DEFAULTS, ...options };
  }

  status(): LateStatus {
    return { waiting: this.queue.size + this.#running.size, ...this.#counts };
  }

  /** A row that is older than late data is accepted: kept in history, not judged. */
  noteTooOld(): void {
    this.#counts.tooOld++;
  }

  /** Late data of the subject may still change what was found. */
  isPending(subject: number): boolean {
    return this.queue.isPending(subject) || this.#running.has(subject);
  }

  save(): SavedLate[] {
    const keyOf = (subject: number): bigint => this.#host.subjects.keyOf(subject);
    const running = [...this.#running.values()].map(({ subject, intervals, detectedAt }) => ({
      key: keyOf(subject).toString(16),
      intervals: intervals.map(({ from, to }) => [from, to] as const),
      rows: 0,
      at: detectedAt,
    }));
    return [...this.queue.save(keyOf), ...running];
  }

  restore(saved: readonly SavedLate[]): void {
    this.queue.restore(saved, (key) => this.#host.subjects.rowOfKey(key));
  }

  /** Starts what is due, unless a batch is at work. `now`: ingest time, UTC ms. */
  poke(now: number): void {
    if (this.#work !== undefined || this.#closed || this.queue.isEmpty) return;
    this.#work = this.#batch(now)
      .catch((error: unknown) => {
        if (!this.#closed) this.#host.warn({ reason: messageOf(error) }, "late data not replayed; it is tried again");
        return 0;
      })
      .finally(() => (this.#work = undefined));
  }

  /** Replays everything that waits now. */
  async settle(): Promise<void> {
    while (!this.queue.isEmpty && !this.#closed) {
      this.poke(Number.POSITIVE_INFINITY);
      await this.#work;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#work;
  }

  /** Resolves with the number of subjects that were replayed. */
  async #batch(now: number): Promise<number> {
    const { quietMs, mostMs, batch, storeWaitMs } = this.#options;
    const host = this.#host;
    const chosen = await host.turn(async () => {
      const due = this.queue.due(now, quietMs, mostMs, batch);
      for (const subject of due) {
        const intervals = this.queue.intervalsOf(subject) ?? [];
        this.queue.done(subject);
        this.#running.set(subject, {
          subject,
          intervals,
          newest: host.subjects.newestOf(subject),
          detectedAt: host.ingestMs(),
        });
        this.recorder.start(subject, host.watchesOf(subject));
      }
      return { subjects: due, throughSeq: host.stepped() };
    });
    try {
      if (chosen.subjects.length === 0 || !(await this.#stored(chosen.throughSeq, storeWaitMs))) return 0;
      for (const subject of chosen.subjects) {
        if (this.#closed) return 0;
        await this.#replay(subject, chosen.throughSeq);
      }
      return chosen.subjects.length;
    } finally {
      for (const subject of chosen.subjects) this.#giveUp(subject);
    }
  }

  /** Subjects that were not finished wait again. */
  #giveUp(subject: number): void {
    this.recorder.stop(subject);
    const running = this.#running.get(subject);
    if (running === undefined) return;
    this.#running.delete(subject);
    for (const { from, to } of running.intervals) {
      this.queue.note(subject, from, running.detectedAt);
      this.queue.note(subject, to, running.detectedAt);
    }
    // A state that is to be rebuilt does not know what came meanwhile.
    const newest = this.#host.subjects.newestOf(subject);
    if (newest > running.newest) this.queue.note(subject, newest, running.detectedAt);
    if (!this.#closed) this.#counts.failed++;
    this.queue.postpone(subject, this.#host.ingestMs());
  }

  async #stored(seq: number, waitMs: number): Promise<boolean> {
    const until = performance.now() + waitMs;
    for (let pause = 20; this.#source.storedSeq() < seq; pause = Math.min(pause * 2, 500)) {
      if (this.#closed || performance.now() > until) return false;
      await sleep(pause);
    }
    return true;
  }

  async #replay(subject: number, throughSeq: number): Promise<void> {
    const running = this.#running.get(subject);
    if (running === undefined) return;
    const host = this.#host;
    for (const watch of host.watchesOf(subject)) {
      if (watch.monitor === undefined) continue;
      for (const range of rangesOf(running.intervals, watch, running.newest))
        await this.#replayRange(watch, range, running, throughSeq);
    }
    await host.turn(async () => {
      this.#running.delete(subject);
      this.recorder.stop(subject);
      await host.settled(subject);
    });
    this.#counts.replayed++;
    const busy = this.#spent;
    this.#spent = 0;
    await sleep(Math.min(busy * (1 / this.#options.share - 1), 5_000));
  }

  /** Time of our own in the subject at hand, ms. */
  #spent = 0;

  async #replayRange(watch: ReplayedWatch, asked: ReplayRange, running: Running, throughSeq: number): Promise<void> {
    const host = this.#host;
    const { subject, newest, detectedAt } = running;
    const key = host.subjects.keyOf(subject);
    const { log, applies } = await host.read(async (tx) => ({
      log: await logOf(tx, host.feed, watch, key, asked.start),
      applies: await host.applies(tx, subject),
    }));
    const range = behindCarried(asked, log);
    if (range === undefined) return;
    let since = performance.now();
    const replay = new WatchReplay({
      watch,
      subject,
      key,
      builder: host.builder(),
      range,
      log,
      readLog: (from) => host.read((tx) => logOf(tx, host.feed, watch, key, from)),
      throughSeq,
      source: this.#source,
      newest,
      detectedAt,
      applies,
      ...unknownsOf(watch, subject),
      breathe: async () => {
        this.#spent += performance.now() - since;
        await new Promise((resolve) => setImmediate(resolve));
        since = performance.now();
      },
    });
    await replay.run();
    this.#spent += performance.now() - since;
    await host.turn(async () => {
      // The assignments may have changed: nobody watches for it any more, or with another state.
      const present = host.watchesOf(subject).find((each) => each.key === watch.key);
      if (present?.monitor === undefined || this.#closed) return;
      const [logged, began] = [
        await host.read((tx) => logOf(tx, host.feed, watch, key, range.start)),
        performance.now(),
      ];
      const changes = replay.finish(
        logged,
        this.recorder.rowsOf(subject, watch.key),
        clockOf(present, subject) ?? clockOfLog(logged),
        host.ingestMs(),
      );
      this.#count(changes, logged, replay);
      this.#spent += performance.now() - began;
      if (changes.length > 0) await host.write(changes);
      if (replay.isLive) {
        host.touch(subject);
        present.states[subject] = replay.state;
      }
    });
  }

  #count(changes: readonly FindingChange[], logged: readonly LoggedFinding[], replay: WatchReplay): void {
    const known = new Set(logged.map(({ identity }) => identity.id));
    for (const change of changes) {
      if (change.kind === "retracted") this.#counts.retracted++;
      else if (change.kind === "amended") this.#counts.amended++;
      else if (change.kind === "onset" && !known.has(change.finding.id)) this.#counts.found++;
    }
    this.#counts.unproven += replay.unproven;
    this.#counts.rows += replay.rows;
  }
}

/** How far the timers of a live state were run, ms; undefined where there is none. */
function clockOf(watch: ReplayedWatch, subject: number): number | undefined {
  const state = watch.states[subject];
  return state && Math.floor(state.clock / 2);
}

/** What the live state never knew. */
function unknownsOf({ monitor, states }: ReplayedWatch, subject: number): { readonly unknowns?: readonly Unknown[] } {
  const state = states[subject];
  return state === undefined || monitor === undefined ? {} : { unknowns: monitor.unknowns(state) };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
