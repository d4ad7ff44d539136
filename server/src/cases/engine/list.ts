/** Lists of cases: filters over the projection, newest first or by another order. Row policies decide what is in them. */
import type { CaseQuery } from "@sandglass/casework";
import { sql, type RawBuilder, type SelectQueryBuilder } from "kysely";
import { Type, type Static } from "typebox";
import { decodeCursor, DEFAULT_LIMIT, PAGE_QUERY } from "../../http/mod.ts";
import type { Tx } from "../../records/mod.ts";
import type { Database } from "../../records/tables.ts";
import { findHits } from "../search/words.ts";
import { kindOfScope, scopesOf, withinParts, type Scopes } from "./scopes.ts";
import { behind, NEWEST, orderBy, orderByPlace, placeOf, SORT_QUERY, type Sort } from "./sort.ts";
import type { CaseRow } from "./view.ts";

/** PostgreSQL has no text with U+0000. */
export const STORABLE = "^[^\\u0000]*$";

export const LIST_QUERY = {
  ...PAGE_QUERY,
  state: Type.Optional(
    Type.String({ maxLength: 400, pattern: STORABLE, description: "State codes, separated by commas." }),
  ),
  vehicle: Type.Optional(Type.String({ maxLength: 40, pattern: STORABLE })),
  organisation: Type.Optional(Type.String({ maxLength: 120, pattern: STORABLE })),
  overdue: Type.Optional(Type.Boolean({ description: "true: only cases with a duty past its due time." })),
  open: Type.Optional(Type.Boolean({ description: "true: without ended cases; false: only ended ones." })),
  q: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 120,
      pattern: STORABLE,
      description:
        "Words in the title and in what was entered, as far as the actor may read it; all of them. Never a VIN.",
    }),
  ),
  sort: SORT_QUERY,
};
const ListQuery = Type.Object(LIST_QUERY);

export interface ListFilter extends Omit<Static<typeof ListQuery>, "q"> {
  /** Of `q`, as the actor may ask. */
  readonly words?: CaseQuery | undefined;
  /** All kinds when absent. */
  readonly kinds?: readonly string[] | undefined;
  readonly flag?: string | undefined;
  readonly project?: string | undefined;
  readonly level?: number | undefined;
}

/** At most `limit + 1` rows; the extra one says that there is more. @throws SG_CURSOR_INVALID */
export async function listCases(tx: Tx, filter: ListFilter, now: number): Promise<CaseRow[]> {
  const limit = (filter.limit ?? DEFAULT_LIMIT) + 1;
  const cursor = filter.cursor === undefined ? undefined : decodeCursor(filter.cursor, ["number", "string"]);
  const scopes = await scopesOf(tx, filter);
  const { sort = NEWEST } = filter;
  if (filter.words === undefined) return readPage(tx, filter, now, { limit, cursor, sort, scopes });
  if (sort !== NEWEST) {
    // The newest hits are not the first in another order: all of them are looked at.
    const { isComplete, isFound, has } = await findHits(tx, filter.words);
    return readPage(tx, filter, now, { limit, cursor, sort, scopes, matches: isComplete ? isFound : has });
  }
  if (isPlain(filter)) {
    const { found } = await findHits(tx, filter.words, cursor, limit);
    return found.length === 0 ? [] : readCases(tx, found);
  }
  const hits = await findHits(tx, filter.words, cursor);
  const rows = await readPage(tx, filter, now, { limit, cursor, sort, scopes, matches: hits.isFound });
  if (hits.isComplete || rows.length === limit) return rows;
  return readPage(tx, filter, now, { limit, cursor, sort, scopes, matches: hits.has });
}

/** Whether words are all that is asked for: the hits are the page then. */
function isPlain({ words: _words, limit: _limit, cursor: _cursor, sort: _sort, ...others }: ListFilter): boolean {
  return Object.values(others).every((value) => value === undefined);
}

/** In the order of their ids. */
async function readCases(tx: Tx, ids: readonly string[]): Promise<CaseRow[]> {
  const rows = await tx
    .selectFrom("cases")
    .selectAll()
    .where("id", "in", [...ids])
    .execute();
  const found = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => found.get(id)).filter((row) => row !== undefined);
}

interface PagePlace {
  readonly limit: number;
  readonly cursor: readonly [number, string] | undefined;
  readonly sort: Sort;
  readonly scopes: Scopes;
  /** Condition on the column of the case's id. */
  readonly matches?: (caseId: string) => RawBuilder<boolean>;
}

async function readPage(
  tx: Tx,
  filter: ListFilter,
  now: number,
  { limit, cursor, sort, scopes, matches = () => sql<boolean>`true` }: PagePlace,
): Promise<CaseRow[]> {
  if (isIndexed(filter)) {
    const { rows } = await sql<{ case_id: string }>`select distinct x.place, x.case_id
      from unnest(${[...scopes.scopes]}::text[]) s cross join ${statesOf(filter)} cross join lateral (
        select ${placeOf(sort)}, case_id from case_index where scope = s and ${conditions(filter, now)}
          and ${withinParts("case_index", scopes)} and ${matches("case_index.case_id")}
          ${filter.state === undefined ? sql`` : sql`and state = wanted.state`}
          and ${cursor === undefined ? sql`true` : behind(sort, "case_id", cursor)}
        order by ${orderBy(sort, "case_id")} limit ${limit}
      ) x order by ${orderByPlace(sort)} limit ${limit}`.execute(tx);
    if (rows.length === 0) return [];
    return readCases(
      tx,
      rows.map((row) => row.case_id),
    );
  }
  let query = filtered(tx.selectFrom("cases"), filter, now).where(among(scopes)).where(matches("cases.id"));
  if (cursor !== undefined) query = query.where(behind(sort, "id", cursor));
  return query.selectAll().orderBy(orderBy(sort, "id")).limit(limit).execute();
}

