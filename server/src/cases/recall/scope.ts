/** The vehicles of the registry that a recall plan reaches: counted before the plan is filed, kept row by row when it is. */
import type { Json, RecallData, RecallPlan } from "@sandglass/casework";
import { sql, type RawBuilder } from "kysely";
import { parseVehicleId } from "../../access/mod.ts";
import type { Tx } from "../../records/mod.ts";
import type { Unit } from "../engine/unit.ts";

type Scope = RecallPlan["scope"];

/** Keys of the vehicles of the producer that a scope names; of vehicles named one by one only those of its models. */
function keysIn(
  { models, registeredFrom, registeredTo, vehicles = [] }: Scope,
  organisation: string,
): RawBuilder<object> {
  const keys = vehicles.map(parseVehicleId).filter((key) => key !== undefined);
  return sql`select key from vehicles
    where registered and organisation = ${organisation} and model = any (${[...models]}::text[])
      and (${registeredFrom ?? null}::timestamptz is null or registered_at >= ${registeredFrom ?? null}::timestamptz)
      and (${registeredTo ?? null}::timestamptz is null or registered_at <= ${registeredTo ?? null}::timestamptz)
      and (${vehicles.length === 0} or key = any (${keys.map(String)}::bigint[]))`;
}

/**
 * Facts of a filing: how many vehicles the recall then reaches, how many of them are new, how many leave it, and the districts they
 * are in, so that who answers for one district sees the file and who answers for its neighbour does not. What was remedied or taken
 * out stays, whatever a later plan says; a repeated recall takes remedies for undone.
 */
export async function countScope(
  tx: Tx,
  recall: string,
  organisation: string | undefined,
  { scope }: RecallPlan,
  isRepeated: boolean,
): Promise<Json> {
  const { rows } = await sql<{
    readonly affected: number;
    readonly added: number;
    readonly removed: number;
    readonly regions: readonly string[];
  }>`with named as (${keysIn(scope, organisation ?? "")}),
      known as (
        select vehicle, (remedied_at is not null and not ${isRepeated}) or excluded is not null as done from recall_vehicles
        where recall = ${recall} and left_at is null
      ),
      reached as (select key from named union select vehicle from known where done)
    select (select count(*)::int from reached) as affected,
      (select count(*)::int from named where key not in (select vehicle from known)) as added,
      (select count(*)::int from known where not done and vehicle not in (select key from named)) as removed,
      (select coalesce(array_agg(distinct region), '{}') from vehicles
       where key in (select key from reached) and region is not null) as regions`.execute(tx);
  const [counts] = rows;
  return counts === undefined ? {} : { ...counts, regions: [...counts.regions] };
}

/** Brings the rows to the plan as filed. A repeated recall begins with nothing remedied. */
export async function fileScope(
  { tx, at }: Unit,
  recall: string,
  { organisation, plan, round }: RecallData,
): Promise<void> {
  if (plan === undefined) return;
  const named = keysIn(plan.scope, organisation ?? "");
  await sql`update recall_vehicles set round = ${round}, remedy = null, remedied_at = null
    where recall = ${recall} and round < ${round}`.execute(tx);
  await sql`update recall_vehicles set left_at = ${new Date(at)}
    where recall = ${recall} and left_at is null and remedied_at is null and excluded is null
      and vehicle not in (${named})`.execute(tx);
  await sql`insert into recall_vehicles (recall, vehicle, round)
    select ${recall}, key, ${round} from (${named}) as named
    on conflict (recall, vehicle) do update set left_at = null where recall_vehicles.left_at is not null`.execute(tx);
}

/** What a page says of the vehicles, counted from the rows. */
export async function readScope(tx: Tx, recall: string) {
  const { open, remedied, excluded } = await tx
    .selectFrom("recall_vehicles")
    .select((eb) => [
      eb.fn.countAll<bigint>().filterWhere("remedied_at", "is", null).filterWhere("excluded", "is", null).as("open"),
      eb.fn.countAll<bigint>().filterWhere("remedied_at", "is not", null).as("remedied"),
      eb.fn.countAll<bigint>().filterWhere("excluded", "is not", null).as("excluded"),
    ])
    .where("recall", "=", recall)
    .where("left_at", "is", null)
    .executeTakeFirstOrThrow();
  return { outstanding: Number(open), remedied: Number(remedied), excluded: Number(excluded) };
}
