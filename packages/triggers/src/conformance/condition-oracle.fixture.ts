/**
 * What a condition is at every instant of a trace, by the definitions of the language and slowly: every operator looks at every instant of
 * its window, nothing is kept. Observations lie on whole seconds and so do all durations. Then little happens between
 * them: what an instant brings about right behind it. Of each second there are CELLS indices: the instant itself, some
 * half milliseconds behind it (as the engine counts them, ADR 0031), and the rest of the second in the last one.
 */
import { signalsOf, signalsOfNum, type Cond, type Num } from "../lang/core.ts";

export type Sample = number | "invalid";
export interface Row {
  /** Whole seconds, ascending. */
  readonly at: number;
  readonly samples: Readonly<Record<string, Sample>>;
}

/** Indices of a second; an even number, so that the rest of a second is an open interval as odd half milliseconds are. */
const CELLS = 6;

export const F = 0;
export const U = 1;
export const T = 2;
export type Verdict = 0 | 1 | 2;

const COMPARE: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  lt: (a, b) => a < b,
  le: (a, b) => a <= b,
  gt: (a, b) => a > b,
  ge: (a, b) => a >= b,
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
};

export class Oracle {
  private readonly rows: readonly Row[];
  /** Number of indices. */
  private readonly length: number;
  private readonly holds: Readonly<Record<string, number>>;
  private readonly memo = new Map<Cond, Verdict[]>();

  /**
   * @param end last second that is looked at
   * @param holds seconds for which a value of each signal holds
   */
  constructor(rows: readonly Row[], end: number, holds: Readonly<Record<string, number>>) {
    this.rows = rows;
    this.length = CELLS * (end + 1);
    this.holds = holds;
  }

  /** Observations up to index k, the last one first. */
  private *before(k: number, wanted: (row: Row) => boolean): Generator<Row> {
    for (let i = this.rows.length - 1; i >= 0; i--) {
      const row = this.rows[i] as Row;
      if (CELLS * row.at <= k && wanted(row)) yield row;
    }
  }

  private lastOf(id: string, k: number): Row | undefined {
    return this.before(k, (row) => id in row.samples).next().value;
  }

  private signal(id: string, k: number): number {
    const row = this.lastOf(id, k);
    const sample = row?.samples[id];
    if (row === undefined || typeof sample !== "number") return NaN;
    return k < CELLS * (row.at + (this.holds[id] ?? Infinity)) ? sample : NaN;
  }

  /** Times (s) and values of the samples of a number that lie in (k − D, k]. */
  private window(of: Num, k: number, seconds: number): { readonly at: number; readonly value: number }[] {
    const ids = [...signalsOfNum(of)];
    return this.rows
      .filter((r) => CELLS * r.at <= k && CELLS * r.at > k - CELLS * seconds && ids.some((id) => id in r.samples))
      .map((r) => ({ at: r.at, value: this.number(of, CELLS * r.at) }))
      .filter(({ value }) => !Number.isNaN(value));
  }

  number(num: Num, k: number): number {
    switch (num.op) {
      case "const":
        return num.value;
      case "signal":
        return this.signal(num.id, k);
      case "age": {
        const row = this.lastOf(num.id, k);
        return row === undefined ? NaN : secondsAt(k) - row.at;
      }
      case "last": {
        for (const row of this.before(k, (r) => typeof r.samples[num.id] === "number"))
          return row.samples[num.id] as number;
        return NaN;
      }
      case "neg":
        return -this.number(num.of, k);
      case "abs":
        return Math.abs(this.number(num.of, k));
      case "rate": {
        // Known from the sample on, until the value is unknown.
        const [id] = [...signalsOfNum(num.of)];
        const [now, then] = this.before(k, (r) => (id as string) in r.samples);
        if (now === undefined || then === undefined || Number.isNaN(this.number(num.of, k))) return NaN;
        if (now.at - then.at > (this.holds[id as string] ?? Infinity)) return NaN;
        const [a, b] = [this.number(num.of, CELLS * then.at), this.number(num.of, CELLS * now.at)];
        return (b - a) / (now.at - then.at);
      }
      case "delta": {
        const base = k - cells(num.ms);
        return base < 0 ? NaN : this.number(num.of, k) - this.number(num.of, base);
      }
      case "aggregate":
        return this.aggregate(num, k);
      default: {
        const [a, b] = [this.number(num.left, k), this.number(num.right, k)];
        switch (num.op) {
          case "add":
            return a + b;
          case "sub":
            return a - b;
          case "mul":
            return a * b;
          case "div":
            return Number.isFinite(a / b) ? a / b : NaN;
          case "mod":
            return a % b;
          case "min2":
            return Math.min(a, b);
          case "max2":
            return Math.max(a, b);
        }
      }
    }
  }

