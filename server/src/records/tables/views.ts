/** Table of the filters that people gave a name. */
import type { ColumnType } from "kysely";

export interface SavedViewTable {
  id: ColumnType<string, string, never>;
  actor_id: ColumnType<string, string, never>;
  list: ColumnType<
    "cases" | "findings" | "obligations" | "projects" | "vehicles",
    "cases" | "findings" | "obligations" | "projects" | "vehicles",
    never
  >;
  name: string;
  query: ColumnType<unknown, string, string>;
  saved_at: Date;
  /** To everybody of the organisation. */
  shared: ColumnType<boolean, boolean | undefined, boolean>;
  organisation: string;
  owner_account: string | null;
}

export interface ViewTables {
  saved_views: SavedViewTable;
}
