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

/** @param have the sentence of the condition of one subject; undefined: any will do */
export function describeFleet(
  fleet: CoreFleet,
  have: string | undefined,
  language: Language,
  dur: (ms: number) => string,
): string {
  const amount = fleet.percent ? `${percentOf(fleet.amount)} %` : `${fleet.amount}`;
  const who = subjects(fleet.subject, language);
  if (language === "zh") {
    const near = fleet.nearM === undefined ? "" : `相距${fleet.nearM}米以内的`;
    const population = `${fleet.group === undefined ? "" : `同一${attribute(fleet.group, "zh")}的`}${near}${fleet.population === "active" ? "活跃" : "登记"}${who}`;
    const count = `${ZH[fleet.cmp]}${amount}${fleet.percent ? "" : fleet.subject === "vehicle" ? "辆" : "个"}`;
    return have === undefined
      ? `过去${dur(fleet.ms)}内${population}${count}`
      : `过去${dur(fleet.ms)}内${population}中有${count}曾满足“${have}”`;
  }
  const population = `${fleet.population} ${who}${fleet.group === undefined ? "" : ` of one ${attribute(fleet.group, "en")}`}`;
  const near = fleet.nearM === undefined ? "" : ` within ${fleet.nearM} metres of one of them`;
  const window = dur(fleet.ms).replace(/^1 /, "");
  return have === undefined
    ? `there were ${EN[fleet.cmp]} ${amount} ${population}${near} in the last ${window}`
    : `for ${EN[fleet.cmp]} ${amount} of the ${population}${near} it was true at some instant of the last ${window} that ${have}`;
}

/** "for vehicles whose powertrain is BEV or PHEV"; empty without a condition. */
export function describeApplies(core: CoreTrigger, language: Language): string {
  if (core.where === undefined) return "";
  const where = registry(core.where, language);
  const who = subjects(core.appliesTo, language);
  return language === "zh" ? `对${where}的${who}` : `for ${who} ${where}`;
}

const EN_IS = { eq: "is", ne: "is not", lt: "is below", le: "is at most", gt: "is above", ge: "is at least" } as const;
const ZH_IS = { eq: "为", ne: "不为", lt: "低于", le: "不高于", gt: "高于", ge: "不低于" } as const;

const OPPOSITE = { eq: "ne", ne: "eq", lt: "ge", ge: "lt", gt: "le", le: "gt" } as const;

/** English: a relative clause each, "whose model is X and which are registered". */
function registry(cond: RegistryCond, language: Language, denied = false): string {
  const zh = language === "zh";
  switch (cond.op) {
    case "and":
    case "or": {
      const group = (part: RegistryCond): string => {
        const said = registry(part, language);
        const nested = (part.op === "and" || part.op === "or") && part.op !== cond.op;
        return nested ? (zh ? `（${said}）` : `(${said})`) : said;
      };
      const word = zh ? (cond.op === "and" ? "且" : "或") : ` ${cond.op} `;
      const both = `${group(cond.left)}${word}${group(cond.right)}`;
      return denied ? (zh ? `并非（${both}）` : `not (${both})`) : both;
    }
    case "not":
      return registry(cond.of, language, !denied);
    case "is": {
      const name = attribute(cond.attribute, language);
      if (zh) return denied ? `未${name.replace(/^已/, "")}` : name;
      return `which are ${denied ? "not " : ""}${name}`;
    }
    case "in": {
      const name = attribute(cond.attribute, language);
      if (zh) return `${name}${denied ? "不" : ""}为${cond.values.join(denied ? "、" : "或")}`;
      return `whose ${name} is ${denied ? (cond.values.length > 1 ? "none of " : "not ") : ""}${cond.values.join(denied ? ", " : " or ")}`;
    }
    default: {
      const op = denied ? OPPOSITE[cond.op] : cond.op;
      const name = attribute(cond.attribute, language);
      return zh ? `${name}${ZH_IS[op]}${cond.value}` : `whose ${name} ${EN_IS[op]} ${cond.value}`;
    }
  }
}
