/** Reading sandbox projects: list, page, and which trigger sets watch which vehicles. */
import { sql } from "kysely";
import {
  SANDBOX_FOLLOW_UP,
  hasTriggers,
  WATCHED_STATES,
  type CaseActor,
  type FollowUpData,
  type Limits,
  type ProjectTriggerSet,
  type SandboxProjectData,
  type SandboxState,
} from "@sandglass/casework";
import type { Static } from "typebox";
import { personNames, type PersonNames } from "../../access/mod.ts";
import { toTime, toTimeOrNull } from "../../http/mod.ts";
import type { Tx } from "../../records/mod.ts";
import type { CaseEngine } from "../engine/engine.ts";
import { getCase } from "../engine/store.ts";
import type { CaseChange } from "../engine/unit.ts";
import { actorView, lineOf, pageOfCase, type CaseRow } from "../engine/view.ts";
import { PROJECT_KIND } from "./actions.ts";
import { leavingOf } from "./leaving.ts";
import { reviewOf } from "./review.ts";
import type { ProjectLine, ProjectView } from "./schema.ts";

/** How far the triggers of a project are from firing, as JSON; wired to supervision. */
export type ProjectMargins = (project: string) => Promise<unknown>;

/** Standing findings by project, of those that the actor may see. */
export async function countOpenFindings(tx: Tx, projects: readonly string[]): Promise<ReadonlyMap<string, number>> {
  if (projects.length === 0) return new Map();
  const rows = await tx
    .selectFrom("findings")
    .select(["project", (eb) => eb.fn.countAll<bigint>().as("count")])
    .where("project", "in", [...projects])
    .where("status", "=", "firing")
    .groupBy("project")
    .execute();
  return new Map(rows.map((row) => [row.project ?? "", Number(row.count)]));
}

export function projectLine(
  engine: CaseEngine,
  row: CaseRow,
  openFindings: ReadonlyMap<string, number>,
  now: number,
): Static<typeof ProjectLine> {
  const data = (row.folded as { readonly data: SandboxProjectData }).data;
  return {
    ...lineOf(engine, row, now),
    title: row.title_en,
    programme: data.programme ?? null,
    applicant: data.applicant ?? null,
    riskTier: data.riskTier ?? null,
    vehicleCount: row.vehicles.length,
    openFindings: openFindings.get(row.id) ?? 0,
  };
}

/** @throws SG_NOT_FOUND */
export async function getProject(
  engine: CaseEngine,
  tx: Tx,
  id: string,
  actor: CaseActor,
  now: number,
): Promise<Omit<Static<typeof ProjectView>, "margins">> {
  const stored = await getCase(tx, id, PROJECT_KIND);
  const row = await tx.selectFrom("cases").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
  const data = stored.folded.data as SandboxProjectData;
  const { restriction, suspension } = data;
  const page = await pageOfCase(engine, tx, stored, actor, now);
  const names = await personNames(
    tx,
    personsOf(data).map((each) => each.id),
  );
  return {
    ...projectLine(engine, row, await countOpenFindings(tx, [id]), now),
    ...page,
    summary: data.summary ?? null,
    parties: [...(data.parties ?? [])],
    technology: data.technology ?? null,
    access: data.access ?? null,
    applicationDocuments: [...(data.documents ?? [])],
    exclusions: [...(data.exclusions ?? [])],
    businessModel: data.businessModel ?? null,
    riskFactors: [...(data.riskFactors ?? [])],
    sme: data.sme ?? null,
    limits: data.limits ?? null,
    restriction:
      restriction === undefined
        ? null
        : {
            since: toTime(restriction.since),
            limits: restriction.limits ?? null,
            stoppedVehicles: [...restriction.stoppedVehicles],
            reason: restriction.reason,
            finding: restriction.finding ?? null,
            findingRetractedAt: toTimeOrNull(restriction.findingRetractedAt),
          },
    suspension:
      suspension === undefined
        ? null
        : {
            since: toTime(suspension.since),
            by: actorView(suspension.by, names),
            reason: suspension.reason,
            finding: suspension.finding ?? null,
            findingRetractedAt: toTimeOrNull(suspension.findingRetractedAt),
          },
    triggerSet: data.triggerSet ?? null,
    plan: {
      revision: data.planRevision,
      goals: data.goals ?? null,
      hypotheses: data.hypotheses ?? null,
      emergency: data.emergency ?? null,
      consent: data.consent ?? null,
      compensation: data.compensation ?? null,
      insuranceAmount: data.insuranceAmount ?? null,
      metrics: data.metrics ?? null,
      safeguards: data.safeguards ?? null,
      insurance: data.insurance ?? null,
      earlyExit: data.earlyExit ?? null,
      months: data.months ?? null,
      enterpriseSignature: signature(data.enterpriseSignature, names),
      authoritySignature: signature(data.authoritySignature, names),
      rehearsedRevision: data.rehearsedRevision ?? null,
    },
    findings: data.findings.map((each) => ({
      ...each,
      at: toTime(each.at),
      retractedAt: toTimeOrNull(each.retractedAt),
    })),
    review: await reviewOf(tx, data, actor, names),
    changes: data.changes.map((each) => ({ ...each, at: toTime(each.at) })),
    startedAt: toTimeOrNull(data.startedAt),
    ending: data.ending ?? null,
    leaving: await leavingOf(engine, tx, stored, actor),
  };
}

