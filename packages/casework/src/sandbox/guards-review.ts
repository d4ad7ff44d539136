/**
 * Conditions that the programme pinned in a project sets. A project that was filed before there were programmes has none and is
 * judged as it was then.
 */
import { BASES } from "../basis.ts";
import { ENTERPRISE_ROLES, type RoleCode } from "../access/roles.ts";
import type { Context, Guard } from "../lifecycle/definition.ts";
import { gradeOf } from "../programmes/mod.ts";
import type { Infer } from "../schema.ts";
import { extentOfProject, type SandboxProjectData } from "./data.ts";
import { competent } from "./departments.ts";
import { extensionAllowed } from "./extension.ts";
import { missingDocuments, resultOf, scoreOf, type PanelMember, type RehearsalFacts } from "./data-review.ts";
import type { ADMIT, ASSESSMENT_START, EXIT, PANEL } from "./inputs.ts";
import {
  INCIDENT_DUTIES,
  type BALLOT,
  type JOIN,
  type PERIODIC,
  type REQUEST_EXTENSION,
  type TOLERANCE,
} from "./inputs-review.ts";
import { NEVER_TOLERABLE } from "./names.ts";
import { lastOpinionOf } from "./opinions.ts";
import type { SandboxFlag, SandboxState } from "./states.ts";

type ProjectContext<Input = never> = Context<SandboxState, SandboxFlag, SandboxProjectData, Input>;
type ProjectGuard<Input = never> = Guard<SandboxState, SandboxFlag, SandboxProjectData, Input>;
const says = (value: string | undefined) => value !== undefined && value.trim() !== "";

const competentOr = (...others: readonly RoleCode[]): ProjectGuard => competent(extentOfProject, ...others);
export const COMPETENT = competentOr();

/** The technical centre examines where its department has a part; the assigned expert is checked by assignment. */
export const COMPETENT_OR_TECHNICAL = competentOr("RECALL_CENTER", "EXPERT");

export function isParty(role: RoleCode): boolean {
  return (ENTERPRISE_ROLES as readonly RoleCode[]).includes(role);
}
/** What either side does for itself; the supervisor speaks for neither side alone. */
export const COMPETENT_OR_PARTY = competentOr(...ENTERPRISE_ROLES);
/** What everybody with a part in the test may do, but no department that only gives its opinion. */
export const COMPETENT_OR_INVOLVED = competentOr(...ENTERPRISE_ROLES, "RECALL_CENTER");

/** A department that issued the programme gives its opinion on it; no other does. */
export const CO_ISSUER: ProjectGuard = {
  code: "coIssuer",
  needs: "state",
  idle: "notYours",
  text: { en: "Only departments that issued the programme give an opinion", zh: "仅联合发文部门可发表意见" },
  holds: ({ actor, data }) => actor.role === "SUPERVISOR_ALL" || (data.terms?.coIssuers.includes(actor.role) ?? false),
};

export const PROGRAMME_RULES: readonly ProjectGuard[] = [
  {
    code: "inCatalogue",
    needs: "state",
    text: { en: "The technology is no item of the programme's catalogue", zh: "技术不在目录清单内" },
    holds: ({ data }) =>
      data.terms === undefined || data.terms.catalogue.includes(data.technology?.catalogueItem ?? ""),
  },
  {
    code: "documentsComplete",
    needs: "state",
    text: { en: "Required documents of the programme are missing, see the checklist", zh: "缺少必交材料，见材料清单" },
    holds: ({ data }) => missingDocuments(data).length === 0,
  },
  {
    code: "partyConsent",
    needs: "state",
    text: { en: "Not every further party has consented to take part", zh: "尚有参与方未确认自愿参加" },
    holds: ({ data }) =>
      data.terms === undefined ||
      (data.parties ?? []).every((party) =>
        (data.consents ?? []).some((consent) => consent.organisation === party.organisation),
      ),
  },
  {
    code: "unforeseeableRisk",
    needs: "state",
    text: {
      en: "Novelty and knowledge gap are not stated: the risk must be hard to foresee",
      zh: "未说明新颖性与认知空白：风险须为现有认知难以预见",
    },
    holds: ({ data }) =>
      data.terms?.programme !== "automobile-safety-sandbox" ||
      (says(data.technology?.novelty) && says(data.technology?.knowledgeGap)),
  },
];

