/** States and flags of the filing of an over-the-air update (REQUIREMENTS 9.7). */
import type { StageDefinition, StateDefinition } from "../lifecycle/definition.ts";
import type { Text } from "../text.ts";

export const OTA_STAGES = [
  { code: "classification", title: { en: "Classification", zh: "分类" } },
  { code: "filing", title: { en: "Filing", zh: "备案" } },
  { code: "release", title: { en: "Release", zh: "实施" } },
  { code: "end", title: { en: "End", zh: "结束" } },
] as const satisfies readonly StageDefinition[];

export const OTA_STATES = {
  DRAFT: { stage: "classification", title: { en: "Draft", zh: "草稿" } },
  CLASSIFIED: { stage: "classification", title: { en: "Classified", zh: "已分类" } },
  FILED: { stage: "filing", title: { en: "Filed", zh: "已备案" } },
  RETURNED: { stage: "filing", title: { en: "Returned", zh: "已退回" } },
  RELEASED: { stage: "release", title: { en: "Released", zh: "升级实施中" } },
  HALTED: { stage: "release", title: { en: "Halted", zh: "已暂停升级" } },
  MONITORED: { stage: "release", title: { en: "Monitored", zh: "升级后监测" } },
  DONE: { stage: "end", title: { en: "Done", zh: "已完成" }, end: "final" },
  ROLLED_BACK: { stage: "end", title: { en: "Rolled back", zh: "已回退" }, end: "final" },
  WITHDRAWN: { stage: "end", title: { en: "Withdrawn", zh: "已撤回" }, end: "final" },
} as const satisfies Record<string, StateDefinition>;
export type OtaState = keyof typeof OTA_STATES;

export const OTA_FLAGS = {
  RECALL: { en: "Removes a defect: a recall", zh: "消除缺陷，属于召回" },
  PERMIT_NEEDED: { en: "Needs a permit", zh: "须取得变更许可或准入许可" },
  STOP_SALE: { en: "Production and sale must stop", zh: "须停止生产销售" },
  DEFECT_OPEN: { en: "A defect file of these models is open", zh: "相关车型存在未结缺陷案件" },
  FREQUENT: { en: "Updated often", zh: "升级频繁" },
  FAILURES: { en: "Many updates fail", zh: "升级失败较多" },
} as const satisfies Record<string, Text>;
export type OtaFlag = keyof typeof OTA_FLAGS;

/** What a campaign is by its answers, the strictest first (9.7, R-4.38 – ). */
export const OTA_CLASSES = {
  RECALL: { en: "Removes a defect", zh: "消除缺陷" },
  ADS: { en: "Touches automated driving (L3 and above)", zh: "涉及自动驾驶功能（L3及以上）" },
  PARAM_CHANGE: { en: "Changes main technical parameters", zh: "涉及主要技术参数变更" },
  NO_PARAM: { en: "Changes no main technical parameter", zh: "不涉及主要技术参数变更" },
} as const satisfies Record<string, Text>;
export type OtaClass = keyof typeof OTA_CLASSES;
