/** `GET …/export` beside a list, and `/exports`: what was exported. */
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { Type, type Static, type TProperties, type TSchema } from "typebox";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import {
  actorOf,
  decodeOrdinal,
  DEFAULT_LIMIT,
  ErrorAnswer,
  FileAnswer,
  Nullable,
  pageOf,
  PageOf,
  PAGE_QUERY,
  Time,
  toTime,
} from "../http/mod.ts";
import type { Actor, Records } from "../records/mod.ts";
import { exportList, type Format } from "./export-list.ts";
import { ROW_LIMIT, type ExportableList } from "./exportable.ts";
import type { Language } from "./table.ts";

const TYPES: Readonly<Record<Format, string>> = {
  csv: "text/csv; charset=utf-8",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
};

const FILE = FileAnswer("The file.", "text/csv", TYPES.xlsx);

const HOW = {
  format: Type.Optional(
    Type.Unsafe<Format>({
      type: "string",
      enum: ["csv", "xlsx"],
      description: "csv (default, UTF-8 with BOM) or xlsx.",
    }),
  ),
  lang: Type.Optional(
    Type.Unsafe<Language>({
      type: "string",
      enum: ["zh", "en"],
      description: "Language of headings and titles; zh (default).",
    }),
  ),
};

export interface ExportRouteOptions<Properties extends TProperties, Query extends object> {
  readonly records: Records;
  /** UTC ms. */
  readonly now: () => number;
  readonly tag: string;
  /** Address of the list; its export is `…/export`. */
  readonly path: string;
  /** The filter of the list, without page and cursor. */
  readonly query: Properties;
  /** Parts of the address. */
  readonly params?: TSchema | undefined;
  readonly definition: ExportableList<Query> | ((request: FastifyRequest) => ExportableList<Query>);
  /** Refuses who may not read the list, and turns the query of the address into the list's own. */
  readonly prepare: (
    actor: Actor,
    query: Partial<Static<ReturnType<typeof Type.Object<Properties>>>>,
    request: FastifyRequest,
  ) => Query;
}

export function exportRoute<Properties extends TProperties, Query extends object>(
  app: FastifyInstance,
  options: ExportRouteOptions<Properties, Query>,
): void {
  const { records, now, params } = options;
  const of = (request: FastifyRequest): ExportableList<Query> =>
    typeof options.definition === "function" ? options.definition(request) : options.definition;
  app.get(
    `${options.path}/export`,
    {
      // Asking for the headers alone would make and record a file.
      exposeHeadRoute: false,
      schema: {
        tags: [options.tag],
        summary: "Export: the list beside it, under its filter",
        description: `A file of at most ${ROW_LIMIT} rows, as the actor sees them; who exported what is kept: GET /exports.`,
        ...(params === undefined ? {} : { params }),
        querystring: Type.Object({ ...options.query, ...HOW }, { additionalProperties: false }),
        response: { 200: FILE, 400: ErrorAnswer, 403: ErrorAnswer, 413: ErrorAnswer },
      },
    },
    async (request, reply) => {
      const actor = actorOf(request);
      const {
        format = "csv",
        lang: language = "zh",
        ...query
      } = request.query as {
        readonly format?: Format;
        readonly lang?: Language;
      };
      const prepared = options.prepare(actor, query as Parameters<typeof options.prepare>[1], request);
      const file = await exportList(records, of(request), { actor, query: prepared, language, now: now() }, format);
      return reply
        .header("content-type", TYPES[format])
        .header("content-disposition", `attachment; filename="${file.name}"`)
        .header("cache-control", "no-store")
        .header("x-export-id", file.id)
        .header("x-export-rows", String(file.rows))
        .header("repr-digest", `sha-256=:${Buffer.from(file.sha256, "hex").toString("base64")}:`)
        .send(file.bytes);
    },
  );
}

const ExportAnswer = Type.Object({
  id: Type.String(),
  at: Time,
  actor: Type.String(),
  account: Nullable(Type.String()),
  role: Type.String(),
  organisation: Type.String(),
  list: Type.String(),
  query: Type.Record(Type.String(), Type.Unknown()),
  format: Type.Unsafe<Format>({ type: "string", enum: ["csv", "xlsx"] }),
  language: Type.String(),
  rows: Type.Integer(),
  bytes: Type.Integer(),
  sha256: Type.String({ description: "Of the file as it was handed out." }),
});

/** Who exported what: one's own exports; who reads the log, everybody's. */
export function exportRoutes({ records }: { readonly records: Records }): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      "/exports",
      {
        schema: {
          tags: ["exports"],
          summary: "Exports of lists, newest first: one's own; with the right to read the log, everybody's",
          querystring: Type.Object({
            sha256: Type.Optional(Type.String({ pattern: "^[0-9a-f]{64}$", description: "Of a file at hand." })),
            ...PAGE_QUERY,
          }),
          response: { 200: PageOf(ExportAnswer) },
        },
      },
      async (request) => {
        const { sha256, cursor, limit = DEFAULT_LIMIT } = request.query;
        const before = cursor === undefined ? undefined : decodeOrdinal(cursor);
        const rows = await records.transact(
          actorOf(request),
          (tx) => {
            let query = tx
              .selectFrom("exports")
              .selectAll()
              .orderBy("ordinal", "desc")
              .limit(limit + 1);
            if (sha256 !== undefined) query = query.where("sha256", "=", sha256);
            if (before !== undefined) query = query.where("ordinal", "<", before);
            return query.execute();
          },
          { retry: true },
        );
        return pageOf(rows, limit, viewOf, (row) => [String(row.ordinal)]);
      },
    );

    app.get(
      "/exports/:id",
      {
        schema: {
          tags: ["exports"],
          summary: "One export: who, when, which query, how many rows, and the hash of the file",
          params: Type.Object({ id: Type.String({ pattern: "^exp_[0-9a-z]{20}$" }) }),
          response: { 200: ExportAnswer, 404: ErrorAnswer },
        },
      },
      async (request) => {
        const { id } = request.params;
        const row = await records.transact(
          actorOf(request),
          (tx) => tx.selectFrom("exports").selectAll().where("id", "=", id).executeTakeFirst(),
          { retry: true },
        );
        if (row === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: id });
        return viewOf(row);
      },
    );
  };
}

interface ExportRow {
  readonly id: string;
  readonly at: Date;
  readonly actor_id: string;
  readonly actor_account: string | null;
  readonly actor_role: string;
  readonly organisation: string;
  readonly list: string;
  readonly query: unknown;
  readonly format: Format;
  readonly language: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
}

function viewOf(row: ExportRow): Static<typeof ExportAnswer> {
  return {
    id: row.id,
    at: toTime(row.at.getTime()),
    actor: row.actor_id,
    account: row.actor_account,
    role: row.actor_role,
    organisation: row.organisation,
    list: row.list,
    query: row.query as Record<string, unknown>,
    format: row.format,
    language: row.language,
    rows: row.rows,
    bytes: row.bytes,
    sha256: row.sha256,
  };
}
