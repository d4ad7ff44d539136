import { Type, type FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import {
  actorOf,
  Bilingual,
  decodeCursor,
  DEFAULT_LIMIT,
  Nullable,
  pageOf,
  PageOf,
  PAGE_QUERY,
  Time,
  toTime,
} from "../../http/mod.ts";
import type { ApiDependencies } from "../dependencies.ts";

const Region = Type.String({ pattern: "^[0-9]{6}$", description: "GB/T 2260." });
const OrganisationAnswer = Type.Object({
  id: Type.String(),
  kind: Type.String(),
  names: Bilingual,
  region: Nullable(Region),
});
const AccountAnswer = Type.Object({
  id: Type.String(),
  account: Type.String(),
  name: Type.String(),
  role: Type.String(),
  organisation: Type.String(),
  region: Nullable(Type.String()),
  demo: Type.Boolean(),
  disabled: Type.Boolean(),
});
const TokenAnswer = Type.Object({
  id: Type.String(),
  name: Type.String(),
  role: Type.String(),
  organisation: Nullable(Type.String()),
  scope: Nullable(Type.String({ description: "`intake`: may send events and nothing else." })),
  createdAt: Time,
  expiresAt: Time,
  revoked: Type.Boolean(),
});
const LogAnswer = Type.Object({
  at: Time,
  actor: Type.String(),
  role: Type.String(),
  organisation: Type.String(),
  action: Type.String(),
  subject: Type.String(),
  reason: Nullable(Type.String()),
});
const short = Type.String({ minLength: 1, maxLength: 100 });
const DAY_MS = 86_400_000;

export function identityRoutes({ access }: ApiDependencies): FastifyPluginAsyncTypebox {
  const { directory, identities } = access;
  return async (app) => {
    app.get(
      "/organisations",
      { schema: { tags: ["session"], summary: "Organisations", response: { 200: PageOf(OrganisationAnswer) } } },
      async (request) => ({
        items: (await directory.listOrganisations(actorOf(request))).map((organisation) => ({
          ...organisation,
          names: { ...organisation.names },
          region: organisation.region ?? null,
        })),
        next: null,
      }),
    );

    app.post(
      "/organisations",
      {
        schema: {
          tags: ["session"],
          summary: "Add an organisation",
          body: Type.Object(
            {
              id: Type.String({ pattern: "^[a-z0-9][a-z0-9-]{0,38}$" }),
              kind: short,
              names: Bilingual,
              region: Type.Optional(Region),
            },
            { additionalProperties: false },
          ),
          response: { 201: OrganisationAnswer },
        },
      },
      async (request, reply) => {
        const organisation = await directory.createOrganisation(actorOf(request), request.body);
        return reply
          .code(201)
          .send({ ...organisation, names: { ...organisation.names }, region: organisation.region ?? null });
      },
    );

    app.get(
      "/accounts",
      { schema: { tags: ["session"], summary: "Accounts", response: { 200: PageOf(AccountAnswer) } } },
      async (request) => ({
        items: (await directory.listAccounts(actorOf(request))).map((account) => ({
          ...account,
          region: account.region ?? null,
        })),
        next: null,
      }),
    );

    app.post(
      "/accounts",
      {
        schema: {
          tags: ["session"],
          summary: "Add an account",
          body: Type.Object(
            {
              account: Type.String({ pattern: "^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$" }),
              name: short,
              role: short,
              organisation: short,
              region: Type.Optional(Region),
              password: Type.String({ minLength: 12, maxLength: 200 }),
            },
            { additionalProperties: false },
          ),
          response: { 201: AccountAnswer },
        },
      },
      async (request, reply) => {
        const account = await directory.createAccount(actorOf(request), request.body);
        return reply.code(201).send({ ...account, region: account.region ?? null });
      },
    );

    app.get(
      "/tokens",
      { schema: { tags: ["session"], summary: "API tokens", response: { 200: PageOf(TokenAnswer) } } },
      async (request) => ({
        items: (await identities.listTokens(actorOf(request))).map((token) => ({
          id: token.id,
          name: token.name,
          role: token.role,
          organisation: token.organisation ?? null,
          scope: token.scope ?? null,
          createdAt: toTime(token.createdAt),
          expiresAt: toTime(token.expiresAt),
          revoked: token.revoked,
        })),
        next: null,
      }),
    );

    app.post(
      "/tokens",
      {
        schema: {
          tags: ["session"],
          summary: "Make an API token",
          description: "The token is in this answer only.",
          body: Type.Object(
            {
              name: short,
              role: short,
              organisation: short,
              region: Type.Optional(Region),
              scope: Type.Optional(
                Type.Literal("intake", { description: "May send events of the organisation and nothing else." }),
              ),
              days: Type.Integer({ minimum: 1, maximum: 366 }),
            },
            { additionalProperties: false },
          ),
          response: { 201: Type.Object({ id: Type.String(), token: Type.String(), expiresAt: Time }) },
        },
      },
      async (request, reply) => {
        const { days, ...wanted } = request.body;
        const made = await identities.createToken(actorOf(request), { ...wanted, ttlMs: days * DAY_MS });
        return reply.code(201).send({ id: made.id, token: made.token, expiresAt: toTime(made.expiresAt) });
      },
    );

    app.delete(
      "/tokens/:id",
      {
        schema: {
          tags: ["session"],
          summary: "Revoke an API token",
          params: Type.Object({ id: short }),
          response: { 204: Type.Null() },
        },
      },
      async (request, reply) => {
        await identities.revokeToken(actorOf(request), request.params.id);
        return reply.code(204).send(null);
      },
    );

    app.get(
      "/access-log",
      {
        schema: {
          tags: ["session"],
          summary: "Who read personal data or acted on identities, newest first",
          querystring: Type.Object(
            { subject: Type.Optional(short), action: Type.Optional(short), ...PAGE_QUERY },
            { additionalProperties: false },
          ),
          response: { 200: PageOf(LogAnswer) },
        },
      },
      async (request) => {
        const { subject, action, cursor, limit = DEFAULT_LIMIT } = request.query;
        const before = cursor === undefined ? undefined : BigInt(decodeCursor(cursor, ["number"])[0]);
        const rows = await access.readLog(actorOf(request), { subject, action, before, limit: limit + 1 });
        return pageOf(
          rows,
          limit,
          (row) => ({
            at: toTime(row.at),
            actor: row.actor,
            role: row.role,
            organisation: row.organisation,
            action: row.action,
            subject: row.subject,
            reason: row.reason ?? null,
          }),
          (row) => [Number(row.id)],
        );
      },
    );
  };
}
