/** Conformity tests of platforms and models, and the edition that a model has to speak. */
import { basis, type LegalBasis } from "../basis.ts";
import type { Infer } from "../schema.ts";
import type { OUTCOME, REGISTRATION } from "./inputs.ts";

export const CONFORMITY_BASES = {
  tests: basis("R-3.7", "National monitoring platform, statement of 2018 [NMP18]", "S"),
  edition: basis("R-3.8", "Catalogue of national standards: GB/T 32960-2025", "S", "2025-12-01"),
  lifecycle: basis("9.6", "Sandglass conformity test lifecycle", "P"),
} as const satisfies Record<string, LegalBasis>;

/** Vehicles of the model that were heard of, by the edition that they spoke last. */
export interface SpokenEditions {
  readonly applicable: number;
  readonly other: number;
}

export interface ConformityTestData extends Partial<Infer<typeof REGISTRATION>>, Partial<Infer<typeof OUTCOME>> {
  readonly spoken?: SpokenEditions;
}
