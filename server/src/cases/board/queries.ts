/** What is due when, for whom: open duties of the cases that the actor may see, the nearest due time first. */
import { isRoleCode, ROLES, type Text } from "@sandglass/casework";
import { sql, type RawBuilder, type SelectQueryBuilder } from "kysely";
import type { Static } from "typebox";
import { decodeCursor, DEFAULT_LIMIT, toTime } from "../../http/mod.ts";
import type { Tx } from "../../records/mod.ts";
import type { Database } from "../../records/tables.ts";
import { newestLifecycle } from "../engine/case-type.ts";
import type { CaseEngine } from "../engine/engine.ts";
import { scopesOf } from "../engine/scopes.ts";
import { STORED_COLUMNS, toStored } from "../engine/store.ts";
import { obligationView } from "../engine/view.ts";
import { DUE_GROUPS, type DueGroup, type DutyFacets, type DutyLine } from "./schema.ts";

export interface DutyFilter {
  readonly group?: DueGroup | undefined;
  readonly kinds?: readonly string[] | undefined;
  readonly code?: string | undefined;
  /** Duties of this role. */
  readonly bearer?: string | undefined;
  readonly organisation?: string | undefined;
  readonly case?: string | undefined;
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

const DAY_MS = 86_400_000;
const OFFSET_MS = 8 * 3_600_000;

/** Ends of today and of the sixth day after it, in Asia/Shanghai; UTC ms, exclusive. */
export function boundsOf(now: number): { readonly today: number; readonly week: number } {
  const today = (Math.floor((now + OFFSET_MS) / DAY_MS) + 1) * DAY_MS - OFFSET_MS;
  return { today, week: today + 6 * DAY_MS };
}

export function groupOf(dueAt: number | undefined, now: number): DueGroup {
  if (dueAt === undefined) return "paused";
  const { today, week } = boundsOf(now);
  return dueAt < now ? "overdue" : dueAt < today ? "today" : dueAt < week ? "week" : "later";
}

type Joined<Output> = SelectQueryBuilder<Database, "case_obligations" | "cases", Output>;

/** Open duties; for those who see a part of the cases, found from that part. */
async function open(tx: Tx, filter: DutyFilter): Promise<Joined<object>> {
  const query = tx
    .selectFrom("case_obligations")
    .innerJoin("cases", "cases.id", "case_obligations.case_id")
    .where("case_obligations.ended_how", "is", null);
  const { scopes, isAll } = await scopesOf(tx, { kinds: filter.kinds });
  return isAll
    ? query
    : query.where(
        sql<boolean>`case_obligations.case_id = any (array(select case_id from case_index where scope = any (${[...scopes]}::text[])))`,
      );
}

function filtered<Output>(from: Joined<Output>, filter: DutyFilter, now: number): Joined<Output> {
  let query = from;
  const { today, week } = boundsOf(now);
  const due = (operator: "<" | ">=", ms: number): void => {
    query = query.where("case_obligations.due_at", operator, new Date(ms));
  };
  switch (filter.group) {
    case "overdue":
      due("<", now);
      break;
    case "today":
      due(">=", now);
      due("<", today);
      break;
    case "week":
      due(">=", today);
      due("<", week);
      break;
    case "later":
      due(">=", week);
      break;
    case "paused":
      query = query.where("case_obligations.due_at", "is", null);
      break;
    case undefined:
  }
  if (filter.kinds !== undefined) query = query.where("cases.kind", "in", [...filter.kinds]);
  if (filter.code !== undefined) query = query.where("case_obligations.code", "=", filter.code);
  if (filter.case !== undefined) query = query.where("case_obligations.case_id", "=", filter.case);
  if (filter.bearer !== undefined) query = query.where(sql<boolean>`${filter.bearer} = any (case_obligations.bearers)`);
  if (filter.organisation !== undefined)
    query = query.where(sql<boolean>`${filter.organisation} = any (cases.organisations)`);
  return query;
}

/** Stands for "paused" in a cursor. */
const FAR = new Date("9999-12-31T00:00:00Z");
/** Behind a duty in the order of the board: by due time, paused ones last, then by case and duty. */
function behind(due: number, caseId: string, id: string): RawBuilder<boolean> {
  const rest = sql`(case_obligations.case_id, case_obligations.id) > (${caseId}, ${id})`;
  const at = new Date(due);
  return due === FAR.getTime()
    ? sql<boolean>`case_obligations.due_at is null and ${rest}`
    : sql<boolean>`(case_obligations.due_at is null or case_obligations.due_at > ${at} or (case_obligations.due_at = ${at} and ${rest}))`;
}

export interface DutyRow {
  readonly line: Static<typeof DutyLine>;
  readonly position: readonly [number, string, string];
}

/** At most `limit + 1` duties. @throws SG_CURSOR_INVALID */
export async function listDuties(engine: CaseEngine, tx: Tx, filter: DutyFilter, now: number): Promise<DutyRow[]> {
  let query = filtered(await open(tx, filter), filter, now);
  if (filter.cursor !== undefined) {
    const [due, caseId, id] = decodeCursor(filter.cursor, ["number", "string", "string"]);
    query = query.where(behind(due, caseId, id));
  }
  const rows = await query
    .select(["case_obligations.case_id", "case_obligations.id", "case_obligations.due_at"])
    .orderBy("case_obligations.due_at")
    .orderBy("case_obligations.case_id")
    .orderBy("case_obligations.id")
    .limit((filter.limit ?? DEFAULT_LIMIT) + 1)
    .execute();
  if (rows.length === 0) return [];
  const ids = [...new Set(rows.map((row) => row.case_id))];
  const cases = await tx
    .selectFrom("cases")
    .select([...STORED_COLUMNS, "title_en", "title_zh", "organisations", "regions", "level"])
    .where("id", "in", ids)
    .execute();
  const steps = await tx
    .selectFrom("case_escalations")
    .select(["case_id", "obligation_id", "step", "at"])
    .where("case_id", "in", ids)
    .where("handled_at", "is", null)
    .where("at", "is not", null)
    .orderBy("at")
    .execute();
  const byId = new Map(cases.map((row) => [row.id, row]));
  return rows.flatMap((row) => {
    const found = byId.get(row.case_id);
    if (found === undefined) return [];
    const stored = toStored(found);
    const lifecycle = engine.lifecycleOf(stored);
    const obligation = stored.folded.obligations.find((each) => each.id === row.id);
    if (obligation === undefined) return [];
    const view = obligationView(engine, lifecycle, obligation, now);
    const next = steps.find((each) => each.case_id === row.case_id && each.obligation_id === row.id);
    const line: Static<typeof DutyLine> = {
      ...view,
      group: groupOf(obligation.dueAt, now),
      case: {
        id: stored.id,
        kind: stored.kind,
        kindTitle: lifecycle.title,
        title: { en: found.title_en, zh: found.title_zh },
        state: stored.folded.state,
        stateTitle: lifecycle.states[stored.folded.state]!.title,
        organisation: found.organisations[0] ?? null,
        regions: found.regions,
        level: found.level,
      },
      nextStep: nextStepOf(view.ladder, next),
    };
    return [{ line, position: [(row.due_at ?? FAR).getTime(), row.case_id, row.id] as const }];
  });
}

function nextStepOf(
  ladder: Static<typeof DutyLine>["ladder"],
  next: { readonly step: string; readonly at: Date | null } | undefined,
): Static<typeof DutyLine>["nextStep"] {
  if (next === undefined || next.at === null) return null;
  return {
    code: next.step,
    at: toTime(next.at.getTime()),
    notify: ladder.find(({ code }) => code === next.step)?.notify ?? [],
  };
}

/** How many open duties there are under a filter, by group, kind, duty and bearer. */
export async function countDuties(
  engine: CaseEngine,
  tx: Tx,
  filter: DutyFilter,
  now: number,
): Promise<Static<typeof DutyFacets>> {
  const { today, week } = boundsOf(now);
  const due = sql.ref("case_obligations.due_at");
  const group = sql<DueGroup>`case when ${due} is null then 'paused' when ${due} < ${new Date(now)} then 'overdue'
    when ${due} < ${new Date(today)} then 'today' when ${due} < ${new Date(week)} then 'week' else 'later' end`;
  const rows = await filtered(await open(tx, filter), filter, now)
    .select((eb) => [
      "cases.kind",
      "case_obligations.code",
      "case_obligations.bearers",
      group.as("group"),
      eb.fn.countAll<bigint>().as("count"),
    ])
    .groupBy(sql`1, 2, 3, 4`)
    .execute();
  const counted = rows.map((row) => ({ ...row, count: Number(row.count) }));
  return {
    total: counted.reduce((sum, { count }) => sum + count, 0),
    groups: DUE_GROUPS.map((code) => ({
      group: code,
      count: counted.filter((row) => row.group === code).reduce((sum, { count }) => sum + count, 0),
    })),
    kinds: sums(counted, (row) => [row.kind]).map(([kind, count]) => ({ kind, title: kindTitle(engine, kind), count })),
    duties: sums(counted, (row) => [`${row.kind} ${row.code}`]).map(([key, count]) => {
      const [kind = "", code = ""] = key.split(" ");
      const { obligations } = newestLifecycle(engine.typeOf(kind));
      return { kind, code, title: obligations[code]?.title ?? { en: code, zh: code }, count };
    }),
    bearers: sums(counted, (row) => row.bearers).map(([role, count]) => ({
      role,
      title: isRoleCode(role) ? ROLES[role].title : { en: role, zh: role },
      count,
    })),
  };
}

function kindTitle(engine: CaseEngine, kind: string): Text {
  const type = engine.findType(kind);
  return type === undefined ? { en: kind, zh: kind } : newestLifecycle(type).title;
}

/** Sums per key, the largest first. */
function sums<Row extends { readonly count: number }>(
  rows: readonly Row[],
  keysOf: (row: Row) => readonly string[],
): (readonly [string, number])[] {
  const totals = new Map<string, number>();
  for (const row of rows) for (const key of keysOf(row)) totals.set(key, (totals.get(key) ?? 0) + row.count);
  return [...totals].sort(([a, left], [b, right]) => right - left || a.localeCompare(b));
}
