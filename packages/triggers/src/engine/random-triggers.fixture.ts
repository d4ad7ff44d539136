/** Texts of random triggers that the compiler accepts: most random ones it refuses, for a bound, a unit or a budget. */
import fc from "fast-check";
import { CATALOGUE } from "@sandglass/signals";
import { names, REGIONS, trigger } from "../lang/generated.fixture.ts";
import { compileTriggers, type TriggerSet } from "../mod.ts";
import { formatCore } from "../text/format.ts";

export function acceptedTexts(tries: number, seed: number): readonly string[] {
  return fc
    .sample(trigger, { numRuns: tries, seed })
    .map((core, i) => formatCore({ ...core, id: `G${i}`, suppressedBy: [] }, "en", names))
    .filter((text) => {
      const result = compileTriggers([{ text }], CATALOGUE, { regions: REGIONS });
      return result.ok && result.set.triggers.length > 0;
    });
}

export function compileTexts(texts: readonly string[]): TriggerSet {
  const result = compileTriggers(
    texts.map((text) => ({ text })),
    CATALOGUE,
    { regions: REGIONS },
  );
  if (!result.ok) throw new Error(JSON.stringify(result.errors.map((e) => e.message)));
  return result.set;
}
