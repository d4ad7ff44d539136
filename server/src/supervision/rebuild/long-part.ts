/**
 * The triggers of a set that look back much longer than the others, or all of them. A rebuild steps the long time with a
 * set of just these, beside the server, hands what they know to a state of the whole set (as versions hand over,
 * docs/adr/0061), and steps all triggers through the short time only: a set with one window of a day costs little more
 * than that window.
 */
import { CATALOGUE } from "@sandglass/signals";
import { compileTriggers, createMonitor, regionsOf, type StateLayout, type TriggerSet } from "@sandglass/triggers";
import { reachOf, type ReplayedWatch } from "../replay-range.ts";

/** A set by its canonical texts, as threads get it. */
export interface PartTexts {
  readonly hash: string;
  readonly texts: readonly string[];
}

export interface LongPart {
  readonly part: PartTexts;
  readonly inputs: readonly string[];
  readonly layout: StateLayout;
  /** How long before judged time the whole set must be stepped, ms. */
  readonly restBefore: number;
}

/** Below this ratio of horizons two passes do not pay. */
const MUCH_LONGER = 4;
/** What is shorter the server steps itself. */
const SHORT_MS = 600_000;

/** Undefined where the whole set is stepped at once: it looks back little, or a part of it does not mean the same. */
export function findLongPart(watch: ReplayedWatch): LongPart | undefined {
  const { set } = watch;
  if (set === undefined || set.horizonMs < SHORT_MS || regionsOf(set).length > 0) return undefined;
  const long = set.triggers.filter(({ horizonMs }) => horizonMs * MUCH_LONGER > set.horizonMs);
  const rest = Math.max(0, ...set.triggers.filter((each) => !long.includes(each)).map(({ horizonMs }) => horizonMs));
  const texts = long.map(({ text }) => text.en);
  const compiled = compileTexts(texts);
  if (compiled === undefined) return undefined;
  const hashes = new Set(compiled.triggers.map(({ versionHash }) => versionHash));
  if (!long.every(({ versionHash }) => hashes.has(versionHash))) return undefined;
  return {
    part: { hash: compiled.hash, texts },
    inputs: compiled.inputs,
    layout: createMonitor(compiled).layout(),
    restBefore: reachOf(watch).before - set.horizonMs + rest,
  };
}

/** Undefined when they do not compile. */
export function compileTexts(texts: readonly string[]): TriggerSet | undefined {
  const result = compileTriggers(
    texts.map((text) => ({ text })),
    CATALOGUE,
  );
  return result.ok ? result.set : undefined;
}
