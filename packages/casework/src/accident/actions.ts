/** Actions of an accident case (9.3): from the report to the closure, and what may happen beside. */
import type { CaseActor } from "../access/extent.ts";
import { ROLES, type RoleCode } from "../access/roles.ts";
import { basis } from "../basis.ts";
import { ROAD_ACCIDENTS } from "../sources.ts";
import { actionsFor, type Effect } from "../lifecycle/definition.ts";
import type { Infer } from "../schema.ts";
import { describeCorrection, limitOf, owes, sentAt, startOf, type AccidentData } from "./data.ts";
import type { Text } from "../text.ts";
import * as guard from "./guards.ts";
import * as input from "./inputs.ts";
import { answersOffered, reportsOffered } from "./offers.ts";
import { REPORT_CODES, type ReportCode } from "./reports.ts";
import { ACCIDENT_STATES, type AccidentFlag, type AccidentState } from "./states.ts";

const action = actionsFor<AccidentState, AccidentFlag, AccidentData>();
type AccidentEffect<Input> = Effect<AccidentState, AccidentFlag, AccidentData, Input>;

export const PRODUCERS = ["OEM", "IMPORTER", "SUPERVISOR_ALL"] as const satisfies readonly RoleCode[];
const RESCUERS = ["FIRE", "TRAFFIC_POLICE", "MPS"] as const satisfies readonly RoleCode[];
const EXAMINERS = ["SAMR", "RECALL_CENTER", "SUPERVISOR_ALL"] as const satisfies readonly RoleCode[];
const AUTHORITIES = ["SAMR", "RECALL_CENTER", "MIIT", "EIDC", "SUPERVISOR_ALL"] as const satisfies readonly RoleCode[];
export const ANSWERING = [...AUTHORITIES, "TRAFFIC_POLICE", "MPS"] as const satisfies readonly RoleCode[];
const REPORTERS = [
  ...PRODUCERS,
  ...RESCUERS,
  "RECALL_CENTER",
  "EIDC",
  "MIIT",
  "system:trigger",
] as const satisfies readonly RoleCode[];

export const LIVE = (Object.keys(ACCIDENT_STATES) as AccidentState[]).filter(
  (state) => state !== "CLOSED" && state !== "NOT_AN_ACCIDENT" && state !== "DUPLICATE",
);

const FIRE_2019 = basis("R-4.1", "SAMR 质函〔2019〕5号", "F");
const KEEP_VEHICLE = basis("R-4.3", "SAMR 质函〔2019〕5号 item 1", "F");
const SIBLING_CHECK = basis("R-4.4", "SAMR 质函〔2019〕5号 item 2", "F");
const DEEP = basis("R-4.5", "SAMR 质函〔2019〕5号 item 3", "F");
const APPRAISAL = basis("R-4.15", ROAD_ACCIDENTS("49, 51, 55"), "F");

/** A due time that is reckoned from the accident may be past when the accident becomes known: then the case says so. */
const AWARE_AFTER_LIMIT_MS = 6 * 3_600_000;

