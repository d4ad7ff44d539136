import assert from "node:assert/strict";
import { test } from "node:test";
import { allTriggers } from "@sandglass/triggers";
import { compile } from "../feed.fixture.ts";
import { packInForce } from "./in-force.ts";

const [D10, D20] = ["2026-12-10", "2026-12-20"].map((day) => Date.parse(`${day}T00:00:00+08:00`)) as [number, number];
const NOW = D10 - 5 * 86_400_000;

const fast = (version: number, more = ""): string =>
  `trigger FAST version ${version} { applies to vehicle; when speed > ${100 + version} km/h; severity 1; ${more} }`;
const many = (version: number, more = ""): string =>
  `trigger MANY version ${version} { applies to vehicle; when more than ${version} % of active vehicle have (speed > 100 km/h) in last 7 d; severity 1; ${more} }`;
const HOT = "trigger HOT version 1 { applies to vehicle; when max_cell_temp > 60 °C; severity 1; }";
const V1 = compile(`${fast(1)}\n${HOT}`);
const V2 = compile(`${fast(2, "effective from 2026-12-10;")}\n${HOT}`);

/** Triggers of each set that watches, and when that changes. */
function watching(versions: Parameters<typeof packInForce>[0], now: number): [string[], number] {
  const { sets, nextChange } = packInForce(versions, now);
  return [
    sets.map((set) =>
      allTriggers(set)
        .map(({ id, version }) => `${id} ${version}`)
        .join(" "),
    ),
    nextChange,
  ];
}

test("until a version takes effect it watches beside the one before; what did not change watches once", () => {
  assert.deepEqual(watching([V2, V1], NOW), [["FAST 2 HOT 1", "FAST 1"], D10]);
  assert.deepEqual(watching([V2, V1], D10), [["FAST 2 HOT 1"], Number.POSITIVE_INFINITY]);
  assert.equal(packInForce([V2, V1], D10).versions, 1);
});

test("a version that takes over takes the place of the one before on its day", () => {
  const carrying = compile(`${fast(2, "effective from 2026-12-10; carry;")}\n${HOT}`);
  assert.deepEqual(watching([carrying, V1], NOW), [["HOT 1", "FAST 1"], D10]);
  assert.deepEqual(watching([carrying, V1], D10), [["FAST 2 HOT 1"], Number.POSITIVE_INFINITY]);
});

test("of versions that follow each other each is in force until the next; a pack that changes meanwhile keeps them", () => {
  const V3 = compile(`${fast(3, "effective from 2026-12-20;")}\n${HOT}`);
  assert.deepEqual(watching([V3, V2, V1], NOW), [["FAST 3 HOT 1", "FAST 2", "FAST 1"], D10]);
  assert.deepEqual(watching([V3, V2, V1], D10), [["FAST 3 HOT 1", "FAST 2"], D20]);
  const sameButHot = compile(fast(2, "effective from 2026-12-10;"));
  assert.deepEqual(watching([sameButHot, V2, V1], NOW), [["FAST 2", "FAST 1"], D10]);
});

test("a trigger that is new has nobody to wait for, one that is left out is over at once", () => {
  const added = compile(`${HOT}\n${fast(1, "effective from 2026-12-10;")}`);
  assert.deepEqual(watching([added, compile(HOT)], NOW), [["HOT 1 FAST 1"], Number.POSITIVE_INFINITY]);
  assert.deepEqual(watching([compile(HOT), V1], NOW), [["HOT 1"], Number.POSITIVE_INFINITY]);
});

test("conditions over many vehicles follow their dates too", () => {
  const versions = [compile(`${HOT}\n${many(2, "effective from 2026-12-10;")}`), compile(`${HOT}\n${many(1)}`)];
  assert.deepEqual(watching(versions, NOW), [["HOT 1 MANY 2", "MANY 1"], D10]);
  assert.deepEqual(watching(versions, D10), [["HOT 1 MANY 2"], Number.POSITIVE_INFINITY]);
});
