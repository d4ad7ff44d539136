/** Who acts: the roles of REQUIREMENTS §8.1, each with its real body. A person or token has exactly one role at a time. */
import type { Text } from "../text.ts";

/** Kind of body: decides nothing by itself, it only groups roles in tables. */
export type RoleKind = "authority" | "technical" | "enterprise" | "person" | "operation" | "system";

export interface Role {
  readonly kind: RoleKind;
  readonly title: Text;
  /** The department whose technical body it is: where a department has a part, so has its body. */
  readonly department?: string;
}

export const ROLES = {
  SAMR: { kind: "authority", title: { en: "Market regulator (national)", zh: "市场监管总局" } },
  RECALL_CENTER: {
    kind: "technical",
    title: { en: "Defective product recall technical centre", zh: "缺陷产品召回技术中心" },
    department: "SAMR",
  },
  MIIT: { kind: "authority", title: { en: "Industry ministry", zh: "工业和信息化部" } },
  EIDC: {
    kind: "technical",
    title: { en: "Equipment industry development centre", zh: "装备工业发展中心" },
    department: "MIIT",
  },
  NAT_PLATFORM: { kind: "technical", title: { en: "National monitoring platform", zh: "国家监测与管理平台" } },
  LOCAL_IIT: { kind: "authority", title: { en: "Local industry department", zh: "地方工业和信息化主管部门" } },
  LOCAL_PLATFORM: { kind: "technical", title: { en: "Local monitoring platform", zh: "地方监测平台" } },
  MOT: { kind: "authority", title: { en: "Ministry of Transport", zh: "交通运输部" } },
  LOCAL_MOT: { kind: "authority", title: { en: "Local transport department", zh: "地方交通运输主管部门" } },
  MPS: { kind: "authority", title: { en: "Ministry of Public Security", zh: "公安部" } },
  TRAFFIC_POLICE: { kind: "authority", title: { en: "Traffic police", zh: "公安交通管理部门" } },
  FIRE: { kind: "authority", title: { en: "Fire and rescue", zh: "消防救援机构" } },
  MEM: { kind: "authority", title: { en: "Ministry of Emergency Management", zh: "应急管理部" } },
  GACC: { kind: "authority", title: { en: "Customs", zh: "海关总署" } },
  CAC: { kind: "authority", title: { en: "Cyberspace office", zh: "网信部门" } },
  CA: { kind: "authority", title: { en: "Communications administration", zh: "通信管理局" } },
  NVDB: { kind: "technical", title: { en: "Vulnerability platform", zh: "网络安全威胁和漏洞信息共享平台" } },
  OEM: { kind: "enterprise", title: { en: "Vehicle maker", zh: "整车企业" } },
  IMPORTER: { kind: "enterprise", title: { en: "Vehicle importer", zh: "进口商" } },
  BATTERY_MAKER: { kind: "enterprise", title: { en: "Battery maker", zh: "电池企业" } },
  SUPPLIER: { kind: "enterprise", title: { en: "Parts supplier", zh: "零部件企业" } },
  TECH_FIRM: { kind: "enterprise", title: { en: "Technology firm", zh: "技术企业" } },
  OPERATOR: { kind: "enterprise", title: { en: "User entity", zh: "使用主体" } },
  DEALER_REPAIR: { kind: "enterprise", title: { en: "Dealer or repairer", zh: "经营者（销售、维修）" } },
  LAB: { kind: "technical", title: { en: "Testing or certification body", zh: "检测认证机构" } },
  EXPERT: { kind: "person", title: { en: "Expert committee member", zh: "专家委员会委员" } },
  OWNER: { kind: "person", title: { en: "Vehicle owner", zh: "车主" } },
  DRIVER: { kind: "person", title: { en: "Driver", zh: "驾驶人" } },
  SUBJECT: { kind: "person", title: { en: "Test subject", zh: "测试参与人" } },
  PUBLIC: { kind: "person", title: { en: "Public", zh: "公众" } },
  AI_REGULATOR: { kind: "authority", title: { en: "AI programme owner", zh: "人工智能沙盒主管部门" } },
  /** First of three administrators: runs the platform and its links; no accounts, no case content. */
  PLATFORM_ADMIN: { kind: "operation", title: { en: "System administrator", zh: "系统管理员" } },
  /** Second: organisations, accounts, roles, sessions, sign-in policy; no case content. */
  SECURITY_ADMIN: { kind: "operation", title: { en: "Security administrator", zh: "安全管理员" } },
  /** Third: reads what the other two and everybody else did; changes nothing. */
  AUDIT_ADMIN: { kind: "operation", title: { en: "Audit administrator", zh: "安全审计管理员" } },
  /** Supervises from outside: logs and ledger, nothing else. */
  AUDITOR: { kind: "operation", title: { en: "Auditor", zh: "审计员" } },
  /** Sees everything and acts with the regulator's powers; given to the token that a start prints, on loopback only. */
  SUPERVISOR_ALL: { kind: "operation", title: { en: "Supervisor (sees all)", zh: "监管员（全量查看）" } },
  /** The actor of effects that a published trigger has by rule. */
  "system:trigger": { kind: "system", title: { en: "Trigger", zh: "触发器" } },
  /** The actor of what happens because a deadline passed. */
  "system:clock": { kind: "system", title: { en: "Legal clock", zh: "法定时钟" } },
} as const satisfies Record<string, Role>;
/** Parts of the system that act and are no role of the matrix: what logs and histories call them. */
export const SYSTEM_NAMES = {
  "system:intake": { en: "System: intake", zh: "系统：数据接入" },
  "system:supervision": { en: "System: supervision", zh: "系统：监测判定" },
  "system:ledger": { en: "System: ledger", zh: "系统：存证账本" },
  "system:access": { en: "System: sign-in and accounts", zh: "系统：登录与账号" },
  "system:downlink": { en: "System: commands to vehicles", zh: "系统：指令下发" },
  "system:rulebook": { en: "System: backtests", zh: "系统：规则回测" },
  "system:documents": { en: "System: documents", zh: "系统：文书签发" },
  "system:notifier": { en: "System: notices", zh: "系统：通知发送" },
  "system:conformance": { en: "System: conformance tests", zh: "系统：符合性检测" },
  "system:setup": { en: "System: setup", zh: "系统：初始化" },
} as const satisfies Record<`system:${string}`, Text>;
export type RoleCode = keyof typeof ROLES;
/** Whatever part of the system acts has a name. */
export type SystemCode = keyof typeof SYSTEM_NAMES | Extract<RoleCode, `system:${string}`>;
export const ROLE_CODES = Object.keys(ROLES) as readonly RoleCode[];

