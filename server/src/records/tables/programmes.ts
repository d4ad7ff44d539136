/** Tables of the sandbox programmes. */
import type { ColumnType, Generated } from "kysely";

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

export interface PublicRegisterTable {
  project: Once<string>;
  programme: string;
  state: string;
  body: ColumnType<unknown, string, string>;
  published_at: Once<Date>;
  updated_at: Date;
}

export interface PublicComplaintTable {
  id: Once<string>;
  ordinal: Generated<bigint>;
  project: Once<string | null>;
  subject: Once<string>;
  text: Once<string>;
  contact: Once<string | null>;
  code_hash: Once<string>;
  received_at: Once<Date>;
  due_at: Once<Date>;
  answer: string | null;
  answered_by: string | null;
  answered_role: string | null;
  answered_at: Date | null;
  leaf_id: Once<string>;
  /** Of the project it names; set by the database. */
  departments: ColumnType<string[] | null, never, never>;
}

export interface ProgrammeTables {
  public_register: PublicRegisterTable;
  public_complaints: PublicComplaintTable;
  programme_versions: ProgrammeVersionTable;
}
