import assert from "node:assert/strict";
import { test } from "node:test";
import { drawRegion } from "./region-drawing.ts";

const RING = [
  [114, 22],
  [114.2, 22],
  [114.2, 22.1],
  [114, 22.1],
  [114, 22],
];

test("an area fills the frame, north up, in the proportions of its place", () => {
  const drawn = drawRegion({ type: "Polygon", coordinates: [RING] }, 200, 200, 0);
  assert.ok(drawn);
  const numbers = drawn.areas.match(/[\d.]+/g)?.map(Number) ?? [];
  const xs = numbers.filter((_, i) => i % 2 === 0);
  const ys = numbers.filter((_, i) => i % 2 === 1);
  assert.deepEqual([Math.min(...xs), Math.max(...xs)], [0, 200]);
  const ratio = (Math.max(...ys) - Math.min(...ys)) / 200;
  assert.ok(Math.abs(ratio - 0.5 / Math.cos((22.05 * Math.PI) / 180)) < 0.01);
  assert.ok((ys[0] ?? 0) > (ys[2] ?? 0), "south is below north");
  assert.ok(Math.abs(drawn.widthM - 0.2 * 111_195 * Math.cos((22.05 * Math.PI) / 180)) < 50);
  assert.ok(drawn.areas.endsWith("Z") && drawn.lines === "");
});

test("lines, features and collections are drawn; what is no geometry is not", () => {
  const line = { type: "LineString", coordinates: RING.slice(0, 3) };
  const drawn = drawRegion({ type: "FeatureCollection", features: [{ type: "Feature", geometry: line }] }, 100, 50);
  assert.match(drawn?.lines ?? "", /^M[\d. ]+L[\d. ]+L[\d. ]+$/);
  for (const nothing of [
    undefined,
    7,
    {},
    { type: "Polygon" },
    { type: "Polygon", coordinates: [["x", [1]]] },
    { type: "LineString", coordinates: [[1, 2]] },
  ])
    assert.equal(drawRegion(nothing, 100, 50), undefined);
});
