/** What a refusal looks like once the schema of the answer has passed it. */
import assert from "node:assert/strict";
import { it } from "node:test";
import Fastify, { type FastifyInstance } from "fastify";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import { ErrorAnswer } from "../../http/mod.ts";
import { answerUnread, installErrorHandler } from "./error-handler.ts";

it("an error that names what is possible instead passes the schema of the answer, worded in both languages", async () => {
  const app = Fastify();
  installErrorHandler(app, { pages: false });
  app.get("/", { schema: { response: { 415: ErrorAnswer } } }, async () => {
    throw new SandglassError(ERRORS.ATTACHMENT_TYPE, {
      name: "tool.pdf",
      found: "application/x-msdownload",
      possible: ["pdf", "png"],
    });
  });
  const answer = await app.inject("/");
  const { error } = answer.json();
  assert.deepEqual([answer.statusCode, error.code, error.possible], [415, "SG_ATTACHMENT_TYPE", ["pdf", "png"]]);
  assert.match(error.messageZh, /tool\.pdf 的实际类型为 application\/x-msdownload，不予接收；可接收：pdf、png/);
  await app.close();
});

const host = async (): Promise<FastifyInstance> => {
  const app = Fastify({ frameworkErrors: answerUnread, routerOptions: { maxParamLength: 30 } });
  installErrorHandler(app, { pages: false });
  app.all("/things/:id", async ({ query }) => {
    if ("cursor" in (query as object) || "page" in (query as object))
      throw Object.assign(new Error("out of range"), { code: "22003" });
    return { ok: true };
  });
  return app;
};

it("a text that no store can keep is refused by its place, in the address, the query and the body", async () => {
  const app = await host();
  for (const [request, path] of [
    [{ url: "/things/a%00b" }, "params/id"],
    [{ url: "/things/a?q=%00" }, "querystring/q"],
    [{ method: "POST", url: "/things/a", payload: { reasons: ["x", "a\0"] } }, "body/reasons/1"],
    [{ method: "POST", url: "/things/a", payload: { reasons: "\ud83d" } }, "body/reasons"],
  ] as const) {
    const answer = await app.inject(request);
    assert.equal(answer.statusCode, 400, answer.body);
    assert.deepEqual([answer.json().error.code, answer.json().error.parameters.path], ["SG_REQUEST_INVALID", path]);
  }
  assert.equal((await app.inject({ method: "POST", url: "/things/🚗", payload: { a: "🚗\n" } })).statusCode, 200);
  await app.close();
});

it("an address that cannot be read is refused by a code like everything else", async () => {
  const app = await host();
  for (const url of ["/things/%E0%A4%A", `/things/${"x".repeat(31)}`]) {
    const answer = await app.inject(url);
    assert.equal(answer.statusCode, 400, answer.body);
    assert.equal(answer.json().error.code, "SG_REQUEST_INVALID");
    assert.match(answer.json().requestId, /./);
  }
  await app.close();
});

it("a place of a cursor that a column cannot hold is no failure of the server; without a cursor it is one", async () => {
  const app = await host();
  const answer = await app.inject("/things/a?cursor=x");
  assert.deepEqual([answer.statusCode, answer.json().error.code], [400, "SG_CURSOR_INVALID"]);
  assert.equal((await app.inject("/things/a?page=1")).json().error.code, "SG_INTERNAL");
  await app.close();
});
