import { Type, type FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { sql } from "kysely";
import { requireRight } from "../../access/mod.ts";
import {
  actorOf,
  DEFAULT_LIMIT,
  decodeCursor,
  Nullable,
  PAGE_QUERY,
  pageOf,
  PageOf,
  Time,
  toTime,
} from "../../http/mod.ts";
import type { Records } from "../../records/mod.ts";
import type { ScreenedGroup } from "./screening-jobs.ts";

const Run = Type.Object({
  trigger: Type.String(),
  versionHash: Type.String(),
  project: Nullable(Type.String({ description: "Sandbox project whose vehicles were judged." })),
  at: Time,
  startedAt: Time,
  durationMs: Type.Integer(),
  throughSeq: Type.Integer({ description: "Frames received later were not known." }),
  subjects: Type.Integer(),
  active: Type.Integer(),
  readSubjects: Type.Integer({ description: "Vehicles whose frames had to be read; rollups ruled the others out." }),
  readRows: Type.Integer(),
  results: Type.Array(
    Type.Object({
      group: Nullable(Type.String()),
      verdict: Type.Enum(["T", "F", "U"]),
      count: Type.Integer(),
      population: Type.Integer(),
      margin: Type.Number(),
      members: Type.Array(Type.String()),
      unnamed: Type.Integer(),
    }),
  ),
});

export function screeningRoutes({ records }: { readonly records: Records }): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      "/screenings",
      {
        schema: {
          tags: ["findings"],
          summary: "Runs of screening jobs, newest instant first, for those who see all vehicles",
          querystring: Type.Object(
            { trigger: Type.Optional(Type.String({ maxLength: 200 })), ...PAGE_QUERY },
            { additionalProperties: false },
          ),
          response: { 200: PageOf(Run) },
        },
      },
      async (request) => {
        const actor = actorOf(request);
        requireRight(actor, "finding", "read");
        const { trigger, cursor, limit = DEFAULT_LIMIT } = request.query;
        const [time, hash, project] = cursor === undefined ? [] : decodeCursor(cursor, ["number", "string", "string"]);
        const rows = await records.transact(actor, (tx) => {
          let query = tx
            .selectFrom("screening_runs")
            .selectAll()
            .orderBy("at", "desc")
            .orderBy("version_hash", "desc")
            .orderBy("project", "desc")
            .limit(limit + 1);
          if (trigger !== undefined) query = query.where("trigger_id", "=", trigger);
          if (time !== undefined && hash !== undefined && project !== undefined)
            query = query.where(sql<boolean>`(at, version_hash, project) < (${new Date(time)}, ${hash}, ${project})`);
          return query.execute();
        });
        const listed = (row: (typeof rows)[number]) => ({
          trigger: row.trigger_id,
          versionHash: row.version_hash,
          project: row.project === "" ? null : row.project,
          at: toTime(row.at.getTime()),
          startedAt: toTime(row.started_at.getTime()),
          durationMs: row.duration_ms,
          throughSeq: Number(row.through_seq),
          subjects: row.subjects,
          active: row.active,
          readSubjects: row.read_subjects,
          readRows: Number(row.read_rows),
          results: (row.results as readonly ScreenedGroup[]).map(
            ({ group, verdict, count, population, margin, members, unnamed }) => ({
              group,
              verdict,
              count,
              population,
              margin,
              members: [...members],
              unnamed,
            }),
          ),
        });
        return pageOf(rows, limit, listed, (row) => [row.at.getTime(), row.version_hash, row.project]);
      },
    );
  };
}
