/**
 * Access and on-road pilot of automated vehicles: a consortium files its plan with the province, MIIT and the police
 * confirm it, the test is supervised and evaluated, the permit has its limits, and nobody operates before the vehicles are connected.
 */
import { departmentOf, ROLES, type RoleCode } from "../access/roles.ts";
import { DAY, listField, organisationField } from "../fields.ts";
import { actionsFor, type Context, type FieldDefinition, type Guard, type Lifecycle } from "../lifecycle/definition.ts";
import { choiceOf, object } from "../schema.ts";
import { dateOf, dayOf } from "../time/shanghai.ts";
import { PILOT_BASES, type IcvPilotData } from "./data.ts";
import * as input from "./inputs.ts";
import { PILOT_STAGES, PILOT_STATES, type PilotState } from "./states.ts";

type Flag = "MIIT_CONFIRMED" | "MPS_CONFIRMED" | "SUPERVISED" | "CONNECTED";
const action = actionsFor<PilotState, Flag, IcvPilotData>();
type PilotGuard = Guard<PilotState, Flag, IcvPilotData, never>;
type PilotContext = Pick<Context<PilotState, Flag, IcvPilotData, never>, "actor" | "before">;

const MAKERS = ["OEM", "IMPORTER"] as const satisfies readonly RoleCode[];
const CONFIRMERS = ["MIIT", "MPS"] as const satisfies readonly RoleCode[];
const PROVINCE = ["LOCAL_IIT"] as const satisfies readonly RoleCode[];
const CONSORTIUM = ["OEM", "IMPORTER", "OPERATOR"] as const satisfies readonly RoleCode[];
const TOLD = ["MIIT", "EIDC", "MPS", "LOCAL_IIT"] as const satisfies readonly RoleCode[];
const LIVE = ["CONNECTING", "OPERATING", "SUSPENDED"] as const satisfies readonly PilotState[];

const flagOf = ({ actor }: PilotContext): Flag =>
  departmentOf(actor.role) === "MPS" ? "MPS_CONFIRMED" : "MIIT_CONFIRMED";
const isLastToConfirm = (context: PilotContext): boolean =>
  (["MIIT_CONFIRMED", "MPS_CONFIRMED"] as const)
    .filter((each) => each !== flagOf(context))
    .every((each) => context.before.flags.includes(each));
const DEPARTMENTS = { MIIT: ROLES.MIIT.title, MPS: ROLES.MPS.title };
const today = (at: number): string => dateOf(dayOf(at));

const NOT_CONFIRMED: PilotGuard = {
  code: "confirmed",
  needs: "state",
  text: { en: "Your department has confirmed the plan already", zh: "贵部门已确认该方案" },
  holds: (context) => !context.before.flags.includes(flagOf(context)),
};
const SUPERVISED: PilotGuard = {
  code: "supervised",
  needs: "state",
  text: { en: "Province or city have put no supervision of the test on record", zh: "省市尚未登记测试监督情况" },
  unskippable: PILOT_BASES.access,
  holds: ({ before: { flags } }) => flags.includes("SUPERVISED"),
};
const CONNECTED: PilotGuard = {
  code: "connected",
  needs: "state",
  text: {
    en: "The vehicles are not connected to the pilot management system",
    zh: "车辆尚未接入试点管理系统",
  },
  unskippable: PILOT_BASES.connection,
  holds: ({ before: { flags } }) => flags.includes("CONNECTED"),
};

