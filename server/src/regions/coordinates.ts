/**
 * WGS-84 and GCJ-02. Maps sold in China, and vehicles of edition 2025 that say so, use GCJ-02, which lies some 100 to
 * 700 m beside WGS-84. The transformation is not published by the state; this is the one that everybody uses
 * (certainty P), good to about a metre. Inside, positions are WGS-84.
 */
export const COORDINATE_SYSTEMS = ["WGS-84", "GCJ-02"] as const;
export type CoordinateSystem = (typeof COORDINATE_SYSTEMS)[number];

const SEMI_MAJOR_M = 6_378_245;
const ECCENTRICITY_SQUARED = 0.006_693_421_622_965_943;
const { PI, sin, cos, sqrt, abs } = Math;

/** Outside of this box both systems are the same. */
function isInChina(lon: number, lat: number): boolean {
  return lon > 73.66 && lon < 135.05 && lat > 3.86 && lat < 53.55;
}

function shift(lon: number, lat: number): readonly [dLon: number, dLat: number] {
  const x = lon - 105;
  const y = lat - 35;
  const waves = (v: number): number => ((20 * sin(6 * v * PI) + 20 * sin(2 * v * PI)) * 2) / 3;
  const dLat =
    -100 +
    2 * x +
    3 * y +
    0.2 * y * y +
    0.1 * x * y +
    0.2 * sqrt(abs(x)) +
    waves(x) +
    ((20 * sin(y * PI) + 40 * sin((y / 3) * PI)) * 2) / 3 +
    ((160 * sin((y / 12) * PI) + 320 * sin((y * PI) / 30)) * 2) / 3;
  const dLon =
    300 +
    x +
    2 * y +
    0.1 * x * x +
    0.1 * x * y +
    0.1 * sqrt(abs(x)) +
    waves(x) +
    ((20 * sin(x * PI) + 40 * sin((x / 3) * PI)) * 2) / 3 +
    ((150 * sin((x / 12) * PI) + 300 * sin((x / 30) * PI)) * 2) / 3;
  const radLat = (lat / 180) * PI;
  const magic = 1 - ECCENTRICITY_SQUARED * sin(radLat) ** 2;
  return [
    (dLon * 180) / ((SEMI_MAJOR_M / sqrt(magic)) * cos(radLat) * PI),
    (dLat * 180) / (((SEMI_MAJOR_M * (1 - ECCENTRICITY_SQUARED)) / (magic * sqrt(magic))) * PI),
  ];
}

/** Degrees. */
export function gcjOfWgs(lon: number, lat: number): [lon: number, lat: number] {
  if (!isInChina(lon, lat)) return [lon, lat];
  const [dLon, dLat] = shift(lon, lat);
  return [lon + dLon, lat + dLat];
}

/** The inverse, by iteration to 1e-9 degrees (0.1 mm). */
export function wgsOfGcj(lon: number, lat: number): [lon: number, lat: number] {
  if (!isInChina(lon, lat)) return [lon, lat];
  let [x, y] = [lon, lat];
  for (let round = 0; round < 30; round++) {
    const [gx, gy] = gcjOfWgs(x, y);
    const [ex, ey] = [lon - gx, lat - gy];
    x += ex;
    y += ey;
    if (abs(ex) < 1e-9 && abs(ey) < 1e-9) break;
  }
  return [x, y];
}
