/** What an action would come to is said ahead, by what is entered, and nothing of it is recorded. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { walkCases } from "../http.fixture.ts";
import { programmesUnderTest } from "../programmes.fixture.ts";
import { vehicle } from "../world.fixture.ts";

const walk = walkCases();

const ACCIDENT = {
  happenedAt: "2026-11-20T00:00:00Z",
  place: "G4 km 2100",
  region: "310115",
  what: "Smoke",
  source: "enterprise",
  vehicle: vehicle(0),
  fire: true,
};
interface Named {
  readonly code: string;
}
interface Preview {
  readonly how: string;
  readonly state: Named | null;
  readonly documents: readonly Named[];
  readonly raised: readonly Named[];
  readonly duties: readonly (Named & {
    readonly how: string;
    readonly dueAt: string | null;
    readonly bearers: readonly Named[];
    readonly basis: { readonly requirement: string };
    readonly certainty: string;
  })[];
  readonly told: readonly Named[];
}
const preview = async (who: Parameters<typeof walk.ask>[0], path: string, input: object): Promise<Preview> => {
  const { status, body } = await walk.ask(who, "POST", `${path}/preview`, { input });
  assert.equal(status, 200, JSON.stringify(body));
  return body;
};
const codesOf = (list: readonly Named[]): string[] => list.map(({ code }) => code);
/** "B2 opened 2026-…" without the rest. */
const due = (duties: Preview["duties"], code: string): string | null | undefined =>
  duties.find((each) => each.code === code)?.dueAt;

describe("what an action would come to", () => {
  it("names the clocks of an accident by what is entered, before the case is there, and opens none", async () => {
    const before = (await walk.read("oem", "/cases/facets?kind=accident")).total;
    const fire = await preview("oem", "/case-types/accident", ACCIDENT);
    assert.deepEqual([fire.how, fire.state?.code], ["acts", "REPORTED"]);
    assert.deepEqual(codesOf(fire.documents), ["acknowledgement"]);
    assert.equal(due(fire.duties, "samrBasic"), "2026-11-20T12:00:00.000Z");
    assert.ok(codesOf(fire.told).includes("EIDC") && codesOf(fire.told).includes("OEM"));
    const hurt = await preview("oem", "/case-types/accident", { ...ACCIDENT, injured: 1 });
    assert.equal(due(hurt.duties, "samrBasic"), "2026-11-20T06:00:00.000Z");
    assert.equal((await walk.read("oem", "/cases/facets?kind=accident")).total, before);
  });

  it("says of a running case what is met and who is told, is refused as the action is, and changes nothing", async () => {
    const id = await walk.open("oem", "accident", ACCIDENT);
    const path = `/cases/${id}/actions`;
    const sent = await preview("oem", `${path}/submitReport`, { report: "samrBasic", reference: "SAMR-1" });
    assert.deepEqual(
      [sent.state, sent.documents, codesOf(sent.duties), sent.duties[0]?.how],
      [null, [], ["samrBasic"], "met"],
    );
    const early = await walk.ask("oem", "POST", `${path}/submitReport/preview`, {
      input: { report: "samrBasic", reference: "SAMR-1", submittedAt: "2027-01-01T00:00:00Z" },
    });
    assert.deepEqual([early.status, early.body.error.code], [409, "SG_ACTION_NOT_POSSIBLE"]);
    const blank = await walk.ask("oem", "POST", `${path}/submitReport/preview`, { input: {} });
    assert.deepEqual([blank.status, blank.body.error.code], [400, "SG_CASE_INPUT"]);
    assert.equal((await walk.ask("oemB", "POST", `${path}/submitReport/preview`, { input: {} })).status, 404);
    assert.equal((await walk.read("oem", `/cases/${id}`)).version, 1);
  });

  it("says of the first of two persons that nothing follows yet", async () => {
    const id = await walk.open("oem", "accident", ACCIDENT);
    const first = await preview("samr", `/cases/${id}/actions/notAnAccident`, { reasons: "A barbecue" });
    assert.deepEqual([first.how, first.state, first.duties], ["proposes", null, []]);
    await walk.take("samr", id, "notAnAccident", { reasons: "A barbecue" });
    const second = await preview("samr2", `/cases/${id}/actions/notAnAccident`, {});
    assert.deepEqual([second.how, second.state?.code], ["confirms", "NOT_AN_ACCIDENT"]);
    assert.ok(second.duties.length > 1 && second.duties.every(({ how }) => how === "cancelled"));
  });

  it("takes the step along that follows by itself: an order is opened as it is detected", async () => {
    const order = { type: "FAULT_L3", level: 3, item: "insulation", vehicle: vehicle(1) };
    const { state, duties } = await preview("eidc", "/case-types/hazard-order", order);
    assert.deepEqual([state?.code, codesOf(duties)], ["OPEN", ["notify"]]);
  });
});

