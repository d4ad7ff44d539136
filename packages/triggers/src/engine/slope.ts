/** Sums of a least-squares slope, and limits under which it stays on its side of another. Rows: cell, value in millionths. */
import { COUNT, MICRO, ORIGIN, SUM, SUM_T, SUM_TT, SUM_TV } from "./aggregate-state.ts";
import type { Guard } from "./guard.ts";
import type { Queue } from "./queue.ts";

/**
 * The slope of n samples whose values lie within r of each other is at most (r/2)·√(n/Σd²), d their distances in time
 * from the mean (Cauchy and Schwarz). The first and the last, L apart, give Σd² at least L²/2; the N = n − 2 between
 * them, at least m apart, at least m²·N(N² − 1)/12 more. With samples at most g apart, a window that rows have left has
 * L ≥ span − 2g and n ≥ span/g − 1. `limit` in units per second.
 */
export function keepSlope(
  q: Queue,
  n: Float64Array,
  k: number,
  span: number,
  bucket: number,
  input: number,
  guard: Guard,
  limit: number,
): boolean {
  const length = q.length(n);
  let first = 0;
  while (first < length && (n[q.at(n, first)] as number) <= k - span) first++;
  if (length - first < 3) return false;
  let last = n[q.at(n, first)] as number;
  let least = (n[q.at(n, first) + 1] as number) / MICRO;
  let most = least;
  let narrow = Infinity;
  let wide = 0;
  for (let i = first + 1; i < length; i++) {
    const row = q.at(n, i);
    const cell = n[row] as number;
    const v = (n[row + 1] as number) / MICRO;
    if (cell - last < narrow) narrow = cell - last;
    if (cell - last > wide) wide = cell - last;
    if (v < least) least = v;
    if (v > most) most = v;
    last = cell;
  }
  if (guard.pace >= bucket) {
    if (!(narrow >= bucket)) return false;
    // No two observations share a bucket, if they stay as far apart.
    narrow = Math.max(0.8 * narrow, bucket);
    wide *= 1.25;
    guard.apart(narrow);
    guard.within(wide);
  } else {
    // The first sample of each bucket counts. With observations less than a quarter of a bucket apart these are between
    // three and five quarters of it apart.
    narrow = Math.min(narrow, (Math.floor(last / bucket) + 1) * bucket - last);
    if (!(narrow >= 0.75 * bucket && wide <= 1.25 * bucket)) return false;
    narrow = 0.75 * bucket;
    wide = 1.25 * bucket;
    guard.within(bucket / 4);
  }
  // There is never less: either none has left yet, or the rest reaches back through the window.
  const extent = Math.min(last - (n[q.at(n, first)] as number), span - 2 * wide);
  const fewest = Math.min(length - first, Math.floor(span / wide) - 1);
  if (!(extent > 0 && fewest >= 3)) return false;
  let worst = 0;
  for (let count = fewest, most = Math.ceil(span / narrow) + 1; count <= most; count++) {
    const inner = count - 2;
    const squares = (extent * extent) / 2 + (narrow * narrow * inner * (inner * inner - 1)) / 12;
    if (count / squares > worst) worst = count / squares;
  }
  // Cells are half milliseconds: 2000 of them are the second of the unit.
  const range = (limit / 2000) * (2 / Math.sqrt(worst));
  const room = (range - (most - least)) * 0.499 - 1e-6;
  // A guard that is soon left costs more than it saves.
  if (!(room > 0.4 * (most - least))) return false;
  guard.keep(input, least - room, most + room);
  return true;
}

/** Σt, Σt², Σtv in ms from an origin that is moved (exactly) before the products leave the integers. */
export function moveSlope(n: Float64Array, at: number, k: number, micro: number, sign: number): void {
  if (n[at + COUNT] === 0 || Number.isNaN(n[at + ORIGIN] as number)) {
    n[at + ORIGIN] = k;
    n[at + SUM_T] = 0;
    n[at + SUM_TT] = 0;
    n[at + SUM_TV] = 0;
    if (sign < 0) return;
  }
  const t = (k - (n[at + ORIGIN] as number)) / 2;
  n[at + SUM_T] = (n[at + SUM_T] as number) + sign * t;
  n[at + SUM_TT] = (n[at + SUM_TT] as number) + sign * t * t;
  n[at + SUM_TV] = (n[at + SUM_TV] as number) + sign * t * micro;
}

/** Least squares in units per second. */
export function slope(q: Queue, n: Float64Array, at: number): number {
  const head = n[q.first(n)] as number;
  // Far from its origin the sums would lose digits: start again at the oldest sample.
  if (head - (n[at + ORIGIN] as number) > 4 * ((n[q.last(n)] as number) - head) + 2_000_000) {
    n[at + ORIGIN] = head;
    n[at + SUM_T] = 0;
    n[at + SUM_TT] = 0;
    n[at + SUM_TV] = 0;
    for (let i = 0; i < q.length(n); i++) moveSlope(n, at, n[q.at(n, i)] as number, n[q.at(n, i) + 1] as number, 1);
  }
  return slopeOf(
    n[at + COUNT] as number,
    n[at + SUM] as number,
    n[at + SUM_T] as number,
    n[at + SUM_TT] as number,
    n[at + SUM_TV] as number,
  );
}

export function slopeOf(count: number, sv: number, st: number, stt: number, stv: number): number {
  const denominator = count * stt - st * st;
  if (denominator === 0) return NaN;
  return ((count * stv - st * sv) / denominator) * (1000 / MICRO);
}
