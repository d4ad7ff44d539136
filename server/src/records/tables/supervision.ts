/** Tables of supervision, and the outbox. */
import type { ColumnType, Generated } from "kysely";

/** A column that is given when the row is written and never changes. */
type Once<Select, Insert = Select> = ColumnType<Select, Insert, never>;

export interface TriggerVersionTable {
  version_hash: Once<string>;
  trigger_id: Once<string>;
  version: Once<number>;
  title_en: Once<string>;
  title_zh: Once<string>;
  basis: Once<string | null>;
  /** Where the author gave both; not of versions that were written before both were kept. */
  basis_zh: Once<string | null>;
  level_min: Once<number>;
  level_max: Once<number>;
  /** Source text in both keyword sets. */
  text_en: Once<string>;
  text_zh: Once<string>;
  /** The same in plain sentences. */
  sentence_en: Once<string>;
  sentence_zh: Once<string>;
  /** Signal ids. */
  inputs: Once<string[], string>;
  set_hash: Once<string>;
  certainty: Once<string | null>;
  /** Dates are read as Date at midnight of the server's zone by the driver: select them as text. */
  effective_from: Once<string | null>;
  effective_to: Once<string | null>;
  created_at: ColumnType<Date, never, never>;
}

export interface FindingTable {
  id: Once<string>;
  ordinal: Generated<bigint>;
  trigger_id: Once<string>;
  version: Once<number>;
  version_hash: Once<string>;
  level: number;
  status: "firing" | "cleared" | "superseded" | "suppressed" | "retracted";
  /** Of suppressed ones: trigger that kept it back; null when it was a cooldown. */
  suppressed_by: ColumnType<string | null, string | null | undefined, string | null>;
  confirmed: Generated<boolean>;
  /** Null for subjects of another kind. */
  vehicle: Once<bigint | null>;
  subject_kind: ColumnType<string, string | undefined, never>;
  subject_id: ColumnType<string | null, string | null | undefined, never>;
  subject_key: ColumnType<bigint | null, bigint | null | undefined, never>;
  subject_organisation: ColumnType<string | null, string | null | undefined, never>;
  subject_region: ColumnType<string | null, string | null | undefined, never>;
  project: Once<string | null>;
  effect: "warn" | "restrict" | "suspend" | "terminate" | null;
  assurance: number;
  onset: Once<Date>;
  condition_since: Date;
  onset_observed: boolean;
  cleared_at: Date | null;
  margin_value: number | null;
  margin_unit: string | null;
  time_margin_ms: bigint | null;
  witnesses: ColumnType<unknown, string, string>;
  seq: Once<bigint>;
  detected_at: Once<Date>;
  created_at: ColumnType<Date, never, never>;
  evidence_from: Once<Date>;
  evidence_to: Once<Date>;
  evidence_copied_at: Date | null;
  revision: Generated<number>;
  feed: ColumnType<"frames" | "events" | "screening", "frames" | "events" | "screening" | undefined, never>;
  origin: ColumnType<"live" | "replay" | "screening", "live" | "replay" | "screening" | undefined, never>;
  amended_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  retracted_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  /** Version that watches it now, where another one has taken it over since its onset. */
  watched_hash: ColumnType<string | null, string | null | undefined, string | null>;
}

export interface FindingEventTable {
  id: Generated<bigint>;
  finding_id: Once<string>;
  kind: Once<
    | "onset"
    | "escalated"
    | "cleared"
    | "superseded"
    | "suppressed"
    | "confirmed"
    | "retracted"
    | "amended"
    | "degraded"
    | "restored"
    | "carried"
  >;
  level: Once<number>;
  revision: Generated<number>;
  at: Once<Date>;
  detail: Once<unknown, string>;
  recorded_at: ColumnType<Date, never, never>;
}

/** Topic `firing`: payload is `FiringMessage` of server/src/supervision. */
export interface OutboxTable {
  id: Generated<bigint>;
  topic: Once<string>;
  subject: Once<string>;
  payload: Once<unknown, string>;
  created_at: ColumnType<Date, never, never>;
  done_at: Date | null;
}

export interface SupervisionCursorTable {
  partition: Once<string>;
  segment: bigint;
  block: number;
  seq: bigint;
  at: Date;
}

/** A screening job at one instant. Append-only. */
export interface ScreeningRunTable {
  version_hash: Once<string>;
  at: Once<Date>;
  /** Empty without a project. */
  project: Once<string>;
  trigger_id: Once<string>;
  started_at: Once<Date>;
  duration_ms: Once<number>;
  through_seq: Once<bigint>;
  subjects: Once<number>;
  active: Once<number>;
  read_subjects: Once<number>;
  read_rows: Once<bigint>;
  /** `ScreenedGroup[]` of server/src/supervision. */
  results: Once<unknown, string>;
}

export interface SupervisionTables {
  screening_runs: ScreeningRunTable;
  trigger_versions: TriggerVersionTable;
  findings: FindingTable;
  finding_events: FindingEventTable;
  outbox: OutboxTable;
  supervision_cursor: SupervisionCursorTable;
}
