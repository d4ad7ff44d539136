/** Cases as JSON: the line of a list and the common part of a case's page. */
import type { Selectable } from "kysely";
import type { Static, TObject } from "typebox";
import {
  asOwed,
  blockedActions,
  deadlineOf,
  escalationsOf,
  isRoleCode,
  migrationRefusal,
  possibleActions,
  redact,
  ROLES,
  statusOf,
  type CaseActor,
  type Folded,
  type Json,
  type Lifecycle,
  type Obligation,
  type Text,
} from "@sandglass/casework";
import { personNames, type PersonNames } from "../../access/mod.ts";
import { toTime, toTimeOrNull } from "../../http/mod.ts";
import type { Tx } from "../../records/mod.ts";
import type { CaseActionTable, CaseTable } from "../../records/tables/cases.ts";
import type { CaseEngine } from "./engine.ts";
import { offerViews } from "./offer-view.ts";
import { referenceNames } from "./reference-names.ts";
import { listActions, toStored, type StoredCase } from "./store.ts";
import { titleOfAction } from "./titles.ts";
import type {
  ActionView,
  ActorView,
  CASE_LINE,
  CASE_PAGE,
  FieldView,
  ObligationView,
  RailView,
} from "./view-schema.ts";

export type CaseLine = Static<TObject<typeof CASE_LINE>>;
export type CasePage = Static<TObject<typeof CASE_PAGE>>;

/** More of a history is read page by page. */
const SHOWN_ACTIONS = 200;

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
    flagTitles: Object.fromEntries(row.flags.map((flag) => [flag, lifecycle.flags[flag] ?? { en: flag, zh: flag }])),
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
  const actions = await listActions(tx, stored.id, { after: folded.version - SHOWN_ACTIONS });
  const data = redact(lifecycle, actor.role, folded.data as Json);
  const names = await personNames(tx, [
    ...actions.map((each) => each.actor_id),
    ...folded.proposals.map((each) => each.actor.id),
  ]);
  const owed = asOwed(lifecycle, folded.data);
  const fields = fieldViews(lifecycle, data.value);
  const shownActions = actions.map((row) => actionView(lifecycle, row, actor.role, names));
  return {
    definition: stored.definition,
    rail: railOf(lifecycle, await visitedStates(tx, stored, actions), folded),
    actionsTotal: folded.version,
    fields,
    hiddenFields: [...data.hidden],
    migrations: engine
      .typeOf(stored.kind)
      .lifecycles.filter((target) => migrationRefusal(lifecycle, target, folded, actor) === undefined)
      .map((target) => {
        const { title, basis } = target.migrations!.find(({ from }) => from === lifecycle.version)!;
        return { to: target.version, title, basis };
      }),
    obligations: folded.obligations.map((each) => obligationView(engine, owed, each, now)),
    documents: folded.documents.map((each) => ({
      code: each.code,
      title: lifecycle.documents[each.code] ?? { en: each.code, zh: each.code },
      issuedAt: toTime(each.at),
      action: each.action,
    })),
    proposals: folded.proposals.map((each) => ({
      name: each.name,
      title: lifecycle.actions[each.name]!.title,
      by: actorView(each.actor, names),
      at: toTime(each.at),
      input: redact(lifecycle, actor.role, each.input).value,
    })),
    actions: shownActions,
    names: await referenceNames(tx, [data.value, shownActions.map((each) => each.input)]),
    possibleActions: possibleActions(lifecycle, folded, actor, now).map((each) => ({
      name: each.name,
      title: each.title,
      input: each.input,
      basis: each.basis,
      outcomes: each.outcomes.map(({ when, to }) => ({ when: { ...when }, to: to ?? null })),
      present: each.present === undefined ? null : redact(lifecycle, actor.role, each.present).value,
      begins: each.begins === undefined ? null : redact(lifecycle, actor.role, each.begins).value,
      conditions: [...each.conditions],
      offers: offerViews(engine, lifecycle, folded, each.offers),
      remarks: [...each.remarks],
      fourEyes:
        each.fourEyes === undefined
          ? null
          : { proposedBy: each.fourEyes.proposedBy ?? null, proposedAt: toTimeOrNull(each.fourEyes.proposedAt) },
    })),
    blockedActions: blockedActions(lifecycle, folded, actor, now).flatMap(({ name, title, missing, idle }) =>
      idle === undefined ? [{ name, title, missing: [...missing] }] : [],
    ),
  };
}

/** Every state the case has been in; asked for only where the actions that are shown are not all. */
async function visitedStates(
  tx: Tx,
  { id, folded }: StoredCase,
  actions: readonly Selectable<CaseActionTable>[],
): Promise<string[]> {
  if (actions.length === folded.version) return actions.map((each) => each.to_state);
  const rows = await tx.selectFrom("case_actions").select("to_state").distinct().where("case_id", "=", id).execute();
  return rows.map((row) => row.to_state);
}

