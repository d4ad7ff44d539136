/** For tests: the routes of cases behind a host that takes the name of a person of the world for a sign-in. */
import assert from "node:assert/strict";
import Fastify, { type FastifyInstance } from "fastify";
import { SandglassError } from "../errors/mod.ts";
import type { Actor } from "../records/mod.ts";
import { ActionRefusedError } from "./mod.ts";
import { PEOPLE, type World } from "./world.fixture.ts";

export type Person = keyof typeof PEOPLE;

/** @param people who may sign in, by name */
export async function hostOf(world: World, people: Readonly<Record<string, Actor>> = PEOPLE): Promise<FastifyInstance> {
  const app = Fastify();
  app.decorateRequest("actor", undefined);
  app.addHook("onRequest", async (request) => {
    request.actor = people[String(request.headers["x-person"])];
  });
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const coded = error instanceof SandglassError ? error : undefined;
    const possible = error instanceof ActionRefusedError ? { possible: error.possible } : {};
    return reply.code(coded?.status ?? error.statusCode ?? 500).send({
      error: {
        code: coded?.code ?? "SG_OTHER",
        message: error.message,
        messageZh: error.message,
        parameters: {},
        ...possible,
      },
      requestId: request.id,
    });
  });
  await app.register(world.cases.routes);
  await app.ready();
  return app;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export async function call(
  app: FastifyInstance,
  who: string,
  method: "GET" | "POST",
  url: string,
  body?: object,
): Promise<Answer> {
  const answer = await app.inject({
    method,
    url,
    headers: { "x-person": who },
    ...(body === undefined ? {} : { payload: body }),
  });
  return { status: answer.statusCode, body: answer.json() };
}

/** Takes an action that must succeed. @returns the answer */
export async function act(
  app: FastifyInstance,
  who: string,
  id: string,
  name: string,
  input: unknown,
  // oxlint-disable-next-line typescript/no-explicit-any -- answers are looked at field by field
): Promise<any> {
  const { status, body } = await call(app, who, "POST", `/cases/${id}/actions/${name}`, { input });
  assert.equal(status, 200, `${name}: ${JSON.stringify(body)}`);
  return body;
}
