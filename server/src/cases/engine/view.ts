/** Cases as JSON: the line of a list and the common part of a case's page. */
import type { Selectable } from "kysely";
import type { Static, TObject } from "typebox";
import {
  blockedActions,
  isRoleCode,
  possibleActions,
  ROLES,
  statusOf,
  type CaseActor,
  type Folded,
  type Json,
  type Lifecycle,
  type Obligation,
} from "@sandglass/casework";
import { toTime, toTimeOrNull } from "../../http/mod.ts";
import type { Tx } from "../../records/mod.ts";
import type { CaseActionTable, CaseTable } from "../../records/tables/cases.ts";
import type { CaseEngine } from "./engine.ts";
import { listActions, toStored, type StoredCase } from "./store.ts";
import type { ActionView, ActorView, CASE_LINE, CASE_PAGE, ObligationView, RailView } from "./view-schema.ts";

export type CaseLine = Static<TObject<typeof CASE_LINE>>;
export type CasePage = Static<TObject<typeof CASE_PAGE>>;

export type CaseRow = Selectable<CaseTable>;

export function lineOf(engine: CaseEngine, row: CaseRow, now: number): CaseLine {
  const lifecycle = engine.lifecycleOf(toStored(row));
  const state = lifecycle.states[row.state]!;
  return {
    id: row.id,
    kind: row.kind,
    state: row.state,
    stateTitle: state.title,
    stage: state.stage,
    ended: row.ended,
    flags: row.flags,
    version: row.version,
    organisation: row.organisations[0] ?? null,
    organisations: row.organisations,
    regions: row.regions,
    vehicles: row.vehicles,
    project: row.project,
    openedAt: toTime(row.opened_at.getTime()),
    since: toTime(row.since.getTime()),
    updatedAt: toTime(row.changed_at.getTime()),
    due: toTimeOrNull(row.due_at?.getTime()),
    overdue: row.due_at !== null && row.due_at.getTime() < now,
  };
}

export async function pageOfCase(
  engine: CaseEngine,
  tx: Tx,
  stored: StoredCase,
  actor: CaseActor,
  now: number,
): Promise<CasePage> {
  const lifecycle = engine.lifecycleOf(stored);
  const { folded } = stored;
  const actions = await listActions(tx, stored.id);
  return {
    definition: stored.definition,
    rail: railOf(lifecycle, actions, folded),
    obligations: folded.obligations.map((each) => obligationView(engine, lifecycle, each, now)),
    documents: folded.documents.map((each) => ({
      code: each.code,
      title: lifecycle.documents[each.code] ?? { en: each.code, zh: each.code },
      issuedAt: toTime(each.at),
      action: each.action,
    })),
    proposals: folded.proposals.map((each) => ({
      name: each.name,
      title: lifecycle.actions[each.name]!.title,
      by: actorView(each.actor),
      at: toTime(each.at),
      input: each.input,
    })),
    actions: actions.map((row) => actionView(lifecycle, row)),
    possibleActions: possibleActions(lifecycle, folded, actor, now).map((each) => ({
      name: each.name,
      title: each.title,
      input: each.input,
      basis: each.basis,
      conditions: [...each.conditions],
      fourEyes:
        each.fourEyes === undefined
          ? null
          : { proposedBy: each.fourEyes.proposedBy ?? null, proposedAt: toTimeOrNull(each.fourEyes.proposedAt) },
    })),
    blockedActions: blockedActions(lifecycle, folded, actor, now).map((each) => ({
      ...each,
      missing: [...each.missing],
    })),
  };
}

/** Stages the case has been in are done, whatever the order of the table says: a lapsed draft never was under test. */
function railOf(
  lifecycle: Lifecycle,
  actions: readonly Selectable<CaseActionTable>[],
  folded: Folded,
): Static<typeof RailView> {
  const current = lifecycle.states[folded.state]!.stage;
  const visited = new Set(actions.map((each) => lifecycle.states[each.to_state]?.stage));
  return lifecycle.stages.map(({ code, title }) => ({
    code,
    title,
    status: code === current ? "current" : visited.has(code) ? "done" : "ahead",
  }));
}

function obligationView(
  engine: CaseEngine,
  lifecycle: Lifecycle,
  each: Obligation,
  now: number,
): Static<typeof ObligationView> {
  const definition = lifecycle.obligations[each.code]!;
  const rule = engine.foldOptions.deadlines[each.deadline];
  return {
    id: each.id,
    code: each.code,
    title: definition.title,
    bearers: [...definition.bearers],
    subject: each.subject ?? null,
    startAt: toTime(each.startAt),
    dueAt: toTimeOrNull(each.dueAt),
    formerDue: each.formerDue.map(toTime),
    status: statusOf(each, now),
    endedAt: toTimeOrNull(each.ended?.at),
    unit: rule.unit,
    amount: each.amount ?? rule.amount,
    from: rule.from,
    basis: rule.basis,
    certainty: each.certainty,
    calendar: each.calendar,
  };
}

function actionView(lifecycle: Lifecycle, row: Selectable<CaseActionTable>): Static<typeof ActionView> {
  const definition = lifecycle.actions[row.name];
  const input = row.input as Json;
  const finding =
    typeof input === "object" && input !== null && !Array.isArray(input)
      ? (input as { readonly finding?: unknown }).finding
      : undefined;
  return {
    id: row.id,
    sequence: row.sequence,
    name: row.name,
    title: definition?.title ?? { en: row.name, zh: row.name },
    at: toTime(row.at.getTime()),
    actor: actorView(
      { id: row.actor_id, role: row.actor_role, organisation: row.actor_organisation },
      row.actor_account,
    ),
    purpose: row.purpose,
    proposed: row.proposed,
    from: row.from_state,
    to: row.to_state,
    input,
    facts: row.facts ?? null,
    summary: definition?.summary?.(input as never) ?? null,
    finding: typeof finding === "string" ? finding : null,
    leaf: row.leaf_id,
  };
}

function actorView(
  actor: { readonly id: string; readonly role: string; readonly organisation?: string | undefined },
  account: string | null = null,
): Static<typeof ActorView> {
  const title = isRoleCode(actor.role) ? ROLES[actor.role].title : { en: actor.role, zh: actor.role };
  return {
    id: actor.id,
    role: actor.role,
    roleTitle: title,
    organisation: actor.organisation === undefined || actor.organisation === "" ? null : actor.organisation,
    account,
  };
}
