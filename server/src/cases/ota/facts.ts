/** What the server finds out for an OTA filing, within what its maker may see. */
import { OTA_FILING, RECALL_CASE, type OtaData, type RecallData } from "@sandglass/casework";
import { sql } from "kysely";
import type { Tx } from "../../records/mod.ts";

const YEAR_MS = 365 * 86_400_000;

/** Filings of a maker that were begun within a year before `at`. */
export async function countFilings(tx: Tx, organisation: string, at: number): Promise<number> {
  const { count } = await tx
    .selectFrom("cases")
    .select((eb) => eb.fn.countAll<bigint>().as("count"))
    .where("kind", "=", OTA_FILING.kind)
    .where(sql<boolean>`organisations @> array[${organisation}]::text[]`)
    .where("opened_at", ">=", new Date(at - YEAR_MS))
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Open defect files of the maker that touch one of the models; a file that names no model touches all. */
export async function countDefectFiles(tx: Tx, { organisation = "", models = [] }: OtaData): Promise<number> {
  const rows = await tx
    .selectFrom("cases")
    .select("folded")
    .where("kind", "=", RECALL_CASE.kind)
    .where("ended", "=", false)
    .where(sql<boolean>`organisations @> array[${organisation}]::text[]`)
    .execute();
  return rows.filter(({ folded }) => {
    const { models: named = [] } = (folded as { readonly data: RecallData }).data;
    return named.length === 0 || named.some((model) => models.includes(model));
  }).length;
}

/** Whether the recall that the campaign serves, or that its classification opened, has a plan on file. */
export async function hasFiledRecall(tx: Tx, { recall }: OtaData, id = ""): Promise<boolean> {
  let query = tx.selectFrom("cases").select(["state", "folded"]).where("kind", "=", RECALL_CASE.kind);
  query = recall === undefined ? query.where("item", "=", id) : query.where("id", "=", recall);
  const rows = await query.execute();
  return rows.some(({ state, folded }) => {
    const { planRevision } = (folded as { readonly data: RecallData }).data;
    return planRevision > 0 && state !== "PLAN_DUE" && state !== "CORRECTIVE";
  });
}
