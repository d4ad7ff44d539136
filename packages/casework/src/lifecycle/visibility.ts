/** Which fields of a case a role may read: the same rule for the page, for lists, for notices and for what a conflict names. */
import type { RoleCode } from "../access/roles.ts";
import type { Json, Lifecycle } from "./definition.ts";

export interface Redacted {
  readonly value: Json;
  /** Names of the fields that were left out. */
  readonly hidden: readonly string[];
}

/** Names of the fields that a role may not read. */
export function hiddenFields(lifecycle: Pick<Lifecycle, "fields">, role: RoleCode): readonly string[] {
  return Object.entries(lifecycle.fields ?? {})
    .filter(([, { readers }]) => readers !== undefined && !readers.includes(role))
    .map(([name]) => name);
}

/** The value (the case's data, or an action's input or facts) without what the role may not read. */
export function redact(lifecycle: Pick<Lifecycle, "fields">, role: RoleCode, value: Json): Redacted {
  let shown = value;
  const hidden: string[] = [];
  for (const name of hiddenFields(lifecycle, role)) {
    const next = without(shown, name.split("."));
    if (next !== shown) hidden.push(name);
    shown = next;
  }
  return { value: shown, hidden };
}

function without(value: Json, path: readonly string[]): Json {
  if (Array.isArray(value)) {
    const items = (value as readonly Json[]).map((each) => without(each, path));
    return items.every((each, index) => each === (value as readonly Json[])[index]) ? value : items;
  }
  if (typeof value !== "object" || value === null) return value;
  const fields = value as { readonly [key: string]: Json | undefined };
  const [name = "", ...rest] = path;
  const inner = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (inner === undefined) return value;
  if (rest.length > 0) {
    const next = without(inner, rest);
    return next === inner ? value : { ...fields, [name]: next };
  }
  const { [name]: _removed, ...others } = fields;
  return others;
}
