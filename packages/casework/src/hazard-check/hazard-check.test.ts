/** What the yearly hazard check demands by mileage, and until when. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CaseActor } from "../access/extent.ts";
import type { Json } from "../lifecycle/definition.ts";
import { refuses, Story } from "../story.fixture.ts";
import { BANDS, dueOf, type HazardCheckData } from "./data.ts";
import { HAZARD_CHECK } from "./lifecycle.ts";
import { acceptedHazardCheckInput } from "./testing.ts";

const EIDC: CaseActor = { id: "eidc", role: "EIDC" };
const MAKER: CaseActor = { id: "maker", role: "OEM", organisation: "maker-a" };

/** Announced in February 2027, as the first notice was. */
const checking = (): Story<HazardCheckData> =>
  new Story(HAZARD_CHECK, acceptedHazardCheckInput, Date.UTC(2027, 1, 1))
    .take(EIDC, "announceCheck")
    .take(MAKER, "planCheck")
    .take(MAKER, "remindOwners")
    .take(MAKER, "startCheck");

describe("hazard check of the year", () => {
  it("R-2.20: samples operating vehicles by mileage, 5, 10 and 20 percent at least, and is due on the day of the notice", () => {
    assert.deepEqual(
      [dueOf("below100", 1_000), dueOf("to200", 101), dueOf("above200", 11)],
      [50, 11, 3],
      "rounded up: a share is a least",
    );
    const story = checking();
    const [report] = story.folded.obligations;
    assert.deepEqual([report!.dueAt, report!.certainty], [Date.parse("2027-07-31T15:59:59.999Z"), "S"]);
    for (const band of Object.keys(BANDS)) {
      const results = acceptedHazardCheckInput("reportCheck") as { readonly checked: Record<string, number> };
      const short = { ...results, checked: { ...results.checked, [band]: results.checked[band]! - 1 } };
      refuses(() => story.take(MAKER, "reportCheck", short as Json), "sampled", band);
    }
    refuses(() => story.take({ ...MAKER, organisation: "maker-b" }, "reportCheck"), "role");
    story.take(MAKER, "reportCheck").take(EIDC, "startSpotCheck").take(EIDC, "endSpotCheck");
    assert.equal(story.state, "CLOSED");
  });

  it("owners of private cars are told when to come in, and reminded", () => {
    const { data } = checking();
    assert.match(data.returnConditions!, /collision or flooding/);
    assert.deepEqual(data.reminders, [{ at: "2027-02-01", channel: "sms", owners: 900 }]);
  });

  it("what is to be checked stands among its facts, by names", () => {
    const { title, choices } = HAZARD_CHECK.fields!["items"]!;
    const { items = [] } = checking().data;
    assert.deepEqual([title.zh, items.length], ["排查内容", 2]);
    for (const item of items) assert.ok(choices![item], item);
  });

  it("a report that a spot check does not bear out is owed again by the day of the notice", () => {
    const back = checking().take(MAKER, "reportCheck").take(EIDC, "startSpotCheck");
    back.take(EIDC, "endSpotCheck", { spotCheck: "Two of ten were not checked", convincing: false });
    assert.deepEqual([back.state, back.folded.obligations[0]!.ended], ["CHECKING", undefined]);
    const begun = HAZARD_CHECK.actions["reportCheck"]!.begins!({ data: back.data } as never);
    assert.deepEqual(begun, back.data.results, "the next report begins with what was reported");
  });
});
