/** Orders of the list of findings: as they were found, by level, by onset; an index holds each, so that a page stops early. */
import { sql, type RawBuilder } from "kysely";
import { Type } from "typebox";
import { decodeCursor, decodeOrdinal, toOrdinal, type CursorValues } from "../http/mod.ts";

const KEYS = ["found", "level", "onset"] as const;
type SortKey = (typeof KEYS)[number];
/** A minus in front: the greatest first. */
export type FindingSort = SortKey | `-${SortKey}`;
export const FINDING_SORTS = KEYS.flatMap((key): FindingSort[] => [key, `-${key}`]);
export const NEWEST_FOUND: FindingSort = "-found";

export const FINDING_SORT = Type.Optional(
  Type.Unsafe<FindingSort>({
    type: "string",
    enum: FINDING_SORTS,
    description: "By when it was found, level or onset; `-` for the greatest first. Default: -found.",
  }),
);

const COLUMNS: Readonly<Record<SortKey, RawBuilder<unknown>>> = {
  found: sql`findings.ordinal`,
  level: sql`findings.level`,
  onset: sql`findings.onset`,
};

interface Placed {
  readonly ordinal: bigint;
  readonly level: number;
  /** UTC ms. */
  readonly onset: number;
}

function orderOf(sort: FindingSort): { readonly key: SortKey; readonly isDescending: boolean } {
  const isDescending = sort.startsWith("-");
  return { key: (isDescending ? sort.slice(1) : sort) as SortKey, isDescending };
}

export function orderBy(sort: FindingSort): RawBuilder<unknown> {
  const { key, isDescending } = orderOf(sort);
  return isDescending
    ? sql`${COLUMNS[key]} desc, findings.ordinal desc`
    : sql`${COLUMNS[key]} asc, findings.ordinal asc`;
}

/** The place of a finding in the list, for a cursor. */
export function placeOf(sort: FindingSort, { ordinal, level, onset }: Placed): CursorValues {
  const { key } = orderOf(sort);
  if (key === "found") return [String(ordinal)];
  return [key === "level" ? level : onset, String(ordinal)];
}

/** What stands behind the place that a cursor names. @throws SG_CURSOR_INVALID */
export function behind(sort: FindingSort, cursor: string): RawBuilder<boolean> {
  const { key, isDescending } = orderOf(sort);
  const than = isDescending ? sql`<` : sql`>`;
  if (key === "found") return sql<boolean>`findings.ordinal ${than} ${decodeOrdinal(cursor)}`;
  const [value, ordinal] = decodeCursor(cursor, ["number", "string"]);
  const place = key === "onset" ? sql`to_timestamp(${value}::float8 / 1000)` : sql`${value}`;
  return sql<boolean>`(${COLUMNS[key]}, findings.ordinal) ${than} (${place}, ${toOrdinal(ordinal)})`;
}
