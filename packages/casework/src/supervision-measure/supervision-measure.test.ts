/** The ladder of measures: no rung is left out, and none is taken before the enterprise could answer. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CaseActor } from "../access/extent.ts";
import { refuses, Story } from "../story.fixture.ts";
import { SUPERVISION_MEASURE } from "./lifecycle.ts";
import { acceptedMeasureInput } from "./testing.ts";

const EIDC: CaseActor = { id: "eidc", role: "EIDC" };
const EIDC_2: CaseActor = { id: "eidc-2", role: "EIDC" };
const MAKER: CaseActor = { id: "maker", role: "OEM", organisation: "maker-a" };
const CLOCK: CaseActor = { id: "system:clock", role: "system:clock" };
const RISING = ["holdInterview", "giveNotice", "orderCorrection", "suspendAnnouncement"] as const;

const sent = () => new Story(SUPERVISION_MEASURE, acceptedMeasureInput).take(EIDC, "sendRiskNotice");

describe("ladder of measures", () => {
  it("R-2.19: goes from the risk-notice letter by interview and public notice to the order to correct, leaving no rung out", () => {
    const story = sent();
    const taken: string[] = [story.state];
    for (const [index, name] of RISING.entries()) {
      for (const later of RISING.slice(index + 1)) refuses(() => story.take(EIDC, later), "state");
      refuses(() => story.take(EIDC, name), "heard");
      story.take(CLOCK, "markMeasureLate").take(EIDC, name);
      // What is made public, or takes the announcement away, needs a second person.
      if (story.state === taken.at(-1)) story.take(EIDC_2, name);
      taken.push(story.state);
    }
    assert.deepEqual(taken, ["RISK_NOTICE", "INTERVIEW", "PUBLIC_NOTICE", "ORDER_TO_CORRECT", "SUSPENDED"]);
    assert.deepEqual(
      story.folded.documents.map(({ code }) => code),
      ["riskNoticeLetter", "interviewNotice", "publicNotice", "correctionOrder", "suspensionNotice"],
    );
  });

  it("R-2.19: an answer is owed at each rung, in a time of ours at first, and by the day that the order names", () => {
    const story = sent();
    assert.equal(story.due("answerMeasure"), "2026-12-07 P");
    story.take(CLOCK, "markMeasureLate").take(EIDC, "holdInterview");
    assert.deepEqual(story.flags, []);
    story.take(MAKER, "reportCorrection");
    refuses(() => story.take(MAKER, "reportCorrection"), "answered");
    refuses(() => story.take({ ...MAKER, organisation: "maker-b" }, "reportCorrection"), "role");
    story.take(EIDC, "giveNotice").take(EIDC_2, "giveNotice").take(CLOCK, "markMeasureLate");
    refuses(() => story.take(EIDC, "orderCorrection", { reasons: "Late", correctBy: "2026-11-01T00:00:00Z" }), "ahead");
    story.take(EIDC, "orderCorrection", { reasons: "Late", correctBy: "2027-01-31T15:59:59Z" });
    assert.equal(story.due("correctInTime"), "2027-01-31 S");
    refuses(() => story.take(EIDC, "acceptCorrection"), "unanswered");
    assert.equal(story.take(MAKER, "reportCorrection").take(EIDC, "acceptCorrection").state, "CORRECTED");
  });
});
