import assert from "node:assert/strict";
import { test } from "node:test";
import { tabsOfVehicle } from "./tabs-of-vehicle.ts";

test("the tabs of a vehicle are those of which the role may read something", () => {
  assert.deepEqual(tabsOfVehicle("SUPERVISOR_ALL"), [
    "signals",
    "frames",
    "rules",
    "findings",
    "commands",
    "conformance",
  ]);
  assert.deepEqual(tabsOfVehicle("FIRE"), [], "the register is all that it reads of a vehicle");
  assert.deepEqual(tabsOfVehicle("TRAFFIC_POLICE"), ["signals", "frames"]);
});
