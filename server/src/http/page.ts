/** Lists are `{items, next}`; `next` is an opaque cursor or null. */
import { Type, type TSchema } from "typebox";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { isStorable } from "./storable.ts";

export const DEFAULT_LIMIT = 50;
export const MAX_LIMIT = 1_000;

/** Spread into the querystring schema of a list. */
export const PAGE_QUERY = {
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT, description: "Most items in the answer." }),
  ),
  cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 512, description: "`next` of the page before." })),
};

// oxlint-disable-next-line typescript/explicit-function-return-type -- the schema's own type is the point
export const PageOf = <Item extends TSchema>(item: Item) =>
  Type.Object({ items: Type.Array(item), next: Type.Union([Type.String(), Type.Null()]) });

export interface Page<Item> {
  readonly items: Item[];
  readonly next: string | null;
}

/** Values of a cursor: strings and safe integers; keys that are bigints go as strings. */
export type CursorValues = readonly (string | number)[];

export function encodeCursor(values: CursorValues): string {
  return Buffer.from(JSON.stringify(values)).toString("base64url");
}

/** Numbers of cursors are ordinals or times; outside of the years 1 to 9999 stores have no times, and no list has so many items. */
const EARLIEST = Date.parse("0001-01-01T00:00:00Z");
const LATEST = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** @throws SG_CURSOR_INVALID unless it holds values of exactly these types */
export function decodeCursor<const Types extends readonly ("string" | "number")[]>(
  cursor: string,
  types: Types,
): { -readonly [K in keyof Types]: Types[K] extends "string" ? string : number } {
  let values: unknown;
  try {
    values = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    values = undefined;
  }
  const fits =
    Array.isArray(values) &&
    values.length === types.length &&
    values.every(
      (value, i) => typeof value === types[i] && (typeof value === "string" ? isStorable(value) : isPlace(value)),
    );
  if (!fits) throw new SandglassError(ERRORS.CURSOR_INVALID);
  return values as { -readonly [K in keyof Types]: Types[K] extends "string" ? string : number };
}

const isPlace = (value: unknown): boolean =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= EARLIEST && value <= LATEST;

/** An ordinal or a key of a row, as PostgreSQL's bigint gives it. */
const ORDINAL = /^\d{1,19}$/;
const GREATEST = 2n ** 63n - 1n;

/** The ordinal that a cursor of one string holds. @throws SG_CURSOR_INVALID */
export function decodeOrdinal(cursor: string): bigint {
  return toOrdinal(decodeCursor(cursor, ["string"])[0]);
}

/** The ordinal that a value of a cursor writes. @throws SG_CURSOR_INVALID */
export function toOrdinal(text: string): bigint {
  const ordinal = ORDINAL.test(text) ? BigInt(text) : undefined;
  if (ordinal === undefined || ordinal > GREATEST) throw new SandglassError(ERRORS.CURSOR_INVALID);
  return ordinal;
}

/** The ingest sequence number that a value of a cursor writes; the history counts in safe integers. @throws SG_CURSOR_INVALID */
export function toSequence(text: string): bigint {
  const sequence = toOrdinal(text);
  if (sequence > BigInt(Number.MAX_SAFE_INTEGER)) throw new SandglassError(ERRORS.CURSOR_INVALID);
  return sequence;
}

/**
 * A page from rows that were read with `limit + 1`: the extra one only says that there is more.
 * @param cursorOf position after a row
 */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  toItem: (row: Row) => Item,
  cursorOf: (row: Row) => CursorValues,
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(toItem),
    next: rows.length > limit && last !== undefined ? encodeCursor(cursorOf(last)) : null,
  };
}
