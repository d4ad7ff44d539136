/** Which reports an accident owes by when, and what its case demands between the report and the closure. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CaseActor } from "../access/extent.ts";
import type { Json, Lifecycle } from "../lifecycle/definition.ts";
import { possibleActions } from "../lifecycle/possible.ts";
import { DAY_MS, HOUR_MS } from "../time/shanghai.ts";
import { refuses, Story, STORY_BEGINS } from "../story.fixture.ts";
import type { AccidentData } from "./data.ts";
import { changedFacts } from "./guards-supplement.ts";
import { ACCIDENT_CASE, ACCIDENT_CASE_V1 } from "./lifecycle.ts";

const CASE = ACCIDENT_CASE as unknown as Lifecycle;
const HAPPENED = STORY_BEGINS;
const at = (ms: number): string => new Date(ms).toISOString();

const MAKER: CaseActor = { id: "acc_maker", role: "OEM", organisation: "maker-a" };
const CENTRE: CaseActor = { id: "acc_centre", role: "RECALL_CENTER" };
const EIDC: CaseActor = { id: "acc_eidc", role: "EIDC" };
const POLICE: CaseActor = { id: "acc_police", role: "TRAFFIC_POLICE" };
const CLOCK: CaseActor = { id: "clock", role: "system:clock" };

/** It becomes known an hour after it happened; nothing is entered where the test names nothing. */
class AccidentStory extends Story<AccidentData> {
  constructor() {
    super(ACCIDENT_CASE, () => undefined, HAPPENED + HOUR_MS);
  }
  report(facts: object): this {
    return this.take(MAKER, "report", {
      happenedAt: at(HAPPENED),
      place: "Nanshan",
      what: "Smoke while charging",
      source: "enterprise",
      ...facts,
    } as Json);
  }
  preserve(): this {
    return this.take(MAKER, "preserve", { custody: "Yard 3", dataHeldFrom: at(HAPPENED - 30 * DAY_MS) });
  }
  /** Hours from the accident to the due time of a duty; undefined where it is not owed. */
  hours(code: string): number | undefined {
    const due = this.duty(code)?.dueAt;
    return due === undefined ? undefined : (due - HAPPENED) / HOUR_MS;
  }
}
const story = (facts: object): AccidentStory => new AccidentStory().report(facts);

