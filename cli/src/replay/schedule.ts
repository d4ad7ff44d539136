/**
 * In which order a terminal sends recorded rows. GB/T 32960.3-2016: at a level-3 alarm the 30 s before its onset are
 * sent as re-issued data (0x03) after it; everything else goes as realtime data (0x02) when it is recorded.
 */
import type { RecordedRow } from "./csv-rows.ts";

export interface ScheduledRow {
  readonly row: RecordedRow;
  readonly reissued: boolean;
}

/** How long before the onset of a level-3 alarm rows are held back. */
export const PRE_ALARM_MS = 30_000;

/** Yields every row once. Rows wait at most until the first row more than 30 s later. */
export async function* scheduleRows(
  rows: AsyncIterable<RecordedRow>,
): AsyncIterable<ScheduledRow & { readonly onset: boolean }> {
  /** Rows of the last 30 s that are not level 3: whether they are re-issued is known only later. */
  let held: RecordedRow[] = [];
  let level = 0;
  for await (const row of rows) {
    const before = level;
    // A row without a level (sentinel, missing column) says nothing about the alarm: the last known level goes on.
    level = row.alarmLevel ?? level;
    if (level >= 3 && before < 3) {
      const early = held.filter((candidate) => candidate.timeMs < row.timeMs - PRE_ALARM_MS);
      const burst = held.filter((candidate) => candidate.timeMs >= row.timeMs - PRE_ALARM_MS);
      held = [];
      for (const candidate of early) yield { row: candidate, reissued: false, onset: false };
      yield { row, reissued: false, onset: true };
      for (const candidate of burst) yield { row: candidate, reissued: true, onset: false };
      continue;
    }
    held.push(row);
    while (held.length > 0 && held[0].timeMs < row.timeMs - PRE_ALARM_MS) {
      const ready = held.shift();
      if (ready !== undefined) yield { row: ready, reissued: false, onset: false };
    }
  }
  for (const row of held) yield { row, reissued: false, onset: false };
}
