/** Routes of recalls beyond those of every case: their vehicles, and what needs no account. */
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { RECALL_CASE } from "@sandglass/casework";
import { Type } from "typebox";
import { parseVehicleId, vehicleIdOf } from "../../access/mod.ts";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import {
  actorOf,
  Bilingual,
  decodeCursor,
  DEFAULT_LIMIT,
  ErrorAnswer,
  Nullable,
  PAGE_QUERY,
  pageOf,
  PageOf,
  Time,
} from "../../http/mod.ts";
import type { CaseEngine } from "../engine/engine.ts";
import { getCase } from "../engine/store.ts";
import { publicReader } from "../public/register.ts";
import type { RecallCheck } from "./check.ts";
import { findPublished, listPublished, type RecallEntry } from "./public.ts";
import { listRecallVehicles, recallsOfVehicle } from "./vehicles.ts";

export interface RecallRoutesOptions {
  readonly engine: CaseEngine;
  readonly check: RecallCheck;
}

const RecallId = Type.Object({ id: Type.String({ pattern: "^rcl_[0-9a-z]{1,30}$" }) });
const Status = Type.Union([Type.Literal("outstanding"), Type.Literal("remedied"), Type.Literal("excluded")]);
const Published = Type.Object({
  id: Type.String(),
  producer: Bilingual,
  state: Type.String(),
  stateTitle: Bilingual,
  publishedAt: Time,
  title: Type.String(),
  planReference: Type.Optional(Type.String()),
  models: Type.Array(Type.String()),
  batch: Type.Optional(Type.String()),
  registeredFrom: Type.Optional(Time),
  registeredTo: Type.Optional(Time),
  defect: Type.String(),
  consequence: Type.String(),
  interim: Type.String(),
  remedy: Type.String(),
  measures: Type.String(),
  startAt: Time,
  affected: Type.Integer(),
  trend: Type.Array(
    Type.Object({
      quarter: Type.String(),
      remedied: Type.Integer(),
      affected: Type.Integer(),
      rate: Type.Number({ description: "Percent." }),
    }),
  ),
  publication: Type.Optional(Type.String()),
  isOrdered: Type.Boolean({ description: "Ordered by the authority, not undertaken by the producer itself." }),
});
const TAGS = ["public"];

export const recallRoutes: FastifyPluginAsyncTypebox<RecallRoutesOptions> = async (app, options) => {
  const { engine, check } = options;
  const readPublic = publicReader(engine);
  const open = { config: { public: true } } as const;

  app.get(
    "/cases/:id/recall-vehicles",
    {
      schema: {
        tags: ["cases"],
        summary: "Vehicles that a recall reaches and the actor may see, with masked VINs",
        params: RecallId,
        querystring: Type.Object({ ...PAGE_QUERY, status: Type.Optional(Status) }),
        response: {
          200: PageOf(
            Type.Object({
              vehicle: Type.String(),
              vinMasked: Type.String(),
              model: Nullable(Type.String()),
              region: Nullable(Type.String()),
              status: Status,
              remedy: Nullable(Type.String()),
              remediedAt: Nullable(Time),
            }),
          ),
          404: ErrorAnswer,
        },
      },
    },
    async (request) => {
      const { limit = DEFAULT_LIMIT, cursor, status } = request.query;
      const after = cursor === undefined ? undefined : parseVehicleId(decodeCursor(cursor, ["string"])[0]);
      const { id } = request.params;
      const rows = await engine.transact(
        actorOf(request),
        async ({ tx }) => {
          await getCase(tx, id, RECALL_CASE.kind);
          return listRecallVehicles(tx, id, { status, after, limit: limit + 1 });
        },
        { retry: true },
      );
      return pageOf(
        rows,
        limit,
        ({ remediedAt, ...row }) => ({ ...row, remediedAt: remediedAt?.toISOString() ?? null }),
        (row) => [row.vehicle],
      );
    },
  );

  app.get(
    "/vehicles/:id/recalls",
    {
      schema: {
        tags: ["vehicles"],
        summary: "Recalls that reach a vehicle, newest first, among those that the actor may see",
        params: Type.Object({ id: Type.String({ maxLength: 40 }) }),
        response: {
          200: Type.Object({
            items: Type.Array(
              Type.Object({
                id: Type.String(),
                title: Bilingual,
                state: Type.String(),
                isDone: Type.Boolean({ description: "Remedied, scrapped or exported." }),
                remediedAt: Nullable(Time),
              }),
            ),
            next: Type.Null(),
          }),
          404: ErrorAnswer,
        },
      },
    },
    async (request) => {
      const key = parseVehicleId(request.params.id);
      if (key === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: request.params.id });
      const rows = await engine.transact(
        actorOf(request),
        async ({ tx }) => {
          const vehicle = await tx.selectFrom("vehicles").select("key").where("key", "=", key).executeTakeFirst();
          if (vehicle === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: vehicleIdOf(key) });
          return recallsOfVehicle(tx, key);
        },
        { retry: true },
      );
      const items = rows.map((row) => ({
        id: row.id,
        title: { en: row.title_en, zh: row.title_zh },
        state: row.state,
        isDone: row.remedied_at !== null || row.excluded !== null,
        remediedAt: row.remedied_at?.toISOString() ?? null,
      }));
      return { items, next: null };
    },
  );

  app.get(
    "/public/recalls",
    {
      ...open,
      schema: {
        tags: TAGS,
        summary: "Published recalls, newest first",
        querystring: Type.Object(PAGE_QUERY),
        response: { 200: PageOf(Published), 400: ErrorAnswer },
      },
    },
    async (request) => {
      const { limit = DEFAULT_LIMIT, cursor } = request.query;
      const after = cursor === undefined ? undefined : decodeCursor(cursor, ["number", "string"]);
      const rows = await readPublic((tx) => listPublished(tx, limit + 1, after));
      return pageOf(rows, limit, answerOf, (row) => [Date.parse(row.publishedAt), row.id]);
    },
  );

  app.get(
    "/public/recalls/:id",
    {
      ...open,
      schema: {
        tags: TAGS,
        summary: "One published recall; its address never changes",
        params: RecallId,
        response: { 200: Published, 404: ErrorAnswer },
      },
    },
    async (request) => {
      const found = await readPublic((tx) => findPublished(tx, request.params.id));
      if (found === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: request.params.id });
      return answerOf(found);
    },
  );

  app.post(
    "/public/recalls/check",
    {
      ...open,
      bodyLimit: 4 * 1024,
      schema: {
        tags: TAGS,
        summary: "Published recalls that reach the vehicle of a VIN; the VIN is neither stored nor logged",
        body: Type.Object({ vin: Type.String({ minLength: 17, maxLength: 17 }) }, { additionalProperties: false }),
        response: {
          200: Type.Object({
            items: Type.Array(Type.Object({ recall: Published, isDone: Type.Boolean() })),
            next: Type.Null(),
          }),
          400: ErrorAnswer,
          429: ErrorAnswer,
        },
      },
    },
    async (request) => {
      const found = await check(request.body.vin);
      return { items: found.map(({ recall, isDone }) => ({ recall: answerOf(recall), isDone })), next: null };
    },
  );
};

/** Lists of the stored entry are read-only; the answer's are not. */
function answerOf(entry: RecallEntry) {
  return { ...entry, models: [...entry.models], trend: [...entry.trend] };
}