describe("reports that an accident owes", () => {
  it("R-4.1 R-4.2: smoke or fire is reported to SAMR within 12 h, 6 h with casualties or major social impact, in full within 48 h", () => {
    assert.deepEqual([story({ fire: true }).hours("samrBasic"), story({ fire: true }).hours("samrFull")], [12, 48]);
    for (const severe of [{ injured: 1 }, { dead: 1 }, { majorSocialImpact: true }])
      assert.equal(story({ fire: true, ...severe }).hours("samrBasic"), 6, JSON.stringify(severe));
  });

  it("R-4.7: loss of control or unintended acceleration has the same limits, and no report to EIDC", () => {
    const plain = story({ lossOfControl: true });
    assert.deepEqual(
      [plain.hours("samrBasic"), plain.hours("samrFull"), plain.hours("eidcBasic")],
      [12, 48, undefined],
    );
    assert.equal(story({ lossOfControl: true, injured: 2 }).hours("samrBasic"), 6);
  });

  it("R-4.9 R-4.10 R-4.11 X-2: EIDC has 24 h, 12 h with deaths or major social impact but not injuries, then 5 and 15 days", () => {
    assert.deepEqual(
      [{}, { injured: 3 }, { dead: 1 }, { majorSocialImpact: true }].map((facts) =>
        story({ fire: true, ...facts }).hours("eidcBasic"),
      ),
      [24, 24, 12, 12],
    );
    // Days end at midnight in Shanghai: 15 h after 09:00, then whole days.
    const endOf = (days: number) => 15 + days * 24 - 1 / 3_600_000;
    const burnt = story({ fire: true });
    assert.ok(Math.abs(burnt.hours("eidcDetail")! - endOf(5)) < 1e-6);
    assert.ok(Math.abs(burnt.hours("eidcAnalysis")! - endOf(15)) < 1e-6);
  });

  it("a report that is late marks the case for the authorities, which closing late does not undo", () => {
    const late = story({ fire: true }).take(CLOCK, "markLate");
    assert.deepEqual(late.flags, ["REPORT_LATE"]);
    late.take(MAKER, "submitReport", { report: "samrBasic", reference: "S-1" });
    assert.deepEqual(late.flags, ["REPORT_LATE"]);
  });

  it("offers the reports that are owed first, the nearest on top, and says of the others why not and by what limit", () => {
    const offers = (actor: CaseActor, action: string, { folded, now }: AccidentStory) =>
      possibleActions(CASE, folded, actor, now).find(({ name }) => name === action)!.offers["report"]!;
    const burnt = story({ fire: true, dead: 1 });
    const first = offers(MAKER, "submitReport", burnt);
    assert.deepEqual(
      first.filter(({ isOpen }) => isOpen).map(({ code, deadline }) => [code, deadline]),
      [
        ["samrBasic", "samrBasicSevere"],
        ["eidcBasic", "eidcBasicSevere"],
        ["samrFull", "samrFull"],
        ["eidcDetail", "eidcDetail"],
        ["eidcAnalysis", "eidcAnalysis"],
      ],
    );
    assert.deepEqual(
      first.slice(5).map(({ code, group, note, deadline }) => [code, group.en, note?.en, deadline]),
      [
        ["cdasReport", "Not owed", "Neither driver assistance nor automated driving was involved", "cdasReportSevere"],
        ["policeReport", "Not owed", "Automated driving was not involved", "policeReport"],
        ["cyberReport", "Not owed", "It was not caused by a cyber incident", "cyberProvincial"],
        ["euReport", "Not owed", "No AI system under EU law was involved", "euDeath"],
      ],
    );
    burnt.take(MAKER, "submitReport", { report: "samrBasic", reference: "S-1" });
    const sent = offers(MAKER, "submitReport", burnt).find(({ code }) => code === "samrBasic")!;
    assert.deepEqual([sent.isOpen, sent.group.en, sent.note?.en], [false, "Sent", "Sent as S-1, not answered yet"]);
    const answers = offers(CENTRE, "returnReport", burnt);
    assert.deepEqual([answers[0]!.code, answers.filter(({ isOpen }) => isOpen).length], ["samrBasic", 1]);
    burnt.take(CENTRE, "returnReport", { report: "samrBasic", reasons: "Mileage missing" });
    assert.deepEqual(offers(MAKER, "submitReport", burnt)[0]!.note?.zh, "报送编号 S-1，已退回：Mileage missing");
  });

  it("who reports chooses area, vehicle and producer by name, never by code", () => {
    const properties = ACCIDENT_CASE.actions["report"]!.input.properties as Record<string, { "x-names"?: string }>;
    assert.deepEqual(
      ["region", "vehicle", "organisation"].map((field) => properties[field]?.["x-names"]),
      ["region", "vehicle", "organisation"],
    );
  });

  it("an accident under automated driving is reported to the traffic police at once", () => {
    assert.equal(story({ automatedDriving: true }).hours("policeReport"), 1);
    assert.equal(story({ driverAssistance: true }).hours("policeReport"), undefined);
    const immediate = CASE.deadlines!.policeReport!;
    assert.deepEqual([immediate.unit, immediate.basis.certainty], ["immediate", "F"]);
  });

  it("the case takes the circumstances that the form asks for, and shows each in both languages", () => {
    const facts = {
      weather: "Rain",
      model: "A1",
      batch: "7",
      mileage: 42_000,
      use: "operating",
      vehicleState: "charging",
      injured: 1,
      dead: 0,
      propertyLoss: 120_000,
      firstPoint: "Left rear of the pack",
      soc: 91,
      batteryMaker: "Battery A",
      batteryCode: "001PB1",
      lastService: "2026-09-01",
      softwareVersions: "BMS 3.2",
      rescue: "Fire brigade at 09:20",
    };
    const data = story({ fire: true, ...facts }).data as unknown as Record<string, unknown>;
    for (const [name, value] of Object.entries(facts)) assert.deepEqual(data[name], value, name);
    for (const [name, title] of Object.keys(facts).map((each) => [each, CASE.fields?.[each]?.title] as const))
      assert.ok(title !== undefined && title.en !== "" && title.zh !== "", `${name} is shown in both languages`);
  });
});

