/** Attributes of the registry that `where`, `in group` and `group by` may name, and the kinds of subjects. */
import { nearest } from "./source.ts";

export interface Attribute {
  readonly id: string;
  readonly zh: readonly string[];
  readonly type: "text" | "number" | "version" | "flag";
}

/** The first Chinese name is the one that the formatter writes. */
export const ATTRIBUTES: readonly Attribute[] = [
  { id: "maker", zh: ["车企", "厂商", "制造商"], type: "text" },
  { id: "model", zh: ["车型"], type: "text" },
  { id: "region", zh: ["地区"], type: "text" },
  { id: "project", zh: ["项目"], type: "text" },
  { id: "programme", zh: ["计划"], type: "text" },
  { id: "powertrain", zh: ["动力类型"], type: "text" },
  { id: "grade", zh: ["分级"], type: "text" },
  { id: "organisation", zh: ["企业", "单位"], type: "text" },
  { id: "ads_level", zh: ["级别", "自动驾驶级别"], type: "number" },
  { id: "battery_type", zh: ["电池类型"], type: "text" },
  { id: "category", zh: ["车辆类别"], type: "text" },
  { id: "use", zh: ["使用性质"], type: "text" },
  { id: "edition", zh: ["协议版本"], type: "text" },
  { id: "software_version", zh: ["软件版本"], type: "version" },
  { id: "registered", zh: ["已登记"], type: "flag" },
];

export const SUBJECTS: readonly { readonly id: string; readonly zh: readonly string[] }[] = [
  { id: "vehicle", zh: ["车辆"] },
  { id: "platform", zh: ["平台"] },
  { id: "ai_service", zh: ["人工智能服务", "智能服务"] },
  { id: "backend_account", zh: ["后台账号", "后台账户"] },
  { id: "organisation", zh: ["企业"] },
  { id: "project", zh: ["项目"] },
];

type Named = { readonly id: string; readonly zh: readonly string[] };

export function findNamed<N extends Named>(list: readonly N[], name: string): N | undefined {
  return list.find((one) => one.id === name || one.zh.includes(name));
}

export function nearestNamed(list: readonly Named[], name: string): string | undefined {
  const han = /\p{Script=Han}/u.test(name);
  return nearest(
    name,
    list.flatMap((one) => (han ? one.zh : [one.id])),
  );
}

export function namedIn(list: readonly Named[], id: string, language: "en" | "zh"): string {
  return language === "zh" ? (list.find((one) => one.id === id)?.zh[0] ?? id) : id;
}
