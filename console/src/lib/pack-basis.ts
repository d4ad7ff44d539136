import type { Language } from "./format.ts";

/** One thing that a rule pack rests on. Null in Chinese: both languages have the same words. */
export interface PackBasis {
  readonly text: string;
  readonly clause: string | null;
  readonly textZh: string | null;
  readonly clauseZh: string | null;
  readonly certainty: string;
}

/** Document and clause in one line. */
export function packBasisIn({ text, clause, textZh, clauseZh }: PackBasis, language: Language): string {
  const parts = language === "zh" ? [textZh ?? text, clauseZh ?? clause] : [text, clause];
  return parts.filter((part) => part !== null).join(" ");
}
