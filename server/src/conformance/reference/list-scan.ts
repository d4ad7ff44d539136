/** Where reasons say that a value is not one, row by row. */
import type { ObservationBlock } from "@sandglass/signals";
import { LIST_FIELD_RULES, SCALAR_FIELD_RULES } from "../rule-numbers.ts";

export type CountHit = (row: number, rule: number) => void;

/** Counts the sentinels and range errors of scalars in rows [from, to). */
export function scanScalars(block: ObservationBlock, from: number, to: number, hit: CountHit): void {
  for (const { column, byReason } of SCALAR_FIELD_RULES)
    for (let row = from; row < to; row++) {
      const rule = byReason[block.scalars[column].reasons[row]];
      if (rule >= 0) hit(row, rule);
    }
}

/** Counts rows [from, to) in which a list has a sentinel or range error, once for each rule and row. */
export function scanLists(block: ObservationBlock, from: number, to: number, hit: CountHit): void {
  for (const { column, byReason } of LIST_FIELD_RULES) {
    const { reasons, ends } = block.lists[column];
    for (let row = from; row < to; row++) {
      const seen = new Set(reasons.subarray(row === 0 ? 0 : ends[row - 1], ends[row]));
      for (const reason of seen) if (byReason[reason] >= 0) hit(row, byReason[reason]);
    }
  }
}
