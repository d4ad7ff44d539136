/** Answers that are costly to work out and the same for all who see the same: kept for a moment. */
import type { Actor } from "../records/mod.ts";

/** What took long to work out is kept so many times as long as it took: asking never keeps more than a tenth of a processor busy. */
const TIMES_ITS_COST = 10;
const MOST_KEPT = 1_000;

/** Whoever has the same role, organisation and territory sees the same; what an expert sees hangs on the person. */
function keyOfActor({ role, organisation, region = "", id }: Actor): string {
  return JSON.stringify([role, organisation, region, role === "EXPERT" ? id : ""]);
}

/**
 * Who asks while an answer is worked out waits for the same one; an answer that failed is not kept.
 * @param freshMs an answer may be this old
 * @param timesItsCost and as many times as long as it took to work out; 0 where an answer has to be of this moment
 */
export function keptPerActor<T>(
  build: (actor: Actor) => Promise<T>,
  freshMs: number,
  now: () => number,
  timesItsCost = TIMES_ITS_COST,
): (actor: Actor) => Promise<T> {
  const kept = new Map<string, { until: number; readonly value: Promise<T> }>();
  return (actor) => {
    const key = keyOfActor(actor);
    const begun = now();
    const known = kept.get(key);
    if (known !== undefined && begun < known.until) return known.value;
    if (kept.size >= MOST_KEPT) kept.clear();
    const entry = { until: Number.POSITIVE_INFINITY, value: build(actor) };
    kept.set(key, entry);
    entry.value.then(
      () => (entry.until = now() + Math.max(freshMs, (now() - begun) * timesItsCost)),
      () => kept.delete(key),
    );
    return entry.value;
  };
}
