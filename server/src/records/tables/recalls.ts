/** Tables of recalls. */
import type { ColumnType } from "kysely";

/** A column that is given when the row is written and never changes. */
type Once<Select, Insert = Select> = ColumnType<Select, Insert, never>;

export interface RecallVehicleTable {
  recall: Once<string>;
  vehicle: Once<bigint>;
  round: ColumnType<number, number | undefined, number>;
  remedy: string | null;
  remedied_at: Date | null;
  excluded: string | null;
  left_at: Date | null;
}

export interface PublicRecallTable {
  recall: Once<string>;
  organisation: string | null;
  state: string;
  body: ColumnType<unknown, string, string>;
  published_at: Once<Date>;
  updated_at: Date;
}

export interface RecallTables {
  recall_vehicles: RecallVehicleTable;
  public_recalls: PublicRecallTable;
}
