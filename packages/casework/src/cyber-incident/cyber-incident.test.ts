/** Which reports an incident owes, each by its own clock from the discovery. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ACCIDENT_DEADLINES } from "../accident/reports.ts";
import { refuses, Story } from "../story.fixture.ts";
import { CYBER_INCIDENT, type CyberIncidentData } from "./lifecycle.ts";
import { INCIDENT_DEADLINES } from "./reports.ts";
import { acceptedCyberIncidentInput, INCIDENT_DISCOVERED, INCIDENT_FACTS } from "./testing.ts";

const MAKER = { id: "maker", role: "OEM", organisation: "maker-a" } as const;
const CAC = { id: "cac", role: "CAC" } as const;
const ALL_ROLES = { id: "supervisor", role: "SUPERVISOR_ALL", organisation: "maker-a" } as const;
const CALM = { ...INCIDENT_FACTS, grade: "general", personalData: false } as const;
const FOUND = Date.parse(INCIDENT_DISCOVERED.discoveredAt);

const found = (facts: object): Story<CyberIncidentData> => {
  const story: Story<CyberIncidentData> = new Story<CyberIncidentData>(CYBER_INCIDENT, (name) =>
    acceptedCyberIncidentInput(name, name === "discoverIncident" ? [] : story.folded.obligations),
  );
  return story.take(MAKER, "discoverIncident", { ...INCIDENT_DISCOVERED, facts: { ...CALM, ...facts } });
};
/** Hours from the discovery after which each open duty runs out. */
const hours = ({ folded }: Story<CyberIncidentData>): object =>
  Object.fromEntries(
    folded.obligations
      .filter(({ ended }) => ended === undefined)
      .map(({ code, dueAt }) => [code, (dueAt! - FOUND) / 3_600_000]),
  );

describe("cyber or data-security incident", () => {
  it("from the second grade on it is reported in 4 hours, by critical infrastructure in 1; the final report is unverified", () => {
    assert.deepEqual(hours(found({})), {});
    assert.deepEqual(hours(found({ grade: "larger" })), { incidentReport: 4 });
    assert.deepEqual(hours(found({ grade: "extraordinary", criticalInfrastructure: true })), { incidentReport: 1 });
    assert.equal(INCIDENT_DEADLINES.incidentProvincial, ACCIDENT_DEADLINES.cyberProvincial, "one limit in both cases");
    const story = found({ grade: "larger" }).take(MAKER, "remedyIncident").take(MAKER, "endHandling");
    assert.equal(story.folded.obligations.at(-1)!.certainty, "M");
  });

  it("R-5.28: what harms national security or the public interest is reported within 24 hours of its discovery", () => {
    const story = found({ nationalSecurity: true });
    assert.deepEqual([hours(story), story.folded.obligations[0]!.certainty], [{ nationalReport: 24 }, "F"]);
  });

  it("R-5.51: a leak is remedied at once, and told to the authority and the persons with kinds, cause, harm, remedies and contact", () => {
    const story = found({ personalData: true });
    assert.deepEqual([hours(story), story.folded.flags], [{ leakReport: 1, remedyLeak: 1, tellPersons: 1 }, ["LEAK"]]);
    story.take(MAKER, "remedyIncident").take(MAKER, "endHandling").take(MAKER, "sendFinalIncidentReport");
    for (const actor of [CAC, ALL_ROLES]) refuses(() => story.take(actor, "closeIncident"), "allTold");
    story.take(MAKER, "tellPersons").take(MAKER, "sendIncidentReport");
    assert.deepEqual(Object.keys(story.data.notice!), ["kinds", "cause", "harm", "remedies", "contact", "persons"]);
    assert.equal(story.take(CAC, "closeIncident").folded.state, "CLOSED");
  });

  it("a correction only rises, opens what is owed then, and counts from the discovery all the same", () => {
    const story = found({ grade: "larger" }).wait(1);
    const correct = (facts: object) =>
      story.take(MAKER, "correctIncident", { facts: { ...CALM, grade: "larger", ...facts }, reasons: "Found more" });
    refuses(() => correct({ grade: "general" }), "onlyRises");
    assert.deepEqual(hours(correct({ criticalInfrastructure: true, nationalSecurity: true })), {
      incidentReport: 1,
      nationalReport: 24,
    });
  });
});
