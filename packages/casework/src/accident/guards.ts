/** Conditions of an accident case's actions. */
import { basis } from "../basis.ts";
import type { Context, Guard } from "../lifecycle/definition.ts";
import type { Infer } from "../schema.ts";
import { DAY_MS } from "../time/shanghai.ts";
import { isAtLeastAsSevere, owes, type AccidentData } from "./data.ts";
import type * as input from "./inputs.ts";
import { REPORT_CODES, REPORTS, type ReportCode, type ReportDefinition } from "./reports.ts";
import type { AccidentFlag, AccidentState } from "./states.ts";

export type AccidentContext<Input = never> = Context<AccidentState, AccidentFlag, AccidentData, Input>;
export type AccidentGuard<Input = never> = Guard<AccidentState, AccidentFlag, AccidentData, Input>;

export const LIFECYCLE = basis("9.3", "Sandglass accident lifecycle", "P");

export const guard = <Input = never>(
  code: string,
  needs: "state" | "input",
  en: string,
  zh: string,
  holds: (context: AccidentContext<Input>) => boolean,
): AccidentGuard<Input> => ({ code, needs, text: { en, zh }, holds });

export const HAPPENED_BEFORE = guard<{ readonly happenedAt?: string; readonly awareAt?: string }>(
  "happened",
  "input",
  "The accident must lie in the past, and nobody can have learned of it before it happened",
  "事故时间不得晚于当前时间，知悉时间不得早于事故时间",
  ({ input: { happenedAt, awareAt }, data, at }) => {
    const happened = Date.parse(happenedAt ?? data.happenedAt ?? "");
    const aware = awareAt === undefined ? at : Date.parse(awareAt);
    return happened <= at && aware <= at && happened <= aware;
  },
);

/** Facts after a correction, from what is entered. */
export function corrected(
  data: AccidentData,
  { reasons: _reasons, ...facts }: Infer<typeof input.CORRECT>,
): AccidentData {
  return { ...data, ...facts };
}

export const ONLY_RISES = guard<Infer<typeof input.CORRECT>>(
  "onlyRises",
  "input",
  "Severity may only rise: deaths, injuries and what is involved are never taken back",
  "严重程度只升不降：伤亡人数和涉及事项不得调减",
  ({ data, input: fields }) => isAtLeastAsSevere(data, corrected(data, fields)),
);

/** The duty of a report is open: it was not sent, or it was returned. */
function isOwed({ before }: Pick<AccidentContext, "before">, code: string): boolean {
  return before.obligations.some((each) => each.code === code && each.ended === undefined);
}

export const REPORT_OWED = guard<{ readonly report: ReportCode }>(
  "owed",
  "input",
  "This report is not owed, or it was sent already",
  "无须报送该报告，或已经报送",
  (context) => isOwed(context, context.input.report),
);
export const ANY_REPORT_OWED = guard("anyOwed", "state", "No report is owed", "没有待报送的报告", ({ before }) =>
  before.obligations.some((each) => each.ended === undefined && Object.hasOwn(REPORTS, each.code)),
);
export const SENT_BEFORE_NOW = guard<Infer<typeof input.SUBMIT_REPORT>>(
  "sentBefore",
  "input",
  "It must have been sent between the accident and now",
  "报送时间须在事故之后、当前时间之前",
  ({ input: { submittedAt }, data, at }) =>
    submittedAt === undefined ||
    (Date.parse(submittedAt) <= at && Date.parse(submittedAt) >= Date.parse(data.happenedAt ?? "")),
);
export const REPORT_SUBMITTED = guard<{ readonly report: ReportCode }>(
  "submitted",
  "input",
  "This report does not wait for an answer",
  "该报告不在待审状态",
  ({ data, input: { report } }) => data.reports[report]?.status === "submitted",
);
export const ANY_REPORT_SUBMITTED = guard(
  "anySubmitted",
  "state",
  "No report of your track waits for an answer",
  "您负责的渠道没有待审的报告",
  ({ data, actor }) =>
    REPORT_CODES.some(
      (code) =>
        data.reports[code]?.status === "submitted" &&
        (REPORTS[code] as ReportDefinition).authorities.includes(actor.role),
    ),
);
export const OWN_TRACK = guard<{ readonly report: ReportCode }>(
  "ownTrack",
  "input",
  "The report belongs to another authority's track",
  "该报告属于其他部门的报送渠道",
  ({ input: { report }, actor }) => (REPORTS[report] as ReportDefinition).authorities.includes(actor.role),
);
export const DATA_HELD = guard<Infer<typeof input.PRESERVE>>(
  "dataHeld",
  "input",
  "Data must be held from at least 30 days before the accident",
  "数据须自事故前至少30日起保全",
  ({ input: { dataHeldFrom }, data }) => Date.parse(dataHeldFrom) <= Date.parse(data.happenedAt ?? "") - 30 * DAY_MS,
);
export const VEHICLE_HELD = guard("held", "state", "The vehicle is not held", "车辆未封存", ({ before }) =>
  before.flags.includes("VEHICLE_HELD"),
);
export const SCENE_DONE = guard<Infer<typeof input.INVESTIGATE>>(
  "sceneDone",
  "input",
  "Where the police investigate, the end of the scene investigation must be entered: it starts their clock",
  "公安机关参与调查时须填写现场调查结束时间",
  ({ input: { bodies, sceneDoneAt } }) => !bodies.includes("police") || sceneDoneAt !== undefined,
);
export const hasDuty = (code: string, en: string, zh: string): AccidentGuard =>
  guard(`duty.${code}`, "state", en, zh, (context) => isOwed(context, code));

/** 9.3: no closing while a report is pending, overdue or returned. No role skips it. */
export const REPORTS_DONE: AccidentGuard = {
  ...guard(
    "reportsDone",
    "state",
    "A report is still owed or was returned",
    "仍有未报送或被退回的报告",
    ({ before, data }) =>
      REPORT_CODES.every(
        (code) => !isOwed({ before }, code) && (!owes(data, code) || data.reports[code] !== undefined),
      ),
  ),
  unskippable: LIFECYCLE,
};
