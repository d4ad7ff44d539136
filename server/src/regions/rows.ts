/** Rows of regions and of their versions, and what is made of them in memory. */
import type { GeoGeometry, Region } from "@sandglass/triggers";
import type { Selectable } from "kysely";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import type { Tx } from "../records/mod.ts";
import type { RegionTable, RegionVersionTable } from "../records/tables/regions.ts";
import type { RegionKind } from "./geometry.ts";

export type RegionRow = Selectable<RegionTable>;
export type RegionVersionRow = Selectable<RegionVersionTable>;

export interface Known {
  readonly region: Region;
  readonly version: number;
  readonly kind: RegionKind;
  readonly areaCode: string | undefined;
  readonly organisation: string;
  readonly shared: boolean;
}

export async function findRow(tx: Tx, id: string): Promise<RegionRow> {
  const row = await tx.selectFrom("regions").selectAll().where("id", "=", id).executeTakeFirst();
  if (row === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: id });
  return row;
}

/** The regions of today by id. @param before those in memory: of a region that has not changed the object stays */
export async function readKnown(tx: Tx, before: ReadonlyMap<string, Known>): Promise<Map<string, Known>> {
  const rows = await tx
    .selectFrom("regions")
    .innerJoin("region_versions", (join) =>
      join.onRef("region_versions.region", "=", "regions.id").onRef("region_versions.version", "=", "regions.version"),
    )
    .select(["id", "kind", "area_code", "organisation", "shared", "regions.version"])
    .select(["region_versions.name_en", "region_versions.name_zh", "shape", "geometry", "breadth_m"])
    .where("retired_at", "is", null)
    .execute();
  return new Map(
    rows.map((row) => {
      const known = before.get(row.id);
      return [
        row.id,
        {
          // The same object while it is the same version: its shape is hashed once.
          region: known?.version === row.version ? known.region : regionOf(row),
          version: row.version,
          kind: row.kind,
          areaCode: row.area_code ?? undefined,
          organisation: row.organisation,
          shared: row.shared,
        },
      ];
    }),
  );
}

/** The regions that sets are pinned to, by set hash. @param today the regions of today */
export async function readPins(tx: Tx, today: ReadonlyMap<string, Known>): Promise<Map<string, readonly Region[]>> {
  const rows = await tx
    .selectFrom("region_pins")
    .innerJoin("region_versions", (join) =>
      join
        .onRef("region_versions.region", "=", "region_pins.region")
        .onRef("region_versions.version", "=", "region_pins.version"),
    )
    .select(["set_hash", "region_versions.region as id", "region_versions.version"])
    .select(["name_en", "name_zh", "geometry", "breadth_m"])
    .execute();
  const byVersion = new Map<string, Region>();
  const bySet = new Map<string, Region[]>();
  for (const row of rows) {
    const key = `${row.id}@${row.version}`;
    const known = today.get(row.id);
    const region = byVersion.get(key) ?? (known?.version === row.version ? known.region : regionOf(row));
    byVersion.set(key, region);
    const list = bySet.get(row.set_hash);
    if (list === undefined) bySet.set(row.set_hash, [region]);
    else list.push(region);
  }
  return bySet;
}
function regionOf(row: {
  readonly id: string;
  readonly name_en: string;
  readonly name_zh: string;
  readonly geometry: unknown;
  readonly breadth_m: number | null;
}): Region {
  return {
    id: row.id,
    names: { en: row.name_en, zh: row.name_zh },
    geometry: row.geometry as GeoGeometry,
    ...(row.breadth_m === null ? {} : { breadthM: row.breadth_m }),
  };
}
