import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CaseActor } from "../access/extent.ts";
import type { AccidentData } from "../accident/data.ts";
import { ACCIDENT_CASE } from "../accident/lifecycle.ts";
import { DATA_EXPORT } from "../data-export/lifecycle.ts";
import { DATA_REPORT } from "../data-report/lifecycle.ts";
import { ICV_PILOT } from "../icv-pilot/lifecycle.ts";
import type { Folded, Json, Lifecycle } from "../lifecycle/definition.ts";
import { OTA_FILING } from "../ota/lifecycle.ts";
import type { RecallData } from "../recall/data.ts";
import { RECALL_CASE } from "../recall/lifecycle.ts";
import { acceptedRecallInput } from "../recall/testing.ts";
import { SANDBOX_PROJECT } from "../sandbox/lifecycle.ts";
import { SUPERVISION_MEASURE } from "../supervision-measure/lifecycle.ts";
import { Story } from "../story.fixture.ts";
import { DEADLINES } from "../time/deadlines.ts";
import { CN_WORK_CALENDAR } from "../time/work-calendar-cn.ts";
import { documentContent, type DocumentContent } from "./content.ts";
import { templateOf } from "./templates.ts";

const MAKER: CaseActor = { id: "maker", role: "OEM", organisation: "maker-a" };
const CENTRE: CaseActor = { id: "centre", role: "RECALL_CENTER", organisation: "centre" };
const RECALL = RECALL_CASE as unknown as Lifecycle;

function contentOf<Data>(
  lifecycle: Lifecycle,
  code: string,
  story: Story<Data>,
  name: string,
  input: Json,
): DocumentContent {
  return documentContent({
    id: "doc_1",
    number: "SG-1",
    code,
    caseId: "cas_1",
    caseTitle: { en: "Seal", zh: "密封" },
    lifecycle,
    folded: story.folded as unknown as Folded,
    action: { id: "a", name, at: story.now, actor: CENTRE, input },
    options: { calendar: CN_WORK_CALENDAR, deadlines: DEADLINES },
    nameOf: (kind, id) => (kind === "organisation" ? { en: id, zh: id } : undefined),
  });
}
const recallDocument = (code: string, story: Story<RecallData>, name: string): DocumentContent =>
  contentOf(RECALL, code, story, name, acceptedRecallInput(name) ?? {});
const filedPlan = () =>
  new Story<RecallData>(RECALL_CASE, acceptedRecallInput)
    .take(MAKER, "reportDefect")
    .take(MAKER, "confirmDefect")
    .take(MAKER, "confirmStop")
    .take(MAKER, "filePlan");
const published = () => filedPlan().take(MAKER, "publishRecall").take(CENTRE, "publishRecall");

describe("words of documents", () => {
  it("name law by its name, never by a number of our own list of requirements", () => {
    for (const { kind, documents } of [SANDBOX_PROJECT, RECALL_CASE, OTA_FILING, ACCIDENT_CASE, SUPERVISION_MEASURE])
      for (const code of Object.keys(documents)) {
        const { opening, closing } = templateOf(kind, code);
        for (const text of [opening.en, opening.zh, closing.en, closing.zh])
          assert.doesNotMatch(text, /R-\d/, `${kind} ${code}`);
      }
  });

  it("R-2.19: say on every rung of supervision what was found, what is demanded and by when", () => {
    for (const code of ["interviewNotice", "publicNotice", "correctionOrder", "suspensionNotice"]) {
      const { sections, duties } = templateOf("supervision-measure", code);
      assert.deepEqual(Object.keys(sections[0]?.fields ?? {}), ["organisation", "grounds", "demands"], code);
      assert.equal(duties, true, code);
    }
  });

  it("leave no document that a case issues to the plain form, which says neither what follows nor by when", () => {
    const issuing = [ACCIDENT_CASE, SUPERVISION_MEASURE, ICV_PILOT, DATA_EXPORT, DATA_REPORT, RECALL_CASE, OTA_FILING];
    const plain = templateOf("none", "none");
    for (const { kind, actions } of issuing as unknown as readonly Lifecycle[])
      for (const { effects = [] } of Object.values(actions))
        for (const effect of effects)
          if (effect.kind === "issue")
            assert.notEqual(templateOf(kind, effect.document), plain, `${kind} ${effect.document}`);
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

  it("R-4.1 R-4.9: the receipt of an accident report says what is owed by when, what is due first before the rest", () => {
    const facts = { happenedAt: "2026-11-23T00:30:00.000Z", place: "Nanshan", what: "Smoke", source: "enterprise" };
    const story = new Story<AccidentData>(ACCIDENT_CASE, () => undefined).take(MAKER, "report", {
      ...facts,
      fire: true,
    });
    const { duties } = contentOf(ACCIDENT_CASE as unknown as Lifecycle, "acknowledgement", story, "report", facts);
    assert.deepEqual(
      duties.slice(0, 3).map(({ title }) => title.en),
      ["Basic information to SAMR", "Basic information to EIDC", "Full form to SAMR"],
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
