/** HTTP routes of sandbox programmes. */
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type } from "typebox";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import { actorOf, ErrorAnswer, MAX_COUNT, toTimeOrNull } from "../../http/mod.ts";
import type { CaseEngine } from "../engine/engine.ts";
import type { ReadDistance } from "./distance.ts";
import { yearOf } from "./figures.ts";
import { ProgrammeDetail, ProgrammePage, ProgrammeView, programmeView, PublishProgrammeBody } from "./schema.ts";
import { countByProgramme, listCurrent, listVersions, publishProgramme } from "./store.ts";

const Id = Type.Object({ id: Type.String({ pattern: "^[a-z][a-z0-9-]{2,59}$" }) });
const TAGS = ["programmes"];

export const programmeRoutes: FastifyPluginAsyncTypebox<{
  readonly engine: CaseEngine;
  readonly now: () => number;
  readonly distance?: ReadDistance | undefined;
}> = async (app, { engine, now, distance }) => {
  app.get(
    "/programmes",
    { schema: { tags: TAGS, summary: "Sandbox programmes in force", response: { 200: ProgrammePage } } },
    async (request) =>
      engine.transact(
        actorOf(request),
        async ({ tx }) => {
          const [versions, figures] = [await listCurrent(tx, now()), await countByProgramme(tx)];
          return { items: versions.map((each) => programmeView(each, figures, now())), next: null };
        },
        { retry: true },
      ),
  );

  app.get(
    "/programmes/:id",
    {
      schema: {
        tags: TAGS,
        summary: "One programme with its versions",
        params: Id,
        querystring: Type.Object({ version: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_COUNT })) }),
        response: { 200: ProgrammeDetail, 404: ErrorAnswer },
      },
    },
    async (request) =>
      engine.transact(
        actorOf(request),
        async ({ tx }) => {
          const { id } = request.params;
          const versions = await listVersions(tx, id);
          const { version } = request.query;
          const shown =
            version === undefined
              ? ((await listCurrent(tx, now())).find((each) => each.programme.id === id) ?? versions.at(-1))
              : versions.find((each) => each.programme.version === version);
          if (shown === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: id });
          return {
            ...programmeView(shown, await countByProgramme(tx, id), now()),
            versions: versions.map(({ programme, publication }) => ({
              version: programme.version,
              effectiveFrom: programme.effectiveFrom ?? null,
              publishedAt: toTimeOrNull(publication?.at),
              reason: publication?.reason ?? null,
            })),
          };
        },
        { retry: true },
      ),
  );

  app.get(
    "/programmes/:id/figures/:year",
    {
      schema: {
        tags: TAGS,
        summary: "Figures of a year over the projects that you may see",
        params: Type.Object({ ...Id.properties, year: Type.Integer({ minimum: 2020, maximum: 2100 }) }),
        response: { 200: Type.Unknown() },
      },
    },
    async (request) =>
      engine.transact(
        actorOf(request),
        ({ tx, actor, at }) =>
          yearOf(
            tx,
            request.params.id,
            request.params.year,
            distance === undefined ? undefined : { actor, at, read: distance },
          ),
        { retry: true },
      ),
  );

  app.post(
    "/programmes",
    {
      schema: {
        tags: TAGS,
        summary: "Publish a new version of a programme, or a new programme",
        body: PublishProgrammeBody,
        response: { 201: ProgrammeView, 400: ErrorAnswer, 403: ErrorAnswer, 409: ErrorAnswer },
      },
    },
    async (request, reply) => {
      const actor = actorOf(request);
      const { programme, reason } = request.body;
      const view = await engine.transact(actor, async ({ tx, at }) =>
        programmeView(await publishProgramme(tx, actor, programme, reason, at), await countByProgramme(tx), at),
      );
      return reply.code(201).send(view);
    },
  );
};
