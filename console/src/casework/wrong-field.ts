/** Which field of a form the server found not to fit, in the reader's language. */
import { ApiError } from "../api/client.ts";
import type { Language } from "../lib/format.ts";
import type { JsonSchema } from "../lib/json-schema.ts";

export interface WrongField {
  /** Dotted, as the form names its fields. */
  readonly path: string;
  readonly label: string;
  readonly rule: string;
}

/** @returns undefined for an error that is about no field of the form */
export function wrongField(error: unknown, schema: JsonSchema, language: Language): WrongField | undefined {
  if (!(error instanceof ApiError) || error.code !== "SG_CASE_INPUT") return undefined;
  const { path, rule, ruleZh } = error.parameters;
  if (typeof path !== "string" || typeof rule !== "string") return undefined;
  const steps = path.split("/").filter((step) => step !== "");
  const field = steps.reduce<JsonSchema | undefined>(
    (inner, step) => inner?.properties?.[step] ?? inner?.items,
    schema,
  );
  if (steps.length === 0 || field === undefined) return undefined;
  const zh = field["x-zh"];
  return {
    path: steps.join("."),
    label: language === "zh" && typeof zh === "string" ? zh : (field.title ?? steps.at(-1)!),
    rule: language === "zh" && typeof ruleZh === "string" ? ruleZh : rule,
  };
}
