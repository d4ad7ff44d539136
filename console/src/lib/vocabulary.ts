/** Codes and their names in both languages: official Chinese terms where a rule has one (glossary of the domain). */
import {
  CERTAINTIES,
  HAZARD_STATES,
  HAZARD_TYPES,
  HAZARD_WORK_ORDER,
  ROLES,
  SANDBOX_EFFECTS,
  SANDBOX_FLAGS,
  SANDBOX_PROJECT,
  SANDBOX_STAGES,
  SANDBOX_STATES,
  SYSTEM_NAMES,
} from "@sandglass/casework";
import { ASSURANCE_TITLES, COMMAND_TITLES, DISPOSITION_TITLES } from "@sandglass/signals";
import type { Language } from "./format.ts";

export interface Term {
  readonly zh: string;
  readonly en: string;
}
export type Terms = Readonly<Record<string, Term>>;

const term = (zh: string, en: string): Term => ({ zh, en });

/** The name of a code; the code itself when it is not known here, so nothing is hidden. */
export function label(terms: Terms, code: string | number | null | undefined, language: Language): string {
  if (code === null || code === undefined) return "";
  return Object.hasOwn(terms, code) ? terms[code][language] : String(code);
}

/** A bilingual text of the API, or a plain one. */
export function inLanguage(value: string | Term | null | undefined, language: Language): string {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value : value[language] || value.en || value.zh;
}

export const LEVELS: Terms = {
  4: term("紧急", "Critical"),
  3: term("严重", "Major"),
  2: term("警告", "Warning"),
  1: term("提示", "Notice"),
};

/** Kinds of what a finding is about. */
export const SUBJECTS: Terms = {
  vehicle: term("车辆", "Vehicle"),
  ai_service: term("人工智能服务", "AI service"),
  backend_account: term("后台账号", "Backend account"),
  platform: term("平台", "Platform"),
  fleet: term("车队", "Fleet"),
  group: term("分组", "Group"),
  cluster: term("地点", "Place"),
};

export const FINDING_STATUS: Terms = {
  firing: term("持续中", "Firing"),
  cleared: term("已解除", "Cleared"),
  superseded: term("已被取代", "Superseded"),
  suppressed: term("已抑制", "Suppressed"),
  retracted: term("已撤回", "Retracted"),
};

/** Roles, states, flags and types come from the lifecycle tables that the server itself uses. */
const titles = (table: Readonly<Record<string, { readonly title: Term }>>): Terms =>
  Object.fromEntries(Object.entries(table).map(([code, { title }]) => [code, title]));

export const ROLE_NAMES: Terms = { ...titles(ROLES), ...SYSTEM_NAMES };
export const PROJECT_STATES: Terms = titles(SANDBOX_STATES);
export const PROJECT_FLAGS: Terms = SANDBOX_FLAGS;
export const CASE_STATES: Terms = titles(HAZARD_STATES);
export const CASE_TYPES: Terms = HAZARD_TYPES;
export const CERTAINTY: Terms = CERTAINTIES;

export const RISK_TIERS: Terms = {
  low: term("低风险", "Low risk"),
  medium: term("中风险", "Medium risk"),
  high: term("高风险", "High risk"),
};

/** Stages of the project rail, in order. */
export const STAGES = SANDBOX_STAGES;
export type Stage = (typeof SANDBOX_STAGES)[number]["code"];

export function stageOf(state: string): Stage | undefined {
  return Object.hasOwn(SANDBOX_STATES, state) ? SANDBOX_STATES[state as keyof typeof SANDBOX_STATES].stage : undefined;
}

/** States of a stage, in the order of the lifecycle. */
export function statesOf(stage: Stage): string[] {
  return Object.entries(SANDBOX_STATES)
    .filter(([, definition]) => definition.stage === stage)
    .map(([code]) => code);
}

const projectActions = titles(SANDBOX_PROJECT.actions);
const orderActions = titles(HAZARD_WORK_ORDER.actions);
export const ACTION_NAMES: Terms = { ...orderActions, ...projectActions };
export const OBLIGATION_NAMES: Terms = {
  ...titles(HAZARD_WORK_ORDER.obligations),
  ...titles(SANDBOX_PROJECT.obligations),
};

export const CASE_KINDS: Terms = {
  accident: term("事故案件", "Accident"),
  "hazard-order": term("隐患工单", "Hazard work order"),
  "sandbox-project": term("沙盒项目", "Sandbox project"),
};

export const VEHICLE_STATES: Terms = {
  registered: term("已登记", "Registered"),
  unregistered: term("未登记", "Unregistered"),
  online: term("在线", "Online"),
  silent: term("静默", "Silent"),
};

/** GB/T 32960.3 command unit. */
export const COMMANDS: Terms = COMMAND_TITLES;

