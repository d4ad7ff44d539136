/** Data duties, incidents and vulnerabilities of makers on the real database, by the API: who sees and decides what, and the clock that marks them. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { acceptedInput } from "@sandglass/casework/testing";
import { walkCases } from "../http.fixture.ts";
import { person } from "../world.fixture.ts";

describe("data and security duties of makers", () => {
  const walk = walkCases({
    others: {
      cac: person("acc_cac", "CAC", "samr"),
      nvdb: person("acc_nvdb", "NVDB", "samr"),
      police: person("acc_police", "TRAFFIC_POLICE", "samr"),
    },
  });

  it("R-5.44: a report is read by the departments of its province, late after 15 December, and accepted by the cyberspace office alone", async () => {
    const id = await walk.open("oem", "data-report", {
      ...(acceptedInput("openDataReport") as object),
      region: "440000",
    });
    await walk.seenBy(id, { oem: 200, oemB: 404, cac: 200, eidc: 200, police: 200, samr: 404, elsewhere: 404 });
    await walk.take("oem", id, "assessData");
    await walk.wait(30);
    const late = await walk.take("oem", id, "submitDataReport");
    assert.deepEqual([late.state, late.flags], ["SUBMITTED", ["LATE"]]);
    assert.deepEqual(
      late.obligations.map((each: { readonly status: string; readonly certainty: string }) => [
        each.status,
        each.certainty,
      ]),
      [["metLate", "M"]],
    );
    assert.equal((await walk.tryTo("eidc", id, "acceptDataReport")).status, 403);
    assert.equal((await walk.take("cac", id, "acceptDataReport")).state, "ACCEPTED");
  });

  it("an export is approved by the cyberspace office, stopped when its counts outgrow it, and expires by the clock", async () => {
    const id = await walk.open("oem", "data-export", acceptedInput("checkExport"));
    await walk.seenBy(id, { oem: 200, oemB: 404, cac: 200, samr: 404, auditor: 404 });
    const filing = acceptedInput("fileExport") as object;
    await walk.take("oem", id, "fileExport", { ...filing, way: "contract" });
    assert.equal((await walk.take("cac", id, "approveExport")).state, "APPROVED");
    const { counts } = acceptedInput("checkExport") as { readonly counts: object };
    const risen = await walk.take("oem", id, "recountExport", { counts: { ...counts, persons: 1_000_000 } });
    assert.deepEqual([risen.state, [...risen.flags].sort()], ["SELF_CHECK", ["ROUTE_ROSE", "STOPPED"]]);
    assert.equal((await walk.tryTo("oem", id, "fileExport", { ...filing, way: "contract" })).status, 409);
    await walk.take("oem", id, "fileExport", filing);
    assert.deepEqual((await walk.take("cac", id, "approveExport")).flags, []);
    await walk.wait(1_200);
    assert.equal((await walk.read("oem", `/cases/${id}`)).state, "EXPIRED");
  });

  it("R-5.43: who a deletion is for is read by the maker and the cyberspace office alone, and its lateness by the latter", async () => {
    const receivedAt = new Date(walk.world.now).toISOString();
    const id = await walk.open("oem", "data-request", { ...(acceptedInput("receiveRequest") as object), receivedAt });
    assert.deepEqual((await walk.read("cac", `/cases/${id}`)).hiddenFields, []);
    assert.deepEqual([...(await walk.read("eidc", `/cases/${id}`)).hiddenFields].sort(), ["requester", "what"]);
    await walk.take("oem", id, "verifyPerson");
    await walk.wait(40);
    assert.deepEqual((await walk.take("oem", id, "completeRequest")).flags, ["LATE"]);
  });

  it("R-5.51: a leak is late an hour after its discovery, and closed by the cyberspace office when everybody was told", async () => {
    const discoveredAt = new Date(walk.world.now).toISOString();
    const id = await walk.open("oem", "cyber-incident", {
      ...(acceptedInput("discoverIncident") as object),
      discoveredAt,
    });
    await walk.seenBy(id, { oem: 200, oemB: 404, cac: 200, eidc: 200, police: 200, samr: 404 });
    await walk.wait(1);
    const told = await walk.take("oem", id, "tellPersons");
    assert.deepEqual([...told.flags].sort(), ["LATE", "LEAK"]);
    for (const name of ["remedyIncident", "endHandling", "sendFinalIncidentReport"]) await walk.take("oem", id, name);
    const close = () => walk.tryTo("cac", id, "closeIncident");
    assert.equal((await close()).status, 409);
    for (const report of ["incidentReport", "leakReport"])
      await walk.take("oem", id, "sendIncidentReport", { report, reference: "CAC-1" });
    assert.equal((await close()).status, 200);
  });

  it("R-5.24: a vulnerability is late after two days, seen by the vulnerability platform, and published by its provider after the fix", async () => {
    const learnedAt = new Date(walk.world.now).toISOString();
    const id = await walk.open("oem", "vulnerability", {
      ...(acceptedInput("receiveVulnerability") as object),
      learnedAt,
    });
    await walk.seenBy(id, { oem: 200, oemB: 404, nvdb: 200, cac: 200, police: 200, samr: 404, auditor: 404 });
    assert.deepEqual((await walk.read("nvdb", `/cases/${id}`)).hiddenFields, []);
    assert.deepEqual((await walk.read("police", `/cases/${id}`)).hiddenFields, ["finder"]);
    await walk.wait(3);
    await walk.take("oem", id, "confirmVulnerability");
    await walk.take("oem", id, "assessVulnerability");
    assert.deepEqual((await walk.take("nvdb", id, "remarkVulnerability")).flags, ["LATE"]);
    const publish = () => walk.tryTo("oem", id, "publishVulnerability");
    assert.equal((await publish()).status, 409);
    for (const name of [
      "reportVulnerability",
      "mitigateVulnerability",
      "fixVulnerability",
      "deployFix",
      "verifyFix",
      "tellUsers",
    ]) {
      if (name === "deployFix")
        assert.equal((await walk.tryTo("oem", id, name, { otaFiling: "ota_none" })).status, 404);
      await walk.take("oem", id, name);
    }
    assert.equal((await publish()).status, 200);
  });

  it("a vulnerability that is exploited opens its incident, once, from its own maker's hand", async () => {
    const learnedAt = new Date(walk.world.now).toISOString();
    const id = await walk.open("oem", "vulnerability", {
      ...(acceptedInput("receiveVulnerability") as object),
      learnedAt,
    });
    await walk.take("oem", id, "confirmVulnerability");
    const exploited = { ...(acceptedInput("assessVulnerability") as object), exploited: true };
    for (let times = 0; times < 2; times += 1) await walk.take("oem", id, "assessVulnerability", exploited);
    type Page = {
      readonly fields: readonly { readonly value: unknown }[];
      readonly obligations: readonly { code: string }[];
    };
    const { items } = await walk.read("oem", "/cases?type=cyber-incident");
    const pages: readonly Page[] = await Promise.all(
      items.map((each: { readonly id: string }) => walk.read("oem", `/cases/${each.id}`)),
    );
    const own = pages.filter(({ fields }) => fields.some(({ value }) => value === id));
    assert.deepEqual(
      own.map(({ obligations }) => obligations.map(({ code }) => code)),
      [[]],
    );
    const stranger = { ...(acceptedInput("discoverIncident") as object), vulnerability: id };
    assert.equal((await walk.tryToOpen("oemB", "cyber-incident", stranger)).status, 404);
  });
});
