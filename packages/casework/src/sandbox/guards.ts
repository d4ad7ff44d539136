/** Conditions of the sandbox lifecycle. Those of hold for every role. */
import { BASES } from "../basis.ts";
import { ENTERPRISE_ROLES, type RoleCode } from "../access/roles.ts";
import type { Context, Guard } from "../lifecycle/definition.ts";
import type { Infer } from "../schema.ts";
import { hasTriggers, widens, type SandboxProjectData } from "./data.ts";
import { extensionAllowed } from "./extension.ts";
import { minorityOf, votersOf } from "./data-review.ts";
import type { AMEND, EXTEND, MITIGATION_ACCEPTED, PANEL, REHEARSAL, START, TERMINATION, WITHDRAW } from "./inputs.ts";
import type { SandboxFlag, SandboxState } from "./states.ts";

type ProjectContext<Input = never> = Context<SandboxState, SandboxFlag, SandboxProjectData, Input>;
type ProjectGuard<Input = never> = Guard<SandboxState, SandboxFlag, SandboxProjectData, Input>;

/** A document that the programme does not ask for is never missing. */
const hasDocument = (data: SandboxProjectData, kind: string) =>
  data.terms?.requiredDocuments.includes(kind) === false || (data.documents ?? []).some((each) => each.kind === kind);
const says = (value: string | undefined) => value !== undefined && value.trim() !== "";

export const AI_PROGRAMME = "ai-service-sandbox";

/** What a project tests, by its programme. */
export function subjectsOf({ terms, programme }: Pick<SandboxProjectData, "terms" | "programme">) {
  return terms?.subjects ?? (programme === AI_PROGRAMME ? "services" : "vehicles");
}

/** What an application needs before it is submitted (9.1, R-1.12). */
export const APPLICATION_COMPLETE: readonly ProjectGuard[] = [
  {
    code: "applicant",
    needs: "state",
    text: { en: "The application names no applicant", zh: "申请未填写申请单位" },
    holds: ({ data }) => says(data.applicant?.organisation),
  },
  {
    code: "accessProof",
    needs: "state",
    unskippable: BASES.accessProof,
    text: {
      en: "Market access (announcement batch) and the CCC certificate of the vehicles are not shown",
      zh: "未提供车辆《公告》准入和 CCC 强制性认证证明",
    },
    // An AI programme involves no vehicle: the plan may then name services only.
    holds: ({ data }) =>
      (data.terms === undefined ? data.programme === AI_PROGRAMME : !data.terms.requiresAccessProof) ||
      (says(data.access?.announcementBatch) &&
        says(data.access?.cccCertificate) &&
        (data.access?.commercial !== true || says(data.access.operatingStandard))),
  },
  {
    code: "exclusion",
    needs: "state",
    unskippable: BASES.exclusions,
    text: { en: "The project touches a matter that may not enter the sandbox", zh: "项目涉及禁止入盒事项" },
    holds: ({ data }) => (data.exclusions ?? []).length === 0,
  },
  {
    code: "objectType",
    needs: "state",
    text: { en: "The kind of the object is not stated", zh: "未填写对象类型" },
    holds: ({ data }) => subjectsOf(data) !== "vehicles" || says(data.technology?.objectType),
  },
  {
    code: "catalogueItem",
    needs: "state",
    text: { en: "The technology is not assigned to an item of the catalogue list", zh: "技术未对应目录清单项" },
    holds: ({ data }) => says(data.technology?.catalogueItem),
  },
  {
    code: "testPlan",
    needs: "state",
    text: { en: "The test plan is missing", zh: "缺少测试方案" },
    holds: ({ data }) => hasDocument(data, "testPlan"),
  },
  {
    code: "riskAssessment",
    needs: "state",
    text: { en: "The risk self-assessment is missing", zh: "缺少风险自评估" },
    holds: ({ data }) => hasDocument(data, "riskAssessment"),
  },
  {
    code: "emergencyPlan",
    needs: "state",
    text: { en: "The emergency plan is missing", zh: "缺少应急预案" },
    holds: ({ data }) => hasDocument(data, "emergencyPlan"),
  },
];

export function isEnterprise(role: RoleCode): boolean {
  return (ENTERPRISE_ROLES as readonly RoleCode[]).includes(role);
}

