import { Type, type FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { LoggedAccess } from "../../access/mod.ts";
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
const EXPORT_ROWS = 50_000;

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

    app.get(
      "/access-log/export",
      {
        schema: {
          tags: ["session"],
          summary: "The log as CSV",
          description: `At most ${EXPORT_ROWS} rows, newest first. Cells that a spreadsheet would run begin with an apostrophe.`,
          querystring: Type.Object(FILTER, { additionalProperties: false }),
          response: {
            200: {
              description: "CSV, UTF-8 with a byte order mark",
              content: { "text/csv": { schema: Type.String() } },
            },
          },
        },
      },
      async (request, reply) => {
        const { from, to, ...filter } = request.query;
        const rows = await access.readLog(actorOf(request), {
          ...filter,
          from: from === undefined ? undefined : fromTime(from, "query/from"),
          to: to === undefined ? undefined : fromTime(to, "query/to"),
          limit: EXPORT_ROWS,
        });
        return reply
          .type("text/csv; charset=utf-8")
          .header("content-disposition", 'attachment; filename="access-log.csv"')
          .send(toCsv(rows));
      },
    );
  };
}

function toCsv(rows: readonly LoggedAccess[]): string {
  const head = ["id", "at", "actor", "role", "organisation", "action", "subject", "purpose", "reason", "detail"];
  const lines = rows.map((row) =>
    [
      String(row.id),
      toTime(row.at),
      row.actor,
      row.role,
      row.organisation,
      row.action,
      row.subject,
      row.purpose ?? "",
      row.reason ?? "",
      row.detail === undefined ? "" : JSON.stringify(row.detail),
    ]
      .map(cell)
      .join(","),
  );
  return `\uFEFF${[head.join(","), ...lines].join("\r\n")}\r\n`;
}

/** OWASP: a cell that begins like a formula is text. */
function cell(value: string): string {
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
