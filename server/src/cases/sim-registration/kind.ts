/** Real-name registration of a SIM, as the server discovers it: one for a vehicle of the maker, one vehicle for a SIM. */
import { SIM_REGISTRATION, type Lifecycle, type SimRegistrationData } from "@sandglass/casework";
import { sql } from "kysely";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import type { CaseType } from "../engine/case-type.ts";
import type { Unit } from "../engine/unit.ts";
import { ownerOfVehicle } from "../engine/vehicle-owner.ts";

export const caseType: CaseType = {
  kind: SIM_REGISTRATION.kind,
  prefix: "sim",
  lifecycles: [SIM_REGISTRATION as unknown as Lifecycle],
  fieldsOf: (data) => {
    const { vehicle = "", operator = "" } = data as SimRegistrationData;
    // Lists show what stands here to everybody who sees the case: not the ICCID. The vehicle stands beside it by its masked VIN.
    return { title: { en: `SIM of a vehicle, ${operator}`, zh: `车联网卡，${operator}` }, vehicles: [vehicle] };
  },
  prepare: async (unit, actor, name, input) => {
    const { vehicle, iccid } = input as Pick<SimRegistrationData, "vehicle" | "iccid">;
    if (name === "registerSim" && vehicle !== undefined) {
      const { organisation } = await ownerOfVehicle(unit.tx, vehicle);
      if (actor.organisation !== undefined && organisation !== actor.organisation)
        throw new SandglassError(ERRORS.ORDER_VEHICLE, { vehicle });
      await requireFree(unit, "vehicle", vehicle);
    }
    if (iccid !== undefined) await requireFree(unit, "iccid", iccid);
    return { input };
  },
};

/** @throws SG_SIM_TAKEN where a SIM in use, among those that the actor may see, has this vehicle or ICCID */
async function requireFree({ tx }: Unit, by: "vehicle" | "iccid", value: string): Promise<void> {
  const taken = await tx
    .selectFrom("cases")
    .select("id")
    .where("kind", "=", SIM_REGISTRATION.kind)
    .where("ended", "=", false)
    .where(
      by === "iccid"
        ? sql<boolean>`folded -> 'data' ->> 'iccid' = ${value}`
        : sql<boolean>`vehicles @> array[${value}]::text[]`,
    )
    .executeTakeFirst();
  if (taken !== undefined) throw new SandglassError(ERRORS.SIM_TAKEN, { what: value, registration: taken.id });
}
