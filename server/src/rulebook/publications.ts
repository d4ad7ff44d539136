/**
 * Putting a draft in force: by a second person, with a finished backtest of exactly its text, once for each (trigger,
 * version), with a ledger leaf in the same transaction (TRIGGERS §8).
 */
import { hash } from "node:crypto";
import { sql, type ExpressionBuilder, type Selectable } from "kysely";
import type { CompiledTrigger, TriggerSet } from "@sandglass/triggers";
import { createId, requirePerson, requireRight } from "../access/mod.ts";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { appendLeaf } from "../ledger/mod.ts";
import { signatureOf, type Actor, type Tx } from "../records/mod.ts";
import type { Database } from "../records/tables.ts";
import type { RulePublicationTable } from "../records/tables/rulebook.ts";
import { getBacktest } from "./backtests.ts";
import { getDraft, moveDraft } from "./drafts.ts";
import { requireApprover, requirePassed, type Governance } from "./governance.ts";

export type Publication = Selectable<RulePublicationTable>;

/** @throws SG_FOUR_EYES, SG_RULE_NOT_TESTED, SG_RULE_TEST_FAILED, SG_RULE_VERSION_USED, SG_RULE_STATE, SG_FORBIDDEN */
export async function publishDraft(
  tx: Tx,
  actor: Actor,
  input: { readonly draft: string; readonly backtest: string; readonly reason: string },
  compile: (text: string) => TriggerSet,
  now: number,
): Promise<Publication> {
  requireRight(actor, "triggerRules", "decide");
  const draft = await getDraft(tx, input.draft);
  if (draft.author === actor.id || draft.writers.includes(actor.id))
    throw new SandglassError(ERRORS.FOUR_EYES, {
      action: "publish",
      reason: "who wrote or changed a rule does not put it in force",
      reasonZh: "规则的起草人和修改人不能自行发布",
    });
  requirePerson(actor, "publish");
  const governance = draft.governance as Governance;
  requireApprover(actor, governance);
  const set = compile(draft.text);
  const backtest = await getBacktest(tx, input.backtest);
  if (backtest.state !== "done" || backtest.set_hash !== set.hash)
    throw new SandglassError(ERRORS.RULE_NOT_TESTED, { id: draft.id, backtest: backtest.id });
  requirePassed(draft.id, set, draft.tests);
  await moveDraft(tx, actor, draft.id, "published", now);
  const triggers = [...set.triggers, ...set.screenings];
  await refuseUsedVersions(tx, triggers);
  const id = createId("pub");
  const leaf = await appendLeaf(tx, {
    kind: "rule-publication",
    subject: id,
    at: now,
    content: {
      publication: id,
      draft: draft.id,
      text: hash("sha256", draft.text),
      tests: hash("sha256", draft.tests),
      governance,
      set: set.hash,
      triggers: triggers.map(({ id: trigger, version, versionHash }) => ({ trigger, version, versionHash })),
      backtest: { id: backtest.id, leaf: backtest.leaf_id },
      author: draft.author,
      publisher: signatureOf(actor),
      reason: input.reason,
    },
  });
  await endReplaced(tx, actor, triggers, now);
  const publication = await tx
    .insertInto("rule_publications")
    .values({
      id,
      draft: draft.id,
      backtest: backtest.id,
      text: draft.text,
      tests: draft.tests,
      governance: JSON.stringify(governance),
      set_hash: set.hash,
      author: draft.author,
      publisher: actor.id,
      publisher_account: actor.account ?? null,
      publisher_role: actor.role,
      organisation: actor.organisation,
      reason: input.reason,
      published_at: new Date(now),
      ended_at: null,
      ended_by: null,
      leaf_id: leaf,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await tx
    .insertInto("rule_publication_triggers")
    .values(
      triggers.map(({ id: trigger, version, versionHash }) => ({
        publication: id,
        trigger_id: trigger,
        version,
        version_hash: versionHash,
      })),
    )
    .execute();
  return publication;
}

async function refuseUsedVersions(
  tx: Tx,
  triggers: readonly { readonly id: string; readonly version: number }[],
): Promise<void> {
  for (const { id, version } of triggers) {
    const used = await tx
      .selectFrom("rule_publication_triggers")
      .select("publication")
      .where("trigger_id", "=", id)
      .where("version", ">=", version)
      .executeTakeFirst();
    if (used !== undefined) throw new SandglassError(ERRORS.RULE_VERSION_USED, { trigger: id, version });
  }
}

type Versioned = Pick<CompiledTrigger, "id" | "effective">;

/** Start of the day on which a trigger takes effect, UTC ms; −∞ when it is in force with its publication. */
export function effectiveFrom({ effective }: Pick<Versioned, "effective">): number {
  return effective === undefined ? Number.NEGATIVE_INFINITY : Date.parse(`${effective.from}T00:00:00+08:00`);
}

/**
 * A publication is over as a whole: what else it held is published again with the new text, or not in force any more. It
 * stays in force until the last of the versions that replace its triggers takes effect: of two days both versions watch
 * rather than none.
 */
async function endReplaced(tx: Tx, actor: Actor, triggers: readonly Versioned[], now: number): Promise<void> {
  const begins = new Map(triggers.map((trigger) => [trigger.id, effectiveFrom(trigger)]));
  for (const { publication, ended_at: end, triggers: shared } of await sharing(tx, [...begins.keys()], now)) {
    const until = Math.max(now, ...shared.map((id) => begins.get(id) ?? now));
    if (end !== null && end.getTime() <= until) continue;
    await tx
      .updateTable("rule_publications")
      .set({ ended_at: new Date(until), ended_by: actor.id })
      .where("id", "=", publication)
      .execute();
  }
}

/** Publications in force that hold any of these triggers. */
async function sharing(
  tx: Tx,
  triggers: readonly string[],
  now: number,
): Promise<{ publication: string; ordinal: bigint; ended_at: Date | null; triggers: string[] }[]> {
  return await tx
    .selectFrom("rule_publications")
    .innerJoin("rule_publication_triggers", "rule_publication_triggers.publication", "rule_publications.id")
    .select(["publication", "ordinal", "ended_at", sql<string[]>`array_agg(trigger_id)`.as("triggers")])
    .where(inForceAt(now))
    .where("trigger_id", "in", triggers)
    .groupBy(["publication", "ordinal", "ended_at"])
    .execute();
}

function inForceAt(now: number) {
  return (eb: ExpressionBuilder<Database, "rule_publications">) =>
    eb.or([eb("ended_at", "is", null), eb("ended_at", ">", new Date(now))]);
}

/**
 * Takes a publication out of force. What it was to replace on a day to come stays in force.
 * @throws SG_NOT_FOUND, SG_RULE_STATE, SG_FORBIDDEN */
export async function endPublication(
  tx: Tx,
  actor: Actor,
  id: string,
  reason: string,
  now: number,
): Promise<Publication> {
  requireRight(actor, "triggerRules", "decide");
  const ended = await tx
    .updateTable("rule_publications")
    .set({ ended_at: new Date(now), ended_by: actor.id })
    .where("id", "=", id)
    .where(inForceAt(now))
    .returningAll()
    .executeTakeFirst();
  if (ended === undefined) {
    const found = await tx.selectFrom("rule_publications").select("id").where("id", "=", id).executeTakeFirst();
    if (found === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: id });
    throw new SandglassError(ERRORS.RULE_STATE, { id, state: "ended", action: "end" });
  }
  const held = await tx
    .selectFrom("rule_publication_triggers")
    .select("trigger_id")
    .where("publication", "=", id)
    .execute();
  const before = await sharing(
    tx,
    held.map((each) => each.trigger_id),
    now,
  );
  const kept = before.filter(({ ordinal, ended_at: end }) => end !== null && ordinal < ended.ordinal);
  if (kept.length > 0)
    await tx
      .updateTable("rule_publications")
      .set({ ended_at: null, ended_by: null })
      .where(
        "id",
        "in",
        kept.map(({ publication }) => publication),
      )
      .execute();
  await appendLeaf(tx, {
    kind: "rule-publication-ended",
    subject: id,
    at: now,
    content: { publication: id, actor: signatureOf(actor), reason },
  });
  return ended;
}

/** Newest first. */
export async function listPublications(
  tx: Tx,
  filter: { readonly inForce?: boolean | undefined; readonly limit: number; readonly below?: bigint | undefined },
  now: number,
): Promise<Publication[]> {
  let query = tx.selectFrom("rule_publications").selectAll().orderBy("ordinal", "desc").limit(filter.limit);
  if (filter.inForce === true) query = query.where(inForceAt(now));
  if (filter.below !== undefined) query = query.where("ordinal", "<", filter.below);
  return await query.execute();
}
