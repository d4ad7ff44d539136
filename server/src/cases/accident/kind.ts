/** The accident case, as the server discovers it. Whose it is comes from the registry of vehicles. */
import { ACCIDENT_CASE, accidentLevel, type AccidentData, type Json, type Lifecycle } from "@sandglass/casework";
import { parseVehicleId } from "../../access/mod.ts";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import type { CaseType } from "../engine/case-type.ts";
import type { Unit } from "../engine/unit.ts";

/** Characters of what happened that the title of the case holds. */
const TITLE_LENGTH = 60;

export const caseType: CaseType = {
  kind: ACCIDENT_CASE.kind,
  prefix: "acd",
  lifecycles: [ACCIDENT_CASE as unknown as Lifecycle],
  fieldsOf: (data) => {
    const accident = data as AccidentData;
    const { what = "", model, vehicle, project } = accident;
    const short = what.length > TITLE_LENGTH ? `${what.slice(0, TITLE_LENGTH)}…` : what;
    const title = model === undefined ? short : `${model}: ${short}`;
    return {
      title: { en: title, zh: title },
      vehicles: vehicle === undefined ? [] : [vehicle],
      level: accidentLevel(accident),
      ...(project === undefined ? {} : { project }),
    };
  },
  prepare: async (unit, _actor, name, input) => ({
    input,
    ...(name === "report" ? { facts: await ownerOf(unit, input) } : {}),
  }),
};

/** @throws SG_ORDER_VEHICLE for a vehicle that the actor does not see */
async function ownerOf(unit: Unit, input: Json): Promise<{ readonly [key: string]: Json }> {
  const { vehicle } = input as { readonly vehicle?: string };
  if (vehicle === undefined) return {};
  const key = parseVehicleId(vehicle);
  const row =
    key === undefined
      ? undefined
      : await unit.tx
          .selectFrom("vehicles")
          .select(["organisation", "region"])
          .where("key", "=", key)
          .executeTakeFirst();
  if (row === undefined) throw new SandglassError(ERRORS.ORDER_VEHICLE, { vehicle });
  return {
    ...(row.organisation === null ? {} : { organisation: row.organisation }),
    ...(row.region === null ? {} : { region: row.region }),
  };
}
