import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { canonicalJson, findBase64, LedgerError, toBase64, type JsonValue } from "./mod.ts";

test("the example of RFC 8785 §3.2 has the published canonical form", () => {
  const input = JSON.parse(
    '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
  ) as JsonValue;
  assert.equal(
    canonicalJson(input),
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  );
});

test("members are sorted by UTF-16 code units as in RFC 8785 §3.2.3", () => {
  const input = { "\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\u{1f600}": 5, "\u0080": 6, "\u00f6": 7 };
  assert.deepEqual(Object.values(JSON.parse(canonicalJson(input)) as object).length, 7);
  assert.equal(canonicalJson(input), '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"\u{1f600}":5,"\ufb33":3}');
});

test("minus zero is written as zero and undefined members are left out", () => {
  assert.equal(canonicalJson({ b: -0, a: undefined, c: [] }), '{"b":0,"c":[]}');
});

test("what JSON cannot hold is refused with a code", () => {
  const bad: unknown[] = [
    Number.NaN,
    Number.POSITIVE_INFINITY,
    1n,
    () => 1,
    new Date(0),
    "\ud800",
    { "\udc00": 1 },
    [undefined],
  ];
  for (const value of bad) {
    assert.throws(
      () => canonicalJson(value as JsonValue),
      (error) => error instanceof LedgerError && error.code === "SG_LEDGER_NOT_JSON",
    );
  }
});

test("the canonical form is a fixed point and does not depend on member order", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      const canonical = canonicalJson(value as JsonValue);
      assert.equal(canonicalJson(JSON.parse(canonical) as JsonValue), canonical);
      assert.deepEqual(JSON.parse(canonical), JSON.parse(JSON.stringify(value)));
      if (value !== null && typeof value === "object" && !Array.isArray(value)) {
        assert.equal(canonicalJson(Object.fromEntries(Object.entries(value).reverse()) as JsonValue), canonical);
      }
    }),
  );
});

test("base64 has one spelling per value: any altered character is another value or refused", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat(), fc.integer({ min: 32, max: 126 }), (bytes, at, code) => {
      const text = toBase64(bytes);
      assert.equal(text, Buffer.from(bytes).toString("base64"));
      assert.deepEqual(findBase64(text), bytes);
      if (text.length === 0) return;
      const position = at % text.length;
      const altered = text.slice(0, position) + String.fromCharCode(code) + text.slice(position + 1);
      if (altered !== text) assert.notDeepEqual(findBase64(altered), bytes);
    }),
    { numRuns: 500 },
  );
});
