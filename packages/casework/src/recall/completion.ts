/** Completion of a recall by quarter: remedied ÷ affected, without vehicles that were scrapped or exported. */
import { proposal, type LegalBasis } from "../basis.ts";
import { dateOf, dayOf } from "../time/shanghai.ts";

/** What a completion is counted from; whole vehicles. */
export interface Counts {
  readonly affected: number;
  readonly excluded: number;
  /** Vehicles remedied in a quarter, e.g. `{"2026-Q4": 120}`. */
  readonly remediedIn: { readonly [quarter: string]: number };
}

/** The state at the end of a quarter; `rate` in percent, one decimal. */
export interface QuarterFigures {
  readonly quarter: string;
  readonly remedied: number;
  readonly affected: number;
  readonly rate: number;
}

/**
 * No law names a minimum. A follow-up is asked for when the rate rose by less than `points` percentage points since the last
 * review while it is below `complete`.
 */
export const FLAT_SLOPE: { readonly points: number; readonly complete: number; readonly basis: LegalBasis } = {
  points: 5,
  complete: 95,
  basis: proposal("R-4.45"),
};

/** `2026-Q4`, of the Shanghai day of an instant in UTC ms. */
export function quarterOf(ms: number): string {
  const date = dateOf(dayOf(ms));
  return `${date.slice(0, 4)}-Q${Math.ceil(Number(date.slice(5, 7)) / 3)}`;
}

export function remediedOf({ remediedIn }: Pick<Counts, "remediedIn">): number {
  return Object.values(remediedIn).reduce((sum, count) => sum + count, 0);
}

/** Vehicles that still wait for their remedy. */
export function outstandingOf(counts: Counts): number {
  return Math.max(0, counts.affected - counts.excluded - remediedOf(counts));
}

/** Percent with one decimal; 100 when nothing is left to remedy. */
export function rateOf(remedied: number, counted: number): number {
  return counted <= 0 ? 100 : Math.round((remedied / counted) * 1000) / 10;
}

export function completionOf(counts: Counts): number {
  return rateOf(remediedOf(counts), counts.affected - counts.excluded);
}

/** One line per quarter in which something was remedied, oldest first, each with everything up to its end. */
export function trendOf(counts: Counts): readonly QuarterFigures[] {
  const affected = counts.affected - counts.excluded;
  let remedied = 0;
  return Object.keys(counts.remediedIn)
    .sort()
    .map((quarter) => {
      remedied += counts.remediedIn[quarter] ?? 0;
      return { quarter, remedied, affected, rate: rateOf(remedied, affected) };
    });
}

/** `9 / 49 (18.4 %)`: a line for people, in any language. */
export function sayCompletion({ remedied, affected, rate }: Omit<QuarterFigures, "quarter">): string {
  return `${remedied} / ${affected} (${rate} %)`;
}

/** @param last rate at the review before, percent */
export function isFlat(last: number, rate: number): boolean {
  return rate < FLAT_SLOPE.complete && rate - last < FLAT_SLOPE.points;
}
