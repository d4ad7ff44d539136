/** Access and on-road pilot of automated vehicles: what a case of it holds, and where it comes from. */
import { basis, type LegalBasis } from "../basis.ts";
import type { Infer } from "../schema.ts";
import type * as input from "./inputs.ts";

export const PILOT_BASES = {
  filing: basis("R-5.1", "MIIT [2023] no. 217 §3(1)", "F"),
  access: basis("R-5.3", "MIIT [2023] no. 217", "S"),
  connection: basis("R-5.4", "MIIT [2023] no. 217", "S"),
  operation: basis("R-5.5", "Secondary sources on MIIT [2023] no. 217", "S"),
  permit: basis("R-5.6", "First L3 permits, 2025-12-15", "S", "2025-12-15"),
  lifecycle: basis("5.1", "Sandglass access pilot lifecycle", "P"),
} as const satisfies Record<string, LegalBasis>;

type Dated<Schema> = { readonly at: string } & Infer<Schema>;

export interface IcvPilotData extends Partial<Infer<typeof input.FILING>> {
  readonly forwarded?: Infer<typeof input.FORWARDING>;
  readonly confirmations: readonly { readonly at: string; readonly department: string; readonly opinion: string }[];
  readonly visits: readonly Dated<typeof input.VISIT>[];
  readonly result?: string;
  readonly evaluation?: Infer<typeof input.EVALUATION>;
  readonly permit?: Infer<typeof input.PERMIT>;
  readonly connection?: Infer<typeof input.CONNECTION>;
  readonly insurance?: string;
  readonly events: readonly Infer<typeof input.EVENT>[];
  readonly responsibility: readonly Dated<typeof input.RESPONSIBILITY>[];
}
