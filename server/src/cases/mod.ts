/** Cases: sandbox projects and hazard work orders; what firings do to them; their routes. */
export { createCases, type CaseCounts, type Cases, type CasesLog, type CasesOptions } from "./cases.ts";
export { CaseEngine, type ActionMeta } from "./engine/engine.ts";
export { checkCase, type CaseDifference } from "./engine/check.ts";
export { getMoment, type CaseMoment } from "./engine/history.ts";
export { findProgramme } from "./programmes/store.ts";
export { ActionRefusedError } from "./engine/refused.ts";
export type { StoredCase } from "./engine/store.ts";
export type { CaseChange } from "./engine/unit.ts";
export type { Activity } from "./reactor/project-effects.ts";
export { type ReactorAlarm } from "./reactor/reactor.ts";
export type { ReadDistance } from "./programmes/distance.ts";
export type { CheckTriggerSet, Rehearsals } from "./sandbox-project/policy.ts";
export type { ProjectAssignment, ProjectMargins } from "./sandbox-project/queries.ts";
export type { CountFrames, ReadActivity, VehicleActivity } from "./sandbox-project/assessment.ts";
