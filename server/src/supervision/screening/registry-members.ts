/** Every vehicle of the registry with its attributes, in pages. */
import type { Tx } from "../../records/mod.ts";
import { vehicleAttributes } from "../applicable.ts";
import type { FleetMember } from "./members.ts";

export interface RegisteredMember extends FleetMember {
  /** UTC ms. */
  readonly registeredAt: number;
}

const PAGE = 5_000;

export async function registryMembers(tx: Tx): Promise<RegisteredMember[]> {
  const members: RegisteredMember[] = [];
  for (let after = -1n; ;) {
    const rows = await tx
      .selectFrom("vehicles")
      .select(["key", "registered_at"])
      .where("key", ">", after)
      .where("registered", "=", true)
      .orderBy("key")
      .limit(PAGE)
      .execute();
    if (rows.length === 0) return members;
    const keys = rows.map(({ key }) => key);
    const attributes = await vehicleAttributes(tx, keys);
    for (const { key, registered_at } of rows)
      members.push({ key, attributes: attributes.get(key) ?? {}, registeredAt: registered_at?.getTime() ?? 0 });
    after = keys.at(-1) ?? after;
  }
}
