/** Data-quality rules over durable blocks, and conformance reports of terminals and platforms. */
export { Conformance, type BlockSource, type ConformanceOptions } from "./conformance.ts";
export type { LinkDamage } from "./engine.ts";
export { conformanceRoutes } from "./routes.ts";
