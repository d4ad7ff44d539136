import type { Language } from "../lib/format.ts";
import type { JsonSchema } from "../lib/json-schema.ts";

/** A field of a form with the name that people read. */
export function namedField(
  schema: JsonSchema,
  name: string,
  language: Language,
): { readonly name: string; readonly title: string } {
  const field = schema.properties?.[name];
  const zh = field?.["x-zh"];
  return { name, title: language === "zh" && typeof zh === "string" ? zh : (field?.title ?? name) };
}
