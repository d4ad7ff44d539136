/** HTTP routes of sandbox projects. */
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { SANDBOX_CREATE_INPUT, SANDBOX_EXAMINERS as EXAMINERS } from "@sandglass/casework";
import { Type } from "typebox";
import { DEFAULT_LIMIT, ErrorAnswer, pageOf, actorOf as requestActor } from "../../http/mod.ts";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import { SYSTEM_CLOCK } from "../../records/mod.ts";
import { toCaseActor, type CaseEngine } from "../engine/engine.ts";
import { queryOf } from "../search/words.ts";
import { LIST_QUERY, listCases, STORABLE } from "../engine/list.ts";
import { cursorOf } from "../engine/sort.ts";
import { actionOf } from "../engine/request.ts";
import { ActionBody } from "../engine/view-schema.ts";
import { actOnProject, createProject, PROJECT_KIND } from "./actions.ts";
import { countOpenFindings, getProject, listExperts, projectLine, type ProjectMargins } from "./queries.ts";
import type { Rehearsals } from "./policy.ts";
import { rehearsalRoutes } from "./rehearsal-routes.ts";
import { ProjectPage, ProjectView } from "./schema.ts";

export interface ProjectRoutesOptions {
  readonly engine: CaseEngine;
  /** UTC ms. */
  readonly now: () => number;
  readonly margins?: ProjectMargins | undefined;
  readonly rehearsals?: Rehearsals | undefined;
}

const ProjectId = Type.Object({ id: Type.String({ minLength: 1, maxLength: 40, pattern: STORABLE }) });
const ProjectAction = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 40, pattern: STORABLE }),
  name: Type.String({ minLength: 1, maxLength: 80 }),
});
const Expert = Type.Object({ id: Type.String(), name: Type.String(), organisation: Type.String() });
const REFUSALS = { 400: ErrorAnswer, 403: ErrorAnswer, 404: ErrorAnswer, 409: ErrorAnswer };

export const projectRoutes: FastifyPluginAsyncTypebox<ProjectRoutesOptions> = async (app, options) => {
  const { engine, now, margins } = options;
  const view = async (request: Parameters<typeof requestActor>[0], id: string) => {
    const actor = requestActor(request);
    const project = await engine.transact(
      actor,
      ({ tx }) => getProject(engine, tx, id, toCaseActor(actor, "read"), now()),
      { retry: true },
    );
    return { ...project, margins: (await margins?.(id)) ?? null };
  };

  app.get(
    "/projects/experts",
    {
      schema: {
        tags: ["projects"],
        summary: "Members of the expert committee, for those who assign them",
        response: { 200: Type.Object({ items: Type.Array(Expert), next: Type.Null() }), 403: ErrorAnswer },
      },
    },
    async (request) => {
      const actor = requestActor(request);
      if (!(EXAMINERS as readonly string[]).includes(actor.role))
        throw new SandglassError(ERRORS.FORBIDDEN, { role: actor.role, object: "experts", right: "read" });
      // Accounts are the security administrator's to read; of these only who may be chosen leaves this.
      const items = await engine.transact(SYSTEM_CLOCK, ({ tx }) => listExperts(tx), { retry: true });
      return { items: [...items], next: null };
    },
  );

  app.get(
    "/projects",
    {
      schema: {
        tags: ["projects"],
        summary: "Sandbox projects, newest first",
        querystring: Type.Object(LIST_QUERY),
        response: { 200: ProjectPage },
      },
    },
    async (request) => {
      const { q, ...query } = request.query;
      const actor = requestActor(request);
      const words = q === undefined ? {} : { words: queryOf(engine, actor, q) };
      const [rows, findings] = await engine.transact(
        actor,
        async ({ tx }) => {
          const listed = await listCases(tx, { ...query, ...words, kinds: [PROJECT_KIND] }, now());
          return [
            listed,
            await countOpenFindings(
              tx,
              listed.map((row) => row.id),
            ),
          ] as const;
        },
        { retry: true },
      );
      return pageOf(
        rows,
        query.limit ?? DEFAULT_LIMIT,
        (row) => projectLine(engine, row, findings, now()),
        cursorOf(query.sort),
      );
    },
  );

  app.post(
    "/projects",
    {
      schema: {
        tags: ["projects"],
        summary: "Open a draft",
        // The lifecycle checks the input itself, with errors of its own; here its schema is only shown.
        body: Type.Unknown({
          description: `Required: ${SANDBOX_CREATE_INPUT.required.join(", ")}. JSON Schema of the body: ${JSON.stringify(SANDBOX_CREATE_INPUT)}`,
          examples: [
            {
              title: "Road test of a new pack",
              programme: "automobile-safety-sandbox",
              limits: { maxVehicles: 20, maxSpeed: 120 },
              triggerSet: { pack: "demo-sandbox" },
            },
          ],
        }),
        response: { 201: ProjectView, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const { input, meta } = actionOf(request.body, request.headers);
      const stored = await createProject(engine, requestActor(request), input, meta);
      return reply.code(201).send(await view(request, stored.id));
    },
  );

  app.get(
    "/projects/:id",
    {
      schema: {
        tags: ["projects"],
        summary: "One project with its timeline and what is possible now",
        params: ProjectId,
        response: { 200: ProjectView, 404: ErrorAnswer },
      },
    },
    async (request) => await view(request, request.params.id),
  );

  app.post(
    "/projects/:id/actions/:name",
    {
      schema: {
        tags: ["projects"],
        summary: "Take an action; 409 names what is possible instead",
        params: ProjectAction,
        body: Type.Union([ActionBody, Type.Null()]),
        response: { 200: ProjectView, ...REFUSALS },
      },
    },
    async (request) => {
      const { id, name } = request.params;
      const { input, meta } = actionOf(request.body, request.headers);
      await actOnProject(engine, requestActor(request), id, name, input, meta);
      return await view(request, id);
    },
  );
  await app.register(rehearsalRoutes, options);
};
