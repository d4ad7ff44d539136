/** Values of an action or a case as labelled lines, in both languages, by the schema that accepted them. */
import type { Json } from "../lifecycle/definition.ts";
import type { CodeRegister, Fields, InputSchema } from "../schema.ts";
import type { Text } from "../text.ts";

export interface Row {
  readonly label: Text;
  readonly value: Text;
}

const EMPTY: Text = { en: "–", zh: "–" };
const YES: Text = { en: "yes", zh: "是" };
const NO: Text = { en: "no", zh: "否" };
const SHANGHAI_MS = 8 * 3_600_000;

/** An instant as both sides read it: China Standard Time, with its offset. */
export function momentOf(instant: number | string): Text {
  const ms = typeof instant === "number" ? instant : Date.parse(instant);
  if (Number.isNaN(ms)) return { en: String(instant), zh: String(instant) };
  const text = `${new Date(ms + SHANGHAI_MS).toISOString().slice(0, 16).replace("T", " ")} (UTC+8)`;
  return { en: text, zh: text };
}

/** Name of a code of a register; undefined where it is not known, and then the code itself is shown. */
export type NameOf = (register: CodeRegister, code: string) => Text | undefined;
const UNNAMED: NameOf = () => undefined;

/**
 * One line per field that has a value, in the order of the schema; fields of inner objects carry their parent's label, unless
 * that is empty.
 */
export function rowsOf(fields: Fields, value: Json, nameOf: NameOf = UNNAMED, parent?: Text): Row[] {
  if (!isObject(value)) return [];
  return Object.entries(fields).flatMap(([name, schema]): Row[] => {
    const inner = value[name];
    if (inner === undefined || inner === null) return [];
    const own = labelOf(schema, name);
    const label =
      parent === undefined || parent.en === ""
        ? own
        : { en: `${parent.en} · ${own.en}`, zh: `${parent.zh} · ${own.zh}` };
    const spoken = sentenceOf(inner);
    if (spoken !== undefined) return [{ label, value: spoken }];
    if (schema.type === "object" && "properties" in schema) return rowsOf(schema.properties, inner, nameOf, own);
    return [{ label, value: textOf(schema, inner, nameOf) }];
  });
}

function labelOf(schema: InputSchema, name: string): Text {
  return { en: schema.title ?? name, zh: schema["x-zh"] ?? schema.title ?? name };
}

/** A sentence in both languages, as supervision and guards make them. */
function sentenceOf(value: Json): Text | undefined {
  if (!isObject(value)) return undefined;
  const { en, zh } = value;
  return typeof en === "string" && typeof zh === "string" ? { en, zh } : undefined;
}

function textOf(schema: InputSchema, value: Json, nameOf: NameOf): Text {
  if (typeof value === "boolean") return value ? YES : NO;
  if (Array.isArray(value)) return listOf(schema, value as readonly Json[], nameOf);
  // Cases keep instants as UTC ms, inputs and answers as RFC 3339.
  if ((typeof value === "number" || typeof value === "string") && isInstant(schema)) return momentOf(value);
  if (typeof value === "string") return wordOf(schema, value, nameOf) ?? { en: value, zh: value };
  if (isObject(value)) return lineOf(schema, value, nameOf);
  const plain = typeof value === "number" ? grouped(value) : String(value);
  return { en: plain, zh: plain };
}

function isInstant(schema: InputSchema): boolean {
  return "format" in schema && schema.format === "date-time";
}

/** `5,000,000`; years and other numbers of four digits stay as they are. */
function grouped(value: number): string {
  const [whole = "", fraction] = String(value).split(".");
  const parted = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, ",") : whole;
  return fraction === undefined ? parted : `${parted}.${fraction}`;
}

function wordOf(schema: InputSchema, value: string, nameOf: NameOf): Text | undefined {
  if ("x-choices" in schema) return schema["x-choices"]?.[value];
  return "x-names" in schema && schema["x-names"] !== undefined ? nameOf(schema["x-names"], value) : undefined;
}

function listOf(schema: InputSchema, values: readonly Json[], nameOf: NameOf): Text {
  if (values.length === 0) return EMPTY;
  const items = schema.type === "array" && "items" in schema ? schema.items : undefined;
  const texts = values.map((each) =>
    items === undefined ? { en: String(each), zh: String(each) } : textOf(items, each, nameOf),
  );
  if (!values.some(isObject)) return join(texts, ", ", "、");
  return join(
    texts.map(({ en, zh }, index) => ({ en: `${index + 1}. ${en}`, zh: `${index + 1}. ${zh}` })),
    "\n",
    "\n",
  );
}

/** An object inside a list: its fields on one line. */
function lineOf(schema: InputSchema, value: Json, nameOf: NameOf): Text {
  if (schema.type !== "object" || !("properties" in schema)) return EMPTY;
  const rows = rowsOf(schema.properties, value, nameOf);
  return join(
    rows.map(({ label, value: inner }) => ({ en: `${label.en}: ${inner.en}`, zh: `${label.zh}：${inner.zh}` })),
    "; ",
    "；",
  );
}

function join(texts: readonly Text[], en: string, zh: string): Text {
  return { en: texts.map((each) => each.en).join(en), zh: texts.map((each) => each.zh).join(zh) };
}

function isObject(value: Json | undefined): value is { readonly [key: string]: Json | undefined } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