function fieldViews(lifecycle: Lifecycle, data: Json): Static<typeof FieldView>[] {
  return Object.entries(lifecycle.fields ?? {}).flatMap(
    ([name, { title, shape = "text", choices, unit, value: schema }]) => {
      const value = name
        .split(".")
        .reduce<Json | undefined>((inner, key) => (isObject(inner) ? inner[key] : undefined), data);
      if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) return [];
      const names = choices === undefined ? null : { ...choices };
      const view = { name, title, shape, choices: names, unit: unit ?? null, value };
      return [schema === undefined ? view : { ...view, schema }];
    },
  );
}

function isObject(value: Json | undefined): value is { readonly [key: string]: Json | undefined } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Stages the case has been in are done, whatever the order of the table says: a lapsed draft never was under test. */
function railOf(lifecycle: Lifecycle, states: readonly string[], folded: Folded): Static<typeof RailView> {
  const current = lifecycle.states[folded.state]!.stage;
  const visited = new Set(states.map((state) => lifecycle.states[state]?.stage));
  return lifecycle.stages.map(({ code, title }) => ({
    code,
    title,
    status: code === current ? "current" : visited.has(code) ? "done" : "ahead",
  }));
}

/** @param lifecycle as owed in the case (`asOwed`) */
export function obligationView(
  engine: CaseEngine,
  lifecycle: Lifecycle,
  each: Obligation,
  now: number,
): Static<typeof ObligationView> {
  const definition = lifecycle.obligations[each.code]!;
  const rule = deadlineOf(lifecycle, engine.foldOptions, each.deadline);
  return {
    id: each.id,
    code: each.code,
    title: definition.title,
    bearers: [...definition.bearers],
    subject: each.subject ?? null,
    startAt: toTime(each.startAt),
    dueAt: toTimeOrNull(each.dueAt),
    formerDue: each.formerDue.map(toTime),
    revisions: (each.revisions ?? []).map((revision) => ({
      ...revision,
      at: toTime(revision.at),
      startAt: toTime(revision.startAt),
      dueAt: toTimeOrNull(revision.dueAt),
    })),
    ladder: escalationsOf(definition, each, engine.foldOptions.calendar).map(({ step, at }) => ({
      code: step.code,
      at: toTime(at),
      notify: [...step.notify],
      action: step.action ?? null,
    })),
    status: statusOf(each, now),
    endedAt: toTimeOrNull(each.ended?.at),
    unit: rule.unit,
    amount: each.amount ?? rule.amount,
    from: rule.from,
    basis: each.basis ?? rule.basis,
    certainty: each.certainty,
    calendar: each.calendar,
  };
}

export function actionView(
  lifecycle: Lifecycle,
  row: Selectable<CaseActionTable>,
  role: CaseActor["role"],
  names: PersonNames,
): Static<typeof ActionView> {
  const definition = lifecycle.actions[row.name];
  const { value: input, hidden } = redact(lifecycle, role, row.input as Json);
  const finding =
    typeof input === "object" && input !== null && !Array.isArray(input)
      ? (input as { readonly finding?: unknown }).finding
      : undefined;
  return {
    id: row.id,
    sequence: row.sequence,
    name: row.name,
    title: titleOfAction(lifecycle, row.name),
    at: toTime(row.at.getTime()),
    actor: actorOfRow(row, names),
    purpose: row.purpose,
    proposed: row.proposed,
    from: row.from_state,
    to: row.to_state,
    input,
    facts: row.facts === null ? null : redact(lifecycle, role, row.facts as Json).value,
    // A sentence made from what is hidden would tell it.
    summary:
      hidden.length > 0 ? null : (definition?.summary?.(input as never) ?? dueTextOf(lifecycle, row.actor_role, input)),
    finding: typeof finding === "string" ? finding : null,
    leaf: row.leaf_id,
  };
}

/** The clock notes which duty was due; readers are told its name. */
function dueTextOf(lifecycle: Lifecycle, role: string, input: Json): Text | null {
  if (role !== "system:clock" || typeof input !== "object" || input === null || Array.isArray(input)) return null;
  const { note } = input as { readonly note?: Json };
  const title = typeof note === "string" ? lifecycle.obligations[note.split("#")[0]]?.title : undefined;
  return title === undefined ? null : { en: `"${title.en}" was due`, zh: `“${title.zh}”已到期` };
}

export function actorOfRow(row: Selectable<CaseActionTable>, names: PersonNames): Static<typeof ActorView> {
  const { actor_id: id, actor_role: role, actor_organisation: organisation } = row;
  return actorView({ id, role, organisation }, names, row.actor_account);
}

export function actorView(
  actor: { readonly id: string; readonly role: string; readonly organisation?: string | undefined },
  names: PersonNames,
  account: string | null = null,
): Static<typeof ActorView> {
  const title = isRoleCode(actor.role) ? ROLES[actor.role].title : { en: actor.role, zh: actor.role };
  return {
    id: actor.id,
    role: actor.role,
    roleTitle: title,
    organisation: actor.organisation === undefined || actor.organisation === "" ? null : actor.organisation,
    account,
    name: names.get(actor.id) ?? null,
  };
}
