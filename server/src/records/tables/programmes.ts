/** Tables of the sandbox programmes. */
import type { ColumnType } from "kysely";

/** A column that is given when the row is written and never changes. */
type Once<Select, Insert = Select> = ColumnType<Select, Insert, never>;

export interface ProgrammeVersionTable {
  programme: Once<string>;
  version: Once<number>;
  body: Once<unknown, string>;
  effective_from: Once<string>;
  reason: Once<string>;
  published_by: Once<string>;
  published_account: Once<string | null>;
  published_role: Once<string>;
  organisation: Once<string>;
  published_at: Once<Date>;
  leaf_id: Once<string>;
}

export interface ProgrammeTables {
  programme_versions: ProgrammeVersionTable;
}
