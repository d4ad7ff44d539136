/** Drafts of actions: saved while a person types, restored when they come back. */
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { Json } from "@sandglass/casework";
import { Type, type Static } from "typebox";
import { ERRORS, SandglassError } from "../../../errors/mod.ts";
import { ErrorAnswer, MAX_COUNT, Nullable, Time, toTime, actorOf as requestActor } from "../../../http/mod.ts";
import { newestLifecycle } from "../case-type.ts";
import { dropDraft, listDrafts, newCaseScope, saveDraft, type Draft } from "../drafts.ts";
import type { CaseEngine } from "../engine.ts";
import { getCase } from "../store.ts";
import type { Unit } from "../unit.ts";
import { unknownKind } from "./cases.ts";
import type { EngineRoutesOptions } from "./mod.ts";
import { CaseActionName, CaseId, Name } from "./parameters.ts";

export const DraftView = Type.Object({
  case: Nullable(Type.String()),
  kind: Nullable(Type.String({ description: "Kind of the case that does not exist yet." })),
  action: Type.String(),
  content: Type.Unknown(),
  version: Nullable(Type.Integer({ description: "Version of the case when it was begun." })),
  savedAt: Time,
  expiresAt: Time,
});
const DraftList = Type.Object({ items: Type.Array(DraftView), next: Type.Null() });
const DraftBody = Type.Object(
  {
    content: Type.Object({}, { additionalProperties: true }),
    version: Type.Optional(Type.Integer({ minimum: 0, maximum: MAX_COUNT })),
  },
  { additionalProperties: false },
);
const NewCaseAction = Type.Object({ kind: Name, name: Name });
const Dropped = Type.Object({ dropped: Type.Boolean() });
const TAGS = ["cases"];
const REFUSED = { 400: ErrorAnswer, 404: ErrorAnswer };

export const draftRoutes: FastifyPluginAsyncTypebox<EngineRoutesOptions> = async (app, { engine, now }) => {
  app.get(
    "/cases/:id/drafts",
    {
      schema: {
        tags: TAGS,
        summary: "The actor's drafts for a case",
        params: CaseId,
        response: { 200: DraftList, ...REFUSED },
      },
    },
    async (request) => {
      const { id } = request.params;
      const drafts = await engine.transact(
        requestActor(request),
        async ({ tx }) => listDrafts(tx, now(), (await getCase(tx, id)).id),
        { retry: true },
      );
      return { items: drafts.map(draftView), next: null };
    },
  );

  app.put(
    "/cases/:id/drafts/:name",
    {
      schema: {
        tags: TAGS,
        summary: "Keep what was entered so far for an action",
        params: CaseActionName,
        body: DraftBody,
        response: { 200: DraftView, ...REFUSED },
      },
    },
    async (request) => {
      const { id, name } = request.params;
      const { content, version } = request.body;
      const draft = await engine.transact(requestActor(request), async (unit) => {
        const stored = await getCase(unit.tx, id);
        checkAction(engine.lifecycleOf(stored).actions, name);
        return saveDraft(unit, { scope: stored.id, action: name, content: content as Json, version });
      });
      return draftView(draft);
    },
  );

  app.delete(
    "/cases/:id/drafts/:name",
    { schema: { tags: TAGS, summary: "Drop a draft", params: CaseActionName, response: { 200: Dropped, ...REFUSED } } },
    async (request) => {
      const { id, name } = request.params;
      return { dropped: await engine.transact(requestActor(request), (unit) => dropDraft(unit, id, name)) };
    },
  );

  app.get(
    "/case-types/:kind/drafts",
    {
      schema: {
        tags: TAGS,
        summary: "The actor's drafts for a new case of a kind",
        params: Type.Object({ kind: Name }),
        response: { 200: DraftList, ...REFUSED },
      },
    },
    async (request) => {
      const scope = scopeOfNew(engine, request.params.kind);
      const drafts = await engine.transact(requestActor(request), ({ tx }) => listDrafts(tx, now(), scope), {
        retry: true,
      });
      return { items: drafts.map(draftView), next: null };
    },
  );

  app.put(
    "/case-types/:kind/drafts/:name",
    {
      schema: {
        tags: TAGS,
        summary: "Keep what was entered so far for a new case",
        params: NewCaseAction,
        body: DraftBody,
        response: { 200: DraftView, ...REFUSED },
      },
    },
    async (request) => {
      const { kind, name } = request.params;
      const scope = scopeOfNew(engine, kind);
      checkAction(newestLifecycle(engine.typeOf(kind)).actions, name);
      const content = request.body.content as Json;
      const save = (unit: Unit) => saveDraft(unit, { scope, action: name, content });
      return draftView(await engine.transact(requestActor(request), save));
    },
  );

  app.delete(
    "/case-types/:kind/drafts/:name",
    {
      schema: {
        tags: TAGS,
        summary: "Drop a draft of a new case",
        params: NewCaseAction,
        response: { 200: Dropped, ...REFUSED },
      },
    },
    async (request) => {
      const { kind, name } = request.params;
      const scope = scopeOfNew(engine, kind);
      return { dropped: await engine.transact(requestActor(request), (unit) => dropDraft(unit, scope, name)) };
    },
  );
};

/** @throws SG_CASE_KIND */
function scopeOfNew(engine: CaseEngine, kind: string): string {
  if (engine.findType(kind) === undefined) throw unknownKind(engine, kind);
  return newCaseScope(kind);
}

/** @throws SG_CASE_DRAFT for an action that the kind does not have */
function checkAction(actions: Readonly<Record<string, unknown>>, name: string): void {
  if (Object.hasOwn(actions, name)) return;
  throw new SandglassError(ERRORS.CASE_DRAFT, {
    reason: `there is no action "${name}"`,
    reasonZh: `没有名为“${name}”的操作`,
  });
}

export function draftView({ scope, action, content, version, savedAt, expiresAt }: Draft): Static<typeof DraftView> {
  const kind = scope.startsWith("new:") ? scope.slice("new:".length) : null;
  return {
    case: kind === null ? scope : null,
    kind,
    action,
    content,
    version: version ?? null,
    savedAt: toTime(savedAt),
    expiresAt: toTime(expiresAt),
  };
}