describe("facts that change after a report was sent", () => {
  const accepted = (...codes: readonly string[]) => {
    const one = story({ fire: true, mileage: 40_000 });
    for (const report of codes)
      one
        .take(MAKER, "submitReport", { report, reference: `S-${report}` })
        .take(report.startsWith("samr") ? CENTRE : EIDC, "acceptReport", { report });
    return one;
  };
  const supplement = { report: "samrFull", reference: "S-2/1", what: "Mileage 45 000 km", reasons: "Read out later" };

  it("a correction owes a supplement of the last report of each track that was sent, by a proposal and not by law", () => {
    const one = accepted("samrBasic", "samrFull", "eidcBasic").take(CENTRE, "correct", {
      reasons: "read",
      mileage: 45_000,
    });
    assert.deepEqual(
      one.folded.obligations
        .filter(({ code }) => code.endsWith("Supplement"))
        .map(({ code, certainty }) => [code, certainty]),
      [["samrFullSupplement", "P"]],
      "the basic information is followed by the full form; EIDC still waits for its details",
    );
  });

  it("a supplement stands beside the accepted report, dated, with who and why; the report stays as it was", () => {
    const one = accepted("samrBasic", "samrFull");
    const report = one.data.reports.samrFull;
    one.take(CENTRE, "correct", { reasons: "read", mileage: 45_000 }).take(MAKER, "supplementReport", supplement);
    assert.deepEqual(one.data.reports.samrFull, report);
    const { by, ...line } = one.data.supplements![0]!;
    assert.deepEqual([line, by.id], [{ ...supplement, day: "2026-11-23" }, MAKER.id]);
    assert.equal(one.duty("samrFullSupplement")?.ended?.how, "met");
  });

  it("the authority of the track asks for a supplement of what it accepted, and the case does not close before", () => {
    const one = accepted("samrBasic", "samrFull");
    const request = { report: "samrFull", reasons: "Battery code missing" };
    refuses(() => one.take(EIDC, "requestSupplement", request), "anyAccepted");
    one.take(CENTRE, "requestSupplement", request);
    refuses(() => one.take(CENTRE, "requestSupplement", request), "accepted", "it is owed already");
    const guards = CASE.actions.measuresVerified!.guards!.find(({ code }) => code === "supplementsDone")!;
    const holds = () => guards.holds({ before: one.folded, data: one.data } as never);
    assert.equal(holds(), false);
    one.take(MAKER, "supplementReport", supplement);
    assert.equal(holds(), true);
  });

  it("what was not sent, or came back, is sent itself and not supplemented", () => {
    const one = story({ fire: true });
    refuses(() => one.take(MAKER, "supplementReport", supplement), "anySent");
    one
      .take(MAKER, "submitReport", { report: "samrBasic", reference: "S-1" })
      .take(CENTRE, "returnReport", { report: "samrBasic", reasons: "Place missing" })
      .take(MAKER, "submitReport", { report: "eidcBasic", reference: "E-1" });
    refuses(() => one.take(MAKER, "supplementReport", { ...supplement, report: "samrBasic" }), "sent");
    const before = new Date(one.now - DAY_MS).toISOString();
    refuses(
      () => one.take(MAKER, "supplementReport", { ...supplement, report: "eidcBasic", submittedAt: before }),
      "supplementedAfter",
    );
  });

  it("a correction begins with the facts as they are, says what it will owe, and must change something", () => {
    const one = accepted("samrBasic", "samrFull");
    const offered = possibleActions(CASE, one.folded, CENTRE, one.now).find(({ name }) => name === "correct")!;
    assert.deepEqual([offered.present?.["mileage"], offered.present?.["fire"]], [40_000, true]);
    assert.match(offered.remarks[0]!.zh, /完整信息表/);
    refuses(() => one.take(CENTRE, "correct", { reasons: "again", mileage: 40_000, fire: true }), "changesFacts");
    assert.deepEqual(changedFacts(one.data, { mileage: 41_000, fire: true }), ["mileage"]);
  });

  it("a case of the first version goes on without supplements until it is moved", () => {
    const former = ACCIDENT_CASE_V1 as unknown as Lifecycle;
    assert.ok(!Object.hasOwn(former.actions, "supplementReport"));
    assert.ok(!Object.hasOwn(former.obligations, "samrFullSupplement"));
    assert.deepEqual(
      CASE.migrations!.map(({ from }) => from),
      [1],
    );
  });
});

