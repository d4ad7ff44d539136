/** Lists of cases: filters over the projection, newest first. Row policies decide what is in them. */
import { sql } from "kysely";
import { Type, type Static } from "typebox";
import { decodeCursor, DEFAULT_LIMIT, PAGE_QUERY } from "../../http/mod.ts";
import type { Tx } from "../../records/mod.ts";
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
  readonly kinds: readonly string[];
  readonly project?: string | undefined;
  readonly level?: number | undefined;
}

/** At most `limit + 1` rows; the extra one says that there is more. @throws SG_CURSOR_INVALID */
export async function listCases(tx: Tx, filter: ListFilter, now: number): Promise<CaseRow[]> {
  let query = tx
    .selectFrom("cases")
    .selectAll()
    .where("kind", "in", [...filter.kinds]);
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
  if (filter.cursor !== undefined) {
    const [openedAt, id] = decodeCursor(filter.cursor, ["number", "string"]);
    query = query.where(sql<boolean>`(opened_at, id) < (${new Date(openedAt)}, ${id})`);
  }
  return query
    .orderBy("opened_at", "desc")
    .orderBy("id", "desc")
    .limit((filter.limit ?? DEFAULT_LIMIT) + 1)
    .execute();
}

export function cursorOf(row: CaseRow): readonly [number, string] {
  return [row.opened_at.getTime(), row.id];
}
