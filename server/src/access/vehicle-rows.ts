/** Vehicles of the registry as the rest of the server sees them: the VIN masked. */
import type { Selectable } from "kysely";
import type { VehicleTable } from "../records/tables/registry.ts";
import { vehicleIdOf } from "./vehicle-key.ts";
import { maskVin } from "./vin.ts";

export interface Vehicle {
  readonly key: bigint;
  /** Opaque id of the API. */
  readonly id: string;
  readonly vinMasked: string;
  readonly registered: boolean;
  readonly organisation?: string;
  readonly maker?: string;
  readonly model?: string;
  readonly region?: string;
  readonly powertrain?: string;
  /** Organisations beside the owner: battery maker, operator. */
  readonly parties: readonly string[];
  /** A private car (`use: "private"` when it was registered). */
  readonly isPrivate: boolean;
  readonly registeredAt?: number;
  readonly firstSeen?: number;
  readonly edition?: string;
  readonly link?: string;
  /** Worst level of its open findings, 0 = none that the actor may read; told in lists only. */
  readonly openLevel?: number;
}

/** `use` of a private car. */
export const PRIVATE = "private";

export function toVehicle(row: Selectable<VehicleTable>): Vehicle {
  return {
    key: row.key,
    id: vehicleIdOf(row.key),
    vinMasked: maskVin(row.vin),
    registered: row.registered,
    organisation: row.organisation ?? undefined,
    maker: row.maker ?? undefined,
    model: row.model ?? undefined,
    region: row.region ?? undefined,
    powertrain: row.powertrain ?? undefined,
    parties: row.parties,
    isPrivate: row.use === PRIVATE,
    registeredAt: row.registered_at?.getTime(),
    firstSeen: row.first_seen?.getTime(),
    edition: row.edition ?? undefined,
    link: row.link ?? undefined,
  };
}
