/**
 * Case lifecycles as data: roles and permissions, states and actions, legal clocks. Pure: no clock, no I/O; the server and the
 * browser use the same tables, so what a button offers is what the server accepts.
 */
export { BASES, basis, CERTAINTIES, proposal, sourceIn, type Certainty, type LegalBasis } from "./basis.ts";
export type { SourceName } from "./sources.ts";
export { CASEWORK_ERRORS, CaseworkError, type CaseworkErrorCode } from "./errors.ts";
export type { Text } from "./text.ts";
export { REGIONS } from "./regions.ts";
export type { CodeRegister, Fields, Infer, InputSchema } from "./schema.ts";

export {
  ADMINISTRATOR_ROLES,
  ASSIGNABLE_ROLES,
  ENTERPRISE_ROLES,
  isAssignableRole,
  departmentOf,
  isRoleCode,
  ROLE_CODES,
  ROLES,
  SYSTEM_NAMES,
  type Role,
  type RoleCode,
  type RoleKind,
  type SystemCode,
} from "./access/roles.ts";
export {
  can,
  OBJECT_CODES,
  OBJECTS,
  PERMISSIONS,
  REACHES,
  reachesOf,
  RIGHTS,
  type Grant,
  type ObjectCode,
  type Reach,
  type Right,
} from "./access/permissions.ts";
export { allows, covers, issuersOf, mayReach, within, type CaseActor, type Extent } from "./access/extent.ts";
export { isAuthority, isOrganisationKind, ORGANISATION_KINDS, type OrganisationKind } from "./access/organisations.ts";
export {
  ACCESS_ACTION_GROUPS,
  ACCESS_ACTIONS,
  accessActionName,
  type AccessAction,
  type AccessActionGroup,
} from "./access/access-actions.ts";
export { isPurposeOf, PURPOSE_CODES, PURPOSES, purposesOf, type Purpose, type PurposeCode } from "./access/purposes.ts";
export { defaultSecondFactor, SECOND_FACTOR_RULES, type SecondFactorRule } from "./access/sign-in-policy.ts";
export {
  isTokenScope,
  scopeNeeded,
  scopesAllow,
  TOKEN_AREAS,
  TOKEN_SCOPES,
  type TokenScope,
} from "./access/token-scopes.ts";

export { dueAt, UNITS, type DeadlineRule, type Pause, type Unit } from "./time/deadline.ts";
export { DEADLINES, overrideDeadlines, type DeadlineCode, type Deadlines } from "./time/deadlines.ts";
export { createWorkCalendar, type WorkCalendar, type WorkYear } from "./time/work-calendar.ts";
export { CN_WORK_CALENDAR, CN_WORK_YEARS } from "./time/work-calendar-cn.ts";
export { parseWorkCalendar } from "./time/work-calendar-import.ts";

export type {
  ActionDefinition,
  CaseAction,
  Context,
  Effect,
  FieldDefinition,
  FieldShape,
  Folded,
  FoldOptions,
  Guard,
  IssuedDocument,
  Json,
  Lifecycle,
  NoticeDefinition,
  ObligationDefinition,
  Proposal,
  StageDefinition,
  StateDefinition,
} from "./lifecycle/definition.ts";
export { actionsFor, deadlineOf, FIELD_SHAPES } from "./lifecycle/definition.ts";
export { consequenceOf, type Consequence, type DutyChange } from "./lifecycle/consequence.ts";
export { differences, type Difference } from "./lifecycle/difference.ts";
export { PROCEDURE_PARTS, procedureChanges, type ProcedureChange, type ProcedurePart } from "./lifecycle/procedure.ts";
export {
  DEFAULT_LADDER,
  escalationsOf,
  ladderOf,
  type EscalationStep,
  type EscalationTime,
} from "./lifecycle/escalation.ts";
export { apply, DECLINE, fold, mergeInputs, type Notice, type Outcome } from "./lifecycle/fold.ts";
export { refusalOf, type Refusal } from "./lifecycle/refusal.ts";
export {
  applyMigration,
  foldVersions,
  MIGRATE,
  migrationRefusal,
  targetVersion,
  type Migration,
} from "./lifecycle/migration.ts";
export {
  OBLIGATION_STATUSES,
  statusOf,
  type Obligation,
  type ObligationStatus,
  type Revision,
} from "./lifecycle/obligation.ts";
export { hiddenFields, redact, type Redacted } from "./lifecycle/visibility.ts";
export {
  blockedActions,
  impossibleActions,
  openActions,
  possibleActions,
  type BlockedAction,
  type ImpossibleAction,
  type OpenAction,
  type PossibleAction,
} from "./lifecycle/possible.ts";
export type { Offer } from "./lifecycle/offer.ts";

export * from "./programmes/mod.ts";

