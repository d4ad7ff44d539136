/** What a data-quality rule is. The catalogue (catalogue.ts) lists them as data; engine.ts counts where they are broken. */
import type { Certainty } from "@sandglass/casework";

/** The eight classes of REQUIREMENTS. */
export const RULE_CLASSES = {
  missing: { en: "Missing", zh: "缺失" },
  abnormal: { en: "Abnormal value", zh: "异常值" },
  invalid: { en: "Invalid value", zh: "无效值" },
  out_of_range: { en: "Out of range", zh: "数据越界" },
  delay: { en: "Delay", zh: "延时" },
  logic: { en: "Cross-field logic", zh: "字段间逻辑异常" },
  transmission: { en: "Transmission rule", zh: "传输规则" },
  precision: { en: "Insufficient precision", zh: "数据精度不足" },
} as const;
export type RuleClass = keyof typeof RULE_CLASSES;

/**
 * What a rule is counted against, so that a count becomes a share.
 * - frames: every received frame, quarantined ones included · reports: accepted 0x02 and 0x03 · realtime: accepted 0x02
 * - intervals: pairs of consecutive realtime reports of one session · logins, logouts: accepted 0x01, 0x04
 * - days: vehicle-days with enough samples · powerOffs: power-offs whose battery watch was judged
 */
export const DENOMINATORS = [
  "frames",
  "reports",
  "realtime",
  "intervals",
  "logins",
  "logouts",
  "days",
  "powerOffs",
] as const;
export type Denominator = (typeof DENOMINATORS)[number];

export interface RuleParameter {
  readonly value: number;
  /** UCUM. */
  readonly unit: string;
  /** Of this number, where it differs from the rule's. */
  readonly certainty?: Certainty;
}

export interface QualityRule {
  readonly id: string;
  /** Position in the catalogue: what stored counts go by. Never given to another rule. */
  readonly number: number;
  readonly class: RuleClass;
  readonly title: { readonly en: string; readonly zh: string };
  /** Requirement of REQUIREMENTS.md. */
  readonly requirement: string;
  /** Text of the rule or clause it rests on. */
  readonly basis: string;
  readonly certainty: Certainty;
  readonly effectiveFrom?: string;
  readonly editions: readonly (2016 | 2025)[];
  readonly per: Denominator;
  /** Signal that the rule looks at, where it is one. */
  readonly signal?: string;
  readonly parameters: Readonly<Record<string, RuleParameter>>;
  /** Indicative limit of the share; beyond it a report says fail. Undefined: counted only. */
  readonly limit?: { readonly share: number; readonly basis: string; readonly certainty: Certainty };
}
