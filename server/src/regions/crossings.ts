/** Whether borders cross themselves or each other: then what is inside would be a matter of taste. */

export type Point = readonly [lon: number, lat: number];

interface Edge {
  readonly a: Point;
  readonly b: Point;
  readonly minX: number;
  readonly maxX: number;
  readonly minY: number;
  readonly maxY: number;
}

/**
 * A place where two of the closed rings' edges cross, or lie on each other over some length; undefined when there is
 * none. Touching in a point is allowed. Sweeps by longitude: fast for shapes that people draw.
 */
export function findCrossing(rings: readonly (readonly Point[])[]): Point | undefined {
  const edges: Edge[] = [];
  for (const ring of rings)
    for (let i = 0; i + 1 < ring.length; i++) {
      const [a, b] = [ring[i], ring[i + 1]];
      if (a[0] === b[0] && a[1] === b[1]) continue;
      edges.push({
        a,
        b,
        minX: Math.min(a[0], b[0]),
        maxX: Math.max(a[0], b[0]),
        minY: Math.min(a[1], b[1]),
        maxY: Math.max(a[1], b[1]),
      });
    }
  edges.sort((one, other) => one.minX - other.minX);
  let open: Edge[] = [];
  for (const edge of edges) {
    const still: Edge[] = [];
    for (const other of open) {
      if (other.maxX < edge.minX) continue;
      still.push(other);
      if (other.maxY < edge.minY || other.minY > edge.maxY) continue;
      if (cross(edge, other)) return edge.a;
    }
    still.push(edge);
    open = still;
  }
  return undefined;
}

/** Twice the signed area of the triangle. */
function side(a: Point, b: Point, p: Point): number {
  return (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]);
}

function cross({ a, b }: Edge, { a: c, b: d }: Edge): boolean {
  const [ac, ad, ca, cb] = [side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b)];
  if (ac === 0 && ad === 0) return overlap(a, b, c, d);
  return ac > 0 !== ad > 0 && ca > 0 !== cb > 0 && ac !== 0 && ad !== 0 && ca !== 0 && cb !== 0;
}

/** Of edges on one line: whether they share more than a point. */
function overlap(a: Point, b: Point, c: Point, d: Point): boolean {
  const axis = Math.abs(b[0] - a[0]) >= Math.abs(b[1] - a[1]) ? 0 : 1;
  const low = Math.max(Math.min(a[axis], b[axis]), Math.min(c[axis], d[axis]));
  const high = Math.min(Math.max(a[axis], b[axis]), Math.max(c[axis], d[axis]));
  return high > low;
}

/** Even-odd; a point on the border may count either way. */
export function isInRings(rings: readonly (readonly Point[])[], [x, y]: Point): boolean {
  let inside = false;
  for (const ring of rings)
    for (let i = 0; i + 1 < ring.length; i++) {
      const [x1, y1] = ring[i];
      const [x2, y2] = ring[i + 1];
      if (y1 > y !== y2 > y && x < x1 + ((y - y1) / (y2 - y1)) * (x2 - x1)) inside = !inside;
    }
  return inside;
}
