/** Limits of a sandbox project and how far the fleet is from them. */
import { SANDBOX_FUNCTIONS, type Text } from "@sandglass/casework";
import { displayUnit } from "./finding.ts";
import { formatNumber, type Language } from "./format.ts";
import { regionName } from "./regions.ts";

export interface LimitLine {
  readonly key: string;
  /** Fields of the plan that it says: both ends of the hours of a day are one limit. */
  readonly of: readonly string[];
  readonly text: string;
}

const NAMES: Readonly<Record<string, { zh: string; en: string; unit?: string }>> = {
  maxVehicles: { zh: "数量上限", en: "Vehicles or services at most" },
  maxSpeed: { zh: "最高车速", en: "Speed at most", unit: "km/h" },
  regions: { zh: "区域", en: "Regions" },
  areas: { zh: "测试区域", en: "Areas" },
  roads: { zh: "道路", en: "Roads" },
  daily: { zh: "每日时段", en: "Hours of the day" },
  softwareVersions: { zh: "软件版本", en: "Software versions" },
  functions: { zh: "功能", en: "Functions" },
  users: { zh: "用户范围", en: "Users" },
};

export function limitName(key: string, language: Language): string {
  return Object.hasOwn(NAMES, key) ? NAMES[key][language] : key;
}

const FUNCTIONS: ReadonlyMap<string, Text> = new Map(Object.entries(SANDBOX_FUNCTIONS));

function nameOf(key: string, value: string, language: Language): string {
  if (key === "regions") return regionName(value, language);
  return (key === "functions" ? FUNCTIONS.get(value)?.[language] : undefined) ?? value;
}

/** The set limits in words; what is not limited is left out. */
export function describeLimits(limits: unknown, language: Language): LimitLine[] {
  if (typeof limits !== "object" || limits === null || Array.isArray(limits)) return [];
  const { dailyFrom, dailyTo, ...others } = limits as Readonly<Record<string, unknown>>;
  const lines = Object.entries(others).flatMap(([key, value]): LimitLine[] => {
    if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) return [];
    const unit = NAMES[key]?.unit;
    const text = Array.isArray(value)
      ? value.map((entry) => nameOf(key, String(entry), language)).join(language === "zh" ? "、" : ", ")
      : typeof value === "number"
        ? `${formatNumber(value, language, 1)}${unit ? ` ${unit}` : ""}`
        : String(value);
    return [{ key, of: [key], text }];
  });
  if (typeof dailyFrom === "string" || typeof dailyTo === "string")
    lines.push({
      key: "daily",
      of: ["dailyFrom", "dailyTo"],
      text: `${String(dailyFrom ?? "00:00")}–${String(dailyTo ?? "24:00")}`,
    });
  const order = Object.keys(NAMES);
  return lines.toSorted((a, b) => order.indexOf(a.key) - order.indexOf(b.key));
}

/** Whether a margin is one of a limit of the plan, which has a line of its own. */
export function isPlanLimit({ limit }: { readonly limit?: string | undefined }): boolean {
  return limit?.startsWith("PLAN-") === true || limit === "limit speed";
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
