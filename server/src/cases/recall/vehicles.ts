/** Single vehicles of a recall: remedied, taken out, listed with masked VINs, and found again by vehicle. */
import type { Remedy } from "@sandglass/casework";
import { sql } from "kysely";
import { maskVin, parseVehicleId, vehicleIdOf } from "../../access/mod.ts";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import type { Tx } from "../../records/mod.ts";
import type { Unit } from "../engine/unit.ts";

/** What was entered of vehicles that are done with: remedied, or scrapped or exported. */
export interface Accounted {
  readonly vehicles: readonly string[];
  readonly remedy?: Remedy;
  readonly remediedAt?: string;
  readonly outcome?: string;
}

const keysOf = (vehicles: readonly string[]): readonly string[] =>
  [...new Set(vehicles)].map((each) => String(parseVehicleId(each) ?? -1n));

/** How many of these vehicles were outstanding. @throws SG_RECALL_VEHICLE naming one that the recall does not reach */
export async function countNew(tx: Tx, recall: string, vehicles: readonly string[]): Promise<number> {
  const { rows } = await sql<{ readonly key: bigint; readonly open: boolean }>`
    select vehicle as key, remedied_at is null and excluded is null as open from recall_vehicles
    where recall = ${recall} and left_at is null and vehicle = any (${keysOf(vehicles)}::bigint[])`.execute(tx);
  const known = new Set(rows.map(({ key }) => vehicleIdOf(BigInt(key))));
  const stranger = vehicles.find((each) => !known.has(each));
  if (stranger !== undefined) throw new SandglassError(ERRORS.RECALL_VEHICLE, { vehicle: stranger });
  return rows.filter(({ open }) => open).length;
}

export async function accountFor({ tx }: Unit, recall: string, entered: Accounted): Promise<void> {
  const { vehicles, remedy, remediedAt, outcome } = entered;
  await sql`update recall_vehicles
    set remedy = ${remedy ?? null}, remedied_at = ${remediedAt ?? null}::timestamptz, excluded = ${outcome ?? null}
    where recall = ${recall} and left_at is null and remedied_at is null and excluded is null
      and vehicle = any (${keysOf(vehicles)}::bigint[])`.execute(tx);
}

export type VehicleStatus = "outstanding" | "remedied" | "excluded";

export interface RecallVehicle {
  readonly vehicle: string;
  readonly vinMasked: string;
  readonly model: string | null;
  readonly region: string | null;
  readonly status: VehicleStatus;
  readonly remedy: string | null;
  readonly remediedAt: Date | null;
}

/** In the order of their keys; only vehicles that the actor may see, at most `limit`. */
export async function listRecallVehicles(
  tx: Tx,
  recall: string,
  filter: { readonly status?: VehicleStatus | undefined; readonly after?: bigint | undefined; readonly limit: number },
): Promise<readonly RecallVehicle[]> {
  let query = tx
    .selectFrom("recall_vehicles as r")
    .innerJoin("vehicles as v", "v.key", "r.vehicle")
    .select(["r.vehicle as key", "v.vin", "v.model", "v.region", "r.remedy", "r.remedied_at", "r.excluded"])
    .where("r.recall", "=", recall)
    .where("r.left_at", "is", null)
    .orderBy("r.vehicle")
    .limit(filter.limit);
  if (filter.after !== undefined) query = query.where("r.vehicle", ">", filter.after);
  if (filter.status === "remedied") query = query.where("r.remedied_at", "is not", null);
  if (filter.status === "excluded") query = query.where("r.excluded", "is not", null);
  if (filter.status === "outstanding") query = query.where("r.remedied_at", "is", null).where("r.excluded", "is", null);
  return (await query.execute()).map(({ key, vin, model, region, remedy, remedied_at: remediedAt, excluded }) => ({
    vehicle: vehicleIdOf(key),
    vinMasked: maskVin(vin),
    model,
    region,
    status: remediedAt !== null ? "remedied" : excluded !== null ? "excluded" : "outstanding",
    remedy,
    remediedAt,
  }));
}

/** Recalls that reach a vehicle, newest first, among those that the actor may see. */
export async function recallsOfVehicle(tx: Tx, vehicle: bigint) {
  return await tx
    .selectFrom("recall_vehicles as r")
    .innerJoin("cases as c", "c.id", "r.recall")
    .select(["c.id", "c.title_en", "c.title_zh", "c.state", "r.remedy", "r.remedied_at", "r.excluded"])
    .where("r.vehicle", "=", vehicle)
    .where("r.left_at", "is", null)
    .orderBy("c.opened_at", "desc")
    .execute();
}
