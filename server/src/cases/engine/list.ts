/** Lists of cases: filters over the projection, newest first. Row policies decide what is in them. */
import { sql, type SelectQueryBuilder } from "kysely";
import { Type, type Static } from "typebox";
import { decodeCursor, DEFAULT_LIMIT, PAGE_QUERY } from "../../http/mod.ts";
import type { Tx } from "../../records/mod.ts";
import type { Database } from "../../records/tables.ts";
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
  q: Type.Optional(Type.String({ minLength: 1, maxLength: 120, pattern: STORABLE, description: "Text in the title." })),
};
const ListQuery = Type.Object(LIST_QUERY);

export interface ListFilter extends Static<typeof ListQuery> {
  /** All kinds when absent. */
  readonly kinds?: readonly string[] | undefined;
  readonly flag?: string | undefined;
  readonly project?: string | undefined;
  readonly level?: number | undefined;
}

/** At most `limit + 1` rows; the extra one says that there is more. @throws SG_CURSOR_INVALID */
export async function listCases(tx: Tx, filter: ListFilter, now: number): Promise<CaseRow[]> {
  let query = filtered(tx.selectFrom("cases"), filter, now);
  if (filter.cursor !== undefined) {
    const [openedAt, id] = decodeCursor(filter.cursor, ["number", "string"]);
    query = query.where(sql<boolean>`(opened_at, id) < (${new Date(openedAt)}, ${id})`);
  }
  return query
    .selectAll()
    .orderBy("opened_at", "desc")
    .orderBy("id", "desc")
    .limit((filter.limit ?? DEFAULT_LIMIT) + 1)
    .execute();
}

export interface Facet {
  readonly kind: string;
  readonly state: string;
  readonly ended: boolean;
  readonly overdue: boolean;
  readonly count: number;
}

/** How many of the filtered cases there are by kind, state, end and lateness. */
export async function countCases(tx: Tx, filter: ListFilter, now: number): Promise<Facet[]> {
  const rows = await filtered(tx.selectFrom("cases"), filter, now)
    .select((eb) => [
      "kind",
      "state",
      "ended",
      sql<boolean>`coalesce(due_at < ${new Date(now)}, false)`.as("overdue"),
      eb.fn.countAll<bigint>().as("count"),
    ])
    .groupBy(sql`1, 2, 3, 4`)
    .execute();
  return rows.map((row) => ({ ...row, count: Number(row.count) }));
}

function filtered<Output>(
  from: SelectQueryBuilder<Database, "cases", Output>,
  filter: ListFilter,
  now: number,
): SelectQueryBuilder<Database, "cases", Output> {
  let query = from;
  if (filter.kinds !== undefined) query = query.where("kind", "in", [...filter.kinds]);
  if (filter.flag !== undefined) query = query.where(sql<boolean>`${filter.flag} = any (flags)`);
  if (filter.state !== undefined)
    query = query.where(
      "state",
      "in",
      filter.state.split(",").map((state) => state.trim()),
    );
  if (filter.vehicle !== undefined) query = query.where(sql<boolean>`vehicles @> array[${filter.vehicle}]::text[]`);
  if (filter.organisation !== undefined)
    query = query.where(sql<boolean>`organisations @> array[${filter.organisation}]::text[]`);
  if (filter.project !== undefined) query = query.where("project", "=", filter.project);
  if (filter.level !== undefined) query = query.where("level", ">=", filter.level);
  if (filter.open !== undefined) query = query.where("ended", "=", !filter.open);
  if (filter.overdue === true) query = query.where("due_at", "<", new Date(now));
  if (filter.overdue === false)
    query = query.where((eb) => eb.or([eb("due_at", "is", null), eb("due_at", ">=", new Date(now))]));
  if (filter.q !== undefined) {
    const pattern = `%${filter.q.replaceAll(/[\\%_]/g, "\\$&")}%`;
    query = query.where((eb) => eb.or([eb("title_en", "ilike", pattern), eb("title_zh", "ilike", pattern)]));
  }
  return query;
}

export function cursorOf(row: CaseRow): readonly [number, string] {
  return [row.opened_at.getTime(), row.id];
}
