/** Which field of a form the server found not to fit, in the reader's language. */
import { ApiError } from "../api/client.ts";
import type { Bilingual } from "../api/shapes/common.ts";
import type { Language } from "../lib/format.ts";
import { fieldLabel, type JsonSchema } from "../lib/json-schema.ts";

/** Forms that a person cannot read off an expression. */
const FORMS: Readonly<Record<string, Bilingual>> = {
  "^[0-9a-f]{64}$": { en: "64 characters, 0 to 9 and a to f", zh: "须为64个字符（0–9、a–f）" },
};

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
  return {
    path: steps.join("."),
    label: fieldLabel(steps.at(-1)!, field, language),
    rule:
      FORMS[String(field["pattern"])]?.[language] ?? (language === "zh" && typeof ruleZh === "string" ? ruleZh : rule),
  };
}
