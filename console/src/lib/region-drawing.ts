/** A region as an SVG path: equirectangular around its middle, north up. Pure. */

export interface Box {
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
}

export interface RegionDrawing {
  /** Of an area: even-odd filled. */
  readonly areas: string;
  readonly lines: string;
  readonly box: Box;
  /** Metres across the drawing's width. */
  readonly widthM: number;
}

type Point = readonly [number, number];

/**
 * `geometry`: GeoJSON geometry, Feature or FeatureCollection; what is no position is left out (the server says what is
 * wrong). Undefined when nothing can be drawn.
 */
export function drawRegion(geometry: unknown, width: number, height: number, margin = 8): RegionDrawing | undefined {
  const rings: Point[][] = [];
  const lines: Point[][] = [];
  collect(geometry, rings, lines, 0);
  const points = [...rings, ...lines].flat();
  if (points.length < 2) return undefined;
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of points) {
    west = Math.min(west, x);
    east = Math.max(east, x);
    south = Math.min(south, y);
    north = Math.max(north, y);
  }
  const shrink = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const spanX = Math.max((east - west) * shrink, 1e-9);
  const spanY = Math.max(north - south, 1e-9);
  const scale = Math.min((width - 2 * margin) / spanX, (height - 2 * margin) / spanY);
  const offsetX = (width - spanX * scale) / 2;
  const offsetY = (height - spanY * scale) / 2;
  const at = ([x, y]: Point): string =>
    `${round(offsetX + (x - west) * shrink * scale)} ${round(offsetY + (north - y) * scale)}`;
  const path = (parts: readonly Point[][], end: string): string =>
    parts.map((part) => `M${part.map(at).join("L")}${end}`).join("");
  return {
    areas: path(rings, "Z"),
    lines: path(lines, ""),
    box: { west, south, east, north },
    widthM: (width / scale) * 111_195,
  };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function collect(input: unknown, rings: Point[][], lines: Point[][], depth: number): void {
  if (typeof input !== "object" || input === null || depth > 5) return;
  const shape = input as Record<string, unknown>;
  const each = (value: unknown, use: (part: unknown) => void): void => {
    if (Array.isArray(value)) for (const part of value as unknown[]) use(part);
  };
  const add = (into: Point[][]) => (value: unknown) => {
    const path: Point[] = [];
    each(value, (position) => {
      const [x, y] = Array.isArray(position) ? (position as unknown[]) : [];
      if (typeof x === "number" && typeof y === "number" && Number.isFinite(x) && Number.isFinite(y)) path.push([x, y]);
    });
    if (path.length > 1) into.push(path);
  };
  switch (shape.type) {
    case "FeatureCollection":
      each(shape.features, (part) => collect(part, rings, lines, depth + 1));
      break;
    case "GeometryCollection":
      each(shape.geometries, (part) => collect(part, rings, lines, depth + 1));
      break;
    case "Feature":
      collect(shape.geometry, rings, lines, depth + 1);
      break;
    case "Polygon":
      each(shape.coordinates, add(rings));
      break;
    case "MultiPolygon":
      each(shape.coordinates, (polygon) => each(polygon, add(rings)));
      break;
    case "LineString":
      add(lines)(shape.coordinates);
      break;
    case "MultiLineString":
      each(shape.coordinates, add(lines));
      break;
    default:
      break;
  }
}
