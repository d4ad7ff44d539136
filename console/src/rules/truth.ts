/** Truth of every sub-condition of a text over the samples of one vehicle, by the engine that fires. Loaded when it is asked for. */
import { CATALOGUE } from "@sandglass/signals";
import { compileTriggers, truthRibbons } from "@sandglass/triggers";
import type { Sample } from "../api/shapes/telemetry.ts";
import type { Interval } from "../lib/ribbons.ts";

export interface TruthRow {
  readonly key: string;
  readonly trigger: string;
  readonly role: "when" | "severity" | "clear";
  /** Depth below the whole condition. */
  readonly depth: number;
  readonly text: string;
  /** Where it stands in the text, UTF-16 offset. */
  readonly start: number;
  readonly intervals: readonly Interval[];
}

export interface Truth {
  readonly rows: readonly TruthRow[];
  readonly onsets: readonly { readonly time: number; readonly level: number }[];
}

const TRUTH = { T: "true", F: "false", U: "unknown" } as const;

/**
 * @param from begin of what is shown, UTC ms; nothing is known before the first sample
 * @returns undefined while the text does not compile here
 */
export function truthOf(text: string, samples: readonly Sample[], from: number, until: number): Truth | undefined {
  const result = compileTriggers([{ text }], CATALOGUE);
  if (!result.ok) return undefined;
  const observed = readings(samples);
  const rows: TruthRow[] = [];
  const onsets: { time: number; level: number }[] = [];
  for (const { id } of result.set.triggers) {
    const { ribbons, events } = truthRibbons(result.set, id, observed, until);
    const depths = new Map<number, number>();
    for (const { index, parent, role, text: part, range, spans } of ribbons) {
      const depth = parent === undefined ? 0 : (depths.get(parent) ?? 0) + 1;
      depths.set(index, depth);
      rows.push({
        key: `${id} ${index}`,
        trigger: id,
        role,
        depth,
        text: part,
        start: range.start,
        intervals: withUnknownBefore(
          spans.map(([start, end, verdict]) => ({ from: start, to: end, truth: TRUTH[verdict] })),
          from,
          until,
        ),
      });
    }
    for (const event of events) if (event.kind === "onset") onsets.push({ time: event.onset, level: event.level });
  }
  return { rows, onsets };
}

function withUnknownBefore(intervals: readonly Interval[], from: number, until: number): Interval[] {
  const known = intervals[0]?.from ?? until;
  return known > from ? [{ from, to: known, truth: "unknown" }, ...intervals] : [...intervals];
}

/** Samples in order of time, one per instant: what came last counts. A value that was marked is unknown, an absent one was not sent. */
function readings(samples: readonly Sample[]) {
  const byTime = new Map<number, { time: number; values: Record<string, number | null> }>();
  for (const { time, values, reasons } of samples) {
    const at = Date.parse(time);
    const read = byTime.get(at) ?? { time: at, values: {} };
    for (const [signal, value] of Object.entries(values)) {
      if (typeof value === "number") read.values[signal] = value;
      else if (value === null && reasons?.[signal] !== undefined && reasons[signal] !== "absent")
        read.values[signal] = null;
    }
    byTime.set(at, read);
  }
  return [...byTime.values()].sort((a, b) => a.time - b.time);
}