/** Whoever the page names outside the history. */
function personsOf(data: SandboxProjectData): readonly CaseActor[] {
  const { suspension, enterpriseSignature, authoritySignature } = data;
  const { tolerances = [], contacts = [], inspections = [] } = data;
  return [suspension, enterpriseSignature, authoritySignature, ...tolerances, ...contacts, ...inspections].flatMap(
    (each) => each?.by ?? [],
  );
}

function signature(signed: SandboxProjectData["enterpriseSignature"], names: PersonNames) {
  return signed === undefined
    ? null
    : { by: actorView(signed.by, names), at: toTime(signed.at), revision: signed.planRevision };
}

/** What supervision needs of one project that is being tested. */
export interface ProjectAssignment {
  readonly project: string;
  /** TRACKED: after the exit, by the rules of the follow-up; `project` is the follow-up then. */
  readonly state: (typeof WATCHED_STATES)[number] | "TRACKED";
  /** Opaque vehicle ids. */
  readonly vehicles: readonly string[];
  readonly triggerSet: ProjectTriggerSet;
  readonly limits: Limits | undefined;
  /** Limits that replace those of the plan while the project is restricted. */
  readonly narrowed: Limits | undefined;
  readonly planRevision: number;
  /** Since when it is tested, UTC ms. */
  readonly startedAt: number | undefined;
  /** Since when it is suspended, UTC ms; activity after it is a breach. */
  readonly suspendedSince: number | undefined;
}

/** Which trigger sets watch which vehicles: the projects in TESTING, RESTRICTED and SUSPENDED, and follow-ups that are not over. */
export async function projectAssignments(tx: Tx): Promise<ProjectAssignment[]> {
  const rows = await tx
    .selectFrom("cases")
    .select(["id", "state", "vehicles", sql<SandboxProjectData>`folded -> 'data'`.as("data")])
    .where("kind", "=", PROJECT_KIND)
    .where("state", "in", [...WATCHED_STATES])
    .orderBy("id")
    .execute();
  return [...rows.flatMap(ofProject), ...(await trackedAssignments(tx))];

  function ofProject({ id, state, vehicles, data }: (typeof rows)[number]): ProjectAssignment[] {
    return data.triggerSet === undefined
      ? []
      : [
          {
            project: id,
            state: state as ProjectAssignment["state"],
            vehicles,
            triggerSet: data.triggerSet,
            limits: data.limits,
            narrowed: data.restriction?.limits,
            planRevision: data.planRevision,
            startedAt: data.startedAt,
            suspendedSince: data.suspension?.since,
          },
        ];
  }
}

/** Follow-ups have no limits of their own: what is left is routine supervision with their rules. */
async function trackedAssignments(tx: Tx): Promise<ProjectAssignment[]> {
  const rows = await tx
    .selectFrom("cases")
    .select(["id", "vehicles", sql<FollowUpData>`folded -> 'data'`.as("data")])
    .where("kind", "=", SANDBOX_FOLLOW_UP.kind)
    .where("ended", "=", false)
    .orderBy("id")
    .execute();
  return rows.flatMap(({ id, vehicles, data: { triggerSet, watchedSince } }) =>
    triggerSet === undefined || !hasTriggers(triggerSet) || vehicles.length === 0
      ? []
      : [
          {
            project: id,
            state: "TRACKED",
            vehicles,
            triggerSet,
            limits: undefined,
            narrowed: undefined,
            planRevision: 1,
            startedAt: watchedSince,
            suspendedSince: undefined,
          },
        ],
  );
}

/** Actions after which other rules watch, or other vehicles. */
const TRACKING_CHANGES = new Set(["openTracking", "setRules", "conclude", "handOver"]);

/** Whether an action may have changed what supervision watches for projects and follow-ups. */
export function changesAssignments(change: Pick<CaseChange, "kind" | "from" | "state" | "action">): boolean {
  if (change.kind === SANDBOX_FOLLOW_UP.kind) return TRACKING_CHANGES.has(change.action);
  return change.kind === PROJECT_KIND && (isWatched(change.from) || isWatched(change.state));
}

export function isWatched(state: string | undefined): boolean {
  return WATCHED_STATES.some((watched: SandboxState) => watched === state);
}

/** Projects by state that the actor may see. */
export async function countProjects(tx: Tx): Promise<Record<string, number>> {
  const rows = await tx
    .selectFrom("cases")
    .select(["state", (eb) => eb.fn.countAll<bigint>().as("count")])
    .where("kind", "=", PROJECT_KIND)
    .groupBy("state")
    .execute();
  return Object.fromEntries(rows.map((row) => [row.state, Number(row.count)]));
}

/** Who can be assigned: accounts of the expert committee that are in use, by name. */
export async function listExperts(tx: Tx) {
  return await tx
    .selectFrom("accounts")
    .select(["id", "name", "organisation"])
    .where("role", "=", "EXPERT")
    .where("disabled", "=", false)
    .orderBy("name")
    .limit(1_000)
    .execute();
}
