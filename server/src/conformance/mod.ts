/** Data-quality rules over durable blocks, and conformance reports of terminals and platforms. */
export { Conformance, type BlockSource, type ConformanceOptions } from "./conformance.ts";
export { RULES } from "./catalogue.ts";
export { BASE } from "./counters.ts";
export { readRange } from "./day-range.ts";
export type { DayRange } from "./queries.ts";
export { denominatorWeights } from "./report.ts";
export type { RuleClass } from "./rule.ts";
export { RANGE_QUERY } from "./schema.ts";
export type { LinkDamage } from "./engine.ts";
export { conformanceRoutes } from "./routes.ts";
