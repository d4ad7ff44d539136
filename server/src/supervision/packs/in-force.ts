/**
 * Which texts of an installed pack watch at a time. A version of a trigger that is to take effect on a day to come leaves
 * the one before it in force until then, as with published rules: it watches already, silently, so that it is warm by
 * then, and one that takes over (`carry`) takes the place of the other on that day.
 */
import { allTriggers, partOf, type CompiledTrigger, type TriggerSet } from "@sandglass/triggers";
import { effectiveFrom } from "../effective.ts";

export interface PackInForce {
  readonly sets: readonly TriggerSet[];
  /** How many of the versions they are of: older ones are over. */
  readonly versions: number;
  /** When others are in force, UTC ms; ∞ while no date is ahead. */
  readonly nextChange: number;
}

/** `versions`: of the pack as a whole, newest first. Triggers that the newest one does not hold are over at once. */
export function packInForce(versions: readonly TriggerSet[], now: number): PackInForce {
  const sets: TriggerSet[] = [];
  let nextChange = Number.POSITIVE_INFINITY;
  /** Triggers of which no version looked at so far is in force yet; undefined: all. */
  let wanted: ReadonlySet<string> | undefined;
  const watching = new Set<string>();
  let looked = 0;
  for (const [index, set] of versions.entries()) {
    if (wanted?.size === 0) break;
    looked++;
    const older = versions.slice(index + 1).flatMap(allTriggers);
    const hasOlder = ({ id, versionHash }: CompiledTrigger): boolean =>
      older.some((each) => each.id === id && each.versionHash !== versionHash);
    const ahead = new Set<string>();
    const kept = new Set<CompiledTrigger>();
    for (const trigger of allTriggers(set)) {
      if (wanted?.has(trigger.id) === false) continue;
      const begins = effectiveFrom(trigger);
      const isAhead = begins > now && hasOlder(trigger);
      if (isAhead) {
        ahead.add(trigger.id);
        nextChange = Math.min(nextChange, begins);
      }
      if (watching.has(trigger.versionHash) || (isAhead && trigger.core.carry === true)) continue;
      watching.add(trigger.versionHash);
      kept.add(trigger);
    }
    const keep = (trigger: CompiledTrigger): boolean => kept.has(trigger);
    if (kept.size === allTriggers(set).length) sets.push(set);
    else if (kept.size > 0) sets.push(partOf(set, keep, { withScreenings: keep }));
    wanted = ahead;
  }
  return { sets, versions: looked, nextChange };
}
