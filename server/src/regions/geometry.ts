/**
 * What people upload (GeoJSON, RFC 7946) as the geometry of a region: checked, in WGS-84, measured. Areas are polygons
 * with closed rings that cross nothing; road lists are lines with a breadth. Pure.
 */
import { distanceM, type GeoGeometry } from "@sandglass/triggers";
import { ERRORS, SandglassError, type ErrorDefinition } from "../errors/mod.ts";
import { wgsOfGcj, type CoordinateSystem } from "./coordinates.ts";
import { findCrossing, isInRings, type Point } from "./crossings.ts";

export const REGION_KINDS = ["area", "road"] as const;
export type RegionKind = (typeof REGION_KINDS)[number];

export const MAX_POSITIONS = 20_000;
export const MAX_PARTS = 500;
/** Farther across than this no sandbox is; a border over the antimeridian would be read the wrong way round. */
const MAX_SPAN_DEGREES = 60;

/** A named road of a list. */
export interface RoadName {
  readonly id: string;
  readonly name: string;
}

export interface CheckedGeometry {
  readonly kind: RegionKind;
  /** WGS-84: MultiPolygon of an area, MultiLineString of a road list. */
  readonly geometry: GeoGeometry;
  /** Of a road list, one for each of its features that has an id or a name. */
  readonly roads: readonly RoadName[];
  readonly positions: number;
  readonly box: { readonly west: number; readonly south: number; readonly east: number; readonly north: number };
  /** Of an area, km². */
  readonly areaKm2: number | undefined;
  /** Of a road list, km. */
  readonly lengthKm: number | undefined;
}

type Rings = readonly (readonly Point[])[];

/**
 * `input`: a geometry, a Feature or a FeatureCollection. Throws SG_REGION_GEOMETRY (no such shape), SG_REGION_POSITION,
 * SG_REGION_RING_OPEN, SG_REGION_CROSSES, SG_REGION_TOO_LARGE; `path` says where.
 */
export function checkGeometry(kind: RegionKind, input: unknown, system: CoordinateSystem): CheckedGeometry {
  const reader = new Reader(kind, system);
  reader.read(input, "geometry");
  return reader.finish();
}

class Reader {
  readonly #kind: RegionKind;
  readonly #system: CoordinateSystem;
  readonly #polygons: { readonly rings: Rings; readonly path: string }[] = [];
  readonly #lines: (readonly Point[])[] = [];
  readonly #roads: RoadName[] = [];
  #positions = 0;

  constructor(kind: RegionKind, system: CoordinateSystem) {
    this.#kind = kind;
    this.#system = system;
  }

  read(input: unknown, path: string, depth = 0): void {
    const shape = objectOf(input, path);
    if (depth > 4) fail(ERRORS.REGION_GEOMETRY, path, "is nested too deeply", "嵌套过深");
    switch (shape.type) {
      case "FeatureCollection":
        for (const [i, each] of listOf(shape.features, `${path}.features`).entries())
          this.read(each, `${path}.features[${i}]`, depth + 1);
        return;
      case "Feature":
        this.#noteRoad(shape);
        this.read(shape.geometry, `${path}.geometry`, depth + 1);
        return;
      case "GeometryCollection":
        for (const [i, each] of listOf(shape.geometries, `${path}.geometries`).entries())
          this.read(each, `${path}.geometries[${i}]`, depth + 1);
        return;
      case "Polygon":
        this.#polygon(shape.coordinates, `${path}.coordinates`);
        return;
      case "MultiPolygon":
        for (const [i, each] of listOf(shape.coordinates, `${path}.coordinates`).entries())
          this.#polygon(each, `${path}.coordinates[${i}]`);
        return;
      case "LineString":
        this.#line(shape.coordinates, `${path}.coordinates`);
        return;
      case "MultiLineString":
        for (const [i, each] of listOf(shape.coordinates, `${path}.coordinates`).entries())
          this.#line(each, `${path}.coordinates[${i}]`);
        return;
      default:
        fail(
          ERRORS.REGION_GEOMETRY,
          `${path}.type`,
          `is ${JSON.stringify(shape.type) ?? "missing"}; possible are Polygon, MultiPolygon, LineString, MultiLineString, GeometryCollection, Feature and FeatureCollection`,
          `为 ${JSON.stringify(shape.type) ?? "空"}；可用 Polygon、MultiPolygon、LineString、MultiLineString、GeometryCollection、Feature、FeatureCollection`,
        );
    }
  }

