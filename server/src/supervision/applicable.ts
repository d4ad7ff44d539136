/**
 * `applies to … where`: a trigger watches only vehicles with certain attributes of the registry. Looked up when a
 * trigger fires, which is rare, instead of kept for every vehicle; what happens later to a firing that was left out
 * falls away because its finding does not exist.
 */
import { appliesTo, type CompiledTrigger } from "@sandglass/triggers";
import type { Tx } from "../records/mod.ts";
import { isNew, type FindingChange } from "./finding-change.ts";
import type { Watch } from "./watch.ts";

type Attributes = Parameters<typeof appliesTo>[2];

/** What the language calls a vehicle. */
const SUBJECT = "vehicle";

/** Leaves out new findings of vehicles that their trigger does not apply to. */
export async function keepApplicable(
  tx: Tx,
  changes: readonly FindingChange[],
  watches: readonly Watch[],
): Promise<readonly FindingChange[]> {
  const conditional = new Map<FindingChange, CompiledTrigger>();
  for (const change of changes) {
    if (!isNew(change)) continue;
    const found = findVersion(watches, change.finding.versionHash);
    if (found?.core.where !== undefined) conditional.set(change, found);
  }
  if (conditional.size === 0) return changes;
  const attributes = await vehicleAttributes(tx, [
    ...new Set([...conditional.keys()].map((change) => change.finding.vehicle)),
  ]);
  return changes.filter((change) => {
    const trigger = conditional.get(change);
    return trigger === undefined || appliesTo(trigger, SUBJECT, attributes.get(change.finding.vehicle) ?? {});
  });
}

function findVersion(watches: readonly Watch[], versionHash: string): CompiledTrigger | undefined {
  for (const { triggers } of watches) {
    for (const trigger of triggers.values()) if (trigger.versionHash === versionHash) return trigger;
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
