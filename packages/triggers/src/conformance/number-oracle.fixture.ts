/**
 * What a number is at every instant of a trace, by the definitions of the language and slowly: nothing is kept.
 *
 * Observations lie on whole seconds and so do all durations. Then little happens between them: what an instant brings
 * about right behind it. Of each second there are CELLS indices: the instant itself, some half milliseconds behind it (as
 * the engine counts them, ADR 0031), and the rest of the second in the last one.
 */
import { signalsOfNum, type Num } from "../lang/core.ts";

export type Sample = number | "invalid";
export interface Row {
  /** Whole seconds, ascending. */
  readonly at: number;
  readonly samples: Readonly<Record<string, Sample>>;
}

/** Indices of a second; an even number, so that the rest of a second is an open interval as odd half milliseconds are. */
export const CELLS = 6;

export class Numbers {
  protected readonly rows: readonly Row[];
  private readonly holds: Readonly<Record<string, number>>;

  /** @param holds seconds for which a value of each signal holds */
  constructor(rows: readonly Row[], holds: Readonly<Record<string, number>>) {
    this.rows = rows;
    this.holds = holds;
  }

  /** Observations up to index k, the last one first. */
  protected *before(k: number, wanted: (row: Row) => boolean): Generator<Row> {
    for (let i = this.rows.length - 1; i >= 0; i--) {
      const row = this.rows[i] as Row;
      if (CELLS * row.at <= k && wanted(row)) yield row;
    }
  }

  protected lastOf(id: string, k: number): Row | undefined {
    return this.before(k, (row) => id in row.samples).next().value;
  }

  protected signal(id: string, k: number): number {
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
}

export const cells = (ms: number): number => CELLS * (ms / 1000);

/** Seconds at index k: just more than a whole number of them behind an instant. */
export const secondsAt = (k: number): number => Math.floor(k / CELLS) + (k % CELLS === 0 ? 0 : 1e-6);

/** Seconds that are told of index k, in whole milliseconds. */
export const toldAt = (k: number): number => Math.floor(k / CELLS) + Math.floor((k % CELLS) / 2) / 1000;
