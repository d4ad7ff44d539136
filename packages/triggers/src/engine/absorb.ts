/**
 * Windows taking in a log of samples: the same as a sample at a time, with what a window is made of in local variables,
 * because a quiet fleet does little else. Each function stops when its queue asks for more room and says how many rows
 * it took.
 */
import { COUNT, LAST, MICRO, NEWEST, STALE, SUM, TAKEN } from "./aggregate-state.ts";
import { TURN, turn, widen } from "./extremes.ts";
import type { Log } from "./node.ts";
import type { Pressure, Queue } from "./queue.ts";
import { BASE, HEAD, LENGTH, ROOM, SPARE } from "./queue.ts";
import { moveSlope } from "./slope.ts";
import { isSameBucket } from "./window-plan.ts";

export interface Window {
  readonly q: Queue;
  readonly at: number;
  readonly span: number;
  readonly bucket: number;
  readonly pressure: Pressure;
}

/** Sums, means, counts; `bounded`: extremes too. Rows: cell of the newest sample of a bucket, sum in millionths, samples. */
export function absorbSums(w: Window, bounded: boolean, n: Float64Array, log: Log): number {
  const { q, at, span, bucket } = w;
  const { meta } = q;
  const base = (n[meta + BASE] as number) | 0;
  const room = (n[meta + ROOM] as number) | 0;
  let head = (n[meta + HEAD] as number) | 0;
  let length = (n[meta + LENGTH] as number) | 0;
  let sum = n[at + SUM] as number;
  let samples = n[at + COUNT] as number;
  let tail = length === 0 ? -1 : q.last(n);
  const { rows } = log;
  let row = log.from;
  let r = 0;
  while (r < log.count && (r === 0 || length + SPARE <= room)) {
    const k = rows[row] as number;
    const v = rows[row + log.column] as number;
    row += log.width;
    r++;
    n[at + LAST] = k;
    n[at + TAKEN] = NaN;
    if (v !== v) continue;
    const taken = Math.round(v * MICRO);
    n[at + TAKEN] = taken;
    if (bounded) {
      if (!(k < (n[at + TURN] as number))) turn(n, at, k + span);
      widen(n, at, v);
    }
    if (length + SPARE >= room) {
      for (; length > 0; length--) {
        const first = base + 3 * head;
        if ((n[first] as number) > k - span) break;
        sum -= n[first + 1] as number;
        samples -= n[first + 2] as number;
        if (++head === room) head = 0;
      }
      if (length === 0) tail = -1;
    }
    if (tail >= 0 && isSameBucket(n[tail] as number, k, bucket)) {
      n[tail + 1] = (n[tail + 1] as number) + taken;
      n[tail + 2] = (n[tail + 2] as number) + 1;
    } else {
      const place = head + length++;
      tail = base + 3 * (place >= room ? place - room : place);
      n[tail + 1] = taken;
      n[tail + 2] = 1;
    }
    n[tail] = k;
    n[at + NEWEST] = k;
    sum += taken;
    samples++;
  }
  n[meta + HEAD] = head;
  n[meta + LENGTH] = length;
  n[at + SUM] = sum;
  n[at + COUNT] = samples;
  n[at + STALE] = 1;
  if (length + SPARE > room) w.pressure.tight = true;
  return r;
}

/** Slopes: the first sample of each bucket. Rows: cell, value in millionths. */
export function absorbSlope(w: Window, n: Float64Array, log: Log): number {
  const { q, at, span, bucket } = w;
  const { rows } = log;
  let row = log.from;
  let last = q.length(n) === 0 ? -Infinity : (n[q.last(n)] as number);
  for (let r = 0; r < log.count; row += log.width) {
    const k = rows[row] as number;
    const v = rows[row + log.column] as number;
    r++;
    n[at + LAST] = k;
    n[at + TAKEN] = NaN;
    if (v !== v || isSameBucket(last, k, bucket)) continue;
    const taken = Math.round(v * MICRO);
    n[at + TAKEN] = taken;
    if (q.tight(n)) {
      while (q.length(n) > 0 && (n[q.first(n)] as number) <= k - span) {
        const first = q.first(n);
        n[at + COUNT] = (n[at + COUNT] as number) - 1;
        n[at + SUM] = (n[at + SUM] as number) - (n[first + 1] as number);
        moveSlope(n, at, n[first] as number, n[first + 1] as number, -1);
        q.shift(n);
      }
    }
    const place = q.push(n);
    n[place] = k;
    n[place + 1] = taken;
    last = k;
    n[at + NEWEST] = k;
    n[at + COUNT] = (n[at + COUNT] as number) + 1;
    n[at + SUM] = (n[at + SUM] as number) + taken;
    n[at + STALE] = 1;
    moveSlope(n, at, k, taken, 1);
    if (w.pressure.tight) return r;
  }
  return log.count;
}

/** Held values of a change: a row for each other value. `add` takes a sample of another value than the last one's. */
export function absorbHeld(
  { q, at, pressure }: Pick<Window, "q" | "at" | "pressure">,
  add: (n: Float64Array, k: number, v: number) => void,
  n: Float64Array,
  log: Log,
): number {
  const { rows } = log;
  let row = log.from;
  let held = q.length(n) === 0 ? Infinity : (n[q.last(n) + 1] as number);
  for (let r = 0; r < log.count; row += log.width) {
    const k = rows[row] as number;
    const v = rows[row + log.column] as number;
    r++;
    if (v === held && k < (n[at + TURN] as number)) {
      widen(n, at, v);
      continue;
    }
    add(n, k, v);
    held = v;
    if (pressure.tight) return r;
  }
  return log.count;
}
