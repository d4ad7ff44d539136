/** The OTA filing, as the server discovers it: what it finds of recalls, and what a release changes in a sandbox project. */
import { OTA_FILING, OTA_FILING_V1, refusalOf, type Json, type Lifecycle, type OtaData } from "@sandglass/casework";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import type { CaseType } from "../engine/case-type.ts";
import { toCaseActor, type CaseEngine } from "../engine/engine.ts";
import { findCase, getCase } from "../engine/store.ts";
import type { Unit } from "../engine/unit.ts";
import { openDefectFile } from "../recall/lead.ts";
import { countDefectFiles, countFilings, hasFiledRecall } from "./facts.ts";

export const caseType: CaseType = {
  kind: OTA_FILING.kind,
  prefix: "ota",
  lifecycles: [OTA_FILING_V1 as unknown as Lifecycle, OTA_FILING as unknown as Lifecycle],
  fieldsOf: (data) => {
    const { title = "", project, toVersion } = data as OtaData;
    const named = toVersion === undefined ? title : `${title} → ${toVersion}`;
    return { title: { en: named, zh: named }, vehicles: [], ...(project === undefined ? {} : { project }) };
  },
  prepare: async (unit, actor, name, input, folded, id) => {
    if (folded === undefined)
      return { input, facts: await beginning(unit, actor.organisation, input as Partial<OtaData>) };
    const data = folded.data as OtaData;
    if (name === "reviseOta") await ownerOfServed(unit, input as Partial<OtaData>);
    if (name === "classifyOta") return { input, facts: { defectFiles: await countDefectFiles(unit.tx, data) } };
    if (name === "releaseOta") return { input, facts: { recallFiled: await hasFiledRecall(unit.tx, data, id) } };
    return { input };
  },
  reaching: new Set(["classifyOta", "releaseOta"]),
  after: async (engine, unit, { id, folded }, name) => {
    const data = folded.data as OtaData;
    if (name === "classifyOta" && data.answers?.removesDefect === true) await openRecall(engine, unit, id, data);
    if (name === "releaseOta") await noteChange(engine, unit, data);
  },
};

async function beginning(unit: Unit, maker: string | undefined, input: Partial<OtaData>): Promise<Json> {
  const owner = await ownerOfServed(unit, input);
  // A maker files for itself, whatever it enters.
  const organisation = maker ?? input.organisation ?? owner;
  if (organisation === undefined) return {};
  return { organisation, filingsOfYear: await countFilings(unit.tx, organisation, unit.at) };
}

/**
 * Whose the project and the recall are that the campaign serves.
 * @throws SG_NOT_FOUND for those that are not the maker's
 */
async function ownerOfServed(unit: Unit, input: Partial<OtaData>): Promise<string | undefined> {
  let owner: string | undefined;
  for (const [id, kind] of [
    [input.project, "sandbox-project"],
    [input.recall, "recall"],
  ] as const) {
    if (id === undefined) continue;
    const found = await findCase(unit.tx, id);
    if (found?.kind !== kind) throw new SandglassError(ERRORS.NOT_FOUND, { what: id });
    owner ??= (found.folded.data as { readonly organisation?: string }).organisation;
  }
  return owner;
}

/** What removes a defect is a recall: its file opens with the answer, unless one was named. */
async function openRecall(engine: CaseEngine, unit: Unit, id: string, data: OtaData): Promise<void> {
  const { recall, title = id, purpose = "", component, models, organisation } = data;
  if (recall !== undefined) return;
  await openDefectFile(engine, unit, {
    title,
    description: purpose,
    source: "ota",
    otaFiling: id,
    ...(component === undefined ? {} : { component }),
    ...(models === undefined ? {} : { models }),
    ...(organisation === undefined ? {} : { organisation }),
  });
}

/** A version of a project's vehicles is a controlled change of it; a project that takes none at present is left alone. */
async function noteChange(engine: CaseEngine, unit: Unit, data: OtaData): Promise<void> {
  const { project, component = "", fromVersions = [], toVersion = "", purpose = "" } = data;
  if (project === undefined) return;
  const stored = await getCase(unit.tx, project);
  const actor = toCaseActor(unit.actor);
  const change = "controlledChange";
  if (refusalOf(engine.lifecycleOf(stored), stored.folded, change, actor, unit.at) !== undefined) return;
  const [fromVersion] = fromVersions;
  await engine.act(unit, project, change, {
    subject: "software",
    component,
    toVersion,
    description: purpose,
    ...(fromVersion === undefined ? {} : { fromVersion }),
  });
}
