import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { decodeSearch, instant, integer, list, oneOf, parseSearch, stringifySearch, text } from "./url-state.ts";

const SHAPE = {
  q: text,
  level: integer(1, 4),
  tab: oneOf(["signals", "frames"]),
  signals: list(8),
  from: instant,
  to: instant,
};

test("what a view writes to its address, it reads back", () => {
  const word = fc.stringMatching(/^[a-z][a-z0-9_.]{0,12}$/);
  const state = fc.record(
    {
      q: fc
        .string({ minLength: 1, maxLength: 60 })
        .map((value) => value.trim())
        .filter((value) => value !== ""),
      level: fc.integer({ min: 1, max: 4 }),
      tab: fc.constantFrom("signals", "frames"),
      signals: fc.uniqueArray(word, { minLength: 1, maxLength: 8 }),
      from: fc.integer({ min: 0, max: 4_000_000_000_000 }),
    },
    { requiredKeys: [], noNullPrototype: true },
  );
  fc.assert(
    fc.property(state, (value) => {
      assert.deepEqual(decodeSearch(SHAPE, parseSearch(stringifySearch(value))), value);
    }),
  );
});

test("parameters are sorted, instants are RFC 3339, lists stay readable", () => {
  assert.equal(
    stringifySearch({
      to: Date.UTC(2026, 10, 21, 6, 0, 1),
      signals: ["speed", "alarm.level"],
      level: undefined,
      from: Date.UTC(2026, 10, 21, 6),
      tab: "frames",
    }),
    "?from=2026-11-21T06:00:00Z&signals=speed,alarm.level&tab=frames&to=2026-11-21T06:00:01Z",
  );
});

test("a state without parameters has no question mark", () => {
  assert.equal(stringifySearch({ a: undefined, b: "" }), "");
});

test("what does not parse is dropped, never thrown", () => {
  const raw = {
    q: " ",
    level: "9",
    tab: "delete",
    signals: ",,",
    from: "yesterday",
    to: "2026-13-45T99:00:00Z",
    other: "x",
  };
  assert.deepEqual(decodeSearch(SHAPE, raw), {});
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.anything()), (anything) => {
      decodeSearch(SHAPE, anything);
    }),
  );
});

test("the first of repeated parameters counts", () => {
  assert.deepEqual(parseSearch("?level=3&level=1"), { level: "3" });
});

test("a list is bounded and keeps no word twice", () => {
  assert.deepEqual(list(2).decode("a,b,a,c"), ["a", "b"]);
});
