/** The clocks of a project and the law behind them: those of its programme, and no other's. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CaseActor } from "../access/extent.ts";
import type { Folded, FoldOptions, Lifecycle } from "../lifecycle/definition.ts";
import { execute } from "../lifecycle/effects.ts";
import type { Obligation } from "../lifecycle/obligation.ts";
import { AUTOMOBILE_SAFETY } from "../programmes/automobile.ts";
import { EU_REAL_WORLD } from "../programmes/eu-real-world.ts";
import { termsOf, type Programme, type ProgrammeTerms } from "../programmes/mod.ts";
import { DEADLINES } from "../time/deadlines.ts";
import { CN_WORK_CALENDAR } from "../time/work-calendar-cn.ts";
import { SANDBOX_PROJECT } from "./lifecycle.ts";
import { projectIn } from "./testing.ts";

const OPTIONS: FoldOptions = { calendar: CN_WORK_CALENDAR, deadlines: DEADLINES };
const PROJECT = SANDBOX_PROJECT as unknown as Lifecycle;
const MAKER: CaseActor = { id: "oem", role: "OEM", organisation: "maker-a" };
const START = Date.UTC(2026, 10, 23, 2);
const DAY = 86_400_000;

/** The clock that an action opens in a project of the programme whose plan names no test period. */
function clockOf(terms: ProgrammeTerms, code: string, name: string): Obligation | undefined {
  const data = { ...SANDBOX_PROJECT.empty, terms };
  const before: Folded = projectIn("DRAFT", data, START);
  const definition = PROJECT.actions[name] ?? assert.fail();
  const context = { before, data, input: {} as never, facts: {}, actor: MAKER, at: START, id: "a" };
  return execute(PROJECT, definition, context, false, OPTIONS).obligations.find((each) => each.code === code);
}
const pinned = (programme: Programme): ProgrammeTerms => termsOf(programme, "2026-11-23");

describe("clocks of a project", () => {
  it("R-6.34: of a real-world test, the decision has the 30 days after which silence approves, by Art. 60(4)", () => {
    const { dueAt = 0, certainty, basis } = clockOf(pinned(EU_REAL_WORLD), "decision", "submit") ?? assert.fail();
    assert.equal(dueAt, clockOf(pinned(EU_REAL_WORLD), "tacitDecision", "submit")?.dueAt);
    assert.ok(dueAt > START + 30 * DAY && dueAt < START + 31 * DAY);
    assert.equal(certainty, "F");
    assert.match(basis?.source ?? "", /Art\. 60\(4\)/);
  });

  it("R-6.31: of a Chinese programme, the three months of Art. 58(2) are a proposal, not law", () => {
    const { certainty, basis, amount } = clockOf(pinned(AUTOMOBILE_SAFETY), "decision", "submit") ?? assert.fail();
    assert.deepEqual([amount, certainty, basis?.requirement], [3, "P", "R-6.31"]);
  });

  it("R-6.34: a plan without a period is tested for no longer than the programme allows, by its law", () => {
    const { amount, certainty, basis } = clockOf(pinned(EU_REAL_WORLD), "testPeriod", "start") ?? assert.fail();
    assert.deepEqual([amount, certainty], [6, "F"]);
    assert.match(basis?.source ?? "", /Art\. 60\(4\)\(f\)/);
  });

  it("stay as they were in a project that was filed before its terms named their law", () => {
    const { bases: _bases, ...before } = pinned(EU_REAL_WORLD);
    const { amount, basis } = clockOf(before, "decision", "submit") ?? assert.fail();
    assert.deepEqual([amount, basis], [1, undefined]);
    assert.equal(clockOf(before, "testPeriod", "start")?.amount, 24);
  });
});
