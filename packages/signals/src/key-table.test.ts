import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { KeyTable } from "./key-table.ts";

test("keys are numbered as they come, as a map would, however many and however alike", () => {
  const word = fc.oneof(fc.nat(40), fc.integer({ min: 0, max: 0xffff_ffff }), fc.constantFrom(0, 0xffff_ffff));
  fc.assert(
    fc.property(fc.array(fc.tuple(word, word), { maxLength: 400 }), (pairs) => {
      const table = new KeyTable(4);
      const map = new Map<bigint, number>();
      for (const [low, high] of pairs) {
        const key = (BigInt(high) << 32n) | BigInt(low);
        assert.equal(table.find(low, high), map.get(key) ?? -1);
        if (!map.has(key)) map.set(key, map.size);
        assert.equal(table.numberOf(low, high), map.get(key));
        assert.equal(table.size, map.size);
        assert.ok(table.capacity >= table.size);
      }
      for (const [key, number] of map) assert.deepEqual([table.findKey(key), table.keyOf(number)], [number, key]);
    }),
  );
});
