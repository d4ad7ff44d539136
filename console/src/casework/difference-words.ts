/** What differs between two values of a field, in words: of what has parts the parts that differ, of long texts where they part. */
import { rowsOf, type Fields, type InputSchema, type Json } from "@sandglass/casework";
import { formatInstant, type Language } from "../lib/format.ts";
import { label, ROLE_NAMES, type Term, type Terms } from "../lib/vocabulary.ts";

/** Longer texts show the place where they part. */
const LONGEST = 80;
/** Characters that are the same, before that place. */
const LEAD = 20;
/** No amount of a case is as large: 2001 as UTC ms. */
const EPOCH_LIKE = 1e12;
/** Who acted is named beside the differences; an id says nothing. */
const IS_ACCOUNT = /^acc_[0-9a-z]+$/;

export interface PartWords {
  /** Of the part; undefined where the whole field is meant. */
  readonly name: string | undefined;
  readonly before: string;
  readonly now: string;
}

interface Context {
  /** Fields of the forms by which the values were entered: they name parts and codes. */
  readonly inputs: readonly Fields[];
  readonly terms: Terms;
  readonly language: Language;
}

export function differenceWords(
  { field, before, now }: { readonly field: string; readonly before?: unknown; readonly now?: unknown },
  { inputs, terms: ofCase, language }: Context,
): readonly PartWords[] {
  const terms: Terms = { ...ROLE_NAMES, ...choicesOf(inputs), ...ofCase };
  const key = field.replace(/^data\./, "");
  const schema = field.startsWith("data.")
    ? inputs.map((each) => (Object.hasOwn(each, key) ? each[key] : undefined)).find((each) => each !== undefined)
    : undefined;
  const parts =
    !hasParts(before) && !hasParts(now)
      ? []
      : schema === undefined
        ? unnamedParts(before, now, terms, language)
        : partsOf(rowWords(schema, before, language), rowWords(schema, now, language));
  const words =
    parts.length > 0
      ? parts
      : [{ name: undefined, before: wordOf(before, terms, language), now: wordOf(now, terms, language) }];
  return words.map((each) => ({ ...each, ...clipped(each.before, each.now) }));
}

/**
 * What the forms of the case call the codes that one chooses there: data that no form has is made of them too. A code that two
 * forms call otherwise is nobody's name.
 */
function choicesOf(inputs: readonly Fields[]): Terms {
  const found = new Map<string, Term | undefined>();
  const read = (schema: InputSchema): void => {
    if ("properties" in schema) for (const each of Object.values(schema.properties)) read(each);
    if ("items" in schema) read(schema.items);
    for (const [code, name] of Object.entries(("x-choices" in schema ? schema["x-choices"] : undefined) ?? {})) {
      const before = found.get(code);
      const isSame = !found.has(code) || (before?.zh === name.zh && before.en === name.en);
      found.set(code, isSame ? name : undefined);
    }
  };
  for (const fields of inputs) for (const each of Object.values(fields)) read(each);
  return Object.fromEntries([...found].flatMap(([code, name]) => (name === undefined ? [] : [[code, name]])));
}

/** By the label of the part; a list is one part without a name, the field's own stands before it. */
function rowWords(schema: InputSchema, value: unknown, language: Language): ReadonlyMap<string, string> {
  if (schema.type === "object" && "properties" in schema)
    return new Map(
      rowsOf(schema.properties, (value ?? null) as Json).map((row) => [row.label[language], row.value[language]]),
    );
  const rows = rowsOf({ "": schema }, { "": (value ?? null) as Json });
  return new Map(rows.map((row) => ["", row.value[language]]));
}

function partsOf(before: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): PartWords[] {
  return [...new Set([...before.keys(), ...now.keys()])]
    .map((name) => ({
      name: name === "" ? undefined : name,
      before: before.get(name) ?? "–",
      now: now.get(name) ?? "–",
    }))
    .filter((each) => each.before !== each.now);
}

/** Nothing names the parts of what no form has: their values stand without the codes that the case stores them under. */
function unnamedParts(before: unknown, now: unknown, terms: Terms, language: Language): PartWords[] {
  if (!isPlain(before) || !isPlain(now) || isClock(before) || isClock(now)) return [];
  const words = (value: Readonly<Record<string, unknown>>): ReadonlyMap<string, string> =>
    new Map(Object.entries(value).map(([name, inner]) => [name, wordOf(inner, terms, language)]));
  return partsOf(words(before), words(now)).map((each) => ({ ...each, name: undefined }));
}

function wordOf(value: unknown, terms: Terms, language: Language): string {
  const isChinese = language === "zh";
  if (value === undefined || value === null) return "–";
  if (typeof value === "boolean") return isChinese ? (value ? "是" : "否") : value ? "yes" : "no";
  if (typeof value === "string") return Object.hasOwn(terms, value) ? label(terms, value, language) : instantOr(value);
  // Cases keep instants as UTC ms.
  if (typeof value === "number") return value > EPOCH_LIKE ? formatInstant(value) : String(value);
  if (Array.isArray(value)) {
    if (value.length === 0) return "–";
    return value.map((each) => wordOf(each, terms, language)).join(isChinese ? "、" : ", ");
  }
  if (!isPlain(value)) return "–";
  if (isClock(value)) {
    if (value["ended"]) return isChinese ? "已结束" : "ended";
    return typeof value["dueAt"] === "string"
      ? formatInstant(Date.parse(value["dueAt"]))
      : isChinese
        ? "无截止时间"
        : "no due time";
  }
  const { en, zh } = value;
  if (typeof en === "string" && typeof zh === "string") return isChinese ? zh : en;
  const inner = Object.values(value)
    .filter((each) => each !== undefined && each !== null && !(typeof each === "string" && IS_ACCOUNT.test(each)))
    .map((each) => wordOf(each, terms, language));
  return inner.length === 0 ? "–" : inner.join(" · ");
}

function clipped(before: string, now: string): { readonly before: string; readonly now: string } {
  let same = 0;
  while (same < before.length && before[same] === now[same]) same++;
  const from = Math.max(0, same - LEAD);
  const clip = (text: string): string => {
    if (text.length <= LONGEST) return text;
    const end = from + LONGEST;
    return `${from > 0 ? "…" : ""}${text.slice(from, end)}${end < text.length ? "…" : ""}`;
  };
  return { before: clip(before), now: clip(now) };
}

function instantOr(text: string): string {
  return /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/.test(text) ? formatInstant(Date.parse(text)) : text;
}

function hasParts(value: unknown): boolean {
  return isPlain(value) || (Array.isArray(value) && value.some(isPlain));
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isClock(value: Readonly<Record<string, unknown>>): boolean {
  return "dueAt" in value && "ended" in value;
}
