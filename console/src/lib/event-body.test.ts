import assert from "node:assert/strict";
import { it } from "node:test";
import { readBody } from "./event-body.ts";

const base64 = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString("base64");

it("shows JSON in lines, other text as it came, and bytes that are no text as hexadecimal", () => {
  assert.equal(readBody(base64('{"名":1}')), '{\n  "名": 1\n}');
  assert.equal(readBody(base64("a=1")), "a=1");
  assert.equal(readBody(base64(Uint8Array.of(0x0a, 0xff, 0x00))), "0a ff 00");
});
