/** The law data of the package as a whole: every number has its source, and the same rule has the same mark wherever it stands. */
import assert from "node:assert/strict";
import { it } from "node:test";
import { ACCIDENT_DEADLINES } from "./accident/reports.ts";
import { BASES, CERTAINTIES, type LegalBasis } from "./basis.ts";
import { CONFORMITY_TEST } from "./conformity-test/lifecycle.ts";
import { CYBER_INCIDENT } from "./cyber-incident/lifecycle.ts";
import { DATA_EXPORT } from "./data-export/lifecycle.ts";
import { DATA_REPORT } from "./data-report/lifecycle.ts";
import { DATA_REQUEST } from "./data-request/lifecycle.ts";
import { DATA_BASES } from "./data-security/law.ts";
import { AI_SERVICE } from "./programmes/ai-service.ts";
import { AUTOMOBILE_SAFETY } from "./programmes/automobile.ts";
import { EU_REAL_WORLD } from "./programmes/eu-real-world.ts";
import { ROAD_TEST } from "./programmes/road-test.ts";
import { CHECK_BASES } from "./hazard-check/data.ts";
import { ICV_PILOT } from "./icv-pilot/lifecycle.ts";
import { OTA_BASES, OTA_DEADLINES } from "./ota/law.ts";
import { RECALL_BASES, RECALL_DEADLINES } from "./recall/deadlines.ts";
import { VULNERABILITY } from "./vulnerability/lifecycle.ts";
import { SAFETY_REPORT } from "./safety-report/lifecycle.ts";
import { SIM_REGISTRATION } from "./sim-registration/lifecycle.ts";
import { SUPERVISION_MEASURE } from "./supervision-measure/lifecycle.ts";
import { SOURCES } from "./sources.ts";
import { PROJECT_DEADLINES } from "./sandbox/deadlines.ts";
import { DEADLINES } from "./time/deadlines.ts";

/** Every legal basis below a value, with where it stands. */
function basesOf(value: unknown, at: string): { readonly at: string; readonly basis: LegalBasis }[] {
  if (typeof value !== "object" || value === null) return [];
  const fields = value as { readonly requirement?: unknown; readonly certainty?: unknown };
  if (typeof fields.requirement === "string" && typeof fields.certainty === "string")
    return [{ at, basis: value as LegalBasis }];
  return Object.entries(value).flatMap(([key, each]) => basesOf(each, `${at}.${key}`));
}

const ALL = basesOf(
  {
    BASES,
    DEADLINES,
    PROJECT_DEADLINES,
    ACCIDENT_DEADLINES,
    CHECK_BASES,
    CONFORMITY_TEST,
    SAFETY_REPORT,
    SIM_REGISTRATION,
    ICV_PILOT,
    SUPERVISION_MEASURE,
    DATA_BASES,
    DATA_EXPORT,
    DATA_REQUEST,
    CYBER_INCIDENT,
    VULNERABILITY,
    DATA_REPORT,
    OTA_BASES,
    OTA_DEADLINES,
    RECALL_BASES,
    RECALL_DEADLINES,
    AUTOMOBILE_SAFETY,
    AI_SERVICE,
    ROAD_TEST,
    EU_REAL_WORLD,
  },
  "law",
);

it("every legal basis names requirement or clause, source and certainty; a date of effect is a day", () => {
  assert.ok(ALL.length > 150);
  for (const { at, basis } of ALL) {
    assert.match(basis.requirement, /^(R-\d+\.\d+(\.\d+)?[a-z]?|\d+(\.\d+)?)$/, at);
    assert.ok(basis.source.length > 3 && Object.hasOwn(CERTAINTIES, basis.certainty), at);
    if (basis.effectiveFrom !== undefined) assert.match(basis.effectiveFrom, /^\d{4}-\d{2}-\d{2}$/, at);
  }
});

it("the same rule has the same certainty and date of effect wherever it stands", () => {
  const known = new Map<string, { readonly at: string; readonly mark: string }>();
  for (const { at, basis } of ALL) {
    const key = `${basis.requirement} ${basis.source}`;
    const mark = `${basis.certainty} ${basis.effectiveFrom ?? ""}`;
    const other = known.get(key);
    if (other === undefined) known.set(key, { at, mark });
    else assert.equal(mark, other.mark, `${at} and ${other.at}: ${key}`);
  }
});

it("every rule is named in both languages", () => {
  for (const { at, basis } of ALL) {
    assert.match(basis.sourceZh ?? "", /\p{Script=Han}|^GB[/ ]/u, at);
    assert.doesNotMatch((basis.sourceZh ?? "").replace("Sandglass", ""), /[a-z]{3,}/, at);
  }
  for (const [en, zh] of Object.entries(SOURCES)) {
    // Numbers of documents are written as they are issued; everything else of an English name is English.
    assert.match(en.replace(/(质函|市监质函?)?〔\d{4}〕\d+号/gu, ""), /^\P{Script=Han}+$/u);
    assert.notEqual(zh, "");
  }
});

it("what is our own proposal has no date of effect", () => {
  for (const { at, basis } of ALL) if (basis.certainty === "P") assert.equal(basis.effectiveFrom, undefined, at);
});

it("R-3.19: the standard sets no time for telling an owner: both limits are proposals, those of the repair are not", () => {
  assert.deepEqual(
    (["notifyOwnerAtOnce", "notifyOwner", "repairLevel1", "repairLevel2", "repairLevel3"] as const).map(
      (code) => DEADLINES[code].basis.certainty,
    ),
    ["P", "P", "F", "F", "F"],
  );
});

it("R-6.36 X-10: the days of serious incidents are unverified as calendar days, in projects and in accident cases", () => {
  for (const rule of [
    PROJECT_DEADLINES.aiIncident,
    PROJECT_DEADLINES.aiIncidentDeath,
    PROJECT_DEADLINES.aiIncidentWidespread,
    ACCIDENT_DEADLINES.euIncident,
    ACCIDENT_DEADLINES.euDeath,
  ])
    assert.equal(rule.basis.certainty, "M");
  assert.deepEqual(
    [PROJECT_DEADLINES.aiIncident.amount, PROJECT_DEADLINES.aiIncidentDeath.amount],
    [ACCIDENT_DEADLINES.euIncident.amount, ACCIDENT_DEADLINES.euDeath.amount],
  );
});