/** Only a named party that has not yet joined may do so; the supervisor may enter what came on paper. */
export const MAY_JOIN: ProjectGuard = {
  code: "mayJoin",
  needs: "state",
  idle: "notYours",
  text: {
    en: "Your organisation is no further party, or has consented already",
    zh: "您的单位不是其他参与方或已确认参加",
  },
  holds: ({ actor, data }) =>
    unjoined(data).some((organisation) => actor.role === "SUPERVISOR_ALL" || organisation === actor.organisation),
};
export const JOINS_BY_CONSENT: ProjectGuard<Infer<typeof JOIN>> = {
  code: "byConsent",
  needs: "input",
  text: { en: "A further party joins only by consent, for itself", zh: "其他参与方须自愿同意并代表本单位" },
  holds: ({ actor, data, input }) =>
    input.consent && (actor.role !== "SUPERVISOR_ALL" || unjoined(data).includes(input.organisation ?? "")),
};
function unjoined({ parties = [], consents = [] }: SandboxProjectData): readonly string[] {
  return parties
    .map((party) => party.organisation)
    .filter((organisation) => !consents.some((consent) => consent.organisation === organisation));
}

export const TIER_EXPLAINED: ProjectGuard<Infer<typeof ASSESSMENT_START>> = {
  code: "tierExplained",
  needs: "input",
  text: {
    en: "A tier other than the one that the points give needs reasons",
    zh: "采用与评分不同的风险等级须说明理由",
  },
  holds: ({ data, input }) => {
    if (data.terms === undefined || input.riskTier === undefined) return true;
    const { tier } = gradeOf(data.terms, {
      factors: input.riskFactors ?? data.riskFactors ?? [],
      credit: input.credit,
      businessModel: data.businessModel,
    });
    return input.riskTier === tier || says(input.tierReasons);
  },
};

/** Every factor is one of the programme: a misspelt code would silently count nothing. */
export const KNOWN_FACTORS: ProjectGuard<Partial<Infer<typeof ASSESSMENT_START>>> = {
  code: "knownFactors",
  needs: "input",
  text: { en: "A risk factor is none of the programme's", zh: "风险因素代码不属于本项目类别" },
  holds: ({ data, input }) =>
    data.terms === undefined ||
    (input.riskFactors ?? []).every((code) => Object.hasOwn(data.terms?.grading.points ?? {}, code)),
};

export const DECLARES_ONCE: ProjectGuard = {
  code: "declaresOnce",
  needs: "state",
  idle: "notYours",
  text: { en: "You have declared already", zh: "您已作出声明" },
  holds: ({ actor, data }) => !(data.panel?.members ?? []).some((member) => member.id === actor.id),
};
/** Free of interest, and not yet voted: each of them is said by itself, so that an expert knows what to do next, or why there is nothing. */
export const MAY_CAST: readonly ProjectGuard[] = [
  {
    code: "hasDeclared",
    needs: "state",
    text: {
      en: "Declare first whether you have an interest in the project or its parties",
      zh: "请先作出利益关系声明",
    },
    holds: (context) => memberOf(context) !== undefined,
  },
  {
    code: "freeOfInterest",
    needs: "state",
    text: { en: "You declared an interest: you do not score or vote", zh: "您已声明存在利益关系，不参加评分与表决" },
    holds: (context) => memberOf(context)?.freeOfInterest !== false,
  },
  {
    code: "castOnce",
    needs: "state",
    text: { en: "Your ballot is cast; it is cast once", zh: "您已表决，每人只能表决一次" },
    holds: (context) => memberOf(context)?.vote === undefined,
  },
];
function memberOf({ actor, data }: ProjectContext): PanelMember | undefined {
  return (data.panel?.members ?? []).find((member) => member.id === actor.id);
}
/** Scores are for the criteria of admission; the final evaluation may be a vote alone. */
export const isScored = ({ terms, panel }: SandboxProjectData): boolean =>
  terms !== undefined && panel?.round !== "final";

