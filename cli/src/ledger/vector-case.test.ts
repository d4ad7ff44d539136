import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { evaluateCase } from "./vector-case.ts";

const DATA = process.env.SANDGLASS_DATA ?? path.resolve(import.meta.dirname, "../../../../shared/data");
const CASES = path.join(DATA, "merkle-inclusion");

test(
  "every inclusion case of the public suite is answered as it says, from the proof alone",
  { skip: existsSync(CASES) ? false : `${CASES} is absent` },
  async () => {
    const files = (await readdir(CASES, { recursive: true })).filter((name) => name.endsWith(".json"));
    assert.ok(files.length > 50);
    for (const file of files) {
      const {
        wantErr,
        desc: _,
        ...question
      } = JSON.parse(await readFile(path.join(CASES, file), "utf8"), exact) as Record<string, unknown>;
      assert.equal(evaluateCase(writeExact(question)).valid, !wantErr, file);
    }
  },
);

/** Keeps numbers as they are spelled: some indices are 2^64 - 1. */
const exact = (_key: string, value: unknown, context?: { source?: string }): unknown =>
  typeof value === "number" ? { source: context?.source } : value;
const writeExact = (question: Record<string, unknown>): string =>
  JSON.stringify(question).replace(/\{"source":"(\d+)"\}/g, "$1");

/** Cases of the suite's consistency folder (transparency-dev/merkle, Apache-2.0), with the suite's own trees. */
const ROOTS: Readonly<Record<number, string>> = {
  1: "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=",
  6: "duZ9rbzfHhDht03cYIq9L5jfsW+851J3tSMqEn8gh+8=",
  7: "3bib5AOAnjJXUNPSY814kpwpQreUKjS3fhIslZSnTIw=",
  8: "XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=",
};
const FROM_1_TO_8 = [
  "lqKW0iTyhcZ77pPDD4owkVfw2qNdxbh+QQt4YwoJz8c=",
  "Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4=",
  "a0eq8p7jwq+a+Im8H7klTavTEXfxYjLdaqsDXKOb9uQ=",
];
const FROM_6_TO_8 = [
  "DrxdNDf74tsVi58Sah0RjjCBgQMdCpSfje3t68VY72o=",
  "yoVOoSjtBQtBs1/8G4e46yveRh6eO1WW7Oa51ZdaCuA=",
  "037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=",
];
const FROM_6_TO_7 = [
  "DrxdNDf74tsVi58Sah0RjjCBgQMdCpSfje3t68VY72o=",
  "sIaT7C5yFZcTBkHoIR5+7cy0wmQTlj7ubB4u0W/7Gl8=",
  "037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=",
];

const consistency = (
  size1: number | string,
  size2: number | string,
  root1: string,
  root2: string,
  proof: readonly string[] | null,
): boolean =>
  evaluateCase(
    `{"size1":${size1},"size2":${size2},"root1":"${root1}","root2":"${root2}","proof":${JSON.stringify(proof)}}`,
  ).valid;

test("consistency cases of the public suite are answered as it says", () => {
  assert.equal(consistency(1, 1, ROOTS[1], ROOTS[1], null), true);
  assert.equal(consistency(1, 8, ROOTS[1], ROOTS[8], FROM_1_TO_8), true);
  assert.equal(consistency(6, 8, ROOTS[6], ROOTS[8], FROM_6_TO_8), true);
  assert.equal(consistency(6, 7, ROOTS[6], ROOTS[7], FROM_6_TO_7), true);
  assert.equal(consistency(6, 7, ROOTS[7], ROOTS[6], FROM_6_TO_7), false, "swapped roots");
  assert.equal(consistency(1, 8, ROOTS[1], ROOTS[8], []), false, "empty proof");
  assert.equal(consistency(1, 8, ROOTS[1], ROOTS[8], null), false, "no proof");
  assert.equal(consistency(0, 8, ROOTS[1], ROOTS[8], FROM_1_TO_8), false, "size1 sub 1");
  assert.equal(consistency(2, 8, ROOTS[1], ROOTS[8], FROM_1_TO_8), false, "size1 plus 1");
  assert.equal(consistency(6, 16, ROOTS[6], ROOTS[8], FROM_6_TO_8), false, "size2 mul 2");
  assert.equal(consistency(6, 4, ROOTS[6], ROOTS[8], FROM_6_TO_8), false, "size2 div 2");
  assert.equal(consistency(6, 8, ROOTS[6], ROOTS[8], ["", ...FROM_6_TO_8]), false, "preceding garbage");
  assert.equal(consistency(6, 8, ROOTS[6], ROOTS[8], [...FROM_6_TO_8, ROOTS[6]]), false, "trailing root");
  assert.equal(consistency(6, 8, ROOTS[6], ROOTS[8], FROM_6_TO_8.slice(0, -1)), false, "truncated proof");
  assert.equal(consistency("18446744073709551615", 8, ROOTS[6], ROOTS[8], FROM_6_TO_8), false, "size1 wrapped around");
});

test("equal sizes need equal roots and no proof, whatever the roots are", () => {
  const a = "ZG9uJ3QgY2FyZSAx";
  const b = "ZG9uJ3QgY2FyZSAy";
  for (const size of [0, 1]) {
    assert.equal(consistency(size, size, a, a, []), true);
    assert.equal(consistency(size, size, a, b, []), false);
    assert.equal(consistency(size, size, a, a, [ROOTS[1]]), false);
  }
  assert.equal(consistency(0, 1, a, b, []), false);
});

test("what is no proof case is malformed and not valid", () => {
  for (const text of [
    "",
    "{",
    "[]",
    "null",
    "{}",
    '{"leafIdx":0}',
    '{"leafIdx":1.5,"treeSize":2,"proof":[]}',
    '{"leafIdx":-1,"treeSize":2}',
    '{"leafIdx":"0","treeSize":1}',
    '{"size1":18446744073709551616,"size2":1}',
    '{"size1":1,"size2":1,"proof":"x"}',
    '{"size1":1,"size2":1,"root1":"=="}',
  ]) {
    const result = evaluateCase(text);
    assert.equal(result.malformed, true, text);
    assert.equal(result.valid, false);
  }
});
