/** What the law demands of a defect file, from the lead to the last vehicle, and by when. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import type { CaseActor } from "../access/extent.ts";
import { allows } from "../access/extent.ts";
import type { Lifecycle } from "../lifecycle/definition.ts";
import { possibleActions } from "../lifecycle/possible.ts";
import { DAY_MS, HOUR_MS } from "../time/shanghai.ts";
import { DEADLINES } from "../time/deadlines.ts";
import { completionOf, FLAT_SLOPE, isFlat, outstandingOf, quarterOf, trendOf } from "./completion.ts";
import { publishedRecall, type RecallData } from "./data.ts";
import { refuses, Story, STORY_BEGINS } from "../story.fixture.ts";
import { RECALL_CASE } from "./lifecycle.ts";
import { acceptedRecallInput, RECALL_LEAD, RECALL_PLAN } from "./testing.ts";

const CASE = RECALL_CASE as unknown as Lifecycle;
const MAKER: CaseActor = { id: "maker", role: "OEM", organisation: "maker-a" };
const CENTRE: CaseActor = { id: "centre", role: "RECALL_CENTER" };
const SAMR: CaseActor = { id: "samr", role: "SAMR" };
const SAMR2: CaseActor = { id: "samr-2", role: "SAMR" };
const DEALER: CaseActor = { id: "dealer", role: "DEALER_REPAIR", organisation: "dealer-1" };
const CLOCK: CaseActor = { id: "clock", role: "system:clock" };
const vehicles = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `veh_${String(index).padStart(13, "0")}`);

class RecallStory extends Story<RecallData> {
  constructor() {
    super(RECALL_CASE, acceptedRecallInput);
  }
}
const lead = (): RecallStory => new RecallStory().take(MAKER, "reportDefect");
const noticed = (): RecallStory =>
  lead().take(CENTRE, "ownInvestigation").take(CENTRE, "attachDocuments").take(SAMR, "issueNotice");
const filed = (scope: object = {}): RecallStory =>
  lead()
    .take(MAKER, "confirmDefect")
    .take(MAKER, "confirmStop")
    .take(MAKER, "filePlan", { ...RECALL_PLAN, scope: { ...RECALL_PLAN.scope, ...scope } });
const running = (declared = 10): RecallStory =>
  filed({ declared }).take(MAKER, "publishRecall").take(CENTRE, "publishRecall").take(MAKER, "notifyOwners");

it("its limits are its own: none is hidden by one of the house that is called alike", () => {
  assert.deepEqual(
    Object.keys(CASE.deadlines ?? {}).filter((code) => Object.hasOwn(DEADLINES, code)),
    [],
  );
});

describe("from a lead to the decision", () => {
  it("R-4.24: the producer investigates at once and reports the result, which the authority reviews", () => {
    const story = lead();
    assert.equal(story.duty("startAnalysis")!.dueAt, STORY_BEGINS + 24 * HOUR_MS);
    assert.equal(CASE.deadlines!.startAnalysis!.unit, "immediate");
    story.take(MAKER, "startAnalysis");
    refuses(() => story.take(MAKER, "reportNoDefect"), "documents");
    story.take(MAKER, "attachDocuments").take(MAKER, "reportNoDefect");
    assert.deepEqual([story.state, story.duty("reportResult")!.ended?.how], ["AUTHORITY_REVIEW", "met"]);
    story.take(CENTRE, "acceptResult");
    assert.equal(story.state, "AUTHORITY_REVIEW", "one person alone does not close it");
    assert.equal(story.take(SAMR, "acceptResult").state, "CLOSED_NO_DEFECT");
  });

  it("a dealer may report a defect, names the producer, and follows the file as the one who reported", () => {
    const story = new RecallStory().take(DEALER, "reportDefect", {
      ...RECALL_LEAD,
      source: "dealer",
      organisation: "maker-a",
    });
    const extent = CASE.extentOf(story.data);
    assert.deepEqual([extent.organisations, extent.assigned], [["maker-a"], ["dealer"]]);
    assert.ok(allows(DEALER, "recallFile", "read", extent));
    assert.ok(!allows({ ...DEALER, id: "other" }, "recallFile", "read", extent));
    refuses(() => story.take(DEALER, "startAnalysis"), "role");
  });

  it("a lead names the record that it comes from: a finding, an order, a case, a complaint, a filing, a recall abroad", () => {
    for (const [source, field] of [
      ["finding", "finding"],
      ["hazardOrder", "hazardOrder"],
      ["accident", "accident"],
      ["complaint", "complaint"],
      ["sandbox", "project"],
      ["ota", "otaFiling"],
      ["foreignRecall", "foreignReference"],
    ] as const) {
      refuses(() => new RecallStory().take(MAKER, "reportDefect", { ...RECALL_LEAD, source }), "sourceNamed");
      const named = new RecallStory().take(MAKER, "reportDefect", { ...RECALL_LEAD, source, [field]: "x-1" });
      assert.equal(named.data[field], "x-1", source);
    }
  });

  it("R-4.26: the authority notifies the producer, and investigates itself on a named ground, by entry, copies and questions", () => {
    const story = lead().take(SAMR, "notifyInvestigate");
    assert.deepEqual(
      story.folded!.documents.map(({ code }) => code),
      ["investigationNotice"],
    );
    refuses(() => lead().take(CENTRE, "recordInspection"), "state");
    story.take(CENTRE, "ownInvestigation", { ground: "producerIdle", reasons: "No answer for ten days" });
    for (const inspection of ["entry", "copies", "questions"])
      story.take(CENTRE, "recordInspection", { inspection, what: `Seen by ${inspection}` });
    assert.deepEqual(
      story.data.inspections.map(({ kind }) => kind),
      ["entry", "copies", "questions"],
    );
    assert.equal(story.duty("reportResult")!.ended?.how, "cancelled");
    refuses(() => story.take(SAMR, "issueNotice"), "documents");
  });

  it("R-4.27: the producer recalls or objects with proof within 15 working days, and not later", () => {
    const story = noticed();
    assert.equal(story.due("respond"), "2026-12-14 F");
    assert.equal(story.take(MAKER, "acceptRecall").state, "STOP_SALE");
    refuses(() => noticed().take(CENTRE, "objectRecall"), "role");
    refuses(() => noticed().wait(22).take(MAKER, "objectRecall"), "responseOpen");
    refuses(
      () => lead().take(CENTRE, "ownInvestigation").take(CENTRE, "attachDocuments").take(CENTRE, "issueNotice"),
      "role",
    );
  });

  it("R-4.28: only experts without interest argue, an order follows their finding or silence, and two persons give it", () => {
    const argued = noticed().take(MAKER, "attachDocuments").take(MAKER, "objectRecall");
    refuses(() => argued.take(SAMR, "orderRecall"), "mayOrder");
    const biased = { panel: [{ name: "Li", freeOfInterest: false }], defect: true, opinion: "Defect" };
    refuses(() => argued.take(CENTRE, "recordOpinion", biased), "freeOfInterest");
    argued.take(CENTRE, "recordAppraisal").take(CENTRE, "recordOpinion");
    refuses(() => argued.take(SAMR, "concludeNoDefect"), "arguedNoDefect");
    argued.take(SAMR, "orderRecall");
    refuses(() => argued.take(SAMR, "orderRecall"), "fourEyes");
    argued.take(SAMR2, "orderRecall");
    assert.deepEqual(
      [argued.state, argued.folded!.documents.at(-1)?.code, argued.duty("filePlan")!.ended],
      ["ORDERED", "recallOrder", undefined],
    );

    const silent = noticed();
    refuses(() => silent.take(SAMR, "orderRecall"), "mayOrder");
    silent.wait(22).take(CLOCK, "markTermOver");
    assert.deepEqual([silent.folded!.flags, silent.due("decideOrder").slice(-1)], [["TERM_OVER"], "P"]);
    assert.equal(silent.take(SAMR, "orderRecall").take(SAMR2, "orderRecall").state, "ORDERED");
    for (const name of ["orderRecall", "recordOpinion", "evaluateEffect"])
      assert.ok(
        CASE.actions[name]!.guards!.some((each) => each.unskippable?.certainty === "F"),
        name,
      );
  });
});

describe("from the stop of sale to the last vehicle", () => {
  it("R-4.25: production and sale stop at once; no plan is filed before that is confirmed, and being late stays visible", () => {
    const story = lead().take(MAKER, "confirmDefect");
    assert.equal(story.duty("stopSale")!.dueAt, STORY_BEGINS + HOUR_MS + 24 * HOUR_MS);
    refuses(() => story.take(MAKER, "filePlan"), "state");
    story.wait(2).take(CLOCK, "markDutyLate").take(MAKER, "confirmStop");
    assert.deepEqual(story.folded!.flags, ["DUTY_LATE", "STOPPED"]);
  });

  it("R-4.29: the plan is filed within 5 working days, unverified; dealers stop at once; a change is filed again", () => {
    const story = lead().take(MAKER, "confirmDefect");
    assert.equal(story.due("filePlan"), "2026-11-30 M");
    story.take(MAKER, "confirmStop");
    refuses(() => story.take(MAKER, "filePlan", { ...RECALL_PLAN, dealersTold: false }), "dealersTold");
    story.take(MAKER, "filePlan", RECALL_PLAN, { affected: 7, regions: ["440300"] });
    assert.deepEqual(
      [story.data.affected, story.data.plan?.scope.declared],
      [7, 1],
      "counted, beside what was declared",
    );
    assert.deepEqual(CASE.extentOf(story.data).regions, ["440300"]);
    story.take(CENTRE, "returnPlan");
    assert.deepEqual([story.duty("filePlan")!.ended, story.due("filePlan")], [undefined, "2026-11-30 M"]);
    const offered = (name: string) =>
      possibleActions(CASE, story.folded!, MAKER, story.now).find((each) => each.name === name)!;
    assert.deepEqual(offered("filePlan").begins, story.data.plan, "filed anew from what was filed");
    story.take(MAKER, "filePlan").take(MAKER, "publishRecall").take(SAMR, "publishRecall").take(MAKER, "changePlan");
    assert.deepEqual(offered("changePlan").begins, { plan: story.data.plan });
    assert.deepEqual([story.state, story.data.planRevision], ["FILED", 3]);
    assert.equal(story.folded!.documents.filter(({ code }) => code === "planReceipt").length, 3);
  });

  it("R-4.30 R-4.31: publication is due in 5 and owners in 30 working days, by the draft; nothing but what owners must know is public", () => {
    const story = filed();
    const { unit, amount, basis } = CASE.deadlines!.notifyOwners!;
    assert.deepEqual([story.due("publish"), unit, amount, basis.certainty], ["2026-11-30 D", "workingDay", 30, "D"]);
    const at = story.now;
    story.take(MAKER, "publishRecall");
    assert.equal(publishedRecall(story.data), undefined, "not before a second pair of eyes has seen it");
    refuses(() => story.take({ ...MAKER, id: "maker-2" }, "publishRecall"), "role");
    story.wait(20).take(CENTRE, "publishRecall");
    assert.equal(story.duty("publish")!.ended?.at, at, "met when the producer published");
    const shown = JSON.stringify(publishedRecall(story.data));
    assert.match(shown, /The seal ages/);
    assert.doesNotMatch(shown, /veh_|maker|Coolant reaches/);
    refuses(() => story.take(MAKER, "notifyOwners", { channels: ["app"], sent: 1, reached: 2 }), "reachedAtMostSent");
    assert.equal(story.take(MAKER, "notifyOwners").state, "RUNNING");
  });

  it("R-4.30: who published in time is not late while the authority confirms it; who did not is, clock or no clock", () => {
    const waiting = filed().take(MAKER, "publishRecall").wait(20);
    refuses(() => waiting.take(CLOCK, "markDutyLate"), "lateItself");
    assert.deepEqual(waiting.take(CENTRE, "publishRecall").folded.flags, ["STOPPED"]);
    const another = filed().take(MAKER, "publishRecall").wait(60).take(CLOCK, "markDutyLate");
    assert.deepEqual(another.folded.flags, ["STOPPED", "DUTY_LATE"], "the owners were not told in time");
    const late = filed().wait(20).take(MAKER, "publishRecall").take(CENTRE, "publishRecall");
    assert.deepEqual(late.folded.flags, ["STOPPED", "DUTY_LATE"]);
  });

  it("R-4.32: no plan passes in which the owner pays", () => {
    const story = lead().take(MAKER, "confirmDefect").take(MAKER, "confirmStop");
    refuses(() => story.take(MAKER, "filePlan", { ...RECALL_PLAN, costBorne: false }), "costBorne");
    assert.equal(CASE.actions.filePlan!.guards![0]!.unskippable?.requirement, "R-4.32");
  });

  it("R-4.33: a stage report is due every three months, unverified", () => {
    const story = running();
    assert.equal(story.due("stageReport"), "2027-03-01 M", "from the start of the recall");
    story.wait(60).take(MAKER, "submitStage");
    assert.equal(story.duty("stageReport")!.ended, undefined);
    assert.equal(story.data.stageReports.length, 1);
  });

  it("R-4.25: production and sale are resumed whenever the defect is out of new vehicles, behind the closing of the recall too", () => {
    const story = running(2).take(MAKER, "completeRecall").take(MAKER, "submitFinal");
    const offers = () =>
      possibleActions(CASE, story.folded!, MAKER, story.now).some(({ name }) => name === "resumeSale");
    assert.ok(story.folded!.flags.includes("STOPPED") && offers());
    story.take(CENTRE, "evaluateEffect");
    assert.equal(story.state, "CLOSED_TAIL_OPEN");
    assert.ok(offers());
    assert.ok(!story.take(MAKER, "resumeSale").folded!.flags.includes("STOPPED"));
  });

  it("R-4.34: final report in 15 working days, records for ten years, and a tail that never closes by itself", () => {
    const story = running(2).take(MAKER, "completeRecall");
    assert.equal(story.due("finalReport"), "2026-12-14 M");
    story.take(MAKER, "submitFinal").take(CENTRE, "evaluateEffect");
    assert.deepEqual([story.state, story.data.keepUntil?.slice(0, 10)], ["CLOSED_TAIL_OPEN", "2036-11-22"]);
    refuses(() => story.take(CENTRE, "closeTail"), "nothingOutstanding");
    const done = { vehicles: vehicles(1), remedy: "repair", remediedAt: "2026-11-23T02:00:00Z" };
    story.take(MAKER, "recordRemedy", done).take(MAKER, "excludeVehicles");
    assert.equal(story.take(CENTRE, "closeTail").state, "CLOSED_COMPLETE");
  });

  it("R-4.35: independent experts evaluate; a wider recall leaves no vehicle out, a repeated one counts anew", () => {
    const reported = (): RecallStory =>
      running(10)
        .take(MAKER, "recordRemedy", { vehicles: vehicles(4), remedy: "repair", remediedAt: "2026-11-23T02:00:00Z" })
        .take(MAKER, "completeRecall")
        .take(MAKER, "submitFinal");
    const judged = (outcome: string): RecallStory =>
      reported().take(CENTRE, "evaluateEffect", {
        panel: [{ name: "Li", freeOfInterest: true }],
        outcome,
        opinion: "So",
      });
    const biased = { panel: [{ name: "Li", freeOfInterest: false }], outcome: "effective", opinion: "Fine" };
    refuses(() => reported().take(CENTRE, "evaluateEffect", biased), "freeOfInterest");
    const wider = judged("wider");
    assert.deepEqual([wider.state, wider.folded!.documents.at(-1)?.code], ["CORRECTIVE", "correctiveOrder"]);
    refuses(() => wider.take(MAKER, "filePlan", RECALL_PLAN, { affected: 9, removed: 1 }), "nothingLeftOut");
    wider.take(MAKER, "filePlan", RECALL_PLAN, { affected: 20, removed: 0 });
    assert.deepEqual([completionOf(wider.data), wider.data.round], [20, 1]);
    const repeated = judged("repeat").take(MAKER, "filePlan", RECALL_PLAN, { affected: 10 });
    assert.deepEqual([completionOf(repeated.data), repeated.data.round], [0, 2]);
    assert.deepEqual(repeated.data.formerRounds, ["1: 4 / 10 (40 %)"]);
  });

  it("R-4.42: after an over-the-air recall that changes main parameters, production waits for the permit", () => {
    const story = lead().take(MAKER, "confirmDefect").take(MAKER, "confirmStop");
    story.take(MAKER, "filePlan", { ...RECALL_PLAN, viaOta: true, changesParameters: true });
    refuses(() => story.take(MAKER, "resumeSale"), "permitKnown");
    assert.deepEqual(story.take(MAKER, "recordPermit").take(MAKER, "resumeSale").folded!.flags, []);
  });

  it("R-4.45: completion is counted by quarter without scrapped and exported vehicles, and a flat slope is followed up", () => {
    const story = running(100);
    const done = (count: number, remediedAt: string) =>
      story.take(MAKER, "recordRemedy", { vehicles: vehicles(count), remedy: "replace", remediedAt });
    done(20, "2026-11-23T03:00:00Z").wait(45);
    done(10, "2026-12-31T15:59:00Z");
    done(10, "2026-12-31T16:00:00Z").take(MAKER, "excludeVehicles", {
      vehicles: vehicles(20),
      outcome: "exported",
      evidence: "Customs list",
    });
    assert.deepEqual(story.data.trend, [
      { quarter: "2026-Q4", remedied: 30, affected: 80, rate: 37.5 },
      { quarter: "2027-Q1", remedied: 40, affected: 80, rate: 50 },
    ]);
    assert.deepEqual(story.data.progress, ["2026-Q4: 30 / 80 (37.5 %)", "2027-Q1: 40 / 80 (50 %)"]);
    refuses(() => story.take(CLOCK, "reviewCompletion"), "reviewDue");
    story.wait(60).take(CLOCK, "reviewCompletion");
    assert.deepEqual(story.folded!.flags, ["STOPPED"], "it rose by 50 points");
    story.wait(100).take(CLOCK, "reviewCompletion");
    assert.deepEqual(story.folded!.flags, ["STOPPED", "SLOPE_FLAT"]);
    assert.equal(story.duty("followUpCompletion")!.certainty, "P");
    story.take(CENTRE, "demandFollowUp");
    assert.deepEqual([story.folded!.flags, story.duty("followUpCompletion")!.ended?.how], [["STOPPED"], "met"]);
    assert.ok(
      story.folded!.obligations.every((each) => each.code !== "completionReview" || each.ended?.how !== "cancelled"),
    );
  });
});

describe("completion", () => {
  it("never counts a vehicle twice, never leaves 0 to 100 percent, and only rises from quarter to quarter", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ at: fc.integer({ min: 0, max: 800 }), count: fc.integer({ min: 1, max: 30 }) })),
        fc.integer({ min: 0, max: 20 }),
        (entries, excluded) => {
          const remediedIn: Record<string, number> = {};
          for (const { at, count } of entries) {
            const quarter = quarterOf(STORY_BEGINS + at * DAY_MS);
            remediedIn[quarter] = (remediedIn[quarter] ?? 0) + count;
          }
          const total = entries.reduce((sum, { count }) => sum + count, 0);
          const counts = { affected: total + excluded + 5, excluded, remediedIn };
          const trend = trendOf(counts);
          assert.equal(trend.at(-1)?.remedied ?? 0, total);
          assert.equal(outstandingOf(counts), 5);
          for (const [index, each] of trend.entries()) {
            assert.ok(each.rate >= (trend[index - 1]?.rate ?? 0) && each.rate <= 100);
            assert.ok(index === 0 || each.quarter > trend[index - 1]!.quarter);
          }
        },
      ),
    );
    assert.ok(!isFlat(FLAT_SLOPE.complete, FLAT_SLOPE.complete), "what is nearly complete is not flat");
  });
});
