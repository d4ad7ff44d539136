import assert from "node:assert/strict";
import { test } from "node:test";
import Fastify, { type FastifyInstance } from "fastify";
import { createValidatorCompiler, WRITERS } from "./schemas.ts";

const BROKEN = { type: "object", properties: { a: { type: "nonsense" } } } as const;

function host(): FastifyInstance {
  const app = Fastify({ schemaController: WRITERS });
  app.setValidatorCompiler(createValidatorCompiler());
  return app;
}

test("a body is read as it is, a query with numbers from text, and a refusal names what does not fit", async () => {
  const app = host();
  const count = { type: "object", properties: { count: { type: "integer" } }, required: ["count"] } as const;
  app.post("/body", { schema: { body: count } }, async ({ body }) => body);
  app.get("/query", { schema: { querystring: count } }, async ({ query }) => query);
  assert.deepEqual((await app.inject({ url: "/query?count=7" })).json(), { count: 7 });
  for (let times = 0; times < 2; times += 1) {
    const refused = await app.inject({ method: "POST", url: "/body", payload: { count: "7" } });
    assert.deepEqual([refused.statusCode, refused.json().message], [400, "body/count must be integer"]);
    assert.equal((await app.inject({ method: "POST", url: "/body", payload: { count: 7 } })).statusCode, 200);
  }
});

test("an answer holds what its schema names, by status, for HEAD too", async () => {
  const app = host();
  const only = (name: string) => ({ type: "object", properties: { [name]: { type: "string" } } });
  app.get("/", { schema: { response: { 200: only("a"), 404: only("b") } } }, async (request, reply) =>
    reply.code("missing" in (request.query as object) ? 404 : 200).send({ a: "x", b: "y" }),
  );
  assert.equal((await app.inject({ url: "/" })).body, '{"a":"x"}');
  assert.equal((await app.inject({ url: "/?missing" })).body, '{"b":"y"}');
  assert.equal((await app.inject({ method: "HEAD", url: "/" })).headers["content-length"], "9");
});

test("a schema is compiled when its route is first used, not before", async () => {
  const app = host();
  app.get("/sound", async () => "sound");
  app.post("/body", { schema: { body: BROKEN } }, async () => "never");
  await app.ready();
  assert.equal((await app.inject({ url: "/sound" })).body, "sound");
  assert.equal((await app.inject({ method: "POST", url: "/body", payload: { a: 1 } })).statusCode, 500);
});
