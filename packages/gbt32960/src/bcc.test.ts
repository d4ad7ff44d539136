import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { bccByByte, bccOf } from "./bcc.ts";

test("the BCC of a known heartbeat is the XOR of its bytes 2 to 23", () => {
  const frame = Uint8Array.from([0x23, 0x23, 0x07, 0xfe, ...Buffer.from("LTESTVIN000000001"), 1, 0, 0, 0xc2]);
  assert.equal(bccOf(frame, 2, 24), 0xc2);
  assert.equal(bccByByte(frame, 2, 24), 0xc2);
});

test("word-wide and byte-wise BCC agree for every alignment, length and view", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 900 }),
      fc.nat({ max: 7 }),
      fc.nat(),
      fc.nat(),
      (content, shift, a, b) => {
        const bytes = new Uint8Array(new ArrayBuffer(content.length + shift), shift);
        bytes.set(content);
        const from = a % (bytes.length + 1);
        const to = from + (b % (bytes.length + 1 - from));
        assert.equal(bccOf(bytes, from, to), bccByByte(bytes, from, to));
      },
    ),
    { numRuns: 500 },
  );
});

test("bytes outside the range do not count", () => {
  const bytes = new Uint8Array(200).fill(0xaa);
  bytes.fill(0, 50, 150);
  assert.equal(bccOf(bytes, 50, 150), 0);
});

test("a buffer whose length is not a multiple of four is read to its end", () => {
  const bytes = new Uint8Array(new ArrayBuffer(103)).fill(1);
  assert.equal(bccOf(bytes, 0, 103), 1);
});
