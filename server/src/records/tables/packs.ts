/** Table of the rule packs that somebody installed, pinned or forked. */
import type { ColumnType, Generated } from "kysely";

export interface ReplacedPack {
  /** File name → text. */
  readonly files: Record<string, string>;
  readonly setHash: string;
}

export interface RulePackTable {
  id: string;
  version: number;
  set_hash: string;
  /** File name → text. */
  files: ColumnType<Record<string, string>, string, string>;
  /** Versions before this one that may still be in force, newest first. */
  replaced: ColumnType<readonly ReplacedPack[], string | undefined, string>;
  installed: Generated<boolean>;
  pinned: Generated<boolean>;
  fork_of: ColumnType<string | null, string | null, never>;
  fork_hash: ColumnType<string | null, string | null, never>;
  changed_by: string;
  changed_role: string;
  changed_at: Date;
}

export interface PackTables {
  rule_packs: RulePackTable;
}
