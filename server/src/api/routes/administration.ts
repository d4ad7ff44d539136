import { Type, type FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { SECOND_FACTOR_RULES } from "@sandglass/casework";
import { actorOf, Bilingual, Nullable, PageOf } from "../../http/mod.ts";
import type { ApiDependencies } from "../dependencies.ts";
import { accountAnswer, AccountAnswer, organisationAnswer, OrganisationAnswer, Region, short } from "./identities.ts";
import { Password, sessionLine, SessionLineAnswer } from "./own-account.ts";

const params = Type.Object({ id: short });
const PolicyAnswer = Type.Object({
  role: Type.String(),
  secondFactor: Type.Enum([...SECOND_FACTOR_RULES]),
  isDefault: Type.Boolean(),
});

/** What the security administrator does with organisations and accounts of others. */
export function administrationRoutes({ access }: ApiDependencies): FastifyPluginAsyncTypebox {
  const { administration, sessions } = access;
  return async (app) => {
    app.patch(
      "/organisations/:id",
      {
        schema: {
          tags: ["session"],
          summary: "Change an organisation",
          description: "Nobody of a disabled organisation signs in, and its tokens are worth nothing.",
          params,
          body: Type.Object(
            {
              kind: Type.Optional(short),
              names: Type.Optional(Bilingual),
              region: Type.Optional(Nullable(Region)),
              regions: Type.Optional(Type.Array(Region, { maxItems: 200 })),
              disabled: Type.Optional(Type.Boolean()),
            },
            { additionalProperties: false },
          ),
          response: { 200: OrganisationAnswer },
        },
      },
      async (request) =>
        organisationAnswer(await administration.changeOrganisation(actorOf(request), request.params.id, request.body)),
    );

    app.patch(
      "/accounts/:id",
      {
        schema: {
          tags: ["session"],
          summary: "Change an account",
          description: "Who loses or changes rights is signed out everywhere. Nobody changes their own account.",
          params,
          body: Type.Object(
            {
              name: Type.Optional(short),
              role: Type.Optional(short),
              organisation: Type.Optional(short),
              region: Type.Optional(Nullable(Region)),
              disabled: Type.Optional(Type.Boolean()),
              sso: Type.Optional(
                Nullable(
                  Type.Object(
                    { provider: short, subject: Type.String({ minLength: 1, maxLength: 300 }) },
                    { additionalProperties: false },
                  ),
                ),
              ),
            },
            { additionalProperties: false },
          ),
          response: { 200: AccountAnswer },
        },
      },
      async (request) =>
        accountAnswer(await administration.changeAccount(actorOf(request), request.params.id, request.body)),
    );

    app.post(
      "/accounts/:id/password",
      {
        schema: {
          tags: ["session"],
          summary: "Set a new first password",
          description: "The person must replace it at the next sign-in.",
          params,
          body: Type.Object({ password: Password }, { additionalProperties: false }),
          response: { 204: Type.Null() },
        },
      },
      async (request, reply) => {
        await administration.resetPassword(actorOf(request), request.params.id, request.body.password);
        return reply.code(204).send(null);
      },
    );

    app.post(
      "/accounts/:id/factors/reset",
      {
        schema: {
          tags: ["session"],
          summary: "Remove all second factors and passkeys",
          params,
          response: { 204: Type.Null() },
        },
      },
      async (request, reply) => {
        await administration.resetFactors(actorOf(request), request.params.id);
        return reply.code(204).send(null);
      },
    );

    app.get(
      "/accounts/:id/sessions",
      {
        schema: {
          tags: ["session"],
          summary: "Sessions of an account",
          params,
          response: { 200: PageOf(SessionLineAnswer) },
        },
      },
      async (request) => ({
        items: (await sessions.list(actorOf(request), request.params.id)).map((line) =>
          sessionLine(line, request.session?.id),
        ),
        next: null,
      }),
    );

    app.get(
      "/sign-in-policies",
      {
        schema: {
          tags: ["session"],
          summary: "Which roles need a second factor",
          response: { 200: PageOf(PolicyAnswer) },
        },
      },
      async (request) => ({
        items: (await administration.listPolicies(actorOf(request))).map((policy) => ({ ...policy })),
        next: null,
      }),
    );

    app.put(
      "/sign-in-policies/:id",
      {
        schema: {
          tags: ["session"],
          summary: "Whether a role needs a second factor",
          params,
          body: Type.Object({ secondFactor: Type.Enum([...SECOND_FACTOR_RULES]) }, { additionalProperties: false }),
          response: { 204: Type.Null() },
        },
      },
      async (request, reply) => {
        await administration.setPolicy(actorOf(request), request.params.id, request.body.secondFactor);
        return reply.code(204).send(null);
      },
    );
  };
}
