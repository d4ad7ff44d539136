/** The part of JSON Schema that action inputs use, and how a form reads it. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly title?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly enum?: readonly (string | number)[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly default?: unknown;
  readonly [extension: string]: unknown;
}

export type FieldKind =
  | "text"
  | "long-text"
  | "number"
  | "integer"
  | "boolean"
  | "choice"
  | "choices"
  | "words"
  | "instant"
  | "date"
  | "object"
  | "rows"
  | "json";

/** Choices of an enumeration, also when it is written as a union of constants. */
export function choicesOf(schema: JsonSchema): readonly string[] | undefined {
  if (schema.enum) return schema.enum.map(String);
  const union = schema.anyOf ?? schema.oneOf;
  if (union && union.length > 0 && union.every((part) => part.const !== undefined))
    return union.map((part) => String(part.const));
  return undefined;
}

/** Which control a field gets. */
export function fieldKind(schema: JsonSchema): FieldKind {
  if (choicesOf(schema)) return "choice";
  const type = Array.isArray(schema.type) ? schema.type.find((name) => name !== "null") : schema.type;
  switch (type) {
    case "string":
      if (schema.format === "date-time") return "instant";
      if (schema.format === "date") return "date";
      return (schema.maxLength ?? 0) > 200 ? "long-text" : "text";
    case "number":
      return "number";
    case "integer":
      return "integer";
    case "boolean":
      return "boolean";
    case "array":
      if (schema.items && choicesOf(schema.items)) return "choices";
      if (schema.items && (fieldKind(schema.items) === "text" || fieldKind(schema.items) === "long-text"))
        return "words";
      return schema.items?.type === "object" ? "rows" : "json";
    case "object":
      return schema.properties ? "object" : "json";
    default:
      return "json";
  }
}

export type FormValue = Readonly<Record<string, unknown>>;

/** Values a new form starts with: defaults of the schema, nothing invented. */
export function initialValue(schema: JsonSchema): FormValue {
  const value: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(schema.properties ?? {})) {
    if (field.default !== undefined) value[key] = field.default;
    else if (field.const !== undefined) value[key] = field.const;
    else if (fieldKind(field) === "boolean") value[key] = false;
    else if (fieldKind(field) === "object") value[key] = initialValue(field);
  }
  return value;
}

function isBlank(value: unknown): boolean {
  return value === undefined || value === "" || value === null || (Array.isArray(value) && value.length === 0);
}

/** Names (dotted) of required fields that are still blank. */
export function missingFields(schema: JsonSchema, value: FormValue, prefix = ""): string[] {
  const missing: string[] = [];
  for (const [key, field] of Object.entries(schema.properties ?? {})) {
    const entry = value[key];
    const required = schema.required?.includes(key) ?? false;
    if (fieldKind(field) === "object" && entry !== undefined && typeof entry === "object" && entry !== null) {
      missing.push(...missingFields(field, entry as FormValue, `${prefix}${key}.`));
    } else if (required && isBlank(entry)) missing.push(`${prefix}${key}`);
  }
  return missing;
}

/** What is sent: blank optional fields are left out. */
export function cleanValue(schema: JsonSchema, value: FormValue): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(schema.properties ?? {})) {
    const entry = value[key];
    if (isBlank(entry)) continue;
    if (fieldKind(field) === "object" && typeof entry === "object") {
      const inner = cleanValue(field, entry as FormValue);
      if (Object.keys(inner).length > 0 || schema.required?.includes(key)) result[key] = inner;
    } else result[key] = entry;
  }
  return result;
}

/** `2026-11-21T14:08` on a Shanghai clock as RFC 3339 UTC. China has had no daylight saving time since 1991. */
export function readShanghaiTime(text: string): string | undefined {
  const ms = Date.parse(`${text}${text.length === 16 ? ":00" : ""}+08:00`);
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString().replace(".000Z", "Z");
}
