/** Fields of cases whose values have names or parts: a page reads both from the schema of the value. */
import type { FieldDefinition } from "./lifecycle/definition.ts";
import { list, named, text, type InputSchema } from "./schema.ts";
import type { Text } from "./text.ts";

/** An organisation, shown by its name of today. */
export function organisationField(title: Text): FieldDefinition {
  return { title, value: named("organisation", text()) };
}

/** A list of things that have parts: each on a line, its parts by their labels. */
export function listField(title: Text, item: InputSchema): FieldDefinition {
  return { title, shape: "list", value: list(item) };
}

/** Part of such a thing: the Shanghai day on which it was entered, `YYYY-MM-DD`. */
export const DAY = text({ en: "Day", zh: "日期" });
