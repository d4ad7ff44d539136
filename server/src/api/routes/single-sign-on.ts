import { Type, type FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { FastifyReply, FastifyRequest } from "fastify";
import { Bilingual } from "../../http/mod.ts";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import { originOf } from "../core/origin.ts";
import type { ApiDependencies } from "../dependencies.ts";
import { clientOf, setSessionCookie } from "./session.ts";

/** Carries the secret of a sign-in to the provider and back; Lax, because the way back begins at another site. */
const SSO_COOKIE = "sandglass_sso";
const PATH = "/api/v1/session/sso";
const provider = Type.Object({ provider: Type.String({ maxLength: 40 }) });

/** Only a path of this console is opened afterwards. */
const safeNext = (next: string | undefined): string =>
  next !== undefined && /^\/(?![/\\])[^\s\p{C}]*$/u.test(next) ? next : "/";

export function singleSignOnRoutes({ access, publicUrl }: ApiDependencies): FastifyPluginAsyncTypebox {
  const { singleSignOn } = access;
  return async (app) => {
    app.get(
      "/session/sso",
      {
        config: { public: true },
        schema: {
          tags: ["session"],
          summary: "Providers for single sign-on",
          response: { 200: Type.Object({ items: Type.Array(Type.Object({ id: Type.String(), title: Bilingual })) }) },
        },
      },
      async () => ({ items: singleSignOn.list().map(({ id, title }) => ({ id, title: { ...title } })) }),
    );

    app.get(
      "/session/sso/:provider",
      {
        config: { public: true },
        schema: {
          tags: ["session"],
          summary: "Go to a provider",
          params: provider,
          querystring: Type.Object({ next: Type.Optional(Type.String({ maxLength: 2_000 })) }),
          response: { 302: Type.Null() },
        },
      },
      async (request, reply) => {
        const id = request.params.provider;
        const redirect = `${originOf(request, publicUrl)}${PATH}/${id}/callback`;
        try {
          const { url, secret } = await singleSignOn.begin(id, redirect, safeNext(request.query.next));
          reply.setCookie(SSO_COOKIE, secret, {
            path: PATH,
            httpOnly: true,
            sameSite: "lax",
            secure: request.protocol === "https",
            maxAge: 600,
          });
          return await reply.redirect(url, 302);
        } catch (cause) {
          return toSignIn(request, reply, cause);
        }
      },
    );

    app.get(
      "/session/sso/:provider/callback",
      {
        config: { public: true },
        schema: {
          tags: ["session"],
          summary: "The way back from a provider",
          params: provider,
          response: { 302: Type.Null() },
        },
      },
      async (request, reply) => {
        reply.clearCookie(SSO_COOKIE, { path: PATH });
        try {
          const { session, next } = await singleSignOn.finish(
            request.params.provider,
            request.cookies[SSO_COOKIE] ?? "",
            new URL(request.url, "http://localhost").search,
            clientOf(request),
          );
          setSessionCookie(request, reply, session);
          return await reply.redirect(next, 302);
        } catch (cause) {
          return toSignIn(request, reply, cause);
        }
      },
    );
  };
}

/** People are in a browser on both ways, where an answer of the API is a page of code: the sign-in page says what happened. */
function toSignIn(request: FastifyRequest, reply: FastifyReply, cause: unknown): FastifyReply {
  const refused = cause instanceof SandglassError && cause.status < 500;
  if (!refused)
    request.log.warn({ code: cause instanceof SandglassError ? cause.code : undefined }, "single sign-on failed");
  const code = refused ? cause.code : ERRORS.SSO_UNAVAILABLE.code;
  return reply.redirect(`/sign-in?refused=${code}`, 302);
}
