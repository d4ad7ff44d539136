/** Checks of action inputs against the plain JSON Schemas of the lifecycles. */
import { Compile, type Validator } from "typebox/schema";
import type { InputSchema, Json } from "@sandglass/casework";
import { ERRORS, SandglassError } from "../../errors/mod.ts";

const compiled = new WeakMap<object, Validator>();
/** `Compile` infers the type of what a schema accepts; a schema known only at run time has none to infer. */
const compile = Compile as (schema: object) => Validator;

/** @throws SG_CASE_INPUT naming the first place that does not fit */
export function checkInput(action: string, schema: InputSchema, input: unknown): asserts input is Json {
  let validator = compiled.get(schema);
  if (validator === undefined) {
    validator = compile(schema);
    compiled.set(schema, validator);
  }
  if (validator.Check(input)) return;
  const [, failures] = validator.Errors(input);
  // "schema is false" is how an unknown property looks from inside; the same failure names it at its object.
  const failure = failures.find((each) => each.keyword !== "boolean") ?? failures[0];
  const unknown =
    failure?.keyword === "additionalProperties"
      ? ` (${(failure.params as { additionalProperties?: readonly string[] }).additionalProperties?.join(", ") ?? ""})`
      : "";
  const missing =
    failure?.keyword === "required"
      ? ` (${(failure.params as { requiredProperties?: readonly string[] }).requiredProperties?.join(", ") ?? ""})`
      : "";
  throw new SandglassError(ERRORS.CASE_INPUT, {
    action,
    path: failure?.instancePath || "/",
    rule: `${failure?.message ?? "does not fit the schema"}${unknown}${missing}`,
  });
}