/** The department that a role stands for: of a technical body the one it belongs to, else itself. */
export function departmentOf(role: RoleCode): string {
  const { department = role }: Role = ROLES[role];
  return department;
}

/** The administrators: none of them holds a right over case content, and no two of their rights to change meet in one role. */
export const ADMINISTRATOR_ROLES = [
  "PLATFORM_ADMIN",
  "SECURITY_ADMIN",
  "AUDIT_ADMIN",
] as const satisfies readonly RoleCode[];

/**
 * Roles that an account may have. Actors of the system are no accounts, and who sees all exists as the token that a start
 * prints, on loopback only: a security administrator can hand out neither.
 */
export const ASSIGNABLE_ROLES: readonly RoleCode[] = ROLE_CODES.filter(
  (role) => ROLES[role].kind !== "system" && role !== "SUPERVISOR_ALL",
);

export function isAssignableRole(value: string): value is RoleCode {
  return (ASSIGNABLE_ROLES as readonly string[]).includes(value);
}

export function isRoleCode(value: string): value is RoleCode {
  return Object.hasOwn(ROLES, value);
}

/** those who may apply together for a sandbox project. */
export const ENTERPRISE_ROLES = [
  "OEM",
  "IMPORTER",
  "BATTERY_MAKER",
  "SUPPLIER",
  "TECH_FIRM",
  "OPERATOR",
] as const satisfies readonly RoleCode[];
