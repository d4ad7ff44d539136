/** Data duties, incidents and vulnerabilities of makers on the real database, by the API: who sees and decides what, and the clock that marks them. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { acceptedInput } from "@sandglass/casework/testing";
import type { FastifyInstance } from "fastify";
import type { Actor } from "../../records/mod.ts";
import { act, call as ask, hostOf } from "../http.fixture.ts";
import { DAY, openWorld, PEOPLE, type World } from "../world.fixture.ts";

const person = (id: string, role: string): Actor => ({ kind: "person", id, role, organisation: "samr" });
const people = {
  ...PEOPLE,
  cac: person("acc_cac", "CAC"),
  nvdb: person("acc_nvdb", "NVDB"),
  police: person("acc_police", "TRAFFIC_POLICE"),
} as const;
type Person = keyof typeof people;

describe("data and security duties of makers", () => {
  let world: World;
  let app: FastifyInstance;
  before(async () => {
    world = await openWorld();
    app = await hostOf(world, people);
  });
  after(async () => {
    await app.close();
    await world.close();
  });

  const open = async (type: string, input: unknown): Promise<string> => {
    const { status, body } = await ask(app, "oem", "POST", "/cases", { type, input });
    assert.equal(status, 201, JSON.stringify(body));
    return (body as { readonly id: string }).id;
  };
  const take = (who: Person, id: string, name: string, input: unknown = acceptedInput(name)) =>
    act(app, who, id, name, input);
  const seenBy = async (id: string, expected: Readonly<Partial<Record<Person, number>>>): Promise<void> => {
    for (const [who, status] of Object.entries(expected))
      assert.equal((await ask(app, who, "GET", `/cases/${id}`)).status, status, who);
  };

  it("R-5.44: a report is read by the departments of its province, late after 15 December, and accepted by the cyberspace office alone", async () => {
    const id = await open("data-report", { ...(acceptedInput("openDataReport") as object), region: "440000" });
    await seenBy(id, { oem: 200, oemB: 404, cac: 200, eidc: 200, police: 200, samr: 404, elsewhere: 404 });
    await take("oem", id, "assessData");
    world.now += 30 * DAY;
    await world.cases.runClock();
    const late = await take("oem", id, "submitDataReport");
    assert.deepEqual([late.state, late.flags], ["SUBMITTED", ["LATE"]]);
    assert.deepEqual(
      late.obligations.map((each: { readonly status: string; readonly certainty: string }) => [
        each.status,
        each.certainty,
      ]),
      [["metLate", "M"]],
    );
    assert.equal((await ask(app, "eidc", "POST", `/cases/${id}/actions/acceptDataReport`, { input: {} })).status, 403);
    assert.equal((await take("cac", id, "acceptDataReport")).state, "ACCEPTED");
  });

  it("an export is approved by the cyberspace office, stopped when its counts outgrow it, and expires by the clock", async () => {
    const id = await open("data-export", acceptedInput("checkExport"));
    await seenBy(id, { oem: 200, oemB: 404, cac: 200, samr: 404, auditor: 404 });
    const filing = acceptedInput("fileExport") as object;
    await take("oem", id, "fileExport", { ...filing, way: "contract" });
    assert.equal((await take("cac", id, "approveExport")).state, "APPROVED");
    const { counts } = acceptedInput("checkExport") as { readonly counts: object };
    const risen = await take("oem", id, "recountExport", { counts: { ...counts, persons: 1_000_000 } });
    assert.deepEqual([risen.state, [...risen.flags].sort()], ["SELF_CHECK", ["ROUTE_ROSE", "STOPPED"]]);
    const lesser = { input: { ...filing, way: "contract" } };
    assert.equal((await ask(app, "oem", "POST", `/cases/${id}/actions/fileExport`, lesser)).status, 409);
    await take("oem", id, "fileExport", filing);
    assert.deepEqual((await take("cac", id, "approveExport")).flags, []);
    world.now += 1_200 * DAY;
    await world.cases.runClock();
    const { body } = await ask(app, "oem", "GET", `/cases/${id}`);
    assert.equal((body as { readonly state: string }).state, "EXPIRED");
  });

  it("R-5.43: who a deletion is for is read by the maker and the cyberspace office alone, and its lateness by the latter", async () => {
    const receivedAt = new Date(world.now).toISOString();
    const id = await open("data-request", { ...(acceptedInput("receiveRequest") as object), receivedAt });
    const page = async (who: Person) => (await ask(app, who, "GET", `/cases/${id}`)).body as { hiddenFields: string[] };
    assert.deepEqual((await page("cac")).hiddenFields, []);
    assert.deepEqual([...(await page("eidc")).hiddenFields].sort(), ["requester", "what"]);
    await take("oem", id, "verifyPerson");
    world.now += 40 * DAY;
    await world.cases.runClock();
    assert.deepEqual((await take("oem", id, "completeRequest")).flags, ["LATE"]);
  });

  it("R-5.51: a leak is late an hour after its discovery, and closed by the cyberspace office when everybody was told", async () => {
    const discoveredAt = new Date(world.now).toISOString();
    const id = await open("cyber-incident", { ...(acceptedInput("discoverIncident") as object), discoveredAt });
    await seenBy(id, { oem: 200, oemB: 404, cac: 200, eidc: 200, police: 200, samr: 404 });
    world.now += DAY;
    await world.cases.runClock();
    const told = await take("oem", id, "tellPersons");
    assert.deepEqual([...told.flags].sort(), ["LATE", "LEAK"]);
    for (const name of ["remedyIncident", "endHandling", "sendFinalIncidentReport"]) await take("oem", id, name);
    const close = () => ask(app, "cac", "POST", `/cases/${id}/actions/closeIncident`, { input: {} });
    assert.equal((await close()).status, 409);
    for (const report of ["incidentReport", "leakReport"])
      await take("oem", id, "sendIncidentReport", { report, reference: "CAC-1" });
    assert.equal((await close()).status, 200);
  });

  it("R-5.24: a vulnerability is late after two days, seen by the vulnerability platform, and published by its provider after the fix", async () => {
    const learnedAt = new Date(world.now).toISOString();
    const id = await open("vulnerability", { ...(acceptedInput("receiveVulnerability") as object), learnedAt });
    await seenBy(id, { oem: 200, oemB: 404, nvdb: 200, cac: 200, police: 200, samr: 404, auditor: 404 });
    const hidden = async (who: Person) =>
      ((await ask(app, who, "GET", `/cases/${id}`)).body as { hiddenFields: string[] }).hiddenFields;
    assert.deepEqual([await hidden("nvdb"), await hidden("police")], [[], ["finder"]]);
    world.now += 3 * DAY;
    await world.cases.runClock();
    await take("oem", id, "confirmVulnerability");
    await take("oem", id, "assessVulnerability");
    assert.deepEqual((await take("nvdb", id, "remarkVulnerability")).flags, ["LATE"]);
    const publish = () =>
      ask(app, "oem", "POST", `/cases/${id}/actions/publishVulnerability`, {
        input: acceptedInput("publishVulnerability"),
      });
    assert.equal((await publish()).status, 409);
    const nowhere = { input: { otaFiling: "ota_none" } };
    for (const name of [
      "reportVulnerability",
      "mitigateVulnerability",
      "fixVulnerability",
      "deployFix",
      "verifyFix",
      "tellUsers",
    ]) {
      if (name === "deployFix")
        assert.equal((await ask(app, "oem", "POST", `/cases/${id}/actions/${name}`, nowhere)).status, 404);
      await take("oem", id, name, acceptedInput(name));
    }
    assert.equal((await publish()).status, 200);
  });

  it("a vulnerability that is exploited opens its incident, once, from its own maker's hand", async () => {
    const learnedAt = new Date(world.now).toISOString();
    const id = await open("vulnerability", { ...(acceptedInput("receiveVulnerability") as object), learnedAt });
    await take("oem", id, "confirmVulnerability");
    const exploited = { ...(acceptedInput("assessVulnerability") as object), exploited: true };
    for (let times = 0; times < 2; times += 1) await take("oem", id, "assessVulnerability", exploited);
    const { body } = await ask(app, "oem", "GET", "/cases?type=cyber-incident");
    const pages = (body as { readonly items: readonly { readonly id: string }[] }).items.map((each) =>
      ask(app, "oem", "GET", `/cases/${each.id}`),
    );
    type Page = {
      readonly fields: readonly { readonly value: unknown }[];
      readonly obligations: readonly { code: string }[];
    };
    const own = (await Promise.all(pages))
      .map((page) => page.body as Page)
      .filter(({ fields }) => fields.some(({ value }) => value === id));
    assert.deepEqual(
      own.map(({ obligations }) => obligations.map(({ code }) => code)),
      [[]],
    );
    const stranger = {
      type: "cyber-incident",
      input: { ...(acceptedInput("discoverIncident") as object), vulnerability: id },
    };
    assert.equal((await ask(app, "oemB", "POST", "/cases", stranger)).status, 404);
  });
});