export const ICV_PILOT: Lifecycle<PilotState, Flag, IcvPilotData> = {
  kind: "icv-pilot",
  version: 1,
  title: { en: "Access and on-road pilot", zh: "智能网联汽车准入和上路通行试点" },
  object: "sandboxApplication",
  initial: "FILED",
  stages: PILOT_STAGES,
  states: PILOT_STATES,
  flags: {
    MIIT_CONFIRMED: { en: "Confirmed by MIIT", zh: "工信部已确认" },
    MPS_CONFIRMED: { en: "Confirmed by the police", zh: "公安部已确认" },
    SUPERVISED: { en: "Test supervised", zh: "测试已受监督" },
    CONNECTED: { en: "Connected", zh: "已接入" },
  },
  actions: {
    fileIcvPilot: action(input.FILING, {
      title: { en: "File the pilot", zh: "申报试点" },
      from: "nothing",
      to: "FILED",
      roles: MAKERS,
      basis: PILOT_BASES.filing,
      change: ({ input: { organisation = "", ...fields }, actor }) => ({
        ...fields,
        organisation: actor.organisation ?? organisation,
      }),
      notifies: [{ to: PROVINCE }],
    }),
    forwardIcvPilot: action(input.FORWARDING, {
      title: { en: "Forward to MIIT", zh: "审核并报送工信部" },
      from: ["FILED"],
      to: "FORWARDED",
      roles: PROVINCE,
      basis: PILOT_BASES.filing,
      change: ({ input: forwarded }) => ({ forwarded }),
      notifies: [{ to: ["MIIT", "EIDC", "MPS"] }],
    }),
    confirmTestPlan: action(input.CONFIRMATION, {
      title: { en: "Confirm test and assessment plan", zh: "确认测试与评估方案" },
      from: ["FORWARDED"],
      to: ["FORWARDED", "TESTING"],
      choose: (context) => (isLastToConfirm(context) ? "TESTING" : "FORWARDED"),
      roles: CONFIRMERS,
      basis: PILOT_BASES.access,
      guards: [NOT_CONFIRMED],
      change: ({ data, input: { opinion }, actor, at }) => ({
        confirmations: [...data.confirmations, { at: today(at), department: departmentOf(actor.role), opinion }],
      }),
      effects: (["MIIT_CONFIRMED", "MPS_CONFIRMED"] as const).map((flag) => ({
        kind: "raise",
        flag,
        when: (context) => flagOf(context) === flag,
      })),
      notifies: [{ to: [...MAKERS, ...PROVINCE] }],
    }),
    superviseTest: action(input.VISIT, {
      title: { en: "Record supervision of the test", zh: "登记测试监督" },
      from: ["TESTING"],
      to: "same",
      roles: PROVINCE,
      basis: PILOT_BASES.access,
      change: ({ data, input: visit, at }) => ({ visits: [...data.visits, { at: today(at), ...visit }] }),
      effects: [{ kind: "raise", flag: "SUPERVISED" }],
    }),
    reportTestResult: action(input.RESULT, {
      title: { en: "Report results", zh: "提交测试与评估结果" },
      from: ["TESTING"],
      to: "EVALUATION",
      roles: MAKERS,
      basis: PILOT_BASES.access,
      guards: [SUPERVISED],
      change: ({ input: { result } }) => ({ result }),
      notifies: [{ to: ["EIDC", "MIIT"] }],
    }),
    evaluateAccess: action(input.EVALUATION, {
      title: { en: "Evaluate plan, execution and result", zh: "评估方案、实施与结果" },
      from: ["EVALUATION"],
      to: ["TESTING", "EVALUATED"],
      choose: ({ input: { plan, execution, result } }) => (plan && execution && result ? "EVALUATED" : "TESTING"),
      roles: ["EIDC"],
      basis: PILOT_BASES.access,
      change: ({ input: evaluation }) => ({ evaluation }),
      notifies: [{ to: ["MIIT", "MPS", ...MAKERS] }],
    }),
    grantAccess: action(input.PERMIT, {
      title: { en: "Grant access with restrictive measures", zh: "附限制性措施准入许可" },
      from: ["EVALUATED"],
      to: "CONNECTING",
      roles: ["MIIT"],
      basis: PILOT_BASES.permit,
      change: ({ input: permit }) => ({ permit }),
      effects: [{ kind: "issue", document: "permit" }],
      notifies: [{ to: [...CONSORTIUM, "MPS", ...PROVINCE], urgent: true }],
    }),
    connectPilotVehicles: action(input.CONNECTION, {
      title: { en: "Connect the vehicles", zh: "车辆接入试点管理系统" },
      from: LIVE,
      to: "same",
      roles: MAKERS,
      basis: PILOT_BASES.connection,
      guards: [
        {
          code: "number",
          needs: "input",
          text: {
            en: "More vehicles than the permit has (“Vehicles at most” of the case): connect fewer, or ask MIIT to change it",
            zh: "车辆数量超过许可上限（见案情“车辆数量上限”）：请减少接入车辆，或申请工信部调整",
          },
          holds: ({ data, input: { vehicles } }) => vehicles.length <= (data.permit?.maxVehicles ?? 0),
        },
        {
          // Which vehicles the platform has never heard of is established by the server.
          code: "heardOf",
          needs: "input",
          text: { en: "A vehicle has sent nothing to the platform", zh: "有车辆尚未向平台上传数据" },
          holds: ({ facts: { silent } }) => !(Array.isArray(silent) && silent.length > 0),
        },
      ],
      change: ({ input: connection }) => ({ connection }),
      effects: [{ kind: "raise", flag: "CONNECTED" }],
      notifies: [{ to: TOLD }],
    }),
    startOperation: action(input.OPERATION, {
      title: { en: "Start on-road operation", zh: "开始上路通行" },
      from: ["CONNECTING"],
      to: "OPERATING",
      roles: CONSORTIUM,
      basis: PILOT_BASES.connection,
      guards: [CONNECTED],
      change: ({ input: { insurance } }) => ({ insurance }),
      notifies: [{ to: TOLD }],
    }),
    reportPilotEvent: action(input.EVENT, {
      title: { en: "Report accident, failure or security event", zh: "报告事故、失效或安全事件" },
      from: LIVE,
      to: "same",
      roles: CONSORTIUM,
      basis: PILOT_BASES.operation,
      guards: [
        {
          code: "happenedBefore",
          needs: "input",
          text: { en: "It must have happened before now", zh: "发生时间不得晚于当前时间" },
          holds: ({ input: { happenedAt }, at }) => Date.parse(happenedAt) <= at,
        },
      ],
      change: ({ data, input: event }) => ({ events: [...data.events, event] }),
      notifies: [{ to: TOLD, urgent: true, text: ({ input: { what } }) => ({ en: what, zh: what }) }],
    }),
    concludePilotEvent: action(input.RESPONSIBILITY, {
      title: { en: "Record cause and responsibility", zh: "登记原因与责任认定" },
      from: LIVE,
      to: "same",
      roles: ["MPS", ...PROVINCE],
      basis: PILOT_BASES.operation,
      change: ({ data, input: found, at }) => ({
        responsibility: [...data.responsibility, { at: today(at), ...found }],
      }),
      notifies: [{ to: CONSORTIUM }],
    }),
    changeRestrictions: action(input.PERMIT, {
      title: { en: "Change the restrictive measures", zh: "调整限制性措施" },
      from: LIVE,
      to: "same",
      roles: ["MIIT"],
      basis: PILOT_BASES.access,
      begins: ({ data: { permit } }) => ({ ...permit }),
      change: ({ input: permit }) => ({ permit }),
      effects: [{ kind: "issue", document: "permit" }],
      notifies: [{ to: [...CONSORTIUM, "MPS", ...PROVINCE], urgent: true }],
    }),
    suspendPilot: action(input.WITH_REASONS, {
      title: { en: "Suspend", zh: "暂停试点" },
      from: ["OPERATING"],
      to: "SUSPENDED",
      roles: CONFIRMERS,
      basis: PILOT_BASES.lifecycle,
      // Either of the two departments suspends and resumes: the other must not learn of it from the maker.
      notifies: [{ to: [...TOLD, ...CONSORTIUM], urgent: true }],
    }),
    resumePilot: action(input.WITH_REASONS, {
      title: { en: "Resume", zh: "恢复试点" },
      from: ["SUSPENDED"],
      to: "OPERATING",
      roles: CONFIRMERS,
      basis: PILOT_BASES.lifecycle,
      guards: [CONNECTED],
      notifies: [{ to: [...TOLD, ...CONSORTIUM] }],
    }),
    refuseIcvPilot: action(input.WITH_REASONS, {
      title: { en: "Refuse", zh: "不予准入" },
      from: ["FORWARDED", "EVALUATED"],
      to: "REFUSED",
      roles: ["MIIT"],
      basis: PILOT_BASES.lifecycle,
      notifies: [{ to: [...CONSORTIUM, ...PROVINCE] }],
    }),
    endIcvPilot: action(input.WITH_REASONS, {
      title: { en: "End the pilot", zh: "结束试点" },
      from: ["FILED", "TESTING", "EVALUATION", ...LIVE],
      to: "ENDED",
      roles: ["MIIT", ...MAKERS],
      basis: PILOT_BASES.lifecycle,
      notifies: [{ to: [...TOLD, ...CONSORTIUM] }],
    }),
  },
  obligations: {},
  documents: { permit: { en: "Access permit with restrictive measures", zh: "附限制性措施的准入许可" } },
  fields: fields(),
  empty: { confirmations: [], visits: [], events: [], responsibility: [] },
  extentOf: ({ organisation, userEntity, region }) => ({
    organisations: [organisation, userEntity].filter((each) => each !== undefined),
    regions: region === undefined ? [] : [region],
    assigned: [],
    leads: ["MIIT"],
    coIssuers: ["MPS", "MOT"],
  }),
};

