/** What can be said of the exported rows of one vehicle without stepping any. */
import type { RangeOf } from "@sandglass/triggers";
import type { ExportedRows } from "../../history/mod.ts";
import type { RowPart } from "../../supervision/step-exported.ts";

/** Smallest and greatest number of each signal in some rows; a signal that came without one in none of them has no range. */
export function rangesOf(parts: readonly RowPart[], signals: readonly string[]): RangeOf {
  const ranges = new Map<string, readonly [number, number]>();
  signals.forEach((id, index) => {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    let perUnit = 1;
    for (const { rows, start, end } of parts) {
      const column = rows.columns[index];
      ({ perUnit } = column);
      [low, high] = extremes(column.ticks, column.present, start, end, low, high);
    }
    if (low <= high) ranges.set(id, [low / perUnit, high / perUnit]);
  });
  return (id) => ranges.get(id);
}

function extremes(
  ticks: ExportedRows["columns"][number]["ticks"],
  present: Uint8Array,
  start: number,
  end: number,
  low: number,
  high: number,
): [number, number] {
  let [least, greatest] = [low, high];
  for (let row = start; row < end; row++) {
    if (present[row] !== 1) continue;
    const tick = ticks[row];
    if (tick < least) least = tick;
    if (tick > greatest) greatest = tick;
  }
  return [least, greatest];
}
