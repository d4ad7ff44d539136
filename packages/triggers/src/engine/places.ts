/** Positions: is a point in a region, compiled to edges in latitude bands; distances on the sphere. */
import { DEFAULT_BREADTH_M, RegionError, type GeoGeometry, type GeoPoint, type Region } from "../lang/regions.ts";
import { INPUT_SLOTS, SAMPLE, type Builder, type CondNode } from "./node.ts";
import { F, T, U } from "./state.ts";

/** Metres per degree of latitude on the mean sphere (IUGG, 6,371,008.8 m). */
export const METRES_PER_DEGREE = (6_371_008.8 * Math.PI) / 180;
const BANDS = 256;
const MAX_EDGES = 200_000;

export type PointTest = (longitude: number, latitude: number) => boolean;

interface Edges {
  /** x1, y1, x2, y2 per edge. */
  readonly rings: number[];
  readonly lines: number[];
}

function collect(geometry: GeoGeometry, into: Edges): void {
  switch (geometry.type) {
    case "Polygon":
      for (const ring of geometry.coordinates) addPath(ring, into.rings, true);
      break;
    case "MultiPolygon":
      for (const polygon of geometry.coordinates) for (const ring of polygon) addPath(ring, into.rings, true);
      break;
    case "LineString":
      addPath(geometry.coordinates, into.lines, false);
      break;
    case "MultiLineString":
      for (const line of geometry.coordinates) addPath(line, into.lines, false);
      break;
    case "GeometryCollection":
      for (const part of geometry.geometries) collect(part, into);
      break;
    default:
      throw new RegionError("a region is made of polygons and lines");
  }
}

function addPath(path: readonly GeoPoint[], into: number[], closed: boolean): void {
  const n = closed ? path.length : path.length - 1;
  for (let i = 0; i < n; i++) {
    const [x1, y1] = pointOf(path[i]);
    const [x2, y2] = pointOf(path[(i + 1) % path.length]);
    if (closed && x1 === x2 && y1 === y2) continue;
    into.push(x1, y1, x2, y2);
  }
  if (into.length > 4 * MAX_EDGES) throw new RegionError(`a region has at most ${MAX_EDGES} edges`);
}

function pointOf(point: GeoPoint | undefined): [number, number] {
  const [x, y] = point ?? [];
  if (!(typeof x === "number" && typeof y === "number" && Math.abs(x) <= 180 && Math.abs(y) <= 90))
    throw new RegionError("a position of the region is no longitude and latitude in degrees");
  return [x, y];
}

/** Edges by band of latitude, so that a test looks only at those that its latitude can meet. */
function bandsOf(edges: readonly number[], slack: number): { low: number; height: number; bands: Float64Array[] } {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < edges.length; i += 4) {
    low = Math.min(low, edges[i + 1] as number, edges[i + 3] as number);
    high = Math.max(high, edges[i + 1] as number, edges[i + 3] as number);
  }
  low -= slack;
  const height = Math.max((high + slack - low) / BANDS, 1e-9);
  const lists: number[][] = Array.from({ length: BANDS }, () => []);
  const bandOf = (y: number) => Math.min(BANDS - 1, Math.max(0, Math.floor((y - low) / height)));
  for (let i = 0; i < edges.length; i += 4) {
    const y1 = edges[i + 1] as number;
    const y2 = edges[i + 3] as number;
    for (let band = bandOf(Math.min(y1, y2) - slack); band <= bandOf(Math.max(y1, y2) + slack); band++)
      (lists[band] as number[]).push(...edges.slice(i, i + 4));
  }
  return { low, height, bands: lists.map((list) => Float64Array.from(list)) };
}

