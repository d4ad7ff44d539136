/**
 * What a view shows, as URL search parameters: flat, sorted, readable, total.
 *
 * A codec never fails: a parameter that does not parse is dropped, so an old or mangled link still opens the page.
 * Values at their default are not written.
 */
export interface Field<T> {
  /** `raw` is a string from the URL, or an already decoded value when the router validates again. */
  decode(raw: unknown): T | undefined;
}

export type Shape = Readonly<Record<string, Field<unknown>>>;
export type Decoded<S extends Shape> = { [K in keyof S]?: S[K] extends Field<infer T> ? T : never };

/** Free text, trimmed, at most 200 characters. */
export const text: Field<string> = {
  decode(raw) {
    if (typeof raw !== "string" && typeof raw !== "number") return undefined;
    const value = String(raw).trim().slice(0, 200);
    return value === "" ? undefined : value;
  },
};

/** A whole number between both ends. */
export function integer(min: number, max: number): Field<number> {
  return {
    decode(raw) {
      if (raw === undefined || raw === "") return undefined;
      const value = Number(raw);
      return Number.isInteger(value) && value >= min && value <= max ? value : undefined;
    },
  };
}

export function oneOf<const V extends readonly string[]>(values: V): Field<V[number]> {
  return {
    decode(raw): V[number] | undefined {
      return values.find((value) => value === String(raw));
    },
  };
}

/** Comma separated words, without repeats, at most `limit`. */
export function list(limit: number): Field<readonly string[]> {
  return {
    decode(raw) {
      const parts = Array.isArray(raw) ? raw.map(String) : typeof raw === "string" ? raw.split(",") : [];
      const words = [...new Set(parts.map((part) => part.trim()).filter((part) => part !== ""))].slice(0, limit);
      return words.length === 0 ? undefined : words;
    },
  };
}

/** An instant: UTC ms inside, RFC 3339 in the URL. */
export const instant: Field<number> = {
  decode(raw) {
    if (typeof raw === "number") return Number.isFinite(raw) ? Math.round(raw) : undefined;
    if (typeof raw !== "string" || !/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z$/.test(raw)) return undefined;
    const value = Date.parse(raw);
    return Number.isNaN(value) ? undefined : value;
  },
};

/** Reads what the shape knows and drops the rest. */
export function decodeSearch<S extends Shape>(shape: S, raw: Record<string, unknown>): Decoded<S> {
  const result: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(shape)) {
    const value = field.decode(raw[key]);
    if (value !== undefined) result[key] = value;
  }
  return result as Decoded<S>;
}

/** Search parameters that hold an instant; written as RFC 3339. */
const INSTANTS = new Set(["from", "to", "at"]);

/** Parses `?a=b&c=d` to strings. A repeated key keeps its first value. */
export function parseSearch(search: string): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [key, value] of new URLSearchParams(search)) {
    if (!(key in result)) result[key] = value;
  }
  return result;
}

/** Writes search parameters sorted by name. Commas, colons and slashes stay readable. */
export function stringifySearch(search: Record<string, unknown>): string {
  const parts: string[] = [];
  for (const key of Object.keys(search).sort()) {
    const value = search[key];
    if (value === undefined || value === null || value === "") continue;
    const words = Array.isArray(value)
      ? value.join(",")
      : typeof value === "number" && INSTANTS.has(key)
        ? new Date(value).toISOString().replace(".000Z", "Z")
        : String(value);
    if (words === "") continue;
    parts.push(
      `${encodeURIComponent(key)}=${encodeURIComponent(words).replace(/%2C/g, ",").replace(/%3A/g, ":").replace(/%2F/g, "/")}`,
    );
  }
  return parts.length === 0 ? "" : `?${parts.join("&")}`;
}
