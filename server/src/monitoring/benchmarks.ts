/**
 * What the published bulletins call good, as data. They are no legal minimum, and only firms above a size were
 * judged by them; how the two pass rates are worked out was not published, so the definitions here are ours.
 */
import { basis, DEADLINES, type DeadlineRule, type LegalBasis, type Text } from "@sandglass/casework";
import type { RuleClass } from "../conformance/mod.ts";

const BULLETIN = "National monitoring platform, published bulletins [NMP20]";

export interface Benchmark {
  /** Share that counts as good. */
  readonly share: number;
  /** Connected vehicles from which on a firm was judged by it. */
  readonly from: number;
  readonly basis: LegalBasis;
}

/** Class of a vehicle as the registry has it (`details.class`, else the category of GB/T 15089). */
export const VEHICLE_CLASSES = {
  bus: { en: "Buses", zh: "客车" },
  car: { en: "Cars", zh: "乘用车" },
  special: { en: "Special vehicles", zh: "专用车" },
  unknown: { en: "Class not registered", zh: "未登记类别" },
} as const satisfies Record<string, Text>;
export type VehicleClass = keyof typeof VEHICLE_CLASSES;

const online = (share: number, from: number): Benchmark => ({ share, from, basis: basis("R-3.26", BULLETIN, "S") });
export const ONLINE_BENCHMARKS: { readonly [Class in VehicleClass]?: Benchmark } = {
  bus: online(0.95, 8_000),
  car: online(0.9, 50_000),
  special: online(0.9, 2_000),
};

/** What all the vehicles sold are compared with: every one of them is monitored, without a class or a size left out. */
export const COVERAGE = {
  title: { en: "Connected, of all registered", zh: "已接入（占已登记车辆）" },
  basis: basis("R-3.1", "MIIT order no. 39; MIIT [2016] no. 377", "S"),
} as const satisfies { readonly title: Text; readonly basis: LegalBasis };

export interface PassRate {
  readonly title: Text;
  readonly definition: Text;
  readonly definitionBasis: LegalBasis;
  /** A vehicle fails by breaking a rule of one of these classes beyond the rule's indicative limit. */
  readonly classes: readonly RuleClass[];
  /** Strictest first: the first whose size a firm reaches is its own. */
  readonly benchmarks: readonly Benchmark[];
}

const proposed = (requirement: string): LegalBasis =>
  basis(requirement, "Sandglass proposal: no definition was published", "P");
export const PASS_RATES = {
  audit: {
    title: { en: "Dynamic audit", zh: "动态审核" },
    definition: {
      en: "Vehicles that sent data and whose values kept every indicative limit",
      zh: "有数据上传且数值类规则均未超过参考限值的车辆",
    },
    definitionBasis: proposed("R-3.27"),
    classes: ["missing", "abnormal", "invalid", "out_of_range", "logic"],
    benchmarks: [
      { share: 0.95, from: 40_000, basis: basis("R-3.27", BULLETIN, "S") },
      { share: 0.9, from: 1, basis: basis("R-3.27", BULLETIN, "S") },
    ],
  },
  verification: {
    title: { en: "Dynamic verification", zh: "动态检验" },
    definition: {
      en: "Vehicles that sent data and whose sending kept every indicative limit (transmission rules)",
      zh: "有数据上传且传输类规则均未超过参考限值的车辆",
    },
    definitionBasis: proposed("R-3.28"),
    classes: ["transmission"],
    benchmarks: [{ share: 0.9, from: 1, basis: basis("R-3.28", BULLETIN, "S") }],
  },
} as const satisfies Record<string, PassRate>;
export type PassRateCode = keyof typeof PASS_RATES;

/** Limits of handling by level; counted from the notice to the owner. */
export const CLOSURE_LIMITS: { readonly [level: number]: DeadlineRule } = {
  1: DEADLINES.repairLevel1,
  2: DEADLINES.repairLevel2,
  3: DEADLINES.repairLevel3,
  4: DEADLINES.repairThermal,
};

export type RateVerdict = "reached" | "missed" | "noBenchmark";

/** @param size connected vehicles of the firm */
export function judgeRate(
  part: number,
  of: number,
  benchmark: Benchmark | undefined,
  size: number,
): { readonly share: number | null; readonly verdict: RateVerdict } {
  const share = of === 0 ? null : part / of;
  if (share === null || benchmark === undefined || size < benchmark.from) return { share, verdict: "noBenchmark" };
  return { share, verdict: share >= benchmark.share ? "reached" : "missed" };
}
