/** What a plan is told to lack depends on what its programme tests. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CaseActor } from "../access/extent.ts";
import type { FoldOptions, Lifecycle } from "../lifecycle/definition.ts";
import { fold } from "../lifecycle/fold.ts";
import { blockedActions, possibleActions } from "../lifecycle/possible.ts";
import { acceptedInput } from "../testing.ts";
import { DEADLINES } from "../time/deadlines.ts";
import { CN_WORK_CALENDAR } from "../time/work-calendar-cn.ts";
import type { Limits } from "./data.ts";
import { PLAN_COMPLETE } from "./guards.ts";
import { SANDBOX_PROJECT } from "./lifecycle.ts";
import { planRemarks } from "./plan.ts";

const OPTIONS: FoldOptions = { calendar: CN_WORK_CALENDAR, deadlines: DEADLINES };
const PROJECT = SANDBOX_PROJECT as unknown as Lifecycle;
const FIRM: CaseActor = { id: "firm", role: "TECH_FIRM", organisation: "maker-a" };
const AT = Date.UTC(2026, 10, 23, 2);

/** A project of the programme as it stands behind its submission, with this of its plan. */
function contextOf(programme: string, plan: object) {
  const steps = ["create", "submit"].map((name, index) => ({
    id: `a${index}`,
    name,
    actor: FIRM,
    at: AT + index,
    input: (name === "create" ? { ...(acceptedInput("create") as object), programme } : acceptedInput(name)) as never,
  }));
  const folded = fold(PROJECT, steps, OPTIONS);
  const data = { ...(folded.data as object), ...plan };
  return { folded: { ...folded, data }, context: { before: folded, data, actor: FIRM, at: AT, input: {} } as never };
}
const isContained = (programme: string, limits: Limits): boolean =>
  PLAN_COMPLETE.find(({ code }) => code === "limits")!.holds(contextOf(programme, { limits }).context);

describe("a plan", () => {
  it("R-1.10: is contained by vehicles, speed or places, and a service by its users, functions or versions", () => {
    for (const limits of [{ maxVehicles: 3 }, { maxSpeed: 30 }, { regions: ["310000"] }, { roads: ["G4"] }]) {
      assert.ok(isContained("automobile-safety-sandbox", limits), JSON.stringify(limits));
    }
    for (const limits of [{ users: "2,000 invited persons" }, { functions: ["chat"] }, { softwareVersions: ["1"] }]) {
      assert.ok(isContained("ai-service-sandbox", limits), JSON.stringify(limits));
      assert.ok(!isContained("automobile-safety-sandbox", limits), JSON.stringify(limits));
    }
    assert.ok(!isContained("ai-service-sandbox", { users: " ", functions: [] }));
  });

  it("says to whoever edits or signs it what the authority will miss, and whose turn it is once nothing is missing", () => {
    const [lacking] = planRemarks(contextOf("ai-service-sandbox", { insurance: "" }).context);
    assert.match(lacking?.zh ?? "", /主管部门尚不能签署：.*方案缺少保险/);
    assert.match(lacking?.en ?? "", /cannot sign it yet: .*no insurance/);
    const whole = {
      ...(acceptedInput("signPlan") as object),
      goals: "Rate below 0.5 %",
      hypotheses: "The rate stays below",
      metrics: "Rate",
      emergency: "Off within 30 minutes",
      limits: { users: "2,000 invited persons" },
      vehicles: ["sub_2d72spjqfc3je"],
      planRevision: 2,
    };
    assert.deepEqual(planRemarks(contextOf("ai-service-sandbox", whole).context), []);
    const signed = { ...whole, enterpriseSignature: { by: FIRM, at: AT, planRevision: 2 } };
    assert.match(planRemarks(contextOf("ai-service-sandbox", signed).context)[0]?.zh ?? "", /待主管部门签署/);
  });
});

describe("access permits of driver assistance (R-1.15)", () => {
  it("are recorded of vehicles, and not offered where services are tested", () => {
    const offered = (programme: string): boolean => {
      const { folded } = contextOf(programme, {});
      return possibleActions(PROJECT, folded, FIRM, AT).some(({ name }) => name === "recordAccessPermit");
    };
    assert.ok(offered("automobile-safety-sandbox"));
    assert.ok(!offered("ai-service-sandbox"));
    const { folded } = contextOf("ai-service-sandbox", {});
    const blocked = blockedActions(PROJECT, folded, FIRM, AT).find(({ name }) => name === "recordAccessPermit");
    assert.equal(blocked?.idle, "notOwed", "nobody is asked to supply what makes a service a vehicle");
  });
});
