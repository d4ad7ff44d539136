/** Who belongs to the population of a screening. */
import type { Attributes, ScreenedSubject, ScreeningPlan } from "@sandglass/triggers";
import { vehicleIdOf } from "../../access/vehicle-key.ts";

export interface FleetMember {
  readonly key: bigint;
  readonly attributes: Attributes;
}

/** A member as the count knows it. */
export function nameOf(
  { group }: ScreeningPlan,
  { key, attributes }: FleetMember,
): Pick<ScreenedSubject, "subject" | "group"> {
  const value = group === undefined ? undefined : attributes[group];
  return { subject: vehicleIdOf(key), ...(value === undefined ? {} : { group: String(value) }) };
}