describe("whom an action of a project tells", () => {
  it("are the departments of its programme, its parties and its experts, and its duties say how sure their clocks are", async () => {
    const { application } = programmesUnderTest([])["ai-service-sandbox"]!;
    const { body } = await walk.ask("oem", "POST", "/projects", { input: application });
    const { told, duties } = await preview("oem", `/cases/${body.id}/actions/submit`, {});
    assert.deepEqual(codesOf(told), ["AI_REGULATOR"]);
    const decision = duties.find(({ code }) => code === "decision")!;
    assert.deepEqual(codesOf(decision.bearers), ["AI_REGULATOR"]);
    assert.equal(decision.basis.requirement, "R-6.31");
    assert.equal(duties.find(({ code }) => code === "completenessCheck")?.certainty, "P");
    await walk.take("oem", body.id, "submit", {});
    const accepted = await preview("ai", `/cases/${body.id}/actions/completenessOk`, {});
    assert.ok(codesOf(accepted.told).includes("TECH_FIRM") && !codesOf(accepted.told).includes("EXPERT"));
    const assigned = await preview("ai", `/cases/${body.id}/actions/completenessOk`, { experts: ["acc_expert"] });
    assert.ok(codesOf(assigned.told).includes("EXPERT"));
  });
});

describe("records that a case speaks of", () => {
  it("are named on its page, to whoever may see them: vehicles masked, cases by their titles", async () => {
    const accident = await walk.open("oem", "accident", ACCIDENT);
    const lead = { title: "Leak", description: "Coolant", source: "accident", accident, vehicle: vehicle(0) };
    const id = await walk.open("oem", "recall", lead);
    const { names } = await walk.read("oem", `/cases/${id}`);
    assert.equal(names[accident].zh, (await walk.read("oem", `/cases/${accident}`)).title.zh);
    assert.equal(names[vehicle(0)].en, "LSG**********0000");
    assert.equal(names["veh_nothing"], undefined);
  });

  it("are found by words where they are complaints, by who answers them, and named as what they are about", async () => {
    const complaint = { subject: "Smell of 100% coolant", text: "After charging" };
    const { id } = (await walk.ask("samr", "POST", "/public/complaints", complaint)).body;
    const found = async (who: "samr" | "oem", q: string): Promise<string[]> =>
      (await walk.read(who, `/complaints?q=${encodeURIComponent(q)}`)).items.map((each: { id: string }) => each.id);
    for (const q of ["coolant", "AFTER", "100%", id]) assert.deepEqual(await found("samr", q), [id], q);
    assert.deepEqual([await found("samr", "100_"), await found("oem", "coolant")], [[], []]);
    const lead = { title: "Leak", description: "Coolant", source: "complaint", complaint: id, organisation: "oem-a" };
    const recall = await walk.open("samr", "recall", lead);
    assert.equal((await walk.read("samr", `/cases/${recall}`)).names[id].en, complaint.subject);
    assert.equal((await walk.read("oem", `/cases/${recall}`)).names[id], undefined);
  });
});
