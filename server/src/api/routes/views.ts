/** `/views`: filters of lists under a name of one's own. */
import { Type, type FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { Static } from "typebox";
import { createId } from "../../access/mod.ts";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import { actorOf, ErrorAnswer, Time, toTime } from "../../http/mod.ts";
import type { ApiDependencies } from "../dependencies.ts";

const LISTS = ["cases", "findings", "obligations", "vehicles"] as const;
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
const View = Type.Object({ id: Type.String(), list: ListName, name: Type.String(), query: Query, savedAt: Time });
const ViewId = Type.Object({ id: Type.String({ pattern: "^vew_[0-9a-z]{20}$" }) });

interface ViewRow {
  readonly id: string;
  readonly list: List;
  readonly name: string;
  readonly query: unknown;
  readonly saved_at: Date;
}

const viewOf = (row: ViewRow): Static<typeof View> => ({
  id: row.id,
  list: row.list,
  name: row.name,
  query: row.query as Static<typeof Query>,
  savedAt: toTime(row.saved_at.getTime()),
});

export function viewRoutes({ records, now }: ApiDependencies): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      "/views",
      {
        schema: {
          tags: ["views"],
          summary: "One's own saved views, by name",
          querystring: Type.Object({ list: Type.Optional(ListName) }, { additionalProperties: false }),
          response: { 200: Type.Object({ items: Type.Array(View), next: Type.Null() }) },
        },
      },
      async (request) => {
        const { list } = request.query;
        const rows = await records.transact(
          actorOf(request),
          (tx) => {
            const query = tx.selectFrom("saved_views").selectAll().orderBy("name").orderBy("id");
            return (list === undefined ? query : query.where("list", "=", list)).execute();
          },
          { retry: true },
        );
        return { items: rows.map(viewOf), next: null };
      },
    );

    app.put(
      "/views",
      {
        schema: {
          tags: ["views"],
          summary: "Save a view; a view of the same list and name is replaced",
          body: Type.Object({ list: ListName, name: Name, query: Query }, { additionalProperties: false }),
          response: { 200: View, 409: ErrorAnswer },
        },
      },
      async (request) => {
        const actor = actorOf(request);
        const { list, query } = request.body;
        const name = request.body.name.trim();
        return records.transact(
          actor,
          async (tx) => {
            const others = await tx
              .selectFrom("saved_views")
              .select((eb) => eb.fn.countAll<bigint>().as("count"))
              .where((eb) => eb.not(eb.and([eb("list", "=", list), eb("name", "=", name)])))
              .executeTakeFirstOrThrow();
            if (others.count >= MOST) throw new SandglassError(ERRORS.VIEWS_TOO_MANY, { limit: MOST });
            const row = await tx
              .insertInto("saved_views")
              .values({
                id: createId("vew"),
                actor_id: actor.id,
                list,
                name,
                query: JSON.stringify(query),
                saved_at: new Date(now()),
              })
              .onConflict((conflict) =>
                conflict.columns(["actor_id", "list", "name"]).doUpdateSet((eb) => ({
                  query: eb.ref("excluded.query"),
                  saved_at: eb.ref("excluded.saved_at"),
                })),
              )
              .returningAll()
              .executeTakeFirstOrThrow();
            return viewOf(row);
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
        const { numDeletedRows } = await records.transact(actorOf(request), (tx) =>
          tx.deleteFrom("saved_views").where("id", "=", id).executeTakeFirst(),
        );
        if (numDeletedRows === 0n) throw new SandglassError(ERRORS.NOT_FOUND, { what: id });
        return reply.code(204).send(null);
      },
    );
  };
}
