/**
 * Putting a draft in force: by a second person, with a finished backtest of exactly its text, once for each (trigger,
 * version), with a ledger leaf in the same transaction (TRIGGERS §8).
 */
import { hash } from "node:crypto";
import type { Selectable } from "kysely";
import type { TriggerSet } from "@sandglass/triggers";
import { createId, requirePerson, requireRight } from "../access/mod.ts";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { appendLeaf } from "../ledger/mod.ts";
import { signatureOf, type Actor, type Tx } from "../records/mod.ts";
import type { RulePublicationTable } from "../records/tables/rulebook.ts";
import { effectiveFrom } from "../supervision/mod.ts";
import { readReport } from "./backtest/stored-report.ts";
import { requireJudged } from "./backtest-scopes.ts";
import { getBacktest } from "./backtests.ts";
import { getDraft, moveDraft } from "./drafts.ts";
import { requireApprover, requirePassed, type Governance } from "./governance.ts";
import { inForceAt, settleEnds } from "./replaced.ts";

export type Publication = Selectable<RulePublicationTable>;

/** @throws SG_FOUR_EYES, SG_RULE_NOT_TESTED, SG_BACKTEST_JUDGED_NOBODY, SG_RULE_TEST_FAILED, SG_RULE_VERSION_USED, SG_RULE_STATE, SG_FORBIDDEN */
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
  requireJudged(backtest.id, set, readReport(backtest.report).data.judged ?? {});
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
      triggers.map((trigger) => ({
        publication: id,
        trigger_id: trigger.id,
        version: trigger.version,
        version_hash: trigger.versionHash,
        in_force_from: trigger.effective === undefined ? null : new Date(effectiveFrom(trigger)),
      })),
    )
    .execute();
  await settleEnds(tx, now);
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

/**
 * Takes a publication out of force. What it was to replace on a day to come stays in force until another one does.
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
  await settleEnds(tx, now);
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