export const DISPOSITIONS: Terms = { ...DISPOSITION_TITLES, bad_checksum: term("校验错误", "Bad checksum") };

export const ASSURANCE: Terms = ASSURANCE_TITLES;

export const REASONS: Terms = {
  absent: term("缺", "absent"),
  abnormal: term("异常", "abnormal"),
  invalid: term("无效", "invalid"),
  out_of_range: term("越界", "out of range"),
};

export const WITNESS_ROLES: Terms = {
  first: term("首个", "First"),
  last: term("最新", "Last"),
  extreme: term("极值", "Extreme"),
  event: term("触发", "Event"),
};

export const FINDING_EVENTS: Terms = {
  onset: term("成立", "Onset"),
  escalated: term("升级", "Escalated"),
  cleared: term("解除", "Cleared"),
  suppressed: term("抑制", "Suppressed"),
  degraded: term("数据不足", "Data degraded"),
  restored: term("数据恢复", "Data restored"),
  confirmed: term("确认成立", "Confirmed"),
  carried: term("由新版本承接", "Taken over by the next version"),
  superseded: term("因规则更替而关闭", "Closed: no longer watched"),
  retracted: term("因迟到数据撤回", "Taken back by late data"),
  amended: term("因迟到数据更正", "Corrected by late data"),
};

export const EFFECTS: Terms = SANDBOX_EFFECTS;

export const POWERTRAINS: Terms = {
  BEV: term("纯电动", "Battery electric"),
  PHEV: term("插电混动", "Plug-in hybrid"),
  EREV: term("增程", "Range extender"),
  FCEV: term("燃料电池", "Fuel cell"),
};

export const DOCUMENT_NAMES: Terms = { ...HAZARD_WORK_ORDER.documents, ...SANDBOX_PROJECT.documents };

export const OBLIGATION_STATUS: Terms = {
  pending: term("进行中", "Pending"),
  paused: term("已中止计时", "Paused"),
  overdue: term("逾期", "Overdue"),
  met: term("已完成", "Met"),
  metLate: term("逾期完成", "Met late"),
  cancelled: term("已取消", "Cancelled"),
};

/** Choices of action inputs, where the lifecycle gives only their codes. */
export const CHOICES: Terms = {
  ...CASE_TYPES,
  ...EFFECTS,
  for: term("同意", "For"),
  against: term("反对", "Against"),
  abstain: term("弃权", "Abstain"),
  low: term("低", "Low"),
  medium: term("中", "Medium"),
  high: term("高", "High"),
  TESTING: term("恢复测试", "Testing"),
  RESTRICTED: term("受限测试", "Restricted"),
  phone: term("电话", "Phone"),
  sms: term("短信", "SMS"),
  app: term("应用推送", "App"),
  letter: term("信函", "Letter"),
  visit: term("上门", "Visit"),
  vehicleMaker: term("整车企业", "Vehicle maker"),
  partsMaker: term("零部件企业", "Parts maker"),
  batteryMaker: term("电池企业", "Battery maker"),
  internetTechnology: term("互联网科技", "Internet technology"),
  dataService: term("数据服务", "Data service"),
  networkOperation: term("网络运营", "Network operation"),
  software: term("软件", "Software"),
  system: term("系统", "System"),
  userEntity: term("使用主体", "User entity"),
  testPlan: term("深度测试方案", "Deep-test plan"),
  riskAssessment: term("质量安全风险评估方案", "Risk assessment"),
  emergencyPlan: term("应急预案", "Emergency plan"),
  resourceProof: term("资源证明", "Resource proof"),
  preliminaryTestReport: term("前期测试报告", "Preliminary test report"),
  confidentialityRequest: term("保密申请", "Confidentiality request"),
  other: term("其他", "Other"),
  inUse: term("使用中", "In use"),
  stored: term("停放", "Stored"),
  scrapped: term("报废", "Scrapped"),
  exported: term("出口", "Exported"),
  terminalBroken: term("终端故障", "Terminal broken"),
};

export const LINK_KINDS: Terms = {
  terminal: term("终端", "Terminal"),
  platform: term("平台", "Platform"),
  unknown: term("未登入", "Not logged in"),
};

export const LINK_STATES: Terms = {
  open: term("已连接", "Open"),
  held: term("暂停读取", "Held"),
  logged_out: term("已登出", "Logged out"),
  closed: term("对端已断开", "Closed by the peer"),
};

export const LEAF_KINDS: Terms = {
  segment: term("数据段", "Data segment"),
  finding: term("告警", "Finding"),
  "case-action": term("操作", "Action"),
  "ledger-key": term("签名密钥", "Signing key"),
  "vin-unmask": term("查看完整 VIN", "Full VIN shown"),
  "vehicle-command": term("下行指令", "Command to a vehicle"),
  backtest: term("回测报告", "Backtest report"),
  "rule-publication": term("规则发布", "Rule publication"),
};
