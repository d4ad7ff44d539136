import { Type, type FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { ORGANISATION_KINDS, TOKEN_SCOPES } from "@sandglass/casework";
import type { Account, ApiToken, Organisation } from "../../access/mod.ts";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import { actorOf, Bilingual, Nullable, PageOf, Time, toTime, toTimeOrNull } from "../../http/mod.ts";
import type { ApiDependencies } from "../dependencies.ts";

export const Region = Type.String({ pattern: "^[0-9]{6}$", description: "GB/T 2260." });
export const OrganisationAnswer = Type.Object({
  id: Type.String(),
  kind: Type.String(),
  names: Bilingual,
  region: Nullable(Region),
  regions: Type.Array(Region),
  disabled: Type.Boolean(),
});
export const AccountAnswer = Type.Object({
  id: Type.String(),
  account: Type.String(),
  name: Type.String(),
  role: Type.String(),
  organisation: Type.String(),
  region: Nullable(Type.String()),
  demo: Type.Boolean(),
  disabled: Type.Boolean(),
  lockedUntil: Nullable(Time),
  sso: Nullable(Type.Object({ provider: Type.String(), subject: Type.String() })),
});
const TokenAnswer = Type.Object({
  id: Type.String(),
  name: Type.String(),
  role: Type.String(),
  organisation: Nullable(Type.String()),
  scope: Nullable(Type.String({ description: "`intake`: may send events and nothing else." })),
  scopes: Nullable(Type.Array(Type.String(), { description: "null: everything that its owner may." })),
  owner: Nullable(Type.String({ description: "Account whose token it is." })),
  createdAt: Time,
  expiresAt: Time,
  lastUsedAt: Nullable(Time),
  revoked: Type.Boolean(),
});
export const short = Type.String({ minLength: 1, maxLength: 100 });
const DAY_MS = 86_400_000;

export function organisationAnswer(organisation: Organisation) {
  return {
    id: organisation.id,
    kind: organisation.kind,
    names: { ...organisation.names },
    region: organisation.region ?? null,
    regions: [...(organisation.regions ?? [])],
    disabled: organisation.disabled ?? false,
  };
}

export function accountAnswer(account: Account) {
  const { provider, subject } = account;
  return {
    id: account.id,
    account: account.account,
    name: account.name,
    role: account.role,
    organisation: account.organisation,
    region: account.region ?? null,
    demo: account.demo,
    disabled: account.disabled,
    lockedUntil: toTimeOrNull(account.lockedUntil),
    sso: provider === undefined || subject === undefined ? null : { provider, subject },
  };
}

function tokenAnswer(token: ApiToken) {
  return {
    id: token.id,
    name: token.name,
    role: token.role,
    organisation: token.organisation ?? null,
    scope: token.scope ?? null,
    scopes: token.scopes === undefined ? null : [...token.scopes],
    owner: token.owner ?? null,
    createdAt: toTime(token.createdAt),
    expiresAt: toTime(token.expiresAt),
    lastUsedAt: toTimeOrNull(token.lastUsedAt),
    revoked: token.revoked,
  };
}

export function identityRoutes({ access }: ApiDependencies): FastifyPluginAsyncTypebox {
  const { directory, tokens } = access;
  return async (app) => {
    app.get(
      "/organisations",
      { schema: { tags: ["session"], summary: "Organisations", response: { 200: PageOf(OrganisationAnswer) } } },
      async (request) => ({
        items: (await directory.listOrganisations(actorOf(request))).map(organisationAnswer),
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
              kind: Type.Enum([...ORGANISATION_KINDS]),
              names: Bilingual,
              region: Type.Optional(Region),
              regions: Type.Optional(Type.Array(Region, { maxItems: 200 })),
            },
            { additionalProperties: false },
          ),
          response: { 201: OrganisationAnswer },
        },
      },
      async (request, reply) => {
        const organisation = await directory.createOrganisation(actorOf(request), request.body);
        return reply.code(201).send(organisationAnswer(organisation));
      },
    );

    app.get(
      "/accounts",
      { schema: { tags: ["session"], summary: "Accounts", response: { 200: PageOf(AccountAnswer) } } },
      async (request) => ({
        items: (await directory.listAccounts(actorOf(request))).map(accountAnswer),
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
              mustChangePassword: Type.Optional(
                Type.Boolean({ description: "The first sign-in must set another password. Default: false." }),
              ),
            },
            { additionalProperties: false },
          ),
          response: { 201: AccountAnswer },
        },
      },
      async (request, reply) => {
        const account = await directory.createAccount(actorOf(request), request.body);
        return reply.code(201).send(accountAnswer(account));
      },
    );

    app.get(
      "/tokens",
      {
        schema: {
          tags: ["session"],
          summary: "API tokens",
          description: "One's own; everybody's for who may read identities.",
          response: { 200: PageOf(TokenAnswer) },
        },
      },
      async (request) => ({ items: (await tokens.list(actorOf(request))).map(tokenAnswer), next: null }),
    );

    app.post(
      "/tokens",
      {
        schema: {
          tags: ["session"],
          summary: "Make an API token",
          description:
            "The token is in this answer only. Without `scope`: a token of one's own, with one's own role. With `scope: intake`: a credential for an organisation's events, made by the security administrator.",
          body: Type.Object(
            {
              name: short,
              role: Type.Optional(short),
              organisation: Type.Optional(short),
              region: Type.Optional(Region),
              scope: Type.Optional(
                Type.Literal("intake", { description: "May send events of the organisation and nothing else." }),
              ),
              scopes: Type.Optional(Type.Array(Type.Enum([...TOKEN_SCOPES]), { minItems: 1, maxItems: 40 })),
              days: Type.Integer({ minimum: 1, maximum: 366 }),
            },
            { additionalProperties: false },
          ),
          response: { 201: Type.Object({ id: Type.String(), token: Type.String(), expiresAt: Time }) },
        },
      },
      async (request, reply) => {
        const { days, name, role, organisation, region, scope, scopes } = request.body;
        const actor = actorOf(request);
        const ttlMs = days * DAY_MS;
        const isOwn = scope === undefined;
        const foreign =
          (role ?? actor.role) !== actor.role || (organisation ?? actor.organisation) !== actor.organisation;
        if (isOwn && foreign)
          throw new SandglassError(ERRORS.FORBIDDEN, { role: actor.role, object: "identity", right: "token" });
        const made = isOwn
          ? await tokens.createOwn(actor, { name, ttlMs, scopes })
          : await tokens.create(actor, {
              name,
              role: role ?? "TECH_FIRM",
              organisation: organisation ?? "",
              region,
              scope,
              ttlMs,
            });
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
        await tokens.revoke(actorOf(request), request.params.id);
        return reply.code(204).send(null);
      },
    );
  };
}
