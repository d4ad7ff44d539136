/** Which way a data export takes by its counts, and that nothing leaves before that way is gone. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { DECLARED_CLASSES, type DeclaredClass } from "../data-security/law.ts";
import { refuses, Story } from "../story.fixture.ts";
import { DATA_EXPORT } from "./lifecycle.ts";
import { EXPORT_ROUTES, isStricter, routeOf, VALIDITY } from "./route.ts";
import type { DataExportData } from "./states.ts";
import { acceptedDataExportInput, EXPORT_CHECK, EXPORT_COUNTS } from "./testing.ts";

const MAKER = { id: "maker", role: "OEM", organisation: "maker-a" } as const;
const CAC = { id: "cac", role: "CAC" } as const;
const ALL_ROLES = { id: "supervisor", role: "SUPERVISOR_ALL", organisation: "maker-a" } as const;
const CLOCK = { id: "system:clock", role: "system:clock" } as const;

const route = (counts: object): readonly [string, string] => {
  const rule = routeOf({ ...EXPORT_COUNTS, persons: 0, ...counts });
  return [rule.route, rule.basis.certainty];
};
const checked = (counts: object = {}) =>
  new Story<DataExportData>(DATA_EXPORT, acceptedDataExportInput).take(MAKER, "checkExport", {
    ...EXPORT_CHECK,
    counts: { ...EXPORT_COUNTS, ...counts },
  });
const FILING = { effectAssessedAt: "2026-02-01T00:00:00Z", reference: "1" };

describe("data export", () => {
  it("1 million persons, sensitive information of 10 000, or critical infrastructure need the assessment", () => {
    assert.deepEqual(route({ persons: 999_999 }), ["contract", "M"]);
    assert.deepEqual(route({ persons: 1_000_000 }), ["assessment", "S"]);
    assert.deepEqual(route({ sensitivePersons: 10_000 }), ["assessment", "S"]);
    assert.deepEqual(route({ persons: 1, criticalInfrastructure: true }), ["assessment", "S"]);
  });

  it("R-5.47: between 100 000 and 1 million, or little that is sensitive, a contract; below, exempt; all unverified", () => {
    assert.deepEqual(route({ persons: 100_000 }), ["contract", "M"]);
    assert.deepEqual(route({ sensitivePersons: 9_999 }), ["contract", "M"]);
    assert.deepEqual(route({ persons: 99_999 }), ["exempt", "M"]);
  });

  it("important data never leave without the security assessment, whatever is claimed and whoever acts", () => {
    const counts = { persons: 10, declared: ["sites"], exemption: "Journalism" };
    assert.deepEqual(route(counts), ["assessment", "F"]);
    for (const actor of [MAKER, ALL_ROLES]) {
      refuses(() => checked(counts).take(actor, "recordExempt"), "exempt");
      refuses(() => checked(counts).take(actor, "fileExport", { ...FILING, way: "contract" }), "way");
    }
    const story = checked(counts);
    assert.deepEqual(story.folded.flags, ["STOPPED"]);
    story.take(MAKER, "fileExport", { ...FILING, way: "assessment" });
    refuses(() => story.take(MAKER, "approveExport"), "role");
    assert.deepEqual(story.take(CAC, "approveExport").folded.flags, []);
  });

  it("an assessment holds three years, unverified, may be renewed, and stops the export when it expires", () => {
    const story = checked({ persons: 2_000_000 }).take(MAKER, "fileExport").take(CAC, "approveExport");
    const duty = story.folded.obligations.find(({ code }) => code === "renewExport")!;
    assert.deepEqual(
      [new Date(duty.dueAt! + 8 * 3_600_000).toISOString().slice(0, 10), duty.certainty],
      ["2029-11-23", VALIDITY.basis.certainty],
    );
    story.take(MAKER, "renewExport").take(CAC, "approveExport");
    const open = story.folded.obligations.filter(({ ended }) => ended === undefined);
    assert.equal(open.length, 1);
    assert.deepEqual(story.take(CLOCK, "expireExport").folded.flags, ["STOPPED"]);
    const contracted = checked()
      .take(MAKER, "fileExport", { ...FILING, way: "contract" })
      .take(CAC, "approveExport");
    refuses(() => contracted.take(MAKER, "renewExport"), "assessed");
  });

  it("the effect on persons is assessed before the filing", () => {
    const late = { ...FILING, way: "contract", effectAssessedAt: "2027-01-01T00:00:00Z" };
    refuses(() => checked().take(ALL_ROLES, "fileExport", late), "assessedBefore");
    assert.equal(checked().take(MAKER, "fileExport").data.keptUntil, "2029-02-01");
  });

  it("whatever is counted and claimed, an export that runs never needs a stricter way than the one it went", () => {
    const counts = fc.record(
      {
        persons: fc.constantFrom(0, 99_999, 100_000, 999_999, 1_000_000),
        sensitivePersons: fc.constantFrom(0, 1, 9_999, 10_000),
        declared: fc.subarray(Object.keys(DECLARED_CLASSES) as DeclaredClass[], { maxLength: 1 }),
        criticalInfrastructure: fc.boolean(),
        exemption: fc.constant("Contract with the person"),
      },
      { requiredKeys: ["persons", "sensitivePersons", "declared", "criticalInfrastructure"] },
    );
    const steps = fc.array(
      fc.oneof(
        counts.map((each) => ["recountExport", { counts: each }] as const),
        fc.constantFrom("contract", "assessment").map((way) => ["fileExport", { ...FILING, way }] as const),
        fc.constantFrom("recordExempt", "approveExport", "renewExport").map((name) => [name, undefined] as const),
        fc.constant(["returnExport", { reasons: "no" }] as const),
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(counts, steps, (first, rest) => {
        const story = checked(first);
        for (const [name, input] of rest) {
          try {
            story.take(ALL_ROLES, name, input);
          } catch {
            continue;
          }
          const { flags, state, data } = story.folded;
          if (flags.includes("STOPPED")) continue;
          const went = state === "EXEMPT" ? "exempt" : data.way!;
          assert.ok(!isStricter(routeOf(data.counts!).route, went), JSON.stringify({ first, rest, state }));
        }
      }),
      { numRuns: 300 },
    );
    assert.ok(EXPORT_ROUTES.every(({ basis }) => basis.sourceZh !== undefined));
  });
});
