/**
 * The few triggers of a set that look back much longer than the others. A rebuild steps the long time with a set of just
 * these, hands what they know to a state of the whole set (as versions hand over, docs/adr/0061), and steps all triggers
 * through the short time only: a set with one window of a day costs little more than that window.
 */
import { CATALOGUE } from "@sandglass/signals";
import { compileTriggers, createMonitor, regionsOf, type Monitor, type StateLayout } from "@sandglass/triggers";
import { reachOf, type ReplayedWatch } from "./late-replay.ts";

export interface LongPart {
  readonly monitor: Monitor;
  readonly layout: StateLayout;
  /** How long before judged time the other triggers must be stepped, ms. */
  readonly restBefore: number;
}

/** Below this ratio of horizons two passes do not pay. */
const MUCH_LONGER = 4;

/** Undefined where the whole set is stepped at once: no trigger stands out, or a part does not mean the same. */
export function findLongPart(watch: ReplayedWatch): LongPart | undefined {
  const { set } = watch;
  if (set === undefined || regionsOf(set).length > 0) return undefined;
  const long = set.triggers.filter(({ horizonMs }) => horizonMs * MUCH_LONGER > set.horizonMs);
  const rest = Math.max(0, ...set.triggers.filter((each) => !long.includes(each)).map(({ horizonMs }) => horizonMs));
  if (long.length === 0 || long.length === set.triggers.length || rest * MUCH_LONGER > set.horizonMs) return undefined;
  const result = compileTriggers(
    long.map(({ text }) => ({ text: text.en })),
    CATALOGUE,
  );
  if (!result.ok) return undefined;
  const hashes = new Set(result.set.triggers.map(({ versionHash }) => versionHash));
  if (!long.every(({ versionHash }) => hashes.has(versionHash))) return undefined;
  const monitor = createMonitor(result.set);
  return { monitor, layout: monitor.layout(), restBefore: reachOf(watch).before - set.horizonMs + rest };
}
