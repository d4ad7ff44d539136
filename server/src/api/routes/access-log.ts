import { Type, type FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import {
  actorOf,
  decodeCursor,
  DEFAULT_LIMIT,
  fromTime,
  Nullable,
  pageOf,
  PageOf,
  PAGE_QUERY,
  Time,
  toTime,
} from "../../http/mod.ts";
import type { ApiDependencies } from "../dependencies.ts";

const LogAnswer = Type.Object({
  id: Type.String(),
  at: Time,
  actor: Type.String(),
  actorName: Nullable(Type.String()),
  role: Type.String(),
  organisation: Type.String(),
  action: Type.String(),
  subject: Type.String(),
  purpose: Nullable(Type.String()),
  reason: Nullable(Type.String()),
  detail: Nullable(Type.Record(Type.String(), Type.Unknown())),
});
const short = Type.String({ minLength: 1, maxLength: 100 });
const FILTER = {
  subject: Type.Optional(short),
  action: Type.Optional(
    Type.String({ maxLength: 40, description: "One action, or a beginning with its dot: `read.`." }),
  ),
  actor: Type.Optional(short),
  role: Type.Optional(short),
  organisation: Type.Optional(short),
  from: Type.Optional(Time),
  to: Type.Optional(Time),
};

export function accessLogRoutes({ access }: ApiDependencies): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      "/access-log",
      {
        schema: {
          tags: ["session"],
          summary: "Who read which record, opened personal data or acted on identities; newest first",
          querystring: Type.Object({ ...FILTER, ...PAGE_QUERY }, { additionalProperties: false }),
          response: { 200: PageOf(LogAnswer) },
        },
      },
      async (request) => {
        const { cursor, limit = DEFAULT_LIMIT, from, to, ...filter } = request.query;
        const before = cursor === undefined ? undefined : BigInt(decodeCursor(cursor, ["number"])[0]);
        const rows = await access.readLog(actorOf(request), {
          ...filter,
          from: from === undefined ? undefined : fromTime(from, "query/from"),
          to: to === undefined ? undefined : fromTime(to, "query/to"),
          before,
          limit: limit + 1,
        });
        const names = await access.directory.namesOf(rows.map((row) => row.actor));
        return pageOf(
          rows,
          limit,
          (row) => ({
            id: String(row.id),
            at: toTime(row.at),
            actor: row.actor,
            actorName: names.get(row.actor) ?? null,
            role: row.role,
            organisation: row.organisation,
            action: row.action,
            subject: row.subject,
            purpose: row.purpose ?? null,
            reason: row.reason ?? null,
            detail: row.detail === undefined ? null : { ...row.detail },
          }),
          (row) => [Number(row.id)],
        );
      },
    );
  };
}
