/** `/obligations`: the board of duties. */
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type, type Static } from "typebox";
import { DEFAULT_LIMIT, ErrorAnswer, PAGE_QUERY, pageOf, actorOf as requestActor } from "../../http/mod.ts";
import type { Actor } from "../../records/mod.ts";
import type { CaseEngine } from "../engine/engine.ts";
import { STORABLE } from "../engine/list.ts";
import { unknownKind } from "../engine/routes/cases.ts";
import { countDuties, listDuties, type DutyFilter } from "./queries.ts";
import { DueGroupCode, DutyFacets, DutyPage } from "./schema.ts";

export interface BoardRoutesOptions {
  readonly engine: CaseEngine;
  /** UTC ms. */
  readonly now: () => number;
}

const Text = Type.String({ minLength: 1, maxLength: 120, pattern: STORABLE });
export const DUTY_FILTER = {
  due: Type.Optional(DueGroupCode),
  type: Type.Optional(Type.String({ maxLength: 400, pattern: STORABLE, description: "Kinds, separated by commas." })),
  code: Type.Optional(Text),
  scope: Type.Optional(
    Type.Unsafe<"mine" | "all">({
      type: "string",
      enum: ["mine", "all"],
      description: "mine: duties of the actor's role; all (default): of every case the actor may see.",
    }),
  ),
  bearer: Type.Optional(Text),
  organisation: Type.Optional(Text),
  case: Type.Optional(Text),
};
const BoardQuery = Type.Object({ ...DUTY_FILTER, ...PAGE_QUERY });
export type BoardListQuery = Partial<Static<typeof BoardQuery>>;
const FacetQuery = Type.Object(DUTY_FILTER);

export const boardRoutes: FastifyPluginAsyncTypebox<BoardRoutesOptions> = async (app, { engine, now }) => {
  app.get(
    "/obligations",
    {
      schema: {
        tags: ["cases"],
        summary: "What is due when, for whom: open duties, the nearest due time first, paused ones last",
        querystring: BoardQuery,
        response: { 200: DutyPage, 404: ErrorAnswer },
      },
    },
    async (request) => {
      const actor = requestActor(request);
      const filter = filterOf(engine, actor, request.query);
      const rows = await engine.transact(actor, ({ tx }) => listDuties(engine, tx, filter, now()), { retry: true });
      return pageOf(
        rows,
        filter.limit ?? DEFAULT_LIMIT,
        (row) => row.line,
        (row) => row.position,
      );
    },
  );

  app.get(
    "/obligations/facets",
    {
      schema: {
        tags: ["cases"],
        summary: "How many open duties there are, by due time, kind, duty and bearer",
        querystring: FacetQuery,
        response: { 200: DutyFacets, 404: ErrorAnswer },
      },
    },
    async (request) => {
      const actor = requestActor(request);
      const filter = filterOf(engine, actor, request.query);
      return engine.transact(actor, ({ tx }) => countDuties(engine, tx, filter, now()), { retry: true });
    },
  );
};

/** @throws SG_CASE_KIND */
export function filterOf(engine: CaseEngine, actor: Actor, query: BoardListQuery): DutyFilter {
  const { due: group, type, scope, bearer, ...rest } = query;
  const kinds = type?.split(",").map((each) => each.trim());
  const unknown = kinds?.find((each) => engine.findType(each) === undefined);
  if (unknown !== undefined) throw unknownKind(engine, unknown);
  return { ...rest, group, kinds, bearer: bearer ?? (scope === "mine" ? actor.role : undefined) };
}
