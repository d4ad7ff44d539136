/** The numbers of the firing automaton, and how another version of a trigger takes them over. */
import { U } from "./state.ts";

export const INACTIVE = 0;
export const FIRING = 1;
export const RECOVERING = 2;

/** Numbers of a firing: state, level, last known verdict (−1 none), onset ms, verdict before. */
export const STATE = 0,
  LEVEL = 1,
  KNOWN = 2,
  ONSET = 3,
  PREVIOUS = 4;

/** Offsets; −1 where the trigger has no use for it. */
export interface AutomatonSlots {
  /** State, level, last known verdict, onset, verdict before. */
  readonly state: number;
  readonly recovery: number;
  readonly cooldown: number;
  /** Cell since which the verdict is unknown, degraded flag. */
  readonly unknown: number;
}

/**
 * Hands the automaton of another version over: what it has open stays open, under the same onset. `isSame`: both ask
 * the same; otherwise nobody saw the new condition begin.
 */
export function carryAutomaton(
  to: Float64Array,
  into: AutomatonSlots,
  from: Float64Array,
  old: AutomatonSlots,
  isSame: boolean,
): void {
  for (const part of [STATE, LEVEL, KNOWN, ONSET]) to[into.state + part] = from[old.state + part] as number;
  to[into.state + PREVIOUS] = isSame ? (from[old.state + PREVIOUS] as number) : U;
  if (to[into.state + STATE] === RECOVERING) {
    if (into.recovery < 0 || old.recovery < 0) to[into.state + STATE] = FIRING;
    else to[into.recovery] = from[old.recovery] as number;
  }
  if (into.cooldown >= 0 && old.cooldown >= 0) to[into.cooldown] = from[old.cooldown] as number;
  if (into.unknown >= 0 && old.unknown >= 0 && isSame)
    for (const part of [0, 1]) to[into.unknown + part] = from[old.unknown + part] as number;
}
