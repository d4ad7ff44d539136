/** The trigger language: parse, check, compile, monitor, explain. One engine for live supervision, replay and test cases. */
export { allTriggers, compileTriggers, regionsOf } from "./set.ts";
export type {
  CompiledScreening,
  CompiledTrigger,
  CompileResult,
  CompileSettings,
  ConditionPart,
  TriggerSet,
  TriggerSource,
} from "./set.ts";
export { partOf } from "./part.ts";
export { judgeSubject, MemberWatch } from "./judge.ts";
export type { SubjectSample } from "./judge.ts";
export { longMemoryOf } from "./lang/analysis.ts";
export { conditionsOf } from "./lang/core.ts";
export type { LongMemory } from "./lang/analysis.ts";
export { screen } from "./screening.ts";
export type { ScreenedSubject, ScreeningPlan, ScreeningResult } from "./screening.ts";
export type { GeoGeometry, GeoPoint, Region } from "./lang/regions.ts";
export { DEFAULT_BREADTH_M, RegionError, shapeOf } from "./lang/regions.ts";
export { compileRegion, distanceM } from "./engine/places.ts";
export { ATTRIBUTES, SUBJECTS } from "./lang/attributes.ts";
export { DURATION_UNITS, FUNCTIONS, KEYWORDS } from "./lang/keywords.ts";
export type { CoreFleet, CoreTrigger } from "./lang/core.ts";
export { carriesFrom } from "./engine/carry.ts";
export type { CarriedFrom, StateLayout } from "./engine/carry.ts";
export { createMonitor } from "./engine/monitor.ts";
export type { Economy, Monitor, Unknown } from "./engine/monitor.ts";
export type { Emit, FiringEvent, LoggedFiring, Margin, TriggerStatus } from "./engine/firing.ts";
export type { Witness, WitnessRole } from "./engine/node.ts";
export type { SubjectState } from "./engine/state.ts";
export { TriggerStateError } from "./engine/checkpoint.ts";
export { EFFECTS } from "./lang/ast.ts";
export { displayUnit } from "./lang/units.ts";
export type { Effect } from "./lang/ast.ts";
export type { TriggerError, TriggerErrorCode } from "./lang/source.ts";
export { TRIGGER_ERRORS, TRIGGER_TOOL_ERRORS } from "./lang/error-reference.ts";
export { TRIGGER_ERROR_CODES } from "./lang/source.ts";
export { compilePack, loadPack, PackError } from "./pack.ts";
export type { Pack, PackManifest } from "./pack.ts";
export { diffLines, diffSets } from "./pack-diff.ts";
export type { PackDifference, TriggerVersionText } from "./pack-diff.ts";
export { expectationsOf, runTestCase, TestCaseError } from "./testing.ts";
export type { ExpectedEvent, TestCase, TestResult } from "./testing.ts";
export { parseTestFile, runTests } from "./test-file.ts";
export type { CaseResult, TestFile } from "./test-file.ts";
export { runScreeningCase } from "./testing-screening.ts";
export type { ScreeningCase } from "./testing-screening.ts";
export { evaluateVector, VectorError } from "./vectors.ts";
export type { VectorCase } from "./vectors.ts";
export { evaluateRtamt, NotApplicable } from "./conformance/rtamt.ts";
export type { RtamtCase } from "./conformance/rtamt.ts";
export { evaluateTraceRule } from "./conformance/trace.ts";
export type { TraceResult, TraceRule } from "./conformance/trace.ts";
export { parseTriggers } from "./lang/parser.ts";
export { describeTrigger, effectAt, formatTrigger } from "./text/render.ts";
export { explainFiring, readableDuration, shanghaiTime } from "./text/explain.ts";
export type { Language } from "./text/format.ts";
export { readForms } from "./text/form.ts";
export type { FormCondition, FormLimit, FormShape, SingleShape, TriggerForm } from "./text/form.ts";
export { editForm } from "./text/form-edit.ts";
export type { FormChange } from "./text/form-edit.ts";
export { truthRibbons, RibbonError } from "./ribbons.ts";
export type { Ribbon, Ribbons, RibbonSample, Span } from "./ribbons.ts";
export type { SignalInfo } from "./set.ts";
export { appliesTo } from "./applies.ts";
export { mayFire } from "./lang/reach.ts";
export type { RangeOf } from "./lang/reach.ts";
export type { Attributes } from "./applies.ts";
