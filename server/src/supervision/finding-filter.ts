/** The filter of the list of findings as it stands in an address. */
import type { Static } from "typebox";
import { parseVehicleId } from "../access/mod.ts";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import type { FindingFilter } from "./queries.ts";
import type { FindingQuery } from "./schema.ts";

export type FindingListQuery = Omit<Static<typeof FindingQuery>, "limit" | "cursor">;

/** @throws SG_NOT_FOUND for a vehicle that cannot be */
export function filterOf({
  vehicle,
  subjectKind,
  subject,
  level,
  exactLevel,
  status,
  trigger,
  project,
  q,
  sort,
  ids,
}: FindingListQuery): Omit<FindingFilter, "limit" | "cursor"> {
  return {
    ...(vehicle === undefined ? {} : { vehicle: keyOfParam(vehicle) }),
    ...(subjectKind === undefined && subject === undefined
      ? {}
      : {
          subject: {
            ...(subjectKind === undefined ? {} : { kind: subjectKind }),
            ...(subject === undefined ? {} : { id: subject }),
          },
        }),
    ...(level === undefined ? {} : { level }),
    ...(exactLevel === undefined ? {} : { exactLevel }),
    ...(status === undefined ? {} : { status }),
    ...(trigger === undefined ? {} : { trigger }),
    ...(project === undefined ? {} : { project }),
    ...(q === undefined ? {} : { text: q }),
    ...(sort === undefined ? {} : { sort }),
    ...(ids === undefined ? {} : { ids: ids.split(",") }),
  };
}

function keyOfParam(id: string): bigint {
  const key = parseVehicleId(id);
  if (key === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: id });
  return key;
}
