/** Words of cases that were written before there was a search: added in the background, a few cases at a time. */
import { sql } from "kysely";
import { SYSTEM_CLOCK } from "../../records/mod.ts";
import type { CaseEngine } from "../engine/engine.ts";
import { STORED_COLUMNS, toAction, toStored } from "../engine/store.ts";
import { addCaseWords, wordsOfCase } from "./words.ts";

const BATCH = 200;

/** @param isWanted asked before each batch @returns how many cases got their words */
export async function indexWords(engine: CaseEngine, isWanted: () => boolean = () => true): Promise<number> {
  let indexed = 0;
  for (let after = ""; isWanted();) {
    const ids = await engine.transact(
      SYSTEM_CLOCK,
      async ({ tx }) => {
        const { rows } = await sql<{ id: string }>`select c.id from cases c left join case_words w on w.case_id = c.id
          where w.case_id is null and c.id > ${after} order by c.id limit ${BATCH}`.execute(tx);
        const found = rows.map(({ id }) => id);
        if (found.length === 0) return found;
        const cases = await tx
          .selectFrom("cases")
          .select([...STORED_COLUMNS, "title_en", "title_zh"])
          .where("id", "in", found)
          .execute();
        const actions = await tx
          .selectFrom("case_actions")
          .selectAll()
          .where("case_id", "in", found)
          .orderBy("case_id")
          .orderBy("sequence")
          .execute();
        const byCase = Map.groupBy(actions, (row) => row.case_id);
        for (const row of cases) {
          const lifecycle = engine.lifecycleOf(toStored(row));
          const title = { en: row.title_en, zh: row.title_zh };
          await addCaseWords(tx, row.id, wordsOfCase(lifecycle, title, (byCase.get(row.id) ?? []).map(toAction)));
        }
        return found;
      },
      { retry: true },
    );
    if (ids.length === 0) break;
    indexed += ids.length;
    after = ids.at(-1)!;
  }
  return indexed;
}
