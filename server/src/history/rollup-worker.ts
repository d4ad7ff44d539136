/**
 * Keeps the rollups up with the stored segments, some at a time: aggregating into a hundred columns costs 40 ms however
 * few rows there are, so small segments wait for each other. Sums for the fleet page wait 2 s at most, plots 20 s; while
 * storing is behind, the sums wait 10 s: the frames that they lack are mostly those that are not stored either.
 *
 * Exactly once by marker rows (rollups.ts): after a crash the segments without marker are found and added.
 */
import { ERRORS, SandglassError } from "../errors/mod.ts";
import type { Engine } from "./engine.ts";
import type { HistoryLog } from "./options.ts";
import {
  fillStaged,
  insertRollup,
  insertStaged,
  ROLLUPS,
  selectMarkers,
  selectMissing,
  STAGED,
  type Rollup,
} from "./rollups.ts";
import { insertSettings, insertToken } from "./segment-sql.ts";
import { trusted } from "./sql.ts";

interface PendingSegment {
  readonly id: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
}

/** Rollups that are filled together. */
interface Waiting {
  readonly rollups: readonly Rollup[];
  readonly segments: PendingSegment[];
  rows: number;
  /** When the oldest was added, by `performance.now()`. */
  since: number;
}

const FAST = { rows: 786_432, ms: 2_000 } as const;
const BEHIND = { rows: 2_000_000, ms: 10_000 } as const;
const SLOW = { rows: 2_000_000, ms: 20_000 } as const;
const isStaged = ({ fromStaged }: Rollup) => fromStaged !== undefined;
const GROUPS = [...ROLLUPS.filter((rollup) => !isStaged(rollup)).map((rollup) => [rollup]), ROLLUPS.filter(isStaged)];

const POLL_MS = 500;
/** Segments in one statement: bounds its length and its memory. */
const MAX_SEGMENTS = 200;
const MAX_ROWS = 2_000_000;
/** How far back a start looks for segments without marker; two days at full speed. */
const LOOK_BACK = 100_000;
const MAX_TOKENS = 3;

export class RollupWorker {
  readonly #engine: Engine;
  readonly #log: HistoryLog;
  readonly #waiting: Waiting[];
  #timer: NodeJS.Timeout | undefined;
  #work: Promise<void> = Promise.resolve();
  #isBehind = false;
  #closed = false;

  private constructor(engine: Engine, log: HistoryLog) {
    this.#engine = engine;
    this.#log = log;
    this.#waiting = GROUPS.map((rollups) => ({ rollups, segments: [], rows: 0, since: 0 }));
  }

  /** Adds what an earlier run left over before it resolves; what cannot be added now (disk full) is tried again later. */
  static async open(engine: Engine, log: HistoryLog): Promise<RollupWorker> {
    const worker = new RollupWorker(engine, log);
    for (const waiting of worker.#waiting) {
      for (const rollup of waiting.rollups) {
        const rows = await engine.query<[string, string, string]>(trusted(selectMissing(rollup, LOOK_BACK)), {
          lane: "background",
        });
        for (const [id, firstSeq, lastSeq] of rows)
          put(waiting, { id: Number(id), firstSeq: Number(firstSeq), lastSeq: Number(lastSeq) });
      }
    }
    await worker
      .settle()
      .catch((error: unknown) => log.warn({ error }, "rollups are behind since the last run; trying again"));
    worker.#timer = setInterval(() => void worker.#addDue(), POLL_MS);
    worker.#timer.unref();
    return worker;
  }

  /**
   * A segment was stored completely. May be told again: what a rollup contains is not added twice.
   * @param isBehind more segments wait to be stored
   */
  add(segment: PendingSegment, isBehind = false): void {
    this.#isBehind = isBehind;
    for (const waiting of this.#waiting) put(waiting, segment);
    void this.#addDue();
  }

  /** Resolves when every rollup contains every segment that was stored before the call. */
  settle(): Promise<void> {
    return this.#run(() => true);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#work.catch(() => undefined);
  }

  #addDue(): Promise<void> {
    const isDue = (waiting: Waiting) => {
      const { rollups, rows, since, segments } = waiting;
      const patience = rollups.some(isStaged) ? SLOW : this.#isBehind ? BEHIND : FAST;
      return segments.length > 0 && (rows >= patience.rows || performance.now() - since >= patience.ms);
    };
    if (!this.#waiting.some(isDue)) return Promise.resolve();
    return this.#run(isDue).catch((error: unknown) => {
      if (!this.#closed) this.#log.warn({ error }, "rollups are behind; trying again");
    });
  }