export const ACCIDENT_ACTIONS = {
  report: action(input.ACCIDENT_FACTS, {
    title: { en: "Report accident", zh: "报告事故" },
    from: "nothing",
    to: "REPORTED",
    roles: REPORTERS,
    basis: FIRE_2019,
    guards: [guard.HAPPENED_BEFORE],
    change: ({ input: { organisation: _organisation, ...facts }, input: entered, actor, at, facts: known }) => ({
      ...facts,
      awareAt: facts.awareAt ?? new Date(at).toISOString(),
      ...ownerOf(known, entered, actor),
    }),
    effects: [
      ...REPORT_CODES.map((code): AccidentEffect<Infer<typeof input.ACCIDENT_FACTS>> => ({
        kind: "open",
        obligation: code,
        when: ({ data, input: facts }) => owes({ ...data, ...facts }, code),
        deadline: ({ data, input: facts }) => limitOf({ ...data, ...facts }, code),
        startAt: ({ data, input: facts, at }) =>
          startOf({ ...data, awareAt: new Date(at).toISOString(), ...facts }, code),
      })),
      {
        kind: "raise",
        flag: "AWARE_LATE",
        when: ({ input: facts, at }) =>
          (facts.awareAt === undefined ? at : Date.parse(facts.awareAt)) - Date.parse(facts.happenedAt) >
          AWARE_AFTER_LIMIT_MS,
      },
      { kind: "issue", document: "acknowledgement" },
    ],
    notifies: [
      { to: ["SAMR", "RECALL_CENTER", "EIDC", "LOCAL_IIT", "TRAFFIC_POLICE"], urgent: true, text: reported },
      // who seals the scene and finds the cause learns of it from no one else here.
      { to: ["FIRE"], urgent: true, when: ({ input: { fire } }) => fire === true, text: reported },
    ],
    summary: ({ what }) => ({ en: what, zh: what }),
  }),
  correct: action(input.CORRECT, {
    title: { en: "Correct facts", zh: "更正事实" },
    from: LIVE,
    to: "same",
    roles: [...PRODUCERS, ...RESCUERS, "RECALL_CENTER", "SAMR", "EIDC"],
    basis: guard.LIFECYCLE,
    guards: [guard.HAPPENED_BEFORE, guard.ONLY_RISES],
    change: ({ data, input: fields }) => guard.corrected(data, fields),
    effects: REPORT_CODES.flatMap((code): readonly AccidentEffect<Infer<typeof input.CORRECT>>[] => [
      {
        kind: "open",
        obligation: code,
        when: ({ data, input: fields }) => owes(guard.corrected(data, fields), code) && !owes(data, code),
        deadline: ({ data, input: fields }) => limitOf(guard.corrected(data, fields), code),
        startAt: ({ data, input: fields }) => startOf(guard.corrected(data, fields), code),
      },
      {
        kind: "reset",
        obligation: code,
        when: ({ data }) => owes(data, code),
        deadline: ({ data, input: fields }) => limitOf(guard.corrected(data, fields), code),
        startAt: ({ data, input: fields }) => startOf(guard.corrected(data, fields), code),
        reason: ({ data, input: fields }) => describeCorrection(data, guard.corrected(data, fields), fields.reasons),
      },
    ]),
    notifies: [
      { to: ["SAMR", "RECALL_CENTER", "EIDC", "OEM", "IMPORTER"], urgent: true },
      {
        to: ["FIRE"],
        urgent: true,
        when: ({ data, input: { fire } }) => fire === true && data.fire !== true,
        text: ({ data: { what, place } }) => ({
          en: `Smoke or fire after all: ${what} (${place})`,
          zh: `经更正为冒烟或起火事故：${what}（${place}）`,
        }),
      },
    ],
  }),
  submitReport: action(input.SUBMIT_REPORT, {
    title: { en: "Submit report", zh: "报送报告" },
    from: LIVE,
    to: "same",
    roles: PRODUCERS,
    basis: FIRE_2019,
    guards: [guard.ANY_REPORT_OWED, guard.REPORT_OWED, guard.SENT_BEFORE_NOW],
    offers: { report: reportsOffered },
    change: ({ data, input: sent, actor, at }) => ({
      reports: {
        ...data.reports,
        [sent.report]: {
          status: "submitted" as const,
          reference: sent.reference,
          submittedAt: sentAt({ input: sent, at }),
          by: actor,
        },
      },
    }),
    effects: REPORT_CODES.map((code): AccidentEffect<Infer<typeof input.SUBMIT_REPORT>> => ({
      kind: "meet",
      obligation: code,
      when: ({ input: { report } }) => report === code,
      at: sentAt,
    })),
  }),
  acceptReport: action(input.ACCEPT_REPORT, {
    title: { en: "Accept report", zh: "接收报告" },
    from: LIVE,
    to: "same",
    roles: ANSWERING,
    basis: guard.LIFECYCLE,
    guards: [guard.ANY_REPORT_SUBMITTED, guard.REPORT_SUBMITTED, guard.OWN_TRACK],
    offers: { report: answersOffered },
    change: ({ data, input: { report } }) => ({ reports: answered(data, report, { status: "accepted" }) }),
  }),
  returnReport: action(input.RETURN_REPORT, {
    title: { en: "Return report", zh: "退回报告" },
    from: LIVE,
    to: "same",
    roles: ANSWERING,
    basis: guard.LIFECYCLE,
    guards: [guard.ANY_REPORT_SUBMITTED, guard.REPORT_SUBMITTED, guard.OWN_TRACK],
    offers: { report: answersOffered },
    change: ({ data, input: { report, reasons } }) => ({
      reports: answered(data, report, { status: "returned", reasons }),
    }),
    effects: REPORT_CODES.map((code): AccidentEffect<Infer<typeof input.RETURN_REPORT>> => ({
      kind: "reopen",
      obligation: code,
      when: ({ input: { report } }) => report === code,
    })),
    notifies: [{ to: ["OEM", "IMPORTER"], urgent: true }],
  }),
  markLate: action(input.NOTHING, {
    title: { en: "Report is late", zh: "报告逾期" },
    from: LIVE,
    to: "same",
    roles: ["system:clock"],
    basis: basis("R-4.8", "SAMR supplementary notice: late, missing or false reports", "F"),
    effects: [{ kind: "raise", flag: "REPORT_LATE" }],
    notifies: [{ to: ["SAMR", "RECALL_CENTER", "EIDC"], urgent: true }],
  }),
  attach: action(input.ATTACH, {
    title: { en: "Attach documents", zh: "提交材料" },
    from: LIVE,
    to: "same",
    roles: [...PRODUCERS, ...RESCUERS, "RECALL_CENTER", "SAMR", "EIDC", "LAB"],
    basis: guard.LIFECYCLE,
    change: ({ data, input: { documents } }) => ({ attachments: [...data.attachments, ...documents] }),
  }),
  assign: action(input.ASSIGN, {
    title: { en: "Assign experts", zh: "指派专家" },
    from: LIVE,
    to: "same",
    roles: EXAMINERS,
    basis: DEEP,
    change: ({ input: { accounts } }) => ({ assigned: accounts }),
  }),
  confirmAccident: action(input.NOTHING, {
    title: { en: "Confirm accident", zh: "核实为事故" },
    from: ["REPORTED"],
    to: "CONFIRMED",
    roles: [...PRODUCERS, ...RESCUERS, "RECALL_CENTER", "SAMR"],
    basis: guard.LIFECYCLE,
  }),
  notAnAccident: action(input.WITH_REASONS, {
    title: { en: "Close as not an accident", zh: "认定非事故" },
    from: ["REPORTED"],
    to: "NOT_AN_ACCIDENT",
    roles: EXAMINERS,
    fourEyes: guard.LIFECYCLE,
    basis: guard.LIFECYCLE,
    effects: [{ kind: "cancel", obligation: "all" }],
  }),
  duplicate: action(input.DUPLICATE_OF, {
    title: { en: "Close as duplicate", zh: "认定重复报告" },
    from: ["REPORTED"],
    to: "DUPLICATE",
    roles: EXAMINERS,
    basis: guard.LIFECYCLE,
    change: ({ input: { duplicateOf } }) => ({ duplicateOf }),
    effects: [{ kind: "cancel", obligation: "all" }],
  }),
  preserve: action(input.PRESERVE, {
    title: { en: "Preserve evidence", zh: "保全证据" },
    from: ["CONFIRMED"],
    to: "PRESERVED",
    roles: [...PRODUCERS, ...RESCUERS, "RECALL_CENTER"],
    basis: KEEP_VEHICLE,
    guards: [guard.DATA_HELD],
    change: ({ input: fields }) => fields,
    effects: [{ kind: "raise", flag: "VEHICLE_HELD" }],
  }),
  release: action(input.RELEASE, {
    title: { en: "Release vehicle", zh: "解除车辆封存" },
    from: ["SIBLING_CHECKED", "CONCLUDED", "CORRECTING"],
    to: "same",
    roles: EXAMINERS,
    basis: KEEP_VEHICLE,
    guards: [guard.VEHICLE_HELD],
    effects: [{ kind: "lower", flag: "VEHICLE_HELD" }],
  }),
  investigate: action(input.INVESTIGATE, {
    title: { en: "Start investigation", zh: "启动调查" },
    from: ["PRESERVED", "REOPENED"],
    to: "INVESTIGATING",
    roles: [...PRODUCERS, ...RESCUERS, "RECALL_CENTER", "SAMR"],
    basis: DEEP,
    guards: [guard.SCENE_DONE],
    change: ({ input: { bodies } }) => ({ bodies }),
    effects: [
      {
        kind: "open",
        obligation: "commissionAppraisal",
        when: ({ input: { bodies } }) => bodies.includes("police"),
        startAt: ({ input: { sceneDoneAt }, at }) => (sceneDoneAt === undefined ? at : Date.parse(sceneDoneAt)),
      },
    ],
  }),
  commission: action(input.COMMISSION, {
    title: { en: "Commission appraisal", zh: "委托检验鉴定" },
    from: ["INVESTIGATING"],
    to: "same",
    roles: ["TRAFFIC_POLICE", "MPS", "SUPERVISOR_ALL"],
    basis: APPRAISAL,
    guards: [guard.hasDuty("commissionAppraisal", "No appraisal is to be commissioned", "没有待委托的鉴定")],
    effects: [
      { kind: "meet", obligation: "commissionAppraisal" },
      { kind: "open", obligation: "appraisal" },
    ],
  }),
  extendAppraisal: action(input.WITH_REASONS, {
    title: { en: "Extend appraisal", zh: "延长鉴定期限" },
    from: ["INVESTIGATING", "SIBLING_CHECKED"],
    to: "same",
    roles: ["TRAFFIC_POLICE", "MPS", "SUPERVISOR_ALL"],
    basis: APPRAISAL,
    guards: [guard.hasDuty("appraisal", "No appraisal is running", "没有进行中的鉴定")],
    effects: [
      {
        kind: "reset",
        obligation: "appraisal",
        deadline: () => "appraisalExtended",
        reason: ({ input: { reasons } }) => ({ en: `Extended: ${reasons}`, zh: `延期：${reasons}` }),
      },
    ],
  }),
  appraised: action(input.APPRAISAL, {
    title: { en: "Record appraisal", zh: "登记鉴定结果" },
    from: ["INVESTIGATING", "SIBLING_CHECKED"],
    to: "same",
    roles: ["TRAFFIC_POLICE", "MPS", "SUPERVISOR_ALL"],
    basis: APPRAISAL,
    guards: [guard.hasDuty("appraisal", "No appraisal is running", "没有进行中的鉴定")],
    effects: [
      { kind: "meet", obligation: "appraisal" },
      { kind: "open", obligation: "sendAppraisal" },
    ],
  }),
  sendAppraisal: action(input.SENT, {
    title: { en: "Send appraisal to the parties", zh: "送达鉴定结果" },
    from: ["INVESTIGATING", "SIBLING_CHECKED", "CONCLUDED", "CORRECTING"],
    to: "same",
    roles: ["TRAFFIC_POLICE", "MPS", "SUPERVISOR_ALL"],
    basis: APPRAISAL,
    guards: [guard.hasDuty("sendAppraisal", "No appraisal is to be sent", "没有待送达的鉴定结果")],
    effects: [{ kind: "meet", obligation: "sendAppraisal" }],
  }),
  siblingCheck: action(input.SIBLINGS, {
    title: { en: "Record check of siblings", zh: "登记同款排查" },
    from: ["INVESTIGATING"],
    to: "SIBLING_CHECKED",
    roles: [...PRODUCERS, "RECALL_CENTER"],
    basis: SIBLING_CHECK,
    change: ({ input: siblings }) => ({ siblings }),
  }),
  rootCause: action(input.ROOT_CAUSE, {
    title: { en: "Conclude root cause", zh: "认定根本原因" },
    from: ["SIBLING_CHECKED"],
    to: "CONCLUDED",
    roles: EXAMINERS,
    basis: DEEP,
    requires: ["investigationReport"],
    change: ({ input: fields }) => fields,
    notifies: [{ to: ["OEM", "IMPORTER", "EIDC"] }],
  }),
  defectSuspected: action(input.DEFECT, {
    title: { en: "Suspect a defect", zh: "疑似缺陷移送" },
    from: ["CONCLUDED"],
    to: "same",
    roles: EXAMINERS,
    basis: basis("R-4.6", "SAMR 质函〔2019〕5号 item 3", "F"),
    change: ({ input: { recallFile } }) => (recallFile === undefined ? {} : { recallFile }),
    effects: [
      { kind: "raise", flag: "DEFECT_SUSPECTED" },
      { kind: "issue", document: "defectReferral" },
    ],
    notifies: [{ to: ["OEM", "IMPORTER"], urgent: true }],
  }),
  measures: action(input.MEASURES, {
    title: { en: "Take measures", zh: "采取整改措施" },
    from: ["CONCLUDED"],
    to: "CORRECTING",
    roles: PRODUCERS,
    basis: guard.LIFECYCLE,
    change: ({ input: fields }) => fields,
  }),
  newEvidence: action(input.WITH_REASONS, {
    title: { en: "New evidence", zh: "发现新证据" },
    from: ["CONCLUDED", "CORRECTING"],
    to: "REOPENED",
    roles: [...PRODUCERS, ...RESCUERS, "RECALL_CENTER", "SAMR"],
    basis: guard.LIFECYCLE,
    notifies: [{ to: ["SAMR", "RECALL_CENTER", "OEM", "IMPORTER"] }],
  }),
  measuresVerified: action(input.VERIFIED, {
    title: { en: "Verify measures and close", zh: "验证整改并结案" },
    from: ["CORRECTING"],
    to: "CLOSED",
    roles: EXAMINERS,
    basis: guard.LIFECYCLE,
    guards: [guard.REPORTS_DONE],
    requires: ["measuresProof"],
    effects: [
      { kind: "cancel", obligation: "all" },
      { kind: "lower", flag: "VEHICLE_HELD" },
      { kind: "lower", flag: "REPORT_LATE" },
      { kind: "issue", document: "closingNote" },
    ],
    notifies: [{ to: ["OEM", "IMPORTER", "EIDC"] }],
  }),
} as const;

function reported({ input: { what, place } }: { readonly input: Infer<typeof input.ACCIDENT_FACTS> }): Text {
  return { en: `Accident reported: ${what} (${place})`, zh: `事故报告：${what}（${place}）` };
}

/** Whose the accident is: what the registry says of the vehicle, the producer who reports, or the one an authority names. */
function ownerOf(
  known: { readonly [key: string]: unknown },
  facts: Pick<AccidentData, "organisation" | "region">,
  actor: CaseActor,
): Pick<AccidentData, "organisation" | "region"> {
  const isProducer = ROLES[actor.role].kind === "enterprise";
  const named = isProducer ? actor.organisation : facts.organisation;
  const organisation = typeof known.organisation === "string" ? known.organisation : named;
  const region = facts.region ?? (typeof known.region === "string" ? known.region : undefined);
  return { ...(organisation === undefined ? {} : { organisation }), ...(region === undefined ? {} : { region }) };
}

function answered(
  data: AccidentData,
  code: ReportCode,
  answer: Pick<NonNullable<AccidentData["reports"][ReportCode]>, "status" | "reasons">,
): AccidentData["reports"] {
  const report = data.reports[code];
  return report === undefined ? data.reports : { ...data.reports, [code]: { ...report, ...answer } };
}
