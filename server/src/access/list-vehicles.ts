/** Lists of the registry's vehicles, in orders that an index holds. Row policies decide which are told; conditions here say where to look. */
import { sql, type RawBuilder, type Selectable } from "kysely";
import { containing, type Tx } from "../records/mod.ts";
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

interface VehicleQuery {
  readonly registered?: boolean;
  /** Text in maker, model or organisation, the id, or what a masked VIN shows. Never matched against the rest of VINs. */
  readonly text?: string;
  /** Only these. */
  readonly keys?: readonly bigint[];
  /** Only those of which this holds: what memory knows and the records do not. */
  readonly where?: (key: bigint) => boolean;
  readonly limit: number;
}

export interface ListVehicles extends VehicleQuery {
  /** Only those without an open finding that the actor may read. */
  readonly calm?: boolean;
  /** Key after which the page starts. */
  readonly after?: bigint;
}

export interface ListOpenVehicles extends VehicleQuery {
  /** Place after which the page starts. */
  readonly behind?: Pick<OpenVehicle, "level" | "ordinal"> | undefined;
}

type Row = Selectable<VehicleTable> & { open_level: number };

/** Among so many vehicles a page is looked for first: who sees, or finds, one in four hundred fills it there. */
const NEAR = 20_000;
const OPEN_LEVEL = sql`select level from open_vehicle_index where vehicle = key`;

/** In the order of keys. */
export async function listVehicles(tx: Tx, query: ListVehicles): Promise<Vehicle[]> {
  const scope = await scopeOf(tx);
  if (scope === undefined) return [];
  const { registered, after = -1n, keys } = query;
  const narrow = [...(await withinScope(tx, scope)), ...(await withText(tx, "key", query.text))];
  const conditions = [
    sql`key > ${after}`,
    ...narrow,
    ...(registered === undefined ? [] : [sql`registered = ${registered}`]),
    ...(keys === undefined ? [] : [sql`key = any (${keys.map(String)}::bigint[])`]),
    ...(query.calm === true ? [sql`not exists (${OPEN_LEVEL})`] : []),
  ];
  const near = narrow.length === 0 || keys !== undefined ? undefined : await keyBehind(tx, after, NEAR);
  const found = near === undefined ? [] : await pageOf(tx, [...conditions, sql`key < ${near}`], query);
  return found.length === query.limit ? found : pageOf(tx, conditions, query);
}

async function pageOf(
  tx: Tx,
  conditions: readonly RawBuilder<unknown>[],
  { where, limit }: VehicleQuery,
): Promise<Vehicle[]> {
  const found = sql`from vehicles where ${sql.join(conditions, sql` and `)} order by key`;
  const page =
    where === undefined
      ? sql`${found} limit ${limit}`
      : sql`from vehicles where key = any (${await keysWhere(tx, sql`select key ${found}`, where, limit)}::bigint[]) order by key`;
  const { rows } = await sql<Row>`select vehicles.*, coalesce((${OPEN_LEVEL}), 0) as open_level ${page}`.execute(tx);
  return rows.map((row) => ({ ...toVehicle(row), openLevel: row.open_level }));
}

/** About the key that a vehicle so many further on has, whosever they are; undefined when there are fewer. */
async function keyBehind(tx: Tx, after: bigint, many: number): Promise<bigint | undefined> {
  const { rows } = await sql<{ key: bigint | null }>`select vehicle_key_behind(${after}, ${many}) as key`.execute(tx);
  return rows[0]?.key ?? undefined;
}

/** Those with open findings: the worst first, among equals the one with the newest. */
export async function listOpenVehicles(tx: Tx, query: ListOpenVehicles): Promise<OpenVehicle[]> {
  const scope = await scopeOf(tx);
  if (scope === undefined) return [];
  const { behind, registered, keys, limit } = query;
  const conditions = [
    sql`scope = ${scope}`,
    ...(keys === undefined ? [] : [sql`vehicle = any (${keys.map(String)}::bigint[])`]),
    ...(await withText(tx, "vehicle", query.text)),
    ...(registered === undefined ? [] : [sql`registered = ${registered}`]),
    ...(behind === undefined ? [] : [sql`(level, ordinal) < (${behind.level}::smallint, ${behind.ordinal}::bigint)`]),
  ];
  const found = sql`from open_vehicle_index where ${sql.join(conditions, sql` and `)} order by level desc, ordinal desc`;
  const page =
    query.where === undefined
      ? sql`${found} limit ${limit}`
      : sql`from open_vehicle_index where scope = ${scope} and vehicle = any (${await keysWhere(tx, sql`select vehicle as key ${found}`, query.where, limit)}::bigint[])`;
  const { rows } = await sql<Row & { ordinal: bigint }>`
    select vehicles.*, page.level as open_level, page.ordinal
    from (select vehicle, level, ordinal ${page}) page join vehicles on vehicles.key = page.vehicle
    order by page.level desc, page.ordinal desc`.execute(tx);
  return rows.map((row) => ({
    vehicle: { ...toVehicle(row), openLevel: row.open_level },
    level: row.open_level,
    ordinal: row.ordinal,
  }));
}

