import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CaseActor } from "../access/extent.ts";
import type { Lifecycle } from "../lifecycle/definition.ts";
import { OTA_FILING } from "../ota/lifecycle.ts";
import type { RecallData } from "../recall/data.ts";
import { RECALL_CASE } from "../recall/lifecycle.ts";
import { acceptedRecallInput } from "../recall/testing.ts";
import { SANDBOX_PROJECT } from "../sandbox/lifecycle.ts";
import { Story } from "../story.fixture.ts";
import { DEADLINES } from "../time/deadlines.ts";
import { CN_WORK_CALENDAR } from "../time/work-calendar-cn.ts";
import { documentContent, type DocumentContent } from "./content.ts";
import { templateOf } from "./templates.ts";

const MAKER: CaseActor = { id: "maker", role: "OEM", organisation: "maker-a" };
const CENTRE: CaseActor = { id: "centre", role: "RECALL_CENTER", organisation: "centre" };
const RECALL = RECALL_CASE as unknown as Lifecycle;

function recallDocument(code: string, story: Story<RecallData>, name: string): DocumentContent {
  return documentContent({
    id: "doc_1",
    number: "SG-1",
    code,
    caseId: "rcl_1",
    caseTitle: { en: "Seal", zh: "密封" },
    lifecycle: RECALL,
    folded: story.folded,
    action: { id: "a", name, at: story.now, actor: CENTRE, input: acceptedRecallInput(name) ?? {} },
    options: { calendar: CN_WORK_CALENDAR, deadlines: DEADLINES },
    nameOf: (kind, id) => (kind === "organisation" ? { en: id, zh: id } : undefined),
  });
}
const published = () =>
  new Story<RecallData>(RECALL_CASE, acceptedRecallInput)
    .take(MAKER, "reportDefect")
    .take(MAKER, "confirmDefect")
    .take(MAKER, "confirmStop")
    .take(MAKER, "filePlan")
    .take(MAKER, "publishRecall")
    .take(CENTRE, "publishRecall");

describe("words of documents", () => {
  it("name law by its name, never by a number of our own list of requirements", () => {
    for (const { kind, documents } of [SANDBOX_PROJECT, RECALL_CASE, OTA_FILING])
      for (const code of Object.keys(documents)) {
        const { opening, closing } = templateOf(kind, code);
        for (const text of [opening.en, opening.zh, closing.en, closing.zh])
          assert.doesNotMatch(text, /R-\d/, `${kind} ${code}`);
      }
  });

  it("R-4.30: address a public notice to owners and the public, other documents to the parties", () => {
    const story = published();
    assert.deepEqual(
      recallDocument("publicNotice", story, "publishRecall").addressees.map(({ zh }) => zh),
      ["相关车辆所有人及社会公众"],
    );
    assert.deepEqual(
      recallDocument("planReceipt", story, "filePlan").addressees.map(({ en }) => en),
      ["maker-a"],
    );
  });

  it("R-4.35 R-4.45: a closing note says the figures that were evaluated", () => {
    const story = published()
      .take(MAKER, "notifyOwners")
      .take(MAKER, "recordRemedy")
      .take(MAKER, "completeRecall")
      .take(MAKER, "submitFinal")
      .take(CENTRE, "evaluateEffect");
    const effect = recallDocument("closingNote", story, "evaluateEffect").sections.find(
      ({ title }) => title.en === "Effect",
    );
    const rows = Object.fromEntries((effect?.rows ?? []).map(({ label, value }) => [label.en, value.en]));
    assert.match(rows["Completion by quarter"] ?? "", /^2026-Q4: 1 \/ \d+ \(\d/);
    assert.ok(["Vehicles in the scope (registry)", "Owners written to", "Owners reached"].every((each) => rows[each]));
  });
});
