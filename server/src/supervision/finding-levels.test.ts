import assert from "node:assert/strict";
import { test } from "node:test";
import { levelsOf } from "./finding-levels.ts";

const at = (second: number): Date => new Date(Date.UTC(2026, 0, 1, 0, 0, second));
const event = (kind: "onset" | "escalated" | "amended" | "cleared", level: number, second: number, detail = {}) => ({
  kind,
  level,
  at: at(second),
  detail,
});
const said = (level: number, ...events: ReturnType<typeof event>[]): unknown =>
  levelsOf({ level, onset: at(1) }, events).map((each) => [each.level, (each.at - at(0).getTime()) / 1000]);

test("levels are those of the onset and of the rises", () => {
  assert.deepEqual(said(4, event("onset", 1, 1), event("escalated", 2, 5), event("escalated", 4, 9)), [
    [1, 1],
    [2, 5],
    [4, 9],
  ]);
});

test("an amendment has the word on every level, and what is recorded behind it on its own", () => {
  const levels = [
    { level: 1, at: at(2).toISOString(), before: at(1).toISOString() },
    { level: 2, at: null, before: at(5).toISOString() },
  ];
  assert.deepEqual(
    said(
      3,
      event("onset", 1, 1),
      event("escalated", 2, 5),
      event("amended", 0, 60, { levels }),
      event("cleared", 0, 70),
      event("escalated", 3, 9),
    ),
    [
      [1, 2],
      [3, 9],
    ],
  );
});

test("an amendment of old records takes back what is above its level, and its own may be that of the onset", () => {
  assert.deepEqual(said(1, event("onset", 1, 1), event("escalated", 2, 5), event("amended", 0, 60)), [[1, 1]]);
  assert.deepEqual(said(2, event("onset", 1, 1), event("amended", 0, 60)), [
    [1, 1],
    [2, 1],
  ]);
});
