/**
 * The permission matrix of REQUIREMENTS §8.2 as data: object × role → rights, each with the reach it has.
 * What is absent is denied. The columns that §8.2 lacks (MOT, MEM, GACC, CA, NVDB, BATTERY_MAKER, OPERATOR, AI_REGULATOR, AUDITOR, SUBJECT,
 * the three administrators, `system:trigger`) and the rows marked P are ours, not the law's: configuration until somebody rules.
 */
import type { Text } from "../text.ts";
import type { RoleCode } from "./roles.ts";

export const RIGHTS = [
  "read",
  "write",
  "decide",
  "supervise",
  "propose",
  "advise",
  "repair",
  "confirm",
  "comment",
] as const;
export type Right = (typeof RIGHTS)[number];

/**
 * How far a right reaches.
 * - all: every record · own: the actor's organisation is a party · partner: as a named partner of a joint application
 * - territory: the record's region lies in the actor's · assigned: the record names the actor · case: by a case the actor may see
 * - aggregate: figures only · published: what the public register shows · person: what belongs to the person
 * - issued: the actor's department leads the programme of the record or issued it with others · led: it leads it; both by the data
 *   of the programme
 * - joint: together with the deciding authority, never alone · agreement: by a data agreement with the owner
 */
export const REACHES = [
  "all",
  "own",
  "partner",
  "territory",
  "assigned",
  "case",
  "aggregate",
  "published",
  "person",
  "issued",
  "led",
  "joint",
  "agreement",
] as const;
export type Reach = (typeof REACHES)[number];
export type Grant = `${Right} ${Reach}`;

export const OBJECTS = {
  sandboxApplication: { en: "Sandbox application", zh: "沙盒申请" },
  sandboxPlan: { en: "Deep-test plan and reports", zh: "深度测试方案与报告" },
  triggerRules: { en: "Trigger rules and containment", zh: "触发规则与边界" },
  rawTelemetry: { en: "Raw telemetry", zh: "原始遥测数据" },
  location: { en: "Location and track", zh: "位置与轨迹" },
  vinFull: { en: "Full VIN", zh: "完整车辆识别代号" },
  hazardOrder: { en: "Hazard work order", zh: "隐患工单" },
  accidentTrackA: { en: "Accident case, track A (SAMR)", zh: "事故案件（市场监管）" },
  accidentTrackB: { en: "Accident case, track B (EIDC)", zh: "事故案件（装备中心）" },
  recallFile: { en: "Defect and recall file", zh: "缺陷与召回档案" },
  otaFiling: { en: "OTA filing", zh: "远程升级备案" },
  vulnerability: { en: "Vulnerability", zh: "漏洞" },
  cyberIncident: { en: "Cyber incident", zh: "网络安全事件" },
  importantDataReport: { en: "Important-data report", zh: "重要数据报告" },
  platformEvaluation: { en: "Platform evaluation", zh: "平台效能评价" },
  aiSandboxFile: { en: "AI sandbox file", zh: "人工智能沙盒档案" },
  finding: { en: "Finding of a trigger", zh: "触发结果" },
  vehicleRegister: { en: "Vehicle register", zh: "车辆登记" },
  subjectRegister: { en: "Register of other subjects", zh: "其他监管对象登记" },
  subjectEvents: { en: "Events of other subjects", zh: "其他监管对象事件" },
  vehicleCommand: { en: "Command to a vehicle", zh: "车辆下行指令" },
  platformLink: { en: "Platform link and credentials", zh: "平台链路与凭据" },
  ledger: { en: "Ledger", zh: "存证账本" },
  custody: { en: "Keys, witnesses and backups", zh: "密钥、见证与备份" },
  log: { en: "Audit log", zh: "审计日志" },
  identity: { en: "Organisations, accounts and tokens", zh: "机构、账号与令牌" },
  personName: { en: "Name of a person who acted", zh: "经办人姓名" },
  operation: { en: "Operation of the platform", zh: "平台运行" },
} as const satisfies Record<string, Text>;
export type ObjectCode = keyof typeof OBJECTS;
export const OBJECT_CODES = Object.keys(OBJECTS) as readonly ObjectCode[];

