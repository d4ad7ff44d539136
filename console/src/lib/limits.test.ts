import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { describeLimits, isPlanLimit, limitName } from "./limits.ts";

describe("limits of a plan in words", () => {
  it("say each limit once, both ends of the day as one, in the order of the form", () => {
    const limits = { dailyTo: "18:00", functions: ["driving", "Valet"], maxSpeed: 120, dailyFrom: "08:00", roads: [] };
    const lines = describeLimits(limits, "zh");
    assert.deepEqual(
      lines.map(({ key, text }) => `${limitName(key, "zh")} ${text}`),
      ["最高车速 120 km/h", "每日时段 08:00–18:00", "功能 行驶、Valet"],
    );
    assert.deepEqual(lines[1]?.of, ["dailyFrom", "dailyTo"]);
    assert.deepEqual(describeLimits({ dailyFrom: "06:00" }, "en")[0]?.text, "06:00–24:00");
  });

  it("name every limit that a plan can have, in both languages", () => {
    const known = ["maxVehicles", "regions", "areas", "roads", "softwareVersions", "maxSpeed", "functions", "users"];
    for (const key of known)
      for (const language of ["zh", "en"] as const)
        assert.notEqual(limitName(key, language), key, `${key} ${language}`);
  });

  it("tell the rules made from limits from those of the plan's set", () => {
    assert.ok(isPlanLimit({ limit: "PLAN-SPEED" }) && !isPlanLimit({ limit: "EV-BAT-001" }) && !isPlanLimit({}));
  });
});
