/** Compiling what people write, with the first problem as a coded error. */
import { CATALOGUE } from "@sandglass/signals";
import { compileTriggers, type TriggerSet } from "@sandglass/triggers";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import type { SetTexts } from "./backtest/firing.ts";

/** @throws SG_RULE_INVALID */
export function compileRules(texts: SetTexts): TriggerSet {
  const result = compileTriggers(texts.sources, CATALOGUE, { regions: texts.regions });
  if (result.ok && result.set.triggers.length + result.set.screenings.length > 0) return result.set;
  const [first] = result.ok ? [] : result.errors;
  throw new SandglassError(ERRORS.RULE_INVALID, {
    reason: first === undefined ? "the text holds no trigger" : `${first.code} ${first.message}`,
    line: first?.line ?? 1,
    column: first?.column ?? 1,
  });
}

/** Hash of the set, undefined while the text does not compile: a draft may be kept unfinished. */
export function findSetHash(texts: SetTexts): string | undefined {
  try {
    return compileRules(texts).hash;
  } catch (error) {
    if (error instanceof SandglassError && error.code === ERRORS.RULE_INVALID.code) return undefined;
    throw error;
  }
}
