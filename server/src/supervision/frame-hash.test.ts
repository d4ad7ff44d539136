import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { frameHash } from "./frame-hash.ts";

/** Of the reference implementation (`xxhsum -H0`, seed 0). */
const VECTORS: readonly (readonly [string, number])[] = [
  ["", 0x02cc5d05],
  ["a", 0x550d7456],
  ["abc", 0x32d153ff],
  ["Nobody inspects the spammish repetition", 0xe2293b2f],
];

test("the hash is that of the reference implementation", () => {
  for (const [text, hash] of VECTORS) assert.equal(frameHash(Buffer.from(text), 0, text.length), hash, text);
});

test("it depends on the bytes in its range only, wherever they stand", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 700 }), fc.nat(20), fc.nat(20), (bytes, before, after) => {
      const wide = new Uint8Array(before + bytes.length + after).fill(0xa5);
      wide.set(bytes, before);
      const part = wide.subarray(Math.min(before, 3));
      const from = before - Math.min(before, 3);
      assert.equal(frameHash(part, from, from + bytes.length), frameHash(bytes, 0, bytes.length));
    }),
  );
});

test("a changed byte changes it", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 700 }),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (bytes, at, by) => {
        const other = Uint8Array.from(bytes);
        other[at % bytes.length] ^= by;
        assert.notEqual(frameHash(other, 0, other.length), frameHash(bytes, 0, bytes.length));
      },
    ),
  );
});
