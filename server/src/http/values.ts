/** How values look in JSON: times are RFC 3339 UTC with Z, absent values are null. */
import { Type, type TSchema } from "typebox";
import { ERRORS, SandglassError } from "../errors/mod.ts";

/** Greatest version or count of a request: PostgreSQL's integer holds it, and also the next one. */
export const MAX_COUNT = 2_000_000_000;

/** With `T`, optional fraction, `Z` or an offset. */
export const Time = Type.String({ format: "date-time", description: "RFC 3339, UTC with Z." });

// oxlint-disable-next-line typescript/explicit-function-return-type -- the schema's own type is the point
export const Nullable = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);

export const Bilingual = Type.Object({ en: Type.String(), zh: Type.String() });

export function toTime(ms: number): string {
  return new Date(ms).toISOString();
}

export function toTimeOrNull(ms: number | undefined): string | null {
  return ms === undefined || !Number.isFinite(ms) ? null : new Date(ms).toISOString();
}

/** UTC ms of a time that the schema let through. @throws SG_REQUEST_INVALID for one that no calendar has */
export function fromTime(text: string, path: string): number {
  const ms = Date.parse(text);
  if (Number.isNaN(ms))
    throw new SandglassError(ERRORS.REQUEST_INVALID, { path, rule: "is not a time", ruleZh: "不是有效时间" });
  return ms;
}

/** What a route answers that hands out a file: its bytes, in one of these types. */
// oxlint-disable-next-line typescript/explicit-function-return-type -- the schema's own type is the point
export const FileAnswer = (description: string, ...types: readonly string[]) => ({
  description,
  content: Object.fromEntries(types.map((type) => [type, { schema: Type.Unsafe<unknown>({ type: "string" }) }])),
});

/** Body of every answer that is not a success. */
export const ErrorAnswer = Type.Object(
  {
    error: Type.Object({
      code: Type.String({ pattern: "^SG_" }),
      message: Type.String(),
      messageZh: Type.String(),
      parameters: Type.Record(Type.String(), Type.Unknown()),
      possible: Type.Optional(Type.Array(Type.Unknown())),
    }),
    requestId: Type.String(),
  },
  { description: "A refusal with its code; docs/errors.md lists them." },
);
