/** What the demonstration needs to exist: organisations, accounts, platform credentials, registered vehicles. */
import { SYSTEM_SETUP } from "../records/mod.ts";
import type { Access } from "./access.ts";
import type { Organisation } from "./directory-rows.ts";

/** The fleet as the simulator plans it; given by the caller, because the server knows no simulator. */
export interface DemoFleet {
  readonly makers: readonly { readonly id: string; readonly names: { readonly en: string; readonly zh: string } }[];
  readonly vehicles: readonly {
    readonly vin: string;
    readonly maker: string;
    readonly model: string;
    readonly region: string;
    readonly details: Readonly<Record<string, unknown>>;
  }[];
  readonly platforms: readonly { readonly maker: string; readonly user: string; readonly password: string }[];
}

export const DEMO_ORGANISATIONS: readonly Organisation[] = [
  { id: "samr", kind: "authority", names: { en: "Market regulator (demo)", zh: "市场监管部门（演示）" } },
  {
    id: "recall-center",
    kind: "technical",
    names: { en: "Recall technical centre (demo)", zh: "召回技术中心（演示）" },
  },
  { id: "miit", kind: "authority", names: { en: "Industry ministry (demo)", zh: "工业和信息化主管部门（演示）" } },
  {
    id: "eidc",
    kind: "technical",
    names: { en: "Equipment industry development centre (demo)", zh: "装备工业发展中心（演示）" },
  },
  { id: "fire", kind: "authority", names: { en: "Fire and rescue (demo)", zh: "消防救援机构（演示）" } },
  { id: "mps", kind: "authority", names: { en: "Public security ministry (demo)", zh: "公安部（演示）" } },
  { id: "traffic-police", kind: "authority", names: { en: "Traffic police (demo)", zh: "公安交通管理部门（演示）" } },
  { id: "cac", kind: "authority", names: { en: "Cyberspace administration (demo)", zh: "网信部门（演示）" } },
  {
    id: "local-iit",
    kind: "authority",
    names: { en: "Shenzhen industry department (demo)", zh: "深圳市工信部门（演示）" },
    region: "440300",
  },
  {
    id: "nat-platform",
    kind: "technical",
    names: { en: "National monitoring platform (demo)", zh: "国家监测平台（演示）" },
  },
  {
    id: "data-bureau",
    kind: "authority",
    names: { en: "AI programme owner: data bureau (demo)", zh: "人工智能沙盒主管部门：数据局（演示）" },
  },
  { id: "ai-lab", kind: "techFirm", names: { en: "Chat service provider (demo)", zh: "对话服务企业（演示）" } },
  {
    id: "pilot-fleet",
    kind: "operator",
    names: { en: "Robotaxi fleet, user entity (demo)", zh: "自动驾驶出行使用主体（演示）" },
  },
  { id: "audit", kind: "operation", names: { en: "Audit office (demo)", zh: "审计部门（演示）" } },
  { id: "experts", kind: "technical", names: { en: "Expert committee (demo)", zh: "专家委员会（演示）" } },
];

export interface DemoAccount {
  readonly account: string;
  readonly name: string;
  readonly role: string;
  readonly organisation: string;
  readonly region?: string;
}

export const DEMO_ACCOUNTS: readonly DemoAccount[] = [
  { account: "samr", name: "市场监管 · SAMR officer", role: "SAMR", organisation: "samr" },
  // The second pair of eyes: a termination takes two persons.
  { account: "samr-2", name: "市场监管（复核）· SAMR second officer", role: "SAMR", organisation: "samr" },
  {
    account: "recall",
    name: "召回技术中心 · Recall technical centre",
    role: "RECALL_CENTER",
    organisation: "recall-center",
  },
  // The other regulator of accidents, and who announces the hazard check of the year: MIIT and its technical body.
  { account: "miit", name: "工信 · MIIT officer", role: "MIIT", organisation: "miit" },
  { account: "eidc", name: "装备中心 · EIDC officer", role: "EIDC", organisation: "eidc" },
  { account: "fire", name: "消防救援 · Fire and rescue", role: "FIRE", organisation: "fire" },
  // Who confirms an on-road pilot beside MIIT is the ministry; accidents are attended by the traffic police.
  { account: "mps", name: "公安部 · Public security ministry", role: "MPS", organisation: "mps" },
  { account: "police", name: "交管 · Traffic police", role: "TRAFFIC_POLICE", organisation: "traffic-police" },
  { account: "cac", name: "网信 · Cyberspace administration", role: "CAC", organisation: "cac" },
  { account: "ai-gov", name: "人工智能主管 · AI programme owner", role: "AI_REGULATOR", organisation: "data-bureau" },
  {
    account: "ai-gov-2",
    name: "人工智能主管（复核）· AI programme second officer",
    role: "AI_REGULATOR",
    organisation: "data-bureau",
  },
  {
    account: "local",
    name: "地方工信 · Local industry",
    role: "LOCAL_IIT",
    organisation: "local-iit",
    region: "440300",
  },
  { account: "oem-a", name: "企业 A 安全负责人 · Maker A safety", role: "OEM", organisation: "oem-a" },
  { account: "oem-b", name: "企业 B 安全负责人 · Maker B safety", role: "OEM", organisation: "oem-b" },
  { account: "ai-lab", name: "智能服务企业 · AI service provider", role: "TECH_FIRM", organisation: "ai-lab" },
  { account: "operator", name: "使用主体 · User entity of the pilot", role: "OPERATOR", organisation: "pilot-fleet" },
  { account: "monitor", name: "国家平台 · National platform", role: "NAT_PLATFORM", organisation: "nat-platform" },
  { account: "auditor", name: "审计 · Auditor", role: "AUDITOR", organisation: "audit" },
  { account: "expert", name: "专家 · Expert", role: "EXPERT", organisation: "experts" },
];

/** Idempotent: a second start sets the passwords anew and leaves the rest. */
export async function seedDemo(access: Access, fleet: DemoFleet, password: string): Promise<readonly DemoAccount[]> {
  const nameOf = new Map(fleet.makers.map((maker) => [maker.id, maker.names.zh]));
  const makers = fleet.makers.map((maker): Organisation => ({ id: maker.id, kind: "maker", names: maker.names }));
  for (const organisation of [...DEMO_ORGANISATIONS, ...makers])
    await access.directory.ensureOrganisation(organisation);
  for (const account of DEMO_ACCOUNTS) await access.directory.ensureAccount({ ...account, password, demo: true });
  for (const platform of fleet.platforms) {
    await access.platforms.ensure({
      name: `${platform.maker} (demo)`,
      user: platform.user,
      password: platform.password,
      organisation: platform.maker,
    });
  }
  await access.registry.register(
    SYSTEM_SETUP,
    fleet.vehicles.map((vehicle) => ({
      vin: vehicle.vin,
      organisation: vehicle.maker,
      maker: nameOf.get(vehicle.maker) ?? vehicle.maker,
      model: vehicle.model,
      region: vehicle.region,
      powertrain: "BEV",
      details: vehicle.details,
    })),
  );
  return DEMO_ACCOUNTS;
}
