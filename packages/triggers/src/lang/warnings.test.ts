import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CATALOGUE } from "@sandglass/signals";
import { compileTriggers } from "../set.ts";

const when = (condition: string, more = "") => `trigger A version 1 { when ${condition} ; ${more} }`;

describe("warnings", () => {
  const warnings: readonly (readonly [name: string, text: string, code: string, column: number, suggestion: string])[] =
    [
      [
        "a deadline that samples hardly ever meet",
        when("soc < 5 % or after takeover_request, no driver_takeover within 10 s", "clock samples ;"),
        "SG_TRIGGER_CLOCK",
        41,
        "clock time",
      ],
      [
        "a deadline that hardly ever falls on the grid",
        when("after takeover_request, no driver_takeover within 10 s", "clock every 30 s ;"),
        "SG_TRIGGER_CLOCK",
        28,
        "clock time",
      ],
      [
        "a silence that every sample ends",
        when("soc < 5 % or offline for 1 h", "clock samples ;"),
        "SG_TRIGGER_CLOCK",
        41,
        "clock time",
      ],
      [
        "a place of who sends events",
        when("at least 3 of active ai_service within 500 m have (outputs_total > 0) in last 1 d"),
        "SG_TRIGGER_UNTOLD",
        28,
        "of registered ai_service in group region",
      ],
      [
        "a place of vehicles by what events say",
        when("at least 3 of active vehicle within 500 m have (hands_off for 1 min) in last 1 d"),
        "SG_TRIGGER_UNTOLD",
        28,
        "of active vehicle in group region",
      ],
      [
        "a kind of subject that sends nothing",
        "trigger A version 1 { applies to organisation ; when soc < 5 % ; }",
        "SG_TRIGGER_UNTOLD",
        23,
        "applies to ai_service",
      ],
    ];
  for (const [name, text, code, column, suggestion] of warnings) {
    it(`warns of ${name}`, () => {
      const result = compileTriggers([{ text }], CATALOGUE);
      assert.ok(result.ok, JSON.stringify(result.ok ? "" : result.errors));
      assert.deepEqual(
        result.set.warnings.map((found) => [found.code, found.severity, found.line, found.column, found.suggestion]),
        [[code, "warning", 1, column, suggestion]],
      );
      const [found] = result.set.warnings;
      assert.match(found?.messageZh ?? "", /\p{Script=Han}/u);
      assert.match(found?.suggestionZh ?? "", /\p{Script=Han}/u);
      assert.doesNotMatch(found?.message ?? "", /[，。；“”]/);
    });
  }

  it("warns of no deadline, silence or place that is seen", () => {
    for (const [condition, more] of [
      ["after takeover_request, no driver_takeover within 10 s", ""],
      ["after takeover_request, driver_takeover within 10 s", "clock samples ;"],
      ["offline for 1 h", "clock every 1 min ;"],
      ["no data from takeover_request for 1 h and soc > 5 %", "clock samples ;"],
      ["at least 3 of active vehicle within 500 m have (soc > 80 %) in last 1 d", ""],
      ["at least 3 of active ai_service in group region have (offline for 1 h) in last 1 d", ""],
    ] as const) {
      const result = compileTriggers([{ text: when(condition, more) }], CATALOGUE);
      assert.deepEqual(result.ok && result.set.warnings, [], condition);
    }
  });
});
