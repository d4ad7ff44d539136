/** Tables of the registry: vehicles and the platforms that may link to the gateway. */
import type { ColumnType, Generated } from "kysely";

type Created = ColumnType<Date, Date | undefined, never>;

export interface VehicleTable {
  /** Keyed hash of the VIN (createVehicleKeyer); positive. */
  key: bigint;
  vin: string;
  registered: Generated<boolean>;
  organisation: string | null;
  maker: string | null;
  model: string | null;
  /** Id in `vehicle_types`: a hash of maker, model and organisation. */
  type: ColumnType<bigint, never, never>;
  region: string | null;
  /** Organisations beside the owner whose vehicle it is too: battery maker, operator. */
  parties: ColumnType<string[], never, never>;
  /** `private`, or something else, or unknown. */
  use: ColumnType<string | null, never, never>;
  powertrain: string | null;
  /** Anything else that was given at registration. */
  details: ColumnType<Record<string, unknown>, string | undefined, string>;
  registered_at: Date | null;
  first_seen: Date | null;
  /** `2016` or `2025`, of the first frame. */
  edition: string | null;
  /** `terminal` or `platform`, of the first frame. */
  link: string | null;
  created_at: Created;
}

export interface PlatformTable {
  id: string;
  name: string;
  organisation: string;
  /** 12 characters at most: GB/T 32960.3 table of the platform login. */
  username: string;
  password: string;
  disabled: Generated<boolean>;
  /** Addresses and subnets from which it may log in; empty = from everywhere. */
  addresses: Generated<string[]>;
  /** PlatformRules of access. */
  rules: ColumnType<Record<string, unknown>, string | undefined, string>;
  created_at: Created;
}

export interface VehicleKeyTable {
  vehicle: bigint;
  public_key: Buffer;
  chip: string | null;
  source: "activation" | "registry";
  noted_by: string;
  noted_at: Date;
}

export interface RegistryTables {
  vehicle_keys: VehicleKeyTable;
  vehicles: VehicleTable;
  platforms: PlatformTable;
}
