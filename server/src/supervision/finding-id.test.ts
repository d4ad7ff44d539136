import assert from "node:assert/strict";
import { test } from "node:test";
import { findingIdOf } from "./finding-id.ts";

test("the id depends on trigger, version, subject and onset and on nothing else", () => {
  const id = findingIdOf("T", "aa", "veh_1", 1000);
  assert.match(id, /^fnd_[0-9a-hjkmnp-tv-z]{26}$/);
  assert.equal(findingIdOf("T", "aa", "veh_1", 1000), id);
  for (const other of [
    findingIdOf("U", "aa", "veh_1", 1000),
    findingIdOf("T", "ab", "veh_1", 1000),
    findingIdOf("T", "aa", "veh_1@prj", 1000),
    findingIdOf("T", "aa", "veh_1", 1001),
  ]) {
    assert.notEqual(other, id);
  }
});

test("the digits are those of SHA-256 in Crockford base32", () => {
  // Computed with another implementation: SHA-256 of "T\naa\nveh_1\n1000", first 130 bits.
  assert.equal(findingIdOf("T", "aa", "veh_1", 1000), "fnd_35rg07awxj54q4hr4zzv11z4vj");
});
