/** Rows of backtests: asked for by people, run by the runner, kept for ever with all that is needed to run them again. */
import { hash } from "node:crypto";
import type { Selectable } from "kysely";
import type { SubjectKind } from "@sandglass/signals";
import type { Region } from "@sandglass/triggers";
import { createId } from "../access/mod.ts";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { appendLeaf } from "../ledger/mod.ts";
import type { Actor, Tx } from "../records/mod.ts";
import type { BacktestTable } from "../records/tables/rulebook.ts";
import type { SetDifference, SetReport } from "./backtest/report.ts";
import { requireProposer } from "./drafts.ts";

export type Backtest = Selectable<BacktestTable>;

/** What is kept of a request. */
export interface BacktestRequest {
  readonly text: string;
  /** Text to compare with. */
  readonly baseline?: string;
  readonly draft?: string;
  readonly regions: readonly Region[];
  /** Event time, [from, to), UTC ms. */
  readonly from: number;
  readonly to: number;
  /** Opaque ids; without it every vehicle that the requester may judge. */
  readonly vehicles?: readonly string[];
}

export interface BacktestReport {
  readonly set: SetReport;
  readonly baseline?: SetReport;
  readonly difference?: SetDifference;
  readonly data: {
    readonly from: number;
    readonly to: number;
    readonly rows: number;
    readonly vehicles: number;
    /** Rows that were received later are not in it. */
    readonly throughSeq: number;
    readonly segments: number;
    /** SHA-256 over the number and Merkle root of every segment. */
    readonly digest: string;
    /** Events that were read: subjects that sent them, receptions, and the newest number of their journal. */
    readonly events?: { readonly subjects: number; readonly receptions: number; readonly throughSeq: number };
    /** What the registry said of those judged: their number, and a SHA-256 over ids and attributes. */
    readonly registry?: { readonly vehicles: number; readonly senders?: number; readonly digest: string };
    /** How many of each kind were judged; see `judgedOf`. */
    readonly judged?: Readonly<Partial<Record<SubjectKind, number>>>;
  };
  readonly tookMs: number;
}

/** @param project whose plan is rehearsed: whoever has a part in it needs none in the rulebook */
export async function createBacktest(
  tx: Tx,
  actor: Actor,
  request: BacktestRequest,
  setHash: string,
  now: number,
  project?: string,
): Promise<Backtest> {
  if (project === undefined) requireProposer(actor);
  return await tx
    .insertInto("backtests")
    .values({
      id: createId("bkt"),
      state: "queued",
      request: JSON.stringify(request),
      set_hash: setHash,
      requested_by: actor.id,
      requested_account: actor.account ?? null,
      requested_role: actor.role,
      requested_region: actor.region ?? null,
      organisation: actor.organisation,
      project: project ?? null,
      requested_at: new Date(now),
      started_at: null,
      ended_at: null,
      rows_total: null,
      report: null,
      failure: null,
      leaf_id: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** @throws SG_NOT_FOUND also for one that is hidden from the actor */
export async function getBacktest(tx: Tx, id: string): Promise<Backtest> {
  const found = await tx.selectFrom("backtests").selectAll().where("id", "=", id).executeTakeFirst();
  if (found === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: id });
  return found;
}

/** Newest first, without reports. */
export async function listBacktests(
  tx: Tx,
  filter: { readonly setHash?: string | undefined; readonly limit: number; readonly below?: bigint | undefined },
): Promise<Omit<Backtest, "report">[]> {
  let query = tx
    .selectFrom("backtests")
    .select([
      "id",
      "ordinal",
      "state",
      "request",
      "set_hash",
      "requested_by",
      "requested_account",
      "requested_role",
      "requested_region",
      "organisation",
      "project",
      "requested_at",
      "started_at",
      "ended_at",
      "rows_done",
      "rows_total",
      "failure",
      "leaf_id",
    ])
    .orderBy("ordinal", "desc")
    .limit(filter.limit);
  if (filter.setHash !== undefined) query = query.where("set_hash", "=", filter.setHash);
  if (filter.below !== undefined) query = query.where("ordinal", "<", filter.below);
  return await query.execute();
}

/** @throws SG_RULE_STATE when it has ended, SG_FORBIDDEN when somebody else asked for it */
export async function cancelBacktest(tx: Tx, actor: Actor, id: string, now: number): Promise<Backtest> {
  const cancelled = await tx
    .updateTable("backtests")
    .set({ state: "cancelled", ended_at: new Date(now) })
    .where("id", "=", id)
    .where("state", "in", ["queued", "running"])
    .where("requested_by", "=", actor.id)
    .returningAll()
    .executeTakeFirst();
  if (cancelled !== undefined) return cancelled;
  const found = await getBacktest(tx, id);
  if (found.requested_by !== actor.id)
    throw new SandglassError(ERRORS.FORBIDDEN, { role: actor.role, object: id, right: "cancel" });
  throw new SandglassError(ERRORS.RULE_STATE, { id, state: found.state, action: "cancel" });
}

// ── the runner's side ───────────────────────────────────────────────────────────────────────────────────────────────

/** The next one to run; one that was running when the server stopped begins again. */
export async function takeBacktest(tx: Tx, now: number): Promise<Backtest | undefined> {
  const next = await tx
    .selectFrom("backtests")
    .select("id")
    .where("state", "in", ["queued", "running"])
    .orderBy("ordinal")
    .limit(1)
    .executeTakeFirst();
  if (next === undefined) return undefined;
  return await tx
    .updateTable("backtests")
    .set({ state: "running", started_at: new Date(now), rows_done: 0n, rows_total: null })
    .where("id", "=", next.id)
    .where("state", "in", ["queued", "running"])
    .returningAll()
    .executeTakeFirst();
}

/** False when it was cancelled meanwhile. */
export async function noteProgress(tx: Tx, id: string, done: number, total: number): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable("backtests")
    .set({ rows_done: BigInt(done), rows_total: BigInt(total) })
    .where("id", "=", id)
    .where("state", "=", "running")
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** @throws SG_RULE_STATE when it was cancelled meanwhile */
export async function finishBacktest(tx: Tx, backtest: Backtest, report: BacktestReport, now: number): Promise<void> {
  const text = JSON.stringify(report);
  const leaf = await appendLeaf(tx, {
    kind: "backtest",
    subject: backtest.id,
    at: now,
    content: {
      backtest: backtest.id,
      set: backtest.set_hash,
      data: report.data,
      firings: report.set.firingsInAll,
      report: hash("sha256", text),
      requestedBy: { id: backtest.requested_by, role: backtest.requested_role, organisation: backtest.organisation },
    },
    ...(backtest.organisation === "" ? {} : { organisation: backtest.organisation }),
  });
  const { numUpdatedRows } = await tx
    .updateTable("backtests")
    .set({
      state: "done",
      report: text,
      ended_at: new Date(now),
      rows_done: BigInt(report.data.rows + (report.data.events?.receptions ?? 0)),
      leaf_id: leaf,
    })
    .where("id", "=", backtest.id)
    .where("state", "=", "running")
    .executeTakeFirst();
  if (numUpdatedRows === 0n)
    throw new SandglassError(ERRORS.RULE_STATE, { id: backtest.id, state: "cancelled", action: "finish" });
}

export async function failBacktest(tx: Tx, id: string, failure: string, now: number): Promise<void> {
  await tx
    .updateTable("backtests")
    .set({ state: "failed", failure, ended_at: new Date(now) })
    .where("id", "=", id)
    .where("state", "=", "running")
    .execute();
}
