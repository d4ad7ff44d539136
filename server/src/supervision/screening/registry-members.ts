/** Everything in the registry that a population may be made of, with its attributes; vehicles in pages. */
import type { SubjectKind } from "@sandglass/signals";
import type { Tx } from "../../records/mod.ts";
import { vehicleAttributes } from "../applicable.ts";
import { knownSubjects } from "../events/known-subjects.ts";
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

/** Everything registered of a kind that sends events. */
export async function registeredSenders(tx: Tx, kind: SubjectKind): Promise<readonly FleetMember[]> {
  if (kind === "vehicle") return registryMembers(tx);
  const rows = await tx
    .selectFrom("subjects")
    .select("key")
    .where("kind", "=", kind)
    .where("registered", "=", true)
    .orderBy("key")
    .execute();
  const members: FleetMember[] = [];
  for (let at = 0; at < rows.length; at += PAGE) {
    const keys = rows.slice(at, at + PAGE).map(({ key }) => key);
    const known = await knownSubjects(tx, keys);
    for (const key of keys) members.push({ key, attributes: known.get(key)?.attributes ?? {} });
  }
  return members;
}
