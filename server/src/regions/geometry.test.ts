import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { compileRegion, distanceM } from "@sandglass/triggers";
import fc from "fast-check";
import { SandglassError } from "../errors/mod.ts";
import { gcjOfWgs } from "./coordinates.ts";
import { findCrossing, type Point } from "./crossings.ts";
import { checkGeometry, MAX_POSITIONS } from "./geometry.ts";

const SQUARE = [
  [114, 22],
  [114.1, 22],
  [114.1, 22.1],
  [114, 22.1],
  [114, 22],
];
const moved = (ring: readonly number[][], dx: number, dy = 0) => ring.map(([x, y]) => [x + dx, y + dy]);
const shrunk = (ring: readonly number[][], by: number) =>
  ring.map(([x, y]) => [114.05 + (x - 114.05) * by, 22.05 + (y - 22.05) * by]);
const polygon = (...rings: readonly (readonly number[])[][]) => ({ type: "Polygon", coordinates: rings });

function codeOf(kind: "area" | "road", input: unknown, system: "WGS-84" | "GCJ-02" = "WGS-84"): string {
  try {
    checkGeometry(kind, input, system);
    return "ok";
  } catch (error) {
    if (!(error instanceof SandglassError)) throw error;
    assert.match(String(error.parameters.path), /^geometry/);
    return `${error.code} ${String(error.parameters.path)}`;
  }
}

describe("areas", () => {
  test("polygons, holes, multipolygons, features and collections are areas; size and box are told", () => {
    const hole = shrunk(SQUARE, 0.5);
    const checked = checkGeometry("area", polygon(SQUARE, hole), "WGS-84");
    assert.deepEqual(checked.box, { west: 114, south: 22, east: 114.1, north: 22.1 });
    const side = distanceM(114, 22.05, 114.1, 22.05) * distanceM(114, 22, 114, 22.1);
    assert.ok(Math.abs((checked.areaKm2 ?? 0) / ((side * 0.75) / 1e6) - 1) < 0.01, `${checked.areaKm2}`);
    assert.equal(checked.positions, 10);
    const is = compileRegion(checked);
    assert.deepEqual([is(114.01, 22.01), is(114.05, 22.05), is(114.2, 22.05)], [true, false, false]);
    for (const each of [
      { type: "MultiPolygon", coordinates: [[SQUARE], [moved(SQUARE, 1)]] },
      { type: "Feature", properties: null, geometry: polygon(SQUARE) },
      {
        type: "FeatureCollection",
        features: [SQUARE, moved(SQUARE, 1)].map((ring) => ({ type: "Feature", geometry: polygon(ring) })),
      },
      { type: "GeometryCollection", geometries: [polygon(SQUARE)] },
    ])
      assert.equal(codeOf("area", each), "ok");
  });

  test("what is no area is refused with its place", () => {
    const open = SQUARE.slice(0, 4);
    const bowTie = [SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3], SQUARE[0]];
    const cases: [unknown, string][] = [
      [undefined, "SG_REGION_GEOMETRY geometry"],
      [{ type: "Circle" }, "SG_REGION_GEOMETRY geometry.type"],
      [{ type: "Point", coordinates: [1, 2] }, "SG_REGION_GEOMETRY geometry.type"],
      [polygon(), "SG_REGION_GEOMETRY geometry.coordinates"],
      [polygon(open), "SG_REGION_RING_OPEN geometry.coordinates[0]"],
      [polygon(open.slice(0, 3)), "SG_REGION_GEOMETRY geometry.coordinates[0]"],
      [polygon([SQUARE[0], SQUARE[1], SQUARE[0], SQUARE[0]]), "SG_REGION_CROSSES geometry.coordinates"],
      [polygon(bowTie), "SG_REGION_CROSSES geometry.coordinates"],
      [polygon(SQUARE, moved(shrunk(SQUARE, 0.5), 0.04)), "SG_REGION_CROSSES geometry.coordinates"],
      [polygon(SQUARE, moved(SQUARE, 1)), "SG_REGION_CROSSES geometry.coordinates[1]"],
      [polygon(SQUARE, shrunk(SQUARE, 0.6), shrunk(SQUARE, 0.3)), "SG_REGION_CROSSES geometry.coordinates[2]"],
      [{ type: "MultiPolygon", coordinates: [[SQUARE], [moved(SQUARE, 0.05)]] }, "SG_REGION_CROSSES geometry"],
      [
        { type: "MultiPolygon", coordinates: [[SQUARE], [shrunk(SQUARE, 0.5)]] },
        "SG_REGION_CROSSES geometry.coordinates[1]",
      ],
      [polygon(SQUARE.map(([x, y]) => [y, x])), "SG_REGION_POSITION geometry.coordinates[0][0]"],
      [polygon([...SQUARE.slice(0, 4), ["114", 22]] as never), "SG_REGION_POSITION geometry.coordinates[0][4]"],
      [polygon([[190, 1], ...SQUARE]), "SG_REGION_POSITION geometry.coordinates[0][0]"],
      [{ type: "LineString", coordinates: SQUARE }, "SG_REGION_GEOMETRY geometry.coordinates"],
      [
        polygon([
          [-179, 0],
          [179, 0],
          [179, 1],
          [-179, 0],
        ]),
        "SG_REGION_TOO_LARGE geometry",
      ],
    ];
    for (const [input, expected] of cases) assert.equal(codeOf("area", input), expected);
  });

  test("borders may touch in a point; a hole may touch its ring", () => {
    const touching = moved(SQUARE, 0.1, 0.1);
    assert.equal(codeOf("area", { type: "MultiPolygon", coordinates: [[SQUARE], [touching]] }), "ok");
    const hole = [
      [114, 22.05],
      [114.05, 22.04],
      [114.05, 22.06],
      [114, 22.05],
    ];
    assert.equal(codeOf("area", polygon(SQUARE, hole)), "ok");
  });

  test("more positions than the limit are refused, that many are checked within seconds", () => {
    const circle = (n: number) => {
      const ring = Array.from({ length: n - 1 }, (_, i) => [
        114 + 0.1 * Math.cos((2 * Math.PI * i) / (n - 1)),
        22 + 0.1 * Math.sin((2 * Math.PI * i) / (n - 1)),
      ]);
      return polygon([...ring, ring[0]]);
    };
    const began = process.cpuUsage();
    assert.equal(codeOf("area", circle(MAX_POSITIONS)), "ok");
    assert.ok(process.cpuUsage(began).user < 3_000_000, "in less than 3 s of a processor");
    assert.match(codeOf("area", circle(MAX_POSITIONS + 1)), /^SG_REGION_TOO_LARGE/);
  });
});

