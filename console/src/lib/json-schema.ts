import type { Programme } from "@sandglass/casework";
import type { Offer } from "../api/shapes/cases.ts";
import type { Language } from "./format.ts";
import type { Terms } from "./vocabulary.ts";

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
  /** A choice of which the case says what can be taken now, and of the rest why not. */
  | "offered"
  | "choices"
  | "words"
  | "instant"
  | "date"
  | "object"
  | "rows"
  /** Vehicles or services of the registry, one or many: found by search. */
  | "subject"
  | "subjects"
  /** Another case: found by search. */
  | "case"
  /** A finding or a complaint: found by search. */
  | "record"
  /** A rule pack of the rulebook. */
  | "pack"
  /** Published rules of the rulebook, each in one version. */
  | "published-rules"
  /** A text, or texts, of which a register knows some: offered, not imposed. */
  | "suggested"
  | "suggestions"
  /** Functions that are tested: those with a code by their names, others as they are called. */
  | "functions"
  | "json";

/** Choices of an enumeration, also when it is written as a union of constants. */
export function choicesOf(schema: JsonSchema): readonly string[] | undefined {
  if (schema.enum) return schema.enum.map(String);
  const union = schema.anyOf ?? schema.oneOf;
  if (union && union.length > 0 && union.every((part) => part.const !== undefined))
    return union.map((part) => String(part.const));
  return undefined;
}

/** @param name of the field, for one without a title */
export function fieldLabel(name: string, schema: JsonSchema, language: Language): string {
  const zh = schema["x-zh"];
  if (language === "zh" && typeof zh === "string") return zh;
  return schema.title ?? name;
}

/** More than a control of half a line shows, in characters. */
const LONG_NAME: Readonly<Record<Language, number>> = { en: 20, zh: 11 };

/** Whether a field is a choice of which some names need a line of their own. */
export function hasLongNames(schema: JsonSchema, language: Language): boolean {
  const names = (schema["x-choices"] ?? {}) as Terms;
  return (choicesOf(schema) ?? []).some((code) => (names[code]?.[language] ?? "").length > LONG_NAME[language]);
}

/** Names of the codes of registers; a register that is not there is not known. */
export type Registers = Readonly<Record<string, Terms>>;

/** A register, or of one that is parted by kinds (`duty:correctiveTask`) the kinds that the field takes. */
function namesOf({ "x-names": register, "x-kinds": kinds }: JsonSchema, registers: Registers): Terms | undefined {
  if (typeof register !== "string") return undefined;
  if (!Array.isArray(kinds)) return registers[register];
  return Object.assign({}, ...kinds.map((kind) => registers[`${register}:${String(kind)}`] ?? {})) as Terms;
}

/** The schema with its codes (`x-names`) as choices by name, wherever the register is known and not empty. */
export function withRegisters(schema: JsonSchema, registers: Registers): JsonSchema {
  const names = namesOf(schema, registers);
  if (names !== undefined && Object.keys(names).length > 0) {
    // The length of a code is no longer anybody's to enter, and would make the field a text.
    const { maxLength: _maxLength, minLength: _minLength, pattern: _pattern, ...rest } = schema;
    return { ...rest, enum: Object.keys(names), "x-choices": names };
  }
  return {
    ...schema,
    ...(schema.items === undefined ? {} : { items: withRegisters(schema.items, registers) }),
    ...(schema.properties === undefined
      ? {}
      : {
          properties: Object.fromEntries(
            Object.entries(schema.properties).map(([name, field]) => [name, withRegisters(field, registers)]),
          ),
        }),
  };
}

/**
 * The schema with what a programme asks for: nothing that only vehicles have where it tests services, no proof of access to the
 * Chinese market where it wants none, no amount in Chinese money under another law, and of documents and exclusions those that it
 * lists. What the case has of these already stays to be seen and changed: left out, it would count as taken back.
 * @param present of a list, what any of its rows has
 */
