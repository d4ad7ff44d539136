/** The accident case, as the server discovers it. Whose it is comes from the registry of vehicles. */
import {
  ACCIDENT_CASE,
  ACCIDENT_CASE_V1,
  accidentLevel,
  changedFacts,
  type AccidentData,
  type Folded,
  type Json,
  type Lifecycle,
} from "@sandglass/casework";
import type { CaseType } from "../engine/case-type.ts";
import type { CaseEngine } from "../engine/engine.ts";
import type { StoredCase } from "../engine/store.ts";
import type { Unit } from "../engine/unit.ts";
import { ownerOfVehicle } from "../engine/vehicle-owner.ts";
import { openDefectFile } from "../recall/lead.ts";

/** Characters of what happened that the title of the case holds. */
const TITLE_LENGTH = 60;

export const caseType: CaseType = {
  kind: ACCIDENT_CASE.kind,
  prefix: "acd",
  lifecycles: [ACCIDENT_CASE_V1 as unknown as Lifecycle, ACCIDENT_CASE as unknown as Lifecycle],
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
  prepare: async (unit, _actor, name, input, folded) => ({
    input: name === "correct" && folded !== undefined ? onlyChanged(folded, input) : input,
    ...(name === "report" ? { facts: await ownerOf(unit, input) } : {}),
  }),
  reaching: new Set(["defectSuspected"]),
  after: async (engine, unit, stored, name) => {
    if (name === "defectSuspected") await referDefect(engine, unit, stored);
  },
};

/** A correction is recorded as what it corrects, however much was sent with it. */
function onlyChanged({ data }: Folded, input: Json): Json {
  const { reasons, ...facts } = input as { readonly reasons: string };
  const changed = changedFacts(data as AccidentData, facts);
  return {
    reasons,
    ...Object.fromEntries(
      changed.map((name) => [name, (facts as { readonly [fact: string]: Json | undefined })[name]]),
    ),
  };
}

/** what was referred becomes a file of its own, unless one was named. */
async function referDefect(engine: CaseEngine, unit: Unit, { id, folded }: StoredCase): Promise<void> {
  const { what = "", conclusion, model, organisation, recallFile, vehicle } = folded.data as AccidentData;
  if (recallFile !== undefined) return;
  await openDefectFile(engine, unit, {
    title: model === undefined ? what : `${model}: ${what}`,
    description: conclusion ?? what,
    source: "accident",
    accident: id,
    ...(vehicle === undefined ? {} : { vehicle }),
    ...(organisation === undefined ? {} : { organisation }),
  });
}

/** The registry knows better than who reports. */
async function ownerOf(unit: Unit, input: Json): Promise<Json> {
  const { vehicle } = input as { readonly vehicle?: string };
  return vehicle === undefined ? {} : ownerOfVehicle(unit.tx, vehicle);
}