  private aggregate(num: Extract<Num, { op: "aggregate" }>, k: number): number {
    const samples = this.window(num.of, k, num.ms / 1000);
    const values = samples.map(({ value }) => value);
    if (num.fn === "count") return values.length;
    if (values.length < Math.max(1, num.minSamples)) return NaN;
    const sum = values.reduce((a, b) => a + b, 0);
    switch (num.fn) {
      case "min":
        return Math.min(...values);
      case "max":
        return Math.max(...values);
      case "sum":
        return sum;
      case "avg":
        return sum / values.length;
      case "distinct":
        return new Set(values).size;
      case "quantile":
        return values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil((num.p ?? 0.5) * values.length) - 1)] as number;
      case "slope": {
        const n = values.length;
        const st = samples.reduce((a, s) => a + s.at, 0);
        const stt = samples.reduce((a, s) => a + s.at * s.at, 0);
        const stv = samples.reduce((a, s) => a + s.at * s.value, 0);
        return (n * stv - st * sum) / (n * stt - st * st);
      }
    }
  }

  /** Verdict at every index. */
  verdicts(cond: Cond): readonly Verdict[] {
    let list = this.memo.get(cond);
    if (list === undefined) {
      list = [];
      this.memo.set(cond, list);
      for (let k = 0; k < this.length; k++) list.push(this.at(cond, k));
    }
    return list;
  }

  private past(of: Cond, k: number, from: number, to: number): Verdict[] {
    const list = this.verdicts(of);
    const window: Verdict[] = k - to < 0 ? [U] : [];
    for (let j = Math.max(0, k - to); j <= k - from; j++) window.push(list[j] as Verdict);
    return window;
  }

  private at(cond: Cond, k: number): Verdict {
    const of = (c: Cond, j = k): Verdict => (j < 0 ? U : (this.verdicts(c)[j] as Verdict));
    const most = (list: readonly Verdict[]): Verdict => Math.max(F, ...list) as Verdict;
    const least = (list: readonly Verdict[]): Verdict => Math.min(T, ...list) as Verdict;
    switch (cond.op) {
      case "true":
        return T;
      case "false":
        return F;
      case "flag": {
        const v = this.signal(cond.id, k);
        return Number.isNaN(v) ? U : v === 0 ? F : T;
      }
      case "event":
        return k % CELLS === 0 && this.rows.some((r) => CELLS * r.at === k && cond.id in r.samples) ? T : F;
      case "valid":
        return Number.isNaN(this.signal(cond.id, k)) ? F : T;
      case "in": {
        const v = this.number(cond.of, k);
        return Number.isNaN(v) ? U : cond.values.includes(v) ? T : F;
      }
      case "not":
        return (T - of(cond.of)) as Verdict;
      case "and":
        return least([of(cond.left), of(cond.right)]);
      case "or":
        return most([of(cond.left), of(cond.right)]);
      case "implies":
        return most([(T - of(cond.left)) as Verdict, of(cond.right)]);
      case "for":
        return least(this.past(cond.of, k, 0, cells(cond.ms)));
      case "within":
        return most(this.past(cond.of, k, 0, cells(cond.ms)));
      case "once":
        return most(this.past(cond.of, k, cells(cond.from), cells(cond.to as number)));
      case "historically":
        return least(this.past(cond.of, k, cells(cond.from), cells(cond.to as number)));
      case "since": {
        const [from, to] = [k - cells(cond.to as number), k - cells(cond.from)];
        const options: Verdict[] = [];
        for (let j = Math.max(from, -1); j <= to; j++) {
          // Behind an instant inside an open interval lies more of it, unless it is the present one.
          const begin = j % 2 !== 0 && j !== k ? j : j + 1;
          const held: Verdict[] = [of(cond.right, j)];
          for (let i = begin; i <= k; i++) held.push(of(cond.left, i));
          options.push(least(held));
        }
        if (from < 0 && to < 0) options.push(least([U, ...this.past(cond.left, k, 0, k)]));
        return most(options);
      }
      case "rising":
      case "falling": {
        const [wanted, other] = cond.op === "rising" ? [T, F] : [F, T];
        const now = of(cond.of);
        if (now === U) return U;
        if (now !== wanted) return F;
        let j = k - 1;
        while (j >= 0 && of(cond.of, j) === U) j--;
        // A gap is no edge; a first T is one, a first F none.
        if (j < 0) return wanted === T ? T : F;
        return of(cond.of, j) === other ? T : F;
      }
      case "count": {
        let n = 0;
        for (let j = Math.max(0, k - cells(cond.ms) + 1); j <= k; j++) if (of(cond.of, j) === T) n++;
        return COMPARE[cond.cmp]?.(n, cond.n) ? T : F;
      }
      case "share":
      case "samples":
        return this.share(cond, k);
      case "response":
        return this.response(cond, k);
      case "offline": {
        const row = this.before(k, () => true).next().value;
        return row === undefined ? U : secondsAt(k) - row.at >= cond.ms / 1000 ? T : F;
      }
      case "noData": {
        const row = this.lastOf(cond.id, k);
        return row === undefined ? U : secondsAt(k) - row.at >= cond.ms / 1000 ? T : F;
      }
      case "lt":
      case "le":
      case "gt":
      case "ge":
      case "eq":
      case "ne": {
        const [a, b] = [this.number(cond.left, k), this.number(cond.right, k)];
        return Number.isNaN(a - b) ? U : COMPARE[cond.op]?.(a, b) ? T : F;
      }
      default:
        throw new Error(`no definition for ${cond.op}`);
    }
  }

  private share(cond: Extract<Cond, { op: "share" | "samples" }>, k: number): Verdict {
    const sums = [0, 0, 0];
    const ids = [...signalsOf(cond.of)];
    if (cond.op === "share" && cond.per === "time") throw new Error("a share of time changes between whole seconds");
    for (const r of this.rows)
      if (CELLS * r.at <= k && CELLS * r.at > k - cells(cond.ms) && ids.some((id) => id in r.samples))
        sums[this.verdicts(cond.of)[CELLS * r.at] as Verdict] =
          (sums[this.verdicts(cond.of)[CELLS * r.at] as Verdict] ?? 0) + 1;
    const [f, u, t] = sums as [number, number, number];
    const total = f + u + t;
    if (total < Math.max(1, cond.minSamples)) return U;
    const limit = cond.op === "samples" ? cond.n : Number((cond.fraction * total).toPrecision(12));
    const reached = (n: number): boolean => COMPARE[cond.cmp]?.(n, limit) === true;
    return reached(t) === reached(t + u) ? (reached(t) ? T : F) : U;
  }

  private response(cond: Extract<Cond, { op: "response" }>, k: number): Verdict {
    const [after, expect] = [this.verdicts(cond.after), this.verdicts(cond.expect)];
    const begin = k - cells(cond.ms);
    if (!cond.negated) return expect[k] === T && after.slice(Math.max(0, begin), k + 1).includes(T) ? T : F;
    if (begin < 0 || after[begin] !== T) return F;
    return (T - Math.max(...expect.slice(begin, k + 1))) as Verdict;
  }
}

export const cells = (ms: number): number => CELLS * (ms / 1000);

/** Seconds at index k: just more than a whole number of them behind an instant. */
const secondsAt = (k: number): number => Math.floor(k / CELLS) + (k % CELLS === 0 ? 0 : 1e-6);

/** Seconds that are told of index k, in whole milliseconds. */
export const toldAt = (k: number): number => Math.floor(k / CELLS) + Math.floor((k % CELLS) / 2) / 1000;
