/** Names of what cases are about: vehicles by their masked VIN, AI services, accounts and platforms by their name. */
import { hiddenFields, isRoleCode, type Lifecycle } from "@sandglass/casework";
import { maskVin, parseSubjectId, parseVehicleId, subjectIdOf, vehicleIdOf, type OtherKind } from "../../access/mod.ts";
import type { Actor, Tx } from "../../records/mod.ts";

const keysOf = (ids: readonly string[], parse: (id: string) => bigint | undefined): bigint[] =>
  ids.map(parse).filter((key) => key !== undefined);

/** By id; what the actor may not see in its register has no name. */
export async function subjectNames(tx: Tx, ids: Iterable<string>): Promise<ReadonlyMap<string, string>> {
  const distinct = [...new Set(ids)];
  const [vehicles, others] = [keysOf(distinct, parseVehicleId), keysOf(distinct, parseSubjectId)];
  const names = new Map<string, string>();
  if (vehicles.length > 0) {
    const rows = await tx.selectFrom("vehicles").select(["key", "vin"]).where("key", "in", vehicles).execute();
    for (const { key, vin } of rows) names.set(vehicleIdOf(key), maskVin(vin));
  }
  if (others.length > 0) {
    const rows = await tx.selectFrom("subjects").select(["key", "kind", "name"]).where("key", "in", others).execute();
    for (const { key, kind, name } of rows) names.set(subjectIdOf(kind as OtherKind, key), name);
  }
  return names;
}

/** What a case is about first, unless its kind hides that from the role. */
export function firstSubject(
  lifecycle: Pick<Lifecycle, "fields">,
  actor: Actor,
  vehicles: readonly string[],
): string | undefined {
  const hidden = isRoleCode(actor.role) ? hiddenFields(lifecycle, actor.role) : [];
  return hidden.includes("vehicle") || hidden.includes("vehicles") ? undefined : vehicles[0];
}
