/** Whose a vehicle is, by the registry. */
import { parseVehicleId } from "../../access/mod.ts";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import type { Tx } from "../../records/mod.ts";

/** A type, not an interface: it goes into the facts of an action, which are JSON. */
export type VehicleOwner = {
  readonly organisation?: string;
  readonly region?: string;
};

/** @throws SG_ORDER_VEHICLE for a vehicle that the actor does not see */
export async function ownerOfVehicle(tx: Tx, vehicle: string): Promise<VehicleOwner> {
  const key = parseVehicleId(vehicle);
  const row =
    key === undefined
      ? undefined
      : await tx.selectFrom("vehicles").select(["organisation", "region"]).where("key", "=", key).executeTakeFirst();
  if (row === undefined) throw new SandglassError(ERRORS.ORDER_VEHICLE, { vehicle });
  return {
    ...(row.organisation === null ? {} : { organisation: row.organisation }),
    ...(row.region === null ? {} : { region: row.region }),
  };
}