export function ofProgramme(schema: JsonSchema, programme: FormProgramme, present: unknown): JsonSchema {
  const chosen = listedBy(schema, programme, present);
  if (chosen.items !== undefined) return { ...chosen, items: ofProgramme(chosen.items, programme, present) };
  if (chosen.properties === undefined) return chosen;
  const isAsked = (field: JsonSchema): boolean =>
    (field["x-subjects"] !== "vehicles" || programme.subjects !== "services") &&
    (field["x-proves"] !== "access" || programme.requiresAccessProof) &&
    (field["x-money"] !== "CNY" || programme.jurisdiction === "CN");
  const properties = Object.entries(chosen.properties)
    .map(([name, field]) => [name, field, valueIn(present, name)] as const)
    .filter(([, field, known]) => isAsked(field) || isSomething(known))
    .map(([name, field, known]): [string, JsonSchema] => [name, ofProgramme(field, programme, known)]);
  return { ...chosen, properties: Object.fromEntries(properties) };
}

type FormProgramme = Pick<Programme, "subjects" | "requiresAccessProof" | "jurisdiction" | "documents" | "exclusions">;

/** A choice of what programmes list, with the codes of this one, what was chosen already, and `other`. */
function listedBy(schema: JsonSchema, programme: FormProgramme, present: unknown): JsonSchema {
  const name = schema["x-lists"];
  if (name !== "documents" && name !== "exclusions") return schema;
  const kept = new Set<unknown>(["other", present, ...programme[name].map(({ code }) => code)]);
  for (const each of Array.isArray(present) ? present : []) kept.add(each);
  return { ...schema, enum: schema.enum?.filter((code) => kept.has(code)) ?? [] };
}

/** Of rows, what any of them has. */
function valueIn(present: unknown, name: string): unknown {
  if (Array.isArray(present)) return present.map((row) => valueIn(row, name)).filter(isSomething);
  return isObject(present) ? present[name] : undefined;
}

const isObject = (value: unknown): value is FormValue => typeof value === "object" && value !== null;

/** The schema with what the case says of the choices of a field (`x-offers`), for the fields of which it says something. */
export function withOffers(schema: JsonSchema, offers: Readonly<Record<string, readonly Offer[]>>): JsonSchema {
  const properties = Object.entries(schema.properties ?? {}).map(([name, field]): [string, JsonSchema] => [
    name,
    offers[name] === undefined ? field : { ...field, "x-offers": offers[name] },
  ]);
  return { ...schema, properties: Object.fromEntries(properties) };
}

/** Registers that are searched, and those whose names are offered beside what one writes oneself. */
const FOUND: ReadonlySet<unknown> = new Set(["vehicle", "subject"]);
const RECORDED: ReadonlySet<unknown> = new Set(["finding", "complaint"]);
const OFFERED: ReadonlySet<unknown> = new Set(["trigger", "area", "road"]);

/** Fields that a person fills in, in order: what the server works out is left out. */
export function enteredFields({ properties = {} }: JsonSchema): [string, JsonSchema][] {
  return Object.entries(properties).filter(([, field]) => field["x-derived"] !== true);
}

/** Which control a field gets. */
export function fieldKind(schema: JsonSchema): FieldKind {
  if (choicesOf(schema)) return schema["x-offers"] === undefined ? "choice" : "offered";
  const register = schema["x-names"];
  if (FOUND.has(register)) return "subject";
  if (register === "case") return "case";
  if (RECORDED.has(register)) return "record";
  if (register === "rulePack") return "pack";
  if (OFFERED.has(register)) return "suggested";
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
      if (FOUND.has(schema.items?.["x-names"])) return "subjects";
      if (schema.items?.["x-names"] === "publishedRule") return "published-rules";
      if (schema.items?.["x-names"] === "function") return "functions";
      if (OFFERED.has(schema.items?.["x-names"])) return "suggestions";
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
    // A box that may be left alone says nothing until it is ticked: "no" would be an answer that nobody gave.
    else if (fieldKind(field) === "boolean" && schema.required?.includes(key)) value[key] = false;
    else if (fieldKind(field) === "object") value[key] = initialValue(field);
  }
  return value;
}

function isBlank(value: unknown): boolean {
  return value === undefined || value === "" || value === null || (Array.isArray(value) && value.length === 0);
}

