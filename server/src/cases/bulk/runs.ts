/** Rows of bulk actions: previews, what is running, what came of it. */
import type { Json } from "@sandglass/casework";
import type { Selectable } from "kysely";
import { createId } from "../../access/ids.ts";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import { recordableQuery } from "../../exports/mod.ts";
import { SYSTEM_CLOCK, type Actor, type Records, type Tx } from "../../records/mod.ts";
import type { BulkRunCaseTable, BulkRunTable } from "../../records/tables/bulk.ts";
import type { BulkRequest, PreviewedCase } from "./preview.ts";

export type BulkRun = Selectable<BulkRunTable>;
export type BulkRow = Selectable<BulkRunCaseTable>;

/** A preview that nobody starts is of no use the next day. */
export const PREVIEW_MS = 86_400_000;
const INSERT_ROWS = 500;
/** What a preview found possible, and the run therefore tries. */
const TRIED = ["acts", "proposes", "confirms"] as const;

/** @returns the id of the run that the preview may become */
export async function insertPreview(
  tx: Tx,
  actor: Actor,
  request: BulkRequest,
  cases: readonly PreviewedCase[],
  now: number,
): Promise<string> {
  const id = createId("blk");
  const { query } = request.selection;
  await tx
    .insertInto("bulk_runs")
    .values({
      id,
      state: "preview",
      kind: request.kind,
      action: request.action,
      input: JSON.stringify(request.input),
      purpose: request.purpose ?? null,
      query: query === undefined ? null : JSON.stringify(recordableQuery(query)),
      total: cases.length,
      actor_kind: actor.kind === "token" ? "token" : "person",
      actor_id: actor.id,
      actor_role: actor.role,
      actor_account: actor.account ?? null,
      actor_token: actor.token ?? null,
      organisation: actor.organisation,
      region: actor.region ?? null,
      previewed_at: new Date(now),
      started_at: null,
      ended_at: null,
    })
    .execute();
  const rows = cases.map((each, position) => ({
    run_id: id,
    position,
    case_id: each.id,
    version: each.version,
    input: each.input === undefined ? null : JSON.stringify(each.input),
    preview: each.preview,
    outcome: null,
    code: each.refusal?.code ?? null,
    reason: each.refusal === undefined ? null : JSON.stringify(each.refusal.reason),
    found: null,
    sequence: null,
    at: null,
  }));
  for (let at = 0; at < rows.length; at += INSERT_ROWS)
    await tx
      .insertInto("bulk_run_cases")
      .values(rows.slice(at, at + INSERT_ROWS))
      .execute();
  return id;
}

/** @throws SG_NOT_FOUND */
export async function getRun(tx: Tx, id: string): Promise<BulkRun> {
  const run = await tx.selectFrom("bulk_runs").selectAll().where("id", "=", id).executeTakeFirst();
  if (run === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: id });
  return run;
}

/** Who started it, as transactions know actors. */
export function actorOfRun(run: BulkRun): Actor {
  return {
    kind: run.actor_kind,
    id: run.actor_id,
    role: run.actor_role,
    organisation: run.organisation,
    ...(run.actor_account === null ? {} : { account: run.actor_account }),
    ...(run.actor_token === null ? {} : { token: run.actor_token }),
    ...(run.region === null ? {} : { region: run.region }),
  };
}

/**
 * Turns a preview of the actor's into a run.
 * @throws SG_NOT_FOUND also when it was made by another or in another office; SG_BULK_STATE, SG_BULK_NOTHING
 */
export async function startRun(tx: Tx, actor: Actor, id: string, now: number): Promise<void> {
  const run = await tx
    .selectFrom("bulk_runs")
    .selectAll()
    .where("id", "=", id)
    .where("actor_id", "=", actor.id)
    .where("actor_role", "=", actor.role)
    .where("organisation", "=", actor.organisation)
    .forUpdate()
    .executeTakeFirst();
  if (run === undefined) throw await whyNot(tx, actor, id);
  if (run.state !== "preview") throw new SandglassError(ERRORS.BULK_STATE, { id, state: run.state });
  const at = new Date(now);
  const { numUpdatedRows: skipped } = await tx
    .updateTable("bulk_run_cases")
    .set({ outcome: "skipped", at })
    .where("run_id", "=", id)
    .where("outcome", "is", null)
    .where("preview", "not in", [...TRIED])
    .executeTakeFirst();
  if (skipped === BigInt(run.total)) throw new SandglassError(ERRORS.BULK_NOTHING, {});
  await tx.updateTable("bulk_runs").set({ state: "running", started_at: at }).where("id", "=", id).execute();
}

