/** Lists of the registry's vehicles, in orders that an index holds. */
import { sql, type RawBuilder, type Selectable } from "kysely";
import type { Tx } from "../records/mod.ts";
import type { VehicleTable } from "../records/tables/registry.ts";
import { parseVehicleId } from "./vehicle-key.ts";
import { toVehicle, type Vehicle } from "./vehicle-rows.ts";

/** A vehicle with the open finding by which it has its place in a list by level. */
export interface OpenVehicle {
  readonly vehicle: Vehicle;
  readonly level: number;
  /** Of the finding. */
  readonly ordinal: bigint;
}

export interface ListVehicles {
  readonly registered?: boolean;
  /** Text in maker, model, organisation or the id. Never matched against VINs. */
  readonly text?: string;
  /** Only these. */
  readonly keys?: readonly bigint[];
  /** Key after which the page starts. */
  readonly after?: bigint;
  readonly limit: number;
}

export interface ListOpenVehicles extends Pick<ListVehicles, "registered" | "text" | "limit"> {
  /** Place after which the page starts. */
  readonly behind?: Pick<OpenVehicle, "level" | "ordinal"> | undefined;
}

/** In the order of keys. */
export async function listVehicles(tx: Tx, query: ListVehicles): Promise<Vehicle[]> {
  let select = tx
    .selectFrom("vehicles")
    .selectAll()
    .select(sql<number>`open_level(key)`.as("open_level"))
    .where(await withText(tx, query.text))
    .orderBy("key")
    .limit(query.limit);
  if (query.registered !== undefined) select = select.where("registered", "=", query.registered);
  if (query.after !== undefined) select = select.where("key", ">", query.after);
  if (query.keys !== undefined) select = select.where("key", "in", query.keys.length > 0 ? [...query.keys] : [-1n]);
  const rows = await select.execute();
  return rows.map((row) => ({ ...toVehicle(row), openLevel: row.open_level }));
}

/** So many open findings are looked at for a page: who sees most vehicles needs a few, who sees hardly any needs all. */
const LOOKED_AT = [500, 10_000, null] as const;

/** Those with open findings: the worst first, among equals the one with the newest. */
export async function listOpenVehicles(tx: Tx, query: ListOpenVehicles): Promise<OpenVehicle[]> {
  const { behind, registered, limit } = query;
  const named = await withText(tx, query.text);
  const state = registered === undefined ? sql`true` : sql`vehicles.registered = ${registered}`;
  let rows: readonly (Selectable<VehicleTable> & { open_level: number; ordinal: bigint })[] = [];
  for (const most of LOOKED_AT) {
    const from = sql`${behind?.level ?? null}::smallint, ${behind?.ordinal ?? null}::bigint, ${most}::integer`;
    // `offset 0` keeps the join a loop in the order of the findings, which ends with the page.
    ({ rows } = await sql<(typeof rows)[number]>`
      select met.* from (
        select found.*, open.level as open_level, open.ordinal
        from worst_open_findings(${from}) as open
        cross join lateral (select * from vehicles where key = open.vehicle and ${state} and ${named} offset 0) found
        where not has_worse_finding(open.vehicle, open.level, open.ordinal)
        limit ${limit}
      ) met order by met.open_level desc, met.ordinal desc`.execute(tx));
    if (rows.length === limit) break;
  }
  return rows.map((row) => ({
    vehicle: { ...toVehicle(row), openLevel: row.open_level },
    level: row.open_level,
    ordinal: row.ordinal,
  }));
}

/** Vehicles with a text in maker, model or organisation, or the one whose id it is. */
async function withText(tx: Tx, text = ""): Promise<RawBuilder<boolean>> {
  const key = parseVehicleId(text.trim());
  if (key !== undefined) return sql<boolean>`vehicles.key = ${key}`;
  if (text === "") return sql<boolean>`true`;
  const types = await matchingTypes(tx, text);
  return types.length === 0 ? sql<boolean>`false` : sql<boolean>`vehicles.type = any (${types}::bigint[])`;
}

/**
 * Types of vehicles with the text in maker, model or organisation. Asked before the vehicles, so that the plan of their query
 * knows the numbers: rare types are read by their index, common ones met in the order of keys.
 */
async function matchingTypes(tx: Tx, text: string): Promise<string[]> {
  const pattern = `%${text.replace(/[\\%_]/g, (character) => `\\${character}`)}%`;
  // A list of eight-byte numbers comes as their digits.
  const { rows } = await sql<{ types: string[] }>`select matching_vehicle_types(${pattern}) as types`.execute(tx);
  return rows[0]?.types ?? [];
}
