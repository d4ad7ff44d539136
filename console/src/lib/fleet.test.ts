import assert from "node:assert/strict";
import { test } from "node:test";
import { fitCellSize, freshnessOf, groupFleet, ONLINE_MS } from "./fleet.ts";

const NOW = Date.UTC(2026, 10, 21);
const vehicle = (id: string, maker: string | null, extra: object = {}) => ({
  id,
  vin: id,
  state: "registered",
  maker,
  online: true,
  ...extra,
});

test("a vehicle is online by the server's word, else by its last frame, and never seen without one", () => {
  assert.equal(freshnessOf({ online: true, lastSeenAt: null }, NOW), "online");
  assert.equal(freshnessOf({ online: false, lastSeenAt: new Date(NOW).toISOString() }, NOW), "silent");
  assert.equal(freshnessOf({ lastSeenAt: new Date(NOW - ONLINE_MS).toISOString() }, NOW), "online");
  assert.equal(freshnessOf({ lastSeenAt: new Date(NOW - ONLINE_MS - 1).toISOString() }, NOW), "silent");
  assert.equal(freshnessOf({}, NOW), "never");
});

test("groups are sorted by name with the unnamed last, and count what they hold", () => {
  const groups = groupFleet(
    [
      vehicle("c", null, { openLevel: 1 }),
      vehicle("b", "B", { online: false, lastSeenAt: new Date(NOW - 1e9).toISOString() }),
      vehicle("a", "A", { openLevel: 4 }),
    ],
    new Set(["b"]),
    "maker",
    NOW,
  );
  assert.deepEqual(
    groups.map((group) => [group.name, group.online, group.byLevel]),
    [
      ["A", 1, [0, 0, 0, 0, 1]],
      ["B", 0, [1, 0, 0, 0, 0]],
      ["", 1, [0, 1, 0, 0, 0]],
    ],
  );
  assert.equal(groups[1].cells[0].inProject, true);
});

test("numbers in names count as numbers", () => {
  const vehicles = ["第10厂", "", "第2厂", "第1厂"].map((maker, at) => vehicle(String(at), maker));
  assert.deepEqual(
    groupFleet(vehicles, new Set(), "maker", NOW).map(({ name }) => name),
    ["第1厂", "第2厂", "第10厂", ""],
  );
});

test("cells keep their place whatever order the vehicles come in", () => {
  const forwards = groupFleet([vehicle("a", "A"), vehicle("b", "A")], new Set(), "maker", NOW);
  const backwards = groupFleet([vehicle("b", "A"), vehicle("a", "A")], new Set(), "maker", NOW);
  assert.deepEqual(forwards, backwards);
});

test("cells shrink with the fleet and never vanish", () => {
  const sizes = [10, 80, 400, 5000].map((count) => fitCellSize([count, count, count], 850, 330));
  assert.ok(sizes.every((size, index) => index === 0 || size <= sizes[index - 1]));
  assert.ok(sizes[0] > sizes[3] && sizes[3] >= 11);
});
