/** Orders of the list of cases: by columns that the narrow index holds, so that no row of a case is read for its place. */
import { sql, type RawBuilder } from "kysely";
import { Type } from "typebox";
import type { CaseRow } from "./view.ts";

const KEYS = ["opened", "due", "level"] as const;
type SortKey = (typeof KEYS)[number];
/** A minus in front: the greatest first. */
export type Sort = SortKey | `-${SortKey}`;
export const SORTS = KEYS.flatMap((key): Sort[] => [key, `-${key}`]);
export const NEWEST: Sort = "-opened";

export const SORT_QUERY = Type.Optional(
  Type.Unsafe<Sort>({
    type: "string",
    enum: SORTS,
    description:
      "By opening, due time or level; `-` for the greatest first. Default: newest first. No due time counts as the latest.",
  }),
);

/** No due time counts as the latest. */
const NEVER = new Date(Date.UTC(9999, 11, 31));
const NO_LEVEL = -1;

interface Order {
  /** What is compared, over columns that `case_index` and `cases` both have. */
  readonly value: RawBuilder<unknown>;
  valueOf(row: CaseRow): number;
  /** Value of a cursor as the database compares it. */
  parameter(value: number): Date | number;
}

const toDate = (value: number): Date => new Date(value);
const ORDERS: Readonly<Record<SortKey, Order>> = {
  opened: { value: sql`opened_at`, valueOf: (row) => row.opened_at.getTime(), parameter: toDate },
  due: {
    value: sql`coalesce(due_at, ${NEVER})`,
    valueOf: (row) => (row.due_at ?? NEVER).getTime(),
    parameter: toDate,
  },
  level: {
    value: sql`coalesce(level, ${NO_LEVEL})`,
    valueOf: (row) => row.level ?? NO_LEVEL,
    parameter: (value) => value,
  },
};

function orderOf(sort: Sort): Order & { readonly isDescending: boolean } {
  const isDescending = sort.startsWith("-");
  return { ...ORDERS[(isDescending ? sort.slice(1) : sort) as SortKey], isDescending };
}

/** The compared value under the name `place`, for an outer query that merges ordered parts. */
export const placeOf = (sort: Sort): RawBuilder<unknown> => sql`${orderOf(sort).value} as place`;

/** @param id the column of the case's id */
export function orderBy(sort: Sort, id: string): RawBuilder<unknown> {
  const { value, isDescending } = orderOf(sort);
  return isDescending ? sql`${value} desc, ${sql.ref(id)} desc` : sql`${value}, ${sql.ref(id)}`;
}

/** Of `placeOf`, in the outer query. */
export const orderByPlace = (sort: Sort): RawBuilder<unknown> =>
  orderOf(sort).isDescending ? sql`x.place desc, x.case_id desc` : sql`x.place, x.case_id`;

/** What stands behind a place in the list. */
export function behind(sort: Sort, id: string, [at, last]: readonly [number, string]): RawBuilder<boolean> {
  const { value, parameter, isDescending } = orderOf(sort);
  const place = sql`(${parameter(at)}, ${last})`;
  return isDescending
    ? sql<boolean>`(${value}, ${sql.ref(id)}) < ${place}`
    : sql<boolean>`(${value}, ${sql.ref(id)}) > ${place}`;
}

/** The place of a row in the list. */
export const cursorOf =
  (sort: Sort = NEWEST) =>
  (row: CaseRow): readonly [number, string] => [orderOf(sort).valueOf(row), row.id];