function fields(): { readonly [name: string]: FieldDefinition } {
  const long = { shape: "longText" } as const;
  const list = { shape: "list" } as const;
  return {
    organisation: organisationField({ en: "Maker", zh: "企业" }),
    userEntity: organisationField({ en: "User entity", zh: "使用主体" }),
    model: { title: { en: "Model", zh: "产品型号" } },
    level: {
      title: { en: "Level", zh: "自动驾驶等级" },
      shape: "choice",
      choices: input.FILING.properties.level["x-choices"]!,
    },
    cityConsent: { title: { en: "Consent of the city", zh: "城市人民政府同意文件" } },
    accessTestPlan: { title: { en: "Access-test plan", zh: "准入测试方案" }, ...long },
    safetyAssessmentPlan: { title: { en: "Safety-assessment plan", zh: "安全评估方案" }, ...long },
    "forwarded.opinion": { title: { en: "Opinion of the province", zh: "省级审核意见" }, ...long },
    confirmations: listField(
      { en: "Confirmed", zh: "确认" },
      object({
        at: DAY,
        department: choiceOf(DEPARTMENTS, { en: "Department", zh: "部门" }),
        ...input.CONFIRMATION.properties,
      }),
    ),
    visits: listField(
      { en: "Supervision of the test", zh: "测试监督" },
      object({ at: DAY, ...input.VISIT.properties }),
    ),
    result: { title: { en: "Results", zh: "测试与评估结果" }, ...long },
    "evaluation.opinion": { title: { en: "Evaluation", zh: "技术评估意见" }, ...long },
    "permit.permit": { title: { en: "Permit", zh: "准入许可编号" } },
    "permit.scenario": { title: { en: "Scenario", zh: "场景" } },
    "permit.roads": { title: { en: "Roads", zh: "路段" }, ...list },
    "permit.lanes": { title: { en: "Lanes", zh: "车道模式" } },
    "permit.maxSpeed": { title: { en: "Speed at most", zh: "最高车速" }, shape: "number", unit: "km/h" },
    "permit.maxVehicles": { title: { en: "Vehicles at most", zh: "车辆数量上限" }, shape: "number" },
    "permit.restrictions": { title: { en: "Further restrictive measures", zh: "其他限制性措施" }, ...long },
    "connection.reference": { title: { en: "Pilot management system", zh: "试点管理系统接入编号" } },
    "connection.vehicles": listField(
      { en: "Connected vehicles", zh: "已接入车辆" },
      input.CONNECTION.properties.vehicles.items,
    ),
    "connection.plates": { title: { en: "Plates", zh: "号牌" } },
    insurance: { title: { en: "Insurance", zh: "保险" } },
    events: listField({ en: "Events", zh: "事件" }, input.EVENT),
    responsibility: listField(
      { en: "Cause and responsibility", zh: "原因与责任认定" },
      object({ at: DAY, ...input.RESPONSIBILITY.properties }),
    ),
  };
}