  finish(): CheckedGeometry {
    const isArea = this.#kind === "area";
    const points = isArea ? this.#polygons.flatMap(({ rings }) => rings.flat()) : this.#lines.flat();
    if (points.length === 0)
      fail(
        ERRORS.REGION_GEOMETRY,
        "geometry",
        isArea ? "has no polygon" : "has no line",
        isArea ? "没有多边形" : "没有线",
      );
    if (isArea) this.#apart();
    let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
    for (const [x, y] of points) {
      west = Math.min(west, x);
      east = Math.max(east, x);
      south = Math.min(south, y);
      north = Math.max(north, y);
    }
    if (east - west > MAX_SPAN_DEGREES || north - south > MAX_SPAN_DEGREES)
      fail(
        ERRORS.REGION_TOO_LARGE,
        "geometry",
        `spans more than ${MAX_SPAN_DEGREES} degrees; divide it, also where it meets the 180th meridian`,
        `跨度超过 ${MAX_SPAN_DEGREES} 度，请拆分（跨 180 度经线时亦然）`,
      );
    return {
      kind: this.#kind,
      geometry: isArea
        ? { type: "MultiPolygon", coordinates: this.#polygons.map(({ rings }) => rings) }
        : { type: "MultiLineString", coordinates: this.#lines },
      roads: this.#roads,
      positions: this.#positions,
      box: { west, south, east, north },
      areaKm2: isArea ? areaOf(this.#polygons.map(({ rings }) => rings)) : undefined,
      lengthKm: isArea ? undefined : this.#lines.reduce((sum, line) => sum + lengthOf(line), 0) / 1000,
    };
  }

  #noteRoad(feature: Record<string, unknown>): void {
    if (this.#kind !== "road") return;
    const properties = (feature.properties ?? {}) as Record<string, unknown>;
    const text = (value: unknown): string =>
      typeof value === "string" || typeof value === "number" ? String(value).slice(0, 200) : "";
    const id = text(feature.id ?? properties.id);
    const name = text(properties.name ?? properties.ref ?? "");
    if (id !== "" || name !== "") this.#roads.push({ id: id || name, name: name || id });
  }

  #polygon(input: unknown, path: string): void {
    if (this.#kind !== "area")
      fail(ERRORS.REGION_GEOMETRY, path, "is a polygon in a road list", "是多边形，道路清单只能由线组成");
    const rings = listOf(input, path).map((ring, i) => this.#ring(ring, `${path}[${i}]`));
    if (rings.length === 0) fail(ERRORS.REGION_GEOMETRY, path, "has no ring", "没有环");
    const crossing = findCrossing(rings);
    if (crossing !== undefined) failCrossing(path, crossing);
    for (const [i, ring] of rings.entries())
      if (Math.abs(planarArea(ring)) < 1e-12)
        fail(ERRORS.REGION_GEOMETRY, `${path}[${i}]`, "encloses no area", "未围成面积");
    const [shell, ...holes] = rings;
    for (const [i, hole] of holes.entries()) {
      if (!liesIn(hole, [shell]) || holes.some((other, j) => j !== i && liesIn(hole, [other])))
        fail(
          ERRORS.REGION_CROSSES,
          `${path}[${i + 1}]`,
          "is a hole that lies outside its outer ring, or in another hole",
          "是不在外环之内、或位于另一洞内的洞",
        );
    }
    this.#polygons.push({ rings, path });
    this.#bound(path);
  }

  #ring(input: unknown, path: string): readonly Point[] {
    const ring = this.#points(input, path);
    if (ring.length < 4) fail(ERRORS.REGION_GEOMETRY, path, "has fewer than four positions", "少于四个位置点");
    const [first, last] = [ring[0], ring[ring.length - 1]];
    if (first[0] !== last[0] || first[1] !== last[1])
      fail(
        ERRORS.REGION_RING_OPEN,
        path,
        "does not end where it begins: repeat its first position at the end",
        "首尾不闭合：末尾须重复首个位置点",
      );
    return ring;
  }

  #line(input: unknown, path: string): void {
    if (this.#kind !== "road")
      fail(ERRORS.REGION_GEOMETRY, path, "is a line in an area; roads are of kind road", "是线；道路请用 road 类别");
    const line = this.#points(input, path);
    if (line.length < 2) fail(ERRORS.REGION_GEOMETRY, path, "has fewer than two positions", "少于两个位置点");
    if (lengthOf(line) === 0) fail(ERRORS.REGION_GEOMETRY, path, "has no length", "长度为零");
    this.#lines.push(line);
    this.#bound(path);
  }

  #points(input: unknown, path: string): readonly Point[] {
    return listOf(input, path).map((each, i): Point => {
      const at = `${path}[${i}]`;
      const [lon, lat] = Array.isArray(each) ? (each as unknown[]) : [];
      if (typeof lon !== "number" || typeof lat !== "number" || !Number.isFinite(lon) || !Number.isFinite(lat))
        fail(ERRORS.REGION_POSITION, at, "is no position [longitude, latitude]", "不是 [经度, 纬度]");
      if (Math.abs(lat) > 90 && Math.abs(lon) <= 90)
        fail(
          ERRORS.REGION_POSITION,
          at,
          "has a latitude beyond 90°; longitude comes first",
          "纬度超过 90°：应先写经度",
        );
      if (Math.abs(lon) > 180 || Math.abs(lat) > 90)
        fail(ERRORS.REGION_POSITION, at, "is not in degrees", "不以度为单位");
      if (++this.#positions > MAX_POSITIONS)
        fail(
          ERRORS.REGION_TOO_LARGE,
          at,
          `is position ${MAX_POSITIONS + 1}; a region has at most ${MAX_POSITIONS}`,
          `是第 ${MAX_POSITIONS + 1} 个位置点；一个区域最多 ${MAX_POSITIONS} 个`,
        );
      return this.#system === "GCJ-02" ? wgsOfGcj(lon, lat) : [lon, lat];
    });
  }

  #bound(path: string): void {
    if (this.#polygons.length + this.#lines.length <= MAX_PARTS) return;
    fail(ERRORS.REGION_TOO_LARGE, path, `is one part too many; at most ${MAX_PARTS}`, `超过 ${MAX_PARTS} 个部分`);
  }

  /** Polygons of one area lie beside each other: what lay in two of them would count as outside (even-odd). */
  #apart(): void {
    const all = this.#polygons;
    const crossing = all.length < 2 ? undefined : findCrossing(all.flatMap(({ rings }) => rings));
    if (crossing !== undefined) failCrossing("geometry", crossing);
    for (const [i, { rings, path }] of all.entries()) {
      if (all.some((other, j) => j !== i && liesIn(rings[0], other.rings)))
        fail(ERRORS.REGION_CROSSES, path, "lies in another polygon of the area", "位于同一区域的另一多边形内");
    }
  }
}

/**
 * Whether a ring lies within other rings which it does not cross: then all of it does, but for points in which they touch.
 * The middles of a few of its edges decide.
 */
function liesIn(ring: readonly Point[], rings: Rings): boolean {
  const edges = ring.length - 1;
  const asked = Math.min(9, edges);
  let inside = 0;
  for (let i = 0; i < asked; i++) {
    const at = Math.floor((i * edges) / asked);
    const [a, b] = [ring[at], ring[at + 1]];
    if (isInRings(rings, [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2])) inside++;
  }
  return 2 * inside > asked;
}

function failCrossing(path: string, [lon, lat]: Point): never {
  return fail(
    ERRORS.REGION_CROSSES,
    path,
    `crosses itself or another part near ${lon.toFixed(5)}, ${lat.toFixed(5)}`,
    `在 ${lon.toFixed(5)}, ${lat.toFixed(5)} 附近与自身或另一部分相交`,
  );
}

function fail(error: ErrorDefinition, path: string, reason: string, reasonZh: string): never {
  throw new SandglassError(error, { path, reason, reasonZh });
}

function objectOf(input: unknown, path: string): Record<string, unknown> {
  if (typeof input !== "object" || input === null || Array.isArray(input))
    fail(ERRORS.REGION_GEOMETRY, path, "is no GeoJSON object", "不是 GeoJSON 对象");
  return input as Record<string, unknown>;
}

function listOf(input: unknown, path: string): unknown[] {
  if (!Array.isArray(input)) fail(ERRORS.REGION_GEOMETRY, path, "is no list", "不是列表");
  return input as unknown[];
}

/** Twice the area in squared degrees, signed. */
function planarArea(ring: readonly Point[]): number {
  let sum = 0;
  for (let i = 0; i + 1 < ring.length; i++) sum += ring[i][0] * ring[i + 1][1] - ring[i + 1][0] * ring[i][1];
  return sum;
}

function lengthOf(line: readonly Point[]): number {
  let sum = 0;
  for (let i = 0; i + 1 < line.length; i++) sum += distanceM(line[i][0], line[i][1], line[i + 1][0], line[i + 1][1]);
  return sum;
}

const EARTH_KM = 6_371.0088;

/** On the sphere, km²: outer rings minus holes. */
function areaOf(polygons: readonly Rings[]): number {
  const rad = Math.PI / 180;
  const ringArea = (ring: readonly Point[]): number => {
    let sum = 0;
    for (let i = 0; i + 1 < ring.length; i++)
      sum += (ring[i + 1][0] - ring[i][0]) * rad * (2 + Math.sin(ring[i][1] * rad) + Math.sin(ring[i + 1][1] * rad));
    return Math.abs((sum * EARTH_KM * EARTH_KM) / 2);
  };
  return polygons.reduce(
    (sum, [shell, ...holes]) => sum + ringArea(shell) - holes.reduce((holed, hole) => holed + ringArea(hole), 0),
    0,
  );
}
