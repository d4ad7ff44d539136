/** OtaFiling, REQUIREMENTS 9.7: an over-the-air campaign from its classification to its results. */
import { DAY, listField, organisationField } from "../fields.ts";
import type { FieldDefinition, Lifecycle } from "../lifecycle/definition.ts";
import { object } from "../schema.ts";
import { OTA_ACTIONS, OTA_MONITORING_ACTIONS } from "./actions.ts";
import { EMPTY_OTA, extentOfOta, type OtaData } from "./data.ts";
import { STAGE } from "./inputs.ts";
import { OTA_BASES, OTA_DEADLINES } from "./law.ts";
import { OTA_CLASSES, OTA_FLAGS, OTA_STAGES, OTA_STATES, type OtaFlag, type OtaState } from "./states.ts";

/** Where the package lies and what protects it is the maker's secret; the evaluating bodies read it. */
const PACKAGE_READERS = ["OEM", "IMPORTER", "SAMR", "RECALL_CENTER", "MIIT", "EIDC", "SUPERVISOR_ALL"] as const;

const FIELDS: { readonly [name: string]: FieldDefinition } = {
  organisation: organisationField({ en: "Maker", zh: "企业" }),
  class: { title: { en: "Class", zh: "分类" }, shape: "choice", choices: OTA_CLASSES },
  purpose: { title: { en: "What it changes and why", zh: "升级内容与目的" }, shape: "longText" },
  models: { title: { en: "Models", zh: "车型" }, shape: "list" },
  component: { title: { en: "System or component", zh: "系统或部件" } },
  fromVersions: { title: { en: "Present versions", zh: "升级前版本" }, shape: "list" },
  toVersion: { title: { en: "New version", zh: "升级后版本" } },
  targeted: { title: { en: "Vehicles", zh: "升级车辆数" }, shape: "number" },
  releaseAt: { title: { en: "Planned release", zh: "计划实施时间" }, shape: "instant" },
  project: { title: { en: "Sandbox project", zh: "沙盒项目" }, shape: "case" },
  recall: { title: { en: "Recall that it serves", zh: "所服务的召回" }, shape: "case" },
  "answers.removesDefect": { title: { en: "Removes a defect", zh: "用于消除缺陷" }, shape: "flag" },
  "answers.changesParameters": { title: { en: "Changes main parameters", zh: "涉及主要技术参数变更" }, shape: "flag" },
  "answers.touchesAutomatedDriving": { title: { en: "Touches L3 and above", zh: "涉及L3及以上" }, shape: "flag" },
  "answers.touchesDriverAssistance": { title: { en: "Touches L2", zh: "涉及L2" }, shape: "flag" },
  "answers.grounds": { title: { en: "Grounds for the answers", zh: "判断理由" }, shape: "longText" },
  "permits.change": { title: { en: "Change permit", zh: "变更许可" } },
  "permits.access": { title: { en: "Permit for automated driving", zh: "自动驾驶准入许可" } },
  "assessment.userNotice": { title: { en: "User notice", zh: "用户告知" }, shape: "longText" },
  "assessment.versionReadable": { title: { en: "Version can be read out", zh: "版本可读取" }, shape: "flag" },
  "assessment.protection": {
    title: { en: "Protection", zh: "安全防护" },
    shape: "longText",
    readers: PACKAGE_READERS,
  },
  "assessment.preconditions": { title: { en: "Preconditions", zh: "先决条件" }, shape: "longText" },
  "assessment.powerReserve": { title: { en: "Power reserve", zh: "电量保障" }, shape: "longText" },
  "assessment.failureHandling": { title: { en: "Failure handling", zh: "失败处置" }, shape: "longText" },
  "assessment.test": { title: { en: "Test", zh: "测试验证" }, shape: "longText" },
  "assessment.notDirectlyAbroad": { title: { en: "No data straight abroad", zh: "不直接出境传输" }, shape: "flag" },
  "assessment.hints": { title: { en: "Safety hints (draft rule)", zh: "安全提示（征求意见稿）" }, shape: "longText" },
  "assessment.monitoringStaysOn": {
    title: { en: "Driver monitoring stays on (draft rule)", zh: "驾驶员监测不可关闭（征求意见稿）" },
    shape: "flag",
  },
  packageName: { title: { en: "Package", zh: "升级包" }, readers: PACKAGE_READERS },
  packageSha256: { title: { en: "SHA-256 of the package", zh: "升级包 SHA-256" }, readers: PACKAGE_READERS },
  evaluation: { title: { en: "Evaluation", zh: "评估意见" }, shape: "longText" },
  stages: listField({ en: "Stages", zh: "推送批次" }, object({ at: DAY, ...STAGE.properties })),
  outcomes: {
    title: { en: "Results: updated / failed / refused", zh: "升级结果：成功 / 失败 / 拒绝" },
    shape: "list",
  },
};

export const OTA_FILING: Lifecycle<OtaState, OtaFlag, OtaData> = {
  kind: "ota-filing",
  version: 2,
  title: { en: "OTA filing", zh: "远程升级备案" },
  object: "otaFiling",
  initial: "DRAFT",
  stages: OTA_STAGES,
  states: OTA_STATES,
  flags: OTA_FLAGS,
  actions: { ...OTA_ACTIONS, ...OTA_MONITORING_ACTIONS },
  obligations: {
    examine: {
      title: { en: "Examine the filing before its release", zh: "实施前审查备案" },
      bearers: ["SAMR", "RECALL_CENTER"],
      deadline: "otaTerm",
    },
    complete: {
      title: { en: "Complete the filing", zh: "补正备案" },
      bearers: ["OEM", "IMPORTER"],
      deadline: "otaComplete",
    },
    reportOta: {
      title: { en: "Report results", zh: "报告升级结果" },
      bearers: ["OEM", "IMPORTER"],
      deadline: "otaReport",
    },
    monitorOta: {
      title: { en: "Monitor after the rollout, report and finish", zh: "推送完成后监测、报告结果并完成活动" },
      bearers: ["OEM", "IMPORTER"],
      deadline: "otaMonitor",
      escalation: [
        { code: "authority", when: "after", unit: "day", amount: 7, notify: ["SAMR"], basis: OTA_BASES.lifecycle },
      ],
    },
  },
  documents: {
    otaReceipt: { en: "Receipt of the OTA filing", zh: "远程升级备案回执" },
    otaReturn: { en: "Return of the OTA filing", zh: "远程升级备案退回通知" },
    otaPermit: { en: "Note of the permit", zh: "许可记录" },
  },
  deadlines: OTA_DEADLINES,
  fields: FIELDS,
  empty: EMPTY_OTA,
  extentOf: extentOfOta,
  migrations: [
    {
      from: 1,
      title: {
        en: "A campaign is finished with results that were reported after its rollout ended",
        zh: "推送完成后报告升级结果方可完成活动",
      },
      roles: ["SAMR", "RECALL_CENTER", "SUPERVISOR_ALL"],
      basis: OTA_BASES.lifecycle,
      migrate: (folded) => folded,
    },
  ],
};

/** Before the monitoring after the rollout ended with a report of it: it was met by finishing, a moment after it had begun. */
export const OTA_FILING_V1: Lifecycle<OtaState, OtaFlag, OtaData> = {
  ...OTA_FILING,
  version: 1,
  actions: OTA_ACTIONS,
  migrations: [],
};
