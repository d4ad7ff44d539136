import { Type, type FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { PasskeyRegistration, SessionLine } from "../../access/mod.ts";
import { relyingPartyOf } from "../../access/mod.ts";
import { Nullable, Time, toTime, toTimeOrNull } from "../../http/mod.ts";
import { sessionOf } from "../core/authentication.ts";
import { originOf, partyOf } from "../core/origin.ts";
import type { ApiDependencies } from "../dependencies.ts";
import { PasskeyAnswer } from "./session.ts";

export const SessionLineAnswer = Type.Object({
  id: Type.String(),
  method: Type.String(),
  address: Nullable(Type.String()),
  userAgent: Nullable(Type.String()),
  openedAt: Time,
  lastSeenAt: Nullable(Time),
  expiresAt: Time,
  current: Type.Boolean(),
});

export function sessionLine(line: SessionLine, current: string | undefined) {
  return {
    id: line.id,
    method: line.method,
    address: line.address ?? null,
    userAgent: line.userAgent ?? null,
    openedAt: toTime(line.openedAt),
    lastSeenAt: toTimeOrNull(line.lastSeenAt),
    expiresAt: toTime(line.expiresAt),
    current: line.id === current,
  };
}

export const Password = Type.String({ minLength: 12, maxLength: 200 });
const Proof = Type.Optional(
  Type.String({ maxLength: 200, description: "Needed when the session is older than ten minutes." }),
);
const proving = Type.Object({ password: Proof }, { additionalProperties: false });
const Codes = Type.Object({ recoveryCodes: Type.Array(Type.String(), { description: "Shown once." }) });

/** One's own account. A token reaches none of it. */
export function ownAccountRoutes({ access, publicUrl }: ApiDependencies): FastifyPluginAsyncTypebox {
  const { ownAccounts, sessions } = access;
  const config = { personOnly: true, incomplete: true };
  return async (app) => {
    app.get(
      "/account",
      {
        config,
        schema: {
          tags: ["session"],
          summary: "One's own account",
          response: {
            200: Type.Object({
              account: Type.String(),
              name: Type.String(),
              demo: Type.Boolean(),
              hasPassword: Type.Boolean(),
              provider: Nullable(Type.String()),
              pending: Type.Array(Type.String()),
              needsSecondFactor: Type.Boolean(),
              passkeysOffered: Type.Boolean({
                description: "Browsers offer passkeys under the address of this request.",
              }),
              totp: Type.Boolean(),
              recoveryCodes: Type.Integer(),
              passkeys: Type.Array(
                Type.Object({
                  id: Type.String(),
                  name: Type.String(),
                  synced: Type.Boolean(),
                  createdAt: Time,
                  lastUsedAt: Nullable(Time),
                }),
              ),
            }),
          },
        },
      },
      async (request) => {
        const session = sessionOf(request);
        const own = await ownAccounts.describe(session.actor);
        return {
          account: own.account,
          name: own.name,
          demo: own.demo,
          hasPassword: own.hasPassword,
          provider: own.provider ?? null,
          pending: [...session.pending],
          needsSecondFactor: own.needsSecondFactor,
          passkeysOffered: relyingPartyOf(originOf(request, publicUrl)) !== undefined,
          totp: own.factors.totp,
          recoveryCodes: own.factors.recoveryCodes,
          passkeys: own.passkeys.map((passkey) => ({
            id: passkey.id,
            name: passkey.name,
            synced: passkey.synced,
            createdAt: toTime(passkey.createdAt),
            lastUsedAt: toTimeOrNull(passkey.lastUsedAt),
          })),
        };
      },
    );

    app.post(
      "/account/password",
      {
        config,
        schema: {
          tags: ["session"],
          summary: "Change one's password",
          description: "Ends all other sessions.",
          body: Type.Object(
            { current: Type.String({ minLength: 1, maxLength: 200 }), next: Password },
            { additionalProperties: false },
          ),
          response: { 204: Type.Null() },
        },
      },
      async (request, reply) => {
        await ownAccounts.changePassword(sessionOf(request), request.body);
        return reply.code(204).send(null);
      },
    );

    app.post(
      "/account/totp",
      {
        config,
        schema: {
          tags: ["session"],
          summary: "Begin with an authenticator app",
          description: "A secret (RFC 6238), in force once a code of it was given at /account/totp/confirm.",
          body: proving,
          response: { 200: Type.Object({ secret: Type.String(), uri: Type.String() }) },
        },
      },
      (request) => ownAccounts.beginTotp(sessionOf(request), request.body.password),
    );

    app.post(
      "/account/totp/confirm",
      {
        config,
        schema: {
          tags: ["session"],
          summary: "Confirm an authenticator app",
          body: Type.Object({ code: Type.String({ maxLength: 20 }) }, { additionalProperties: false }),
          response: { 200: Codes },
        },
      },
      async (request) => ({
        recoveryCodes: await ownAccounts.confirmTotp(sessionOf(request), request.body.code),
      }),
    );

    app.post(
      "/account/totp/remove",
      {
        config,
        schema: {
          tags: ["session"],
          summary: "Remove the authenticator app",
          body: proving,
          response: { 204: Type.Null() },
        },
      },
      async (request, reply) => {
        await ownAccounts.removeTotp(sessionOf(request), request.body.password);
        return reply.code(204).send(null);
      },
    );

    app.post(
      "/account/recovery-codes",
      {
        config,
        schema: { tags: ["session"], summary: "New recovery codes", body: proving, response: { 200: Codes } },
      },
      async (request) => ({
        recoveryCodes: await ownAccounts.renewRecoveryCodes(sessionOf(request), request.body.password),
      }),
    );

    app.post(
      "/account/passkeys/options",
      {
        config,
        schema: {
          tags: ["session"],
          summary: "Begin with a passkey",
          body: proving,
          response: { 200: Type.Object({ challenge: Type.String(), options: Type.Unknown() }) },
        },
      },
      (request) => ownAccounts.beginPasskey(sessionOf(request), partyOf(request, publicUrl), request.body.password),
    );

    app.post(
      "/account/passkeys",
      {
        config,
        bodyLimit: 65_536,
        schema: {
          tags: ["session"],
          summary: "Add a passkey",
          body: Type.Object(
            {
              challenge: Type.String({ maxLength: 100 }),
              name: Type.String({ minLength: 1, maxLength: 60 }),
              passkey: PasskeyAnswer,
            },
            { additionalProperties: false },
          ),
          response: { 201: Type.Object({ id: Type.String() }) },
        },
      },
      async (request, reply) => {
        const { challenge, name, passkey } = request.body;
        const id = await ownAccounts.addPasskey(sessionOf(request), partyOf(request, publicUrl), {
          challenge,
          name,
          response: passkey as unknown as PasskeyRegistration,
        });
        return reply.code(201).send({ id });
      },
    );

    app.post(
      "/account/passkeys/:id/remove",
      {
        config,
        schema: {
          tags: ["session"],
          summary: "Remove a passkey",
          params: Type.Object({ id: Type.String({ maxLength: 40 }) }),
          body: proving,
          response: { 204: Type.Null() },
        },
      },
      async (request, reply) => {
        await ownAccounts.removePasskey(sessionOf(request), request.params.id, request.body.password);
        return reply.code(204).send(null);
      },
    );

    app.get(
      "/account/sessions",
      {
        config,
        schema: {
          tags: ["session"],
          summary: "One's own sessions",
          response: { 200: Type.Object({ items: Type.Array(SessionLineAnswer) }) },
        },
      },
      async (request) => {
        const session = sessionOf(request);
        return { items: (await sessions.list(session.actor)).map((line) => sessionLine(line, session.id)) };
      },
    );

    app.delete(
      "/account/sessions/:id",
      {
        config,
        schema: {
          tags: ["session"],
          summary: "End a session",
          description: "One's own; of anybody for the security administrator.",
          params: Type.Object({ id: Type.String({ maxLength: 60 }) }),
          response: { 204: Type.Null() },
        },
      },
      async (request, reply) => {
        await sessions.revoke(sessionOf(request).actor, request.params.id);
        return reply.code(204).send(null);
      },
    );
  };
}
