import assert from "node:assert/strict";
import { test } from "node:test";
import { isAuthority, ORGANISATION_KINDS } from "./organisations.ts";

test("who supervises, examines or runs the platform is no enterprise that a form could name", () => {
  assert.deepEqual(
    ORGANISATION_KINDS.filter((kind) => !isAuthority(kind)),
    ["maker", "importer", "batteryMaker", "supplier", "techFirm", "operator", "dealer", "laboratory"],
  );
});
