/** `/cases`: lists with facets, pages, actions of every kind of case. */
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type, type Static } from "typebox";
import { personNames } from "../../../access/mod.ts";
import { ERRORS, SandglassError } from "../../../errors/mod.ts";
import {
  Bilingual,
  decodeCursor,
  DEFAULT_LIMIT,
  ErrorAnswer,
  PAGE_QUERY,
  PageOf,
  pageOf,
  actorOf as requestActor,
} from "../../../http/mod.ts";
import { creationOf, newestLifecycle } from "../case-type.ts";
import { dropDraft, newCaseScope } from "../drafts.ts";
import { toCaseActor, type CaseEngine } from "../engine.ts";
import { countCases, LIST_QUERY, listCases, STORABLE, type Facet, type ListFilter } from "../list.ts";
import type { Actor } from "../../../records/mod.ts";
import { queryOf } from "../../search/words.ts";
import { actionOf } from "../request.ts";
import { cursorOf } from "../sort.ts";
import { getCase, listActions } from "../store.ts";
import { ActionBody, ActionView } from "../view-schema.ts";
import { actionView } from "../view.ts";
import { CaseLine, CaseView, genericLines, viewAfter, viewOf } from "./case-view.ts";
import type { EngineRoutesOptions } from "./mod.ts";
import { CaseActionName, CaseId, Reasons, REFUSALS, Seen } from "./parameters.ts";

const FILTER = {
  ...LIST_QUERY,
  type: Type.Optional(
    Type.String({ maxLength: 400, pattern: STORABLE, description: "Kinds of case, separated by commas." }),
  ),
  kind: Type.Optional(Type.String({ maxLength: 400, pattern: STORABLE, description: "The same as `type`." })),
  flag: Type.Optional(Type.String({ maxLength: 80, pattern: STORABLE })),
  project: Type.Optional(Type.String({ maxLength: 40, pattern: STORABLE })),
  level: Type.Optional(Type.Integer({ minimum: 0, maximum: 4, description: "This level and above." })),
};
const CaseQuery = Type.Object(FILTER);
/** The filter of the list without its page and order. */
const { limit: _limit, cursor: _cursor, sort: _sort, ...FACET_FILTER } = FILTER;
export { FACET_FILTER as CASE_FILTER };
export type CaseListQuery = Partial<Static<typeof CaseQuery>>;
const Facets = Type.Object({
  total: Type.Integer(),
  isCapped: Type.Boolean({
    description: "Words stand in very many cases: the counts are of the newest of them, there are at least as many.",
  }),
  open: Type.Integer(),
  overdue: Type.Integer(),
  kinds: Type.Array(Type.Object({ kind: Type.String(), title: Bilingual, count: Type.Integer() })),
  states: Type.Array(
    Type.Object({ kind: Type.String(), state: Type.String(), title: Bilingual, count: Type.Integer() }),
  ),
});