type Row = { readonly [Code in RoleCode]?: readonly Grant[] };

const POLICE = (...grants: readonly Grant[]): Row => ({ MPS: grants, TRAFFIC_POLICE: grants });
const LOCAL = (...grants: readonly Grant[]): Row => ({ LOCAL_IIT: grants, LOCAL_PLATFORM: grants, LOCAL_MOT: grants });
const MAKERS = (...grants: readonly Grant[]): Row => ({ OEM: grants, IMPORTER: grants });
const PARTNERS = (...grants: readonly Grant[]): Row => ({
  SUPPLIER: grants,
  TECH_FIRM: grants,
  BATTERY_MAKER: grants,
  OPERATOR: grants,
});
const MIIT_EIDC = (...grants: readonly Grant[]): Row => ({ MIIT: grants, EIDC: grants });
/** Departments that may lead a sandbox programme, or issue one with others. */
const LEADS = (...grants: readonly Grant[]): Row => ({ SAMR: grants, MIIT: grants, AI_REGULATOR: grants });
/** Departments that issue programmes together with the one in the lead (P: they read and co-decide sandbox files). */
const CO_ISSUERS = (...grants: readonly Grant[]): Row => ({
  MOT: grants,
  MEM: grants,
  GACC: grants,
  MPS: grants,
  CAC: grants,
});
const SYSTEM = (...grants: readonly Grant[]): Row => ({ "system:trigger": grants, "system:clock": grants });

