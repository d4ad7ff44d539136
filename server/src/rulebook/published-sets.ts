/** The sets in force, for supervision, and when that changes without a new publication: on effective dates. */
import type { Region, TriggerSet } from "@sandglass/triggers";
import { SYSTEM_RULEBOOK, type Records } from "../records/mod.ts";
import { effectiveFrom } from "../supervision/mod.ts";
import { compileRules } from "./compile.ts";
import { listPublications } from "./publications.ts";

/** Most publications that are in force at once. */
const MAX_IN_FORCE = 10_000;

export interface PublishedSet {
  readonly id: string;
  readonly set: TriggerSet;
  /** Time of publication, UTC ms: what was received before is not judged by it. */
  readonly since: number;
}

export interface SetsInForce {
  readonly sets: readonly PublishedSet[];
  /** When to look again, UTC ms; ∞ while no date is ahead. */
  readonly nextChange: number;
}

interface Publication extends PublishedSet {
  readonly ordinal: bigint;
  /** UTC ms; ∞ without an end. */
  readonly until: number;
}

/**
 * A version that is to take effect on a day to come watches already, silently, so that it is warm by then, beside the one
 * that is still in force. One that takes over (`carry`) takes its place on that day: there is nothing to take over before.
 */
export function setsInForce(publications: readonly Publication[], now: number): SetsInForce {
  const sets: PublishedSet[] = [];
  let nextChange = Number.POSITIVE_INFINITY;
  for (const { ordinal, until, ...published } of publications) {
    if (until <= now) continue;
    nextChange = Math.min(nextChange, until);
    const takesOver = Math.max(
      Number.NEGATIVE_INFINITY,
      ...published.set.triggers
        .filter(({ id, core }) =>
          publications.some(
            (other) =>
              core.carry === true && other.ordinal < ordinal && other.set.triggers.some((old) => old.id === id),
          ),
        )
        .map(effectiveFrom),
    );
    if (takesOver <= now) sets.push(published);
    else nextChange = Math.min(nextChange, takesOver);
  }
  return { sets, nextChange };
}

/**
 * A text that no longer compiles stops the start: its rules would silently not run. `pinned`: the regions that a set with
 * a hash was published with.
 */
export async function loadPublishedSets(
  records: Records,
  pinned: (setHash: string) => readonly Region[],
  now: number,
): Promise<SetsInForce> {
  const inForce = await records.transact(
    SYSTEM_RULEBOOK,
    (tx) => listPublications(tx, { inForce: true, limit: MAX_IN_FORCE }, now),
    { retry: true },
  );
  return setsInForce(
    inForce.map(({ id, ordinal, text, set_hash, published_at, ended_at }) => ({
      id,
      ordinal,
      set: compileRules({ sources: [{ text }], regions: pinned(set_hash) }),
      since: published_at.getTime(),
      until: ended_at?.getTime() ?? Number.POSITIVE_INFINITY,
    })),
    now,
  );
}
