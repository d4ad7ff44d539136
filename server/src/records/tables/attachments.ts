/** Table of the files that people add to cases. */
import type { ColumnType } from "kysely";

/** A column that is given when the row is written and never changes. */
type Once<Select, Insert = Select> = ColumnType<Select, Insert, never>;

export interface AttachmentTable {
  id: Once<string>;
  ordinal: ColumnType<bigint, never, never>;
  case_id: Once<string>;
  name: Once<string>;
  type: Once<string>;
  bytes: Once<bigint>;
  sha256: Once<string>;
  scanned_by: Once<string | null>;
  actor_id: Once<string>;
  actor_account: Once<string | null>;
  actor_role: Once<string>;
  organisation: Once<string>;
  at: Once<Date>;
  leaf_id: Once<string>;
}

export interface AttachmentTables {
  attachments: AttachmentTable;
}
