/** Conformance with the given case files; skipped where they are absent. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { evaluateVector, type VectorCase } from "./mod.ts";

const DATA = process.env["SANDGLASS_DATA"] ?? join(import.meta.dirname, "../../../../shared/data");
const FOLDER = join(DATA, "trigger-vectors");
type Expected = VectorCase & { expected?: unknown; expected_rle?: unknown };

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value, (_key, x: unknown) => (x === 0 ? 0 : x)));

describe("published semantics", () => {
  if (!existsSync(FOLDER)) {
    it("equals every given case", { skip: `no ${FOLDER}` }, () => {});
    return;
  }
  for (const file of readdirSync(FOLDER).filter((name) => name.endsWith(".json") && name !== "divergences.json")) {
    it(`equals every case of ${file}`, () => {
      const cases = JSON.parse(readFileSync(join(FOLDER, file), "utf8")) as Expected[];
      assert.ok(cases.length > 0);
      for (const { expected, expected_rle: lengths, ...question } of cases) {
        assert.deepEqual(plain(evaluateVector(question as VectorCase)), plain(expected ?? lengths), question.id);
      }
    });
  }
});

describe("definitions, without any data", () => {
  const base = { time: "dense", semantics: "boolean", hold: "right-continuous", domain: [0, 10] } as const;
  it("once over a run is true from its start plus a to its end plus b", () => {
    const actual = evaluateVector({
      ...base,
      id: "1",
      family: "x",
      formula: ["onceT", 1, 3, ["prop", "p"]],
      trace: {
        end: 10,
        p: [
          [0, false],
          [2, true],
          [4, false],
        ],
      },
    });
    assert.deepEqual(actual, [
      [0, 3, false],
      [3, 7, true],
      [7, 10, false],
    ]);
  });
  it("since needs P after the instant of Q", () => {
    const actual = evaluateVector({
      ...base,
      id: "2",
      family: "x",
      formula: ["since", ["prop", "p"], ["prop", "q"]],
      trace: {
        end: 10,
        p: [
          [0, false],
          [3, true],
          [8, false],
        ],
        q: [
          [0, false],
          [3, true],
          [4, false],
        ],
      },
    });
    assert.deepEqual(actual, [
      [0, 3, false],
      [3, 8, true],
      [8, 10, false],
    ]);
  });
  it("until is since on the reversed trace", () => {
    const actual = evaluateVector({
      ...base,
      id: "3",
      family: "x",
      formula: ["untilT", 0, 2, ["prop", "p"], ["prop", "q"]],
      trace: {
        end: 10,
        p: [[0, true]],
        q: [
          [0, false],
          [5, true],
          [6, false],
        ],
      },
    });
    assert.deepEqual(actual, [
      [0, 3, false],
      [3, 6, true],
      [6, 10, false],
    ]);
  });
});
