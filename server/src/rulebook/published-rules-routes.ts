/** HTTP route of published rules, one by one: what the plan of a sandbox project may take, and what became of what it took. */
import type { RuleVersion } from "@sandglass/casework";
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type, type Static } from "typebox";
import {
  actorOf,
  Bilingual,
  decodeCursor,
  DEFAULT_LIMIT,
  ErrorAnswer,
  Nullable,
  PAGE_QUERY,
  pageOf,
  PageOf,
  Time,
  toTime,
  toTimeOrNull,
} from "../http/mod.ts";
import type { PublishedRule, PublishedRules } from "./published-rules.ts";

const Versions = Type.String({
  pattern: "^[^,@]+@[0-9]{1,7}(,[^,@]+@[0-9]{1,7}){0,99}$",
  maxLength: 8_000,
  description: "Only these versions, in force or not: `EV-BAT-001@2,EV-BAT-002@1`. Without it: all that are in force.",
});

const PublishedRuleAnswer = Type.Object({
  id: Type.String(),
  version: Type.Integer(),
  versionHash: Type.String(),
  publication: Type.String(),
  title: Bilingual,
  levels: Type.Array(Type.Integer()),
  effect: Type.String({ description: "What a finding does to a project that carries the rule, unless its plan says." }),
  sentence: Bilingual,
  texts: Bilingual,
  basis: Nullable(Type.String()),
  basisZh: Nullable(Type.String()),
  certainty: Nullable(Type.String({ description: "F found, S secondary, D draft, M from memory, P proposal." })),
  effectiveFrom: Nullable(Type.String()),
  effectiveTo: Nullable(Type.String()),
  publishedAt: Time,
  endedAt: Nullable(Time),
  newer: Nullable(
    Type.Object(
      { version: Type.Integer(), publishedAt: Time },
      { description: "The newest version in force, where that is a later one." },
    ),
  ),
});

export function publishedRuleRoutes(published: PublishedRules): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      "/rules/published",
      {
        schema: {
          tags: ["rules"],
          summary: "Published rules, by id and version",
          description: "Whatever was put in force for everybody, everybody may read; a plan is pinned to a version.",
          querystring: Type.Object({ ...PAGE_QUERY, versions: Type.Optional(Versions) }),
          response: { 200: PageOf(PublishedRuleAnswer), 400: ErrorAnswer },
        },
      },
      async (request) => {
        const { limit = DEFAULT_LIMIT, cursor, versions } = request.query;
        if (versions !== undefined) {
          const found = await published.find(actorOf(request), versions.split(",").map(readVersion));
          return { items: found.map(answerOf), next: null };
        }
        const found = await published.inForce(actorOf(request), {
          limit: limit + 1,
          after: cursor === undefined ? undefined : placeOf(cursor),
        });
        return pageOf(found, limit, answerOf, ({ trigger, version }) => [trigger, version]);
      },
    );
  };
}

function readVersion(text: string): RuleVersion {
  const [trigger = "", version] = text.split("@");
  return { trigger, version: Number(version) };
}

function placeOf(cursor: string): RuleVersion {
  const [trigger, version] = decodeCursor(cursor, ["string", "number"]);
  return { trigger, version };
}

function answerOf(rule: PublishedRule): Static<typeof PublishedRuleAnswer> {
  const { compiled, newer } = rule;
  return {
    id: rule.trigger,
    version: rule.version,
    versionHash: compiled.versionHash,
    publication: rule.publication,
    title: { ...compiled.title },
    levels: [...compiled.levels],
    effect: compiled.effect,
    sentence: { ...compiled.plain },
    texts: { ...compiled.text },
    basis: compiled.basis?.text ?? null,
    basisZh: compiled.basis?.zh ?? null,
    certainty: compiled.basis?.certainty ?? null,
    effectiveFrom: compiled.effective?.from ?? null,
    effectiveTo: compiled.effective?.to ?? null,
    publishedAt: toTime(rule.publishedAt),
    endedAt: toTimeOrNull(rule.endedAt),
    newer: newer === undefined ? null : { version: newer.version, publishedAt: toTime(newer.publishedAt) },
  };
}
