/**
 * Regions of the registry: areas (GeoJSON polygons) and road lists (GeoJSON lines with a breadth). The language only
 * asks whether a position lies in one; who keeps them is the caller's business.
 */
import { canonicalText } from "./core.ts";
import { sha256Hex } from "./sha256.ts";
import { nearest } from "./source.ts";

/** Longitude, latitude in degrees WGS-84; further coordinates are ignored. */
export type GeoPoint = readonly number[];
export type GeoGeometry =
  | { readonly type: "Polygon"; readonly coordinates: readonly (readonly GeoPoint[])[] }
  | { readonly type: "MultiPolygon"; readonly coordinates: readonly (readonly (readonly GeoPoint[])[])[] }
  | { readonly type: "LineString"; readonly coordinates: readonly GeoPoint[] }
  | { readonly type: "MultiLineString"; readonly coordinates: readonly (readonly GeoPoint[])[] }
  | { readonly type: "GeometryCollection"; readonly geometries: readonly GeoGeometry[] };

export interface Region {
  readonly id: string;
  readonly names: { readonly en: string; readonly zh: string };
  readonly geometry: GeoGeometry;
  /** Half breadth of lines in metres; default 30. */
  readonly breadthM?: number;
}

export const DEFAULT_BREADTH_M = 30;

export class RegionError extends Error {
  readonly code = "SG_TRIGGER_REGION";
}

export interface KnownRegion {
  readonly region: Region;
  /** Hash of geometry and breadth: a version of a trigger means this shape, whatever the registry says later. */
  readonly shape: string;
}

const shapes = new WeakMap<Region, string>();

/** SHA-256 of geometry and breadth; computed once for a region. */
export function shapeOf(region: Region): string {
  const known = shapes.get(region);
  if (known !== undefined) return known;
  const { geometry, breadthM = DEFAULT_BREADTH_M } = region;
  const shape = sha256Hex(canonicalText({ geometry, breadthM }));
  shapes.set(region, shape);
  return shape;
}

export class Regions {
  readonly byId = new Map<string, KnownRegion>();

  constructor(regions: readonly Region[]) {
    for (const region of regions) {
      // Hashed only when a text names it: the registry may hold many large ones.
      this.byId.set(region.id, {
        region,
        get shape() {
          return shapeOf(region);
        },
      });
    }
  }

  /** By id or by name in either language. */
  find(name: string): KnownRegion | undefined {
    const direct = this.byId.get(name);
    if (direct) return direct;
    const wanted = name.trim().toLowerCase();
    for (const known of this.byId.values()) {
      const { en, zh } = known.region.names;
      if (en.toLowerCase() === wanted || zh.toLowerCase() === wanted) return known;
    }
    return undefined;
  }

  nearest(name: string): string | undefined {
    return nearest(
      name,
      [...this.byId.values()].flatMap(({ region }) => [region.id, region.names.en, region.names.zh]),
    );
  }
}
