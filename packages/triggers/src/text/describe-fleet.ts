/** Sentences about populations: fleet conditions and `applies to … where`. */
import { ATTRIBUTES, namedIn } from "../lang/attributes.ts";
import type { CoreFleet, CoreTrigger, RegistryCond } from "../lang/core.ts";
import { percentOf, type Language } from "./format.ts";

const SUBJECT_NAMES: Readonly<Record<string, { en: string; zh: string }>> = {
  vehicle: { en: "vehicles", zh: "车辆" },
  platform: { en: "platforms", zh: "平台" },
  ai_service: { en: "AI services", zh: "人工智能服务" },
  backend_account: { en: "backend accounts", zh: "后台账号" },
  organisation: { en: "organisations", zh: "企业" },
  project: { en: "projects", zh: "项目" },
};
const ATTRIBUTE_NAMES: Readonly<Record<string, string>> = {
  ads_level: "driving automation level",
  battery_type: "battery type",
  software_version: "software version",
};
const EN = { gt: "more than", ge: "at least", lt: "fewer than", le: "at most" } as const;
const ZH = { gt: "超过", ge: "至少", lt: "少于", le: "至多" } as const;

function subjects(id: string, language: Language): string {
  return SUBJECT_NAMES[id]?.[language] ?? id;
}

function attribute(id: string, language: Language): string {
  return language === "zh" ? namedIn(ATTRIBUTES, id, "zh") : (ATTRIBUTE_NAMES[id] ?? id);
}

/** @param have the sentence of the condition of one subject */
export function describeFleet(fleet: CoreFleet, have: string, language: Language, dur: (ms: number) => string): string {
  const amount = fleet.percent ? `${percentOf(fleet.amount)} %` : `${fleet.amount}`;
  const who = subjects(fleet.subject, language);
  if (language === "zh") {
    const population = `${fleet.group === undefined ? "" : `同一${attribute(fleet.group, "zh")}的`}${fleet.population === "active" ? "活跃" : "登记"}${who}`;
    const near = fleet.nearM === undefined ? "" : `在彼此${fleet.nearM}米之内`;
    return `过去${dur(fleet.ms)}内${ZH[fleet.cmp]}${amount}${fleet.percent ? "" : "个"}${population}${near}曾满足“${have}”`;
  }
  const population = `${fleet.population} ${who}${fleet.group === undefined ? "" : ` of one ${attribute(fleet.group, "en")}`}`;
  const near = fleet.nearM === undefined ? "" : ` within ${fleet.nearM} metres of one of them`;
  return `${EN[fleet.cmp]} ${amount} of the ${population}${near} had, within the last ${dur(fleet.ms)}: ${have}`;
}

/** "for vehicles whose powertrain is BEV or PHEV"; empty without a condition. */
export function describeApplies(core: CoreTrigger, language: Language): string {
  if (core.where === undefined) return "";
  const where = registry(core.where, language);
  const who = subjects(core.appliesTo, language);
  return language === "zh" ? `对${where}的${who}` : `for ${who} whose ${where}`;
}

const EN_IS = { eq: "is", ne: "is not", lt: "is below", le: "is at most", gt: "is above", ge: "is at least" } as const;
const ZH_IS = { eq: "为", ne: "不为", lt: "低于", le: "不高于", gt: "高于", ge: "不低于" } as const;

function registry(cond: RegistryCond, language: Language): string {
  const zh = language === "zh";
  switch (cond.op) {
    case "and":
    case "or": {
      const word = zh ? (cond.op === "and" ? "且" : "或") : cond.op === "and" ? " and " : " or ";
      return `${registry(cond.left, language)}${word}${registry(cond.right, language)}`;
    }
    case "not":
      return zh
        ? `并非（${registry(cond.of, language)}）`
        : `registration does not say that ${registry(cond.of, language)}`;
    case "is":
      return zh ? attribute(cond.attribute, language) : `${attribute(cond.attribute, language)} is set`;
    case "in":
      return `${attribute(cond.attribute, language)}${zh ? "为" : " is "}${cond.values.join(zh ? "或" : " or ")}`;
    default:
      return zh
        ? `${attribute(cond.attribute, language)}${ZH_IS[cond.op]}${cond.value}`
        : `${attribute(cond.attribute, language)} ${EN_IS[cond.op]} ${cond.value}`;
  }
}
