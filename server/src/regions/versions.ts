/** What people say about a region, and the version that is written of it. */
import { DEFAULT_BREADTH_M, shapeOf } from "@sandglass/triggers";
import type { Actor } from "../access/mod.ts";
import { appendLeaf } from "../ledger/mod.ts";
import type { Tx } from "../records/mod.ts";
import type { CoordinateSystem } from "./coordinates.ts";
import type { CheckedGeometry } from "./geometry.ts";

export interface RegionNames {
  readonly en: string;
  readonly zh: string;
}

export interface RegionInput {
  readonly names: RegionNames;
  /** GeoJSON: geometry, Feature or FeatureCollection. */
  readonly geometry: unknown;
  readonly coordinateSystem: CoordinateSystem;
  /** Of roads: metres to either side. */
  readonly breadthM?: number;
  /** GB/T 2260 code that it stands for in the limits of projects. */
  readonly areaCode?: string;
  /** Where the geometry comes from. */
  readonly source?: string;
}

export function columnsOf({ names, areaCode }: RegionInput) {
  return { name_en: names.en.trim(), name_zh: names.zh.trim(), area_code: areaCode ?? null };
}

/** Writes a version with its leaf of the ledger. @param now UTC ms */
export async function addVersion(
  tx: Tx,
  actor: Actor,
  id: string,
  version: number,
  input: RegionInput,
  { geometry, roads, positions, box, areaKm2, lengthKm, kind }: CheckedGeometry,
  event: "created" | "revised",
  now: number,
): Promise<void> {
  const breadth = kind === "road" ? (input.breadthM ?? DEFAULT_BREADTH_M) : undefined;
  const shape = shapeOf({
    id,
    names: input.names,
    geometry,
    ...(breadth === undefined ? {} : { breadthM: breadth }),
  });
  const leaf = await appendLeaf(tx, {
    kind: "region",
    subject: id,
    content: {
      event,
      region: id,
      version,
      shape,
      names: { ...input.names },
      coordinateSystem: input.coordinateSystem,
      actor: actor.id,
      role: actor.role,
    },
    ...(actor.organisation === "" ? {} : { organisation: actor.organisation }),
  });
  await tx
    .insertInto("region_versions")
    .values({
      region: id,
      version,
      name_en: input.names.en.trim(),
      name_zh: input.names.zh.trim(),
      shape,
      geometry: JSON.stringify(geometry),
      breadth_m: breadth ?? null,
      roads: JSON.stringify(roads),
      coordinate_system: input.coordinateSystem,
      positions,
      ...box,
      area_km2: areaKm2 ?? null,
      length_km: lengthKm ?? null,
      source: input.source ?? "",
      made_by: actor.id,
      made_role: actor.role,
      made_at: new Date(now),
      leaf_id: leaf,
    })
    .execute();
}
