/** Tables of the registry of regions. */
import type { ColumnType } from "kysely";

/** A column that is given when the row is written and never changes. */
type Once<Select, Insert = Select> = ColumnType<Select, Insert, never>;

export interface RegionTable {
  id: Once<string>;
  kind: Once<"area" | "road">;
  name_en: string;
  name_zh: string;
  area_code: string | null;
  organisation: Once<string>;
  shared: Once<boolean>;
  version: number;
  created_by: Once<string>;
  created_at: Once<Date>;
  retired_at: Date | null;
  retired_by: string | null;
}

export interface RegionVersionTable {
  region: Once<string>;
  version: Once<number>;
  name_en: Once<string>;
  name_zh: Once<string>;
  shape: Once<string>;
  /** GeoJSON, WGS-84. */
  geometry: Once<unknown, string>;
  breadth_m: Once<number | null>;
  /** `RoadName[]` of server/src/regions. */
  roads: Once<unknown, string>;
  coordinate_system: Once<"WGS-84" | "GCJ-02">;
  positions: Once<number>;
  west: Once<number>;
  south: Once<number>;
  east: Once<number>;
  north: Once<number>;
  area_km2: Once<number | null>;
  length_km: Once<number | null>;
  source: Once<string>;
  made_by: Once<string>;
  made_role: Once<string>;
  made_at: Once<Date>;
  leaf_id: Once<string | null>;
}

export interface RegionPinTable {
  set_hash: Once<string>;
  region: Once<string>;
  version: Once<number>;
  pinned_at: Once<Date>;
}

export interface RegionTables {
  regions: RegionTable;
  region_versions: RegionVersionTable;
  region_pins: RegionPinTable;
}
