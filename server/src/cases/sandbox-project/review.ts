/** What the programme asks of a project and what is on record for it, as JSON. */
import {
  isRoleCode,
  publishedFields,
  ROLES,
  scoreOf,
  strategyOf,
  type CaseActor,
  type Programme,
  type SandboxProjectData,
} from "@sandglass/casework";
import type { Static } from "typebox";
import type { PersonNames } from "../../access/mod.ts";
import { toTime, toTimeOrNull } from "../../http/mod.ts";
import type { Tx } from "../../records/mod.ts";
import { actorView } from "../engine/view.ts";
import { listVersions } from "../programmes/store.ts";
import type { ReviewView } from "./schema.ts";

/** Roles that judge: they see the ballots of the present round, the parties see what came of it. */
const JUDGES: ReadonlySet<string> = new Set([
  "SAMR",
  "MIIT",
  "AI_REGULATOR",
  "RECALL_CENTER",
  "EXPERT",
  "SUPERVISOR_ALL",
]);

/** @param names of whoever the record names */
export async function reviewOf(
  tx: Tx,
  data: SandboxProjectData,
  actor: CaseActor,
  names: PersonNames,
): Promise<Static<typeof ReviewView>> {
  const { terms, riskTier, credit, grade } = data;
  const programme =
    terms === undefined
      ? undefined
      : (await listVersions(tx, terms.programme)).find((each) => each.programme.version === terms.version)?.programme;
  const kinds = new Set((data.documents ?? []).map((each) => each.kind as string));
  const panel = JUDGES.has(actor.role) ? (data.panel?.members ?? []) : [];
  return {
    programme:
      programme === undefined ? null : { id: programme.id, version: programme.version, title: programme.title },
    checklist: (programme?.documents ?? []).map(({ code, title, required, basis }) => ({
      code,
      title,
      required,
      present: kinds.has(code),
      basis,
    })),
    criteria: (programme?.criteria ?? []).map(({ code, title, weight }) => ({ code, title, weight })),
    riskFactors: factorsOf(programme, data),
    credit: credit ?? null,
    grade: grade === undefined ? null : { tier: grade.tier, points: grade.points },
    strategy: terms === undefined || riskTier === undefined ? null : strategyOf(terms, riskTier, credit),
    consents: (data.consents ?? []).map(({ organisation, at }) => ({ organisation, at: toTime(at) })),
    opinions: (data.opinions ?? []).map(({ role, opinion, reasons, at }) => ({
      role,
      roleTitle: isRoleCode(role) ? ROLES[role].title : { en: role, zh: role },
      opinion,
      reasons,
      at: toTime(at),
    })),
    panel: panel.map((member) => ({
      expert: member.id,
      freeOfInterest: member.freeOfInterest,
      vote: member.vote ?? null,
      score: scoreOf(terms, member.scores) ?? null,
      at: toTime(member.at),
    })),
    panelResults: (data.panelResults ?? []).map(({ score, passMark, dissents, at, ...result }) => ({
      ...result,
      score: score ?? null,
      passMark: passMark ?? null,
      dissents: [...dissents],
      at: toTime(at),
    })),
    rehearsal: rehearsalOf(data),
    extensionRequest:
      data.extensionRequest === undefined ? null : { ...data.extensionRequest, at: toTime(data.extensionRequest.at) },
    incidents: (data.incidents ?? []).map(({ id, kind, what, injured, dead, happenedAt, reportedAt, references }) => ({
      id,
      kind,
      what,
      injured,
      dead,
      happenedAt: toTime(happenedAt),
      reportedAt: toTime(reportedAt),
      references: references.map((each) => ({ ...each, at: toTime(each.at) })),
    })),
    breaches: (data.breaches ?? []).map(({ vehicle, seenAt, at }) => ({
      vehicle,
      seenAt: toTime(seenAt),
      at: toTime(at),
    })),
    tolerances: (data.tolerances ?? []).map(({ matter, effect, scope, conditions, expiresAt, reasons, by, at }) => ({
      matter,
      effect,
      scope,
      conditions,
      expiresAt,
      reasons,
      by: actorView(by, names),
      at: toTime(at),
    })),
    liabilities: (data.liabilities ?? []).map(({ claim, status, amount, at }) => ({
      claim,
      status,
      amount: amount ?? null,
      at: toTime(at),
    })),
    contacts: (data.contacts ?? []).map(({ kind, note, requested, by, at }) => ({
      kind,
      note,
      requested,
      by: actorView(by, names),
      at: toTime(at),
    })),
    commissioner: data.commissioner === undefined ? null : { ...data.commissioner, at: toTime(data.commissioner.at) },
    informationRequests: (data.informationRequests ?? []).map(({ what, at, answer, answeredAt }) => ({
      what,
      at: toTime(at),
      answer: answer ?? null,
      answeredAt: toTimeOrNull(answeredAt),
    })),
    inspections: (data.inspections ?? []).map(({ mode, findings, announced = false, place, by, at }) => ({
      mode,
      findings,
      announced,
      place: place ?? null,
      by: actorView(by, names),
      at: toTime(at),
    })),
    accessPermits: (data.accessPermits ?? []).map(({ product, permit, grantedAt }) => ({ product, permit, grantedAt })),
    stageReports: (data.stageReports ?? []).map(({ from, to, at }) => ({ from, to, at: toTime(at) })),
    assessments: (data.assessments ?? []).map(({ rating, opinion, draft, at }) => ({
      rating,
      opinion,
      draft: draft ?? null,
      at: toTime(at),
    })),
    participants: data.participants ?? null,
    publication: {
      enterprise: data.publication?.enterprise?.agrees === true,
      authority: data.publication?.authority?.agrees === true,
      fields: [...(publishedFields(data) ?? [])],
    },
  };
}

function factorsOf(programme: Programme | undefined, data: SandboxProjectData) {
  return (programme?.grading.factors ?? [])
    .filter((factor) => (data.riskFactors ?? []).includes(factor.code))
    .map(({ code, title, points }) => ({ code, title, points }));
}

function rehearsalOf({ rehearsal, planRevision }: SandboxProjectData): Static<typeof ReviewView>["rehearsal"] {
  if (rehearsal === undefined) return null;
  const { kind, reference, rows, vehicles, firings, failed, at } = rehearsal;
  const current = rehearsal.planRevision === planRevision;
  return { kind, reference, rows, vehicles, firings, failed, at: toTime(at), current };
}
