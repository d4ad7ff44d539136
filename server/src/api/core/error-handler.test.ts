/** What a refusal looks like once the schema of the answer has passed it. */
import assert from "node:assert/strict";
import { it } from "node:test";
import Fastify from "fastify";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import { ErrorAnswer } from "../../http/mod.ts";
import { installErrorHandler } from "./error-handler.ts";

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
  assert.match(error.messageZh, /tool\.pdf 的实际类型为 application\/x-msdownload，不予接收；可接收：pdf, png/);
  await app.close();
});
