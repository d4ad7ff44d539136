import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { Subjects } from "./subjects.ts";

test("every key finds its own row, however many there are", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { maxLength: 300 }), (keys) => {
      const subjects = new Subjects(2);
      const rows = keys.map((key) => subjects.rowOfKey(key));
      assert.equal(new Set(rows).size, keys.length);
      keys.forEach((key, i) => {
        assert.equal(subjects.rowOfKey(key), rows[i]);
        assert.equal(subjects.findRow(key), rows[i]);
        assert.equal(subjects.keyOf(rows[i]), key);
      });
      assert.equal(subjects.size, keys.length);
    }),
    { numRuns: 50 },
  );
});

test("a new subject has no events, and an unknown key no row", () => {
  const subjects = new Subjects(2);
  const row = subjects.rowOfKey(5n);
  assert.deepEqual(subjects.countersOf(row), {
    received: 0,
    realtime: 0,
    reissued: 0,
    late: 0,
    duplicates: 0,
    quarantined: 0,
    firstEvent: undefined,
    lastEvent: undefined,
  });
  assert.equal(subjects.findRow(6n), undefined);
});

test("the assurance since a row is the weakest that came since, and signed when none did", () => {
  const subjects = new Subjects(2);
  const row = subjects.rowOfKey(1n);
  subjects.noteAssurance(row, 0, 10);
  subjects.noteAssurance(row, 1, 20);
  subjects.noteAssurance(row, 3, 30);
  assert.equal(subjects.assuranceSince(row, 5), 0);
  assert.equal(subjects.assuranceSince(row, 11), 1);
  assert.equal(subjects.assuranceSince(row, 21), 3);
});
