/**
 * Rebuilds the states of all subjects from history when no checkpoint can be used. Until its turn a subject is withheld:
 * its rows are noted as late data, so that nothing is found by a state that does not know what was before. Then its
 * horizon is replayed up to the present, as with late data: what the log has is found again under the same ids, what it
 * does not have yet is written, and the replayed state becomes the live one.
 *
 * Subjects come in portions that are read at once, as columns. Long times are stepped by threads, for the next portions
 * while one is judged. Intake, answers and subjects that nobody knew before go on meanwhile; there is no checkpoint before
 * the end, so that a death in between begins anew.
 */
import { performance } from "node:perf_hooks";
import { setImmediate as breathe, setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../../errors/mod.ts";
import type { FindingChange } from "../finding-change.ts";
import { clockOfLog, logOf } from "../finding-log.ts";
import type { LateHost } from "../late-data.ts";
import type { LateQueue } from "../late-queue.ts";
import { WatchReplay } from "../late-replay.ts";
import type { LoggedFinding } from "../reconcile.ts";
import { reachOf, type ReplayedWatch } from "../replay-range.ts";
import type { RowRecorder } from "../row-recorder.ts";
import type { FleetRows, Portion, StoredSubject, WarmedUp } from "./fleet-rows.ts";
import { Planner, warmUpOf, type PlannedSubject } from "./plan.ts";

/** Portions that are being prepared while one is judged. */
const AHEAD = 3;
/** Subjects whose last moments are stepped between two blocks; blocks wait for them, for a millisecond or two. */
const FINISHED_AT_ONCE = 32;
/** Rows are read at once of subjects that are judged from about the same time on. */
const READ_TOGETHER_MS = 3_600_000;
/** The event loop is given to others after this long, ms. */
const SLICE_MS = 5;
const STORE_WAIT_MS = 100;
const RETRY_MS = 5_000;

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

/** A portion whose subjects know their long past. */
interface Prepared {
  readonly subjects: readonly number[];
  readonly planned: readonly PlannedSubject[];
  readonly warm: WarmedUp | undefined;
  readonly throughSeq: number;
}

type StoredPortions = Awaited<ReturnType<FleetRows["portions"]>>;

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
  readonly #planner: Planner;
  readonly #portions: (readonly StoredSubject[])[];
  readonly #subjects: number;
  /** Sequence number and wall clock before the journal was read. */
  readonly #storedBefore: number;
  readonly #now: number;
  readonly #began = performance.now();
  #done = 0;
  #stepped = 0;
  #tookMs: number | undefined;

  private constructor(host: RebuildHost, rows: FleetRows, planner: Planner, portions: StoredPortions, now: number) {
    this.#host = host;
    this.#rows = rows;
    this.#planner = planner;
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
    const planner = new Planner(host);
    const horizon = Math.max(0, ...watches.map((watch) => reachOf(watch).before));
    const short = Math.max(
      0,
      ...watches.map((watch) => planner.longPartOf(watch)?.restBefore ?? reachOf(watch).before),
    );
    const portions = await rows.portions(now - horizon, short / Math.max(1, horizon));
    for (const portion of portions) for (const { key } of portion) host.withhold(key);
    return new Rebuild(host, rows, planner, portions, now);
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
        await this.#all();
      } catch (error) {
        if (this.#host.isClosed()) break;
        this.#host.warn({ reason: messageOf(error) }, "states are not rebuilt; it is tried again");
        await sleep(RETRY_MS, undefined, { ref: false });
      }
    }
    await this.#rows.close();
    this.#tookMs = performance.now() - this.#began;
  }

  /** The portions one after the other, while the next ones are prepared. */
  async #all(): Promise<void> {
    const prepared: Promise<Prepared>[] = [];
    try {
      for (; this.#portions.length > 0 && !this.#host.isClosed(); this.#portions.shift()) {
        while (prepared.length < Math.min(AHEAD, this.#portions.length)) {
          const next = this.#prepare(this.#portions[prepared.length]);
          // Why it failed is asked for when it has its turn.
          next.catch(() => undefined);
          prepared.push(next);
        }
        await this.#judge(await prepared[0]);
        prepared.shift();
      }
    } finally {
      for (const each of await Promise.allSettled(prepared))
        if (each.status === "fulfilled") this.#stopRecording(each.value.subjects);
    }
  }

  async #prepare(portion: readonly StoredSubject[]): Promise<Prepared> {
    const host = this.#host;
    const subjects = portion.map(({ key }) => host.subjects.rowOfKey(key));
    const { throughSeq, judgedFrom } = await host.turn(async () => {
      for (const subject of subjects) host.recorder.start(subject, host.watchesOf(subject));
      return {
        // What is delivered from now on is recorded; without a journal nothing was stepped.
        throughSeq: Math.max(host.stepped(), this.#storedBefore),
        judgedFrom: new Map(portion.map((stored, i) => [subjects[i], this.#judgedFrom(subjects[i], stored)])),
      };
    });
    try {
      while (this.#rows.storedSeq() < throughSeq) {
        if (host.isClosed()) throw new Error("closed");
        await sleep(STORE_WAIT_MS, undefined, { ref: false });
      }
      const planned = await this.#planner.plan(judgedFrom);
      const work = warmUpOf(planned);
      const warm = work && (await this.#rows.warmUp({ ...work, throughSeq }));
      return { subjects, planned, warm, throughSeq };
    } catch (error) {
      this.#stopRecording(subjects);
      throw error;
    }
  }

  /** From the first row that was not stepped, or from the last one that was stored. */
  #judgedFrom(subject: number, stored: StoredSubject): number {
    const { queue, subjects } = this.#host;
    this.#host.seen(subject, stored);
    const noted = queue.intervalsOf(subject) ?? [];
    return Math.min(subjects.newestOf(subject), ...noted.map(({ from }) => from));
  }

  #stopRecording(subjects: readonly number[]): void {
    for (const subject of subjects) this.#host.recorder.stop(subject);
  }

  async #judge({ subjects, planned, warm, throughSeq }: Prepared): Promise<void> {
    this.#stepped += warm?.rows ?? 0;
    try {
      for (const group of readTogether(planned)) {
        const watches = group.flatMap(({ replays }) => replays.map(({ watch }) => watch));
        const portion = await this.#rows.open({
          subjects: group.map(({ key }) => key),
          inputs: [...new Set([...new Set(watches)].flatMap(({ set }) => set?.inputs ?? []))],
          from: Math.min(...group.map(startOf)),
          throughSeq,
        });
        await this.#replay(group, portion, warm, throughSeq);
        if (this.#host.isClosed()) return;
      }
      // What nothing is to be replayed of.
      await this.#finish(
        planned.filter(({ replays }) => replays.length === 0).map(({ subject }) => ({ subject, replays: [] })),
      );
    } finally {
      this.#stopRecording(subjects);
    }
  }

  async #replay(
    planned: readonly PlannedSubject[],
    source: Portion,
    warm: WarmedUp | undefined,
    throughSeq: number,
  ): Promise<void> {
    const host = this.#host;
    let slice = performance.now();
    const rest = async (): Promise<void> => {
      if (performance.now() - slice < SLICE_MS) return;
      await breathe();
      slice = performance.now();
    };
    let group: Rebuilt[] = [];
    for (const { subject, key, newest, applies, replays: plans } of planned) {
      const known = [...(warm?.states.get(key) ?? [])];
      const replays: Rebuilt["replays"][number][] = [];
      for (const { watch, log, range, long } of plans) {
        const saved = long && known.shift();
        const replay = new WatchReplay({
          watch,
          subject,
          key,
          builder: host.builder(),
          range,
          // A state of the whole set in which the long triggers know the past, and the others begin.
          warm: saved && watch.monitor?.carry([{ layout: long.part.layout, saved }]),
          log,
          readLog: (from) => host.read((tx) => logOf(tx, host.feed, watch, key, from)),
          throughSeq,
          source,
          newest,
          detectedAt: this.#ingestMs(),
          applies,
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

  /** Without a journal the wall clock stands for it. */
  #ingestMs(): number {
    const ingestMs = this.#host.ingestMs();
    return Number.isFinite(ingestMs) ? ingestMs : this.#now;
  }

  /** Between two blocks: the last moments, what was received meanwhile, and the state. */
  async #finish(group: readonly Rebuilt[]): Promise<void> {
    if (group.length === 0) return;
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
          clock = Math.max(clock, clockOfLog(log));
          changes.push(...replay.finish(log, recorded, clockOfLog(log), this.#ingestMs()));
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

const startOf = ({ replays }: PlannedSubject): number => Math.min(...replays.map(({ range }) => range.start));

/** Subjects with something to replay, in groups of about the same time. */
function readTogether(planned: readonly PlannedSubject[]): PlannedSubject[][] {
  const groups: PlannedSubject[][] = [];
  let until = Number.NEGATIVE_INFINITY;
  for (const subject of planned.filter(({ replays }) => replays.length > 0).sort((a, b) => startOf(a) - startOf(b))) {
    if (startOf(subject) < until) groups.at(-1)?.push(subject);
    else {
      groups.push([subject]);
      until = startOf(subject) + READ_TOGETHER_MS;
    }
  }
  return groups;
}
