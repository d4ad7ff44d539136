/** HTTP routes of every kind of case: lists, pages, actions, drafts, definitions. They know no kind. */
import type { FastifyPluginAsync } from "fastify";
import { boardRoutes } from "../../board/routes.ts";
import type { CaseEngine } from "../engine.ts";
import { caseRoutes } from "./cases.ts";
import { draftRoutes } from "./drafts.ts";
import { migrationRoutes } from "./migrations.ts";
import { ownDraftRoutes } from "./own-drafts.ts";
import { previewRoutes } from "./previews.ts";
import { caseTypeRoutes } from "./types.ts";

export interface EngineRoutesOptions {
  readonly engine: CaseEngine;
  /** UTC ms. */
  readonly now: () => number;
}

export const engineRoutes: FastifyPluginAsync<EngineRoutesOptions> = async (app, options) => {
  await app.register(caseTypeRoutes, options);
  await app.register(caseRoutes, options);
  await app.register(previewRoutes, options);
  await app.register(migrationRoutes, options);
  await app.register(draftRoutes, options);
  await app.register(ownDraftRoutes, options);
  await app.register(boardRoutes, options);
};
