/** Removes rows of the outbox some time after they were done: what came of a firing is with the case, its finding and the ledger. */
import { sql } from "kysely";
import { SYSTEM_TRIGGER } from "../../records/mod.ts";
import type { CaseEngine } from "../engine/engine.ts";

/** Long enough to see in the database what was handed over and when it was done. */
const KEEP_MS = 86_400_000;
/** Rows that a transaction looks at: it is short whatever a flood has left. */
const AT_ONCE = 1_000;
/** Transactions per call: more than is ever done in the minute between two calls, and an end after an upgrade that finds millions. */
const MOST_TRANSACTIONS = 60;

export interface ForgetOptions {
  /** UTC ms. */
  readonly now: number;
  /** Asked before each transaction: a stop does not wait for what remains. */
  readonly goesOn?: () => boolean;
}

/** @returns how many rows were removed */
export async function forgetDone(engine: CaseEngine, { now, goesOn = () => true }: ForgetOptions): Promise<number> {
  let removed = 0;
  for (let n = 0; n < MOST_TRANSACTIONS && goesOn(); n += 1) {
    const count = await forgetOldest(engine, new Date(now - KEEP_MS));
    removed += count;
    if (count === 0) break;
  }
  return removed;
}

/**
 * Firings are done in the order of their ids: the lowest ids are the longest done, and the key of the table finds them. An index
 * by the time of the mark would be written with every firing.
 */
function forgetOldest(engine: CaseEngine, doneBefore: Date): Promise<number> {
  return engine.transact(
    SYSTEM_TRIGGER,
    async ({ tx }) => {
      const { numAffectedRows } = await sql`
        delete from outbox where id in (
          select id from (select id, done_at from outbox order by id limit ${AT_ONCE}) oldest
          where done_at < ${doneBefore})`.execute(tx);
      return Number(numAffectedRows ?? 0n);
    },
    { retry: true },
  );
}