/** Whether nothing of a group is filled in; an unticked box says nothing. */
function isEmpty(value: object): boolean {
  return Object.values(value).every(
    (each) => isBlank(each) || each === false || (typeof each === "object" && each !== null && isEmpty(each)),
  );
}

function isSomething(value: unknown): boolean {
  return !isBlank(value) && !(typeof value === "object" && isEmpty(value as object));
}

/** What there is already of the fields of a form, so that who edits sees what they change. */
export function presentValue(schema: JsonSchema, present: FormValue): FormValue {
  const known = Object.keys(schema.properties ?? {}).filter((key) => !isBlank(present[key]));
  return { ...initialValue(schema), ...Object.fromEntries(known.map((key) => [key, present[key]])) };
}

/** Whether two values say the same: the order in which a group names its fields says nothing, nor does a field left blank. */
function isSame(one: unknown, other: unknown): boolean {
  if (isBlank(one) || isBlank(other)) return isBlank(one) && isBlank(other);
  if (typeof one !== "object" || typeof other !== "object") return one === other;
  const [left, right] = [one as FormValue, other as FormValue];
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].every((key) => isSame(left[key], right[key]));
}

/** A list may be emptied; of all else that is known a blank says nothing. */
function isEmptiedList(field: JsonSchema, value: unknown, before: unknown): boolean {
  return Array.isArray(value) && value.length === 0 && !isBlank(before) && (field.minItems ?? 0) === 0;
}

/** What is sent of a form that began with what there is: what was not touched is not sent again, unless it is required. */
export function changedOnly(schema: JsonSchema, value: FormValue, present: FormValue): FormValue {
  const { properties = {}, required = [] } = schema;
  const emptied = Object.entries(properties).filter(([key, field]) => isEmptiedList(field, value[key], present[key]));
  return {
    ...Object.fromEntries(
      Object.entries(cleanValue(schema, value)).filter(
        ([key, each]) => required.includes(key) || !isSame(each, present[key]),
      ),
    ),
    ...Object.fromEntries(emptied.map(([key]) => [key, []])),
  };
}

/** Optional fields that had a value and were left blank: nothing is sent of them, so they keep it. */
export function keptFields(
  { properties = {}, required = [] }: JsonSchema,
  value: FormValue,
  present: FormValue,
): string[] {
  return Object.entries(properties)
    .filter(([key, field]) => !isEmptiedList(field, value[key], present[key]) && !required.includes(key))
    .filter(([key]) => !isBlank(present[key]) && isBlank(value[key]))
    .map(([key]) => key);
}

/** Rows that the input must have a list of, but the list may be empty: that no row was added says so. */
function mayHaveNoRows(field: JsonSchema): boolean {
  return fieldKind(field) === "rows" && (field.minItems ?? 0) === 0;
}

/** Names (dotted, rows by their place) of required fields that are still blank. */
export function missingFields(schema: JsonSchema, value: FormValue, prefix = ""): string[] {
  const missing: string[] = [];
  for (const [key, field] of Object.entries(schema.properties ?? {})) {
    const entry = value[key];
    const required = schema.required?.includes(key) ?? false;
    if (fieldKind(field) === "object" && entry !== undefined && typeof entry === "object" && entry !== null) {
      // A group that may be left out asks for nothing until something of it is filled in.
      if (!required && isEmpty(entry)) continue;
      missing.push(...missingFields(field, entry as FormValue, `${prefix}${key}.`));
    } else if (fieldKind(field) === "rows" && Array.isArray(entry) && entry.length > 0) {
      const rows = entry as readonly FormValue[];
      missing.push(...rows.flatMap((row, at) => missingFields(field.items ?? {}, row, `${prefix}${key}.${at}.`)));
    } else if (required && isBlank(entry) && !mayHaveNoRows(field)) missing.push(`${prefix}${key}`);
  }
  return missing;
}

/** What is sent: blank optional fields are left out. */
export function cleanValue(schema: JsonSchema, value: FormValue): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(schema.properties ?? {})) {
    const entry = value[key];
    if (isBlank(entry)) {
      if (schema.required?.includes(key) && mayHaveNoRows(field)) result[key] = [];
      continue;
    }
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
