/** Rows of cases: reading them as folds, writing projection, actions and duties. Row policies decide what exists. */
import { sql, type Selectable } from "kysely";
import {
  statusOf,
  type CaseAction,
  type Folded,
  type Json,
  type Lifecycle,
  type Obligation,
  type RoleCode,
} from "@sandglass/casework";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import type { Actor, Tx } from "../../records/mod.ts";
import type { CaseActionTable, CaseTable } from "../../records/tables/cases.ts";
import type { CaseFields } from "./case-type.ts";
import { CaseConflict } from "./refused.ts";

export interface StoredCase {
  readonly id: string;
  readonly kind: string;
  readonly definition: number;
  readonly folded: Folded;
}

export async function findCase(tx: Tx, id: string): Promise<StoredCase | undefined> {
  const row = await tx
    .selectFrom("cases")
    .select(["id", "kind", "definition", "folded"])
    .where("id", "=", id)
    .executeTakeFirst();
  return row === undefined ? undefined : toStored(row);
}

/** @throws SG_NOT_FOUND also when it is hidden from the actor, or of another kind */
export async function getCase(tx: Tx, id: string, kind?: string): Promise<StoredCase> {
  const stored = await findCase(tx, id);
  if (stored === undefined || (kind !== undefined && stored.kind !== kind))
    throw new SandglassError(ERRORS.NOT_FOUND, { what: id });
  return stored;
}

export function toStored(row: Pick<Selectable<CaseTable>, "id" | "kind" | "definition" | "folded">): StoredCase {
  return { id: row.id, kind: row.kind, definition: row.definition, folded: row.folded as Folded };
}

function projectionOf(lifecycle: Lifecycle, folded: Folded, fields: CaseFields, at: number) {
  const extent = lifecycle.extentOf(folded.data);
  const due = folded.obligations.reduce(
    (earliest, each) =>
      each.ended === undefined && each.dueAt !== undefined ? Math.min(earliest, each.dueAt) : earliest,
    Infinity,
  );
  return {
    state: folded.state,
    flags: [...folded.flags],
    version: folded.version,
    title_en: fields.title.en,
    title_zh: fields.title.zh,
    organisations: [...extent.organisations],
    regions: [...extent.regions],
    assigned: [...extent.assigned],
    vehicles: [...fields.vehicles],
    project: fields.project ?? null,
    item: fields.item ?? null,
    level: fields.level ?? null,
    since: new Date(folded.since),
    changed_at: new Date(at),
    ended: lifecycle.states[folded.state]?.end !== undefined,
    due_at: Number.isFinite(due) ? new Date(due) : null,
    folded: JSON.stringify(folded),
  };
}

export async function insertCase(
  tx: Tx,
  id: string,
  lifecycle: Lifecycle,
  folded: Folded,
  fields: CaseFields,
  at: number,
): Promise<void> {
  await tx
    .insertInto("cases")
    .values({
      id,
      kind: lifecycle.kind,
      definition: lifecycle.version,
      opened_at: new Date(folded.openedAt),
      ...projectionOf(lifecycle, folded, fields, at),
    })
    .execute();
}

/** Writes the projection if nobody else has since. @throws CaseConflict */
export async function updateCase(
  tx: Tx,
  id: string,
  lifecycle: Lifecycle,
  before: Folded,
  after: Folded,
  fields: CaseFields,
  at: number,
): Promise<void> {
  const result = await tx
    .updateTable("cases")
    .set(projectionOf(lifecycle, after, fields, at))
    .where("id", "=", id)
    .where("version", "=", before.version)
    .executeTakeFirst();
  if (result.numUpdatedRows === 0n) throw new CaseConflict(id);
}

export interface ActionRecord {
  readonly caseId: string;
  readonly sequence: number;
  readonly action: CaseAction;
  readonly actor: Actor;
  readonly purpose?: string | undefined;
  readonly idempotencyId?: string | undefined;
  readonly proposed: boolean;
  readonly from: string | undefined;
  readonly to: string;
  readonly leaf: string;
}

export async function insertAction(tx: Tx, record: ActionRecord): Promise<void> {
  const { action, actor } = record;
  await tx
    .insertInto("case_actions")
    .values({
      id: action.id,
      case_id: record.caseId,
      sequence: record.sequence,
      name: action.name,
      at: new Date(action.at),
      actor_id: actor.id,
      actor_role: actor.role,
      actor_organisation: actor.organisation,
      actor_region: actor.region ?? null,
      actor_account: actor.account ?? null,
      purpose: record.purpose ?? null,
      idempotency_id: record.idempotencyId ?? null,
      input: JSON.stringify(action.input),
      facts: action.facts === undefined ? null : JSON.stringify(action.facts),
      proposed: record.proposed,
      from_state: record.from ?? null,
      to_state: record.to,
      leaf_id: record.leaf,
    })
    .execute();
}

/** The history of a case, oldest first. */
export async function listActions(tx: Tx, id: string): Promise<Selectable<CaseActionTable>[]> {
  return tx.selectFrom("case_actions").selectAll().where("case_id", "=", id).orderBy("sequence").execute();
}

/** The row as the pure package sees it. */
export function toAction(row: Selectable<CaseActionTable>): CaseAction {
  return {
    id: row.id,
    name: row.name,
    at: row.at.getTime(),
    actor: {
      id: row.actor_id,
      role: row.actor_role as RoleCode,
      ...(row.actor_organisation === "" ? {} : { organisation: row.actor_organisation }),
      ...(row.actor_region === null ? {} : { region: row.actor_region }),
    },
    input: row.input as Json,
    ...(row.facts === null ? {} : { facts: row.facts as Json }),
  };
}

/** Brings the table of duties to what the fold says: new ones are added, changed ones updated, none ever removed. */
export async function syncObligations(
  tx: Tx,
  caseId: string,
  lifecycle: Lifecycle,
  before: readonly Obligation[],
  after: readonly Obligation[],
): Promise<void> {
  const known = new Map(before.map((each) => [each.id, each]));
  const added = after.filter((each) => !known.has(each.id));
  if (added.length > 0) {
    await tx
      .insertInto("case_obligations")
      .values(
        added.map((each) => {
          const { bearers, onOverdue } = lifecycle.obligations[each.code]!;
          return {
            case_id: caseId,
            id: each.id,
            code: each.code,
            bearers: [...bearers],
            subject: each.subject ?? null,
            start_at: new Date(each.startAt),
            on_overdue: onOverdue ?? null,
            overdue_handled_at: null,
            ...changing(each),
          };
        }),
      )
      .execute();
  }
  for (const each of after) {
    const former = known.get(each.id);
    if (former === undefined || JSON.stringify(former) === JSON.stringify(each)) continue;
    // A new due time starts a new life of the clock: what was handled at the old one is open again.
    const reopened =
      former.dueAt !== each.dueAt && statusOf(each, 0) !== "cancelled" ? { overdue_handled_at: null } : {};
    await tx
      .updateTable("case_obligations")
      .set({ ...changing(each), ...reopened })
      .where("case_id", "=", caseId)
      .where("id", "=", each.id)
      .execute();
  }
}

function changing(each: Obligation) {
  return {
    due_at: each.dueAt === undefined ? null : new Date(each.dueAt),
    former_due: sql<Date[]>`${each.formerDue.map((due) => new Date(due).toISOString())}::timestamptz[]`,
    certainty: each.certainty,
    calendar: each.calendar,
    ended_how: each.ended?.how ?? null,
    ended_at: each.ended === undefined ? null : new Date(each.ended.at),
  };
}
