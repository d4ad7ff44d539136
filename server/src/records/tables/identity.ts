/** Tables of access: who may sign in, and what was read. */
import type { ColumnType, Generated } from "kysely";

type Created = ColumnType<Date, Date | undefined, never>;

export interface OrganisationTable {
  id: string;
  kind: string;
  name_en: string;
  name_zh: string;
  /** GB/T 2260 code of its seat; for an authority its territory. */
  region: string | null;
  /** Codes of the places where it works. */
  regions: Generated<string[]>;
  disabled: Generated<boolean>;
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
  must_change_password: Generated<boolean>;
  password_changed_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  sso_provider: ColumnType<string | null, string | null | undefined, string | null>;
  sso_subject: ColumnType<string | null, string | null | undefined, string | null>;
  created_at: Created;
}

export interface SessionTable {
  /** SHA-256 of the cookie's value. */
  hash: Buffer;
  account_id: string;
  /** What people and the API call it by. */
  id: Generated<string>;
  method: Generated<string>;
  address: ColumnType<string | null, string | null | undefined, never>;
  user_agent: ColumnType<string | null, string | null | undefined, never>;
  last_seen_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  pending: Generated<string[]>;
  created_at: Created;
  expires_at: Date;
  revoked_at: Date | null;
}

export interface TotpTable {
  account_id: string;
  secret: Buffer;
  created_at: Date;
  confirmed_at: Date | null;
  last_step: Generated<bigint>;
}

export interface RecoveryCodeTable {
  account_id: string;
  hash: Buffer;
  used_at: Date | null;
}

export interface PasskeyTable {
  id: string;
  account_id: string;
  /** base64url. */
  credential_id: string;
  public_key: Buffer;
  counter: bigint;
  transports: string[];
  synced: boolean;
  name: string;
  created_at: Date;
  last_used_at: Date | null;
}

export interface SignInChallengeTable {
  /** SHA-256 of the secret that the client holds. */
  hash: Buffer;
  kind: string;
  account_id: string | null;
  content: ColumnType<Record<string, unknown>, string, never>;
  attempts: Generated<number>;
  expires_at: Date;
}

export interface SignInPolicyTable {
  role: string;
  second_factor: "never" | "beyond-loopback" | "always";
  changed_by: string;
  changed_at: Date;
}

export interface ApiTokenTable {
  id: string;
  /** SHA-256 of the token. */
  hash: Buffer;
  name: string;
  role: string;
  organisation: string | null;
  region: string | null;
  /** `intake`: sending events, nothing else. */
  scope: string | null;
  /** What is left of its owner's rights; null = all. */
  scopes: ColumnType<string[] | null, string[] | null | undefined, never>;
  /** Whose it is. */
  account_id: ColumnType<string | null, string | null | undefined, never>;
  last_used_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
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
  purpose: ColumnType<string | null, string | null | undefined, never>;
  detail: ColumnType<unknown, string | null, never>;
}

export interface IdentityTables {
  organisations: OrganisationTable;
  accounts: AccountTable;
  sessions: SessionTable;
  api_tokens: ApiTokenTable;
  access_log: AccessLogTable;
  account_totp: TotpTable;
  account_recovery_codes: RecoveryCodeTable;
  account_passkeys: PasskeyTable;
  sign_in_challenges: SignInChallengeTable;
  sign_in_policies: SignInPolicyTable;
}
