/** Locks of accounts: from the fifth failure on, at first for 30 s, then twice as long, 15 minutes at most. */
import type { Tx } from "../records/mod.ts";

const FAILURES_ALLOWED = 5;
const LOCK_MS = 30_000;
const LONGEST_LOCK_MS = 15 * 60_000;

/** @param now UTC ms */
export function isLocked(row: { readonly locked_until: Date | null }, now: number): boolean {
  return row.locked_until !== null && row.locked_until.getTime() > now;
}

export async function countFailure(tx: Tx, id: string, now: number): Promise<void> {
  const row = await tx
    .updateTable("accounts")
    .set((eb) => ({ failures: eb("failures", "+", 1) }))
    .where("id", "=", id)
    .returning("failures")
    .executeTakeFirstOrThrow();
  if (row.failures < FAILURES_ALLOWED) return;
  const lock = Math.min(LOCK_MS * 2 ** (row.failures - FAILURES_ALLOWED), LONGEST_LOCK_MS);
  await tx
    .updateTable("accounts")
    .set({ locked_until: new Date(now + lock) })
    .where("id", "=", id)
    .execute();
}
