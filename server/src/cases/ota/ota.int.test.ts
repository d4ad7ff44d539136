/** OTA filings on the real database, by the API: the ways of each class, the recall they open, the project they change. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { OTA_FILING } from "@sandglass/casework";
import { acceptedInput } from "@sandglass/casework/testing";
import type { FastifyInstance } from "fastify";
import { SYSTEM_CLOCK, SYSTEM_INTAKE, type Actor } from "../../records/mod.ts";
import { checkCase } from "../mod.ts";
import { act, call as ask, hostOf } from "../http.fixture.ts";
import { DAY, openWorld, PEOPLE, projectInTest, type World } from "../world.fixture.ts";

const person = (id: string, role: string, organisation: string): Actor => ({ kind: "person", id, role, organisation });
const people = {
  ...PEOPLE,
  oem2: person("acc_oem_a_2", "OEM", "oem-a"),
  centre: person("acc_centre", "RECALL_CENTER", "samr"),
  miit: person("acc_miit", "MIIT", "samr"),
} as const;
type Person = keyof typeof people;
const ANSWERS = {
  removesDefect: false,
  changesParameters: false,
  touchesAutomatedDriving: false,
  touchesDriverAssistance: true,
  grounds: "Charging only",
};

describe("OTA filing", () => {
  let world: World;
  let app: FastifyInstance;
  const visited = new Set<string>();
  before(async () => {
    world = await openWorld();
    await world.records.transact(SYSTEM_INTAKE, (tx) =>
      tx.updateTable("vehicles").set({ model: "A1" }).where("registered", "=", true).execute(),
    );
    app = await hostOf(world, people);
  });
  after(async () => {
    await app.close();
    await world.close();
  });

  // oxlint-disable-next-line typescript/no-explicit-any -- answers are looked at field by field
  type Body = any;
  const read = async (who: Person, url: string): Promise<Body> => (await ask(app, who, "GET", url)).body;
  const take = async (id: string, who: Person, name: string, input: unknown = acceptedInput(name)): Promise<Body> => {
    const body = await act(app, who, id, name, input);
    visited.add(body.state);
    return body;
  };
  const refused = async (id: string, who: Person, name: string): Promise<string> => {
    const { status, body } = await ask(app, who, "POST", `/cases/${id}/actions/${name}`, {
      input: acceptedInput(name),
    });
    assert.ok(status >= 400, `${name} was not refused`);
    return (body as { readonly error: { readonly message: string } }).error.message;
  };
  const prepared = async (answers: object = {}, campaign: object = {}): Promise<string> => {
    const input = { ...(acceptedInput("prepareOta") as object), ...campaign };
    const { status, body } = await ask(app, "oem", "POST", "/cases", { type: "ota-filing", input });
    assert.equal(status, 201, JSON.stringify(body));
    const { id, state } = body as { readonly id: string; readonly state: string };
    visited.add(state);
    await take(id, "oem", "classifyOta", { ...ANSWERS, ...answers });
    await take(id, "oem", "assessOta");
    return id;
  };
  const isWhole = async (id: string): Promise<void> =>
    assert.equal(await world.records.transact(SYSTEM_CLOCK, (tx) => checkCase(world.cases.engine, tx, id)), undefined);

  it("is filed, returned, released after its term in stages, halted by the authority, finished; nobody else sees it", async () => {
    const id = await prepared();
    await take(id, "oem", "fileOta");
    for (const [who, status] of [
      ["oemB", 404],
      ["local", 404],
      ["eidc", 200],
      ["centre", 200],
    ] as const)
      assert.equal((await ask(app, who, "GET", `/cases/${id}`)).status, status, who);
    await take(id, "centre", "returnOta", { reasons: "Failure handling is thin" });
    const again = await take(id, "oem", "fileOta");
    assert.deepEqual(
      again.documents.map((each: { readonly code: string }) => each.code),
      ["otaReceipt", "otaReturn", "otaReceipt"],
    );
    assert.match(await refused(id, "oem", "releaseOta"), /5 working days|5个工作日/);
    world.now += 8 * DAY;
    await take(id, "oem", "releaseOta");
    await take(id, "oem", "widenOta");
    await take(id, "oem", "reportOtaResults", { succeeded: 40, failed: 5, refused: 1 });
    const halted = await take(id, "centre", "haltOta", { reasons: "Many fail" });
    assert.deepEqual([halted.state, halted.flags], ["HALTED", ["FAILURES"]]);
    await refused(id, "oem", "resumeOta");
    await take(id, "centre", "resumeOta");
    await take(id, "oem", "endRollout");
    assert.equal((await take(id, "oem", "finishOta")).state, "DONE");
    await isWhole(id);
  });

  it("R-4.38 R-4.42: opens the recall of a defect that it removes, and waits for its plan and for the permit", async () => {
    const id = await prepared({ removesDefect: true, changesParameters: true });
    await take(id, "oem", "classifyOta", { ...ANSWERS, removesDefect: true, changesParameters: true });
    assert.equal((await read("oem", "/cases?type=recall")).items.length, 1, "one file, however often it is classified");
    await take(id, "oem", "fileOta");
    world.now += 8 * DAY;
    await take(id, "miit", "permitOta", { permit: "B-1", kind: "change" });
    assert.match(await refused(id, "oem", "releaseOta"), /recall plan|召回计划/);
    const { items } = await read("oem", "/cases?type=recall");
    const recall = items.find((each: Body) => each.title.en === "Charge control 3.2").id;
    const page = await read("oem", `/cases/${recall}`);
    assert.ok(
      page.fields.some(({ value }: { readonly value: unknown }) => value === id),
      "the recall names the filing",
    );
    await take(recall, "oem", "confirmDefect");
    await take(recall, "oem", "confirmStop");
    await take(recall, "oem", "filePlan", {
      ...(acceptedInput("filePlan") as object),
      viaOta: true,
      changesParameters: true,
    });
    assert.match(await refused(recall, "oem", "resumeSale"), /permit|许可/);
    assert.equal((await take(id, "oem", "releaseOta")).state, "RELEASED");
    await take(id, "oem", "rollBackOta");
    assert.equal((await take(id, "oem2", "rollBackOta", {})).state, "ROLLED_BACK");
    await isWhole(id);
    await isWhole(recall);
    const hiding = await prepared();
    assert.ok((await read("centre", `/cases/${hiding}`)).flags.includes("DEFECT_OPEN"));
  });

  it("puts the new version into the sandbox project as a controlled change", async () => {
    const project = await projectInTest(world);
    const id = await prepared({}, { project });
    await take(id, "oem", "fileOta");
    world.now += 8 * DAY;
    await take(id, "oem", "releaseOta");
    const { folded } = await world.cases.engine.transact(PEOPLE.samr, async ({ tx }) => {
      const row = await tx.selectFrom("cases").select("folded").where("id", "=", project).executeTakeFirstOrThrow();
      return row as { readonly folded: { readonly data: Record<string, readonly Record<string, unknown>[]> } };
    });
    const change = folded.data.changes?.at(-1) ?? {};
    assert.deepEqual([change.subject, change.component, change.toVersion], ["software", "BMS", "3.2"]);
    assert.equal(
      (
        await ask(app, "oemB", "POST", "/cases", {
          type: "ota-filing",
          input: { ...(acceptedInput("prepareOta") as object), project },
        })
      ).status,
      404,
      "another maker's project",
    );
  });

  it("may be withdrawn before its release, and visits every state by the API", async () => {
    const id = await prepared();
    await take(id, "oem", "withdrawOta");
    const flags = (await read("oem", `/cases/${await prepared()}`)).flags as readonly string[];
    assert.ok(!flags.includes("FREQUENT"), "five filings of this year came before");
    assert.ok((await read("oem", `/cases/${await prepared()}`)).flags.includes("FREQUENT"));
    assert.deepEqual(
      Object.keys(OTA_FILING.states).filter((state) => !visited.has(state)),
      [],
    );
  });
});
