/** Passes over whole columns of a block: where reasons say that a value is not one. */
import type { ObservationBlock } from "@sandglass/signals";
import { LIST_FIELD_RULES, SCALAR_FIELD_RULES } from "./rule-numbers.ts";

/** A reason of 2 or more in one of four bytes: abnormal, invalid, out of range. */
const ANY_SENTINEL = 0x0606_0606;

export type CountHit = (row: number, rule: number) => void;

/** Counts the sentinels and range errors of scalars in rows [from, to). */
export function scanScalars(block: ObservationBlock, from: number, to: number, hit: CountHit): void {
  for (const { column, byReason } of SCALAR_FIELD_RULES) {
    const { reasons } = block.scalars[column];
    const words = wordsOf(reasons);
    for (let row = nextSentinel(reasons, words, from, to); row < to; row = nextSentinel(reasons, words, row + 1, to)) {
      const rule = byReason[reasons[row]];
      if (rule >= 0) hit(row, rule);
    }
  }
}

/**
 * Counts rows [from, to) in which a list has a sentinel or range error, once for each rule and row.
 * @param damaged told of every row with such an entry, by list column
 */
export function scanLists(
  block: ObservationBlock,
  from: number,
  to: number,
  hit: CountHit,
  damaged: (column: number, row: number) => void,
): void {
  for (const { column, byReason } of LIST_FIELD_RULES) {
    const { reasons, ends } = block.lists[column];
    const end = ends[to - 1];
    const words = wordsOf(reasons);
    let row = from;
    let seen = 0;
    let entry = nextSentinel(reasons, words, from === 0 ? 0 : ends[from - 1], end);
    for (; entry < end; entry = nextSentinel(reasons, words, entry + 1, end)) {
      if (entry >= ends[row]) {
        while (entry >= ends[row]) row++;
        seen = 0;
      }
      if (seen === 0) damaged(column, row);
      const reason = reasons[entry];
      if ((seen & (1 << reason)) !== 0) continue;
      seen |= 1 << reason;
      if (byReason[reason] >= 0) hit(row, byReason[reason]);
    }
  }
}

function wordsOf(reasons: Uint8Array): Uint32Array {
  return new Uint32Array(reasons.buffer, reasons.byteOffset, reasons.byteLength >>> 2);
}

/** First entry of [from, to) whose reason is 2 or more; `to` when there is none. */
function nextSentinel(reasons: Uint8Array, words: Uint32Array, from: number, to: number): number {
  let i = from;
  while (i < to && (i & 3) !== 0) {
    if (reasons[i] > 1) return i;
    i++;
  }
  const last = to >>> 2;
  let word = i >>> 2;
  // Sixteen entries at a time: nearly all of them are values.
  while (word + 3 < last && ((words[word] | words[word + 1] | words[word + 2] | words[word + 3]) & ANY_SENTINEL) === 0)
    word += 4;
  while (word < last && (words[word] & ANY_SENTINEL) === 0) word++;
  for (i = Math.max(i, word * 4); i < to; i++) if (reasons[i] > 1) return i;
  return to;
}
