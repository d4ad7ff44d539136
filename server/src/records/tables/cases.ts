/** Tables of the cases. */
import type { ColumnType, Generated } from "kysely";

/** A column that is given when the row is written and never changes. */
type Once<Select, Insert = Select> = ColumnType<Select, Insert, never>;

export interface CaseAccessTable {
  kind: string;
  role: string;
  reach: string;
  /** The department that the role stands for. */
  department: string;
}

export interface CaseTable {
  id: Once<string>;
  kind: Once<string>;
  definition: number;
  /** Null: the same as `definition`. */
  started_definition: number | null;
  state: string;
  flags: string[];
  version: number;
  title_en: string;
  title_zh: string;
  organisations: string[];
  regions: string[];
  assigned: string[];
  /** Roles of the departments that have a part in its programme. */
  departments: Generated<string[]>;
  /** Opaque vehicle ids. */
  vehicles: string[];
  project: string | null;
  item: string | null;
  level: number | null;
  opened_at: Once<Date>;
  since: Date;
  changed_at: Date;
  ended: boolean;
  due_at: Date | null;
  folded: ColumnType<unknown, string, string>;
  region_prefixes: ColumnType<string[], never, never>;
}

export interface CaseActionTable {
  id: Once<string>;
  case_id: Once<string>;
  sequence: Once<number>;
  name: Once<string>;
  at: Once<Date>;
  actor_id: Once<string>;
  actor_role: Once<string>;
  actor_organisation: Once<string>;
  actor_region: Once<string | null>;
  actor_account: Once<string | null>;
  actor_token: Once<string | null>;
  purpose: Once<string | null>;
  idempotency_id: Once<string | null>;
  input: Once<unknown, string>;
  facts: Once<unknown, string | null>;
  proposed: Once<boolean>;
  from_state: Once<string | null>;
  to_state: Once<string>;
  leaf_id: Once<string>;
}

export interface CaseObligationTable {
  case_id: Once<string>;
  id: Once<string>;
  code: Once<string>;
  bearers: Once<string[]>;
  subject: Once<string | null>;
  start_at: Once<Date>;
  due_at: Date | null;
  former_due: Date[];
  certainty: string;
  calendar: string;
  ended_how: "met" | "cancelled" | null;
  ended_at: Date | null;
  on_overdue: Once<string | null>;
  overdue_handled_at: Date | null;
}

export interface CaseReactorFailureTable {
  outbox_id: Once<bigint>;
  topic: Once<string>;
  payload: Once<unknown, string>;
  reason: Once<string>;
  at: Generated<Date>;
  resolved_at: Date | null;
}

/** A case once for every scope that reaches it; written by a trigger. */
export interface CaseIndexTable {
  scope: ColumnType<string, never, never>;
  case_id: ColumnType<string, never, never>;
  kind: ColumnType<string, never, never>;
  state: ColumnType<string, never, never>;
  ended: ColumnType<boolean, never, never>;
  opened_at: ColumnType<Date, never, never>;
  due_at: ColumnType<Date | null, never, never>;
  level: ColumnType<number | null, never, never>;
  project: ColumnType<string | null, never, never>;
}

/** An open duty once for every scope that reaches its case; written by triggers. */
export interface DutyIndexTable {
  scope: ColumnType<string, never, never>;
  case_id: ColumnType<string, never, never>;
  id: ColumnType<string, never, never>;
  code: ColumnType<string, never, never>;
  /** Roles, separated by commas. */
  bearers: ColumnType<string, never, never>;
  /** `Infinity` while it is paused. */
  due_at: ColumnType<Date | number, never, never>;
}

export interface CaseDraftTable {
  actor_id: Once<string>;
  scope: Once<string>;
  action: Once<string>;
  content: ColumnType<unknown, string, string>;
  version: number | null;
  saved_at: Date;
  expires_at: Date;
}

export interface CaseEscalationTable {
  case_id: Once<string>;
  obligation_id: Once<string>;
  step: Once<string>;
  at: Date | null;
  handled_at: Date | null;
}

export interface CaseNoticeTable {
  id: Generated<bigint>;
  case_id: Once<string>;
  kind: Once<"duty" | "dueSoon" | "overdue" | "escalation" | "proposal" | "decision">;
  action: Once<string | null>;
  obligation_id: Once<string | null>;
  roles: Once<string[]>;
  text_en: Once<string>;
  text_zh: Once<string>;
  urgent: Once<boolean>;
  by_actor: Once<string>;
  at: Once<Date>;
  done_at: Date | null;
}

/** Written by `add_case_words`, searched by `matching_cases`. */
export interface CaseWordTable {
  case_id: ColumnType<string, never, never>;
  words: ColumnType<unknown, never, never>;
}

export interface CaseTables {
  case_words: CaseWordTable;
  case_index: CaseIndexTable;
  duty_index: DutyIndexTable;
  case_drafts: CaseDraftTable;
  case_escalations: CaseEscalationTable;
  case_notices: CaseNoticeTable;
  case_access: CaseAccessTable;
  cases: CaseTable;
  case_actions: CaseActionTable;
  case_obligations: CaseObligationTable;
  case_reactor_failures: CaseReactorFailureTable;
}
