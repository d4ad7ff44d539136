/** Tables of access: who may sign in, and what was read. */
import type { ColumnType, Generated } from "kysely";

type Created = ColumnType<Date, Date | undefined, never>;

export interface OrganisationTable {
  id: string;
  kind: string;
  name_en: string;
  name_zh: string;
  /** GB/T 2260 code of its territory or seat. */
  region: string | null;
  created_at: Created;
}

export interface AccountTable {
  id: string;
  /** Login name, lower case. */
  account: string;
  name: string;
  role: string;
  organisation: string;
  region: string | null;
  password: string;
  demo: Generated<boolean>;
  disabled: Generated<boolean>;
  failures: Generated<number>;
  locked_until: Date | null;
  created_at: Created;
}

export interface SessionTable {
  /** SHA-256 of the cookie's value. */
  hash: Buffer;
  account_id: string;
  created_at: Created;
  expires_at: Date;
  revoked_at: Date | null;
}

export interface ApiTokenTable {
  id: string;
  /** SHA-256 of the token. */
  hash: Buffer;
  name: string;
  role: string;
  organisation: string | null;
  region: string | null;
  /** null: everything that the role may; `intake`: sending events, nothing else. */
  scope: string | null;
  printed: Generated<boolean>;
  created_by: string;
  created_at: Created;
  expires_at: Date;
  revoked_at: Date | null;
}

export interface AccessLogTable {
  id: Generated<bigint>;
  at: Created;
  actor_id: string;
  actor_role: string;
  organisation: string;
  action: string;
  subject: string;
  reason: string | null;
  detail: ColumnType<unknown, string | null, never>;
}

export interface IdentityTables {
  organisations: OrganisationTable;
  accounts: AccountTable;
  sessions: SessionTable;
  api_tokens: ApiTokenTable;
  access_log: AccessLogTable;
}
