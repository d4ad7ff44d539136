/** A recall on the real database, by the API and with several accounts: the whole way, who sees what, what the public reads. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { RECALL_CASE } from "@sandglass/casework";
import { acceptedInput } from "@sandglass/casework/testing";
import { maskVin } from "../../access/mod.ts";
import { SYSTEM_INTAKE } from "../../records/mod.ts";
import { fieldOf, walkCases, type Person } from "../http.fixture.ts";
import { PEOPLE, person, vehicle } from "../world.fixture.ts";

const OTHERS = {
  centre: person("acc_centre", "RECALL_CENTER", "samr"),
  centre2: person("acc_centre_2", "RECALL_CENTER", "samr"),
  dealer: person("acc_dealer", "DEALER_REPAIR", "experts"),
  district: person("acc_nanshan", "LOCAL_IIT", "local-iit", "440305"),
  neighbour: person("acc_futian", "LOCAL_IIT", "local-iit", "440304"),
} as const;
const VIN = (index: number): string => `LSGTEST0000000${String(index).padStart(3, "0")}`;

const PLAN = {
  scope: { models: ["A1"], declared: 4 },
  defect: "The seal ages",
  consequence: "Short circuit, fire",
  interim: "Do not park indoors",
  remedy: "replace",
  measures: "The seal is replaced",
  dealersTold: true,
  costBorne: true,
  dealers: ["acc_dealer"],
};
const PANEL = [{ name: "Chen", freeOfInterest: true }];

type Who = Person | keyof typeof OTHERS;

describe("recall", () => {
  const walk = walkCases({
    others: OTHERS,
    cases: { vehicleKeyOf: (vin) => 1_000n + BigInt(vin.slice(-3)) },
    prepare: ({ records }) =>
      records.transact(SYSTEM_INTAKE, (tx) =>
        tx.updateTable("vehicles").set({ model: "A1" }).where("registered", "=", true).execute(),
      ),
  });

  const LEAD = { title: "Coolant leak", description: "Coolant at the busbar", source: "producer" };
  const open = (who: Who, lead: object = {}): Promise<string> => walk.open(who, "recall", { ...LEAD, ...lead });
  const attach = (kind: string) => ({ documents: [{ kind, title: kind }] });
  const plan = (change: object = {}) => ({ ...PLAN, startAt: new Date(walk.world.now).toISOString(), ...change });
  const orders = async (id: string): Promise<void> => {
    await walk.take("centre", id, "ownInvestigation", { ground: "serious", reasons: "Fire" });
    await walk.take("centre", id, "recordInspection", { inspection: "entry", what: "Seals of batch 7 leak" });
    await walk.take("centre", id, "attachDocuments", attach("investigationReport"));
    await walk.take("samr", id, "issueNotice", { reasons: "Confirmed by tests" });
  };

  it("walks from an accident to an ordered recall, its vehicles, and a repeated one", async () => {
    const accident = {
      happenedAt: new Date(walk.world.now - 3_600_000).toISOString(),
      place: "Nanshan",
      what: "Smoke",
      source: "enterprise",
      vehicle: vehicle(0),
      fire: true,
    };
    const accidentId = await walk.open("oem", "accident", accident);
    const foreign = { title: "Coolant leak", description: "x", source: "accident", accident: accidentId };
    assert.equal((await walk.tryToOpen("oemB", "recall", foreign)).status, 404);
    const id = await open("centre", { source: "accident", accident: accidentId });
    const page = await walk.read("oem", `/cases/${id}`);
    assert.ok(
      page.fields.some(({ value }: { readonly value: unknown }) => value === accidentId),
      "linked to the accident, whose producer owns the file",
    );
    assert.equal((await walk.ask("oemB", "GET", `/cases/${id}`)).status, 404);

    await orders(id);
    await walk.take("oem", id, "attachDocuments", attach("objectionProof"));
    await walk.take("oem", id, "objectRecall", { objection: "Within its tolerance" });
    await walk.take("centre", id, "recordOpinion", { panel: PANEL, defect: true, opinion: "A defect" });
    await walk.take("samr", id, "orderRecall", { reasons: "Argued" });
    assert.equal((await walk.take("samr2", id, "orderRecall", {})).state, "ORDERED");
    await walk.take("oem", id, "confirmStop", { stopped: "Line 2 and all stores" });
    const filed = await walk.take("oem", id, "filePlan", plan());
    assert.equal(filed.state, "FILED");
    assert.deepEqual((await walk.read("oem", `/cases/${id}`)).scope, { outstanding: 3, remedied: 0, excluded: 0 });
    assert.equal((await walk.ask("local", "GET", `/cases/${id}`)).status, 200, "vehicles are in its territory");
    assert.equal((await walk.ask("elsewhere", "GET", `/cases/${id}`)).status, 404);
    assert.equal((await walk.ask("district", "GET", `/cases/${id}`)).status, 200, "vehicles are in its district");
    assert.equal((await walk.ask("neighbour", "GET", `/cases/${id}`)).status, 404, "none is in the one beside it");
    assert.equal((await walk.ask("dealer", "GET", `/cases/${id}`)).status, 200, "named as a dealer of the plan");
    await walk.take("dealer", id, "confirmDealerStop", { units: 2, what: "Held back" });

    assert.equal((await walk.ask("centre", "GET", `/public/recalls/${id}`)).status, 404);
    await walk.take("oem", id, "publishRecall", { publication: "https://example.com/recall" });
    await walk.take("centre", id, "publishRecall", {});
    await walk.take("oem", id, "notifyOwners", { channels: ["registeredLetter"], sent: 3, reached: 2 });
    assert.equal(
      (await walk.refused("oem", id, "recordRemedy", done([vehicle(3)]))).status,
      400,
      "another maker's vehicle",
    );
    await walk.take("oem", id, "recordRemedy", done([vehicle(0), vehicle(0)]));
    assert.equal((await walk.refused("oem", id, "recordRemedy", done([vehicle(0)]))).status, 409, "counted before");
    await walk.take("oem", id, "completeRecall", {});
    await walk.take("oem", id, "submitFinal", { finalReport: "Done" });
    await walk.take("centre", id, "evaluateEffect", { panel: PANEL, outcome: "repeat", opinion: "Leaks again" });
    assert.equal(
      (
        await walk.refused(
          "oem",
          id,
          "filePlan",
          plan({ scope: { models: ["A1"], declared: 2, vehicles: [vehicle(1)] } }),
        )
      ).status,
      409,
      "no vehicle leaves a recall that is to be repeated",
    );
    const again = await walk.take("oem", id, "filePlan", plan());
    assert.equal(fieldOf(again, "round"), 2);
    assert.deepEqual((await walk.read("oem", `/cases/${id}`)).scope, { outstanding: 3, remedied: 0, excluded: 0 });
    await walk.isWhole(id);
  });

  it("shows the vehicles with masked VINs, to the public what is published, and to who types a VIN whether it is reached", async () => {
    const id = await open("oem");
    await walk.take("oem", id, "startAnalysis", {});
    await walk.take("oem", id, "confirmDefect", { result: "Leak found" });
    await walk.take("oem", id, "confirmStop", { stopped: "Line 2" });
    await walk.take("oem", id, "filePlan", plan());
    await walk.take("oem", id, "publishRecall", { publication: "https://example.com" });
    await walk.take("centre", id, "publishRecall", {});
    await walk.take("oem", id, "notifyOwners", { channels: ["app"], sent: 3, reached: 3 });
    await walk.take("oem", id, "recordRemedy", done([vehicle(0)]));
    await walk.take("oem", id, "excludeVehicles", {
      vehicles: [vehicle(1)],
      outcome: "scrapped",
      evidence: "Certificate",
    });
    await walk.take("oem", id, "completeRecall", {});
    await walk.take("oem", id, "submitFinal", { finalReport: "Done" });
    assert.equal(
      (await walk.take("centre", id, "evaluateEffect", { panel: PANEL, outcome: "effective", opinion: "So" })).state,
      "CLOSED_TAIL_OPEN",
    );

    const listed = await walk.read("oem", `/cases/${id}/recall-vehicles`);
    assert.deepEqual(
      listed.items.map(({ vehicle: each, vinMasked, status }: Record<string, string>) => [each, vinMasked, status]),
      [0, 1, 2].map((index) => [vehicle(index), maskVin(VIN(index)), ["remedied", "excluded", "outstanding"][index]]),
    );
    const first = await walk.read("oem", `/cases/${id}/recall-vehicles?limit=2`);
    const rest = await walk.read("oem", `/cases/${id}/recall-vehicles?limit=2&cursor=${first.next}`);
    assert.deepEqual([first.items.length, rest.items.length, rest.next], [2, 1, null]);
    assert.equal((await walk.read("oem", `/cases/${id}/recall-vehicles?status=outstanding`)).items.length, 1);
    assert.equal((await walk.ask("oemB", "GET", `/cases/${id}/recall-vehicles`)).status, 404);
    const ofVehicle = await walk.read("oem", `/vehicles/${vehicle(2)}/recalls`);
    assert.ok(ofVehicle.items.some((each: Record<string, unknown>) => each.id === id && each.isDone === false));

    const published = await walk.read("auditor", `/public/recalls/${id}`);
    assert.deepEqual(
      [published.affected, published.trend, published.isOrdered, published.state],
      [2, [{ quarter: "2026-Q4", remedied: 1, affected: 2, rate: 50 }], false, "CLOSED_TAIL_OPEN"],
    );
    assert.doesNotMatch(JSON.stringify(published), /veh_|LSGTEST|Coolant at|Line 2/);
    type Hit = { readonly recall: { readonly id: string }; readonly isDone: boolean };
    const asked = async (vin: string): Promise<readonly Hit[]> =>
      (await walk.ask("auditor", "POST", "/public/recalls/check", { vin })).body.items;
    const hit = (await asked("LSGTESTT200000002")).find(({ recall }) => recall.id === id);
    assert.equal(hit?.isDone, false, "the vehicle stays under recall");
    assert.deepEqual(await asked("LSGTESTT200000003"), []);

    await walk.take("oem", id, "recordRemedy", done([vehicle(2)]));
    assert.equal((await walk.take("centre", id, "closeTail", {})).state, "CLOSED_COMPLETE");
    await walk.isWhole(id);
  });

  it("opens by itself where a defect is suspected, once, with its source named", async () => {
    const input = { ...(acceptedInput("report") as object), vehicle: vehicle(1), fire: true };
    const accident = await walk.open("oem", "accident", input);
    for (const [who, action] of [
      ["oem", "confirmAccident"],
      ["oem", "preserve"],
      ["centre", "investigate"],
      ["oem", "siblingCheck"],
      ["oem", "attach"],
      ["centre", "rootCause"],
      ["centre", "defectSuspected"],
      ["centre", "defectSuspected"],
    ] as const)
      await walk.take(who, accident, action);
    const order = await walk.world.cases.openOrder(PEOPLE.eidc, {
      type: "MODEL_LEVEL",
      level: 3,
      item: "A1",
      vehicle: vehicle(2),
    });
    await walk.world.cases.actOnOrder(PEOPLE.oem, order.id, "batchCheck", { model: "A1", share: 7, faultLevel3: true });
    await walk.world.cases.actOnOrder(PEOPLE.oem, order.id, "findings", { result: "Batch 7", defectSuspected: true });
    for (const source of [accident, order.id]) {
      const rows = await walk.world.records.asSuperuser(
        "select state, organisations from cases where kind = 'recall' and item = $1",
        [source],
      );
      assert.deepEqual(rows, [{ state: "SIGNAL", organisations: ["oem-a"] }], source);
    }
  });

  it("lets clocks mark what is late, open the order after silence, and review the completion each quarter", async () => {
    const id = await open("samr", { source: "authority", organisation: "oem-a" });
    await orders(id);
    await walk.wait(22);
    const silent = await walk.read("samr", `/cases/${id}`);
    assert.deepEqual(silent.flags, ["TERM_OVER"]);
    const order = silent.obligations.find((each: { readonly code: string }) => each.code === "decideOrder");
    assert.equal(order.basis.certainty, "P");
    await walk.take("oem", id, "acceptRecall", {});
    await walk.take("oem", id, "confirmStop", { stopped: "Line 2" });
    await walk.wait(30);
    await walk.take("oem", id, "filePlan", plan());
    await walk.take("oem", id, "publishRecall", { publication: "https://example.com" });
    await walk.take("samr", id, "publishRecall", {});
    const running = await walk.take("oem", id, "notifyOwners", { channels: ["sms"], sent: 3, reached: 1 });
    assert.deepEqual(running.flags, ["STOPPED", "DUTY_LATE"], "the plan was filed late, which stays visible");
    await walk.wait(100);
    const flat = await walk.read("samr", `/cases/${id}`);
    assert.ok(flat.flags.includes("SLOPE_FLAT"));
    const codes = flat.obligations
      .filter((each: { readonly status: string }) => each.status !== "met" && each.status !== "cancelled")
      .map((each: { readonly code: string }) => each.code);
    assert.ok(codes.includes("followUpCompletion") && codes.includes("completionReview"), codes.join());
    await walk.take("centre", id, "demandFollowUp", { what: "A second letter" });
    const board = await walk.read("centre", "/obligations?scope=mine&type=recall");
    assert.ok(board.items.some((each: { readonly code: string }) => each.code === "completionReview"));
    await walk.isWhole(id);
  });

  it("ends without a defect only by two persons, and visits every state by the API", async () => {
    const id = await open("oem");
    await walk.take("oem", id, "startAnalysis", {});
    await walk.take("oem", id, "attachDocuments", attach("analysisReport"));
    await walk.take("oem", id, "reportNoDefect", { result: "Seals hold" });
    await walk.take("centre", id, "acceptResult", { reasons: "Convincing" });
    assert.equal((await walk.refused("centre", id, "acceptResult", {})).status, 409);
    assert.equal((await walk.take("centre2", id, "acceptResult", {})).state, "CLOSED_NO_DEFECT");
    assert.deepEqual(
      Object.keys(RECALL_CASE.states).filter((state) => !walk.visited("recall").has(state)),
      [],
    );
  });

  const done = (vehicles: readonly string[]) => ({
    vehicles,
    remedy: "replace",
    remediedAt: new Date(walk.world.now).toISOString(),
  });
});
