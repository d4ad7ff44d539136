/** `/cases/{id}/migrations`: what moving a case to another version of its procedure would change, and the move itself. */
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { PROCEDURE_PARTS } from "@sandglass/casework";
import { Type } from "typebox";
import { Bilingual, actorOf, MAX_COUNT } from "../../../http/mod.ts";
import { toCaseActor } from "../engine.ts";
import { previewMigration } from "../migration-preview.ts";
import { getCase } from "../store.ts";
import { BasisView } from "../view-schema.ts";
import { CaseView, viewAfter } from "./case-view.ts";
import type { EngineRoutesOptions } from "./mod.ts";
import { CaseId, Id, Reasons, REFUSALS, Seen } from "./parameters.ts";

const Version = Type.Integer({ minimum: 1, maximum: MAX_COUNT });
const Preview = Type.Object({
  from: Version,
  to: Version,
  title: Bilingual,
  basis: BasisView,
  changes: Type.Array(
    Type.Object({
      field: Type.String(),
      title: Bilingual,
      before: Type.Optional(Type.Unknown()),
      now: Type.Optional(Type.Unknown()),
    }),
    { description: "Of this case, as far as the reader may see it." },
  ),
  procedure: Type.Array(
    Type.Object({
      part: Type.Enum([...PROCEDURE_PARTS]),
      code: Type.String(),
      title: Bilingual,
      how: Type.Enum(["added", "removed", "changed"]),
    }),
    { description: "Of the procedure." },
  ),
});

export const migrationRoutes: FastifyPluginAsyncTypebox<EngineRoutesOptions> = async (app, { engine, now }) => {
  app.get(
    "/cases/:id/migrations/:to",
    {
      schema: {
        tags: ["cases"],
        summary: "What moving a case to a later version of its procedure would change",
        params: Type.Object({ id: Id, to: Version }),
        response: { 200: Preview, ...REFUSALS },
      },
    },
    async (request) => {
      const actor = actorOf(request);
      const { id, to } = request.params;
      const preview = await engine.transact(
        actor,
        async ({ tx, at }) => previewMigration(engine, await getCase(tx, id), to, toCaseActor(actor), at),
        { retry: true },
      );
      return {
        ...preview,
        changes: preview.changes.map((each) => ({ ...each })),
        procedure: preview.procedure.map((each) => ({ ...each })),
      };
    },
  );

  app.post(
    "/cases/:id/migrate",
    {
      schema: {
        tags: ["cases"],
        summary: "Move a case to a later version of its procedure",
        params: CaseId,
        body: Type.Object({ to: Version, reasons: Reasons, version: Seen }, { additionalProperties: false }),
        response: { 200: CaseView, ...REFUSALS },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { to, reasons, version } = request.body;
      return viewAfter(
        engine,
        request,
        now(),
        async (unit) => (await engine.migrate(unit, id, to, reasons, { version })).id,
      );
    },
  );
};
