import { Type, type FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import { Bilingual, Nullable, PageOf } from "../../http/mod.ts";
import type { ApiDependencies, TriggerInfo } from "../dependencies.ts";

const TriggerAnswer = Type.Object({
  id: Type.String(),
  version: Type.Integer(),
  versionHash: Type.String(),
  title: Bilingual,
  levels: Type.Array(Type.Integer()),
  pack: Type.String(),
  sentence: Bilingual,
  text: Type.String(),
  basis: Nullable(Type.String()),
  certainty: Nullable(Type.String({ description: "F found, S secondary, D draft, M from memory, P proposal." })),
  effectiveFrom: Nullable(Type.String()),
  inputs: Type.Array(Type.String()),
});

const answerOf = (trigger: TriggerInfo) => ({
  id: trigger.id,
  version: trigger.version,
  versionHash: trigger.versionHash,
  title: { ...trigger.title },
  levels: [...trigger.levels],
  pack: trigger.pack,
  sentence: { ...trigger.sentence },
  text: trigger.text,
  basis: trigger.basis ?? null,
  certainty: trigger.certainty ?? null,
  effectiveFrom: trigger.effectiveFrom ?? null,
  inputs: [...trigger.inputs],
});

const Problem = Type.Object({
  code: Type.String(),
  message: Type.String(),
  messageZh: Type.String(),
  line: Type.Integer({ minimum: 1 }),
  column: Type.Integer({ minimum: 1 }),
  suggestion: Nullable(Type.String()),
});

export function triggerRoutes({ triggers }: ApiDependencies): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      "/triggers",
      {
        schema: {
          tags: ["triggers"],
          summary: "Triggers of the installed packs",
          response: { 200: PageOf(TriggerAnswer) },
        },
      },
      async () => ({ items: triggers.list().map(answerOf), next: null }),
    );

    app.get(
      "/triggers/:id",
      {
        schema: {
          tags: ["triggers"],
          summary: "One trigger",
          params: Type.Object({ id: Type.String({ maxLength: 200 }) }),
          response: { 200: TriggerAnswer },
        },
      },
      async (request) => {
        const found = triggers.list().find((trigger) => trigger.id === request.params.id);
        if (found === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: request.params.id });
        return answerOf(found);
      },
    );

    app.post(
      "/triggers/check",
      {
        bodyLimit: 256 * 1024,
        schema: {
          tags: ["triggers"],
          summary: "Compile a text without keeping it",
          description: "200 also for a text that does not compile: `ok` is false and `errors` says where and why.",
          body: Type.Object({ text: Type.String({ maxLength: 100_000 }) }, { additionalProperties: false }),
          response: {
            200: Type.Object({
              ok: Type.Boolean(),
              errors: Type.Array(Problem),
              triggers: Type.Array(TriggerAnswer),
              hash: Nullable(Type.String()),
            }),
          },
        },
      },
      async (request) => {
        const result = triggers.check(request.body.text);
        return result.ok
          ? { ok: true, errors: [], triggers: result.triggers.map(answerOf), hash: result.hash }
          : {
              ok: false,
              errors: result.errors.map((error) => ({ ...error, suggestion: error.suggestion ?? null })),
              triggers: [],
              hash: null,
            };
      },
    );
  };
}
