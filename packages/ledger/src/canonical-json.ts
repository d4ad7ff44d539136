/**
 * Canonical JSON (RFC 8785): one value, one text. Members sorted by UTF-16 code units, no white space, numbers and
 * strings as ECMAScript writes them.
 */
import { LedgerError } from "./error.ts";

export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue | undefined };

/**
 * The canonical text. Members that are undefined are left out, as JSON.stringify does.
 * Throws SG_LEDGER_NOT_JSON for what JSON cannot hold: NaN, infinities, lone surrogates, functions, bigint, undefined.
 */
export function canonicalJson(value: JsonValue): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new LedgerError("SG_LEDGER_NOT_JSON", `${value} has no JSON form`);
    return JSON.stringify(value);
  }
  if (typeof value === "string") return canonicalString(value);
  if (Array.isArray(value)) return `[${value.map((item: JsonValue) => canonicalJson(item)).join(",")}]`;
  if (typeof value === "object" && isPlain(value)) {
    const members = value as { readonly [key: string]: JsonValue | undefined };
    const parts: string[] = [];
    // Array.prototype.sort without a comparator orders by UTF-16 code units, as RFC 8785 §3.2.3 demands.
    for (const key of Object.keys(members).sort()) {
      const member = members[key];
      if (member !== undefined) parts.push(`${canonicalString(key)}:${canonicalJson(member)}`);
    }
    return `{${parts.join(",")}}`;
  }
  throw new LedgerError("SG_LEDGER_NOT_JSON", `a ${typeof value} has no JSON form`);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function canonicalString(text: string): string {
  if (!text.isWellFormed()) throw new LedgerError("SG_LEDGER_NOT_JSON", "a string holds a lone surrogate");
  return JSON.stringify(text);
}
