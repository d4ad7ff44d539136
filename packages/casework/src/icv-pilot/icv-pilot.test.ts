/** Access and on-road pilot: who confirms, what must have been supervised and evaluated, and what comes before operation. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CaseActor } from "../access/extent.ts";
import { refuses, Story } from "../story.fixture.ts";
import type { Lifecycle } from "../lifecycle/definition.ts";
import { possibleActions } from "../lifecycle/possible.ts";
import { ICV_PILOT } from "./lifecycle.ts";
import { acceptedIcvPilotInput } from "./testing.ts";

const MAKER: CaseActor = { id: "maker", role: "OEM", organisation: "maker-a" };
const USER: CaseActor = { id: "user", role: "OPERATOR", organisation: "operator-a" };
const CITY: CaseActor = { id: "city", role: "LOCAL_IIT", region: "310000" };
const MIIT: CaseActor = { id: "miit", role: "MIIT" };
const POLICE: CaseActor = { id: "mps", role: "MPS" };
const EIDC: CaseActor = { id: "eidc", role: "EIDC" };

const filed = () => new Story(ICV_PILOT, acceptedIcvPilotInput).take(MAKER, "fileIcvPilot");
const testing = () =>
  filed().take(CITY, "forwardIcvPilot").take(MIIT, "confirmTestPlan").take(POLICE, "confirmTestPlan");
const permitted = () =>
  testing()
    .take(CITY, "superviseTest")
    .take(MAKER, "reportTestResult")
    .take(EIDC, "evaluateAccess")
    .take(MIIT, "grantAccess");

describe("access and on-road pilot", () => {
  it("R-5.1: MIIT gets the filing of a consortium only from its province", () => {
    const story = filed();
    refuses(() => story.take(MIIT, "confirmTestPlan"), "state");
    refuses(() => story.take({ ...CITY, region: "110000" }, "forwardIcvPilot"), "role");
    assert.equal(story.take(CITY, "forwardIcvPilot").state, "FORWARDED");
  });

  it("R-5.3: MIIT and the police both confirm the plan; the test is supervised, and evaluated in plan, execution and result", () => {
    const story = filed().take(CITY, "forwardIcvPilot").take(MIIT, "confirmTestPlan");
    assert.equal(story.state, "FORWARDED");
    refuses(() => story.take(MIIT, "confirmTestPlan"), "confirmed");
    assert.equal(story.take(POLICE, "confirmTestPlan").state, "TESTING");
    refuses(() => story.take(MAKER, "reportTestResult"), "supervised");
    story.take(CITY, "superviseTest").take(MAKER, "reportTestResult");
    for (const part of ["plan", "execution", "result"]) {
      const evaluation = { ...(acceptedIcvPilotInput("evaluateAccess") as object), [part]: false };
      assert.equal(story.take(EIDC, "evaluateAccess", evaluation).state, "TESTING", part);
      story.take(MAKER, "reportTestResult");
    }
    refuses(() => story.take(MIIT, "grantAccess"), "state");
    assert.equal(story.take(EIDC, "evaluateAccess").take(MIIT, "grantAccess").state, "CONNECTING");
  });

  it("R-5.4: nobody operates before the vehicles are connected, and none is connected beyond the permit or unheard of", () => {
    const story = permitted();
    for (const actor of [MAKER, USER]) refuses(() => story.take(actor, "startOperation"), "connected");
    const three = { vehicles: ["veh_a", "veh_b", "veh_c"], plates: "1, 2, 3", reference: "SYS-1" };
    refuses(() => story.take(MAKER, "connectPilotVehicles", three), "number");
    refuses(() => story.take(MAKER, "connectPilotVehicles", undefined, { silent: ["veh_0123456789abc"] }), "heardOf");
    story.take(MAKER, "connectPilotVehicles", undefined, { silent: [] });
    assert.equal(story.take(USER, "startOperation").state, "OPERATING");
  });

  it("R-5.5: who operates reports accidents, failures and security events, and the police or the city find the responsibility", () => {
    const story = permitted().take(MAKER, "connectPilotVehicles");
    story.take(USER, "startOperation");
    for (const kind of ["accident", "failure", "networkSecurity", "dataSecurity"])
      story.take(USER, "reportPilotEvent", { ...(acceptedIcvPilotInput("reportPilotEvent") as object), kind });
    const early = { ...(acceptedIcvPilotInput("reportPilotEvent") as object), happenedAt: "2099-01-01T00:00:00Z" };
    refuses(() => story.take(USER, "reportPilotEvent", early), "happenedBefore");
    refuses(() => story.take(USER, "concludePilotEvent"), "role");
    story.take(POLICE, "concludePilotEvent");
    assert.deepEqual([story.data.events.length, story.data.responsibility.length], [4, 1]);
  });

  it("tells the other department when one suspends or resumes, and begins a change of the measures with those in force", () => {
    const notified = (name: string): readonly string[] =>
      (ICV_PILOT.actions[name]?.notifies ?? []).flatMap(({ to }) => to as readonly string[]);
    for (const name of ["suspendPilot", "resumePilot"])
      for (const role of ["MIIT", "MPS", "EIDC", "OPERATOR"])
        assert.ok(notified(name).includes(role), `${name} ${role}`);
    const story = permitted();
    const offered = possibleActions(ICV_PILOT as unknown as Lifecycle, story.folded, MIIT, Date.UTC(2027, 0, 1));
    const { begins } = offered.find(({ name }) => name === "changeRestrictions")!;
    assert.deepEqual(begins, acceptedIcvPilotInput("grantAccess"));
  });
});
