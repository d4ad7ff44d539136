/** Rows of cases: reading them as folds, writing projection, actions and duties. Row policies decide what exists. */
import { sql, type Selectable } from "kysely";
import {
  escalationsOf,
  issuersOf,
  statusOf,
  type CaseAction,
  type Folded,
  type Json,
  type Lifecycle,
  type Obligation,
  type RoleCode,
  type WorkCalendar,
} from "@sandglass/casework";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import type { Actor, Tx } from "../../records/mod.ts";
import type { CaseActionTable, CaseTable } from "../../records/tables/cases.ts";
import type { CaseFields } from "./case-type.ts";
import { CaseConflict } from "./refused.ts";

export interface StoredCase {
  readonly id: string;
  readonly kind: string;
  /** Version of the lifecycle that it runs under. */
  readonly definition: number;
  /** Version it started with. */
  readonly started: number;
  readonly folded: Folded;
}

/** The columns that `toStored` needs. */
export const STORED_COLUMNS = ["id", "kind", "definition", "started_definition", "folded"] as const;
type StoredRow = Pick<Selectable<CaseTable>, (typeof STORED_COLUMNS)[number]>;

export async function findCase(tx: Tx, id: string): Promise<StoredCase | undefined> {
  const row = await tx
    .selectFrom("cases")
    .select([...STORED_COLUMNS])
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

export function toStored(row: StoredRow): StoredCase {
  const { id, kind, definition } = row;
  return { id, kind, definition, started: row.started_definition ?? definition, folded: row.folded as Folded };
}

/** The columns of the projection row that an action changes. */
export function projectionOf(lifecycle: Lifecycle, folded: Folded, fields: CaseFields, at: number) {
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
    departments: [...issuersOf(extent)],
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

/** PostgreSQL: refused by a row policy. */
const REFUSED = "42501";

/** @throws SG_CASE_OUT_OF_REACH when it would be none of those that the actor may work on */
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
      started_definition: null,
      opened_at: new Date(folded.openedAt),
      ...projectionOf(lifecycle, folded, fields, at),
    })
    .execute()
    .catch((error: unknown) => {
      const isRefused = error instanceof Error && "code" in error && error.code === REFUSED;
      throw isRefused
        ? new SandglassError(ERRORS.CASE_OUT_OF_REACH, { kind: lifecycle.kind }, { cause: error })
        : error;
    });
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
  moved?: { readonly started: number },
): Promise<void> {
  const versions = moved === undefined ? {} : { definition: lifecycle.version, started_definition: moved.started };
  const result = await tx
    .updateTable("cases")
    .set({ ...projectionOf(lifecycle, after, fields, at), ...versions })
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
      actor_token: actor.token ?? null,
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

/** The history of a case, oldest first. @param range sequence numbers above `after`, at most `limit` */
export async function listActions(
  tx: Tx,
  id: string,
  range: { readonly after?: number; readonly limit?: number } = {},
): Promise<Selectable<CaseActionTable>[]> {
  let query = tx.selectFrom("case_actions").selectAll().where("case_id", "=", id).orderBy("sequence");
  if (range.after !== undefined) query = query.where("sequence", ">", range.after);
  if (range.limit !== undefined) query = query.limit(range.limit);
  return query.execute();
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

/**
 * Brings the table of duties and their ladders to what the fold says: new ones are added, changed ones updated, none ever removed.
 * @returns the duties that were added
 */
export async function syncObligations(
  tx: Tx,
  caseId: string,
  lifecycle: Lifecycle,
  calendar: WorkCalendar,
  before: readonly Obligation[],
  after: readonly Obligation[],
): Promise<readonly Obligation[]> {
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
  const changed: Obligation[] = [...added];
  for (const each of after) {
    const former = known.get(each.id);
    if (former === undefined || former === each || JSON.stringify(former) === JSON.stringify(each)) continue;
    // A new due time starts a new life of the clock: what was handled at the old one is open again.
    const reopened =
      former.dueAt !== each.dueAt && statusOf(each, 0) !== "cancelled" ? { overdue_handled_at: null } : {};
    await tx
      .updateTable("case_obligations")
      .set({ ...changing(each), ...reopened })
      .where("case_id", "=", caseId)
      .where("id", "=", each.id)
      .execute();
    if (former.dueAt !== each.dueAt || former.ended !== each.ended) changed.push(each);
  }
  await syncLadders(tx, caseId, lifecycle, calendar, changed);
  return added;
}

/** A new due time starts the ladder again; an ended or paused duty has none. */
async function syncLadders(
  tx: Tx,
  caseId: string,
  lifecycle: Lifecycle,
  calendar: WorkCalendar,
  changed: readonly Obligation[],
): Promise<void> {
  if (changed.length === 0) return;
  const rows = changed.flatMap((each) =>
    escalationsOf(lifecycle.obligations[each.code]!, each, calendar).map(({ step, at }) => ({
      case_id: caseId,
      obligation_id: each.id,
      step: step.code,
      at: new Date(at),
      handled_at: null,
    })),
  );
  await tx
    .updateTable("case_escalations")
    .set({ at: null })
    .where("case_id", "=", caseId)
    .where(
      "obligation_id",
      "in",
      changed.map((each) => each.id),
    )
    .where("at", "is not", null)
    .execute();
  if (rows.length === 0) return;
  await tx
    .insertInto("case_escalations")
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(["case_id", "obligation_id", "step"]).doUpdateSet((eb) => ({
        at: eb.ref("excluded.at"),
        handled_at: null,
      })),
    )
    .execute();
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
