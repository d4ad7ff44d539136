/** A recall on the real database, by the API and with several accounts: the whole way, who sees what, what the public reads. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { RECALL_CASE } from "@sandglass/casework";
import { acceptedInput } from "@sandglass/casework/testing";
import type { FastifyInstance } from "fastify";
import { maskVin } from "../../access/mod.ts";
import { SYSTEM_CLOCK, SYSTEM_INTAKE, type Actor } from "../../records/mod.ts";
import { checkCase } from "../mod.ts";
import { act, call as ask, hostOf } from "../http.fixture.ts";
import { DAY, openWorld, PEOPLE, vehicle, type World } from "../world.fixture.ts";

const person = (id: string, role: string, organisation: string, region?: string): Actor => ({
  kind: "person",
  id,
  role,
  organisation,
  ...(region === undefined ? {} : { region }),
});
const people = {
  ...PEOPLE,
  centre: person("acc_centre", "RECALL_CENTER", "samr"),
  centre2: person("acc_centre_2", "RECALL_CENTER", "samr"),
  dealer: person("acc_dealer", "DEALER_REPAIR", "experts"),
  district: person("acc_nanshan", "LOCAL_IIT", "local-iit", "440305"),
  neighbour: person("acc_futian", "LOCAL_IIT", "local-iit", "440304"),
} as const;
type Person = keyof typeof people;
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

describe("recall", () => {
  let world: World;
  let app: FastifyInstance;
  before(async () => {
    world = await openWorld({ vehicleKeyOf: (vin) => 1_000n + BigInt(vin.slice(-3)) });
    await world.records.transact(SYSTEM_INTAKE, (tx) =>
      tx.updateTable("vehicles").set({ model: "A1" }).where("registered", "=", true).execute(),
    );
    app = await hostOf(world, people);
  });
  after(async () => {
    await app.close();
    await world.close();
  });

  const visited = new Set<string>();
  // oxlint-disable-next-line typescript/no-explicit-any -- answers are looked at field by field
  const read = async (who: Person, url: string): Promise<any> => (await ask(app, who, "GET", url)).body;
  const open = async (who: Person, lead: object = {}): Promise<string> => {
    const input = { title: "Coolant leak", description: "Coolant at the busbar", source: "producer", ...lead };
    const { status, body } = await ask(app, who, "POST", "/cases", { type: "recall", input });
    assert.equal(status, 201, JSON.stringify(body));
    const { id, state } = body as { readonly id: string; readonly state: string };
    visited.add(state);
    return id;
  };
  // oxlint-disable-next-line typescript/no-explicit-any -- as above
  const take = async (id: string, who: Person, name: string, input: object = {}): Promise<any> => {
    const body = await act(app, who, id, name, input);
    visited.add(body.state);
    return body;
  };
  const refuse = async (id: string, who: Person, name: string, input: object = {}): Promise<number> => {
    const { status } = await ask(app, who, "POST", `/cases/${id}/actions/${name}`, { input });
    assert.ok(status >= 400, `${name} was not refused`);
    return status;
  };
  const attach = (kind: string) => ({ documents: [{ kind, title: kind }] });
  const plan = (change: object = {}) => ({ ...PLAN, startAt: new Date(world.now).toISOString(), ...change });
  const isWhole = async (id: string): Promise<void> =>
    assert.equal(await world.records.transact(SYSTEM_CLOCK, (tx) => checkCase(world.cases.engine, tx, id)), undefined);
  const orders = async (id: string): Promise<void> => {
    await take(id, "centre", "ownInvestigation", { ground: "serious", reasons: "Fire" });
    await take(id, "centre", "recordInspection", { inspection: "entry", what: "Seals of batch 7 leak" });
    await take(id, "centre", "attachDocuments", attach("investigationReport"));
    await take(id, "samr", "issueNotice", { reasons: "Confirmed by tests" });
  };

  it("walks from an accident to an ordered recall, its vehicles, and a repeated one", async () => {
    const accident = {
      happenedAt: new Date(world.now - 3_600_000).toISOString(),
      place: "Nanshan",
      what: "Smoke",
      source: "enterprise",
      vehicle: vehicle(0),
      fire: true,
    };
    const { body: reported } = await ask(app, "oem", "POST", "/cases", { type: "accident", input: accident });
    const accidentId = (reported as { readonly id: string }).id;
    assert.equal(await ask(app, "oemB", "POST", "/cases", lead(accidentId)).then(({ status }) => status), 404);
    const id = await open("centre", { source: "accident", accident: accidentId });
    const page = await read("oem", `/cases/${id}`);
    assert.ok(
      page.fields.some(({ value }: { readonly value: unknown }) => value === accidentId),
      "linked to the accident, whose producer owns the file",
    );
    assert.equal((await ask(app, "oemB", "GET", `/cases/${id}`)).status, 404);

    await orders(id);
    await take(id, "oem", "attachDocuments", attach("objectionProof"));
    await take(id, "oem", "objectRecall", { objection: "Within its tolerance" });
    await take(id, "centre", "recordOpinion", { panel: PANEL, defect: true, opinion: "A defect" });
    await take(id, "samr", "orderRecall", { reasons: "Argued" });
    assert.equal((await take(id, "samr2", "orderRecall")).state, "ORDERED");
    await take(id, "oem", "confirmStop", { stopped: "Line 2 and all stores" });
    const filed = await take(id, "oem", "filePlan", plan());
    assert.equal(filed.state, "FILED");
    assert.deepEqual((await read("oem", `/cases/${id}`)).scope, { outstanding: 3, remedied: 0, excluded: 0 });
    assert.equal((await ask(app, "local", "GET", `/cases/${id}`)).status, 200, "vehicles are in its territory");
    assert.equal((await ask(app, "elsewhere", "GET", `/cases/${id}`)).status, 404);
    assert.equal((await ask(app, "district", "GET", `/cases/${id}`)).status, 200, "vehicles are in its district");
    assert.equal((await ask(app, "neighbour", "GET", `/cases/${id}`)).status, 404, "none is in the one beside it");
    assert.equal((await ask(app, "dealer", "GET", `/cases/${id}`)).status, 200, "named as a dealer of the plan");
    await take(id, "dealer", "confirmDealerStop", { units: 2, what: "Held back" });

    assert.equal((await ask(app, "centre", "GET", `/public/recalls/${id}`)).status, 404);
    await take(id, "oem", "publishRecall", { publication: "https://example.com/recall" });
    await take(id, "centre", "publishRecall");
    await take(id, "oem", "notifyOwners", { channels: ["registeredLetter"], sent: 3, reached: 2 });
    assert.equal(await refuse(id, "oem", "recordRemedy", done([vehicle(3)])), 400, "another maker's vehicle");
    await take(id, "oem", "recordRemedy", done([vehicle(0), vehicle(0)]));
    assert.equal(await refuse(id, "oem", "recordRemedy", done([vehicle(0)])), 409, "counted before");
    await take(id, "oem", "completeRecall");
    await take(id, "oem", "submitFinal", { finalReport: "Done" });
    await take(id, "centre", "evaluateEffect", { panel: PANEL, outcome: "repeat", opinion: "Leaks again" });
    assert.equal(
      await refuse(id, "oem", "filePlan", plan({ scope: { models: ["A1"], declared: 2, vehicles: [vehicle(1)] } })),
      409,
      "no vehicle leaves a recall that is to be repeated",
    );
    const again = await take(id, "oem", "filePlan", plan());
    assert.equal(again.fields.find((each: { readonly name: string }) => each.name === "round").value, 2);
    assert.deepEqual((await read("oem", `/cases/${id}`)).scope, { outstanding: 3, remedied: 0, excluded: 0 });
    await isWhole(id);
  });

  it("shows the vehicles with masked VINs, to the public what is published, and to who types a VIN whether it is reached", async () => {
    const id = await open("oem");
    await take(id, "oem", "startAnalysis");
    await take(id, "oem", "confirmDefect", { result: "Leak found" });
    await take(id, "oem", "confirmStop", { stopped: "Line 2" });
    await take(id, "oem", "filePlan", plan());
    await take(id, "oem", "publishRecall", { publication: "https://example.com" });
    await take(id, "centre", "publishRecall");
    await take(id, "oem", "notifyOwners", { channels: ["app"], sent: 3, reached: 3 });
    await take(id, "oem", "recordRemedy", done([vehicle(0)]));
    await take(id, "oem", "excludeVehicles", { vehicles: [vehicle(1)], outcome: "scrapped", evidence: "Certificate" });
    await take(id, "oem", "completeRecall");
    await take(id, "oem", "submitFinal", { finalReport: "Done" });
    assert.equal(
      (await take(id, "centre", "evaluateEffect", { panel: PANEL, outcome: "effective", opinion: "So" })).state,
      "CLOSED_TAIL_OPEN",
    );

    const listed = await read("oem", `/cases/${id}/recall-vehicles`);
    assert.deepEqual(
      listed.items.map(({ vehicle: each, vinMasked, status }: Record<string, string>) => [each, vinMasked, status]),
      [0, 1, 2].map((index) => [vehicle(index), maskVin(VIN(index)), ["remedied", "excluded", "outstanding"][index]]),
    );
    const first = await read("oem", `/cases/${id}/recall-vehicles?limit=2`);
    const rest = await read("oem", `/cases/${id}/recall-vehicles?limit=2&cursor=${first.next}`);
    assert.deepEqual([first.items.length, rest.items.length, rest.next], [2, 1, null]);
    assert.equal((await read("oem", `/cases/${id}/recall-vehicles?status=outstanding`)).items.length, 1);
    assert.equal((await ask(app, "oemB", "GET", `/cases/${id}/recall-vehicles`)).status, 404);
    const ofVehicle = await read("oem", `/vehicles/${vehicle(2)}/recalls`);
    assert.ok(ofVehicle.items.some((each: Record<string, unknown>) => each.id === id && each.isDone === false));

    const published = await read("auditor", `/public/recalls/${id}`);
    assert.deepEqual(
      [published.affected, published.trend, published.isOrdered, published.state],
      [2, [{ quarter: "2026-Q4", remedied: 1, affected: 2, rate: 50 }], false, "CLOSED_TAIL_OPEN"],
    );
    assert.doesNotMatch(JSON.stringify(published), /veh_|LSGTEST|Coolant at|Line 2/);
    const asked = async (vin: string) =>
      (
        (await ask(app, "auditor", "POST", "/public/recalls/check", { vin })).body as {
          items: Record<string, unknown>[];
        }
      ).items;
    const hit = (await asked("LSGTESTT200000002")).find((each) => (each.recall as { id: string }).id === id);
    assert.equal(hit?.isDone, false, "the vehicle stays under recall");
    assert.deepEqual(await asked("LSGTESTT200000003"), []);

    await take(id, "oem", "recordRemedy", done([vehicle(2)]));
    assert.equal((await take(id, "centre", "closeTail")).state, "CLOSED_COMPLETE");
    await isWhole(id);
  });

  it("opens by itself where a defect is suspected, once, with its source named", async () => {
    const input = { ...(acceptedInput("report") as object), vehicle: vehicle(1), fire: true };
    const { body } = await ask(app, "oem", "POST", "/cases", { type: "accident", input });
    const { id: accident } = body as { readonly id: string };
    const steps: readonly (readonly [Person, string])[] = [
      ["oem", "confirmAccident"],
      ["oem", "preserve"],
      ["centre", "investigate"],
      ["oem", "siblingCheck"],
      ["oem", "attach"],
      ["centre", "rootCause"],
      ["centre", "defectSuspected"],
      ["centre", "defectSuspected"],
    ];
    for (const [who, name] of steps) {
      const answer = await ask(app, who, "POST", `/cases/${accident}/actions/${name}`, { input: acceptedInput(name) });
      assert.equal(answer.status, 200, `${name}: ${JSON.stringify(answer.body)}`);
    }
    const order = await world.cases.openOrder(PEOPLE.eidc, {
      type: "MODEL_LEVEL",
      level: 3,
      item: "A1",
      vehicle: vehicle(2),
    });
    await world.cases.actOnOrder(PEOPLE.oem, order.id, "batchCheck", { model: "A1", share: 7, faultLevel3: true });
    await world.cases.actOnOrder(PEOPLE.oem, order.id, "findings", { result: "Batch 7", defectSuspected: true });
    for (const source of [accident, order.id]) {
      const rows = await world.records.asSuperuser(
        "select state, organisations from cases where kind = 'recall' and item = $1",
        [source],
      );
      assert.deepEqual(rows, [{ state: "SIGNAL", organisations: ["oem-a"] }], source);
    }
  });

  it("lets clocks mark what is late, open the order after silence, and review the completion each quarter", async () => {
    const id = await open("samr", { source: "authority", organisation: "oem-a" });
    await orders(id);
    world.now += 22 * DAY;
    await world.cases.runClock();
    const silent = await read("samr", `/cases/${id}`);
    assert.deepEqual(silent.flags, ["TERM_OVER"]);
    const order = silent.obligations.find((each: { readonly code: string }) => each.code === "decideOrder");
    assert.equal(order.basis.certainty, "P");
    await take(id, "oem", "acceptRecall");
    await take(id, "oem", "confirmStop", { stopped: "Line 2" });
    world.now += 30 * DAY;
    await world.cases.runClock();
    await take(id, "oem", "filePlan", plan());
    await take(id, "oem", "publishRecall", { publication: "https://example.com" });
    await take(id, "samr", "publishRecall");
    const running = await take(id, "oem", "notifyOwners", { channels: ["sms"], sent: 3, reached: 1 });
    assert.deepEqual(running.flags, ["STOPPED", "DUTY_LATE"], "the plan was filed late, which stays visible");
    world.now += 100 * DAY;
    await world.cases.runClock();
    const flat = await read("samr", `/cases/${id}`);
    assert.ok(flat.flags.includes("SLOPE_FLAT"));
    const codes = flat.obligations
      .filter((each: { readonly status: string }) => each.status !== "met" && each.status !== "cancelled")
      .map((each: { readonly code: string }) => each.code);
    assert.ok(codes.includes("followUpCompletion") && codes.includes("completionReview"), codes.join());
    await take(id, "centre", "demandFollowUp", { what: "A second letter" });
    const board = await read("centre", "/obligations?scope=mine&type=recall");
    assert.ok(board.items.some((each: { readonly code: string }) => each.code === "completionReview"));
    await isWhole(id);
  });

  it("ends without a defect only by two persons, and visits every state by the API", async () => {
    const id = await open("oem");
    await take(id, "oem", "startAnalysis");
    await take(id, "oem", "attachDocuments", attach("analysisReport"));
    await take(id, "oem", "reportNoDefect", { result: "Seals hold" });
    await take(id, "centre", "acceptResult", { reasons: "Convincing" });
    assert.equal(await refuse(id, "centre", "acceptResult"), 409);
    assert.equal((await take(id, "centre2", "acceptResult")).state, "CLOSED_NO_DEFECT");
    assert.deepEqual(
      Object.keys(RECALL_CASE.states).filter((state) => !visited.has(state)),
      [],
    );
  });

  const lead = (accident: string) => ({
    type: "recall",
    input: { title: "Coolant leak", description: "x", source: "accident", accident },
  });
  const done = (vehicles: readonly string[]) => ({
    vehicles,
    remedy: "replace",
    remediedAt: new Date(world.now).toISOString(),
  });
});
