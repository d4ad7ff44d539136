/** Limits of sandbox projects as triggers. */
export { compileContainment, type Containment, type ContainmentRegions } from "./compile.ts";
export { containmentTexts, type PlanLimits, type UnenforcedLimit } from "./rules.ts";
export { containmentRoutes, type ContainmentRoutes } from "./routes.ts";
