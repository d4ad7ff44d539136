/** Reading OTLP's JSON: 64-bit integers are texts or numbers, attributes are lists of keys and typed values. */

export type Json = Readonly<Record<string, unknown>>;

/** The structure is not that of the message. */
export class ShapeError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ShapeError";
  }
}

const MAX_DEPTH = 32;

export function objectOf(value: unknown, what: string): Json {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new ShapeError(`${what} is not an object`);
  return value as Json;
}

/** A list that may be absent. */
export function listOf(from: Json, name: string): readonly Json[] {
  const value = from[name];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new ShapeError(`${name} is not a list`);
  return value.map((each) => objectOf(each, `an entry of ${name}`));
}

export function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** A number, or its text: also "NaN" and "Infinity". */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || value.trim() === "") return undefined;
  const number = Number(value);
  return Number.isNaN(number) && value !== "NaN" ? undefined : number;
}

/** A count or bit field; 0 for anything else. */
export function countOf(value: unknown): number {
  const number = numberOf(value);
  return number !== undefined && Number.isFinite(number) && number > 0 ? Math.trunc(number) : 0;
}

/** The digits of a nanosecond time, whether it stands as text or as number; 0 and absent are unknown. */
export function nanosOf(value: unknown): string | undefined {
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  const text = String(value);
  return /^\d{1,20}$/.test(text) && !/^0+$/.test(text) ? text : undefined;
}

/** UTC ms of a nanosecond time; 0 means unknown. */
export function nanosToMs(value: unknown): number | undefined {
  const nanos = nanosOf(value);
  const ms = nanos === undefined ? 0 : Number(BigInt(nanos) / 1_000_000n);
  return ms === 0 ? undefined : ms;
}

export function attributesOf(from: Json): Record<string, unknown> {
  return Object.fromEntries(
    listOf(from, "attributes").flatMap(({ key, value }) =>
      typeof key === "string" && value !== undefined && value !== null ? [[key, anyValue(value)]] : [],
    ),
  );
}

/** A typed value; an empty one is null. Integers beyond what a double holds stay texts. */
export function anyValue(value: unknown, depth = 0): unknown {
  if (depth > MAX_DEPTH) throw new ShapeError(`values are nested more than ${MAX_DEPTH} deep`);
  const typed = objectOf(value, "a value");
  if (typed["stringValue"] !== undefined) return String(typed["stringValue"]);
  if (typed["boolValue"] !== undefined) return typed["boolValue"] === true;
  if (typed["intValue"] !== undefined) {
    const number = Number(typed["intValue"]);
    return Number.isSafeInteger(number) ? number : String(typed["intValue"]);
  }
  if (typed["doubleValue"] !== undefined) return numberOf(typed["doubleValue"]) ?? null;
  if (typed["bytesValue"] !== undefined) return String(typed["bytesValue"]);
  if (typed["arrayValue"] !== undefined)
    return listOf(objectOf(typed["arrayValue"], "arrayValue"), "values").map((each) => anyValue(each, depth + 1));
  if (typed["kvlistValue"] !== undefined)
    return Object.fromEntries(
      listOf(objectOf(typed["kvlistValue"], "kvlistValue"), "values").map((each) => [
        String(each["key"] ?? ""),
        each["value"] === undefined || each["value"] === null ? null : anyValue(each["value"], depth + 1),
      ]),
    );
  return null;
}
