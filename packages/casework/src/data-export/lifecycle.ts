/**
 * DataExport, REQUIREMENTS 9.7: the way is worked out from what is exported, and nothing leaves before that way is gone
 * . Counts that outgrow it stop the export until it is filed anew.
 */
import type { RoleCode } from "../access/roles.ts";
import { proposal } from "../basis.ts";
import { DATA_BASES, IMPORTANT_DATA } from "../data-security/law.ts";
import { organisationField } from "../fields.ts";
import { actionsFor, type Context, type Guard, type Lifecycle } from "../lifecycle/definition.ts";
import type { Infer } from "../schema.ts";
import * as input from "./inputs.ts";
import { EXPORT_ROUTES, isStricter, ROUTES, VALIDITY } from "./route.ts";
import {
  DATA_EXPORT_FLAGS,
  DATA_EXPORT_STAGES,
  DATA_EXPORT_STATES,
  filed,
  outgrows,
  routed,
  type DataExportData,
  type DataExportFlag,
  type DataExportState,
} from "./states.ts";

const action = actionsFor<DataExportState, DataExportFlag, DataExportData>();
type ExportGuard<Input = never> = Guard<DataExportState, DataExportFlag, DataExportData, Input>;
const MAKERS = ["OEM", "IMPORTER", "SUPERVISOR_ALL"] as const satisfies readonly RoleCode[];
const AUTHORITY = ["CAC", "SUPERVISOR_ALL"] as const satisfies readonly RoleCode[];
const MAKERS_TOLD = ["OEM", "IMPORTER"] as const;
const OPEN = ["SELF_CHECK", "RETURNED", "EXEMPT", "APPROVED"] as const satisfies readonly DataExportState[];
type Open = (typeof OPEN)[number];

/** Data leave now, and what is counted needs a stricter way than theirs. */
const stops = ({
  before,
  input: { counts },
}: Context<DataExportState, DataExportFlag, DataExportData, Infer<typeof input.RECOUNT>>): boolean =>
  !before.flags.includes("STOPPED") && outgrows(before, counts);

const IS_EXEMPT: ExportGuard = {
  code: "exempt",
  needs: "state",
  text: { en: "By its counts the export is not exempt", zh: "按所填数量不符合免予申报情形" },
  holds: ({ data }) => data.route === "exempt",
  unskippable: DATA_BASES.home,
};
const IS_FILED: ExportGuard = {
  code: "filed",
  needs: "state",
  text: { en: "By its counts the export is exempt", zh: "按所填数量免予申报" },
  holds: ({ data }) => data.route !== "exempt",
};
/** A stricter way than needed may always be taken. */
const WAY_SUFFICES: ExportGuard<Infer<typeof input.FILING>> = {
  code: "way",
  needs: "input",
  text: { en: "The counts need the security assessment", zh: "按所填数量须申报安全评估" },
  holds: ({ data, input: { way } }) => !isStricter(data.route ?? "exempt", way),
  unskippable: DATA_BASES.export,
};
const ASSESSED_BEFORE: ExportGuard<Infer<typeof input.FILING>> = {
  code: "assessedBefore",
  needs: "input",
  text: { en: "The effect on persons must be assessed before the filing", zh: "申报前须完成个人信息保护影响评估" },
  holds: ({ input: { effectAssessedAt }, at }) => Date.parse(effectAssessedAt) <= at,
  unskippable: DATA_BASES.assessment,
};
const MAY_EXPIRE: ExportGuard = {
  code: "assessed",
  needs: "state",
  text: { en: "Only an assessment expires", zh: "仅安全评估结果存在有效期" },
  holds: ({ data }) => data.way === "assessment",
};

