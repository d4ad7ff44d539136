/** What is due when, for whom: open duties of the cases that the actor may see, the nearest due time first. */
import { asOwed, isRoleCode, ROLES, type Text } from "@sandglass/casework";
import { sql, type RawBuilder } from "kysely";
import type { Static } from "typebox";
import { decodeCursor, DEFAULT_LIMIT, toTime } from "../../http/mod.ts";
import type { Tx } from "../../records/mod.ts";
import { newestLifecycle } from "../engine/case-type.ts";
import type { CaseEngine } from "../engine/engine.ts";
import { kindOfScope, scopesOf, withinParts, type Scopes } from "../engine/scopes.ts";
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

/** Stands for "paused" in a cursor; `infinity` in the index. */
const FAR = Date.UTC(9999, 11, 31);
const dueOf = (ms: number): RawBuilder<Date> => sql<Date>`${ms === FAR ? "infinity" : new Date(ms)}::timestamptz`;

/** The filter over columns of `duty_index`, beside the scope. */
function conditions(filter: DutyFilter, scopes: Scopes, now: number): RawBuilder<boolean> {
  const { group, code, bearer } = filter;
  const { today, week } = boundsOf(now);
  const spans: Readonly<Record<DueGroup, RawBuilder<boolean>>> = {
    overdue: sql`due_at < ${new Date(now)}`,
    today: sql`due_at >= ${new Date(now)} and due_at < ${new Date(today)}`,
    week: sql`due_at >= ${new Date(today)} and due_at < ${new Date(week)}`,
    later: sql`due_at >= ${new Date(week)} and due_at < 'infinity'`,
    paused: sql`due_at = 'infinity'`,
  };
  const parts = [
    group === undefined ? undefined : spans[group],
    code === undefined ? undefined : sql`code = ${code}`,
    filter.case === undefined ? undefined : sql`case_id = ${filter.case}`,
    bearer === undefined ? undefined : holds(bearer),
    withinParts("duty_index", scopes),
  ].filter((part) => part !== undefined);
  return sql<boolean>`${sql.join(parts, sql` and `)}`;
}

/** The groups of a scope (duty and roles) that a filter asks for, found by one step in the index each. */
function groupsOf({ code, bearer }: DutyFilter): RawBuilder<unknown> {
  const next = (after: RawBuilder<unknown>): RawBuilder<unknown> =>
    sql`(select code, bearers from duty_index where scope = s ${after} order by code, bearers limit 1)`;
  return sql`cross join lateral (
    with recursive found as (
      ${next(sql``)} union all
      select later.* from found cross join lateral ${next(sql`and (code, bearers) > (found.code, found.bearers)`)} later
    )
    select code, bearers from found where ${code === undefined ? sql`true` : sql`code = ${code}`}
      and ${bearer === undefined ? sql`true` : holds(bearer)}
  ) g`;
}

/** Whether a role is among those of the column `bearers`. */
const holds = (bearer: string): RawBuilder<boolean> => sql<boolean>`${bearer} = any (string_to_array(bearers, ','))`;

export interface DutyRow {
  readonly line: Static<typeof DutyLine>;
  readonly position: readonly [number, string, string];
}

/** At most `limit + 1` duties. @throws SG_CURSOR_INVALID */
export async function listDuties(engine: CaseEngine, tx: Tx, filter: DutyFilter, now: number): Promise<DutyRow[]> {
  const limit = (filter.limit ?? DEFAULT_LIMIT) + 1;
  const cursor = filter.cursor === undefined ? undefined : decodeCursor(filter.cursor, ["number", "string", "string"]);
  const scopes = await scopesOf(tx, filter);
  // Each scope is read in the order of the board and stops at a page; of one code or role, each of its groups.
  const isGrouped = filter.code !== undefined || filter.bearer !== undefined;
  const { rows } = await sql<{
    due_at: Date | number;
    case_id: string;
    id: string;
  }>`select distinct x.due_at, x.case_id, x.id
    from unnest(${[...scopes.scopes]}::text[]) s ${isGrouped ? groupsOf(filter) : sql``} cross join lateral (
      select due_at, case_id, id from duty_index where scope = s and ${conditions(filter, scopes, now)}
        ${isGrouped ? sql`and code = g.code and bearers = g.bearers` : sql``}
        and ${cursor === undefined ? sql`true` : sql`(due_at, case_id, id) > (${dueOf(cursor[0])}, ${cursor[1]}, ${cursor[2]})`}
      order by due_at, case_id, id limit ${limit}
    ) x order by x.due_at, x.case_id, x.id limit ${limit}`.execute(tx);
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
    const view = obligationView(engine, asOwed(lifecycle, stored.folded.data), obligation, now);
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
    return [
      { line, position: [row.due_at instanceof Date ? row.due_at.getTime() : FAR, row.case_id, row.id] as const },
    ];
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
  const scopes = await scopesOf(tx, filter);
  const from = sql`duty_index where scope = any (${[...scopes.scopes]}::text[]) and ${conditions(filter, scopes, now)}`;
  // A duty that stands in several scopes counts once.
  const source = scopes.overlap
    ? sql`(select distinct on (case_id, id) scope, code, bearers, due_at from ${from} order by case_id, id) once`
    : from;
  // How many are due before each bound: one pass in the order of an index, where groups by bound would be hashed.
  const before = (bound: RawBuilder<unknown>, name: string): RawBuilder<unknown> =>
    sql`count(*) filter (where due_at < ${bound}) as ${sql.ref(name)}`;
  const { rows } = await sql<{
    scope: string;
    code: string;
    bearers: string;
    overdue: bigint;
    today: bigint;
    week: bigint;
    later: bigint;
    all: bigint;
  }>`select scope, code, bearers, ${before(sql`${new Date(now)}`, "overdue")}, ${before(sql`${new Date(today)}`, "today")},
      ${before(sql`${new Date(week)}`, "week")}, ${before(sql`'infinity'`, "later")}, count(*) as "all"
    from ${source} group by 1, 2, 3`.execute(tx);
  const counted = rows.map((row) => ({
    kind: kindOfScope(row.scope),
    code: row.code,
    bearers: row.bearers === "" ? [] : row.bearers.split(","),
    count: Number(row.all),
    groups: {
      overdue: Number(row.overdue),
      today: Number(row.today - row.overdue),
      week: Number(row.week - row.today),
      later: Number(row.later - row.week),
      paused: Number(row.all - row.later),
    },
  }));
  return {
    total: counted.reduce((sum, { count }) => sum + count, 0),
    groups: DUE_GROUPS.map((code) => ({
      group: code,
      count: counted.reduce((sum, { groups }) => sum + groups[code], 0),
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
