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

/** So many hits are taken at a time; where other filters leave less than a page of them, cases are tested one after another. */
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
  /** The newest cases with the words that the actor may see, behind the place asked for. */
  readonly found: readonly string[];
  /** Whether there are no others. */
  readonly isComplete: boolean;
  /** Whether a case is one of them: `caseId` names a column. */
  readonly isFound: (caseId: string) => RawBuilder<boolean>;
  /** Whether a case has the words, found or not: for one case after another. */
  readonly has: (caseId: string) => RawBuilder<boolean>;
}

/** @param behind place in the list, newest first: time (UTC ms) and id */
export async function findHits(
  tx: Tx,
  query: CaseQuery,
  behind?: readonly [number, string],
  atMost = FEW_CASES,
): Promise<Hits> {
  const never = (): RawBuilder<boolean> => sql<boolean>`false`;
  if (query.words.length === 0) return { found: [], isComplete: true, isFound: never, has: never };
  const asked = toTsquery(query);
  const [time, id] = behind === undefined ? [null, null] : [new Date(behind[0]), behind[1]];
  const { rows } = await sql<{ found: string[] }>`
    select matching_cases(${asked}::tsquery, ${atMost}, ${time}::timestamptz, ${id}::text) as found`.execute(tx);
  const { found = [] } = rows[0] ?? {};
  return {
    found,
    isComplete: found.length < atMost,
    isFound: (caseId) => sql<boolean>`${sql.ref(caseId)} = any (${found}::text[])`,
    // `offset 0`: one case after another in the order of the list, which stops at a page.
    has: (caseId) =>
      sql<boolean>`exists (select 1 from case_words w where w.case_id = ${sql.ref(caseId)} and w.words @@ ${asked}::tsquery offset 0)`,
  };
}
