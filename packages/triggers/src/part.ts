/** A part of a compiled set: some of its triggers, in the versions that they have there. */
import { assemble } from "./assemble.ts";
import { canonicalText } from "./lang/core.ts";
import { sha256Hex } from "./lang/sha256.ts";
import type { CompiledScreening, CompiledTrigger, TriggerSet } from "./set.ts";

/**
 * The set of the triggers that `keep` admits, with programs and states of its own. Who suppresses a trigger and is left
 * out does so no more. Triggers over many subjects come along when asked for, all or some.
 */
export function partOf(
  set: TriggerSet,
  keep: (trigger: CompiledTrigger) => boolean,
  { withScreenings }: { readonly withScreenings: boolean | ((screening: CompiledScreening) => boolean) },
): TriggerSet {
  const { checked, sources, names } = set.program.origin;
  const part = assemble(
    checked.filter((_, index) => keep(set.triggers[index] as CompiledTrigger)),
    sources,
    names,
    set.warnings,
  );
  const screenings = set.screenings.filter(
    typeof withScreenings === "function" ? withScreenings : () => withScreenings,
  );
  if (screenings.length === 0) return part;
  const hashes = [...part.triggers, ...screenings].map(({ versionHash }) => versionHash);
  return { ...part, screenings, hash: sha256Hex(canonicalText(hashes)) };
}
