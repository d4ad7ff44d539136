/**
 * `applies to … where`: a trigger watches only vehicles with certain attributes of the registry. Looked up when a
 * trigger fires, which is rare, instead of kept for every vehicle; what happens later to a firing that was left out
 * falls away because its finding does not exist.
 */
import { appliesTo, type CompiledTrigger } from "@sandglass/triggers";
import type { Tx } from "../records/mod.ts";
import { isNew, type FindingChange, type NewFinding } from "./finding-change.ts";
import { releaseUnless } from "./translate-firing.ts";
import type { Watch } from "./watch.ts";

type Attributes = Parameters<typeof appliesTo>[2];

/** What the language calls a vehicle. */
const SUBJECT = "vehicle";

/**
 * Leaves out new findings of vehicles that their trigger does not apply to, and brings out those that a trigger kept
 * back which does not apply.
 */
export async function keepApplicable(
  tx: Tx,
  changes: readonly FindingChange[],
  watches: readonly Watch[],
): Promise<readonly FindingChange[]> {
  const conditional = new Map<FindingChange, Judged>();
  for (const change of changes) {
    if (!isNew(change)) continue;
    const found = findJudged(watches, change.finding);
    if (found?.trigger.core.where !== undefined || found?.suppressor?.core.where !== undefined)
      conditional.set(change, found);
  }
  if (conditional.size === 0) return changes;
  const attributes = await vehicleAttributes(tx, [
    ...new Set([...conditional.keys()].map((change) => change.finding.vehicle)),
  ]);
  return changes.flatMap((change) => {
    const judged = conditional.get(change);
    if (judged === undefined) return [change];
    const applies = appliesBy(attributes.get(change.finding.vehicle) ?? {});
    return applies(judged.trigger) ? [releaseUnless(applies, judged.watch.triggers, change)] : [];
  });
}

/** Whether a trigger applies to the vehicle with these attributes. */
export function appliesBy(attributes: Attributes): (trigger: CompiledTrigger) => boolean {
  return (trigger) => appliesTo(trigger, SUBJECT, attributes);
}

interface Judged {
  readonly watch: Watch;
  readonly trigger: CompiledTrigger;
  readonly suppressor: CompiledTrigger | undefined;
}

function findJudged(
  watches: readonly Watch[],
  { trigger: id, versionHash, project, suppressedBy }: NewFinding,
): Judged | undefined {
  for (const watch of watches) {
    const trigger = watch.triggers.get(id);
    if (watch.project !== project || trigger?.versionHash !== versionHash) continue;
    return { watch, trigger, suppressor: suppressedBy === undefined ? undefined : watch.triggers.get(suppressedBy) };
  }
  return undefined;
}

/** Attributes of the registry by key; vehicles that it does not know are missing. */
export async function vehicleAttributes(tx: Tx, vehicles: readonly bigint[]): Promise<Map<bigint, Attributes>> {
  const rows = await tx
    .selectFrom("vehicles")
    .select(["key", "registered", "organisation", "maker", "model", "region", "powertrain", "edition", "details"])
    .where("key", "in", vehicles)
    .execute();
  return new Map(
    rows.map(({ key, details, ...columns }) => {
      const known: Record<string, string | number | boolean> = {};
      for (const [name, value] of [...Object.entries(details), ...Object.entries(columns)]) {
        if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") known[name] = value;
      }
      return [key, known];
    }),
  );
}
