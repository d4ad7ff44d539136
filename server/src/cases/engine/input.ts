/** Checks of action inputs against the plain JSON Schemas of the lifecycles. */
import { Compile, type Validator } from "typebox/schema";
import { Locale } from "typebox/system";
import type { InputSchema, Json } from "@sandglass/casework";
import { ERRORS, SandglassError } from "../../errors/mod.ts";

const compiled = new WeakMap<object, Validator>();
/** `Compile` infers the type of what a schema accepts; a schema known only at run time has none to infer. */
const compile = Compile as (schema: object) => Validator;
type Failure = Parameters<typeof Locale.zh_Hans>[0];

/** @throws SG_CASE_INPUT naming the first place that does not fit */
export function checkInput(action: string, schema: InputSchema, input: unknown): asserts input is Json {
  let validator = compiled.get(schema);
  if (validator === undefined) {
    validator = compile(schema);
    compiled.set(schema, validator);
  }
  if (validator.Check(input)) {
    const path = unstorable(input as Json, "");
    if (path === undefined) return;
    const [rule, ruleZh] = ["holds a character that cannot be stored", "含有无法存储的字符"];
    throw new SandglassError(ERRORS.CASE_INPUT, { action, path, rule, ruleZh });
  }
  const failures: readonly Failure[] = validator.Errors(input)[1];
  // "schema is false" is how an unknown property looks from inside; the same failure names it at its object.
  const failure = failures.find((each) => each.keyword !== "boolean") ?? failures[0];
  const names =
    failure?.keyword === "additionalProperties" ? ` (${failure.params.additionalProperties.join(", ")})` : "";
  throw new SandglassError(ERRORS.CASE_INPUT, {
    action,
    path: failure?.instancePath || "/",
    rule: failure === undefined ? "does not fit the schema" : `${Locale.en_US(failure)}${names}`,
    ruleZh: failure === undefined ? "不符合模式定义" : `${Locale.zh_Hans(failure)}${names}`,
  });
}

/** Path of the first text with U+0000 or half a surrogate pair: JSON has a form for them, PostgreSQL's jsonb has none. */
function unstorable(value: Json | undefined, path: string): string | undefined {
  if (typeof value === "string") return value.includes("\0") || !value.isWellFormed() ? path || "/" : undefined;
  if (typeof value !== "object" || value === null) return undefined;
  for (const [key, each] of Object.entries(value)) {
    const found = unstorable(each as Json | undefined, `${path}/${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
