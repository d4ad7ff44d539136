import { Type, type FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import type { Access } from "../../access/mod.ts";
import { actorOf, Bilingual, Nullable, Time, toTime } from "../../http/mod.ts";
import type { Actor } from "../../records/mod.ts";
import { SESSION_COOKIE } from "../core/authentication.ts";
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

/** Refused sign-ins allowed per address and minute; the account's own lock stands behind it. */
const REFUSALS_PER_MINUTE = 30;

export function sessionRoutes({ access, now }: ApiDependencies): FastifyPluginAsyncTypebox {
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

  return async (app) => {
    app.post(
      "/session",
      {
        config: { public: true },
        bodyLimit: 4_096,
        schema: {
          tags: ["session"],
          summary: "Sign in",
          body: Type.Object(
            {
              account: Type.String({ minLength: 1, maxLength: 100 }),
              password: Type.String({ minLength: 1, maxLength: 200 }),
            },
            { additionalProperties: false },
          ),
          response: { 200: Type.Object({ actor: ActorAnswer, expiresAt: Time }) },
        },
      },
      async (request, reply) => {
        requirePatience(request.ip);
        try {
          const session = await access.identities.signIn(request.body);
          const secure = request.protocol === "https";
          reply.setCookie(SESSION_COOKIE, session.secret, {
            path: "/",
            httpOnly: true,
            sameSite: "strict",
            secure,
            expires: new Date(session.expiresAt),
          });
          return { actor: await answerOf(access, session.actor), expiresAt: toTime(session.expiresAt) };
        } catch (cause) {
          if (cause instanceof SandglassError && cause.code === "SG_SESSION_REFUSED") noteRefusal(request.ip);
          throw cause;
        }
      },
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
          response: { 200: Type.Object({ actor: Nullable(ActorAnswer) }) },
        },
      },
      async (request) => ({ actor: request.actor === undefined ? null : await answerOf(access, request.actor) }),
    );
    app.delete(
      "/session",
      { schema: { tags: ["session"], summary: "Sign out", response: { 204: Type.Null() } } },
      async (request, reply) => {
        const secret = request.cookies[SESSION_COOKIE];
        if (secret !== undefined) await access.identities.signOut(secret, actorOf(request));
        return reply.clearCookie(SESSION_COOKIE, { path: "/" }).code(204).send(null);
      },
    );
  };
}
