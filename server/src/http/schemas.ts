/**
 * What becomes of the schemas of routes: readers of requests and writers of answers.
 *
 * Each is compiled when its route is first used. Fastify would compile all of them at every start, those of HEAD beside
 * those of GET: two fifths of the processor time of a start, for routes most of which a run never sees. A first answer takes
 * some milliseconds more instead.
 */
import SerializerSelector, { type SerializerCompiler } from "@fastify/fast-json-stringify-compiler";
import { Ajv, type ValidateFunction } from "ajv";
import formats from "ajv-formats";
import type { FastifySchemaCompiler, FastifyServerOptions } from "fastify";

const OPTIONS = { allErrors: false, strict: false, useDefaults: true, removeAdditional: false } as const;

/** Reads bodies as they are, query strings and paths with numbers read from text. */
export function createValidatorCompiler(): FastifySchemaCompiler<object> {
  const strict = new Ajv({ ...OPTIONS, coerceTypes: false });
  const reading = new Ajv({ ...OPTIONS, coerceTypes: "array" });
  for (const ajv of [strict, reading]) formats.default(ajv);
  return ({ schema, httpPart }) => {
    let compiled: ValidateFunction | undefined;
    // Fastify looks for the errors on the function itself.
    const validate: ReturnType<FastifySchemaCompiler<object>> = (data: unknown) => {
      compiled ??= (httpPart === "body" ? strict : reading).compile(schema);
      const isValid = compiled(data);
      validate.errors = compiled.errors;
      return isValid;
    };
    return validate;
  };
}

/** For `schemaController` of Fastify: answers are written as Fastify writes them. */
export const WRITERS: NonNullable<FastifyServerOptions["schemaController"]> = {
  compilersFactory: {
    buildSerializer(schemas, options) {
      const compile: SerializerCompiler = SerializerSelector()(schemas, options);
      return (route) => {
        let write: ReturnType<SerializerCompiler> | undefined;
        return (data) => (write ??= compile(route))(data);
      };
    },
  },
};
