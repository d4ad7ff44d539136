/** HTTP routes of work orders: `/cases` addresses every kind of case but the sandbox project. */
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type } from "typebox";
import { DEFAULT_LIMIT, ErrorAnswer, pageOf, actorOf as requestActor } from "../../http/mod.ts";
import { toCaseActor, type CaseEngine } from "../engine/engine.ts";
import { cursorOf, LIST_QUERY, listCases, STORABLE } from "../engine/list.ts";
import { actionOf } from "../engine/request.ts";
import { ActionBody } from "../engine/view-schema.ts";
import { actOnOrder, openOrder, ORDER_KIND } from "./actions.ts";
import { getOrder, orderLine } from "./queries.ts";
import { OrderPage, OrderView } from "./schema.ts";

export interface CaseRoutesOptions {
  readonly engine: CaseEngine;
  /** UTC ms. */
  readonly now: () => number;
}

const CaseId = Type.Object({ id: Type.String({ minLength: 1, maxLength: 40, pattern: STORABLE }) });
const CaseActionName = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 40, pattern: STORABLE }),
  name: Type.String({ minLength: 1, maxLength: 80 }),
});
const REFUSALS = { 400: ErrorAnswer, 403: ErrorAnswer, 404: ErrorAnswer, 409: ErrorAnswer };
const CASE_QUERY = Type.Object({
  ...LIST_QUERY,
  kind: Type.Optional(Type.Literal(ORDER_KIND)),
  project: Type.Optional(Type.String({ maxLength: 40, pattern: STORABLE })),
  level: Type.Optional(Type.Integer({ minimum: 0, maximum: 4, description: "This level and above." })),
});

export const caseRoutes: FastifyPluginAsyncTypebox<CaseRoutesOptions> = async (app, { engine, now }) => {
  const view = (request: Parameters<typeof requestActor>[0], id: string) => {
    const actor = requestActor(request);
    return engine.transact(actor, ({ tx }) => getOrder(engine, tx, id, toCaseActor(actor, "read"), now()), {
      retry: true,
    });
  };

  app.get(
    "/cases",
    {
      schema: {
        tags: ["cases"],
        summary: "Hazard work orders, newest first",
        querystring: CASE_QUERY,
        response: { 200: OrderPage },
      },
    },
    async (request) => {
      const { kind = ORDER_KIND, ...query } = request.query;
      const rows = await engine.transact(
        requestActor(request),
        ({ tx }) => listCases(tx, { ...query, kinds: [kind] }, now()),
        { retry: true },
      );
      return pageOf(rows, query.limit ?? DEFAULT_LIMIT, (row) => orderLine(engine, row, now()), cursorOf);
    },
  );

  app.post(
    "/cases",
    {
      schema: {
        tags: ["cases"],
        summary: "Open a work order by hand",
        body: Type.Unknown({ description: "Type, level, item, and the vehicle where there is one." }),
        response: { 201: OrderView, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const { input, meta } = actionOf(request.body, request.headers);
      const stored = await openOrder(engine, requestActor(request), input, meta);
      return reply.code(201).send(await view(request, stored.id));
    },
  );

  app.get(
    "/cases/:id",
    {
      schema: {
        tags: ["cases"],
        summary: "One work order with its timeline and what is possible now",
        params: CaseId,
        response: { 200: OrderView, 404: ErrorAnswer },
      },
    },
    async (request) => await view(request, request.params.id),
  );

  app.post(
    "/cases/:id/actions/:name",
    {
      schema: {
        tags: ["cases"],
        summary: "Take an action; 409 names what is possible instead",
        params: CaseActionName,
        body: Type.Union([ActionBody, Type.Null()]),
        response: { 200: OrderView, ...REFUSALS },
      },
    },
    async (request) => {
      const { id, name } = request.params;
      const { input, meta } = actionOf(request.body, request.headers);
      await actOnOrder(engine, requestActor(request), id, name, input, meta);
      return await view(request, id);
    },
  );
};
