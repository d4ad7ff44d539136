/** Table of issued documents. */
import type { ColumnType } from "kysely";

/** A column that is given when the row is written and never changes. */
type Once<Select, Insert = Select> = ColumnType<Select, Insert, never>;

export interface StoredFile {
  /** Key in the object store. */
  readonly sha256: string;
  readonly bytes: number;
}

export interface DocumentTable {
  id: Once<string>;
  ordinal: ColumnType<bigint, never, never>;
  number: Once<string>;
  case_id: Once<string>;
  case_kind: Once<string>;
  action_id: Once<string>;
  code: Once<string>;
  title_en: Once<string>;
  title_zh: Once<string>;
  issued_at: Once<Date>;
  issuer_en: Once<string>;
  issuer_zh: Once<string>;
  content: Once<unknown, string>;
  content_hash: Once<string>;
  files: Once<{ readonly zh: StoredFile; readonly en: StoredFile }, string>;
  leaf_id: Once<string>;
}

export interface DocumentTables {
  documents: DocumentTable;
}
