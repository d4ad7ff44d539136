import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Ajv2020 } from "ajv/dist/2020.js";
import { decodeFrame, frameSchema } from "./mod.ts";
import { bytesOf, findVectors, NO_DATA, randomReport, report, seeded } from "../testing/fixtures.ts";

const PATH = join(import.meta.dirname, "../schema/frame.schema.json");
if (process.env.WRITE_SCHEMA !== undefined) writeFileSync(PATH, `${JSON.stringify(frameSchema(), undefined, 2)}\n`);

const validate = new Ajv2020({ strict: true, allErrors: false }).compile(JSON.parse(readFileSync(PATH, "utf8")));
const assertValid = (message: unknown, id: string): void =>
  assert.ok(validate(JSON.parse(JSON.stringify(message))), `${id}: ${JSON.stringify(validate.errors?.slice(0, 3))}`);

test("the published schema is the one that the layout tables give (npm run schema writes it)", () => {
  assert.deepEqual(JSON.parse(readFileSync(PATH, "utf8")), frameSchema());
});

test("every vector's JSON is valid", { skip: findVectors() === undefined ? NO_DATA : false }, () => {
  for (const { id, hex, wellformed } of findVectors() ?? []) if (wellformed) assertValid(decodeFrame(bytesOf(hex)), id);
});

test("the JSON of random reports of every body is valid", () => {
  const random = seeded(5);
  for (let i = 0; i < 300; i++) assertValid(decodeFrame(randomReport(random, i % 2 === 0 ? 2016 : 2025)), String(i));
});

test("malformed messages and error lines are valid", () => {
  assertValid(decodeFrame(report(2016, "0101"), { malformed: "keep" }), "malformed");
  assertValid({ error: { code: "SG_FRAME_BCC", message: "…", offset: 5 } }, "error");
});

test("wrong names, wrong types and values that no wire number has are invalid", () => {
  const message = JSON.parse(JSON.stringify(decodeFrame(report(2025, "0400ff")))) as {
    items: Record<string, unknown>[];
  };
  assertValid(message, "engine");
  for (const wrong of [
    { crankshaftSpeed: 65_534 },
    { crankshaftSpeed: "high" },
    { crankshaftSpeed: null },
    { colour: 1 },
    { kind: "motor" },
  ]) {
    assert.equal(validate({ ...message, items: [{ ...message.items[0], ...wrong }] }), false, JSON.stringify(wrong));
  }
});
