/**
 * Where a rule or a number comes from, and how sure we are. Nothing marked D, M or P is ever shown as law.
 */
import { AI_ACT, AS_DEFAULT, RECALL_REGULATION, SOURCES, type SourceName } from "./sources.ts";
import type { Text } from "./text.ts";

export const CERTAINTIES = {
  F: { en: "found in the rule's own text", zh: "已见条文" },
  S: { en: "secondary source", zh: "二手来源" },
  D: { en: "draft text", zh: "征求意见稿" },
  M: { en: "unverified", zh: "未核实" },
  P: { en: "product proposal, not law", zh: "产品建议，非法定" },
} as const satisfies Record<string, Text>;
export type Certainty = keyof typeof CERTAINTIES;

export interface LegalBasis {
  /** Number of the requirement, e.g. "R-3.19a"; the state machine's own clause, e.g. "9.1", where there is none. */
  readonly requirement: string;
  /** Name of the rule with its articles, in English. */
  readonly source: string;
  /** The same in Chinese; absent where who wrote a programme or a calendar gave one name only. */
  readonly sourceZh?: string;
  readonly certainty: Certainty;
  /** ISO date from which the rule holds, where known. */
  readonly effectiveFrom?: string;
}

/** Short form of a legal basis, for tables of data. */
export function basis(
  requirement: string,
  source: SourceName | Text,
  certainty: Certainty,
  effectiveFrom?: string,
): LegalBasis {
  return {
    requirement,
    ...(typeof source === "string"
      ? { source, sourceZh: SOURCES[source] }
      : { source: source.en, sourceZh: source.zh }),
    certainty,
    ...(effectiveFrom === undefined ? {} : { effectiveFrom }),
  };
}

/** The name of the rule in the reader's language, where the author gave both. */
export function sourceIn({ source, sourceZh }: Pick<LegalBasis, "source" | "sourceZh">, language: keyof Text): string {
  return (language === "zh" ? sourceZh : undefined) ?? source;
}

/** What is ours and no law: free to change. */
export function proposal(requirement: string): LegalBasis {
  return basis(requirement, "Sandglass proposal", "P");
}

const NOTICE = "Automobile safety sandbox notice (SAMR, MIIT, MOT, MEM, GACC), 2022-04-01";
const GBT45688 = "GB/T 45688-2025";

/** The bases that several tables share. */
export const BASES = {
  lifecycle: basis("9.1", "Sandglass sandbox lifecycle", "P"),
  orderLifecycle: basis("9.2", "Sandglass hazard work order lifecycle", "P"),
  accessProof: basis("R-1.5", NOTICE, "F", "2022-04-01"),
  voluntary: basis("R-1.8", NOTICE, "F", "2022-04-01"),
  followUp: basis("R-1.9", NOTICE, "F", "2022-04-01"),
  finalEvaluation: basis("R-1.10", "SAMR statements on sandbox supervision", "S"),
  application: basis("R-1.12", "Application files of a sandbox project", "M"),
  panel: basis("R-1.13", "SAMR statement on an expert committee; recall regulation Art. 15, 21 by analogy", "S"),
  noImmunity: basis("R-1.18", RECALL_REGULATION("8, 12, 28"), "F", "2013-01-01"),
  exitKinds: basis("R-1.20", "Outlook new era article on AI sandboxes, 2026-04-30", "S"),
  exclusions: basis("R-6.2", "Outlook new era article on AI sandboxes, 2026-04-30", "F"),
  grading: basis("R-6.3", "Outlook new era article on AI sandboxes, 2026-04-30", "F"),
  trigger: basis("R-6.4", "15th Five-Year Plan outline: trigger-based regulation", "F"),
  plan: basis("R-6.21", AI_ACT("57(5)", AS_DEFAULT), "F"),
  suspend: basis("R-6.26", AI_ACT("57(11)", AS_DEFAULT), "F"),
  /** Art. 58(2) is about AI sandboxes of the Union: for each of our programmes it is a model, and binds nobody. */
  decision: basis("R-6.31", AI_ACT("58(2)", AS_DEFAULT), "P"),
  earlyExit: basis("R-6.51", "UK ICO sandbox: early-exit strategy in the plan", "F"),
  faultLevels: basis("R-3.19", `${GBT45688} 6.2.1, Annex D.1`, "F", "2025-12-01"),
  hazardWarning: basis("R-3.23", `${GBT45688} Annex D.2`, "F", "2025-12-01"),
  longOffline: basis("R-3.21", `${GBT45688} C.11`, "F", "2025-12-01"),
  clusterParking: basis("R-3.22", `${GBT45688} C.12`, "F", "2025-12-01"),
  closure: basis("R-3.32", `derived from ${GBT45688} D.1, D.2`, "P"),
  sanction: basis("R-3.34", "MIIT [2016] no. 377", "S"),
  disposal: basis("R-3.16", `${GBT45688} Tables B.1, B.4`, "F", "2025-12-01"),
} as const satisfies Record<string, LegalBasis>;
