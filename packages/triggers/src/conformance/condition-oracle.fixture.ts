/** What a condition is at every instant of a trace: every operator looks at every instant of its window. */
import { signalsOf, type Cond } from "../lang/core.ts";
import { CELLS, cells, Numbers, secondsAt, type Row } from "./number-oracle.fixture.ts";

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

export class Oracle extends Numbers {
  /** Number of indices. */
  private readonly length: number;
  private readonly memo = new Map<Cond, (Verdict | undefined)[]>();
  /** Of `clock samples`: the indices at which there is a verdict. */
  private readonly instants: ReadonlySet<number> | undefined;
  /** Before this index all is unknown. */
  private readonly first: number;

  /**
   * @param end last second that is looked at
   * @param holds seconds for which a value of each signal holds
   * @param samplesOf the clock are the samples of these inputs; without it, time
   */
  constructor(
    rows: readonly Row[],
    end: number,
    holds: Readonly<Record<string, number>>,
    samplesOf?: readonly string[],
  ) {
    super(rows, holds);
    const own = samplesOf && rows.filter(({ samples }) => samplesOf.some((id) => id in samples));
    this.instants = own && new Set(own.map(({ at }) => CELLS * at));
    this.first = own ? CELLS * (own[0]?.at ?? end + 1) : 0;
    this.length = CELLS * (end + 1);
  }

  /** Verdict at every index; undefined where the clock does not tick. */
  verdicts(cond: Cond): readonly (Verdict | undefined)[] {
    let list = this.memo.get(cond);
    if (list === undefined) {
      list = [];
      this.memo.set(cond, list);
      for (let k = 0; k < this.length; k++) list.push(this.instants?.has(k) === false ? undefined : this.at(cond, k));
    }
    return list;
  }

  private past(of: Cond, k: number, from: number, to: number): Verdict[] {
    const list = this.verdicts(of);
    const inside = list.slice(Math.max(0, k - to), Math.max(0, k - from + 1)).filter((v) => v !== undefined);
    return k - to < this.first ? [U, ...inside] : inside;
  }

  private at(cond: Cond, k: number): Verdict {
    const of = (c: Cond, j = k): Verdict => (j < this.first ? U : (this.verdicts(c)[j] as Verdict));
    const ticks = (j: number): boolean => j < this.first || this.instants?.has(j) !== false;
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
        for (let j = Math.max(from, this.first - 1); j <= to; j++) {
          if (!ticks(j)) continue;
          // Behind an instant inside an open interval lies more of it, unless it is the present one.
          const begin = j % 2 !== 0 && j !== k ? j : j + 1;
          const held: Verdict[] = [of(cond.right, j)];
          for (let i = begin; i <= k; i++) if (ticks(i)) held.push(of(cond.left, i));
          options.push(least(held));
        }
        if (from < this.first && to < this.first) options.push(least([U, ...this.past(cond.left, k, 0, k)]));
        return most(options);
      }
      case "rising":
      case "falling": {
        const [wanted, other] = cond.op === "rising" ? [T, F] : [F, T];
        const now = of(cond.of);
        if (now === U) return U;
        if (now !== wanted) return F;
        let j = k - 1;
        while (j >= this.first && (!ticks(j) || of(cond.of, j) === U)) j--;
        // A gap is no edge; a first T is one, a first F none.
        if (j < this.first) return wanted === T ? T : F;
        return of(cond.of, j) === other ? T : F;
      }
      case "count": {
        let n = 0;
        for (let j = Math.max(0, k - cells(cond.ms) + 1); j <= k; j++) if (ticks(j) && of(cond.of, j) === T) n++;
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
    return (T - Math.max(...expect.slice(begin, k + 1).filter((v) => v !== undefined))) as Verdict;
  }
}
