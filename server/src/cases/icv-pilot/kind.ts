/** The access and on-road pilot, as the server discovers it: its consortium is known, and its vehicles have been heard of. */
import { ICV_PILOT, type IcvPilotData, type Lifecycle } from "@sandglass/casework";
import { parseVehicleId } from "../../access/mod.ts";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import type { CaseType } from "../engine/case-type.ts";
import { requireOrganisation } from "../engine/organisation.ts";
import { findCase } from "../engine/store.ts";
import type { Unit } from "../engine/unit.ts";

type Input = Pick<IcvPilotData, "organisation" | "userEntity"> & {
  readonly vehicles?: readonly string[];
  readonly relatedCase?: string;
};

export const caseType: CaseType = {
  kind: ICV_PILOT.kind,
  prefix: "icv",
  lifecycles: [ICV_PILOT as unknown as Lifecycle],
  fieldsOf: (data) => {
    const { title = "", connection } = data as IcvPilotData;
    return { title: { en: title, zh: title }, vehicles: connection?.vehicles ?? [] };
  },
  prepare: async (unit, actor, name, input) => {
    const { organisation, userEntity, vehicles, relatedCase } = input as Input;
    for (const id of [organisation, userEntity]) if (id !== undefined) await requireOrganisation(unit, id);
    if (relatedCase !== undefined && (await findCase(unit.tx, relatedCase)) === undefined)
      throw new SandglassError(ERRORS.NOT_FOUND, { what: relatedCase });
    if (name !== "connectPilotVehicles" || vehicles === undefined) return { input };
    return { input, facts: { silent: await silentOf(unit, vehicles, actor.organisation) } };
  },
};

/**
 * The vehicles that have never sent anything.
 * @throws SG_ORDER_VEHICLE for one that is not registered for the organisation
 */
async function silentOf(
  { tx }: Unit,
  vehicles: readonly string[],
  organisation: string | undefined,
): Promise<string[]> {
  const keys = new Map(vehicles.map((id) => [parseVehicleId(id), id]));
  const known = [...keys.keys()].filter((key) => key !== undefined);
  const rows = await tx
    .selectFrom("vehicles")
    .select(["key", "first_seen"])
    .where("key", "in", known.length === 0 ? [-1n] : known)
    .where("registered", "=", true)
    .where("organisation", "=", organisation ?? "")
    .execute();
  const seen = new Map(rows.map((row) => [row.key, row.first_seen]));
  for (const [key, vehicle] of keys)
    if (key === undefined || !seen.has(key)) throw new SandglassError(ERRORS.ORDER_VEHICLE, { vehicle });
  return rows.filter((row) => row.first_seen === null).map((row) => keys.get(row.key)!);
}
