import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { count, int, join, name, second, sql, str, time, trusted, u64, u64s } from "./sql.ts";

test("text becomes hexadecimal, so that nothing can end the literal", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      assert.match(str(text).literal, /^unhex\('[0-9a-f]*'\)$/);
      assert.equal(
        Buffer.from(str(text).literal.slice(7, -2), "hex").toString("utf8"),
        Buffer.from(text, "utf8").toString("utf8"),
      );
    }),
  );
});

test("numbers become digits only, or are refused", () => {
  fc.assert(
    fc.property(fc.oneof(fc.double(), fc.integer(), fc.maxSafeInteger()), (value) => {
      for (const make of [int, u64, count]) {
        try {
          assert.match(make(value).literal, /^(to(UInt64|Int64)\()?-?\d+\)?$/);
        } catch (error) {
          assert.ok(error instanceof RangeError);
        }
      }
    }),
  );
  assert.throws(() => int(1.5), RangeError);
  assert.throws(() => int(Number.NaN), RangeError);
  assert.throws(() => u64(-1n), RangeError);
  assert.throws(() => u64(1n << 64n), RangeError);
  assert.throws(() => u64s([-1n]), RangeError);
  assert.equal(u64((1n << 64n) - 1n).literal, "toUInt64(18446744073709551615)");
});

test("times are kept inside what the column types hold", () => {
  assert.match(time(Number.MAX_SAFE_INTEGER).literal, /\(10413791999999\)/);
  assert.match(time(-Number.MAX_SAFE_INTEGER).literal, /\(-2208988800000\)/);
  assert.equal(second(-5).literal, "toDateTime(0, 'UTC')");
  assert.equal(second(1e300).literal, "toDateTime(4294967295, 'UTC')");
  assert.equal(second(1999).literal, "toDateTime(1, 'UTC')");
});

test("a column name is a column name", () => {
  assert.equal(name("max_cell_temp").text, "max_cell_temp");
  for (const bad of ["", "a b", "a;", "a.b", "1a", "a'", "A"]) assert.throws(() => name(bad));
});

test("fragments nest", () => {
  assert.equal(sql`a ${join([trusted("x"), sql`y = ${count(3)}`])} b`.text, "a x, y = 3 b");
});