/** A point on the border of an area may count either way; a point within the breadth of a line is inside. Throws SG_TRIGGER_REGION. */
export function compileRegion(region: Pick<Region, "geometry" | "breadthM">): PointTest {
  const edges: Edges = { rings: [], lines: [] };
  collect(region.geometry, edges);
  if (edges.rings.length + edges.lines.length === 0) throw new RegionError("the region has no edges");
  const breadth = region.breadthM ?? DEFAULT_BREADTH_M;
  const slack = breadth / METRES_PER_DEGREE;
  const area = bandsOf(edges.rings, 0);
  const road = bandsOf(edges.lines, slack);
  const limit = slack * slack;
  return (x, y) => {
    if (edges.rings.length > 0) {
      const band = area.bands[Math.floor((y - area.low) / area.height)];
      if (band !== undefined && crosses(band, x, y)) return true;
    }
    if (edges.lines.length === 0) return false;
    const band = road.bands[Math.floor((y - road.low) / road.height)];
    return band !== undefined && isNear(band, x, y, limit);
  };
}

/** Even-odd rule. */
function crosses(edges: Float64Array, x: number, y: number): boolean {
  let inside = false;
  for (let i = 0; i < edges.length; i += 4) {
    const y1 = edges[i + 1] as number;
    const y2 = edges[i + 3] as number;
    if (y1 > y === y2 > y) continue;
    const x1 = edges[i] as number;
    if (x < x1 + ((y - y1) / (y2 - y1)) * ((edges[i + 2] as number) - x1)) inside = !inside;
  }
  return inside;
}

/** Distance to a segment on the local plane; good to 0.1 % at the breadth of a road. `limit` in squared degrees of latitude. */
function isNear(edges: Float64Array, x: number, y: number, limit: number): boolean {
  const shrink = Math.cos((y * Math.PI) / 180);
  for (let i = 0; i < edges.length; i += 4) {
    const ax = ((edges[i] as number) - x) * shrink;
    const ay = (edges[i + 1] as number) - y;
    const dx = ((edges[i + 2] as number) - (edges[i] as number)) * shrink;
    const dy = (edges[i + 3] as number) - (edges[i + 1] as number);
    const length = dx * dx + dy * dy;
    const t = length === 0 ? 0 : Math.min(1, Math.max(0, -(ax * dx + ay * dy) / length));
    const px = ax + t * dx;
    const py = ay + t * dy;
    if (px * px + py * py <= limit) return true;
  }
  return false;
}

/** Great-circle distance in metres. */
export function distanceM(lon1: number, lat1: number, lon2: number, lat2: number): number {
  const rad = Math.PI / 180;
  const a =
    Math.sin(((lat2 - lat1) * rad) / 2) ** 2 +
    Math.cos(lat1 * rad) * Math.cos(lat2 * rad) * Math.sin(((lon2 - lon1) * rad) / 2) ** 2;
  return 2 * METRES_PER_DEGREE * (180 / Math.PI) * Math.asin(Math.min(1, Math.sqrt(a)));
}

/** Positions are personal data: what is said about a firing names their samples, never their values. */
export function isCoordinate(signal: string): boolean {
  return /(?:^|\.)(?:longitude|latitude)$/.test(signal);
}

/** Unknown while either coordinate is. Witnesses name the sample, never the position. */
export function insideNode(text: string, test: PointTest, longitude: string, latitude: string, b: Builder): CondNode {
  const inputs = [b.input(longitude), b.input(latitude)];
  const lonAt = (inputs[0] as number) * INPUT_SLOTS;
  const latAt = (inputs[1] as number) * INPUT_SLOTS;
  // A standing vehicle is tested once: longitude, latitude and verdict of the last test.
  const at = b.slots(NaN, NaN, F);
  return {
    text,
    inputs,
    eval(s) {
      const n = s.numbers;
      const x = n[lonAt] as number;
      const y = n[latAt] as number;
      if (x !== x || y !== y) return U;
      if (x !== n[at] || y !== n[at + 1]) {
        n[at] = x;
        n[at + 1] = y;
        n[at + 2] = test(x, y) ? T : F;
      }
      return n[at + 2] as typeof T | typeof F;
    },
    margin: () => NaN,
    since: () => NaN,
    witnesses(s, _k, sink) {
      const n = s.numbers;
      for (const input of inputs) {
        const cell = n[input * INPUT_SLOTS + SAMPLE] as number;
        if (cell === cell) sink(text, input, cell / 2, n[input * INPUT_SLOTS + 3] as number, NaN, "event");
      }
    },
  };
}
