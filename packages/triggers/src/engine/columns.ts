/** Numbers in as few bytes as keep them exactly (see pack.ts): single ones, and columns of one kind. */

/** Cells of a second: devices tell whole ones. */
const SECOND = 2000;

/** How a number is kept: an integer of the given unit, counted from the clock or not; or as it is. */
const SECONDS = 0,
  CELLS = 1,
  INTEGER = 2,
  THOUSANDTHS = 3,
  MILLIONTHS = 4,
  SPECIAL = 5,
  DOUBLE = 6;
/** Bits of a head that tell it. */
export const TYPE_BITS = 3;
const TYPE = 2 ** TYPE_BITS - 1;
/** Bytes of a number at most, with its head. */
export const MOST_BYTES = 9;

const SPECIALS = [NaN, Infinity, -Infinity] as const;

const real = new Float64Array(1);
const eight = new Uint8Array(real.buffer);

export function isSame(x: number, y: number): boolean {
  return x === y || (x !== x && y !== y);
}

/** A natural number in 7 bits per byte. Returns where the next byte goes. */
export function putCount(out: Uint8Array, from: number, count: number): number {
  let p = from;
  let rest = count >>> 0;
  while (rest > 127) {
    out[p++] = rest | 128;
    rest >>>= 7;
  }
  out[p++] = rest;
  return p;
}

/** Where the byte behind what was taken last is. */
export const taken = { end: 0 };

export function takeCount(bytes: Uint8Array, from: number): number {
  let p = from;
  let byte = bytes[p++] as number;
  let count = byte & 127;
  for (let shift = 7; byte > 127; shift += 7) {
    byte = bytes[p++] as number;
    count |= (byte & 127) << shift;
  }
  taken.end = p;
  return count;
}

function putInteger(out: Uint8Array, from: number, x: number): number {
  return putCount(out, from, (x << 1) ^ (x >> 31));
}

export function putDouble(out: Uint8Array, from: number, x: number): number {
  real[0] = x;
  for (let i = 0; i < 8; i++) out[from + i] = eight[i] as number;
  return from + 8;
}

export function takeDouble(bytes: Uint8Array, from: number): number {
  for (let i = 0; i < 8; i++) eight[i] = bytes[from + i] as number;
  return real[0] as number;
}

/** Writes a head of one byte, whose higher bits are the caller's, and the number. Returns where the next byte goes. */
export function putNumber(out: Uint8Array, p: number, head: number, x: number, base: number): number {
  const distance = x - base;
  if ((distance | 0) === distance && base + distance === x) {
    const seconds = distance / SECOND;
    const isWhole = (seconds | 0) === seconds;
    out[p] = head | (isWhole ? SECONDS : CELLS);
    return putInteger(out, p + 1, isWhole ? seconds : distance);
  }
  if ((x | 0) === x) {
    out[p] = head | INTEGER;
    return putInteger(out, p + 1, x);
  }
  const thousandths = Math.round(x * 1000);
  if ((thousandths | 0) === thousandths && thousandths / 1000 === x) {
    out[p] = head | THOUSANDTHS;
    return putInteger(out, p + 1, thousandths);
  }
  const millionths = Math.round(x * 1e6);
  if ((millionths | 0) === millionths && millionths / 1e6 === x) {
    out[p] = head | MILLIONTHS;
    return putInteger(out, p + 1, millionths);
  }
  if (x - x !== 0) {
    out[p] = head | SPECIAL;
    out[p + 1] = x !== x ? 0 : x > 0 ? 1 : 2;
    return p + 2;
  }
  out[p] = head | DOUBLE;
  return putDouble(out, p + 1, x);
}

/** The number whose head is at `p`. */
export function takeNumber(bytes: Uint8Array, p: number, base: number): number {
  const type = (bytes[p] as number) & TYPE;
  if (type === DOUBLE) {
    taken.end = p + 9;
    return takeDouble(bytes, p + 1);
  }
  const rest = takeCount(bytes, p + 1);
  if (type === SPECIAL) return SPECIALS[rest] as number;
  const x = (rest >>> 1) ^ -(rest & 1);
  switch (type) {
    case SECONDS:
      return base + x * SECOND;
    case CELLS:
      return base + x;
    case INTEGER:
      return x;
    case THOUSANDTHS:
      return x / 1000;
    default:
      return x / 1e6;
  }
}

/**
 * How a column is kept, from short to long: all the same; steps of the given unit; steps of values that are integers
 * when multiplied; each number by itself.
 */
