/** `/cases/bulk`: one action on many cases; what it would come to, the run, what came of it. */
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type, type Static } from "typebox";
import type { Json } from "@sandglass/casework";
import {
  actorOf,
  decodeCursor,
  decodeOrdinal,
  DEFAULT_LIMIT,
  ErrorAnswer,
  PAGE_QUERY,
  PageOf,
  pageOf,
} from "../../http/mod.ts";
import type { Actor, Tx } from "../../records/mod.ts";
import { newestLifecycle } from "../engine/case-type.ts";
import { toCaseActor, type CaseEngine } from "../engine/engine.ts";
import { unknownKind } from "../engine/routes/cases.ts";
import { REFUSALS } from "../engine/routes/parameters.ts";
import { choicesOf, previewCases, type BulkRequest } from "./preview.ts";
import { cancelRun, getRun, insertPreview, startRun } from "./runs.ts";
import { Choices, ChoicesBody, PreviewBody, RowView, RunId, RunView } from "./schema.ts";
import { BULK_LIMIT } from "./selection.ts";
import { rowViews, runViews } from "./view.ts";

export interface BulkRoutesOptions {
  readonly engine: CaseEngine;
  /** UTC ms. */
  readonly now: () => number;
  /** Tells the runner that a run waits for it. */
  readonly wake: () => void;
}

const TAGS = ["cases"];
const ANSWERS = { ...REFUSALS, 413: ErrorAnswer };

export const bulkRoutes: FastifyPluginAsyncTypebox<BulkRoutesOptions> = async (app, { engine, now, wake }) => {
  const viewOf = async (tx: Tx, actor: Actor, id: string): Promise<Static<typeof RunView>> => {
    const [view] = await runViews(engine, tx, actor, [await getRun(tx, id)]);
    return view!;
  };

  app.post(
    "/cases/bulk/choices",
    {
      schema: {
        tags: TAGS,
        summary: `The actions that at least one of the selected cases offers; at most ${BULK_LIMIT} cases`,
        body: ChoicesBody,
        response: { 200: Choices, ...ANSWERS },
      },
    },
    async (request) => {
      const { total, choices } = await choicesOf(engine, actorOf(request), request.body.selection);
      return {
        total,
        choices: choices.map(({ kind, action, count, isPersonal }) => ({
          kind,
          kindTitle: newestLifecycle(engine.typeOf(kind)).title,
          name: action.name,
          title: action.title,
          input: action.input,
          conditions: [...action.conditions],
          basis: action.basis,
          fourEyes: action.fourEyes !== undefined,
          isPersonal,
          count,
        })),
      };
    },
  );

  app.post(
    "/cases/bulk/runs",
    {
      schema: {
        tags: TAGS,
        summary: "Preview an action on many cases: what it would come to for each; no case is changed",
        body: PreviewBody,
        response: { 201: RunView, ...ANSWERS },
      },
    },
    async (request, reply) => {
      const actor = actorOf(request);
      const { input = {}, inputs = {}, purpose, ...rest } = request.body;
      if (engine.findType(rest.kind) === undefined) throw unknownKind(engine, rest.kind);
      const asked = { ...rest, purpose, input, inputs } as BulkRequest & { readonly input: Json };
      const previewed = await previewCases(engine, actor, asked);
      const view = await engine.transact(actor, async ({ tx }) =>
        viewOf(tx, actor, await insertPreview(tx, actor, asked, previewed, now())),
      );
      return reply.code(201).send(view);
    },
  );

  app.post(
    "/cases/bulk/runs/:run/start",
    {
      schema: {
        tags: TAGS,
        summary: "Take the action on the cases that the preview found possible; a case that changed since refuses",
        params: RunId,
        response: { 202: RunView, ...ANSWERS },
      },
    },
    async (request, reply) => {
      const actor = actorOf(request);
      const { run } = request.params;
      const view = await engine.transact(actor, async ({ tx }) => {
        await startRun(tx, actor, run, now());
        return viewOf(tx, actor, run);
      });
      wake();
      return reply.code(202).send(view);
    },
  );

  app.post(
    "/cases/bulk/runs/:run/cancel",
    {
      schema: {
        tags: TAGS,
        summary: "Stop a run; what is done stays done",
        params: RunId,
        response: { 200: RunView, ...ANSWERS },
      },
    },
    async (request) => {
      const actor = actorOf(request);
      const { run } = request.params;
      return engine.transact(actor, async ({ tx }) => {
        await cancelRun(tx, actor, run, now());
        return viewOf(tx, actor, run);
      });
    },
  );

  app.get(
    "/cases/bulk/runs",
    {
      schema: {
        tags: TAGS,
        summary: "Bulk actions, newest first: one's own; with the right to read the log, everybody's",
        querystring: Type.Object(PAGE_QUERY),
        response: { 200: PageOf(RunView), ...ANSWERS },
      },
    },
    async (request) => {
      const actor = actorOf(request);
      const { cursor, limit = DEFAULT_LIMIT } = request.query;
      const before = cursor === undefined ? undefined : decodeOrdinal(cursor);
      return engine.transact(
        actor,
        async ({ tx }) => {
          let query = tx
            .selectFrom("bulk_runs")
            .selectAll()
            .where("state", "<>", "preview")
            .orderBy("ordinal", "desc")
            .limit(limit + 1);
          if (before !== undefined) query = query.where("ordinal", "<", before);
          const runs = await query.execute();
          const views = await runViews(engine, tx, actor, runs);
          const ordinals = new Map(runs.map(({ id, ordinal }) => [id, String(ordinal)]));
          return pageOf(
            views,
            limit,
            (view) => view,
            ({ id }) => [ordinals.get(id)!],
          );
        },
        { retry: true },
      );
    },
  );

  app.get(
    "/cases/bulk/runs/:run",
    {
      schema: {
        tags: TAGS,
        summary: "A bulk action and how far it is",
        params: RunId,
        response: { 200: RunView, ...ANSWERS },
      },
    },
    async (request) => {
      const actor = actorOf(request);
      return engine.transact(actor, ({ tx }) => viewOf(tx, actor, request.params.run), { retry: true });
    },
  );

  app.get(
    "/cases/bulk/runs/:run/cases",
    {
      schema: {
        tags: TAGS,
        summary: "The cases of a bulk action: what the preview said, what came of it",
        params: RunId,
        querystring: Type.Object(PAGE_QUERY),
        response: { 200: PageOf(RowView), ...ANSWERS },
      },
    },
    async (request) => {
      const actor = actorOf(request);
      toCaseActor(actor, "read");
      const { cursor, limit = DEFAULT_LIMIT } = request.query;
      const [after] = cursor === undefined ? [-1] : decodeCursor(cursor, ["number"]);
      const rows = await engine.transact(
        actor,
        async ({ tx }) => rowViews(engine, tx, await getRun(tx, request.params.run), { limit, after }),
        { retry: true },
      );
      return pageOf(
        rows,
        limit,
        (row) => row,
        ({ position }) => [position],
      );
    },
  );
};
