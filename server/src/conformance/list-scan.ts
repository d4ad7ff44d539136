/** Passes over whole columns of a block: where reasons say that a value is not one. */
import { getList, getScalar } from "@sandglass/signals";
import { FACT, type CountedRows } from "./counted-rows.ts";
import { LIST_FIELD_RULES, SCALAR_FIELD_RULES } from "./rule-numbers.ts";

const CELLS = getList("cell.voltage").column;
const PROBES = getList("probe.temp").column;
/** Scalars that every healthy report has, of both editions: where all are values, rules need not ask for each. */
const SOUND_SCALARS = [
  "vehicle.state",
  "charge.state",
  "speed",
  "mileage",
  "total_voltage",
  "total_current",
  "soc",
  "location.valid",
  "location.longitude",
  "location.latitude",
  "alarm.level",
  "alarm.flags",
].map((id) => getScalar(id).column);
/** A reason of 2 or more in one of four bytes: abnormal, invalid, out of range. */
const ANY_SENTINEL = 0x0606_0606;
const BYTES_AT_ONCE = 64;

/** Views of reasons by eight, made once for each array: blocks come again and again. */
const wordsByArray = new WeakMap<Uint8Array, BigUint64Array>();
// A word of 64 bits is looked at through two of 32: the compiler then keeps it in a register.
const word64 = new BigUint64Array(1);
const word32 = new Uint32Array(word64.buffer);

function wordsOf(reasons: Uint8Array): BigUint64Array {
  let words = wordsByArray.get(reasons);
  if (words === undefined) {
    words =
      (reasons.byteOffset & 7) === 0
        ? new BigUint64Array(reasons.buffer, reasons.byteOffset, reasons.byteLength >>> 3)
        : new BigUint64Array(0);
    wordsByArray.set(reasons, words);
  }
  return words;
}

/** First entry of [from, to) whose reason is 2 or more; `to` when there is none. */
function nextSentinel(reasons: Uint8Array, words: BigUint64Array, from: number, to: number): number {
  let i = from;
  while (i < to && (i & 7) !== 0) {
    if (reasons[i] > 1) return i;
    i++;
  }
  // 64 entries at a time: nearly all of them are values.
  for (const last = Math.min(to, words.length * 8) - BYTES_AT_ONCE; i <= last; i += BYTES_AT_ONCE) {
    const at = i >>> 3;
    word64[0] =
      words[at] |
      words[at + 1] |
      words[at + 2] |
      words[at + 3] |
      words[at + 4] |
      words[at + 5] |
      words[at + 6] |
      words[at + 7];
    if (((word32[0] | word32[1]) & ANY_SENTINEL) !== 0) break;
  }
  for (; i < to; i++) if (reasons[i] > 1) return i;
  return to;
}

/** Counts the sentinels and range errors of scalars. */
export function scanScalars(rows: CountedRows): void {
  const { block, from, to } = rows;
  for (const { column, byReason } of SCALAR_FIELD_RULES) {
    const { reasons } = block.scalars[column];
    const words = wordsOf(reasons);
    for (let row = nextSentinel(reasons, words, from, to); row < to; row = nextSentinel(reasons, words, row + 1, to)) {
      const rule = byReason[reasons[row]];
      if (rule >= 0) rows.hit(row, rule);
    }
  }
}

/** Fills `flaws`: the reasons of SOUND_SCALARS, or-ed. */
export function noteFlaws({ block, from, to, flaws }: CountedRows): void {
  const words = wordsOf(flaws);
  const end = (to + 7) >>> 3;
  let isFirst = true;
  for (const column of SOUND_SCALARS) {
    const { reasons } = block.scalars[column];
    const source = wordsOf(reasons);
    const whole = Math.min(end, source.length);
    if (isFirst) words.set(source.subarray(0, whole));
    else for (let i = from >>> 3; i < whole; i++) words[i] |= source[i];
    for (let row = source.length * 8; row < to; row++) flaws[row] = isFirst ? reasons[row] : flaws[row] | reasons[row];
    isFirst = false;
  }
}

/** Counts rows in which a list has a sentinel or range error, once for each rule and row; notes damaged cells, probes. */
export function scanLists(rows: CountedRows): void {
  for (const { column, byReason } of LIST_FIELD_RULES) {
    const fact = column === CELLS ? FACT.damagedCells : column === PROBES ? FACT.damagedProbes : 0;
    scanList(rows, column, byReason, fact);
  }
}

function scanList(rows: CountedRows, column: number, byReason: Int32Array, fact: number): void {
  const { block, from, to, facts } = rows;
  const { reasons, ends } = block.lists[column];
  const end = ends[to - 1];
  let entry = from === 0 ? 0 : ends[from - 1];
  if (entry === end) return;
  const words = wordsOf(reasons);
  let row = from;
  let seen = 0;
  for (;;) {
    entry = nextSentinel(reasons, words, entry, end);
    if (entry === end) return;
    if (entry >= ends[row]) {
      row = rowOf(ends, entry, row, to);
      seen = 0;
    }
    facts[row] |= fact;
    const reason = reasons[entry++];
    if ((seen & (1 << reason)) !== 0) continue;
    seen |= 1 << reason;
    if (byReason[reason] >= 0) rows.hit(row, byReason[reason]);
  }
}

/** First row behind `row` whose end is behind the entry. */
function rowOf(ends: Uint32Array, entry: number, row: number, to: number): number {
  let low = row + 1;
  let high = to - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ends[middle] > entry) high = middle;
    else low = middle + 1;
  }
  return low;
}
