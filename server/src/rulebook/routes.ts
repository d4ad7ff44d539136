/** HTTP routes of drafts, backtests and publications. */
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type } from "typebox";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import {
  actorOf,
  decodeOrdinal,
  DEFAULT_LIMIT,
  ErrorAnswer,
  fromTime,
  PAGE_QUERY,
  pageOf,
  PageOf,
} from "../http/mod.ts";
import { BacktestAnswer, backtestAnswer, BacktestBody, BacktestDetail, backtestDetail } from "./backtest-schema.ts";
import { requireProposer } from "./drafts.ts";
import type { Rulebook } from "./rulebook.ts";
import {
  DraftAnswer,
  draftAnswer,
  DraftBody,
  DraftChange,
  EndBody,
  Id,
  PublicationAnswer,
  publicationAnswer,
  PublishBody,
  TestAnswer,
  testAnswer,
  TestBody,
} from "./schema.ts";

const REFUSALS = { 400: ErrorAnswer, 403: ErrorAnswer, 404: ErrorAnswer, 409: ErrorAnswer, 422: ErrorAnswer };
const BODY_LIMIT = 2 * 1024 * 1024;
const TAGS = ["rules"];

export function rulebookRoutes(rulebook: Rulebook): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      "/rules/drafts",
      {
        schema: {
          tags: TAGS,
          summary: "Drafts of rules, newest first",
          querystring: Type.Object({ ...PAGE_QUERY }),
          response: { 200: PageOf(DraftAnswer), ...REFUSALS },
        },
      },
      async (request) => {
        const actor = actorOf(request);
        requireProposer(actor);
        const { limit = DEFAULT_LIMIT, cursor } = request.query;
        const found = await rulebook.drafts(actor, {
          limit: limit + 1,
          below: cursor === undefined ? undefined : decodeOrdinal(cursor),
        });
        return pageOf(
          found,
          limit,
          (draft) => draftAnswer(draft, actor.id),
          (draft) => [String(draft.ordinal)],
        );
      },
    );

    app.post(
      "/rules/drafts",
      {
        bodyLimit: BODY_LIMIT,
        schema: {
          tags: TAGS,
          summary: "Keep a draft; it may be unfinished",
          body: DraftBody,
          response: { 201: DraftAnswer, ...REFUSALS },
        },
      },
      async (request, reply) => {
        const actor = actorOf(request);
        return reply.code(201).send(draftAnswer(await rulebook.createDraft(actor, request.body), actor.id));
      },
    );

    app.get(
      "/rules/drafts/:id",
      { schema: { tags: TAGS, summary: "One draft", params: Id, response: { 200: DraftAnswer, ...REFUSALS } } },
      async (request) => {
        const actor = actorOf(request);
        requireProposer(actor);
        return draftAnswer(await rulebook.draft(actor, request.params.id), actor.id);
      },
    );

    app.put(
      "/rules/drafts/:id",
      {
        bodyLimit: BODY_LIMIT,
        schema: {
          tags: TAGS,
          summary: "Change a draft; refused when somebody changed it meanwhile",
          params: Id,
          body: DraftChange,
          response: { 200: DraftAnswer, ...REFUSALS },
        },
      },
      async (request) => {
        const actor = actorOf(request);
        return draftAnswer(await rulebook.changeDraft(actor, request.params.id, request.body), actor.id);
      },
    );

    app.post(
      "/rules/drafts/:id/withdraw",
      { schema: { tags: TAGS, summary: "Give a draft up", params: Id, response: { 200: DraftAnswer, ...REFUSALS } } },
      async (request) => {
        const actor = actorOf(request);
        requireProposer(actor);
        return draftAnswer(await rulebook.withdrawDraft(actor, request.params.id), actor.id);
      },
    );

    app.post(
      "/rules/drafts/:id/publish",
      {
        schema: {
          tags: TAGS,
          summary: "Put a draft in force",
          description:
            "By a person who did not write it, with a finished backtest of exactly this text. A ledger leaf is written; supervision takes it over at once for every vehicle it applies to.",
          params: Id,
          body: PublishBody,
          response: { 201: PublicationAnswer, ...REFUSALS },
        },
      },
      async (request, reply) => {
        const published = await rulebook.publish(actorOf(request), { draft: request.params.id, ...request.body });
        return reply.code(201).send(publicationAnswer(published));
      },
    );

    app.post(
      "/rules/test",
      {
        bodyLimit: BODY_LIMIT,
        schema: {
          tags: TAGS,
          summary: "Run test cases against a text",
          description:
            "The cases that `sandglass trigger test` runs. A draft is published only when all of its own pass.",
          body: TestBody,
          response: { 200: TestAnswer, ...REFUSALS },
        },
      },
      async (request) => {
        const actor = actorOf(request);
        requireProposer(actor);
        return testAnswer(rulebook.runTests(actor, request.body.text, request.body.tests));
      },
    );

    app.get(
      "/rules/publications",
      {
        schema: {
          tags: TAGS,
          summary: "What was put in force, newest first",
          querystring: Type.Object({ ...PAGE_QUERY, inForce: Type.Optional(Type.Boolean()) }),
          response: { 200: PageOf(PublicationAnswer), ...REFUSALS },
        },
      },
      async (request) => {
        const { limit = DEFAULT_LIMIT, cursor, inForce } = request.query;
        const found = await rulebook.publications(actorOf(request), {
          inForce,
          limit: limit + 1,
          below: cursor === undefined ? undefined : decodeOrdinal(cursor),
        });
        return pageOf(found, limit, publicationAnswer, (publication) => [String(publication.ordinal)]);
      },
    );

    app.post(
      "/rules/publications/:id/end",
      {
        schema: {
          tags: TAGS,
          summary: "Take a publication out of force",
          params: Id,
          body: EndBody,
          response: { 200: PublicationAnswer, ...REFUSALS },
        },
      },
      async (request) =>
        publicationAnswer(await rulebook.endPublication(actorOf(request), request.params.id, request.body.reason)),
    );

    app.get(
      "/backtests",
      {
        schema: {
          tags: TAGS,
          summary: "Backtests, newest first",
          querystring: Type.Object({ ...PAGE_QUERY, setHash: Type.Optional(Type.String({ maxLength: 64 })) }),
          response: { 200: PageOf(BacktestAnswer), ...REFUSALS },
        },
      },
      async (request) => {
        const actor = actorOf(request);
        requireProposer(actor);
        const { limit = DEFAULT_LIMIT, cursor, setHash } = request.query;
        const found = await rulebook.backtests(actor, {
          setHash,
          limit: limit + 1,
          below: cursor === undefined ? undefined : decodeOrdinal(cursor),
        });
        return pageOf(
          found,
          limit,
          (backtest) => backtestAnswer(backtest, actor.id),
          (backtest) => [String(backtest.ordinal)],
        );
      },
    );

    app.post(
      "/backtests",
      {
        bodyLimit: BODY_LIMIT,
        schema: {
          tags: TAGS,
          summary: "Run rules over the history",
          description: "Queued; `GET /backtests/{id}` tells the progress and at last the report.",
          body: BacktestBody,
          response: { 202: BacktestDetail, ...REFUSALS },
        },
      },
      async (request, reply) => {
        const actor = actorOf(request);
        requireProposer(actor);
        const { text, draft, baseline, vehicles } = request.body;
        const [from, to] = [fromTime(request.body.from, "/from"), fromTime(request.body.to, "/to")];
        if (from >= to)
          throw new SandglassError(ERRORS.REQUEST_INVALID, {
            path: "/from",
            rule: "must be before /to",
            ruleZh: "须早于 /to",
          });
        const body = text ?? (draft === undefined ? undefined : (await rulebook.draft(actor, draft)).text);
        if (body === undefined)
          throw new SandglassError(ERRORS.REQUEST_INVALID, {
            path: "/text",
            rule: "or /draft must be given",
            ruleZh: "与 /draft 至少填一项",
          });
        const backtest = await rulebook.requestBacktest(actor, {
          text: body,
          from,
          to,
          ...(draft === undefined ? {} : { draft }),
          ...(baseline === undefined ? {} : { baseline }),
          ...(vehicles === undefined ? {} : { vehicles }),
        });
        return reply.code(202).send(backtestDetail(backtest, actor.id));
      },
    );

    app.get(
      "/backtests/:id",
      {
        schema: {
          tags: TAGS,
          summary: "One backtest with its report",
          params: Id,
          response: { 200: BacktestDetail, ...REFUSALS },
        },
      },
      async (request) => {
        const actor = actorOf(request);
        requireProposer(actor);
        return backtestDetail(await rulebook.backtest(actor, request.params.id), actor.id);
      },
    );

    app.post(
      "/backtests/:id/cancel",
      {
        schema: { tags: TAGS, summary: "Stop a backtest", params: Id, response: { 200: BacktestDetail, ...REFUSALS } },
      },
      async (request) => {
        const actor = actorOf(request);
        requireProposer(actor);
        return backtestDetail(await rulebook.cancelBacktest(actor, request.params.id), actor.id);
      },
    );
  };
}
