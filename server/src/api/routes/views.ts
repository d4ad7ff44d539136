/** `/views`: filters of lists under a name of one's own, which the organisation may be shown. */
import { Type, type FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { Static } from "typebox";
import { createId, logAccess, personNames, type PersonNames } from "../../access/mod.ts";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import { actorOf, ErrorAnswer, Nullable, Time, toTime } from "../../http/mod.ts";
import type { Actor, Tx } from "../../records/mod.ts";
import type { ApiDependencies } from "../dependencies.ts";

const LISTS = ["cases", "findings", "obligations", "projects", "vehicles"] as const;
type List = (typeof LISTS)[number];
/** More are refused: nobody finds a view among hundreds. */
const MOST = 100;

const ListName = Type.Unsafe<List>({ type: "string", enum: [...LISTS] });
const Name = Type.String({
  minLength: 1,
  maxLength: 60,
  pattern: "^[^\\u0000-\\u001f\\u007f]*[^\\u0000-\\u0020\\u007f\\u3000][^\\u0000-\\u001f\\u007f]*$",
});
const Query = Type.Record(
  Type.String({ maxLength: 40, pattern: "^[a-zA-Z]+$" }),
  Type.Union([Type.String({ maxLength: 400, pattern: "^[^\\u0000]*$" }), Type.Number(), Type.Boolean()]),
  { additionalProperties: false, maxProperties: 20, description: "What the address of the list's page holds." },
);
const View = Type.Object({
  id: Type.String(),
  list: ListName,
  name: Type.String(),
  query: Query,
  savedAt: Time,
  shared: Type.Boolean({ description: "Everybody of the organisation sees it; only its owner changes it." }),
  isYours: Type.Boolean(),
  owner: Nullable(Type.String({ description: "Account that shares it; null for one's own." })),
  ownerName: Nullable(Type.String({ description: "Of the person who shares it, where the reader may know it." })),
});
const ViewId = Type.Object({ id: Type.String({ pattern: "^vew_[0-9a-z]{20}$" }) });

interface ViewRow {
  readonly id: string;
  readonly list: List;
  readonly name: string;
  readonly query: unknown;
  readonly saved_at: Date;
  readonly shared: boolean;
  readonly actor_id: string;
  readonly owner_account: string | null;
}

const viewOf = (row: ViewRow, actor: Actor, names?: PersonNames): Static<typeof View> => ({
  id: row.id,
  list: row.list,
  name: row.name,
  query: row.query as Static<typeof Query>,
  savedAt: toTime(row.saved_at.getTime()),
  shared: row.shared,
  isYours: row.actor_id === actor.id,
  owner: row.actor_id === actor.id ? null : row.owner_account,
  ownerName: row.actor_id === actor.id ? null : (names?.get(row.actor_id) ?? null),
});

export function viewRoutes({ records, now }: ApiDependencies): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      "/views",
      {
        schema: {
          tags: ["views"],
          summary: "One's own saved views and those that the organisation shares, by name",
          querystring: Type.Object({ list: Type.Optional(ListName) }, { additionalProperties: false }),
          response: { 200: Type.Object({ items: Type.Array(View), next: Type.Null() }) },
        },
      },
      async (request) => {
        const { list } = request.query;
        const actor = actorOf(request);
        return records.transact(
          actor,
          async (tx) => {
            const query = tx.selectFrom("saved_views").selectAll().orderBy("name").orderBy("id");
            const rows = await (list === undefined ? query : query.where("list", "=", list)).execute();
            const names = await personNames(
              tx,
              rows.map((row) => row.actor_id),
            );
            return { items: rows.map((row) => viewOf(row, actor, names)), next: null };
          },
          { retry: true },
        );
      },
    );

    app.put(
      "/views",
      {
        schema: {
          tags: ["views"],
          summary: "Save a view; one's view of the same list and name is replaced",
          body: Type.Object(
            {
              list: ListName,
              name: Name,
              query: Query,
              shared: Type.Optional(Type.Boolean({ description: "Without it a view that is shared stays so." })),
            },
            { additionalProperties: false },
          ),
          response: { 200: View, 400: ErrorAnswer, 409: ErrorAnswer },
        },
      },
      async (request) => {
        const actor = actorOf(request);
        const { list, query, shared } = request.body;
        const name = request.body.name.trim();
        if (shared === true && actor.organisation === "")
          throw new SandglassError(ERRORS.REQUEST_INVALID, {
            path: "body/shared",
            rule: "needs an organisation to share with",
            ruleZh: "须隶属单位方可共享",
          });
        return records.transact(
          actor,
          async (tx) => {
            const own = await tx
              .selectFrom("saved_views")
              .select(["list", "name", "shared"])
              .where("actor_id", "=", actor.id)
              .execute();
            const former = own.find((each) => each.list === list && each.name === name);
            if (former === undefined && own.length >= MOST)
              throw new SandglassError(ERRORS.VIEWS_TOO_MANY, { limit: MOST });
            const row = await tx
              .insertInto("saved_views")
              .values({
                id: createId("vew"),
                actor_id: actor.id,
                owner_account: actor.account ?? null,
                organisation: actor.organisation,
                list,
                name,
                query: JSON.stringify(query),
                saved_at: new Date(now()),
                shared: shared ?? former?.shared ?? false,
              })
              .onConflict((conflict) =>
                conflict.columns(["actor_id", "list", "name"]).doUpdateSet((eb) => ({
                  query: eb.ref("excluded.query"),
                  saved_at: eb.ref("excluded.saved_at"),
                  shared: eb.ref("excluded.shared"),
                  organisation: eb.ref("excluded.organisation"),
                  owner_account: eb.ref("excluded.owner_account"),
                })),
              )
              .returningAll()
              .executeTakeFirstOrThrow();
            if (row.shared || former?.shared === true) await logSharing(tx, actor, row);
            return viewOf(row, actor);
          },
          { retry: true },
        );
      },
    );

    app.delete(
      "/views/:id",
      {
        schema: {
          tags: ["views"],
          summary: "Drop a saved view",
          params: ViewId,
          response: { 204: Type.Null(), 404: ErrorAnswer },
        },
      },
      async (request, reply) => {
        const { id } = request.params;
        const actor = actorOf(request);
        await records.transact(actor, async (tx) => {
          const row = await tx.deleteFrom("saved_views").where("id", "=", id).returningAll().executeTakeFirst();
          if (row === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: id });
          if (row.shared) await logSharing(tx, actor, { ...row, shared: false });
        });
        return reply.code(204).send(null);
      },
    );
  };
}

/** What the organisation is shown, or no longer: an act that others see the effect of. */
async function logSharing(tx: Tx, actor: Actor, { id, list, name, shared }: ViewRow): Promise<void> {
  await logAccess(tx, actor, { action: shared ? "view.share" : "view.unshare", subject: id, detail: { list, name } });
}