export const BALLOT_COMPLETE: ProjectGuard<Infer<typeof BALLOT>> = {
  code: "ballotComplete",
  needs: "input",
  text: {
    en: "For admission every criterion of the programme is scored once, from 0 to 100",
    zh: "入盒评估须对每项评估标准各评分一次（0 至 100 分）",
  },
  holds: ({ data, input }) =>
    !isScored(data) ||
    (input.scores.length === data.terms?.criteria.length && scoreOf(data.terms, input.scores) !== undefined),
};

export const OBJECTIONS_ANSWERED: ProjectGuard<Infer<typeof ADMIT>> = {
  code: "objectionsAnswered",
  needs: "input",
  text: { en: "A co-issuing department objects and has no answer", zh: "联合发文部门有异议，尚未答复" },
  holds: ({ data, input }) =>
    says(input.objectionsAnswered) ||
    (data.terms?.coIssuers ?? []).every((role) => lastOpinionOf(data, role)?.opinion !== "object"),
};
export const ABOVE_MARK: ProjectGuard<Infer<typeof ADMIT>> = {
  code: "aboveMark",
  needs: "input",
  text: {
    en: "The panel scored below the pass mark: say why it is admitted",
    zh: "专家评分低于合格分，须说明准入理由",
  },
  holds: ({ data, input }) => {
    const result = (data.panelResults ?? []).filter((each) => each.round === "admission").at(-1);
    return (
      result?.score === undefined ||
      result.passMark === undefined ||
      result.score >= result.passMark ||
      says(input.belowMarkReasons)
    );
  },
};

export const PANEL_BIG_ENOUGH: ProjectGuard<Infer<typeof PANEL>> = {
  code: "panelSize",
  needs: "input",
  text: { en: "The risk tier demands a larger panel", zh: "该风险等级要求更多专家" },
  holds: (context) => {
    const { data, input } = context;
    if (data.terms === undefined) return true;
    return resultOf(data, input, "admission", 0).experts >= data.terms.tiers[data.riskTier ?? "medium"].panelSize;
  },
};

const plan = (code: string, en: string, zh: string, holds: (data: SandboxProjectData) => boolean): ProjectGuard => ({
  code,
  needs: "state",
  text: { en, zh },
  holds: ({ data }) => data.terms === undefined || holds(data),
});
/** What the programme demands of a plan before both sides sign it. */
export const PLAN_OF_PROGRAMME: readonly ProjectGuard[] = [
  plan(
    "goals",
    "The plan states no goals, hypotheses and metrics",
    "方案缺少目标、假设与指标",
    (data) => says(data.goals) && says(data.hypotheses) && says(data.metrics),
  ),
  plan("emergency", "The plan has no emergency plan", "方案缺少应急预案", ({ emergency }) => says(emergency)),
  plan(
    "consentAndCompensation",
    "Persons take part: consent and compensation are not set",
    "涉及参与人：未约定知情同意与补偿",
    ({ terms, consent, compensation }) => terms?.involvesSubjects !== true || (says(consent) && says(compensation)),
  ),
  plan(
    "insuranceMinimum",
    "The cover per vehicle is below the programme's minimum",
    "每车保额低于本项目类别下限",
    ({ terms, insuranceAmount }) =>
      terms?.insuranceMinimum === undefined || (insuranceAmount ?? 0) >= terms.insuranceMinimum,
  ),
  plan(
    "tierLimits",
    "The limits exceed what the risk tier allows",
    "测试边界超出风险等级允许范围",
    ({ terms, riskTier = "medium", vehicles, limits }) => {
      const tier = terms?.tiers[riskTier];
      if (tier === undefined) return true;
      const { maxSubjects = Infinity, maxSpeed = Infinity } = tier;
      return (
        (vehicles?.length ?? 0) <= maxSubjects &&
        (limits?.maxVehicles ?? 0) <= maxSubjects &&
        (maxSpeed === Infinity || (limits?.maxSpeed ?? Infinity) <= maxSpeed)
      );
    },
  ),
  plan(
    "tierPacks",
    "The trigger set is not built on a rule pack of the risk tier",
    "触发规则集未采用该风险等级的规则包",
    ({ terms, riskTier = "medium", triggerSet }) => {
      const packs = terms?.tiers[riskTier].rulePacks ?? [];
      return packs.length === 0 || packs.includes(triggerSet?.pack ?? "");
    },
  ),
  plan(
    "cycle",
    "The test period is longer than the programme allows",
    "测试周期超过本项目类别上限",
    ({ terms, months }) => months === undefined || months <= (terms?.testMonths ?? Infinity),
  ),
];

