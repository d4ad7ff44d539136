/** Tables of actions on many cases. */
import type { ColumnType } from "kysely";

/** A column that is given when the row is written and never changes. */
type Once<Select, Insert = Select> = ColumnType<Select, Insert, never>;

/** What a preview says of one case. */
export type BulkPreview = "acts" | "proposes" | "confirms" | "input" | "refused";
/** What became of one case. */
export type BulkOutcome = "done" | "proposed" | "refused" | "skipped" | "cancelled" | "failed";
export type BulkState = "preview" | "running" | "done" | "cancelled";

export interface BulkRunTable {
  id: Once<string>;
  ordinal: ColumnType<bigint, never, never>;
  state: BulkState;
  kind: Once<string>;
  action: Once<string>;
  input: Once<unknown, string>;
  purpose: Once<string | null>;
  query: Once<unknown, string | null>;
  total: Once<number>;
  actor_kind: Once<"person" | "token">;
  actor_id: Once<string>;
  actor_role: Once<string>;
  actor_account: Once<string | null>;
  actor_token: Once<string | null>;
  organisation: Once<string>;
  region: Once<string | null>;
  previewed_at: Once<Date>;
  started_at: Date | null;
  ended_at: Date | null;
}

export interface BulkRunCaseTable {
  run_id: Once<string>;
  position: Once<number>;
  case_id: Once<string>;
  version: Once<number>;
  input: Once<unknown, string | null>;
  preview: Once<BulkPreview>;
  outcome: BulkOutcome | null;
  code: string | null;
  reason: ColumnType<unknown, string | null, string | null>;
  found: number | null;
  sequence: number | null;
  attempts: ColumnType<number, number | undefined, number>;
  at: Date | null;
}

export interface BulkTables {
  bulk_runs: BulkRunTable;
  bulk_run_cases: BulkRunCaseTable;
}
