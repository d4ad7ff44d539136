/**
 * Published recalls: a row per recall, redacted when it is written and kept for good. Readers of the list read that row
 * and nothing else; who types a VIN learns which published recalls reach it, and nothing of the vehicle.
 */
import {
  publishedRecall,
  RECALL_STATES,
  type PublicRecall,
  type RecallData,
  type RecallState,
  type Text,
} from "@sandglass/casework";
import { sql } from "kysely";
import { toTime } from "../../http/mod.ts";
import type { Tx } from "../../records/mod.ts";
import type { StoredCase } from "../engine/store.ts";
import type { Unit } from "../engine/unit.ts";

export interface RecallEntry extends PublicRecall {
  readonly id: string;
  readonly producer: Text;
  readonly state: string;
  readonly stateTitle: Text;
  readonly publishedAt: string;
}

/** Brings the row to what the recall is now; before it is published there is none. */
export async function showRecall({ tx, at }: Unit, { id, folded }: StoredCase): Promise<void> {
  const data = folded.data as RecallData;
  const shown = publishedRecall(data);
  if (shown === undefined || data.publishedAt === undefined) return;
  const entry: RecallEntry = {
    id,
    producer: await nameOf(tx, data.organisation),
    state: folded.state,
    stateTitle: RECALL_STATES[folded.state as RecallState].title,
    publishedAt: toTime(data.publishedAt),
    ...shown,
  };
  const row = {
    organisation: data.organisation ?? null,
    state: folded.state,
    body: JSON.stringify(entry),
    updated_at: new Date(at),
  };
  await tx
    .insertInto("public_recalls")
    .values({ recall: id, published_at: new Date(data.publishedAt), ...row })
    .onConflict((conflict) => conflict.column("recall").doUpdateSet(row))
    .execute();
}

async function nameOf(tx: Tx, organisation = ""): Promise<Text> {
  const row = await tx
    .selectFrom("organisations")
    .select(["name_en", "name_zh"])
    .where("id", "=", organisation)
    .executeTakeFirst();
  return { en: row?.name_en ?? organisation, zh: row?.name_zh ?? organisation };
}

/** Newest first, at most `limit`. @param after published before this one: [time ms, recall] */
export async function listPublished(
  tx: Tx,
  limit: number,
  after?: readonly [number, string],
): Promise<readonly RecallEntry[]> {
  let query = tx
    .selectFrom("public_recalls")
    .select("body")
    .orderBy("published_at", "desc")
    .orderBy("recall", "desc")
    .limit(limit);
  if (after !== undefined)
    query = query.where(sql<boolean>`(published_at, recall) < (${new Date(after[0])}, ${after[1]})`);
  return (await query.execute()).map(({ body }) => body as RecallEntry);
}

export async function findPublished(tx: Tx, id: string): Promise<RecallEntry | undefined> {
  const row = await tx.selectFrom("public_recalls").select("body").where("recall", "=", id).executeTakeFirst();
  return row?.body as RecallEntry | undefined;
}

/** Published recalls that reach the vehicle of a key, and whether that vehicle is done with. */
export async function checkVehicle(
  tx: Tx,
  key: bigint,
): Promise<readonly { readonly recall: RecallEntry; readonly isDone: boolean }[]> {
  const { rows } = await sql<{ readonly body: unknown; readonly is_done: boolean }>`
    select p.body, r.is_done from recalls_of_vehicle(${key}) r join public_recalls p on p.recall = r.recall
    order by p.published_at desc`.execute(tx);
  return rows.map(({ body, is_done: isDone }) => ({ recall: body as RecallEntry, isDone }));
}
