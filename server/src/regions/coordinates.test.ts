import assert from "node:assert/strict";
import { test } from "node:test";
import { distanceM } from "@sandglass/triggers";
import fc from "fast-check";
import { gcjOfWgs, wgsOfGcj } from "./coordinates.ts";

const inChina = fc.tuple(fc.double({ min: 75, max: 134, noNaN: true }), fc.double({ min: 5, max: 53, noNaN: true }));

test("a GCJ-02 position leads back to the WGS-84 one within a millimetre, 20 to 1,200 m away", () => {
  fc.assert(
    fc.property(inChina, ([lon, lat]) => {
      const [gx, gy] = gcjOfWgs(lon, lat);
      const away = distanceM(lon, lat, gx, gy);
      assert.ok(away > 20 && away < 1_200, `${away}`);
      const [x, y] = wgsOfGcj(gx, gy);
      assert.ok(distanceM(lon, lat, x, y) < 0.001);
    }),
  );
});

test("outside of China both systems are the same", () => {
  assert.deepEqual(gcjOfWgs(13.4, 52.5), [13.4, 52.5]);
  assert.deepEqual(wgsOfGcj(-74, 40.7), [-74, 40.7]);
});

test("the shift at Tian'anmen is the one that maps show", () => {
  // 116.39123, 39.90711 WGS-84 is drawn at 116.39747, 39.90851 on maps in GCJ-02.
  const [lon, lat] = gcjOfWgs(116.391_23, 39.907_11);
  assert.ok(distanceM(lon, lat, 116.397_47, 39.908_51) < 5, `${lon}, ${lat}`);
});
