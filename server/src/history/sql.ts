/**
 * SQL text with bound values. A query is built with the `sql` tag; every value goes through a typed constructor below
 * and never becomes text by itself.
 *
 * chdb serialises parametrised queries through the whole process and shares their state between connections
 * (chdb 3.4, `globalParamChain`), so one slow reader would stop all others. Values are therefore rendered by us, and
 * only in forms that cannot end a literal: digits, and hexadecimal inside `unhex('…')`. A client of a ClickHouse
 * server can render the same fragments as `{name:Type}` parameters.
 */

/** A value as it may stand in SQL. Made only by the constructors of this file. */
class Bound {
  readonly literal: string;
  constructor(literal: string) {
    this.literal = literal;
  }
}

/** A piece of SQL; pieces nest. */
export class Sql {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

const U64_LIMIT = 1n << 64n;
const IDENTIFIER = /^[a-z][a-z0-9_]*$/;

/** Builds SQL; only fragments and bound values may be inserted. */
export function sql(strings: TemplateStringsArray, ...parts: readonly (Sql | Bound)[]): Sql {
  let text = strings[0];
  for (const [i, part] of parts.entries()) text += (part instanceof Bound ? part.literal : part.text) + strings[i + 1];
  return new Sql(text);
}

/** Text of our own source code (types, codecs, generated column lists), never of a caller. */
export function trusted(text: string): Sql {
  return new Sql(text);
}

/** A column or table name: lower case, digits, underscore. @throws Error for anything else */
export function name(identifier: string): Sql {
  if (!IDENTIFIER.test(identifier)) throw new Error(`not a column name: ${identifier}`);
  return new Sql(identifier);
}

export function join(parts: readonly Sql[], separator = ", "): Sql {
  return new Sql(parts.map((part) => part.text).join(separator));
}

/** Conditions joined by AND; without any, true. */
export function all(conditions: readonly Sql[]): Sql {
  return conditions.length === 0 ? new Sql("1") : join(conditions, " AND ");
}

export const EMPTY = new Sql("");

/** UInt64, e.g. a vehicle key. */
export function u64(value: bigint | number): Bound {
  const integer = typeof value === "bigint" ? value : safe(value);
  if (integer < 0n || integer >= U64_LIMIT) throw new RangeError(`not a UInt64: ${value}`);
  return new Bound(`toUInt64(${integer})`);
}

/** Several UInt64, for `IN`. An array literal: a tuple of 100,000 keys takes eight times as long to parse. */
export function u64s(values: Iterable<bigint>): Bound {
  const texts: string[] = [];
  for (const value of values) {
    if (value < 0n || value >= U64_LIMIT) throw new RangeError(`not a UInt64: ${value}`);
    texts.push(value.toString());
  }
  return new Bound(`[${texts.join(",")}]`);
}

/** A safe integer of either sign. */
export function int(value: number): Bound {
  return new Bound(`toInt64(${safe(value)})`);
}

/** A non-negative safe integer as plain digits, where SQL wants a constant (LIMIT). */
export function count(value: number): Bound {
  const integer = safe(value);
  if (integer < 0n) throw new RangeError(`not a count: ${value}`);
  return new Bound(integer.toString());
}

/** What DateTime64(3) holds: 1900-01-01 to 2299-12-31. Open ranges end there. */
const FIRST_MS = Date.UTC(1900, 0, 1);
const LAST_MS = Date.UTC(2299, 11, 31, 23, 59, 59, 999);
/** What DateTime holds. */
const LAST_SECOND = 0xffff_ffff;

const clamp = (value: number, low: number, high: number) => Math.max(low, Math.min(value, high));

/** DateTime64(3, 'UTC') from UTC ms; a time beyond what the type holds is its first or last. */
export function time(ms: number): Bound {
  return new Bound(`fromUnixTimestamp64Milli(toInt64(${safe(Math.trunc(clamp(ms, FIRST_MS, LAST_MS)))}), 'UTC')`);
}

/** DateTime('UTC') from UTC ms, whole seconds. */
export function second(ms: number): Bound {
  return new Bound(`toDateTime(${safe(clamp(Math.floor(ms / 1000), 0, LAST_SECOND))}, 'UTC')`);
}

/** Any text or bytes as String. */
export function str(value: string | Uint8Array): Bound {
  const bytes = typeof value === "string" ? Buffer.from(value, "utf8") : Buffer.from(value);
  return new Bound(`unhex('${bytes.toString("hex")}')`);
}

function safe(value: number): bigint {
  if (!Number.isSafeInteger(value)) throw new RangeError(`not a safe integer: ${value}`);
  return BigInt(value);
}
