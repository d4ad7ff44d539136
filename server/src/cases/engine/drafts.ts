/**
 * Drafts: what a person has begun to enter for an action, kept per person, case and action until it is sent, dropped or too old.
 * Nobody else can read one; a draft is no record and has no ledger leaf.
 */
import type { Json } from "@sandglass/casework";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import type { Tx } from "../../records/mod.ts";
import type { Unit } from "./unit.ts";

/** Id of a case, or `new:<kind>` for a case that does not exist yet. */
export type DraftScope = string;

export const newCaseScope = (kind: string): DraftScope => `new:${kind}`;

export interface Draft {
  readonly scope: DraftScope;
  readonly action: string;
  readonly content: unknown;
  /** Version of the case when it was begun. */
  readonly version: number | undefined;
  readonly savedAt: number;
  readonly expiresAt: number;
}

/** P: a month without a change. */
export const DRAFT_MS = 30 * 86_400_000;
/** Characters of the content as JSON. */
export const DRAFT_LIMIT = 200_000;

/** Keeps the draft, in place of an earlier one. @throws SG_CASE_DRAFT when it is too large or cannot be stored */
export async function saveDraft(
  unit: Unit,
  draft: {
    readonly scope: DraftScope;
    readonly action: string;
    readonly content: Json;
    readonly version?: number | undefined;
  },
): Promise<Draft> {
  const content = JSON.stringify(draft.content);
  if (content.length > DRAFT_LIMIT)
    throw new SandglassError(ERRORS.CASE_DRAFT, {
      reason: `it has more than ${DRAFT_LIMIT} characters`,
      reasonZh: `超过 ${DRAFT_LIMIT} 个字符`,
    });
  if (/\\u0000|\\ud[89a-f]/i.test(content))
    throw new SandglassError(ERRORS.CASE_DRAFT, {
      reason: "it holds a character that cannot be stored",
      reasonZh: "含有无法存储的字符",
    });
  const [savedAt, expiresAt] = [new Date(unit.at), new Date(unit.at + DRAFT_MS)];
  const changing = { content, version: draft.version ?? null, saved_at: savedAt, expires_at: expiresAt };
  const { scope, action } = draft;
  await unit.tx
    .insertInto("case_drafts")
    .values({ actor_id: unit.actor.id, scope, action, ...changing })
    .onConflict((conflict) => conflict.columns(["actor_id", "scope", "action"]).doUpdateSet(changing))
    .execute();
  return { ...draft, version: draft.version, savedAt: unit.at, expiresAt: unit.at + DRAFT_MS };
}

/** The actor's drafts that are not too old, newest first; of one scope or of all. */
export async function listDrafts(tx: Tx, now: number, scope?: DraftScope): Promise<Draft[]> {
  let query = tx.selectFrom("case_drafts").selectAll().where("expires_at", ">", new Date(now));
  if (scope !== undefined) query = query.where("scope", "=", scope);
  const rows = await query.orderBy("saved_at", "desc").orderBy("scope").orderBy("action").limit(200).execute();
  return rows.map((row) => ({
    scope: row.scope,
    action: row.action,
    content: row.content,
    version: row.version ?? undefined,
    savedAt: row.saved_at.getTime(),
    expiresAt: row.expires_at.getTime(),
  }));
}

/** @returns whether there was one */
export async function dropDraft(unit: Unit, scope: DraftScope, action: string): Promise<boolean> {
  const { numDeletedRows } = await unit.tx
    .deleteFrom("case_drafts")
    .where("actor_id", "=", unit.actor.id)
    .where("scope", "=", scope)
    .where("action", "=", action)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

/** Removes everybody's drafts that are too old; for the clock. */
export async function expireDrafts(tx: Tx, now: number): Promise<number> {
  const { numDeletedRows } = await tx
    .deleteFrom("case_drafts")
    .where("expires_at", "<=", new Date(now))
    .executeTakeFirst();
  return Number(numDeletedRows);
}
