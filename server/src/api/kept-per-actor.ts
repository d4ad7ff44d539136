/** Answers that are costly to work out and the same for all who see the same: kept for a moment. */
import type { Actor } from "../records/mod.ts";

/** What took long to work out is kept so many times as long as it took: asking never keeps more than a tenth of a processor busy. */
const TIMES_ITS_COST = 10;
const MOST_KEPT = 1_000;

/** Whoever has the same role, organisation and territory sees the same; what an expert sees hangs on the person. */
export function keyOfActor({ role, organisation, region = "", id }: Actor): string {
  return JSON.stringify([role, organisation, region, role === "EXPERT" ? id : ""]);
}

/** @param freshMs an answer may be this old */
export function keptPerActor<T>(
  build: (actor: Actor) => Promise<T>,
  freshMs: number,
  now: () => number,
): (actor: Actor) => Promise<T> {
  const kept = new Map<string, { until: number; readonly value: Promise<T> }>();
  return (actor) => {
    const key = keyOfActor(actor);
    const begun = now();
    const known = kept.get(key);
    if (known !== undefined && begun < known.until) return known.value;
    if (kept.size >= MOST_KEPT) kept.clear();
    // Who asks while it is worked out waits for the same answer.
    const entry = { until: Number.POSITIVE_INFINITY, value: build(actor) };
    kept.set(key, entry);
    entry.value.then(
      () => (entry.until = now() + Math.max(freshMs, (now() - begun) * TIMES_ITS_COST)),
      () => kept.delete(key),
    );
    return entry.value;
  };
}
