/** Every vehicle of the registry with its attributes, in pages. */
import type { Tx } from "../../records/mod.ts";
import { vehicleAttributes } from "../applicable.ts";
import type { FleetMember } from "./judge-fleet.ts";

const PAGE = 5_000;

export async function registryMembers(tx: Tx): Promise<FleetMember[]> {
  const members: FleetMember[] = [];
  for (let after = -1n; ;) {
    const rows = await tx
      .selectFrom("vehicles")
      .select("key")
      .where("key", ">", after)
      .where("registered", "=", true)
      .orderBy("key")
      .limit(PAGE)
      .execute();
    if (rows.length === 0) return members;
    const keys = rows.map(({ key }) => key);
    const attributes = await vehicleAttributes(tx, keys);
    for (const key of keys) members.push({ key, attributes: attributes.get(key) ?? {} });
    after = keys.at(-1) ?? after;
  }
}
