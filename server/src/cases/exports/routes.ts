/** `/cases/export` and `/obligations/export`. */
import type { FastifyPluginAsync } from "fastify";
import { exportRoute } from "../../exports/mod.ts";
import type { Records } from "../../records/mod.ts";
import { DUTY_FILTER, filterOf as dutyFilterOf } from "../board/routes.ts";
import type { CaseEngine } from "../engine/engine.ts";
import { CASE_FILTER, filterOf as caseFilterOf } from "../engine/routes/cases.ts";
import { SORT_QUERY } from "../engine/sort.ts";
import { casesExport } from "./cases.ts";
import { dutiesExport } from "./duties.ts";

export interface ListExportOptions {
  readonly engine: CaseEngine;
  readonly records: Records;
  /** UTC ms. */
  readonly now: () => number;
}

export const listExportRoutes: FastifyPluginAsync<ListExportOptions> = async (app, { engine, records, now }) => {
  exportRoute(app, {
    records,
    now,
    tag: "cases",
    path: "/cases",
    query: { ...CASE_FILTER, sort: SORT_QUERY },
    definition: casesExport(engine),
    prepare: (actor, query) => {
      // Kept as it was asked, so that the record of the export shows what people know.
      caseFilterOf(engine, actor, query);
      return query;
    },
  });
  exportRoute(app, {
    records,
    now,
    tag: "cases",
    path: "/obligations",
    query: DUTY_FILTER,
    definition: dutiesExport(engine),
    prepare: (actor, query) => {
      dutyFilterOf(engine, actor, query);
      return query;
    },
  });
};