/** So many keys are looked at for a page; then all of them. */
const LOOKED_AT = [1_000, 20_000, null] as const;

/** The first keys of a query, in its order, of which a condition holds: digits, as the driver has them in lists. */
async function keysWhere(
  tx: Tx,
  keys: RawBuilder<unknown>,
  where: (key: bigint) => boolean,
  limit: number,
): Promise<string[]> {
  let kept: string[] = [];
  for (const most of LOOKED_AT) {
    const { rows } = await sql<{ keys: string[] }>`select array(${keys} limit ${most}::integer) as keys`.execute(tx);
    const met = rows[0]?.keys ?? [];
    kept = met.filter((key) => where(BigInt(key))).slice(0, limit);
    if (kept.length === limit || met.length < (most ?? Infinity)) break;
  }
  return kept;
}

/** The scope in which the actor reads vehicles; see `vehicle_scopes`. */
export async function scopeOf(tx: Tx): Promise<string | undefined> {
  const { rows } = await sql<{ scope: string | null }>`select actor_vehicle_scope() as scope`.execute(tx);
  return rows[0]?.scope ?? undefined;
}

/** Where the vehicles of a scope are found: by their organisation and parties, or by the regions of a territory. */
async function withinScope(tx: Tx, scope: string): Promise<RawBuilder<unknown>[]> {
  const name = scope.slice(2);
  if (scope.startsWith("o:")) return [sql`(organisation = ${name} or parties[1] = ${name} or parties[2] = ${name})`];
  if (!scope.startsWith("r:")) return [];
  const { rows } = await sql<{ regions: string[] }>`select regions_of_vehicles(${name}) as regions`.execute(tx);
  return [sql`region = any (${rows[0]?.regions ?? []}::text[])`];
}

/** Vehicles with a text in maker, model or organisation, those whose masked VIN ends in it, or the one whose id it is. */
async function withText(tx: Tx, key: string, text = ""): Promise<RawBuilder<unknown>[]> {
  const id = parseVehicleId(text.trim());
  if (id !== undefined) return [sql`${sql.ref(key)} = ${id}`];
  if (text === "") return [];
  const [types, shown] = [await matchingTypes(tx, text), await shownAs(tx, text)];
  const ofType = sql`type = any (${types}::bigint[])`;
  const isShown = sql`${sql.ref(key)} = any (${shown}::bigint[])`;
  if (shown.length === 0) return [ofType];
  return [types.length === 0 ? isShown : sql`(${ofType} or ${isShown})`];
}

/** What a masked VIN shows: its end, or the whole of it as it stands in lists. */
const SHOWN_VIN = /^(?:([0-9A-Z]{3})\*{10})?([0-9A-Z]{4})$/;
/** Vehicles that can be told apart by somebody who looks for one. */
const MOST_SHOWN = 5_000;

async function shownAs(tx: Tx, text: string): Promise<string[]> {
  const parts = SHOWN_VIN.exec(text.trim().toUpperCase());
  if (parts === null) return [];
  const [, begin = null, end] = parts;
  const { rows } = await sql<{
    keys: string[];
  }>`select vehicles_shown_as(${begin}, ${end}, ${MOST_SHOWN}) as keys`.execute(tx);
  return rows[0]?.keys ?? [];
}

/**
 * Types of vehicles with the text in maker, model or organisation. Asked before the vehicles, so that the plan of their query
 * knows the numbers: rare types are read by their index, common ones met in the order of keys.
 */
async function matchingTypes(tx: Tx, text: string): Promise<string[]> {
  const pattern = containing(text);
  // A list of eight-byte numbers comes as their digits.
  const { rows } = await sql<{ types: string[] }>`select matching_vehicle_types(${pattern}) as types`.execute(tx);
  return rows[0]?.types ?? [];
}
