/** What the yearly data-security report demands, of whom, and until when. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { classesOf, DATA_BASES, KEEPING, keptUntil } from "../data-security/law.ts";
import { refuses, Story } from "../story.fixture.ts";
import type { DataReportData } from "./data.ts";
import { DATA_REPORT } from "./lifecycle.ts";
import { acceptedDataReportInput, DATA_ASSESSMENT, DATA_REPORT_OPENED } from "./testing.ts";

const MAKER = { id: "maker", role: "OEM", organisation: "maker-a" } as const;
const CAC = { id: "cac", role: "CAC" } as const;
const ALL_ROLES = { id: "supervisor", role: "SUPERVISOR_ALL", organisation: "maker-a" } as const;
const CLOCK = { id: "system:clock", role: "system:clock" } as const;

const opened = (fields: object = {}) =>
  new Story<DataReportData>(DATA_REPORT, acceptedDataReportInput).take(MAKER, "openDataReport", {
    ...DATA_REPORT_OPENED,
    ...fields,
  });
const dueOf = (story: ReturnType<typeof opened>): string | undefined => {
  const duty = story.folded.obligations.find((each) => each.code === "reportOfYear" && each.ended === undefined);
  return duty === undefined ? undefined : new Date(duty.dueAt! + 8 * 3_600_000).toISOString();
};

describe("data-security report of the year", () => {
  it("R-5.44: is due with 15 December of its year, unverified, and marked late by the clock", () => {
    const story = opened();
    assert.equal(dueOf(story), "2026-12-15T23:59:59.999Z");
    assert.equal(story.folded.obligations[0]!.certainty, "M");
    assert.deepEqual(story.take(CLOCK, "markDataReportLate").folded.flags, ["LATE"]);
    story.take(MAKER, "assessData").take(MAKER, "submitDataReport");
    refuses(() => story.take(MAKER, "acceptDataReport"), "role");
    assert.equal(story.take(CAC, "returnDataReport").folded.state, "RETURNED");
    story.take(MAKER, "assessData").take(MAKER, "submitDataReport").take(CAC, "acceptDataReport");
    assert.ok(story.folded.obligations.every(({ ended }) => ended?.how === "met"));
  });

  it("R-5.41: classes are declared, and more than 100 000 persons are the fifth", () => {
    assert.deepEqual(classesOf(["charging"], 100_000), ["charging"]);
    assert.deepEqual(classesOf(["charging"], 100_001), ["charging", "persons"]);
    assert.equal(DATA_BASES.classes.certainty, "F");
    const none = opened({ declared: [], persons: 100_000 });
    assert.equal(dueOf(none), undefined);
    none.take(MAKER, "assessData");
    refuses(() => none.take(MAKER, "submitDataReport"), "owed");
    assert.equal(none.take(MAKER, "closeUnowed").folded.state, "NOT_OWED");
    for (const actor of [MAKER, ALL_ROLES]) refuses(() => opened().take(actor, "closeUnowed"), "notOwed");
  });

  it("R-5.48: ten million persons bring the duties of a processor of important data, and less takes them back", () => {
    const story = opened({ declared: [], persons: 10_000_000 });
    assert.deepEqual(story.folded.flags, ["IMPORTANT_DATA_DUTIES"]);
    assert.deepEqual(story.data.grounds, ["importantData", "tenMillion"]);
    const counts = { declared: [], reasons: "Counted anew" };
    story.take(MAKER, "recountData", { ...counts, persons: 9_999_999 });
    assert.deepEqual([story.folded.flags, story.data.grounds], [[], ["importantData"]]);
    assert.ok(dueOf(story) !== undefined);
    assert.equal(dueOf(story.take(MAKER, "recountData", { ...counts, persons: 10 })), undefined);
    assert.equal(dueOf(story.take(MAKER, "recountData", { ...counts, persons: 200_000 })), "2026-12-15T23:59:59.999Z");
  });

  it("what departs from a principle is explained", () => {
    const principles = { ...DATA_ASSESSMENT.principles, inVehicle: false };
    refuses(() => opened().take(MAKER, "assessData", { ...DATA_ASSESSMENT, principles }), "principles");
    const explained = { ...DATA_ASSESSMENT, principles: { ...principles, departures: "Navigation needs a server" } };
    assert.equal(opened().take(MAKER, "assessData", explained).folded.state, "ASSESSED");
  });

  it("R-5.49: nothing is handed over without contract, no important data without an assessment; records stay three years", () => {
    const [given] = DATA_ASSESSMENT.handovers;
    for (const actor of [MAKER, ALL_ROLES])
      for (const flaw of [{ contract: false }, { assessedBefore: false }]) {
        const handovers = [{ ...given, ...flaw }];
        refuses(() => opened().take(actor, "assessData", { ...DATA_ASSESSMENT, handovers }), "handovers");
      }
    const handovers = [{ ...given, important: false, assessedBefore: false }];
    const story = opened().take(MAKER, "assessData", { ...DATA_ASSESSMENT, handovers });
    assert.deepEqual(story.data.kept, ["2029-03-01 · Map maker", "2029-02-01 · sensitive"]);
    assert.equal(KEEPING.handover.basis.certainty, "F");
  });

  it("sensitive information needs separate consent, that of children their guardians'; assessments stay three years", () => {
    const [done] = DATA_ASSESSMENT.assessments;
    for (const actor of [MAKER, ALL_ROLES])
      for (const flaw of [{ separateConsent: false }, { minors: true }]) {
        const assessments = [{ ...done, ...flaw }];
        refuses(() => opened().take(actor, "assessData", { ...DATA_ASSESSMENT, assessments }), "consents");
      }
    const assessments = [{ ...done, minors: true, guardians: true }];
    opened().take(MAKER, "assessData", { ...DATA_ASSESSMENT, assessments });
    assert.equal(keptUntil("assessment", "2024-02-29T08:00:00+08:00"), "2027-02-28");
  });
});
