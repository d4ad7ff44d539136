/** Reading hazard work orders. */
import { HAZARD_TYPES, isStanding, type CaseActor, type HazardOrderData } from "@sandglass/casework";
import type { Static } from "typebox";
import { toTimeOrNull } from "../../http/mod.ts";
import type { Tx } from "../../records/mod.ts";
import type { CaseEngine } from "../engine/engine.ts";
import { getCase } from "../engine/store.ts";
import { lineOf, pageOfCase, type CaseRow } from "../engine/view.ts";
import { ORDER_KIND } from "./actions.ts";
import type { OrderLine, OrderView } from "./schema.ts";

export function orderLine(engine: CaseEngine, row: CaseRow, now: number): Static<typeof OrderLine> {
  const data = (row.folded as { readonly data: HazardOrderData }).data;
  return {
    ...lineOf(engine, row, now),
    title: { en: row.title_en, zh: row.title_zh },
    type: data.type,
    typeTitle: HAZARD_TYPES[data.type],
    level: data.level,
    item: data.item,
    vehicle: data.vehicle ?? null,
    region: data.region ?? null,
    standing: isStanding(data),
  };
}

/** @throws SG_NOT_FOUND */
export async function getOrder(
  engine: CaseEngine,
  tx: Tx,
  id: string,
  actor: CaseActor,
  now: number,
): Promise<Static<typeof OrderView>> {
  const stored = await getCase(tx, id, ORDER_KIND);
  const row = await tx.selectFrom("cases").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
  const data = stored.folded.data as HazardOrderData;
  return {
    ...orderLine(engine, row, now),
    ...(await pageOfCase(engine, tx, stored, actor, now)),
    findings: data.findings.map((each) => each.finding),
    findingRecords: data.findings.map((each) => ({ ...each, clearedAt: toTimeOrNull(each.clearedAt) })),
    notifiedAt: toTimeOrNull(data.notifiedAt),
    resolvedAt: toTimeOrNull(data.resolvedAt),
    contactAttempts: data.contactAttempts,
    disposalReference: data.disposalReference ?? null,
    reopenings: data.reopenings,
  };
}
