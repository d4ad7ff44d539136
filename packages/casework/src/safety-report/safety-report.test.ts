/** The yearly safety report: from when on it is owed, what is explained, and what nobody may claim against the counts. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CaseActor } from "../access/extent.ts";
import type { Json } from "../lifecycle/definition.ts";
import { refuses, Story } from "../story.fixture.ts";
import { DEMANDS } from "./data.ts";
import { SAFETY_REPORT } from "./lifecycle.ts";
import { acceptedSafetyReportInput } from "./testing.ts";

const MAKER: CaseActor = { id: "maker", role: "OEM", organisation: "maker-a" };
const EIDC: CaseActor = { id: "eidc", role: "EIDC" };
const begun = () => new Story(SAFETY_REPORT, acceptedSafetyReportInput).take(MAKER, "openSafetyReport");
const figures = (connected: number): Json => ({
  figures: { registered: 10, connected, orders: 4, ordersClosed: 3, accidents: 1, recalls: 0 },
});

describe("safety report of the year", () => {
  it("is owed from 2027 on, by a day that is ours", () => {
    const early = new Story(SAFETY_REPORT, acceptedSafetyReportInput);
    refuses(() => early.take(MAKER, "openSafetyReport", { year: 2026 }), "inForce");
    assert.equal(SAFETY_REPORT.actions["openSafetyReport"]!.basis.effectiveFrom, "2027-01-01");
    assert.equal(begun().due("safetyReport"), "2028-03-31 P");
  });

  it("what is not met is explained, and nobody claims that all are monitored while the platform has not heard of some", () => {
    for (const demand of DEMANDS) {
      const input = { ...(acceptedSafetyReportInput("submitSafetyReport") as object), [demand]: false };
      const story = begun();
      refuses(() => story.take(MAKER, "submitSafetyReport", input), "explained");
      assert.equal(
        story.take(MAKER, "submitSafetyReport", { ...input, departures: "Until June" }).state,
        "SUBMITTED",
        demand,
      );
    }
    const story = begun();
    refuses(() => story.take(MAKER, "submitSafetyReport", undefined, figures(9)), "asCounted");
    story.take(MAKER, "submitSafetyReport", undefined, figures(10));
    story.take(EIDC, "returnSafetyReport");
    assert.equal(story.duty("safetyReport")!.ended, undefined, "owed again");
    assert.equal(
      story.take(MAKER, "submitSafetyReport", undefined, figures(10)).take(EIDC, "acceptSafetyReport").state,
      "ACCEPTED",
    );
  });
});
