/** Rule packs over HTTP: what there is, what watches, forks and differences. */
import { Type, type FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { diffLines, type TriggerVersionText } from "@sandglass/triggers";
import { actorOf, Bilingual, Nullable, PageOf } from "../../http/mod.ts";
import type { PackInfo } from "./pack-info.ts";
import type { PackStore } from "./pack-store.ts";

const Id = Type.String({ pattern: "^[a-z0-9][a-z0-9-]{0,62}$" });
const Files = Type.Record(
  Type.String({ pattern: "^[a-z0-9.-]{1,60}\\.(tdl|json)$" }),
  Type.String({ maxLength: 200_000 }),
);
const PackAnswer = Type.Object({
  id: Type.String(),
  version: Type.Integer(),
  title: Bilingual,
  description: Bilingual,
  basis: Type.Array(
    Type.Object({
      text: Type.String(),
      clause: Nullable(Type.String()),
      textZh: Nullable(Type.String({ description: "Null where both languages have the same words." })),
      clauseZh: Nullable(Type.String()),
      certainty: Type.String({ description: "F found, S secondary, D draft, M from memory, P proposal." }),
    }),
  ),
  effectiveFrom: Type.String(),
  setHash: Type.String(),
  triggers: Type.Integer(),
  tests: Type.Integer(),
  state: Type.Union([Type.Literal("available"), Type.Literal("installed"), Type.Literal("pinned")]),
  shipped: Type.Boolean({ description: "In the folder of the program." }),
  update: Type.Boolean({ description: "The program brings other texts than those installed." }),
  forkOf: Nullable(Type.Object({ pack: Type.String(), hash: Type.String() })),
});
const PackDetail = Type.Object({ ...PackAnswer.properties, files: Type.Record(Type.String(), Type.String()) });
const Version = Type.Object({
  id: Type.String(),
  version: Type.Integer(),
  versionHash: Type.String(),
  title: Bilingual,
  text: Bilingual,
});
const params = Type.Object({ id: Id });

export function packRoutes({ packs }: { readonly packs: PackStore }): FastifyPluginAsyncTypebox {
  return async (app) => {
    const schema = (summary: string) => ({ tags: ["triggers"], summary, params, response: { 200: PackAnswer } });
    app.get(
      "/packs",
      {
        schema: {
          tags: ["triggers"],
          summary: "Rule packs and whether they watch",
          response: { 200: PageOf(PackAnswer) },
        },
      },
      async (request) => ({ items: (await packs.list(actorOf(request))).map(answerOf), next: null }),
    );
    app.get(
      "/packs/:id",
      {
        schema: { tags: ["triggers"], summary: "One rule pack with its files", params, response: { 200: PackDetail } },
      },
      async (request) => {
        const pack = await packs.get(actorOf(request), request.params.id);
        return { ...answerOf(pack), files: { ...pack.files } };
      },
    );
    app.put("/packs/:id/install", { schema: schema("Let a pack watch every subject of its kinds") }, async (request) =>
      answerOf(await packs.install(actorOf(request), request.params.id)),
    );
    app.delete(
      "/packs/:id/install",
      { schema: schema("Stop a pack; its open findings are superseded") },
      async (request) => answerOf(await packs.remove(actorOf(request), request.params.id)),
    );
    app.put("/packs/:id/pin", { schema: schema("Keep these texts when the program brings others") }, async (request) =>
      answerOf(await packs.pin(actorOf(request), request.params.id, true)),
    );
    app.delete("/packs/:id/pin", { schema: schema("Follow the program again from the next start") }, async (request) =>
      answerOf(await packs.pin(actorOf(request), request.params.id, false)),
    );
    app.post(
      "/packs/:id/fork",
      {
        bodyLimit: 1024 * 1024,
        schema: {
          ...schema("Copy a pack under another id, with texts of one's own"),
          body: Type.Object({ id: Id, files: Type.Optional(Files) }, { additionalProperties: false }),
        },
      },
      async (request) => {
        const { id, files } = request.body;
        return answerOf(await packs.fork(actorOf(request), request.params.id, id, files));
      },
    );
    app.put(
      "/packs/:id/files",
      {
        bodyLimit: 1024 * 1024,
        schema: {
          ...schema("Change the texts of a fork"),
          body: Type.Object({ files: Files }, { additionalProperties: false }),
        },
      },
      async (request) => answerOf(await packs.edit(actorOf(request), request.params.id, request.body.files)),
    );
    app.get(
      "/packs/:id/diff",
      {
        schema: {
          tags: ["triggers"],
          summary: "What differs from another pack, trigger by trigger",
          params,
          querystring: Type.Object({ from: Id }, { additionalProperties: false }),
          response: {
            200: Type.Object({
              added: Type.Array(Version),
              removed: Type.Array(Version),
              changed: Type.Array(
                Type.Object({
                  before: Version,
                  after: Version,
                  lines: Type.Object({ en: Type.Array(Type.String()), zh: Type.Array(Type.String()) }),
                }),
              ),
              unchanged: Type.Integer(),
            }),
          },
        },
      },
      async (request) => {
        const { added, removed, changed, unchanged } = await packs.diff(
          actorOf(request),
          request.params.id,
          request.query.from,
        );
        return {
          added: added.map(versionOf),
          removed: removed.map(versionOf),
          changed: changed.map(({ before, after }) => ({
            before: versionOf(before),
            after: versionOf(after),
            lines: {
              en: [...diffLines(before.text.en, after.text.en)],
              zh: [...diffLines(before.text.zh, after.text.zh)],
            },
          })),
          unchanged,
        };
      },
    );
  };
}

const versionOf = ({ id, version, versionHash, title, text }: TriggerVersionText) => ({
  id,
  version,
  versionHash,
  title: { ...title },
  text: { ...text },
});

const answerOf = ({ id, pack, set, installed, pinned, shipped, update, forkOf }: PackInfo) => ({
  id,
  version: pack.manifest.version,
  title: { ...pack.manifest.title },
  description: { ...pack.manifest.description },
  basis: pack.manifest.basis.map(({ text, clause = null, textZh = null, clauseZh = null, certainty }) => ({
    text,
    clause,
    textZh,
    clauseZh,
    certainty,
  })),
  effectiveFrom: pack.manifest.effective.from,
  setHash: set.hash,
  triggers: set.triggers.length + set.screenings.length,
  tests: pack.tests.length + pack.screenings.length,
  state: pinned ? ("pinned" as const) : installed ? ("installed" as const) : ("available" as const),
  shipped,
  update,
  forkOf: forkOf ?? null,
});