const CONSTANT = 0;
export const EACH = 7;
const FIRST_SCALED = 5;
const UNITS = [0, 100_000, SECOND, 1000, 1] as const;
const SCALES = [0, 0, 0, 0, 0, 1000, 1e6] as const;
const KIND_BITS = 3;
const KIND = 2 ** KIND_BITS - 1;

/** Steps of the column that is being written. */
let steps = new Int32Array(64);

/** Fills `steps` with those of a column; gives the bits that they need, −1 if they are none of such. */
function findSteps(kind: number, column: Float64Array, length: number): number {
  if (steps.length < length) steps = new Int32Array(2 * length);
  let bits = 0;
  if (kind < FIRST_SCALED) {
    const unit = UNITS[kind] as number;
    let before = column[0] as number;
    for (let row = 1; row < length; row++) {
      const x = column[row] as number;
      const step = (x - before) / unit;
      if ((step | 0) !== step || before + step * unit !== x) return -1;
      steps[row] = step;
      bits |= step ^ (step >> 31);
      before = x;
    }
    return bits;
  }
  const scale = SCALES[kind] as number;
  let before = Math.round((column[0] as number) * scale);
  if ((before | 0) !== before || before / scale !== column[0]) return -1;
  for (let row = 1; row < length; row++) {
    const x = column[row] as number;
    const scaled = Math.round(x * scale);
    if ((scaled | 0) !== scaled || scaled / scale !== x) return -1;
    const step = scaled - before;
    if ((step | 0) !== step) return -1;
    steps[row] = step;
    bits |= step ^ (step >> 31);
    before = scaled;
  }
  return bits;
}

/** Writes a column of at least one number in a kind; −1 if it cannot be kept that way. */
export function putColumn(
  kind: number,
  column: Float64Array,
  length: number,
  base: number,
  out: Uint8Array,
  from: number,
): number {
  let p = from;
  if (kind === CONSTANT || kind === EACH) {
    out[p] = kind;
    p = putNumber(out, p + 1, 0, column[0] as number, base);
    for (let row = 1; row < length; row++) {
      if (kind === EACH) p = putNumber(out, p, 0, column[row] as number, base);
      else if (!isSame(column[row] as number, column[0] as number)) return -1;
    }
    return p;
  }
  const bits = findSteps(kind, column, length);
  if (bits < 0) return -1;
  const width = bits < 0x80 ? 1 : bits < 0x8000 ? 2 : 4;
  out[p] = kind | (width << KIND_BITS);
  p = putNumber(out, p + 1, 0, column[0] as number, base);
  for (let row = 1; row < length; row++) {
    const step = steps[row] as number;
    out[p++] = step;
    if (width === 1) continue;
    out[p++] = step >> 8;
    if (width === 2) continue;
    out[p++] = step >> 16;
    out[p++] = step >> 24;
  }
  return p;
}

/** Reads a column into every `width`-th number from `to` on. Returns where the next byte is. */
export function takeColumn(
  n: Float64Array,
  to: number,
  width: number,
  length: number,
  base: number,
  bytes: Uint8Array,
  from: number,
): number {
  const head = bytes[from] as number;
  const kind = head & KIND;
  let x = takeNumber(bytes, from + 1, base);
  n[to] = x;
  let p = taken.end;
  const end = to + length * width;
  if (kind === CONSTANT) {
    for (let at = to + width; at < end; at += width) n[at] = x;
    return p;
  }
  if (kind === EACH) {
    for (let at = to + width; at < end; at += width) {
      n[at] = takeNumber(bytes, p, base);
      p = taken.end;
    }
    return p;
  }
  const scale = SCALES[kind] as number;
  const unit = kind < FIRST_SCALED ? (UNITS[kind] as number) : 1;
  if (scale > 0) x = Math.round(x * scale);
  const stepBytes = head >> KIND_BITS;
  for (let at = to + width; at < end; at += width) {
    let step: number;
    if (stepBytes === 1) step = ((bytes[p++] as number) << 24) >> 24;
    else if (stepBytes === 2) {
      step = (((bytes[p] as number) | ((bytes[p + 1] as number) << 8)) << 16) >> 16;
      p += 2;
    } else {
      step =
        (bytes[p] as number) |
        ((bytes[p + 1] as number) << 8) |
        ((bytes[p + 2] as number) << 16) |
        ((bytes[p + 3] as number) << 24);
      p += 4;
    }
    x += step * unit;
    n[at] = scale > 0 ? x / scale : x;
  }
  return p;
}
