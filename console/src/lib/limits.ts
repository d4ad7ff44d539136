/** Limits of a sandbox project and how far the fleet is from them. */
import { displayUnit } from "./finding.ts";
import { formatNumber, type Language } from "./format.ts";
import { regionName } from "./regions.ts";

export interface LimitLine {
  readonly key: string;
  readonly text: string;
}

const NAMES: Readonly<Record<string, { zh: string; en: string; unit?: string }>> = {
  maxVehicles: { zh: "车辆数上限", en: "Vehicles at most" },
  maxSpeed: { zh: "最高车速", en: "Speed at most", unit: "km/h" },
  regions: { zh: "区域", en: "Regions" },
  roads: { zh: "道路", en: "Roads" },
  dailyFrom: { zh: "每日起始", en: "Daily from" },
  dailyTo: { zh: "每日截止", en: "Daily to" },
  functions: { zh: "功能", en: "Functions" },
  users: { zh: "用户范围", en: "Users" },
};

export function limitName(key: string, language: Language): string {
  return Object.hasOwn(NAMES, key) ? NAMES[key][language] : key;
}

/** The set limits in words; what is not limited is left out. */
export function describeLimits(limits: unknown, language: Language): LimitLine[] {
  if (typeof limits !== "object" || limits === null || Array.isArray(limits)) return [];
  const order = Object.keys(NAMES);
  const entries = Object.entries(limits).sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
  return entries.flatMap(([key, value]): LimitLine[] => {
    if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) return [];
    const unit = NAMES[key]?.unit;
    if (Array.isArray(value))
      return [
        {
          key,
          text: value
            .map((entry) => (key === "regions" ? regionName(String(entry), language) : String(entry)))
            .join(language === "zh" ? "、" : ", "),
        },
      ];
    if (typeof value === "number")
      return [{ key, text: `${formatNumber(value, language, 1)}${unit ? ` ${unit}` : ""}` }];
    return [{ key, text: String(value) }];
  });
}

/** Share of a bound that is used, 0 to 1 and beyond; undefined when it cannot be said. */
export function usedShare(value: number | null, bound: number, operator: string | undefined): number | undefined {
  if (value === null || !Number.isFinite(value) || !Number.isFinite(bound)) return undefined;
  if (operator === "<" || operator === "<=") return value === 0 ? undefined : bound === 0 ? undefined : bound / value;
  return bound === 0 ? (value > 0 ? 2 : 0) : value / bound;
}

export function withUnit(value: number | null, unit: string | null | undefined, language: Language): string {
  if (value === null) return "–";
  const shown = displayUnit(unit);
  return `${formatNumber(value, language, 3)}${shown === "" ? "" : ` ${shown}`}`;
}
