/** Tables of rule drafts, backtests and publications. */
import type { ColumnType, Generated } from "kysely";

/** A column that is given when the row is written and never changes. */
type Once<Select, Insert = Select> = ColumnType<Select, Insert, never>;

export const DRAFT_STATES = ["draft", "published", "withdrawn"] as const;
export type DraftState = (typeof DRAFT_STATES)[number];
export const BACKTEST_STATES = ["queued", "running", "done", "failed", "cancelled"] as const;
export type BacktestState = (typeof BACKTEST_STATES)[number];

export interface RuleDraftTable {
  id: Once<string>;
  ordinal: Generated<bigint>;
  title: string;
  text: string;
  set_hash: string | null;
  /** JSON of test cases; empty = none. */
  tests: Generated<string>;
  governance: ColumnType<unknown, string | undefined, string>;
  state: DraftState;
  revision: number;
  author: Once<string>;
  author_account: Once<string | null>;
  author_role: Once<string>;
  /** Ids of whoever changed it. */
  writers: Generated<string[]>;
  organisation: Once<string>;
  created_at: Once<Date>;
  updated_at: Date;
}

export interface BacktestTable {
  id: Once<string>;
  ordinal: Generated<bigint>;
  state: BacktestState;
  request: Once<unknown, string>;
  set_hash: Once<string>;
  requested_by: Once<string>;
  requested_account: Once<string | null>;
  requested_role: Once<string>;
  requested_region: Once<string | null>;
  organisation: Once<string>;
  project: Once<string | null>;
  requested_at: Once<Date>;
  started_at: Date | null;
  ended_at: Date | null;
  rows_done: Generated<bigint>;
  rows_total: bigint | null;
  report: ColumnType<unknown, string | null, string | null>;
  failure: string | null;
  leaf_id: string | null;
}

export interface RulePublicationTable {
  id: Once<string>;
  ordinal: Generated<bigint>;
  draft: Once<string>;
  backtest: Once<string>;
  text: Once<string>;
  set_hash: Once<string>;
  author: Once<string>;
  tests: Once<string>;
  governance: Once<unknown, string>;
  publisher: Once<string>;
  publisher_account: Once<string | null>;
  publisher_role: Once<string>;
  organisation: Once<string>;
  reason: Once<string>;
  published_at: Once<Date>;
  ended_at: Date | null;
  ended_by: string | null;
  leaf_id: Once<string>;
}

export interface RulePublicationTriggerTable {
  publication: Once<string>;
  trigger_id: Once<string>;
  version: Once<number>;
  version_hash: Once<string>;
  /** Start of its effective date; null: in force with its publication. */
  in_force_from: Once<Date | null>;
}

export interface RulebookTables {
  rule_drafts: RuleDraftTable;
  backtests: BacktestTable;
  rule_publications: RulePublicationTable;
  rule_publication_triggers: RulePublicationTriggerTable;
}