  /** One run after the other. */
  #run(which: (waiting: Waiting) => boolean): Promise<void> {
    const run = this.#work
      .catch(() => undefined)
      .then(async () => {
        for (const waiting of this.#waiting) {
          while (!this.#closed && which(waiting) && waiting.segments.length > 0) await this.#addBatch(waiting);
        }
      });
    this.#work = run;
    return run;
  }

  async #addBatch(waiting: Waiting): Promise<void> {
    const batch = takeBatch(waiting);
    try {
      if (waiting.rollups.every(isStaged)) await this.#addStaged(waiting.rollups, batch);
      for (const rollup of waiting.rollups) await this.#addMissing(rollup, batch);
    } catch (error) {
      for (const segment of batch.reverse()) putFirst(waiting, segment);
      throw error;
    }
  }

  /** The usual way, when no rollup has any of the segments yet; what it does not achieve, `#addMissing` does. */
  async #addStaged(rollups: readonly Rollup[], batch: readonly PendingSegment[]): Promise<void> {
    for (const rollup of rollups) if ((await this.#withoutMarker(rollup, batch)).length < batch.length) return;
    const ids = batch.map(({ id }) => id);
    const name = (table: string) => `${table}-staged-${ids[0]}-${ids.length}`;
    await this.#engine.execute(trusted(`TRUNCATE TABLE ${STAGED}`));
    await this.#engine.execute(trusted(fillStaged(ids, ranges(batch), insertSettings(insertToken(name(STAGED), 1)))));
    for (const rollup of rollups) {
      await this.#engine.execute(trusted(insertStaged(rollup, insertSettings(insertToken(name(rollup.table), 0)))));
    }
  }

  async #addMissing(rollup: Rollup, batch: readonly PendingSegment[]): Promise<void> {
    let missing = await this.#withoutMarker(rollup, batch);
    for (let attempt = 0; missing.length > 0; attempt++) {
      if (attempt === MAX_TOKENS)
        throw new SandglassError(ERRORS.HISTORY_QUERY, {
          clickhouse: 0,
          detail: `${rollup.table} does not take segment ${missing[0].id}`,
        });
      const token = insertToken(`${rollup.table}-${missing[0].id}-${missing.length}`, attempt);
      const ids = missing.map(({ id }) => id);
      await this.#engine.execute(trusted(insertRollup(rollup, ids, ranges(missing), insertSettings(token))));
      missing = await this.#withoutMarker(rollup, missing);
    }
  }

  async #withoutMarker(rollup: Rollup, batch: readonly PendingSegment[]): Promise<PendingSegment[]> {
    const rows = await this.#engine.query<[number]>(
      trusted(
        selectMarkers(
          rollup,
          batch.map(({ id }) => id),
        ),
      ),
    );
    const present = new Set(rows.map(([id]) => id));
    return batch.filter(({ id }) => !present.has(id));
  }
}

function rowsOf({ firstSeq, lastSeq }: PendingSegment): number {
  return lastSeq - firstSeq + 1;
}

function put(waiting: Waiting, segment: PendingSegment): void {
  if (waiting.segments.some(({ id }) => id === segment.id)) return;
  if (waiting.segments.length === 0) waiting.since = performance.now();
  waiting.segments.push(segment);
  waiting.rows += rowsOf(segment);
}

function putFirst(waiting: Waiting, segment: PendingSegment): void {
  waiting.segments.unshift(segment);
  waiting.rows += rowsOf(segment);
}

function takeBatch(waiting: Waiting): PendingSegment[] {
  const batch: PendingSegment[] = [];
  let rows = 0;
  while (waiting.segments.length > 0 && batch.length < MAX_SEGMENTS) {
    const next = rowsOf(waiting.segments[0]);
    if (batch.length > 0 && rows + next > MAX_ROWS) break;
    batch.push(...waiting.segments.splice(0, 1));
    rows += next;
  }
  waiting.rows -= rows;
  waiting.since = performance.now();
  return batch;
}

/** Condition for the rows of segments; neighbours are joined. */
function ranges(segments: readonly PendingSegment[]): string {
  const joined: { first: number; last: number }[] = [];
  for (const { firstSeq, lastSeq } of segments.toSorted((a, b) => a.firstSeq - b.firstSeq)) {
    const previous = joined.at(-1);
    if (previous !== undefined && previous.last + 1 === firstSeq) previous.last = lastSeq;
    else joined.push({ first: firstSeq, last: lastSeq });
  }
  return joined.map(({ first, last }) => `seq BETWEEN ${first} AND ${last}`).join(" OR ");
}