/** An enterprise applies for itself or as a party; nobody is entered as an applicant by a stranger. */
export const OWN_APPLICATION: ProjectGuard<{
  readonly applicant?: { readonly organisation: string };
  readonly parties?: readonly { readonly organisation: string }[];
}> = {
  code: "ownApplication",
  needs: "input",
  text: { en: "Your organisation must be the applicant or a party", zh: "您的单位须为申请单位或参与方" },
  holds: ({ actor, input }) => {
    if (!isEnterprise(actor.role)) return true;
    if (!says(actor.organisation)) return false;
    return (
      input.applicant === undefined ||
      [input.applicant, ...(input.parties ?? [])].some((party) => party.organisation === actor.organisation)
    );
  },
};

/** An edit may not remove the editor's own organisation from the project. */
export const STAYS_OWN: ProjectGuard<{
  readonly applicant?: { readonly organisation: string };
  readonly parties?: readonly { readonly organisation: string }[];
}> = {
  code: "staysOwn",
  needs: "input",
  text: { en: "Your organisation must remain the applicant or a party", zh: "您的单位须保留为申请单位或参与方" },
  holds: ({ actor, input, data }) => {
    if (!isEnterprise(actor.role)) return true;
    const parties = [input.applicant ?? data.applicant, ...(input.parties ?? data.parties ?? [])];
    return parties.some((party) => party?.organisation === actor.organisation);
  },
};

export const PANEL_VALID: readonly ProjectGuard<Infer<typeof PANEL>>[] = [
  {
    code: "conflictFree",
    needs: "input",
    text: {
      en: "At least three experts free of interest must have taken part, and nobody with an interest",
      zh: "须至少三名无利益关系专家参加，且不得有利益相关专家",
    },
    holds: ({ data, input }) => {
      const voters = votersOf(data, input);
      return (
        voters.every((voter) => voter.freeOfInterest) &&
        new Set(voters.filter((voter) => voter.vote !== undefined).map((voter) => voter.expert)).size >= 3
      );
    },
  },
  {
    code: "quorum",
    needs: "input",
    text: {
      en: "No quorum: more than half of the experts must vote for or against",
      zh: "未达法定人数：过半数专家须投赞成或反对票",
    },
    holds: ({ data, input }) => {
      const voters = votersOf(data, input);
      return voters.filter(({ vote }) => vote === "for" || vote === "against").length * 2 > voters.length;
    },
  },
  {
    code: "dissentRecorded",
    needs: "input",
    text: { en: "A dissenting expert's reasons are not recorded", zh: "未记录不同意见专家的理由" },
    holds: ({ data, input }) => {
      const voters = votersOf(data, input);
      const minority = minorityOf(voters);
      return voters.every((voter) => voter.vote !== minority || says(voter.reasons));
    },
  },
];

const plan = (code: string, en: string, zh: string, holds: (data: SandboxProjectData) => boolean): ProjectGuard => ({
  code,
  needs: "state",
  text: { en, zh },
  holds: ({ data }) => holds(data),
});

/** what bounds a test depends on what is tested: a service has users, functions and versions, but neither speed nor roads. */
function isContained(data: SandboxProjectData): boolean {
  const { maxVehicles, maxSpeed, regions, areas, roads, functions, softwareVersions, users } = data.limits ?? {};
  const ofVehicles =
    maxVehicles !== undefined || maxSpeed !== undefined || [regions, areas, roads].some((places) => hasAny(places));
  return (
    ofVehicles || (subjectsOf(data) !== "vehicles" && (says(users) || hasAny(functions) || hasAny(softwareVersions)))
  );
}

const hasAny = (list: readonly string[] = []): boolean => list.length > 0;

/** Access permits are granted to vehicles: a project of services has none to record. */
export const TESTS_VEHICLES: ProjectGuard = {
  code: "testsVehicles",
  needs: "state",
  idle: "notOwed",
  text: { en: "This programme tests services, not vehicles", zh: "本项目类别测试的是服务而非车辆" },
  holds: ({ data }) => subjectsOf(data) !== "services",
};

