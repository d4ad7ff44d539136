/** The ladder of measures against an enterprise that does not run its safety system, and what a case of it holds. */
import { basis, BASES, type LegalBasis } from "../basis.ts";
import type { Infer } from "../schema.ts";
import type { Text } from "../text.ts";
import type { CORRECTION, NOTICE, ORDER, SHARING } from "./inputs.ts";

export const MEASURE_BASES = {
  ladder: basis("R-2.19", "Briefing on guidance [2022] no. 10, 2022-04-21", "S", "2022-04-21"),
  suspension: BASES.sanction,
  lifecycle: basis("9.6", "Sandglass supervisory measure lifecycle", "P"),
  publicRelease: basis("8.2", "Sandglass permission matrix: public release needs four eyes", "P"),
} as const satisfies Record<string, LegalBasis>;

/** In this order; nobody leaves one out. */
export const RUNGS = {
  RISK_NOTICE: { en: "Risk-notice letter", zh: "风险提示函" },
  INTERVIEW: { en: "Interview", zh: "约谈" },
  PUBLIC_NOTICE: { en: "Public notice", zh: "公开通报" },
  ORDER_TO_CORRECT: { en: "Order to correct in a time limit", zh: "责令限期整改" },
  SUSPENDED: { en: "Announcement suspended", zh: "暂停公告" },
} as const satisfies Record<string, Text>;
export type Rung = keyof typeof RUNGS;
export const RUNG_CODES = Object.keys(RUNGS) as readonly Rung[];

export interface MeasureData extends Partial<Infer<typeof NOTICE>>, Partial<Infer<typeof ORDER>> {
  /** Why each further rung was taken, in order. */
  readonly steps: readonly { readonly at: string; readonly rung: Rung; readonly reasons: string }[];
  /** What the enterprise reported, in order. */
  readonly corrections: readonly ({ readonly at: string } & Infer<typeof CORRECTION>)[];
  readonly shared: readonly ({ readonly at: string } & Infer<typeof SHARING>)[];
}
