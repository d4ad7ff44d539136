/** Actions of an OTA filing. */
import type { RoleCode } from "../access/roles.ts";
import { actionsFor } from "../lifecycle/definition.ts";
import type { Infer } from "../schema.ts";
import { dateOf, dayOf } from "../time/shanghai.ts";
import { classOf, failsOften, lacksPermit, leftRemarks, permitsOf, stopsSale, type OtaData } from "./data.ts";
import * as guard from "./guards.ts";
import * as input from "./inputs.ts";
import { FREQUENT_FILINGS, OTA_BASES } from "./law.ts";
import type { OtaFlag, OtaState } from "./states.ts";

const action = actionsFor<OtaState, OtaFlag, OtaData>();
type Revision = Infer<typeof input.REVISION>;
const MAKERS = ["OEM", "IMPORTER", "SUPERVISOR_ALL"] as const satisfies readonly RoleCode[];
const EXAMINERS = ["SAMR", "RECALL_CENTER", "SUPERVISOR_ALL"] as const satisfies readonly RoleCode[];
const PERMITTERS = ["MIIT", "EIDC", "SUPERVISOR_ALL"] as const satisfies readonly RoleCode[];
const TOLD = ["SAMR", "RECALL_CENTER"] as const;
const MAKERS_TOLD = ["OEM", "IMPORTER"] as const;
const PREPARING = ["DRAFT", "CLASSIFIED", "RETURNED"] as const satisfies readonly OtaState[];

