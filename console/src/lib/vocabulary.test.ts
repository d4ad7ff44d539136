import assert from "node:assert/strict";
import { test } from "node:test";
import { HAZARD_WORK_ORDER, SANDBOX_PROJECT } from "@sandglass/casework";
import { CASE_FLAGS, label } from "./vocabulary.ts";

test("lists name the flags of projects and of work orders, never by their codes", () => {
  for (const flag of [...Object.keys(SANDBOX_PROJECT.flags), ...Object.keys(HAZARD_WORK_ORDER.flags)])
    for (const language of ["zh", "en"] as const) assert.notEqual(label(CASE_FLAGS, flag, language), flag);
});
