/** What a person has begun to enter, over all cases: the list with its names, and many dropped at once. */
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type, type Static } from "typebox";
import { actorOf, Bilingual, ErrorAnswer, Nullable } from "../../../http/mod.ts";
import type { Tx } from "../../../records/mod.ts";
import { newestLifecycle } from "../case-type.ts";
import { dropDraft, listDrafts, newCaseScope, type Draft } from "../drafts.ts";
import type { CaseEngine } from "../engine.ts";
import { titleOfAction } from "../titles.ts";
import { DraftView, draftView } from "./drafts.ts";
import type { EngineRoutesOptions } from "./mod.ts";
import { Name } from "./parameters.ts";

const OwnDraft = Type.Object({
  ...DraftView.properties,
  kindTitle: Nullable(Bilingual),
  actionTitle: Bilingual,
  /** Null for a new case, and for one that the person no longer sees. */
  caseTitle: Nullable(Bilingual),
});
/** As many as the list shows. */
const DRAFTS_AT_ONCE = 200;
const DropBody = Type.Object(
  {
    drafts: Type.Array(
      Type.Union([
        Type.Object({ case: Type.String({ maxLength: 40 }), action: Name }, { additionalProperties: false }),
        Type.Object({ kind: Name, action: Name }, { additionalProperties: false }),
      ]),
      { minItems: 1, maxItems: DRAFTS_AT_ONCE },
    ),
  },
  { additionalProperties: false },
);

export const ownDraftRoutes: FastifyPluginAsyncTypebox<EngineRoutesOptions> = async (app, { engine, now }) => {
  app.get(
    "/case-drafts",
    {
      schema: {
        tags: ["cases"],
        summary: "The actor's drafts, newest first",
        response: { 200: Type.Object({ items: Type.Array(OwnDraft), next: Type.Null() }) },
      },
    },
    async (request) => {
      const read = async ({ tx }: { readonly tx: Tx }) => named(engine, tx, await listDrafts(tx, now()));
      return { items: await engine.transact(actorOf(request), read, { retry: true }), next: null };
    },
  );

  app.post(
    "/case-drafts/drop",
    {
      schema: {
        tags: ["cases"],
        summary: `Drop drafts, at most ${DRAFTS_AT_ONCE}; those that are gone already do not count`,
        body: DropBody,
        response: { 200: Type.Object({ dropped: Type.Integer() }), 400: ErrorAnswer },
      },
    },
    async (request) => ({
      dropped: await engine.transact(actorOf(request), async (unit) => {
        let dropped = 0;
        for (const draft of request.body.drafts) {
          const scope = "case" in draft ? draft.case : newCaseScope(draft.kind);
          if (await dropDraft(unit, scope, draft.action)) dropped += 1;
        }
        return dropped;
      }),
    }),
  );
};

async function named(engine: CaseEngine, tx: Tx, drafts: readonly Draft[]): Promise<Static<typeof OwnDraft>[]> {
  if (drafts.length === 0) return [];
  const rows = await tx
    .selectFrom("cases")
    .select(["id", "kind", "definition", "title_en", "title_zh"])
    .where(
      "id",
      "in",
      drafts.map(({ scope }) => scope),
    )
    .execute();
  const cases = new Map(rows.map((row) => [row.id, row]));
  return drafts.map((draft) => {
    const view = draftView(draft);
    const found = cases.get(draft.scope);
    const type = engine.findType(found?.kind ?? view.kind ?? "");
    const lifecycle = found === undefined ? type && newestLifecycle(type) : engine.lifecycleOf(found);
    return {
      ...view,
      kindTitle: lifecycle?.title ?? null,
      actionTitle:
        lifecycle === undefined ? { en: draft.action, zh: draft.action } : titleOfAction(lifecycle, draft.action),
      caseTitle: found === undefined ? null : { en: found.title_en, zh: found.title_zh },
    };
  });
}
