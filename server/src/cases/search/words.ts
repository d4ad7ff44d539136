/** Words of cases in the records: written with each action, asked for by lists. */
import {
  caseQuery,
  isRoleCode,
  wordsOfAction,
  wordsOfTitle,
  type CaseAction,
  type CaseQuery,
  type Lifecycle,
  type Text,
} from "@sandglass/casework";
import { sql, type RawBuilder } from "kysely";
import type { Actor, Tx } from "../../records/mod.ts";
import type { CaseEngine } from "../engine/engine.ts";

/** What is found in more cases than this is looked for case by case, the newest first: there are many hits on the way. */
export const FEW_CASES = 3_000;

/** @param fresh instead of the words that the case has: its fields may have other readers now */
export async function addCaseWords(tx: Tx, id: string, words: readonly string[], fresh = false): Promise<void> {
  if (words.length === 0 && !fresh) return;
  await sql`select add_case_words(${id}, ${[...words]}::text[], ${fresh})`.execute(tx);
}

export function wordsOfCase(lifecycle: Lifecycle, title: Text, actions: readonly CaseAction[]): string[] {
  return [...new Set([...wordsOfTitle(title), ...actions.flatMap((action) => wordsOfAction(lifecycle, action))])];
}

/** What a query means for an actor, given every version of every kind of case. */
export function queryOf(engine: CaseEngine, actor: Actor, text: string): CaseQuery {
  const lifecycles = engine.types.flatMap((type) => type.lifecycles);
  return caseQuery(lifecycles, isRoleCode(actor.role) ? actor.role : undefined, text);
}

/** Words hold letters, digits and the signs of a group only, none of which means something inside quotes. */
function toTsquery({ words }: CaseQuery): string {
  return words
    .map((choices) => `(${choices.map(({ word, isPrefix }) => `'${word}'${isPrefix ? ":*" : ""}`).join(" | ")})`)
    .join(" & ");
}

export interface Hits {
  /** The cases with the words, or some of them. */
  readonly found: readonly string[];
  /** Whether `found` holds all that the actor may see. */
  readonly isComplete: boolean;
  /** Whether a case has the words: `caseId` names a column. */
  readonly has: (caseId: string) => RawBuilder<boolean>;
}

export async function findHits(tx: Tx, query: CaseQuery): Promise<Hits> {
  if (query.words.length === 0) return { found: [], isComplete: true, has: () => sql<boolean>`false` };
  const asked = toTsquery(query);
  const { rows } = await sql<{ found: string[]; matched: number }>`
    select found, matched from matching_cases(${asked}::tsquery, ${FEW_CASES + 1})`.execute(tx);
  const { found = [], matched = 0 } = rows[0] ?? {};
  const isComplete = matched <= FEW_CASES;
  return {
    found,
    isComplete,
    has: (caseId) =>
      isComplete
        ? sql<boolean>`${sql.ref(caseId)} = any (${found}::text[])`
        : // `offset 0`: one case after another in the order of the list, which stops at a page.
          sql<boolean>`exists (select 1 from case_words w where w.case_id = ${sql.ref(caseId)} and w.words @@ ${asked}::tsquery offset 0)`,
  };
}
