/**
 * How long publications stay in force: until the versions that replace their triggers take effect. Found anew whenever
 * one is published or revoked, so that the end of each is what those that are left say, whatever was said before.
 */
import type { ExpressionBuilder } from "kysely";
import type { Tx } from "../records/mod.ts";
import type { Database } from "../records/tables.ts";

interface InForce {
  readonly id: string;
  readonly publisher: string;
  /** UTC ms. */
  readonly publishedAt: number;
  readonly endedAt: number | undefined;
  /** Start of its effective date by trigger, UTC ms; −∞: in force with its publication. */
  readonly begins: ReadonlyMap<string, number>;
}

/** A day to come on which a publication is replaced, and who published what replaces it. */
interface End {
  readonly at: number;
  readonly by: string;
}

export function inForceAt(now: number) {
  return (eb: ExpressionBuilder<Database, "rule_publications">) =>
    eb.or([eb("ended_at", "is", null), eb("ended_at", ">", new Date(now))]);
}

/** To be called after one was published or taken out of force. What has ended already stays ended. */
export async function settleEnds(tx: Tx, now: number): Promise<void> {
  /** Newer than the one at hand and still in force, by trigger. */
  const newer = new Map<string, InForce[]>();
  for (const publication of await newestFirst(tx, now)) {
    const end = findEnd(publication, newer);
    if (end?.at !== publication.endedAt)
      await tx
        .updateTable("rule_publications")
        .set({ ended_at: end === undefined ? null : new Date(end.at), ended_by: end?.by ?? null })
        .where("id", "=", publication.id)
        .execute();
    // One that is over replaces nothing on a day to come.
    if (end !== undefined && end.at <= now) continue;
    for (const trigger of publication.begins.keys()) newer.set(trigger, [...(newer.get(trigger) ?? []), publication]);
  }
}

async function newestFirst(tx: Tx, now: number): Promise<InForce[]> {
  const rows = await tx
    .selectFrom("rule_publications")
    .innerJoin("rule_publication_triggers", "rule_publication_triggers.publication", "rule_publications.id")
    .select(["id", "publisher", "published_at", "ended_at", "trigger_id", "in_force_from"])
    .where(inForceAt(now))
    .orderBy("ordinal", "desc")
    .execute();
  return [...Map.groupBy(rows, ({ id }) => id).values()].map((held) => {
    const [{ id, publisher, published_at, ended_at }] = held;
    return {
      id,
      publisher,
      publishedAt: published_at.getTime(),
      endedAt: ended_at?.getTime(),
      begins: new Map(held.map((row) => [row.trigger_id, row.in_force_from?.getTime() ?? Number.NEGATIVE_INFINITY])),
    };
  });
}

/**
 * A publication is over as a whole: what else it held is published again with the new text, or not in force any more. It
 * stays in force until the last of the triggers that another one replaces takes effect: of two days both versions watch
 * rather than none.
 */
function findEnd({ begins }: InForce, newer: ReadonlyMap<string, readonly InForce[]>): End | undefined {
  const replacing = new Set([...begins.keys()].flatMap((trigger) => newer.get(trigger) ?? []));
  let first: End | undefined;
  for (const other of replacing) {
    const shared = [...begins.keys()].flatMap((trigger) => other.begins.get(trigger) ?? []);
    const at = Math.max(other.publishedAt, ...shared);
    if (first === undefined || at < first.at) first = { at, by: other.publisher };
  }
  return first;
}