/** A rehearsal counts when the server saw it: the set of this very plan, run over rows, without a failed expectation. */
export const REHEARSAL_SEEN: ProjectGuard = {
  code: "rehearsalSeen",
  needs: "input",
  text: {
    en: "The server has seen no run of exactly these triggers: run them over past data on the page “Entry”, or take a rule pack or published rules, which bring cases",
    zh: "系统未见对该规则集的实际演练：请在“入盒评估”页用历史数据演练，或采用自带用例的规则包、已发布规则",
  },
  holds: ({ data, facts }) => {
    if (data.terms === undefined) return true;
    const seen = facts["rehearsal"] as unknown as RehearsalFacts | undefined;
    return seen !== undefined && seen.setHash === data.triggerSet?.hash && seen.rows > 0;
  },
};

export const REHEARSAL_PASSED: ProjectGuard = {
  code: "rehearsalPassed",
  needs: "input",
  text: {
    en: "The triggers did not pass the cases of their rule pack or published rules: the plan changes what they mean",
    zh: "规则集未通过规则包或已发布规则自带的用例：方案改变了规则的含义",
  },
  holds: ({ data, facts }) =>
    data.terms === undefined || ((facts["rehearsal"] as unknown as RehearsalFacts | undefined)?.failed ?? 0) === 0,
};

/** What an assessment names as its draft is what the records say when it is recorded; the server has read them again. */
export const DRAFT_STANDS: ProjectGuard<Infer<typeof PERIODIC>> = {
  code: "draftStands",
  needs: "input",
  text: {
    en: "The records have changed since the draft was made: read it again",
    zh: "草稿生成后记录已有变化，请重新阅读",
  },
  holds: ({ input, facts }) =>
    input.draft === undefined || (facts["draft"] as { readonly hash?: string } | undefined)?.hash === input.draft,
};

export const FITS_EXTENSION: ProjectGuard<Infer<typeof REQUEST_EXTENSION>> = {
  code: "fitsExtension",
  needs: "input",
  text: { en: "An extension this long is not allowed", zh: "延期时长超出允许范围" },
  holds: ({ data, input }) => input.months <= extensionAllowed(data).months,
};

/** a tolerance decision never reaches these, whoever decides. */
export const TOLERABLE_MATTER: ProjectGuard<Infer<typeof TOLERANCE>> = {
  code: "tolerable",
  needs: "input",
  unskippable: BASES.noImmunity,
  text: {
    en: "Injury or death, concealment, false filing and recall duties can never be tolerated",
    zh: "人员伤亡、隐瞒、虚假备案和召回义务不得容错",
  },
  holds: ({ data, input, at }) => {
    if (Object.hasOwn(NEVER_TOLERABLE, input.matter)) return false;
    const incident = (data.incidents ?? []).find((each) => each.id === input.incident);
    return (
      (input.incident === undefined || incident !== undefined) &&
      (incident === undefined || incident.injured + incident.dead === 0) &&
      Date.parse(input.expiresAt) > at
    );
  },
};

export const PROMOTES_RESULTS: ProjectGuard<Infer<typeof EXIT>> = {
  code: "results",
  needs: "input",
  text: { en: "Promotion names the results, one by one", zh: "推广须逐项列明成果" },
  holds: ({ input }) => (input.results ?? []).length + (input.promotions ?? []).length > 0,
};

/** A project never ends while a report that the law demands is open (9.3). */
export const INCIDENTS_REPORTED: ProjectGuard = {
  code: "incidentsReported",
  needs: "state",
  unskippable: BASES.noImmunity,
  text: { en: "A report of an incident that the law demands is still open", zh: "尚有法定事件报告未履行" },
  holds: ({ before }) =>
    !before.obligations.some((each) => each.ended === undefined && INCIDENT_DUTIES.some((code) => code === each.code)),
};
export const REPORTED_BEFORE_LAPSE: ProjectGuard = {
  ...INCIDENTS_REPORTED,
  holds: (context) => context.before.state !== "READY" || INCIDENTS_REPORTED.holds(context),
};

export type { ProjectContext, ProjectGuard };
