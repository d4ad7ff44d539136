/** Writes registrations. Who may register what was checked before; see `Registry.register`. */
import { sql } from "kysely";
import type { Actor, Tx } from "../records/mod.ts";
import { logAccess } from "./access-log.ts";
import { vehicleIdOf } from "./vehicle-key.ts";

/** Owner of vehicles that somebody without an organisation registers without naming one. */
export const UNASSIGNED = "unassigned";

export interface NewVehicle {
  readonly vin: string;
  readonly organisation: string;
  readonly maker?: string;
  readonly model?: string;
  readonly region?: string;
  readonly powertrain?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** `taken`: another organisation has registered it; nothing was changed. */
export type Registration = "created" | "changed" | "taken";

export interface KeyedVehicle {
  readonly key: bigint;
  readonly vehicle: NewVehicle;
}

/**
 * One statement decides and writes, so that two organisations that register the same new vehicle at once do not
 * overwrite each other. An unregistered row is taken over.
 * @param tx of a system actor: an unregistered row is visible to no enterprise
 * @param actor who registers, for the log
 * @param mayReassign registered vehicles of other organisations are changed too
 */
export async function registerVehicles(
  tx: Tx,
  actor: Actor,
  entries: readonly KeyedVehicle[],
  mayReassign: boolean,
  now: Date,
): Promise<Registration[]> {
  if (entries.length === 0) return [];
  // The same key twice in one statement is an error, and a common order prevents deadlocks.
  const unique = [...new Map(entries.map((entry) => [entry.key, entry.vehicle]))].sort(([a], [b]) => (a < b ? -1 : 1));
  const before = await tx
    .selectFrom("vehicles")
    .select("key")
    .where("registered", "=", true)
    .where(
      "key",
      "in",
      unique.map(([key]) => key),
    )
    .execute();
  const known = new Set(before.map((row) => row.key));
  const written = await tx
    .insertInto("vehicles")
    .values(
      unique.map(([key, vehicle]) => ({
        key,
        vin: vehicle.vin,
        registered: true,
        organisation: vehicle.organisation,
        maker: vehicle.maker ?? null,
        model: vehicle.model ?? null,
        region: vehicle.region ?? null,
        powertrain: vehicle.powertrain ?? null,
        details: JSON.stringify(vehicle.details ?? {}),
        registered_at: now,
        first_seen: null,
        edition: null,
        link: null,
      })),
    )
    .onConflict((conflict) =>
      conflict
        .column("key")
        .doUpdateSet({
          registered: true,
          // What a later registration leaves out stays as it is.
          organisation: sql<string>`case when excluded.organisation = ${UNASSIGNED} and vehicles.registered then vehicles.organisation else excluded.organisation end`,
          maker: sql<string | null>`coalesce(excluded.maker, vehicles.maker)`,
          model: sql<string | null>`coalesce(excluded.model, vehicles.model)`,
          region: sql<string | null>`coalesce(excluded.region, vehicles.region)`,
          powertrain: sql<string | null>`coalesce(excluded.powertrain, vehicles.powertrain)`,
          details: sql<string>`vehicles.details || excluded.details`,
          registered_at: sql<Date>`coalesce(vehicles.registered_at, excluded.registered_at)`,
        })
        .where(
          sql<boolean>`vehicles.vin = excluded.vin and (not vehicles.registered or ${mayReassign} or vehicles.organisation = excluded.organisation)`,
        ),
    )
    .returning("key")
    .execute();
  const accepted = new Set(written.map((row) => row.key));
  if (accepted.size > 0) {
    await logAccess(tx, actor, {
      action: "vehicle.register",
      subject: `${accepted.size} vehicles`,
      detail: { ids: [...accepted].slice(0, 100).map(vehicleIdOf) },
    });
  }
  return entries.map(({ key }) => (!accepted.has(key) ? "taken" : known.has(key) ? "changed" : "created"));
}