export { SANDBOX_PROJECT, SANDBOX_PROJECT_V1, SANDBOX_PROJECT_V2 } from "./sandbox/lifecycle.ts";
export { SANDBOX_FOLLOW_UP, type FollowUpData } from "./sandbox/follow-up.ts";
export { SANDBOX_RESULT, type ResultData } from "./sandbox/result.ts";
export { PROGRAMME_REPORT, REPORT_KINDS, type ProgrammeReportData } from "./sandbox/programme-report.ts";
export {
  EFFECTS as SANDBOX_EFFECTS,
  EXCLUSIONS,
  FUNCTIONS as SANDBOX_FUNCTIONS,
  RESULT_KINDS,
} from "./sandbox/names.ts";
export { EXAMINERS as SANDBOX_EXAMINERS } from "./sandbox/actions-entry.ts";
export { ACCIDENT_KINDS } from "./sandbox/actions-records.ts";
export { departmentsIn, type Departments } from "./sandbox/departments.ts";
export {
  missingDocuments,
  publishedFields,
  scoreOf,
  type Incident,
  type PanelResult,
  type RehearsalFacts,
} from "./sandbox/data-review.ts";
export {
  LEFT_STATES as SANDBOX_LEFT_STATES,
  SANDBOX_FLAGS,
  SANDBOX_STAGES,
  SANDBOX_STATES,
  TEST_STATES as SANDBOX_TEST_STATES,
  WATCHED_STATES,
  type SandboxFlag,
  type SandboxState,
} from "./sandbox/states.ts";
export {
  DEFAULT_EFFECTS,
  effectOfFiring,
  severityOf,
  hasTriggers,
  widens,
  type FiringInput,
  type Limits,
  type ProjectTriggerSet,
  type RuleVersion,
  type SandboxProjectData,
  type TriggerEffect,
} from "./sandbox/data.ts";
export {
  APPLICATION_FIELDS as SANDBOX_APPLICATION_FIELDS,
  CREATE as SANDBOX_CREATE_INPUT,
  PLAN_FIELDS as SANDBOX_PLAN_FIELDS,
} from "./sandbox/inputs.ts";

export { HAZARD_WORK_ORDER, HAZARD_WORK_ORDER_V1, HAZARD_WORK_ORDER_V2 } from "./hazard/lifecycle.ts";
export { MERGING_STATES } from "./hazard/actions.ts";
export {
  HAZARD_FLAGS,
  HAZARD_STATES,
  HAZARD_TYPES,
  type HazardFlag,
  type HazardState,
  type HazardType,
} from "./hazard/states.ts";
export { isStanding, noticeDeadline, repairDeadline, typeOfLevel, type HazardOrderData } from "./hazard/data.ts";

export { ACCIDENT_CASE, ACCIDENT_CASE_V1 } from "./accident/lifecycle.ts";
export { changedFacts } from "./accident/guards-supplement.ts";
export { levelOf as accidentLevel, type AccidentData } from "./accident/data.ts";
export { DATA_EXPORT } from "./data-export/lifecycle.ts";
export type { DataExportData } from "./data-export/states.ts";
export { DATA_REQUEST, REQUEST_KINDS, type DataRequestData } from "./data-request/lifecycle.ts";
export { VULNERABILITY } from "./vulnerability/lifecycle.ts";
export type { VulnerabilityData } from "./vulnerability/states.ts";
export { CYBER_INCIDENT, type CyberIncidentData } from "./cyber-incident/lifecycle.ts";
export { DATA_REPORT } from "./data-report/lifecycle.ts";
export type { DataReportData } from "./data-report/data.ts";
export { HAZARD_CHECK } from "./hazard-check/lifecycle.ts";
export type { HazardCheckData } from "./hazard-check/data.ts";
export { ICV_PILOT } from "./icv-pilot/lifecycle.ts";
export type { IcvPilotData } from "./icv-pilot/data.ts";
export { CONFORMITY_TEST } from "./conformity-test/lifecycle.ts";
export type { ConformityTestData } from "./conformity-test/data.ts";
export { SAFETY_REPORT } from "./safety-report/lifecycle.ts";
export type { SafetyReportData } from "./safety-report/data.ts";
export { SIM_REGISTRATION } from "./sim-registration/lifecycle.ts";
export type { SimRegistrationData } from "./sim-registration/data.ts";
export { SUPERVISION_MEASURE } from "./supervision-measure/lifecycle.ts";
export type { MeasureData } from "./supervision-measure/data.ts";
export { OTA_FILING, OTA_FILING_V1 } from "./ota/lifecycle.ts";
export { classOf as otaClassOf, type OtaAnswers, type OtaData } from "./ota/data.ts";
export { OTA_CLASSES, type OtaClass } from "./ota/states.ts";
export { RECALL_CASE, RECALL_CASE_V1 } from "./recall/lifecycle.ts";
export { publishedRecall, type PublicRecall, type RecallData, type RecallPlan } from "./recall/data.ts";
export { outstandingOf, remediedOf, trendOf, type QuarterFigures } from "./recall/completion.ts";
export { REMEDIES, RECALL_STATES, type LeadSource, type RecallState, type Remedy } from "./recall/states.ts";
export * from "./documents/mod.ts";
export * from "./search/mod.ts";