export const PERMISSIONS: { readonly [Code in ObjectCode]: Row } = {
  /**
   * Projects of every programme. §8.2 has a row of files for vehicles and one for AI; which departments stand in it for a project
   * is data of its programme (P), so that the one in the lead decides and the others of its programme read and give their opinion.
   */
  sandboxApplication: {
    ...MAKERS("read own", "write own"),
    ...PARTNERS("read own", "write own", "write partner"),
    RECALL_CENTER: ["read issued"],
    ...LEADS("read issued", "decide led", "decide joint"),
    ...CO_ISSUERS("read issued", "decide joint"),
    EIDC: ["read issued"],
    ...LOCAL("read territory"),
    EXPERT: ["read assigned", "advise assigned"],
    PUBLIC: ["read published"],
    SUPERVISOR_ALL: ["read all", "write all", "decide all"],
    ...SYSTEM("read all", "decide all"),
  },
  sandboxPlan: {
    ...MAKERS("read own", "write own"),
    ...PARTNERS("read own", "write partner"),
    RECALL_CENTER: ["read issued", "decide issued", "comment issued"],
    ...LEADS("read issued", "decide led", "decide joint"),
    ...CO_ISSUERS("read issued", "decide joint"),
    EIDC: ["read issued"],
    ...LOCAL("read territory"),
    EXPERT: ["read assigned"],
    LAB: ["write assigned"],
    SUPERVISOR_ALL: ["read all", "decide all"],
    ...SYSTEM("read all", "decide all"),
  },
  triggerRules: {
    ...MAKERS("read own", "propose own"),
    RECALL_CENTER: ["read all", "decide all"],
    SAMR: ["read all", "decide all"],
    EXPERT: ["advise assigned"],
    SUPERVISOR_ALL: ["read all", "decide all"],
    ...SYSTEM("read all"),
  },
  rawTelemetry: {
    ...MAKERS("read own"),
    ...PARTNERS("read agreement"),
    RECALL_CENTER: ["read case"],
    SAMR: ["read aggregate", "read case"],
    ...MIIT_EIDC("read aggregate"),
    ...LOCAL("read territory"),
    MOT: ["read aggregate"],
    NAT_PLATFORM: ["read all"],
    ...POLICE("read case"),
    EXPERT: ["read case"],
    OWNER: ["read person"],
    SUPERVISOR_ALL: ["read all"],
  },
  location: {
    ...MAKERS("read own"),
    RECALL_CENTER: ["read case"],
    SAMR: ["read case"],
    ...LOCAL("read territory"),
    NAT_PLATFORM: ["read all"],
    FIRE: ["read case"],
    ...POLICE("read case"),
    OWNER: ["read person"],
    SUPERVISOR_ALL: ["read all"],
  },
  vinFull: {
    ...MAKERS("read own"),
    RECALL_CENTER: ["read case"],
    SAMR: ["read case"],
    ...MIIT_EIDC("read all"),
    ...LOCAL("read territory"),
    NAT_PLATFORM: ["read all"],
    FIRE: ["read case"],
    ...POLICE("read all"),
    LAB: ["read case"],
    DEALER_REPAIR: ["read case"],
    OWNER: ["read person"],
    SUPERVISOR_ALL: ["read all"],
  },
  hazardOrder: {
    ...MAKERS("read own", "write own"),
    BATTERY_MAKER: ["read own"],
    OPERATOR: ["read own", "write own"],
    RECALL_CENTER: ["read all"],
    SAMR: ["read all"],
    ...MIIT_EIDC("read all", "decide all", "supervise all"),
    ...LOCAL("read territory", "decide territory", "supervise territory"),
    MOT: ["read aggregate"],
    MEM: ["read aggregate"],
    NAT_PLATFORM: ["read all"],
    DEALER_REPAIR: ["read assigned", "repair assigned"],
    OWNER: ["read person", "confirm person"],
    SUPERVISOR_ALL: ["read all", "write all", "decide all", "supervise all"],
    ...SYSTEM("read all", "write all", "supervise all"),
  },
  accidentTrackA: {
    ...MAKERS("read own", "write own"),
    ...PARTNERS("write partner"),
    RECALL_CENTER: ["read all", "write all", "decide all"],
    SAMR: ["read all", "decide all"],
    ...MIIT_EIDC("read all"),
    ...LOCAL("read territory"),
    FIRE: ["read all", "write all"],
    ...POLICE("read all", "write all"),
    MOT: ["read case"],
    MEM: ["read all"],
    EXPERT: ["read assigned"],
    LAB: ["write assigned"],
    OWNER: ["read person"],
    SUPERVISOR_ALL: ["read all"],
  },
  accidentTrackB: {
    ...MAKERS("read own", "write own"),
    RECALL_CENTER: ["read all"],
    SAMR: ["read all"],
    ...MIIT_EIDC("read all", "decide all"),
    ...LOCAL("read territory"),
    FIRE: ["read all"],
    ...POLICE("read all"),
    EXPERT: ["read assigned"],
    LAB: ["write assigned"],
    SUPERVISOR_ALL: ["read all"],
  },
  recallFile: {
    ...MAKERS("read own", "write own"),
    ...PARTNERS("read partner"),
    RECALL_CENTER: ["read all", "write all"],
    SAMR: ["read all", "decide all"],
    ...MIIT_EIDC("read all"),
    ...LOCAL("read territory"),
    GACC: ["read all"],
    EXPERT: ["read assigned"],
    LAB: ["write assigned"],
    DEALER_REPAIR: ["read assigned"],
    OWNER: ["read person"],
    PUBLIC: ["read published"],
    SUPERVISOR_ALL: ["read all"],
  },
  otaFiling: {
    ...MAKERS("read own", "write own"),
    RECALL_CENTER: ["read all", "write all"],
    SAMR: ["read all", "decide all"],
    ...MIIT_EIDC("read all", "decide all"),
    OWNER: ["read published"],
    PUBLIC: ["read published"],
    SUPERVISOR_ALL: ["read all"],
  },
  vulnerability: {
    ...MAKERS("read own", "write own"),
    ...PARTNERS("read own", "write own"),
    SAMR: ["read case"],
    ...MIIT_EIDC("read all"),
    NVDB: ["read all", "comment all"],
    CA: ["read all"],
    ...POLICE("read all"),
    CAC: ["read all", "decide joint"],
    LAB: ["write assigned"],
    OWNER: ["read published"],
    SUPERVISOR_ALL: ["read all"],
  },
  cyberIncident: {
    ...MAKERS("read own", "write own"),
    ...MIIT_EIDC("read all"),
    ...LOCAL("read territory"),
    CA: ["read territory"],
    ...POLICE("read all"),
    CAC: ["read all", "decide all"],
    OWNER: ["read published"],
    SUPERVISOR_ALL: ["read all"],
  },
  importantDataReport: {
    ...MAKERS("read own", "write own"),
    ...MIIT_EIDC("read all"),
    ...LOCAL("read territory"),
    ...POLICE("read all"),
    CA: ["read case"],
    CAC: ["read all", "decide all"],
    SUPERVISOR_ALL: ["read all"],
  },
  platformEvaluation: {
    ...MAKERS("read own", "comment own"),
    SAMR: ["read all"],
    ...MIIT_EIDC("read all", "decide all"),
    ...LOCAL("read territory"),
    NAT_PLATFORM: ["read all", "write all"],
    EXPERT: ["read all"],
    PUBLIC: ["read published"],
    SUPERVISOR_ALL: ["read all"],
  },
  /** What must come out for a project of an AI programme: a test compares it with the row of sandbox applications. */
  aiSandboxFile: {
    ...MAKERS("read own", "write own"),
    TECH_FIRM: ["read own", "write own"],
    AI_REGULATOR: ["read all", "decide all"],
    CAC: ["read aggregate"],
    EXPERT: ["read assigned"],
    LAB: ["write assigned"],
    SUBJECT: ["read person", "confirm person"],
    PUBLIC: ["read published"],
    SUPERVISOR_ALL: ["read all"],
  },
  finding: {
    ...MAKERS("read own"),
    ...PARTNERS("read own"),
    RECALL_CENTER: ["read all"],
    SAMR: ["read all"],
    ...MIIT_EIDC("read all"),
    ...LOCAL("read territory"),
    NAT_PLATFORM: ["read all"],
    EXPERT: ["read case"],
    /** Those of services, whose events it reads; of vehicles only by a case. */
    AI_REGULATOR: ["read case"],
    OWNER: ["read person"],
    SUPERVISOR_ALL: ["read all"],
    ...SYSTEM("read all", "write all"),
  },
  vehicleRegister: {
    ...MAKERS("read own", "write own"),
    BATTERY_MAKER: ["read own"],
    OPERATOR: ["read own"],
    RECALL_CENTER: ["read all"],
    SAMR: ["read all"],
    ...MIIT_EIDC("read all"),
    ...LOCAL("read territory"),
    MOT: ["read aggregate"],
    GACC: ["read aggregate"],
    NAT_PLATFORM: ["read all", "write all"],
    /** Its row of the full VIN says "case": the vehicle must be there for it to have one. */
    FIRE: ["read case"],
    ...POLICE("read all"),
    OWNER: ["read person"],
    SUPERVISOR_ALL: ["read all", "write all"],
    ...SYSTEM("read all"),
  },
  /**
   * P: §8.2 has no row. Who answers for a vehicle or runs a platform may ask for a command; a second person decides on a
   * control command, who may be the authority that supervises the vehicle.
   */
  vehicleCommand: {
    ...MAKERS("read own", "write own", "decide own"),
    OPERATOR: ["read own"],
    RECALL_CENTER: ["read all"],
    SAMR: ["read all", "decide all"],
    ...MIIT_EIDC("read all"),
    LOCAL_IIT: ["read territory", "decide territory"],
    LOCAL_PLATFORM: ["read territory", "write territory"],
    NAT_PLATFORM: ["read all", "write all", "decide all"],
    SUPERVISOR_ALL: ["read all", "write all", "decide all"],
  },
  /** P: §8.2 has no row; as the register of vehicles, with the AI programme owner and the cyberspace office. */
  subjectRegister: {
    ...MAKERS("read own", "write own"),
    ...PARTNERS("read own", "write own"),
    AI_REGULATOR: ["read all", "write all"],
    RECALL_CENTER: ["read all"],
    SAMR: ["read all"],
    ...MIIT_EIDC("read all"),
    ...LOCAL("read territory"),
    NAT_PLATFORM: ["read all", "write all"],
    ...POLICE("read all"),
    CAC: ["read all"],
    SUPERVISOR_ALL: ["read all", "write all"],
    ...SYSTEM("read all"),
  },
  /** P: as raw telemetry; an AI service has no location and no VIN, so its programme owner reads it directly. */
  subjectEvents: {
    ...MAKERS("read own"),
    ...PARTNERS("read own"),
    RECALL_CENTER: ["read case"],
    SAMR: ["read case"],
    AI_REGULATOR: ["read all"],
    ...LOCAL("read territory"),
    NAT_PLATFORM: ["read all"],
    SUPERVISOR_ALL: ["read all"],
  },
  platformLink: {
    ...LOCAL("read territory"),
    NAT_PLATFORM: ["read all", "write all"],
    PLATFORM_ADMIN: ["read all", "write all"],
    SUPERVISOR_ALL: ["read all", "write all"],
  },
  ledger: {
    ...MAKERS("read own"),
    ...PARTNERS("read own"),
    ...LOCAL("read territory"),
    RECALL_CENTER: ["read all"],
    SAMR: ["read all"],
    ...MIIT_EIDC("read all"),
    AUDITOR: ["read all"],
    SUPERVISOR_ALL: ["read all"],
    ...SYSTEM("write all"),
  },
  /** How the proof and the copies of everything are kept; nothing of what they are about. Whoever has a backup has it all. */
  custody: {
    SECURITY_ADMIN: ["read all", "write all"],
    PLATFORM_ADMIN: ["read all"],
    AUDITOR: ["read all"],
    AUDIT_ADMIN: ["read all"],
    SUPERVISOR_ALL: ["read all"],
  },
  log: { AUDITOR: ["read all"], AUDIT_ADMIN: ["read all"], SUPERVISOR_ALL: ["read all"] },
  /** Organisations, accounts, roles, sessions, sign-in policy. Who writes them cannot read the log; who reads it cannot write. */
  identity: { SECURITY_ADMIN: ["read all", "write all"], AUDIT_ADMIN: ["read all"] },
  /**
   * Of whoever acted in a case that the reader sees. Authorities know who signed; enterprises know their own people, and of others
   * the role and the organisation, as do laboratories and experts. Names of private persons are nobody's (see `visible_names`).
   */
  personName: {
    ...MAKERS("read own"),
    ...PARTNERS("read own"),
    DEALER_REPAIR: ["read own"],
    LAB: ["read own"],
    EXPERT: ["read own"],
    RECALL_CENTER: ["read all"],
    SAMR: ["read all"],
    ...MIIT_EIDC("read all"),
    NAT_PLATFORM: ["read all"],
    ...LOCAL("read all"),
    MOT: ["read all"],
    ...POLICE("read all"),
    FIRE: ["read all"],
    MEM: ["read all"],
    GACC: ["read all"],
    CAC: ["read all"],
    CA: ["read all"],
    NVDB: ["read all"],
    AI_REGULATOR: ["read all"],
    SUPERVISOR_ALL: ["read all"],
  },
  operation: {
    PLATFORM_ADMIN: ["read all", "write all"],
    NAT_PLATFORM: ["read all"],
    AUDITOR: ["read all"],
    SAMR: ["read aggregate"],
    SUPERVISOR_ALL: ["read all"],
  },
};

/** The reaches in which a role has a right over a kind of object; empty = denied. */
export function reachesOf(role: RoleCode, object: ObjectCode, right: Right): readonly Reach[] {
  const reaches: Reach[] = [];
  for (const grant of PERMISSIONS[object][role] ?? []) {
    const [granted, reach] = grant.split(" ") as [Right, Reach];
    if (granted === right) reaches.push(reach);
  }
  return reaches;
}

/** Whether a role has a right over a kind of object at all; which records it reaches is a matter of `reachesOf`. */
export function can(role: RoleCode, object: ObjectCode, right: Right): boolean {
  return reachesOf(role, object, right).length > 0;
}
