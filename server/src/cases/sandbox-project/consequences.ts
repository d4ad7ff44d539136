/** What else follows from a project's action, in the same transaction: accident cases, follow-ups, results, the public register. */
import {
  ACCIDENT_CASE,
  ACCIDENT_KINDS,
  SANDBOX_FOLLOW_UP,
  SANDBOX_LEFT_STATES,
  SANDBOX_RESULT,
  strategyOf,
  type Incident,
  type Json,
  type SandboxProjectData,
} from "@sandglass/casework";
import type { CaseEngine } from "../engine/engine.ts";
import { newestInput } from "../engine/newest-input.ts";
import { ActionRefusedError } from "../engine/refused.ts";
import type { StoredCase } from "../engine/store.ts";
import type { Unit } from "../engine/unit.ts";
import { openDefectFile } from "../recall/lead.ts";
import { syncRegister } from "../public/register.ts";

const REPORTING = new Set(["reportIncident", "severeIncident"]);
/** Exits after which the project is still looked at. */
const TRACKED = new Set(["EXITED_TO_ROUTINE", "EXITED_WITH_CONDITIONS"]);
const EXITS = new Set(["toRoutine", "promote", "improve"]);
/** A project that never was tested has no accident. */
const ENDS: ReadonlySet<string> = new Set(SANDBOX_LEFT_STATES);

export async function followAction(engine: CaseEngine, unit: Unit, stored: StoredCase, name: string): Promise<void> {
  const data = stored.folded.data as SandboxProjectData;
  if (name === "defectConfirmed") await referDefect(engine, unit, stored.id, data);
  if (REPORTING.has(name)) await openAccident(engine, unit, stored.id, data);
  if (ENDS.has(stored.folded.state)) await requireAccidentsClosed(unit, stored.id, name);
  if (EXITS.has(name) && data.terms !== undefined) {
    if (TRACKED.has(stored.folded.state)) await openFollowUp(engine, unit, stored.id, data);
    await openResults(engine, unit, stored.id, data);
  }
  await syncRegister(unit, stored, engine.lifecycleOf(stored));
}

function organisationsOf({ applicant, parties = [] }: SandboxProjectData): readonly string[] {
  return [applicant?.organisation, ...parties.map((each) => each.organisation)].filter(
    (each): each is string => each !== undefined,
  );
}

/** Two authorities, each with its own clock (C-3): they run in the accident's own case. */
async function openAccident(engine: CaseEngine, unit: Unit, project: string, data: SandboxProjectData): Promise<void> {
  const incident = (data.incidents ?? []).at(-1);
  const isAccident = ACCIDENT_KINDS.some((kind) => kind === incident?.kind);
  const { roles } = ACCIDENT_CASE.actions["report"]!;
  if (incident === undefined || !isAccident || !roles.some((role) => role === unit.actor.role)) return;
  const input: Json = {
    happenedAt: new Date(incident.happenedAt).toISOString(),
    place: "as in the sandbox project",
    what: incident.what,
    source: "enterprise",
    injured: incident.injured,
    dead: incident.dead,
    majorSocialImpact: incident.majorImpact,
    ...kindFields(incident),
    ...(incident.vehicle === undefined ? {} : { vehicle: incident.vehicle }),
    ...(data.applicant === undefined ? {} : { organisation: data.applicant.organisation }),
    project,
  };
  await engine.create(unit, ACCIDENT_CASE.kind, "report", input);
}

/** A defect in a project is a defect (9.1, R-1.18): its file opens at once. */
async function referDefect(engine: CaseEngine, unit: Unit, project: string, data: SandboxProjectData): Promise<void> {
  const { description } = (await newestInput(unit.tx, project)) as { readonly description: string };
  const { title = project, applicant } = data;
  await openDefectFile(engine, unit, {
    title,
    description,
    source: "sandbox",
    project,
    ...(applicant === undefined ? {} : { organisation: applicant.organisation }),
  });
}

function kindFields({ kind }: Incident): { readonly [field: string]: boolean } {
  return kind === "smokeOrFire" ? { fire: true } : kind === "lossOfControl" ? { lossOfControl: true } : {};
}

async function openFollowUp(engine: CaseEngine, unit: Unit, project: string, data: SandboxProjectData): Promise<void> {
  const { terms, riskTier = "medium", credit, exit, limits, vehicles } = data;
  if (terms === undefined) return;
  const input: Json = {
    title: data.title ?? project,
    project,
    organisations: [...organisationsOf(data)],
    months: terms.trackingMonths,
    reportMonths: strategyOf(terms, riskTier, credit).reportMonths,
    regions: [...(limits?.regions ?? [])],
    vehicles: [...(vehicles ?? [])],
    ...(exit?.conditions === undefined ? {} : { conditions: exit.conditions }),
    ...(data.triggerSet === undefined ? {} : { triggerSet: data.triggerSet as unknown as Json }),
  };
  await engine.create(unit, SANDBOX_FOLLOW_UP.kind, "openTracking", input);
}

/** One by one: each result is proposed, reviewed and adopted on its own. */
async function openResults(engine: CaseEngine, unit: Unit, project: string, data: SandboxProjectData): Promise<void> {
  const named = (data.exit?.results ?? []).map((title) => ({
    title: title.slice(0, 200),
    kind: "bestPractice" as const,
  }));
  for (const result of [...(data.exit?.promotions ?? []), ...named]) {
    const input: Json = { ...result, project, organisations: [...organisationsOf(data)] };
    await engine.create(unit, SANDBOX_RESULT.kind, "openResult", input);
  }
}

/** A project never ends while an accident case of it is open (9.3). @throws ActionRefusedError */
async function requireAccidentsClosed(unit: Unit, project: string, name: string): Promise<void> {
  const open = await unit.tx
    .selectFrom("cases")
    .select("id")
    .where("kind", "=", ACCIDENT_CASE.kind)
    .where("project", "=", project)
    .where("ended", "=", false)
    .executeTakeFirst();
  if (open === undefined) return;
  const reason = { en: `The accident case ${open.id} is still open`, zh: `事故案件 ${open.id} 尚未结案` };
  throw new ActionRefusedError(
    name,
    { kind: "guard", code: "SG_ACTION_NOT_POSSIBLE", guard: "accidentsClosed", reason },
    [],
    [],
  );
}
