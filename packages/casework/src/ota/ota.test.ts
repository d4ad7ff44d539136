/** What an over-the-air campaign needs before its release, by the answers to the questions, and what it reports after. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import type { CaseActor } from "../access/extent.ts";
import type { Lifecycle } from "../lifecycle/definition.ts";
import { HOUR_MS } from "../time/shanghai.ts";
import { classOf, EMPTY_OTA, lacksPermit, leftRemarks, type OtaAnswers, type OtaData } from "./data.ts";
import { refuses, Story } from "../story.fixture.ts";
import { OTA_FILING, OTA_FILING_V1 } from "./lifecycle.ts";
import { acceptedOtaInput, OTA_ANSWERS, OTA_ASSESSMENT, OTA_CAMPAIGN } from "./testing.ts";

const CASE = OTA_FILING as unknown as Lifecycle;
const MAKER: CaseActor = { id: "maker", role: "OEM", organisation: "maker-a" };
const CENTRE: CaseActor = { id: "centre", role: "RECALL_CENTER" };
const MIIT: CaseActor = { id: "miit", role: "MIIT" };
const ALL_ROLES: CaseActor = { id: "supervisor", role: "SUPERVISOR_ALL" };

class OtaStory extends Story<OtaData> {
  constructor() {
    super(OTA_FILING, acceptedOtaInput);
  }
}
const answered = (answers: Partial<OtaAnswers> = {}): OtaStory =>
  new OtaStory()
    .take(MAKER, "prepareOta")
    .take(MAKER, "classifyOta", { ...OTA_ANSWERS, changesParameters: false, ...answers })
    .take(MAKER, "assessOta");
const filed = (answers: Partial<OtaAnswers> = {}): OtaStory => answered(answers).take(MAKER, "fileOta");

describe("OTA filing", () => {
  it("assessment and package are filed, and nobody releases before five working days have passed", () => {
    refuses(() => new OtaStory().take(MAKER, "prepareOta").take(MAKER, "fileOta"), "state");
    const unassessed = new OtaStory().take(MAKER, "prepareOta").take(MAKER, "classifyOta");
    refuses(() => unassessed.take(MAKER, "fileOta"), "assessed");
    const story = filed();
    const term = story.folded!.obligations[0]!;
    assert.deepEqual(
      [new Date(term.dueAt! + 8 * HOUR_MS).toISOString().slice(0, 10), term.certainty],
      ["2026-11-30", "F"],
    );
    story.wait(6);
    for (const actor of [MAKER, ALL_ROLES]) refuses(() => story.take(actor, "releaseOta"), "termOver");
    assert.equal(story.take(CENTRE, "evaluateOta").folded!.obligations[0]!.ended?.how, "met");
    refuses(() => story.take(MAKER, "releaseOta"), "termOver");
    assert.equal(story.wait(2).take(MAKER, "releaseOta").folded!.state, "RELEASED");
  });

  it("a returned filing starts its five working days anew", () => {
    const story = filed().wait(5).take(CENTRE, "returnOta").wait(3).take(MAKER, "fileOta").wait(3);
    refuses(() => story.take(MAKER, "releaseOta"), "termOver");
    assert.equal(story.wait(5).take(MAKER, "releaseOta").folded!.state, "RELEASED");
  });

  it("what a returned filing says of its campaign can be corrected, and is then classified anew, beginning with what was filed", () => {
    const story = filed().wait(5).take(CENTRE, "returnOta");
    const begins = (name: string) => OTA_FILING.actions[name]!.begins!({ data: story.data } as never);
    assert.deepEqual(begins("classifyOta"), story.data.answers);
    assert.equal(begins("reviseOta")["toVersion"], "3.2");
    story.take(MAKER, "reviseOta", { ...OTA_CAMPAIGN, toVersion: "3.3", targeted: 200 });
    assert.deepEqual([story.folded!.state, story.data.toVersion], ["DRAFT", "3.3"]);
    refuses(() => story.take(MAKER, "fileOta"), "state");
    story.take(MAKER, "classifyOta", story.data.answers).take(MAKER, "fileOta");
    assert.equal(story.folded!.obligations.find(({ code }) => code === "complete")!.ended?.how, "met");
    refuses(() => story.take(MAKER, "reviseOta"), "state");
  });

  it("is released in stages to no more vehicles than were filed", () => {
    const story = filed().wait(8).take(MAKER, "releaseOta", { stage: "Employees", vehicles: 50 });
    refuses(() => story.take(MAKER, "widenOta", { stage: "All", vehicles: 951 }), "stagesFit");
    assert.equal(story.take(MAKER, "widenOta", { stage: "All", vehicles: 950 }).data.stages.length, 2);
  });

  it("R-4.38: what removes a defect is a recall, and is released only when the recall plan is filed", () => {
    const story = filed({ removesDefect: true }).wait(8);
    assert.deepEqual([story.data.class, story.flags], ["RECALL", ["RECALL"]]);
    refuses(() => story.take(MAKER, "releaseOta", undefined, { recallFiled: false }), "recallFiled");
    refuses(() => story.take(ALL_ROLES, "releaseOta"), "recallFiled");
    assert.equal(story.take(MAKER, "releaseOta", undefined, { recallFiled: true }).folded!.state, "RELEASED");
    const hiding = new OtaStory().take(MAKER, "prepareOta");
    hiding.take(MAKER, "classifyOta", { ...OTA_ANSWERS, changesParameters: false }, { defectFiles: 1 });
    assert.deepEqual(hiding.flags, ["DEFECT_OPEN"], "who evaluates it sees that a defect is being looked into");
  });

  it("R-4.39: without a change of main parameters filing is enough", () => {
    const story = filed().wait(8);
    assert.deepEqual([story.data.class, story.flags], ["NO_PARAM", []]);
    assert.equal(story.take(MAKER, "releaseOta").folded!.state, "RELEASED");
  });

  it("R-4.40 R-4.41: main parameters need a change permit, automated driving its own, and only the ministry grants them", () => {
    const story = filed({ changesParameters: true, touchesAutomatedDriving: true }).wait(8);
    assert.deepEqual([story.data.class, story.flags], ["ADS", ["PERMIT_NEEDED"]]);
    refuses(() => story.take(CENTRE, "permitOta"), "role");
    story.take(MIIT, "permitOta", { permit: "B-1", kind: "change" });
    for (const actor of [MAKER, ALL_ROLES]) refuses(() => story.take(actor, "releaseOta"), "permitted");
    story.take(MIIT, "permitOta", { permit: "Z-1", kind: "access" });
    assert.deepEqual(story.flags, []);
    refuses(() => story.take(MIIT, "permitOta"), "needsPermit");
    assert.equal(story.take(MAKER, "releaseOta").folded!.state, "RELEASED");
  });

  it("R-4.42: a defect that only a change of main parameters removes stops production and sale", () => {
    assert.deepEqual(filed({ removesDefect: true, changesParameters: true }).flags, [
      "RECALL",
      "STOP_SALE",
      "PERMIT_NEEDED",
    ]);
  });

  it("frequent updates are flagged, and what the draft asks of driver assistance is asked as a draft", () => {
    assert.deepEqual(new OtaStory().take(MAKER, "prepareOta", undefined, { filingsOfYear: 6 }).flags, ["FREQUENT"]);
    const { properties } = CASE.actions.assessOta!.input as { readonly properties: Record<string, { title?: string }> };
    for (const name of ["hints", "monitoringStaysOn"]) assert.match(properties[name]!.title!, /draft/);
  });

  it("records of each campaign hold notice, protection, preconditions, power, failures and results; no data goes straight abroad", () => {
    const story = filed().wait(8).take(MAKER, "releaseOta").take(MAKER, "widenOta");
    refuses(() => story.take(MAKER, "finishOta"), "state");
    story.take(MAKER, "reportOtaResults", { succeeded: 900, failed: 10, refused: 5 });
    assert.deepEqual(story.flags, []);
    story.take(MAKER, "reportOtaResults", { succeeded: 900, failed: 60, refused: 5 });
    assert.deepEqual(story.flags, ["FAILURES"]);
    refuses(() => story.take(MAKER, "reportOtaResults", { succeeded: 999, failed: 9, refused: 0 }), "resultsFit");
    story.take(CENTRE, "haltOta");
    refuses(() => story.take(MAKER, "resumeOta"), "haltedByOwnSide");
    story.take(CENTRE, "resumeOta").take(MAKER, "endRollout");
    refuses(() => story.take(MAKER, "finishOta"), "resultsSinceEnd");
    story.take(MAKER, "reportOtaResults").take(MAKER, "finishOta");
    assert.deepEqual([story.folded!.state, story.data.results.length, story.data.stages.length], ["DONE", 3, 2]);
    assert.deepEqual(story.data.assessment, OTA_ASSESSMENT);
    const abroad = { ...OTA_ASSESSMENT, notDirectlyAbroad: false };
    refuses(() => answered().take(MAKER, "assessOta", abroad), "notAbroad");
  });

  it("R-4.38: whoever finishes reads how many vehicles stay without the update, and that those of a recall stay under it", () => {
    const results = [{ at: "2026-12-10", succeeded: 5, failed: 2, refused: 1 }];
    const read = (removesDefect: boolean, targeted: number): string =>
      leftRemarks({ ...EMPTY_OTA, targeted, results, answers: { ...OTA_ANSWERS, removesDefect } })
        .map(({ en, zh }) => `${en} ${zh}`)
        .join(" ");
    assert.match(read(true, 40), /35 of 40 vehicles .*尚有 35 辆.*仍在召回范围内/s);
    assert.doesNotMatch(read(false, 40), /recall/);
    assert.equal(read(true, 5), "");
  });

  it("a campaign of the first version is finished as it was, until the authority moves it", () => {
    const codes = ({ actions }: Lifecycle) => (actions.finishOta!.guards ?? []).map(({ code }) => code);
    assert.deepEqual(codes(OTA_FILING_V1 as unknown as Lifecycle), ["hasResults"]);
    assert.deepEqual(codes(CASE), ["hasResults", "resultsSinceEnd"]);
    assert.ok(CASE.migrations?.some(({ from, roles }) => from === 1 && !roles.includes("OEM")));
  });

  it("whatever is answered, nothing that lacks a permit or a recall is ever released, by any role", () => {
    const answers = fc.record({
      removesDefect: fc.boolean(),
      changesParameters: fc.boolean(),
      touchesAutomatedDriving: fc.boolean(),
      touchesDriverAssistance: fc.boolean(),
    });
    fc.assert(
      fc.property(answers, fc.boolean(), fc.integer({ min: 0, max: 12 }), (given, recallFiled, days) => {
        const story = filed(given).wait(days);
        let released = false;
        try {
          released = story.take(ALL_ROLES, "releaseOta", undefined, { recallFiled }).folded!.state === "RELEASED";
        } catch {
          released = false;
        }
        const isAllowed = days >= 7;
        const lacks = lacksPermit(story.data) || (given.removesDefect && !recallFiled);
        assert.ok(!released || (!lacks && isAllowed), JSON.stringify({ given, recallFiled, days }));
        assert.ok(released || lacks || days < 8);
        assert.equal(classOf(story.data.answers!) === "RECALL", given.removesDefect);
      }),
    );
  });
});
