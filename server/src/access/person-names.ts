/** Names of those who acted, as far as the reader may know them. */
import { sql } from "kysely";
import type { Tx } from "../records/mod.ts";

/** By account id. */
export type PersonNames = ReadonlyMap<string, string>;

/** Of the accounts whom the transaction's actor may know by name (row `personName` of the permission matrix). */
export async function personNames(tx: Tx, ids: Iterable<string>): Promise<PersonNames> {
  const distinct = [...new Set(ids)].filter((id) => !id.startsWith("system:"));
  if (distinct.length === 0) return new Map();
  const { rows } = await sql<{ id: string; name: string }>`select id, name from visible_names(${distinct})`.execute(tx);
  return new Map(rows.map(({ id, name }) => [id, name]));
}
