/** Who belongs to the population of a screening. */
import type { Attributes, ScreenedSubject, ScreeningPlan } from "@sandglass/triggers";
import type { SubjectKind } from "@sandglass/signals";
import { subjectIdOf } from "../../access/mod.ts";

export interface FleetMember {
  readonly key: bigint;
  readonly attributes: Attributes;
}

/** A member as the count knows it. */
export function nameOf(
  { group, subject: kind }: ScreeningPlan,
  { key, attributes }: FleetMember,
): Pick<ScreenedSubject, "subject" | "group"> {
  const value = group === undefined ? undefined : attributes[group];
  return { subject: subjectIdOf(kind as SubjectKind, key), ...(value === undefined ? {} : { group: String(value) }) };
}
