/** The hazard work order as a kind of case, and what is done with one. */
import { sql } from "kysely";
import {
  HAZARD_TYPES,
  HAZARD_WORK_ORDER,
  HAZARD_WORK_ORDER_V1,
  HAZARD_WORK_ORDER_V2,
  ROLES,
  type HazardOrderData,
  type Json,
  type Lifecycle,
} from "@sandglass/casework";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import type { Actor } from "../../records/mod.ts";
import type { CaseType } from "../engine/case-type.ts";
import type { ActionMeta, CaseEngine } from "../engine/engine.ts";
import { STORED_COLUMNS, toStored, type StoredCase } from "../engine/store.ts";
import { newestInput } from "../engine/newest-input.ts";
import type { Unit } from "../engine/unit.ts";
import { ownerOfVehicle } from "../engine/vehicle-owner.ts";
import { openDefectFile } from "../recall/lead.ts";
import { orderLine, orderPage } from "./view.ts";

export const ORDER_KIND = HAZARD_WORK_ORDER.kind;

export const HAZARD_ORDER_TYPE: CaseType = {
  kind: ORDER_KIND,
  prefix: "ord",
  lifecycles: [HAZARD_WORK_ORDER_V1, HAZARD_WORK_ORDER_V2, HAZARD_WORK_ORDER] as unknown as [
    Lifecycle,
    Lifecycle,
    Lifecycle,
  ],
  fieldsOf: (data) => {
    const { type, level, item, vehicle, project, findings } = data as HazardOrderData;
    // By what was found; the code of the rule tells two apart that are called alike.
    const name = findings.find((each) => each.name !== undefined)?.name ?? HAZARD_TYPES[type];
    return {
      title: { en: `${name.en} · ${item}`, zh: `${name.zh} · ${item}` },
      vehicles: vehicle === undefined ? [] : [vehicle],
      item,
      level,
      ...(project === undefined ? {} : { project }),
    };
  },
  // The reactor looks the owner up itself: a vehicle may send before the registry has noted it.
  prepare: async (unit, actor, name, input) => ({
    input: name === "detect" && ROLES[actor.role].kind !== "system" ? await withOwner(unit, input) : input,
  }),
  continues: "classify",
  open: detectAndClassify,
  reaching: new Set(["findings"]),
  after: async (engine, unit, stored, name) => {
    if (name === "findings") await referDefect(engine, unit, stored);
  },
  line: orderLine,
  page: orderPage,
};

/**
 * Opens an order by hand: a hazard found by screening, a long-offline vehicle, a model-wide fault. The vehicle's owner and region
 * come from the registry, whatever the input says.
 * @throws SG_ORDER_EXISTS, SG_ORDER_VEHICLE, and as `CaseEngine.create`
 */
export function openOrder(
  engine: CaseEngine,
  actor: Actor,
  input: unknown,
  meta: ActionMeta = {},
): Promise<StoredCase> {
  return engine.transact(actor, (unit) => detectAndClassify(engine, unit, input, meta));
}

async function detectAndClassify(
  engine: CaseEngine,
  unit: Unit,
  input: unknown,
  meta: ActionMeta,
): Promise<StoredCase> {
  const created = await engine.create(unit, ORDER_KIND, "detect", input, meta);
  return created.folded.state === "DETECTED" ? engine.act(unit, created.id, "classify", {}) : created;
}

/** 9.2: a batch check that suspects a defect opens its investigation. */
async function referDefect(engine: CaseEngine, unit: Unit, { id, folded }: StoredCase): Promise<void> {
  const { result, defectSuspected } = (await newestInput(unit.tx, id)) as {
    readonly result: string;
    readonly defectSuspected: boolean;
  };
  if (!defectSuspected) return;
  const { item, vehicle, organisation } = folded.data as HazardOrderData;
  await openDefectFile(engine, unit, {
    title: item,
    description: result,
    source: "hazardOrder",
    hazardOrder: id,
    ...(vehicle === undefined ? {} : { vehicle }),
    ...(organisation === undefined ? {} : { organisation }),
  });
}

async function withOwner(unit: Unit, input: Json): Promise<Json> {
  const {
    organisation: _organisation,
    region: _region,
    ...rest
  } = input as {
    readonly organisation?: string;
    readonly region?: string;
    readonly vehicle?: string;
    readonly item: string;
  };
  const { vehicle, item } = rest;
  if (vehicle === undefined) return input;
  const owner = await ownerOfVehicle(unit.tx, vehicle);
  const open = await findOpenOrder(unit.tx, vehicle, item);
  if (open !== undefined) throw new SandglassError(ERRORS.ORDER_EXISTS, { id: open.id });
  return { ...rest, ...owner };
}

/** As in the index cases_one_order_per_item; `vehicles @>` is not leakproof, and no index serves it beside the row policy. */
const ofOneVehicle = sql<boolean>`cardinality(vehicles) = 1 and item is not null`;

/** The order of a vehicle and item that is not closed; there is at most one. */
export async function findOpenOrder(tx: Unit["tx"], vehicle: string, item: string): Promise<StoredCase | undefined> {
  const row = await tx
    .selectFrom("cases")
    .select([...STORED_COLUMNS])
    .where("kind", "=", ORDER_KIND)
    .where("ended", "=", false)
    .where("item", "=", item)
    .where(ofOneVehicle)
    .where(sql<boolean>`vehicles[1] = ${vehicle}`)
    .executeTakeFirst();
  return row === undefined ? undefined : toStored(row);
}

/** Which of these vehicles and items have an order that is not closed: `vehicle item`. */
export async function findOpenOrders(
  tx: Unit["tx"],
  wanted: readonly { readonly vehicle: string; readonly item: string }[],
): Promise<ReadonlySet<string>> {
  if (wanted.length === 0) return new Set();
  const { rows } = await sql<{ vehicle: string; item: string }>`
    select vehicles[1] as vehicle, item from cases
    where kind = ${ORDER_KIND} and ended = false and ${ofOneVehicle}
      and vehicles[1] = any(${[...new Set(wanted.map(({ vehicle }) => vehicle))]}::text[])
      and item = any(${[...new Set(wanted.map(({ item }) => item))]}::text[])`.execute(tx);
  return new Set(rows.map(({ vehicle, item }) => `${vehicle} ${item}`));
}

/** Takes an action on an order. Errors as `CaseEngine.act`. */
export function actOnOrder(
  engine: CaseEngine,
  actor: Actor,
  id: string,
  name: string,
  input: unknown,
  meta: ActionMeta = {},
): Promise<StoredCase> {
  return engine.transact(actor, (unit) => engine.act(unit, id, name, input, { ...meta, kind: ORDER_KIND }));
}
