/** Tables of the registry of subjects that are no vehicles. */
import type { ColumnType, Generated } from "kysely";

export interface SubjectTable {
  /** Keyed hash of kind, organisation and name (Subjects.keyOf); positive. */
  key: bigint;
  kind: "ai_service" | "backend_account" | "platform";
  name: string;
  organisation: string;
  region: string | null;
  registered: Generated<boolean>;
  /** Anything else that was given at registration. */
  details: ColumnType<Record<string, unknown>, string | undefined, string>;
  registered_at: Date | null;
  first_seen: Date | null;
  created_at: ColumnType<Date, Date | undefined, never>;
}

export interface SubjectTables {
  subjects: SubjectTable;
}
