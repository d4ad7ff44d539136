/** Real-name registration of the SIM of a vehicle: what is on record of a vehicle, and the rules over it. */
import { basis, type LegalBasis } from "../basis.ts";
import type { Infer } from "../schema.ts";
import { endOfDay, parseDate } from "../time/shanghai.ts";
import type { REGISTRATION, REPLACEMENT, TRANSFER, VERIFICATION } from "./inputs.ts";

export const SIM_BASES = {
  realName: basis("R-5.29", "MIIT [2021] no. 246", "S"),
  lifecycle: basis("5.2", "Sandglass real-name registration lifecycle", "P"),
} as const satisfies Record<string, LegalBasis>;

/** Vehicles that were sold before the rule had to be registered by the end of this day (R-5.29, S). */
const BACK_REGISTRATION_ENDED = "2022-09-30";

export interface SimRegistrationData
  extends Partial<Infer<typeof REGISTRATION>>, Partial<Infer<typeof VERIFICATION>>, Partial<Infer<typeof TRANSFER>> {
  /** SIMs before the present one, and since when they are replaced. */
  readonly replaced: readonly ({ readonly at: string; readonly before: string } & Pick<
    Infer<typeof REPLACEMENT>,
    "reasons"
  >)[];
}

const BACK_REGISTRATION_MS = endOfDay(parseDate(BACK_REGISTRATION_ENDED)!);

/** Whether a vehicle was sold while others of its time were registered afterwards. */
export function isBackRegistered({ soldAt }: Pick<Infer<typeof VERIFICATION>, "soldAt">): boolean {
  return Date.parse(soldAt) <= BACK_REGISTRATION_MS;
}

/** Whether such a vehicle was verified only after that time. */
export function isBackRegisteredLate(entered: Pick<Infer<typeof VERIFICATION>, "soldAt" | "verifiedAt">): boolean {
  return isBackRegistered(entered) && Date.parse(entered.verifiedAt) > BACK_REGISTRATION_MS;
}