/** One row per wanted state, so that each is read in order; one row where any state will do. */
function statesOf({ state }: ListFilter): RawBuilder<unknown> {
  const states = state?.split(",").map((each) => each.trim());
  return states === undefined
    ? sql`(values (null)) wanted (state)`
    : sql`(select distinct each as state from unnest(${states}::text[]) each) wanted`;
}

/** Whether the narrow index holds all that the filter asks for. */
const isIndexed = ({ flag }: ListFilter): boolean => flag === undefined;

/** What the index does not hold is looked for among the cases of the scopes, where those are not all. */
function among({ scopes, whole }: Scopes): RawBuilder<boolean> {
  const parts = scopes.filter((scope) => !whole.includes(kindOfScope(scope)));
  if (parts.length === 0) return sql<boolean>`true`;
  return sql<boolean>`(kind = any (${[...whole]}::text[])
    or id = any (array(select case_id from case_index where scope = any (${parts}::text[]))))`;
}

/** The filter over columns that `case_index` and `cases` both have. */
function conditions(filter: ListFilter, now: number): RawBuilder<boolean> {
  const at = new Date(now);
  const parts = [
    filter.state === undefined
      ? undefined
      : sql`state = any (${filter.state.split(",").map((each) => each.trim())}::text[])`,
    filter.project === undefined ? undefined : sql`project = ${filter.project}`,
    filter.level === undefined ? undefined : sql`level >= ${filter.level}`,
    filter.open === undefined ? undefined : sql`ended = ${!filter.open}`,
    filter.overdue === undefined
      ? undefined
      : filter.overdue
        ? sql`due_at < ${at}`
        : sql`(due_at is null or due_at >= ${at})`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? sql<boolean>`true` : sql<boolean>`${sql.join(parts, sql` and `)}`;
}

export interface Facet {
  readonly kind: string;
  readonly state: string;
  readonly ended: boolean;
  readonly overdue: boolean;
  readonly count: number;
}

export interface Counted {
  readonly facets: readonly Facet[];
  /** Words were found in so many cases that only the newest of them were counted: there are at least as many. */
  readonly isCapped: boolean;
}

/** How many of the filtered cases there are by kind, state, end and lateness. */
export async function countCases(tx: Tx, filter: ListFilter, now: number): Promise<Counted> {
  const scopes = await scopesOf(tx, filter);
  const hits = filter.words === undefined ? undefined : await findHits(tx, filter.words);
  const hit = (column: string): RawBuilder<boolean> =>
    hits === undefined ? sql<boolean>`true` : sql<boolean>`${sql.ref(column)} = any (${hits.found}::text[])`;
  const groups = sql`kind, state, ended, coalesce(due_at < ${new Date(now)}, false) as overdue`;
  const counted = (source: RawBuilder<unknown>, count: RawBuilder<unknown>) =>
    sql<
      Omit<Facet, "count"> & { count: bigint }
    >`select ${groups}, ${count} as count from ${source} group by 1, 2, 3, 4`;
  const query = isIndexed(filter)
    ? counted(
        sql`case_index where scope = any (${[...scopes.scopes]}::text[]) and ${conditions(filter, now)}
          and ${withinParts("case_index", scopes)} and ${hit("case_index.case_id")}`,
        scopes.overlap ? sql`count(distinct case_id)` : sql`count(*)`,
      )
    : counted(
        sql`(${filtered(tx.selectFrom("cases"), filter, now).where(among(scopes)).where(hit("cases.id")).select(["kind", "state", "ended", "due_at"])}) found`,
        sql`count(*)`,
      );
  const { rows } = await query.execute(tx);
  return {
    facets: rows.map((row) => ({ ...row, count: Number(row.count) })),
    isCapped: hits !== undefined && !hits.isComplete,
  };
}

function filtered<Output>(
  from: SelectQueryBuilder<Database, "cases", Output>,
  filter: ListFilter,
  now: number,
): SelectQueryBuilder<Database, "cases", Output> {
  let query = from;
  if (filter.kinds !== undefined) query = query.where("kind", "in", [...filter.kinds]);
  if (filter.flag !== undefined) query = query.where(sql<boolean>`${filter.flag} = any (flags)`);
  query = query.where(conditions(filter, now));
  if (filter.vehicle !== undefined) query = query.where(sql<boolean>`vehicles @> array[${filter.vehicle}]::text[]`);
  if (filter.organisation !== undefined)
    query = query.where(sql<boolean>`organisations @> array[${filter.organisation}]::text[]`);
  return query;
}