/** What both sides must have agreed before the test may be prepared (9.1, R-6.21, R-6.51). */
export const PLAN_COMPLETE: readonly ProjectGuard[] = [
  plan(
    "limits",
    "The plan sets no containment limits: at least the vehicles, their speed or the places of the test; of a service its users, functions or versions",
    "方案未设定测试边界：至少限定车辆数、车速或区域、道路；服务则限定用户范围、功能或软件版本",
    (data) => isContained(data),
  ),
  plan(
    "vehicles",
    "The plan names no vehicles or services",
    "方案未列明车辆或服务",
    ({ vehicles }) => (vehicles?.length ?? 0) > 0,
  ),
  plan(
    "vehicleKinds",
    "An AI programme names services, a vehicle programme names vehicles",
    "人工智能项目只能列入服务，车辆项目只能列入车辆",
    ({ vehicles, programme, terms }) => {
      const subjects = subjectsOf({ programme, terms });
      return (
        subjects === "either" ||
        (vehicles ?? []).every((id) => id.startsWith(subjects === "services" ? "sub_" : "veh_"))
      );
    },
  ),
  plan(
    "vehicleLimit",
    "The plan names more vehicles or services than its limits allow",
    "方案列入的车辆或服务数量超出边界",
    ({ vehicles, limits }) => limits?.maxVehicles === undefined || (vehicles?.length ?? 0) <= limits.maxVehicles,
  ),
  plan("triggers", "The plan has no trigger set", "方案未设定触发规则", ({ triggerSet }) => hasTriggers(triggerSet)),
  plan("safeguards", "The plan has no safeguards", "方案缺少保障措施", ({ safeguards }) => says(safeguards)),
  plan("insurance", "The plan has no insurance", "方案缺少保险", ({ insurance }) => says(insurance)),
  plan("earlyExit", "The plan has no early-exit part", "方案缺少提前退出方案", ({ earlyExit }) => says(earlyExit)),
];

export const SIGNED_BY_ENTERPRISE: ProjectGuard = plan(
  "enterpriseSignature",
  "The enterprise has not signed this text of the plan",
  "企业尚未签署当前方案文本",
  ({ enterpriseSignature, planRevision }) => enterpriseSignature?.planRevision === planRevision,
);

export const REHEARSED: ProjectGuard = plan(
  "rehearsed",
  "The plan's triggers have not been rehearsed",
  "方案的触发规则尚未演练",
  ({ rehearsedRevision, planRevision }) => rehearsedRevision === planRevision,
);

export const REHEARSAL_PERIOD: ProjectGuard<Infer<typeof REHEARSAL>> = {
  code: "rehearsalPeriod",
  needs: "input",
  text: { en: "A rehearsal on past data names its period", zh: "使用历史数据演练须注明时段" },
  holds: ({ input }) =>
    input.data === "simulated" ||
    (input.from !== undefined && input.to !== undefined && Date.parse(input.from) < Date.parse(input.to)),
};

export const START_CONFIRMED: ProjectGuard<Infer<typeof START>> = {
  code: "startConfirmed",
  needs: "input",
  text: { en: "Resources, monitoring and consents must all be confirmed", zh: "资源、监测接入和知情同意须全部确认" },
  holds: ({ input }) => input.resourcesVerified && input.monitoringConnected && input.consents,
};

/** Automatic suspension needs data that at least a platform vouches for; on less, the rule restricts and a person confirms. */
export const ASSURED: ProjectGuard<{ readonly assurance: string }> = {
  code: "assured",
  needs: "input",
  text: {
    en: "The data's assurance is below platform: restrict and confirm at once instead",
    zh: "数据可信级别低于平台级：应先限制并立即确认",
  },
  holds: ({ input }) => input.assurance !== "none",
};

export const HAS_MITIGATION: ProjectGuard<Infer<typeof MITIGATION_ACCEPTED>> = {
  code: "mitigationEvidence",
  needs: "input",
  text: { en: "There is no evidence that the risk is mitigated", zh: "缺少风险已缓解的证据" },
  holds: ({ input }) => says(input.evidence),
};

export const NO_OPEN_CONFIRMATION: ProjectGuard = {
  code: "noOpenConfirmation",
  needs: "state",
  text: {
    en: "The suspension demanded by a trigger is neither ordered nor dismissed",
    zh: "触发器要求的中止尚未下达或排除",
  },
  holds: ({ before }) => !before.flags.includes("CONFIRM_AT_ONCE"),
};

