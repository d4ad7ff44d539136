/** Everything in the registry that a population may be made of, with its attributes; in pages. */
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

/** Everything registered of a kind, by key. */
export async function registeredMembers(tx: Tx, kind: SubjectKind): Promise<readonly RegisteredMember[]> {
  return kind === "vehicle" ? registeredVehicles(tx) : registeredSenders(tx, kind);
}

async function registeredVehicles(tx: Tx): Promise<RegisteredMember[]> {
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

async function registeredSenders(tx: Tx, kind: Exclude<SubjectKind, "vehicle">): Promise<RegisteredMember[]> {
  const rows = await tx
    .selectFrom("subjects")
    .select(["key", "registered_at"])
    .where("kind", "=", kind)
    .where("registered", "=", true)
    .orderBy("key")
    .execute();
  const members: RegisteredMember[] = [];
  for (let at = 0; at < rows.length; at += PAGE) {
    const page = rows.slice(at, at + PAGE);
    const known = await knownSubjects(
      tx,
      page.map(({ key }) => key),
    );
    for (const { key, registered_at } of page)
      members.push({
        key,
        attributes: known.get(key)?.attributes ?? {},
        registeredAt: registered_at?.getTime() ?? 0,
      });
  }
  return members;
}