export const DATA_EXPORT: Lifecycle<DataExportState, DataExportFlag, DataExportData> = {
  kind: "data-export",
  version: 1,
  title: { en: "Data export", zh: "数据出境" },
  object: "importantDataReport",
  initial: "SELF_CHECK",
  stages: DATA_EXPORT_STAGES,
  states: DATA_EXPORT_STATES,
  flags: DATA_EXPORT_FLAGS,
  actions: {
    checkExport: action(input.CHECK, {
      title: { en: "Check an export", zh: "数据出境自查" },
      from: "nothing",
      to: "SELF_CHECK",
      roles: MAKERS,
      basis: DATA_BASES.export,
      change: ({ input: fields, actor: { organisation = fields.organisation } }) => ({
        ...fields,
        ...routed(fields.counts),
        ...(organisation === undefined ? {} : { organisation }),
      }),
      effects: [{ kind: "raise", flag: "STOPPED" }],
      summary: ({ purpose }) => ({ en: purpose, zh: purpose }),
    }),
    recountExport: action(input.RECOUNT, {
      title: { en: "Count anew", zh: "重新统计" },
      from: OPEN,
      to: OPEN,
      choose: (context) =>
        stops(context) && context.before.state !== "RETURNED" ? "SELF_CHECK" : (context.before.state as Open),
      roles: MAKERS,
      basis: DATA_BASES.export,
      change: ({ input: { counts } }) => ({ counts, ...routed(counts) }),
      effects: [
        { kind: "raise", flag: "ROUTE_ROSE", when: stops },
        { kind: "raise", flag: "STOPPED", when: stops },
        { kind: "cancel", obligation: "renewExport", when: stops },
      ],
      notifies: [
        {
          to: ["CAC"],
          urgent: true,
          when: stops,
          text: () => ({ en: "An export outgrew its way and is stopped", zh: "数据出境规模超出原路径，已停止出境" }),
        },
      ],
    }),
    recordExempt: action(input.NOTHING, {
      title: { en: "Record as exempt", zh: "登记免予申报" },
      from: ["SELF_CHECK", "RETURNED"],
      to: "EXEMPT",
      roles: MAKERS,
      basis: DATA_BASES.lesserExport,
      guards: [IS_EXEMPT],
      effects: [
        { kind: "lower", flag: "STOPPED" },
        { kind: "lower", flag: "ROUTE_ROSE" },
        { kind: "lower", flag: "RENEWAL" },
        { kind: "cancel", obligation: "all" },
      ],
      notifies: [{ to: ["CAC"] }],
    }),
    fileExport: action(input.FILING, {
      title: { en: "File the export", zh: "申报数据出境" },
      from: ["SELF_CHECK", "RETURNED"],
      to: "FILED",
      roles: MAKERS,
      basis: DATA_BASES.export,
      guards: [IS_FILED, WAY_SUFFICES, ASSESSED_BEFORE],
      change: ({ input: filing }) => filed(filing),
      effects: [
        { kind: "meet", obligation: "completeExport" },
        { kind: "open", obligation: "decideExport" },
        { kind: "issue", document: "exportReceipt" },
      ],
      notifies: [{ to: ["CAC"] }],
    }),
    returnExport: action(input.WITH_REASONS, {
      title: { en: "Return the filing", zh: "退回申报" },
      from: ["FILED", "EXEMPT"],
      to: "RETURNED",
      roles: AUTHORITY,
      basis: DATA_BASES.export,
      effects: [
        { kind: "raise", flag: "STOPPED", when: ({ before }) => !before.flags.includes("RENEWAL") },
        { kind: "cancel", obligation: "decideExport" },
        { kind: "open", obligation: "completeExport" },
      ],
      notifies: [{ to: MAKERS_TOLD, urgent: true }],
    }),
    approveExport: action(input.NOTHING, {
      title: { en: "Approve", zh: "通过" },
      from: ["FILED"],
      to: "APPROVED",
      roles: AUTHORITY,
      basis: DATA_BASES.export,
      effects: [
        { kind: "lower", flag: "STOPPED" },
        { kind: "lower", flag: "ROUTE_ROSE" },
        { kind: "lower", flag: "RENEWAL" },
        { kind: "meet", obligation: "decideExport" },
        { kind: "meet", obligation: "renewExport" },
        { kind: "open", obligation: "renewExport", when: ({ data }) => data.way === "assessment" },
        { kind: "issue", document: "exportApproval" },
      ],
      notifies: [{ to: MAKERS_TOLD }],
    }),
    refuseExport: action(input.WITH_REASONS, {
      title: { en: "Refuse", zh: "不予通过" },
      from: ["FILED"],
      to: "REFUSED",
      roles: AUTHORITY,
      basis: DATA_BASES.export,
      effects: [
        { kind: "raise", flag: "STOPPED" },
        { kind: "cancel", obligation: "all" },
        { kind: "issue", document: "exportRefusal" },
      ],
      notifies: [{ to: MAKERS_TOLD, urgent: true }],
    }),
    renewExport: action(input.FILING, {
      title: { en: "File the renewal", zh: "重新申报评估" },
      from: ["APPROVED"],
      to: "FILED",
      roles: MAKERS,
      basis: VALIDITY.basis,
      guards: [MAY_EXPIRE, WAY_SUFFICES, ASSESSED_BEFORE],
      change: ({ input: filing }) => filed(filing),
      effects: [
        { kind: "raise", flag: "RENEWAL" },
        { kind: "open", obligation: "decideExport" },
        { kind: "issue", document: "exportReceipt" },
      ],
      notifies: [{ to: ["CAC"] }],
    }),
    endExport: action(input.WITH_REASONS, {
      title: { en: "End the export", zh: "终止数据出境" },
      from: OPEN,
      to: "ENDED",
      roles: MAKERS,
      basis: DATA_BASES.home,
      effects: [
        { kind: "raise", flag: "STOPPED" },
        { kind: "cancel", obligation: "all" },
      ],
      notifies: [{ to: ["CAC"] }],
    }),
    expireExport: action(input.NOTHING, {
      title: { en: "Approval expired", zh: "评估结果失效" },
      from: ["APPROVED", "FILED", "RETURNED"],
      to: "EXPIRED",
      roles: ["system:clock"],
      basis: VALIDITY.basis,
      effects: [
        { kind: "raise", flag: "STOPPED" },
        { kind: "cancel", obligation: "all" },
      ],
      notifies: [{ to: ["CAC", ...MAKERS_TOLD], urgent: true }],
    }),
  },
  obligations: {
    decideExport: {
      title: { en: "Decide on the filing", zh: "办理数据出境申报" },
      bearers: ["CAC"],
      deadline: "decideExport",
    },
    completeExport: {
      title: { en: "Complete the filing", zh: "补正数据出境申报" },
      bearers: MAKERS_TOLD,
      deadline: "completeExport",
    },
    renewExport: {
      title: { en: "Renew before the assessment expires", zh: "有效期届满前重新申报评估" },
      bearers: MAKERS_TOLD,
      deadline: "renewExport",
      onOverdue: "expireExport",
      escalation: [
        { code: "quarter", when: "before", unit: "day", amount: 90, notify: MAKERS_TOLD, basis: proposal("R-5.46") },
      ],
    },
  },
  documents: {
    exportReceipt: { en: "Receipt of the filing", zh: "数据出境申报回执" },
    exportApproval: { en: "Approval of the export", zh: "数据出境通过通知" },
    exportRefusal: { en: "Refusal of the export", zh: "数据出境不予通过通知" },
  },
  deadlines: {
    decideExport: {
      unit: "workingDay",
      amount: 45,
      from: { en: "the filing", zh: "申报之日" },
      basis: proposal("R-5.46"),
    },
    completeExport: {
      unit: "workingDay",
      amount: 20,
      from: { en: "the return", zh: "退回之日" },
      basis: proposal("R-5.46"),
    },
    renewExport: {
      unit: "month",
      amount: VALIDITY.months,
      from: { en: "the approval", zh: "通过之日" },
      basis: VALIDITY.basis,
    },
  },
  fields: {
    organisation: organisationField({ en: "Maker", zh: "企业" }),
    route: { title: { en: "Way that the counts need", zh: "应采取的路径" }, shape: "choice", choices: ROUTES },
    ground: {
      title: { en: "Why", zh: "判定依据" },
      shape: "choice",
      choices: Object.fromEntries(
        EXPORT_ROUTES.map(({ code, title, basis: { requirement, certainty } }) => [
          code,
          { en: `${title.en} (${requirement}, ${certainty})`, zh: `${title.zh}（${requirement}，${certainty}）` },
        ]),
      ),
    },
    way: { title: { en: "Way that was filed", zh: "申报路径" }, shape: "choice", choices: ROUTES },
    recipient: { title: { en: "Recipient abroad", zh: "境外接收方" } },
    country: { title: { en: "Country or region", zh: "国家或者地区" } },
    purpose: { title: { en: "Purpose, kinds and scope", zh: "目的、种类和范围" }, shape: "longText" },
    act: { title: { en: "Act", zh: "出境行为" }, shape: "choice", choices: input.EXPORT_ACTS },
    "counts.persons": { title: { en: "Persons since 1 January", zh: "自1月1日起累计人数" }, shape: "number" },
    "counts.sensitivePersons": { title: { en: "of sensitive information", zh: "敏感个人信息人数" }, shape: "number" },
    "counts.declared": { title: { en: "Important data", zh: "重要数据" }, shape: "list", choices: IMPORTANT_DATA },
    "counts.criticalInfrastructure": {
      title: { en: "Critical infrastructure", zh: "关键信息基础设施" },
      shape: "flag",
    },
    "counts.exemption": { title: { en: "Exemption that is claimed", zh: "适用的豁免情形" }, shape: "longText" },
    effectAssessedAt: { title: { en: "Effect on persons assessed", zh: "影响评估时间" }, shape: "instant" },
    keptUntil: { title: { en: "Assessment kept at least until", zh: "评估报告至少保存至" } },
    reference: { title: { en: "Reference", zh: "申报编号" } },
  },
  empty: {},
  extentOf: ({ organisation, region }) => ({
    organisations: organisation === undefined ? [] : [organisation],
    regions: region === undefined ? [] : [region],
    assigned: [],
  }),
};
