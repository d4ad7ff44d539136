import { Type, type FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import { Bilingual, Nullable, PageOf } from "../../http/mod.ts";
import type { ApiDependencies, TriggerInfo, TriggerProblem } from "../dependencies.ts";

const TriggerAnswer = Type.Object({
  id: Type.String(),
  version: Type.Integer(),
  versionHash: Type.String(),
  title: Bilingual,
  levels: Type.Array(Type.Integer()),
  effect: Type.String({ description: "What a finding does to a project that carries the rule, unless its plan says." }),
  pack: Type.String(),
  sentence: Bilingual,
  text: Type.String({ description: "Canonical text in English; `texts` has both languages." }),
  texts: Bilingual,
  basis: Nullable(Type.String()),
  basisZh: Nullable(Type.String({ description: "The basis in Chinese, where the author gave both." })),
  certainty: Nullable(Type.String({ description: "F found, S secondary, D draft, M from memory, P proposal." })),
  effectiveFrom: Nullable(Type.String()),
  effectiveTo: Nullable(Type.String()),
  inputs: Type.Array(Type.String()),
  bytesPerSubject: Type.Integer({ description: "Worst case of the state for each subject." }),
  horizonMs: Type.Number({ description: "How far back a verdict can depend on samples." }),
});

const answerOf = (trigger: TriggerInfo) => ({
  id: trigger.id,
  version: trigger.version,
  versionHash: trigger.versionHash,
  title: { ...trigger.title },
  levels: [...trigger.levels],
  effect: trigger.effect,
  pack: trigger.pack,
  sentence: { ...trigger.sentence },
  text: trigger.texts.en,
  texts: { ...trigger.texts },
  basis: trigger.basis ?? null,
  basisZh: trigger.basisZh ?? null,
  certainty: trigger.certainty ?? null,
  effectiveFrom: trigger.effectiveFrom ?? null,
  effectiveTo: trigger.effectiveTo ?? null,
  inputs: [...trigger.inputs],
  bytesPerSubject: trigger.bytesPerSubject,
  horizonMs: trigger.horizonMs,
});

const Problem = Type.Object({
  code: Type.String(),
  message: Type.String(),
  messageZh: Type.String(),
  line: Type.Integer({ minimum: 1 }),
  column: Type.Integer({ minimum: 1 }),
  start: Type.Integer({ description: "UTF-16 offset." }),
  end: Type.Integer({ description: "UTF-16 offset behind the last unit." }),
  suggestion: Nullable(Type.String()),
  suggestionZh: Nullable(Type.String()),
});

const problemOf = (problem: TriggerProblem) => ({
  ...problem,
  suggestion: problem.suggestion ?? null,
  suggestionZh: problem.suggestionZh ?? null,
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
              warnings: Type.Array(Problem),
              triggers: Type.Array(TriggerAnswer),
              hash: Nullable(Type.String()),
            }),
          },
        },
      },
      async (request) => {
        const result = triggers.check(request.body.text, request.actor);
        return result.ok
          ? {
              ok: true,
              errors: [],
              warnings: result.warnings.map(problemOf),
              triggers: result.triggers.map(answerOf),
              hash: result.hash,
            }
          : {
              ok: false,
              errors: result.errors.map(problemOf),
              warnings: [],
              triggers: [],
              hash: null,
            };
      },
    );
  };
}
