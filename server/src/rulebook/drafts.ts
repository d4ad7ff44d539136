/** Drafts of rules: written by one person, changed by those who may, put in force by another (publications.ts). */
import type { Selectable } from "kysely";
import { createId, mayActor, requireRight } from "../access/mod.ts";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import type { Actor, Tx } from "../records/mod.ts";
import type { DraftState, RuleDraftTable } from "../records/tables/rulebook.ts";
import type { Governance } from "./governance.ts";

export type Draft = Selectable<RuleDraftTable>;

export interface DraftInput {
  readonly title: string;
  readonly text: string;
  /** Undefined while the text does not compile. */
  readonly setHash: string | undefined;
  /** Undefined: as they are, none at first. */
  readonly tests?: string | undefined;
  readonly governance?: Governance | undefined;
}

function governed({ tests, governance }: DraftInput): { tests?: string; governance?: string } {
  return {
    ...(tests === undefined ? {} : { tests }),
    ...(governance === undefined ? {} : { governance: JSON.stringify(governance) }),
  };
}

/** @throws SG_FORBIDDEN */
export function requireProposer(actor: Actor): void {
  if (!mayActor(actor, "triggerRules", "propose")) requireRight(actor, "triggerRules", "decide");
}

export async function createDraft(tx: Tx, actor: Actor, input: DraftInput, now: number): Promise<Draft> {
  requireProposer(actor);
  return await tx
    .insertInto("rule_drafts")
    .values({
      id: createId("drf"),
      title: input.title,
      text: input.text,
      set_hash: input.setHash ?? null,
      ...governed(input),
      state: "draft",
      revision: 1,
      author: actor.id,
      author_account: actor.account ?? null,
      author_role: actor.role,
      organisation: actor.organisation,
      created_at: new Date(now),
      updated_at: new Date(now),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** @throws SG_RULE_CHANGED when somebody changed it since revision `seen`; SG_RULE_STATE, SG_NOT_FOUND */
export async function changeDraft(
  tx: Tx,
  actor: Actor,
  id: string,
  seen: number,
  input: DraftInput,
  now: number,
): Promise<Draft> {
  requireProposer(actor);
  const draft = await getDraft(tx, id);
  if (draft.state !== "draft")
    throw new SandglassError(ERRORS.RULE_STATE, { id, state: draft.state, action: "change" });
  const changed = await tx
    .updateTable("rule_drafts")
    .set({
      title: input.title,
      text: input.text,
      set_hash: input.setHash ?? null,
      ...governed(input),
      revision: seen + 1,
      // Who puts words into somebody's draft is its author too, and not the second person any more.
      writers: [...new Set([...draft.writers, actor.id])],
      updated_at: new Date(now),
    })
    .where("id", "=", id)
    .where("state", "=", "draft")
    .where("revision", "=", seen)
    .returningAll()
    .executeTakeFirst();
  if (changed !== undefined) return changed;
  const { revision } = await getDraft(tx, id);
  if (revision === seen) throw new SandglassError(ERRORS.FORBIDDEN, { role: actor.role, object: id, right: "write" });
  throw new SandglassError(ERRORS.RULE_CHANGED, { id, revision, seen });
}

/** @throws SG_RULE_STATE, SG_NOT_FOUND, SG_FORBIDDEN */
export async function moveDraft(tx: Tx, actor: Actor, id: string, state: DraftState, now: number): Promise<Draft> {
  const moved = await tx
    .updateTable("rule_drafts")
    .set({ state, updated_at: new Date(now) })
    .where("id", "=", id)
    .where("state", "=", "draft")
    .returningAll()
    .executeTakeFirst();
  if (moved !== undefined) return moved;
  const draft = await getDraft(tx, id);
  if (draft.state === "draft")
    throw new SandglassError(ERRORS.FORBIDDEN, { role: actor.role, object: id, right: state });
  throw new SandglassError(ERRORS.RULE_STATE, { id, state: draft.state, action: state });
}

/** @throws SG_NOT_FOUND also for one that is hidden from the actor */
export async function getDraft(tx: Tx, id: string): Promise<Draft> {
  const found = await tx.selectFrom("rule_drafts").selectAll().where("id", "=", id).executeTakeFirst();
  if (found === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: id });
  return found;
}

/** Newest first. */
export async function listDrafts(
  tx: Tx,
  filter: { readonly state?: DraftState | undefined; readonly limit: number; readonly below?: bigint | undefined },
): Promise<Draft[]> {
  let query = tx.selectFrom("rule_drafts").selectAll().orderBy("ordinal", "desc").limit(filter.limit);
  if (filter.state !== undefined) query = query.where("state", "=", filter.state);
  if (filter.below !== undefined) query = query.where("ordinal", "<", filter.below);
  return await query.execute();
}
