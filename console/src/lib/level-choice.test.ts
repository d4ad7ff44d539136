import assert from "node:assert/strict";
import { test } from "node:test";
import { chosenLevel, LEVEL_CHOICES, levelFilterOf } from "./level-choice.ts";

test("each choice is found again from the address that it makes, and one level is another choice than that and above", () => {
  for (const { value } of LEVEL_CHOICES) assert.equal(chosenLevel(levelFilterOf(value)), value);
  assert.deepEqual(levelFilterOf("only-3"), { level: undefined, exactLevel: 3 });
  assert.deepEqual(levelFilterOf("from-3"), { level: 3, exactLevel: undefined });
  assert.deepEqual(levelFilterOf(""), { level: undefined, exactLevel: undefined });
});

test("an address of before, with a level and above, shows the choice that means the same", () => {
  assert.deepEqual(
    [1, 2, 3, 4].map((level) => chosenLevel({ level })),
    ["", "from-2", "from-3", "only-4"],
  );
});
