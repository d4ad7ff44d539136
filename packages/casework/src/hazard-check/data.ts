/** The hazard check of a year: what a maker owes by mileage, and the pure rules over it. */
import { basis, type LegalBasis } from "../basis.ts";
import type { Infer } from "../schema.ts";
import type { Text } from "../text.ts";
import type { ANNOUNCEMENT, PLAN, RESULTS } from "./inputs.ts";

export const CHECK_BASES = {
  lifecycle: basis("9.7", "Sandglass hazard check lifecycle", "P"),
  check: basis("R-2.20", "EIDC yearly notices on hazard checks (2019, 2023, 2024)", "S"),
  owners: basis("R-2.21", "EIDC notice on hazard checks, 2019", "S"),
} as const satisfies Record<string, LegalBasis>;

/** Mileage bands of operating vehicles with the least share to be sampled, percent: those of the notice of 2019. */
export const BANDS = {
  below100: { title: { en: "Below 100 000 km", zh: "10万公里以下" }, share: 5 },
  to200: { title: { en: "100 000 to 200 000 km", zh: "10万至20万公里" }, share: 10 },
  above200: { title: { en: "Above 200 000 km", zh: "20万公里以上" }, share: 20 },
} as const satisfies Record<string, { readonly title: Text; readonly share: number }>;
export type Band = keyof typeof BANDS;
export const BAND_CODES = Object.keys(BANDS) as readonly Band[];

export type BandCounts = { readonly [Code in Band]: number };

/** What the server counts of the maker's hazard work orders since the announcement. */
export interface OrderCounts {
  readonly opened: number;
  readonly closed: number;
  readonly overdue: number;
}

export interface HazardCheckData extends Partial<Infer<typeof ANNOUNCEMENT>>, Partial<Infer<typeof PLAN>> {
  readonly results?: Infer<typeof RESULTS>;
  readonly orders?: OrderCounts;
  readonly reminders: readonly { readonly at: string; readonly channel: string; readonly owners: number }[];
  readonly spotCheck?: string;
}

/** Vehicles that must be sampled of a band, rounded up. */
export function dueOf(band: Band, population: number): number {
  return Math.ceil((population * BANDS[band].share) / 100);
}

/** Bands in which fewer were checked than are due. */
export function shortBands(population: BandCounts, checked: BandCounts): readonly Band[] {
  return BAND_CODES.filter((band) => checked[band] < dueOf(band, population[band]));
}
