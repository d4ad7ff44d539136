/** Tables of the notifications. */
import type { ColumnType, Generated } from "kysely";

/** A column that is given when the row is written and never changes. */
type Once<Select, Insert = Select> = ColumnType<Select, Insert, never>;

export interface InboxTable {
  id: Generated<bigint>;
  notice_id: Once<bigint>;
  account_id: Once<string>;
  case_id: Once<string>;
  kind: Once<string>;
  text_en: Once<string>;
  text_zh: Once<string>;
  urgent: Once<boolean>;
  at: Once<Date>;
  read_at: Date | null;
}

export interface NotificationSettingsTable {
  account_id: Once<string>;
  inbox_kinds: string[];
  email: string | null;
  email_kinds: string[];
  digest: "none" | "hourly" | "daily";
  language: "zh" | "en";
  changed_at: Date;
}

export interface WebhookTable {
  id: Once<string>;
  account_id: Once<string>;
  url: Once<string>;
  kinds: Once<string[]>;
  algorithm: Once<"hmac-sha256" | "ed25519">;
  created_at: Once<Date>;
  disabled_at: Date | null;
  disabled_reason: string | null;
}

export interface DeliveryTable {
  id: Generated<bigint>;
  channel: Once<"email" | "webhook">;
  account_id: Once<string>;
  webhook_id: Once<string | null>;
  notice_id: Once<bigint | null>;
  event: Once<string>;
  payload: Once<unknown, string>;
  attempts: number;
  next_at: Date | null;
  done_at: Date | null;
  failed_at: Date | null;
  last_error: string | null;
  created_at: Once<Date>;
}

export interface NotificationTables {
  inbox: InboxTable;
  notification_settings: NotificationSettingsTable;
  webhooks: WebhookTable;
  deliveries: DeliveryTable;
}