describe("investigation of an accident", () => {
  it("R-4.3: nothing is investigated before vehicle and data of 30 days are held, and only an authority releases the vehicle", () => {
    const confirmed = story({ fire: true }).take(MAKER, "confirmAccident");
    refuses(() => confirmed.take(CENTRE, "investigate", { bodies: ["recallCenter"] }), "state");
    const short = { custody: "Yard 3", dataHeldFrom: at(HAPPENED - 29 * DAY_MS) };
    refuses(() => confirmed.take(MAKER, "preserve", short), "dataHeld");
    const held = confirmed.preserve().take(CENTRE, "investigate", { bodies: ["recallCenter"] });
    assert.deepEqual(held.flags, ["VEHICLE_HELD"]);
    held.take(MAKER, "siblingCheck", { scope: "Model A1", checked: 10, hazards: 0 });
    const release = { reasons: "Examined", releasedTo: "Owner" };
    refuses(() => held.take(MAKER, "release", release), "role");
    assert.deepEqual(held.take(CENTRE, "release", release).flags, []);
  });

  it("no cause is concluded before vehicles of the same model, batch or parts were checked", () => {
    const open = story({ fire: true })
      .take(MAKER, "confirmAccident")
      .preserve()
      .take(CENTRE, "investigate", { bodies: ["recallCenter"] })
      .take(MAKER, "attach", { documents: [{ kind: "investigationReport", title: "Report 7" }] });
    const cause = { rootCause: "software", conclusion: "Charging limit misread" };
    refuses(() => open.take(CENTRE, "rootCause", cause), "state");
    open.take(MAKER, "siblingCheck", { scope: "Model A1, batch 7", checked: 900, hazards: 3 });
    assert.equal(open.take(CENTRE, "rootCause", cause).state, "CONCLUDED");
    assert.deepEqual(open.data.siblings, {
      scope: "Model A1, batch 7",
      checked: 900,
      hazards: 3,
    });
  });

  it("R-4.5: the recall centre assigns experts and concludes with a report; a suspected defect is referred, by no producer", () => {
    const concluding = story({ fire: true })
      .take(MAKER, "confirmAccident")
      .preserve()
      .take(CENTRE, "assign", { accounts: ["expert-1", "expert-2"] })
      .take(CENTRE, "investigate", { bodies: ["recallCenter"] })
      .take(MAKER, "siblingCheck", { scope: "Model A1", checked: 1, hazards: 0 });
    assert.deepEqual(CASE.extentOf(concluding.data).assigned, ["expert-1", "expert-2"]);
    const cause = { rootCause: "software", conclusion: "Charging limit misread" };
    refuses(() => concluding.take(CENTRE, "rootCause", cause), "documents", "without an investigation report");
    concluding
      .take(MAKER, "attach", { documents: [{ kind: "investigationReport", title: "Report 7" }] })
      .take(CENTRE, "rootCause", cause);
    refuses(() => concluding.take(MAKER, "defectSuspected", { reasons: "Batch" }), "role");
    assert.ok(concluding.take(CENTRE, "defectSuspected", { reasons: "Batch" }).flags.includes("DEFECT_SUSPECTED"));
  });

  it("R-4.15: the police commission within 3 days of the scene, the appraisal takes 30, extended 60, and is sent within 5", () => {
    const days = (from: number, due: number | undefined): number => Math.floor((due! - from) / DAY_MS);
    const dueOf = (one: AccidentStory, code: string) => one.duty(code)?.dueAt;
    const scene = HAPPENED + HOUR_MS;
    const running = story({ fire: true })
      .take(MAKER, "confirmAccident")
      .preserve()
      .take(CENTRE, "investigate", { bodies: ["police"], sceneDoneAt: at(scene) });
    assert.equal(days(scene, dueOf(running, "commissionAppraisal")), 3);
    const commissioned = running.now;
    running.take(POLICE, "commission", { institution: "Institute 1", matter: "Brake" });
    assert.equal(days(commissioned, dueOf(running, "appraisal")), 30);
    running.take(POLICE, "extendAppraisal", { reasons: "Parts are abroad" });
    assert.equal(days(commissioned, dueOf(running, "appraisal")), 60, "60 in all, not 60 more");
    const received = running.now;
    running.take(POLICE, "appraised", { result: "Brake intact" });
    assert.equal(days(received, dueOf(running, "sendAppraisal")), 5);
  });
});