export const caseRoutes: FastifyPluginAsyncTypebox<EngineRoutesOptions> = async (app, { engine, now }) => {
  app.get(
    "/cases",
    {
      schema: {
        tags: ["cases"],
        summary: "Cases of all kinds, newest first or by `sort`",
        querystring: CaseQuery,
        response: { 200: PageOf(CaseLine), 404: ErrorAnswer },
      },
    },
    async (request) => {
      const actor = requestActor(request);
      const filter = filterOf(engine, actor, request.query);
      const { rows, lines } = await engine.transact(
        actor,
        async ({ tx }) => {
          const found = await listCases(tx, filter, now());
          return { rows: found, lines: await genericLines(engine, tx, actor, found, now()) };
        },
        { retry: true },
      );
      return pageOf(rows, filter.limit ?? DEFAULT_LIMIT, (row) => lines.get(row.id)!, cursorOf(filter.sort));
    },
  );

  app.get(
    "/cases/facets",
    {
      schema: {
        tags: ["cases"],
        summary: "How many cases there are under a filter, by kind, state, end and lateness",
        querystring: Type.Object(FACET_FILTER),
        response: { 200: Facets, 404: ErrorAnswer },
      },
    },
    async (request) => {
      const filter = filterOf(engine, requestActor(request), request.query);
      const rows = await engine.transact(requestActor(request), ({ tx }) => countCases(tx, filter, now()), {
        retry: true,
      });
      return { ...facetsOf(engine, rows.facets), isCapped: rows.isCapped };
    },
  );

  app.post(
    "/cases",
    {
      schema: {
        tags: ["cases"],
        summary: "Open a case: `{type, input}`; without a type a hazard work order",
        body: Type.Unknown({ description: "The input fits the first action of the kind, see `/case-types/{kind}`." }),
        response: { 201: CaseView, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const { kind, body } = kindOf(request.body);
      const type = engine.findType(kind);
      if (type === undefined) throw unknownKind(engine, kind);
      const { input, meta } = actionOf(body, request.headers);
      const creation = creationOf(newestLifecycle(type));
      const view = await viewAfter(engine, request, now(), async (unit) => {
        const { id } = await (type.open?.(engine, unit, input, meta) ??
          engine.create(unit, kind, creation, input, meta));
        await dropDraft(unit, newCaseScope(kind), creation);
        return id;
      });
      return reply.code(201).send(view);
    },
  );

  app.get(
    "/cases/:id",
    {
      schema: {
        tags: ["cases"],
        summary: "One case with its data, timeline, duties and what is possible now",
        params: CaseId,
        response: { 200: CaseView, 404: ErrorAnswer },
      },
    },
    async (request) => viewOf(engine, request, request.params.id, now()),
  );

  app.get(
    "/cases/:id/actions",
    {
      schema: {
        tags: ["cases"],
        summary: "The history of a case, oldest first",
        params: CaseId,
        querystring: Type.Object(PAGE_QUERY),
        response: { 200: PageOf(ActionView), 404: ErrorAnswer },
      },
    },
    async (request) => {
      const { limit = DEFAULT_LIMIT, cursor } = request.query;
      const [after] = cursor === undefined ? [0] : decodeCursor(cursor, ["number"]);
      const actor = requestActor(request);
      return engine.transact(
        actor,
        async ({ tx }) => {
          const stored = await getCase(tx, request.params.id);
          const { role } = toCaseActor(actor, "read");
          const rows = await listActions(tx, stored.id, { after, limit: limit + 1 });
          const lifecycle = engine.lifecycleOf(stored);
          const names = await personNames(
            tx,
            rows.map((row) => row.actor_id),
          );
          return pageOf(
            rows,
            limit,
            (row) => actionView(lifecycle, row, role, names),
            (row) => [row.sequence],
          );
        },
        { retry: true },
      );
    },
  );

  app.post(
    "/cases/:id/actions/:name",
    {
      schema: {
        tags: ["cases"],
        summary: "Take an action; 409 names what is possible instead, or what changed since the version that was seen",
        params: CaseActionName,
        body: Type.Union([ActionBody, Type.Null()]),
        response: { 200: CaseView, ...REFUSALS },
      },
    },
    async (request) => {
      const { id, name } = request.params;
      const { input, meta } = actionOf(request.body, request.headers);
      return viewAfter(engine, request, now(), async (unit) => {
        await engine.act(unit, id, name, input, meta);
        await dropDraft(unit, id, name);
        return id;
      });
    },
  );

  app.post(
    "/cases/:id/proposals/:name/decline",
    {
      schema: {
        tags: ["cases"],
        summary: "Drop a proposal that waits for a second person",
        params: CaseActionName,
        body: Type.Object({ reasons: Reasons, version: Seen }, { additionalProperties: false }),
        response: { 200: CaseView, ...REFUSALS },
      },
    },
    async (request) => {
      const { id, name } = request.params;
      const { reasons, version } = request.body;
      return viewAfter(
        engine,
        request,
        now(),
        async (unit) => (await engine.decline(unit, id, name, reasons, { version })).id,
      );
    },
  );
};

/** @throws SG_CASE_KIND */
export function filterOf(engine: CaseEngine, actor: Actor, query: CaseListQuery): ListFilter {
  const { type, kind = type, q, ...filter } = query;
  const kinds = kind?.split(",").map((each) => each.trim());
  const unknown = kinds?.find((each) => engine.findType(each) === undefined);
  if (unknown !== undefined) throw unknownKind(engine, unknown);
  return { ...filter, kinds, ...(q === undefined ? {} : { words: queryOf(engine, actor, q) }) };
}

export function unknownKind(engine: CaseEngine, kind: string): SandglassError {
  return new SandglassError(ERRORS.CASE_KIND, { kind, possible: engine.types.map((each) => each.kind) });
}

/** `type` beside the input tells the kind; a field of that name in a bare input is the input's (hazard work orders have one). */
function kindOf(body: unknown): { readonly kind: string; readonly body: unknown } {
  if (typeof body !== "object" || body === null || !("type" in body) || !("input" in body))
    return { kind: "hazard-order", body };
  const { type, ...rest } = body as Readonly<Record<string, unknown>>;
  return { kind: String(type), body: rest };
}

function facetsOf(engine: CaseEngine, rows: readonly Facet[]): Omit<Static<typeof Facets>, "isCapped"> {
  const sum = (part: readonly { readonly count: number }[]): number =>
    part.reduce((total, { count }) => total + count, 0);
  const kinds = engine.types.filter(({ kind }) => rows.some((row) => row.kind === kind));
  return {
    total: sum(rows),
    open: sum(rows.filter((row) => !row.ended)),
    overdue: sum(rows.filter((row) => row.overdue)),
    kinds: kinds.map((type) => ({
      kind: type.kind,
      title: newestLifecycle(type).title,
      count: sum(rows.filter((row) => row.kind === type.kind)),
    })),
    states: kinds.flatMap((type) => {
      const { states } = newestLifecycle(type);
      const own = rows.filter((row) => row.kind === type.kind);
      return [...new Set(own.map((row) => row.state))].map((state) => ({
        kind: type.kind,
        state,
        title: states[state]?.title ?? { en: state, zh: state },
        count: sum(own.filter((row) => row.state === state)),
      }));
    }),
  };
}
