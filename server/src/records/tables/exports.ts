/** Table of the exports of lists. */
import type { ColumnType } from "kysely";

/** A column that is given when the row is written and never changes. */
type Once<Select, Insert = Select> = ColumnType<Select, Insert, never>;

export interface ExportTable {
  id: Once<string>;
  ordinal: ColumnType<bigint, never, never>;
  at: Once<Date>;
  actor_id: Once<string>;
  actor_role: Once<string>;
  actor_account: Once<string | null>;
  organisation: Once<string>;
  list: Once<string>;
  query: Once<unknown, string>;
  format: Once<"csv" | "xlsx">;
  language: Once<"en" | "zh">;
  rows: Once<number>;
  bytes: Once<number>;
  sha256: Once<string>;
}

export interface ExportTables {
  exports: ExportTable;
}
