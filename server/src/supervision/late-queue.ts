/**
 * Which subjects wait for a replay, and over what: the event times of rows that came too late for the live step.
 * Bounded: a few intervals per subject, the nearest ones are joined. Part of every checkpoint; what was noted since is
 * noted again when the journal is stepped again.
 */
const MAX_INTERVALS = 8;
/** Rows nearer than this belong to one interval. */
const JOIN_MS = 600_000;

export interface LateInterval {
  /** Event times of the first and the last late row, UTC ms. */
  from: number;
  to: number;
}

interface Pending {
  intervals: LateInterval[];
  rows: number;
  /** Ingest time of the first and the last of them, UTC ms. */
  firstAt: number;
  lastAt: number;
}

export interface SavedLate {
  /** Hexadecimal. */
  readonly key: string;
  readonly intervals: readonly (readonly [from: number, to: number])[];
  readonly rows: number;
  readonly at: number;
}

export class LateQueue {
  readonly #pending = new Map<number, Pending>();

  /** Subjects that wait. */
  get size(): number {
    return this.#pending.size;
  }

  get isEmpty(): boolean {
    return this.#pending.size === 0;
  }

  isPending(subject: number): boolean {
    return this.#pending.has(subject);
  }

  /** `subject`: row number. Times in UTC ms. */
  note(subject: number, eventTime: number, ingestMs: number): void {
    let pending = this.#pending.get(subject);
    if (pending === undefined) {
      pending = { intervals: [], rows: 0, firstAt: ingestMs, lastAt: ingestMs };
      this.#pending.set(subject, pending);
    }
    pending.rows++;
    pending.lastAt = Math.max(pending.lastAt, ingestMs);
    include(pending.intervals, eventTime, eventTime);
  }

  /** Subjects whose late data seems complete: none came for `quietMs`, or the first came `mostMs` ago. Oldest first. */
  due(now: number, quietMs: number, mostMs: number, limit: number): number[] {
    const due: number[] = [];
    for (const [subject, { firstAt, lastAt }] of this.#pending) {
      if (now - lastAt < quietMs && now - firstAt < mostMs) continue;
      due.push(subject);
      if (due.length === limit) break;
    }
    return due;
  }

  /** From first to last; undefined when nothing waits. */
  intervalsOf(subject: number): readonly LateInterval[] | undefined {
    return this.#pending.get(subject)?.intervals.map(({ from, to }) => ({ from, to }));
  }

  /** The replay contained every row of the subject that was received so far. */
  done(subject: number): void {
    this.#pending.delete(subject);
  }

  /** Goes to the end of the line. */
  postpone(subject: number, now: number): void {
    const pending = this.#pending.get(subject);
    if (pending === undefined) return;
    this.#pending.delete(subject);
    this.#pending.set(subject, { ...pending, firstAt: now, lastAt: now });
  }

  save(keyOf: (subject: number) => bigint): SavedLate[] {
    return [...this.#pending].map(([subject, { intervals, rows, firstAt }]) => ({
      key: keyOf(subject).toString(16),
      intervals: intervals.map(({ from, to }) => [from, to] as const),
      rows,
      at: firstAt,
    }));
  }

  restore(saved: readonly SavedLate[], rowOf: (key: bigint) => number): void {
    for (const { key, intervals, rows, at } of saved) {
      this.#pending.set(rowOf(BigInt(`0x${key}`)), {
        intervals: intervals.map(([from, to]) => ({ from, to })),
        rows,
        firstAt: at,
        lastAt: at,
      });
    }
  }
}

/** Adds [from, to] to a sorted list of intervals and keeps it short. */
function include(intervals: LateInterval[], from: number, to: number): void {
  let at = intervals.findIndex((each) => from <= each.to + JOIN_MS);
  if (at < 0) at = intervals.length;
  const next = intervals[at];
  if (next !== undefined && to >= next.from - JOIN_MS) {
    next.from = Math.min(next.from, from);
    next.to = Math.max(next.to, to);
    const after = intervals[at + 1];
    if (after !== undefined && after.from - JOIN_MS <= next.to) {
      next.to = Math.max(next.to, after.to);
      intervals.splice(at + 1, 1);
    }
    return;
  }
  intervals.splice(at, 0, { from, to });
  if (intervals.length <= MAX_INTERVALS) return;
  let nearest = 0;
  const gap = (i: number): number => intervals[i + 1].from - intervals[i].to;
  for (let i = 1; i < intervals.length - 1; i++) if (gap(i) < gap(nearest)) nearest = i;
  intervals[nearest].to = intervals[nearest + 1].to;
  intervals.splice(nearest + 1, 1);
}
