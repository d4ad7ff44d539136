import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import * as fc from "fast-check";
import { sha256, toHex } from "./mod.ts";

test("the digest of FIPS 180-4's example message is the published one", () => {
  assert.equal(
    toHex(sha256(new TextEncoder().encode("abc"))),
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
});

test("every message length around the block borders has the digest of the platform's own SHA-256", () => {
  for (let length = 0; length <= 200; length++) {
    const message = Uint8Array.from({ length }, (_, i) => (i * 31 + length) & 0xff);
    assert.equal(toHex(sha256(message)), createHash("sha256").update(message).digest("hex"), `length ${length}`);
  }
});

test("any message has the digest of the platform's own SHA-256", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 5000 }), (message) => {
      assert.equal(toHex(sha256(message)), createHash("sha256").update(message).digest("hex"));
    }),
    { numRuns: 200 },
  );
});
