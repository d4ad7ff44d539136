import { Type, type FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import { ROW_LIMIT } from "../../exports/mod.ts";
import type { Access } from "../../access/mod.ts";
import type { FactorAnswer, OpenedSession, PasskeyResponse } from "../../access/mod.ts";
import type { FastifyReply, FastifyRequest } from "fastify";
import { actorOf, Bilingual, Nullable, Time, toTime } from "../../http/mod.ts";
import type { Actor } from "../../records/mod.ts";
import { SESSION_COOKIE } from "../core/authentication.ts";
import { partyOf } from "../core/origin.ts";
import type { ApiDependencies } from "../dependencies.ts";

const ActorAnswer = Type.Object({
  kind: Type.Union([Type.Literal("person"), Type.Literal("token"), Type.Literal("system")]),
  id: Type.String(),
  account: Nullable(Type.String()),
  name: Nullable(Type.String()),
  role: Type.String({ description: "Role code, REQUIREMENTS 8.1." }),
  organisation: Nullable(Type.String()),
  organisationNames: Nullable(Bilingual),
  region: Nullable(Type.String()),
});

async function answerOf(access: Access, actor: Actor) {
  const { name, organisationNames } = await access.directory.describe(actor);
  return {
    kind: actor.kind,
    id: actor.id,
    account: actor.account ?? null,
    name: name ?? null,
    role: actor.role,
    organisation: actor.organisation === "" ? null : actor.organisation,
    organisationNames: organisationNames ?? null,
    region: actor.region ?? null,
  };
}

/** What a browser's passkey answers; its content is checked by the library that speaks WebAuthn. */
export const PasskeyAnswer = Type.Object(
  { id: Type.String({ maxLength: 1_500 }), type: Type.Literal("public-key") },
  { additionalProperties: true },
);
const Pending = Type.Array(Type.Enum(["password", "second-factor"]), {
  description: "Steps before the session reaches more than the account page.",
});
const Limits = Type.Object(
  { exportedRows: Type.Integer({ description: "Rows of a list that is exported; more are refused." }) },
  { description: "What a client says before it is refused." },
);
const SessionAnswer = Type.Object({
  actor: Nullable(ActorAnswer),
  expiresAt: Nullable(Time),
  pending: Pending,
  secondFactor: Nullable(
    Type.Object({
      challenge: Type.String(),
      methods: Type.Array(Type.Enum(["totp", "passkey", "recovery"])),
    }),
  ),
});

export function setSessionCookie(request: FastifyRequest, reply: FastifyReply, session: OpenedSession): void {
  reply.setCookie(SESSION_COOKIE, session.secret, {
    path: "/",
    httpOnly: true,
    sameSite: "strict",
    secure: request.protocol === "https",
    expires: new Date(session.expiresAt),
  });
}

export const clientOf = (request: FastifyRequest) => ({
  address: request.ip,
  userAgent: request.headers["user-agent"],
});

/** Refused sign-ins allowed per address and minute; the account's own lock stands behind it. */
const REFUSALS_PER_MINUTE = 30;

export function sessionRoutes({ access, now, publicUrl }: ApiDependencies): FastifyPluginAsyncTypebox {
  const refusals = new Map<string, { minute: number; count: number }>();
  const noteRefusal = (address: string): void => {
    const minute = Math.floor(now() / 60_000);
    const known = refusals.get(address);
    if (refusals.size > 10_000) refusals.clear();
    refusals.set(address, { minute, count: known?.minute === minute ? known.count + 1 : 1 });
  };
  const requirePatience = (address: string): void => {
    const known = refusals.get(address);
    if (known === undefined || known.minute !== Math.floor(now() / 60_000) || known.count < REFUSALS_PER_MINUTE) return;
    throw new SandglassError(ERRORS.RATE_LIMITED, { seconds: 60 - (Math.floor(now() / 1_000) % 60) });
  };

  /** Runs one attempt and answers with the session it opened; refusals are counted for the address. */
  const attempt = async (request: FastifyRequest, reply: FastifyReply, work: () => Promise<OpenedSession>) => {
    requirePatience(request.ip);
    try {
      const session = await work();
      setSessionCookie(request, reply, session);
      return {
        actor: await answerOf(access, session.actor),
        expiresAt: toTime(session.expiresAt),
        pending: [...session.pending],
        secondFactor: null,
      };
    } catch (cause) {
      if (cause instanceof SandglassError && cause.code === "SG_SESSION_REFUSED") noteRefusal(request.ip);
      throw cause;
    }
  };

  return async (app) => {
    app.post(
      "/session",
      {
        config: { public: true },
        bodyLimit: 4_096,
        schema: {
          tags: ["session"],
          summary: "Sign in",
          description:
            "With a second factor, `actor` is null and `secondFactor` names the challenge to answer at /session/second-factor.",
          body: Type.Object(
            {
              account: Type.String({ minLength: 1, maxLength: 100 }),
              password: Type.String({ minLength: 1, maxLength: 200 }),
            },
            { additionalProperties: false },
          ),
          response: { 200: SessionAnswer },
        },
      },
      async (request, reply) => {
        requirePatience(request.ip);
        const result = await access.identities.signIn(request.body, clientOf(request)).catch((cause: unknown) => {
          if (cause instanceof SandglassError && cause.code === "SG_SESSION_REFUSED") noteRefusal(request.ip);
          throw cause;
        });
        if (result.kind === "session") return attempt(request, reply, async () => result);
        const { challenge, methods } = result;
        return { actor: null, expiresAt: null, pending: [], secondFactor: { challenge, methods: [...methods] } };
      },
    );

    app.post(
      "/session/second-factor",
      {
        config: { public: true },
        bodyLimit: 32_768,
        schema: {
          tags: ["session"],
          summary: "Second step of a sign-in",
          body: Type.Object(
            {
              challenge: Type.String({ maxLength: 100 }),
              totp: Type.Optional(Type.String({ maxLength: 20 })),
              recovery: Type.Optional(Type.String({ maxLength: 40 })),
              passkey: Type.Optional(PasskeyAnswer),
            },
            { additionalProperties: false },
          ),
          response: { 200: SessionAnswer },
        },
      },
      (request, reply) =>
        attempt(request, reply, () => {
          const { challenge, totp, recovery, passkey } = request.body;
          let answer: FactorAnswer;
          if (totp !== undefined) answer = { kind: "totp", code: totp };
          else if (recovery !== undefined) answer = { kind: "recovery", code: recovery };
          else if (passkey !== undefined)
            answer = {
              kind: "passkey",
              response: passkey as unknown as PasskeyResponse,
              party: partyOf(request, publicUrl),
            };
          else throw new SandglassError(ERRORS.SESSION_REFUSED);
          return access.identities.answerFactor(challenge, answer, clientOf(request));
        }),
    );

    app.post(
      "/session/passkey/options",
      {
        config: { public: true },
        bodyLimit: 1_024,
        schema: {
          tags: ["session"],
          summary: "Question to a passkey",
          description:
            "With `challenge` of a sign-in that wants a second factor; without, for signing in with a passkey alone.",
          body: Type.Object(
            { challenge: Type.Optional(Type.String({ maxLength: 100 })) },
            { additionalProperties: false },
          ),
          response: { 200: Type.Object({ challenge: Type.String(), options: Type.Unknown() }) },
        },
      },
      async (request) => {
        requirePatience(request.ip);
        const party = partyOf(request, publicUrl);
        const { challenge } = request.body;
        if (challenge === undefined) return access.passkeys.beginSignIn(party);
        const options = await access.passkeys.optionsFor(challenge, party);
        if (options === undefined) throw new SandglassError(ERRORS.SESSION_REFUSED);
        return { challenge, options };
      },
    );

    app.post(
      "/session/passkey",
      {
        config: { public: true },
        bodyLimit: 32_768,
        schema: {
          tags: ["session"],
          summary: "Sign in with a passkey alone",
          body: Type.Object(
            { challenge: Type.String({ maxLength: 100 }), passkey: PasskeyAnswer },
            { additionalProperties: false },
          ),
          response: { 200: SessionAnswer },
        },
      },
      (request, reply) =>
        attempt(request, reply, () =>
          access.identities.signInWithPasskey(
            request.body.challenge,
            request.body.passkey as unknown as PasskeyResponse,
            partyOf(request, publicUrl),
            clientOf(request),
          ),
        ),
    );

    app.get(
      "/session",
      {
        config: { public: true },
        schema: {
          tags: ["session"],
          summary: "Who is signed in",
          description:
            "`actor` is null when nobody is; a token or cookie that is not valid any more counts as nobody only as a cookie.",
          response: {
            200: Type.Object({
              actor: Nullable(ActorAnswer),
              pending: Type.Optional(Pending),
              limits: Type.Optional(Limits),
            }),
          },
        },
      },
      async (request) => ({
        actor: request.actor === undefined ? null : await answerOf(access, request.actor),
        ...(request.actor === undefined ? {} : { limits: { exportedRows: ROW_LIMIT } }),
        ...(request.session === undefined || request.session.pending.length === 0
          ? {}
          : { pending: [...request.session.pending] }),
      }),
    );
    app.delete(
      "/session",
      {
        config: { incomplete: true },
        schema: { tags: ["session"], summary: "Sign out", response: { 204: Type.Null() } },
      },
      async (request, reply) => {
        const secret = request.cookies[SESSION_COOKIE];
        if (secret !== undefined) await access.identities.signOut(secret, actorOf(request));
        return reply.clearCookie(SESSION_COOKIE, { path: "/" }).code(204).send(null);
      },
    );
  };
}