describe("roads", () => {
  const line = [
    [114, 22],
    [114.1, 22],
    [114.1, 22.1],
  ];
  test("lines keep their names and have a length; polygons and points are none", () => {
    const checked = checkGeometry(
      "road",
      {
        type: "FeatureCollection",
        features: [
          {
            type: "Feature",
            id: 7,
            properties: { name: "深南大道" },
            geometry: { type: "LineString", coordinates: line },
          },
          {
            type: "Feature",
            properties: { ref: "G4" },
            geometry: { type: "MultiLineString", coordinates: [line, moved(line, 0.01)] },
          },
        ],
      },
      "WGS-84",
    );
    assert.deepEqual(checked.roads, [
      { id: "7", name: "深南大道" },
      { id: "G4", name: "G4" },
    ]);
    const one = distanceM(114, 22, 114.1, 22) + distanceM(114.1, 22, 114.1, 22.1);
    assert.ok(Math.abs((checked.lengthKm ?? 0) - (3 * one) / 1000) < 0.1);
    assert.equal(codeOf("road", polygon(SQUARE)), "SG_REGION_GEOMETRY geometry.coordinates");
    assert.equal(
      codeOf("road", { type: "LineString", coordinates: [line[0]] }),
      "SG_REGION_GEOMETRY geometry.coordinates",
    );
    assert.equal(
      codeOf("road", { type: "LineString", coordinates: [line[0], line[0]] }),
      "SG_REGION_GEOMETRY geometry.coordinates",
    );
    assert.equal(codeOf("road", { type: "GeometryCollection", geometries: [] }), "SG_REGION_GEOMETRY geometry");
  });

  test("a list in GCJ-02 is kept where it really lies", () => {
    const drawn = line.map(([x, y]) => gcjOfWgs(x, y));
    const { geometry } = checkGeometry("road", { type: "LineString", coordinates: drawn }, "GCJ-02");
    const on = compileRegion({ geometry, breadthM: 10 });
    assert.ok(on(114.05, 22.00002));
    const [x, y] = gcjOfWgs(114.05, 22);
    assert.ok(!on(x, y));
  });
});

test("the sweep finds a crossing exactly when comparing every pair of edges does", () => {
  const point = fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 12 }));
  fc.assert(
    fc.property(fc.array(point, { minLength: 3, maxLength: 9 }), (points) => {
      const ring = [...points, points[0]] as Point[];
      const edges = ring.slice(1).flatMap((b, i): (readonly [Point, Point])[] => {
        const a = ring[i];
        return a[0] === b[0] && a[1] === b[1] ? [] : [[a, b]];
      });
      const crossing = edges.some((e, i) => edges.some((f, j) => j > i && crosses(e, f)));
      assert.equal(findCrossing([ring]) !== undefined, crossing);
    }),
    { numRuns: 2_000 },
  );
});

/** By solving for the point in fractions: another way than the product code's. */
function crosses([a, b]: readonly [Point, Point], [c, d]: readonly [Point, Point]): boolean {
  const [rx, ry, sx, sy] = [b[0] - a[0], b[1] - a[1], d[0] - c[0], d[1] - c[1]];
  const denominator = rx * sy - ry * sx;
  const [qx, qy] = [c[0] - a[0], c[1] - a[1]];
  if (denominator !== 0) {
    const t = (qx * sy - qy * sx) / denominator;
    const u = (qx * ry - qy * rx) / denominator;
    return t > 0 && t < 1 && u > 0 && u < 1;
  }
  if (qx * ry - qy * rx !== 0) return false;
  const along = ([x, y]: Point) => ((x - a[0]) * rx + (y - a[1]) * ry) / (rx * rx + ry * ry);
  const [from, to] = [along(c), along(d)].toSorted((x, y) => x - y);
  return Math.min(1, to) - Math.max(0, from) > 1e-12;
}
