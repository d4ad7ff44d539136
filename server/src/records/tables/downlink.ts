/** Tables of down-link commands. */
import type { ColumnType, Generated } from "kysely";

/** A column that is given when the row is written and never changes. */
type Once<Select, Insert = Select> = ColumnType<Select, Insert, never>;

export const COMMAND_STATES = [
  "awaiting_approval",
  "queued",
  "sent",
  "answered",
  "refused",
  "timed_out",
  "expired",
  "rejected",
  "withdrawn",
] as const;
export type CommandState = (typeof COMMAND_STATES)[number];

export const COMMAND_KINDS = ["query", "set", "control"] as const;
export type CommandKind = (typeof COMMAND_KINDS)[number];

export const COMMAND_EVENTS = [
  "requested",
  "approved",
  "rejected",
  "withdrawn",
  "sent",
  "unreachable",
  "answered",
  "refused",
  "timed_out",
  "expired",
  "late_answer",
] as const;
export type CommandEventKind = (typeof COMMAND_EVENTS)[number];

export interface VehicleCommandTable {
  id: Once<string>;
  ordinal: Generated<bigint>;
  vehicle: Once<bigint>;
  kind: Once<CommandKind>;
  request: Once<unknown, string>;
  reason: Once<string>;
  needs_approval: Once<boolean>;
  state: CommandState;
  requested_by: Once<string>;
  requested_role: Once<string>;
  requested_organisation: Once<string>;
  requested_account: Once<string | null>;
  requested_at: Once<Date>;
  idempotency_id: Once<string | null>;
  decided_by: string | null;
  decided_role: string | null;
  decided_organisation: string | null;
  decided_account: string | null;
  decided_at: Date | null;
  decision_reason: string | null;
  tries: Once<number>;
  retry_ms: Once<number>;
  attempts: Generated<number>;
  next_at: Date | null;
  expires_at: Once<Date>;
  sent_at: Date | null;
  link: bigint | null;
  edition: number | null;
  ended_at: Date | null;
  flag: number | null;
  answer: ColumnType<unknown, string | null, string | null>;
}

export interface VehicleCommandEventTable {
  id: Generated<bigint>;
  command_id: Once<string>;
  kind: Once<CommandEventKind>;
  at: Once<Date>;
  attempt: Once<number | null>;
  actor_id: Once<string>;
  actor_role: Once<string>;
  actor_organisation: Once<string>;
  actor_account: Once<string | null>;
  detail: Once<unknown, string>;
  leaf_id: Once<string>;
}

export interface DownlinkTables {
  vehicle_commands: VehicleCommandTable;
  vehicle_command_events: VehicleCommandEventTable;
}