export const APPROVED_WIDENING: ProjectGuard<Infer<typeof AMEND>> = {
  code: "approvedWidening",
  needs: "input",
  text: {
    en: "Wider limits, more vehicles or other triggers are the authority's to enter: ask it with “Ask for a service”",
    zh: "放宽边界、增加车辆或变更触发规则须由主管部门变更方案，可通过“申请监管服务”提出",
  },
  holds: ({ actor, data, input }) => {
    if (!isEnterprise(actor.role)) return true;
    const isWider = input.limits !== undefined && widens(data.limits, input.limits);
    const isLarger =
      input.vehicles !== undefined && input.vehicles.some((each) => !(data.vehicles ?? []).includes(each));
    return !isWider && !isLarger && input.triggerSet === undefined;
  },
};

export const AMENDED_FITS: ProjectGuard<Infer<typeof AMEND>> = {
  code: "amendedFits",
  needs: "input",
  text: {
    en: "The amended plan names no vehicles, or more than its limits allow",
    zh: "变更后的方案未列明车辆或车辆数超出边界",
  },
  holds: ({ data, input }) => {
    const vehicles = input.vehicles ?? data.vehicles ?? [];
    const maximum = (input.limits ?? data.limits)?.maxVehicles;
    return vehicles.length > 0 && (maximum === undefined || vehicles.length <= maximum);
  },
};

export const MAY_EXTEND: ProjectGuard<Infer<typeof EXTEND>> = {
  code: "mayExtend",
  needs: "state",
  text: {
    en: "The test has been extended as often as allowed, or its period is over",
    zh: "延期次数已用尽或测试期已届满",
  },
  holds: ({ data, before, at }) => {
    const period = before.obligations.find((each) => each.code === "testPeriod" && each.ended === undefined);
    return data.extensions < extensionAllowed(data).times && period?.dueAt !== undefined && at <= period.dueAt;
  },
};

/** A test that runs may only be left by the early-exit plan that was agreed for it. */
export const EARLY_EXIT_EXECUTED: ProjectGuard<Infer<typeof WITHDRAW>> = {
  code: "earlyExitExecuted",
  needs: "input",
  text: { en: "The agreed early-exit plan has not been executed", zh: "尚未执行约定的提前退出方案" },
  holds: ({ before, input }) =>
    (before.state !== "TESTING" && before.state !== "RESTRICTED" && before.state !== "SUSPENDED") ||
    input.earlyExitExecuted === true,
};

export const TERMINATION_CHECKED: ProjectGuard<Infer<typeof TERMINATION>> = {
  code: "terminationChecked",
  needs: "input",
  text: { en: "Spill-over, users and devices must be dealt with first", zh: "须先核查风险外溢、告知用户并恢复装置" },
  holds: ({ input }) => input.spillOverChecked && input.usersInformed && input.devicesRestored,
};

export const endedAs = (...endings: readonly string[]): ProjectGuard => ({
  code: "ending",
  needs: "state",
  text: { en: "This exit does not fit how the test ended", zh: "该出盒方式与测试结束情形不符" },
  holds: ({ data }) => data.ending !== undefined && endings.includes(data.ending),
});

export const APPEAL_IN_TIME = (limitDays: number): ProjectGuard => ({
  code: "appealInTime",
  needs: "state",
  text: { en: "The time for an appeal is over, or one is pending", zh: "申诉期已过或已有申诉在办" },
  holds: ({ data, at }: ProjectContext) =>
    data.appeal === undefined &&
    data.refusedAt !== undefined &&
    at <= data.refusedAt + (data.terms?.appealDays ?? limitDays) * 86_400_000,
});

export const APPEAL_PENDING: ProjectGuard = {
  code: "appealPending",
  needs: "state",
  text: { en: "No appeal is pending", zh: "没有在办申诉" },
  holds: ({ data }) => data.appeal !== undefined,
};

export const hasFlag = (flag: SandboxFlag, en: string, zh: string): ProjectGuard => ({
  code: `flag-${flag}`,
  needs: "state",
  idle: "notOwed",
  text: { en, zh },
  holds: ({ before }) => before.flags.includes(flag),
});

export const hasOpen = (obligation: string, en: string, zh: string): ProjectGuard => ({
  code: `open-${obligation}`,
  needs: "state",
  idle: "notOwed",
  text: { en, zh },
  holds: ({ before }) => before.obligations.some((each) => each.code === obligation && each.ended === undefined),
});