export const OTA_ACTIONS = {
  prepareOta: action(input.CAMPAIGN, {
    title: { en: "Prepare OTA campaign", zh: "起草远程升级活动" },
    from: "nothing",
    to: "DRAFT",
    roles: MAKERS,
    basis: OTA_BASES.filing,
    change: ({ input: campaign, actor, facts }) => {
      const organisation = typeof facts.organisation === "string" ? facts.organisation : actor.organisation;
      return { ...campaign, ...(organisation === undefined ? {} : { organisation }) };
    },
    effects: [
      {
        kind: "raise",
        flag: "FREQUENT",
        when: ({ facts }) => Number(facts.filingsOfYear ?? 0) >= FREQUENT_FILINGS.amount,
      },
    ],
    summary: ({ purpose }) => ({ en: purpose, zh: purpose }),
  }),
  // What is corrected may have other answers to the questions: they are given again, beginning with those of before.
  reviseOta: action(input.REVISION, {
    title: { en: "Correct the campaign", zh: "修改升级活动" },
    from: PREPARING,
    to: "DRAFT",
    roles: MAKERS,
    basis: OTA_BASES.lifecycle,
    begins: ({ data }) =>
      Object.fromEntries(Object.keys(input.REVISION.properties).map((name) => [name, data[name as keyof Revision]])),
    change: ({ input: campaign }) => campaign,
    summary: ({ purpose }) => ({ en: purpose, zh: purpose }),
  }),
  classifyOta: action(input.ANSWERS, {
    title: { en: "Classify by questions", zh: "分类判定" },
    from: PREPARING,
    to: "CLASSIFIED",
    roles: MAKERS,
    basis: OTA_BASES.noParameter,
    begins: ({ data }) => data.answers ?? {},
    change: ({ input: answers }) => ({ answers, class: classOf(answers) }),
    effects: [
      { kind: "raise", flag: "RECALL", when: ({ input: { removesDefect } }) => removesDefect },
      { kind: "lower", flag: "RECALL", when: ({ input: { removesDefect } }) => !removesDefect },
      { kind: "raise", flag: "STOP_SALE", when: ({ input: answers }) => stopsSale(answers) },
      { kind: "lower", flag: "STOP_SALE", when: ({ input: answers }) => !stopsSale(answers) },
      {
        kind: "raise",
        flag: "PERMIT_NEEDED",
        when: ({ data, input: answers }) => lacksPermit({ ...data, answers }),
      },
      { kind: "lower", flag: "PERMIT_NEEDED", when: ({ input: answers }) => permitsOf(answers).length === 0 },
      // An update may not hide a defect: who evaluates it sees that one is being looked into.
      {
        kind: "raise",
        flag: "DEFECT_OPEN",
        when: ({ facts, input: { removesDefect } }) => !removesDefect && Number(facts.defectFiles ?? 0) > 0,
      },
      {
        kind: "lower",
        flag: "DEFECT_OPEN",
        when: ({ facts, input: { removesDefect } }) => removesDefect || Number(facts.defectFiles ?? 0) === 0,
      },
    ],
    summary: ({ grounds }) => ({ en: grounds, zh: grounds }),
  }),
  assessOta: action(input.ASSESSMENT, {
    title: { en: "Fill in the safety assessment", zh: "填写安全技术评估信息表" },
    from: ["CLASSIFIED", "RETURNED"],
    to: "same",
    roles: MAKERS,
    basis: OTA_BASES.filing,
    guards: [guard.KEEPS_DATA_HOME],
    begins: ({ data }) => data.assessment ?? {},
    change: ({ input: assessment }) => ({ assessment }),
  }),
  fileOta: action(input.FILING, {
    title: { en: "File", zh: "提交备案" },
    from: ["CLASSIFIED", "RETURNED"],
    to: "FILED",
    roles: MAKERS,
    basis: OTA_BASES.filing,
    guards: [guard.IS_ASSESSED],
    begins: ({ data: { packageName, packageSha256 } }) => ({ packageName, packageSha256 }),
    change: ({ input: fields }) => fields,
    effects: [
      { kind: "open", obligation: "examine" },
      { kind: "meet", obligation: "complete" },
      { kind: "issue", document: "otaReceipt" },
    ],
    notifies: [{ to: [...TOLD, "MIIT", "EIDC"] }],
  }),
  returnOta: action(input.WITH_REASONS, {
    title: { en: "Return the filing", zh: "退回备案" },
    from: ["FILED"],
    to: "RETURNED",
    roles: EXAMINERS,
    basis: OTA_BASES.lifecycle,
    effects: [
      { kind: "meet", obligation: "examine" },
      { kind: "open", obligation: "complete" },
      { kind: "issue", document: "otaReturn" },
    ],
    notifies: [{ to: MAKERS_TOLD, urgent: true, text: ({ input: { reasons } }) => ({ en: reasons, zh: reasons }) }],
  }),
  evaluateOta: action(input.EVALUATION, {
    title: { en: "Evaluate the package", zh: "评估升级包" },
    from: ["FILED", "RELEASED", "HALTED", "MONITORED"],
    to: "same",
    roles: EXAMINERS,
    basis: OTA_BASES.filing,
    change: ({ input: fields }) => fields,
    effects: [{ kind: "meet", obligation: "examine" }],
  }),
  permitOta: action(input.PERMIT, {
    title: { en: "Grant permit", zh: "准予许可" },
    from: ["CLASSIFIED", "RETURNED", "FILED"],
    to: "same",
    roles: PERMITTERS,
    basis: OTA_BASES.parameters,
    guards: [guard.NEEDS_PERMIT, guard.PERMIT_OF_KIND],
    change: ({ data, input: { kind, permit } }) => ({ permits: { ...data.permits, [kind]: permit } }),
    effects: [
      {
        kind: "lower",
        flag: "PERMIT_NEEDED",
        when: ({ data, input: { kind, permit } }) =>
          !lacksPermit({ ...data, permits: { ...data.permits, [kind]: permit } }),
      },
      { kind: "issue", document: "otaPermit" },
    ],
    notifies: [{ to: [...MAKERS_TOLD, ...TOLD] }],
  }),
  releaseOta: action(input.STAGE, {
    title: { en: "Release", zh: "实施升级" },
    from: ["FILED"],
    to: "RELEASED",
    roles: MAKERS,
    basis: OTA_BASES.filing,
    guards: [...guard.RELEASE_GUARDS, guard.STAGES_FIT],
    change: ({ data, input: { stage, vehicles }, at }) => ({
      stages: [...data.stages, { at: dateOf(dayOf(at)), stage, vehicles }],
    }),
    effects: [
      { kind: "cancel", obligation: "examine" },
      { kind: "open", obligation: "reportOta" },
    ],
    notifies: [{ to: TOLD }],
  }),
  widenOta: action(input.STAGE, {
    title: { en: "Release to more vehicles", zh: "扩大推送范围" },
    from: ["RELEASED"],
    to: "same",
    roles: MAKERS,
    basis: OTA_BASES.management,
    guards: [guard.STAGES_FIT],
    change: ({ data, input: { stage, vehicles }, at }) => ({
      stages: [...data.stages, { at: dateOf(dayOf(at)), stage, vehicles }],
    }),
  }),
  reportOtaResults: action(input.RESULTS, {
    title: { en: "Report results", zh: "报告升级结果" },
    from: ["RELEASED", "HALTED", "MONITORED"],
    to: "same",
    roles: MAKERS,
    basis: OTA_BASES.management,
    guards: [guard.RESULTS_FIT],
    change: ({ data, input: results, at }) => {
      const day = dateOf(dayOf(at));
      const { succeeded, failed, refused } = results;
      return {
        results: [...data.results, { at: day, ...results }],
        outcomes: [...data.outcomes, `${day}: ${succeeded} / ${failed} / ${refused}`],
      };
    },
    effects: [
      { kind: "meet", obligation: "reportOta" },
      { kind: "open", obligation: "reportOta", when: ({ before }) => before.state !== "MONITORED" },
      { kind: "raise", flag: "FAILURES", when: ({ input: results }) => failsOften(results) },
      { kind: "lower", flag: "FAILURES", when: ({ input: results }) => !failsOften(results) },
    ],
    notifies: [{ to: TOLD, urgent: true, when: ({ input: results }) => failsOften(results) }],
  }),
  haltOta: action(input.WITH_REASONS, {
    title: { en: "Halt the release", zh: "暂停升级" },
    from: ["RELEASED"],
    to: "HALTED",
    roles: [...MAKERS, "SAMR", "RECALL_CENTER"],
    basis: OTA_BASES.lifecycle,
    change: ({ actor }) => ({ haltedBy: actor.role }),
    notifies: [{ to: [...MAKERS_TOLD, ...TOLD], urgent: true }],
  }),
  resumeOta: action(input.WITH_REASONS, {
    title: { en: "Resume the release", zh: "恢复升级" },
    from: ["HALTED"],
    to: "RELEASED",
    roles: [...MAKERS, "SAMR", "RECALL_CENTER"],
    basis: OTA_BASES.lifecycle,
    guards: [guard.HALTED_BY_OWN_SIDE],
    notifies: [{ to: [...MAKERS_TOLD, ...TOLD] }],
  }),
  endRollout: action(input.NOTHING, {
    title: { en: "End the rollout", zh: "推送完成" },
    from: ["RELEASED"],
    to: "MONITORED",
    roles: MAKERS,
    basis: OTA_BASES.lifecycle,
    effects: [
      { kind: "cancel", obligation: "reportOta" },
      { kind: "open", obligation: "monitorOta" },
    ],
  }),
  finishOta: action(input.NOTHING, {
    title: { en: "Finish", zh: "完成升级活动" },
    from: ["MONITORED"],
    to: "DONE",
    roles: MAKERS,
    basis: OTA_BASES.management,
    guards: [guard.HAS_RESULTS],
    remarks: ({ data }) => leftRemarks(data),
    effects: [
      { kind: "meet", obligation: "monitorOta" },
      { kind: "cancel", obligation: "all" },
    ],
    notifies: [{ to: TOLD }],
  }),
  rollBackOta: action(input.WITH_REASONS, {
    title: { en: "Roll back", zh: "回退" },
    from: ["RELEASED", "HALTED", "MONITORED"],
    to: "ROLLED_BACK",
    roles: MAKERS,
    fourEyes: OTA_BASES.lifecycle,
    basis: OTA_BASES.lifecycle,
    effects: [{ kind: "cancel", obligation: "all" }],
    notifies: [{ to: TOLD, urgent: true }],
  }),
  withdrawOta: action(input.WITH_REASONS, {
    title: { en: "Withdraw", zh: "撤回" },
    from: [...PREPARING, "FILED"],
    to: "WITHDRAWN",
    roles: MAKERS,
    basis: OTA_BASES.lifecycle,
    effects: [{ kind: "cancel", obligation: "all" }],
  }),
} as const;

/** What the second version adds: monitoring after the rollout ends with a report of it. */
export const OTA_MONITORING_ACTIONS = {
  endRollout: {
    ...OTA_ACTIONS.endRollout,
    change: ({ data }: { readonly data: OtaData }) => ({ resultsAtEnd: data.results.length }),
  },
  finishOta: { ...OTA_ACTIONS.finishOta, guards: [guard.HAS_RESULTS, guard.RESULTS_SINCE_END] },
} as const;