/** Stops a run of the actor's; what is done stays done. @throws SG_NOT_FOUND, SG_BULK_STATE */
export async function cancelRun(tx: Tx, actor: Actor, id: string, now: number): Promise<void> {
  const run = await tx
    .selectFrom("bulk_runs")
    .select("state")
    .where("id", "=", id)
    .where("actor_id", "=", actor.id)
    .forUpdate()
    .executeTakeFirst();
  if (run === undefined) throw await whyNot(tx, actor, id);
  if (run.state !== "running") throw new SandglassError(ERRORS.BULK_STATE, { id, state: run.state });
  const at = new Date(now);
  await tx
    .updateTable("bulk_run_cases")
    .set({ outcome: "cancelled", at })
    .where("run_id", "=", id)
    .where("outcome", "is", null)
    .execute();
  await tx.updateTable("bulk_runs").set({ state: "cancelled", ended_at: at }).where("id", "=", id).execute();
}

/** A row that has ended cannot be locked; it can be seen. */
async function whyNot(tx: Tx, actor: Actor, id: string): Promise<SandglassError> {
  const run = await tx
    .selectFrom("bulk_runs")
    .select("state")
    .where("id", "=", id)
    .where("actor_id", "=", actor.id)
    .where("state", "in", ["done", "cancelled"])
    .executeTakeFirst();
  return run === undefined
    ? new SandglassError(ERRORS.NOT_FOUND, { what: id })
    : new SandglassError(ERRORS.BULK_STATE, { id, state: run.state });
}

/** Runs that are not through, the oldest first. */
export function listRunning(records: Records): Promise<BulkRun[]> {
  return records.transact(
    SYSTEM_CLOCK,
    (tx) => tx.selectFrom("bulk_runs").selectAll().where("state", "=", "running").orderBy("ordinal").execute(),
    { retry: true },
  );
}

export type WaitingRow = Pick<BulkRow, "position" | "case_id" | "version" | "attempts"> & { readonly input: Json };

export async function listWaiting(records: Records, run: BulkRun, limit: number): Promise<WaitingRow[]> {
  const rows = await records.transact(
    SYSTEM_CLOCK,
    (tx) =>
      tx
        .selectFrom("bulk_run_cases")
        .select(["position", "case_id", "version", "attempts", "input"])
        .where("run_id", "=", run.id)
        .where("outcome", "is", null)
        .orderBy("position")
        .limit(limit)
        .execute(),
    { retry: true },
  );
  return rows.map((row) => ({ ...row, input: (row.input ?? run.input) as Json }));
}

/** Takes the row for this transaction. @returns whether it still waits, and nobody else works at it */
export async function lockRow(tx: Tx, run: string, position: number): Promise<boolean> {
  const row = await tx
    .selectFrom("bulk_run_cases")
    .select("position")
    .where("run_id", "=", run)
    .where("position", "=", position)
    .where("outcome", "is", null)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
  return row !== undefined;
}

export type RowEnd = Partial<Pick<BulkRow, "code" | "found" | "sequence" | "attempts">> & {
  readonly outcome: BulkRow["outcome"];
  readonly reason?: string;
};

/** Writes what became of a row, unless that is known already. */
export async function endRow(tx: Tx, run: string, position: number, end: RowEnd, now: number): Promise<void> {
  await tx
    .updateTable("bulk_run_cases")
    .set({ ...end, ...(end.outcome === null ? {} : { at: new Date(now) }) })
    .where("run_id", "=", run)
    .where("position", "=", position)
    .where("outcome", "is", null)
    .execute();
}

export async function endRun(records: Records, id: string, now: number): Promise<void> {
  await records.transact(
    SYSTEM_CLOCK,
    (tx) =>
      tx
        .updateTable("bulk_runs")
        .set({ state: "done", ended_at: new Date(now) })
        .where("id", "=", id)
        .where("state", "=", "running")
        .execute(),
    { retry: true },
  );
}

/** Removes previews that nobody started. */
export async function expirePreviews(records: Records, now: number): Promise<void> {
  await records.transact(
    SYSTEM_CLOCK,
    (tx) =>
      tx
        .deleteFrom("bulk_runs")
        .where("state", "=", "preview")
        .where("previewed_at", "<", new Date(now - PREVIEW_MS))
        .execute(),
    { retry: true },
  );
}
