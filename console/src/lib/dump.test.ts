import assert from "node:assert/strict";
import { test } from "node:test";
import { explain, findDump } from "@sandglass/gbt32960";
import * as fc from "fast-check";
import { ADDRESS_LIMIT, readDump, writeDump } from "./dump-address.ts";
import { exampleDump } from "./dump-examples.ts";
import { explainField, fieldTitle } from "./frame-fields.ts";

test("any dump that fits comes back from the address; a longer one stays out of it", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 400 }), (bytes) => {
      const written = writeDump(bytes);
      assert.match(written ?? "", /^bytes=[\w-]+$/);
      assert.deepEqual(readDump(`#${written}`), bytes);
    }),
    { numRuns: 200, seed: 1 },
  );
  assert.equal(writeDump(new Uint8Array(ADDRESS_LIMIT + 1)), undefined);
  for (const other of ["", "#", "#bytes=", "#section", "#bytes=%%%"]) assert.equal(readDump(other), undefined, other);
});

test("the examples hold good frames, damage between them, and a frame that broke off", () => {
  for (const edition of [2016, 2025] as const) {
    const dump = findDump(exampleDump(edition));
    assert.ok(dump !== undefined && !dump.oddDigits);
    const pieces = explain(dump.bytes);
    assert.deepEqual(
      pieces.filter((piece) => piece.kind === "frame").map((piece) => [piece.message, piece.edition]),
      [
        ["realtimeReport", edition],
        ["realtimeReport", edition],
        ["heartbeat", edition],
        ["vehicleLogout", edition],
      ],
    );
    assert.ok(pieces.filter((piece) => piece.kind === "damage").length >= 3);
    assert.equal(
      pieces.reduce((sum, piece) => sum + piece.length, 0),
      dump.bytes.length,
    );
  }
});

test("a field says how its number becomes its value, in both languages", () => {
  const [first] = explain(findDump(exampleDump(2016))!.bytes);
  const speed = first.fields.find((field) => field.name.endsWith("vehicle.speed"))!;
  assert.equal(explainField(speed, "en"), "0x01E8 = 488; 488 ÷ 10 = 48.8 km/h; allowed 0–2200");
  assert.match(explainField(speed, "zh"), /允许 0–2200/);
  const invalid = first.fields.find((field) => field.problem === "invalid")!;
  assert.match(explainField(invalid, "zh"), /无效$/);
  assert.match(fieldTitle(invalid, "zh"), / 4$/);
  assert.equal(fieldTitle(invalid, "en"), invalid.name);
});
