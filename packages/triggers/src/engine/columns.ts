/** Numbers of one kind, one after the other, in as few words of 32 bits as keep them exactly (see pack.ts). */

const MICRO = 1e6;
/** Integers of millionths that stand for what has none. */
export const UNKNOWN = -(2 ** 31);
const FOREVER = UNKNOWN + 1;
const EVER = UNKNOWN + 2;
const LEAST = UNKNOWN + 3;
export const MOST = 2 ** 31 - 1;

const CONSTANT = 0,
  STEPS = 1,
  INTEGERS = 2,
  MILLIONTHS = 3,
  PLAIN = 5;
export const DOUBLES = 4;

/** From short to long. */
export const KINDS = [CONSTANT, STEPS, INTEGERS, PLAIN, MILLIONTHS, DOUBLES] as const;

/** A double and its two words. */
export const real = new Float64Array(1);
export const halves = new Int32Array(real.buffer);

export function isSame(x: number, y: number): boolean {
  return x === y || (x !== x && y !== y);
}

/** Words of so many rows after the first. */
function payload(kind: number, rows: number): number {
  return kind === CONSTANT ? 0 : kind === STEPS ? (rows + 1) >> 1 : kind === DOUBLES ? 2 * rows : rows;
}

/** Writes what follows the first number of a column; −1 if it cannot be kept that way. */
export function writeColumn(
  kind: number,
  column: Float64Array,
  length: number,
  base: number,
  out: Int32Array,
  from: number,
): number {
  let p = from;
  switch (kind) {
    case CONSTANT: {
      const first = column[0] as number;
      for (let row = 1; row < length; row++) if (!isSame(column[row] as number, first)) return -1;
      return p;
    }
    case STEPS: {
      let before = column[0] as number;
      let half = 0;
      for (let row = 1; row < length; row++) {
        const x = column[row] as number;
        const step = x - before;
        if (!(step >= -32768 && step <= 32767 && (step | 0) === step && before + step === x)) return -1;
        if ((row & 1) === 1) half = step & 0xffff;
        else out[p++] = half | (step << 16);
        before = x;
      }
      if ((length & 1) === 0) out[p++] = half;
      return p;
    }
    case INTEGERS:
      for (let row = 1; row < length; row++) {
        const distance = (column[row] as number) - base;
        if (
          !(distance >= UNKNOWN && distance <= MOST && (distance | 0) === distance && base + distance === column[row])
        )
          return -1;
        out[p++] = distance;
      }
      return p;
    case PLAIN:
      for (let row = 1; row < length; row++) {
        const x = column[row] as number;
        if (!(x >= UNKNOWN && x <= MOST && (x | 0) === x)) return -1;
        out[p++] = x;
      }
      return p;
    case MILLIONTHS:
      for (let row = 1; row < length; row++) {
        const x = column[row] as number;
        const whole = millionths(x);
        if (whole === 0 && x !== 0) return -1;
        out[p++] = whole;
      }
      return p;
    default:
      for (let row = 1; row < length; row++) {
        real[0] = column[row] as number;
        out[p++] = halves[0] as number;
        out[p++] = halves[1] as number;
      }
      return p;
  }
}

export function readColumn(
  n: Float64Array,
  to: number,
  width: number,
  length: number,
  base: number,
  words: Int32Array,
  from: number,
): number {
  const kind = words[from] as number;
  halves[0] = words[from + 1] as number;
  halves[1] = words[from + 2] as number;
  let x = real[0] as number;
  let p = from + 3;
  n[to] = x;
  const end = to + length * width;
  switch (kind) {
    case CONSTANT:
      for (let at = to + width; at < end; at += width) n[at] = x;
      return p;
    case STEPS:
      for (let at = to + width, isLow = true; at < end; at += width, isLow = !isLow) {
        x += isLow ? ((words[p] as number) << 16) >> 16 : (words[p++] as number) >> 16;
        n[at] = x;
      }
      return from + 3 + payload(STEPS, length - 1);
    case INTEGERS:
      for (let at = to + width; at < end; at += width) n[at] = base + (words[p++] as number);
      return p;
    case PLAIN:
      for (let at = to + width; at < end; at += width) n[at] = words[p++] as number;
      return p;
    case MILLIONTHS:
      for (let at = to + width; at < end; at += width) n[at] = ofMillionths(words[p++] as number);
      return p;
    default:
      for (let at = to + width; at < end; at += width) {
        halves[0] = words[p++] as number;
        halves[1] = words[p++] as number;
        n[at] = real[0] as number;
      }
      return p;
  }
}

/** A value as an integer of millionths; 0 for one that is none, unless it is 0. */
export function millionths(x: number): number {
  const scaled = Math.round(x * MICRO);
  if (scaled >= LEAST && scaled <= MOST) return scaled / MICRO === x ? scaled | 0 : 0;
  return x !== x ? UNKNOWN : x === Infinity ? FOREVER : x === -Infinity ? EVER : 0;
}

export function ofMillionths(whole: number): number {
  if (whole >= LEAST) return whole / MICRO;
  return whole === UNKNOWN ? NaN : whole === FOREVER ? Infinity : -Infinity;
}
