/** The registry of regions and road lists that triggers name with `inside("…")`. */
export { COORDINATE_SYSTEMS, gcjOfWgs, wgsOfGcj, type CoordinateSystem } from "./coordinates.ts";
export { checkGeometry, MAX_POSITIONS, type CheckedGeometry, type RegionKind } from "./geometry.ts";
export { RegionRegistry } from "./registry.ts";
export { regionRoutes } from "./routes.ts";
export type { RegionInput } from "./versions.ts";
