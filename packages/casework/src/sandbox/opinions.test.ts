/** The departments that issued a programme: each is asked, who leads hears them and knows who is missing. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CaseActor } from "../access/extent.ts";
import { rowsOf, type NameOf } from "../documents/rows.ts";
import type { Context, Folded, FoldOptions, Lifecycle } from "../lifecycle/definition.ts";
import { execute } from "../lifecycle/effects.ts";
import { AUTOMOBILE_SAFETY } from "../programmes/automobile.ts";
import { termsOf } from "../programmes/mod.ts";
import { DEADLINES } from "../time/deadlines.ts";
import { CN_WORK_CALENDAR } from "../time/work-calendar-cn.ts";
import type { SandboxProjectData } from "./data.ts";
import { SANDBOX_PROJECT } from "./lifecycle.ts";
import type { SandboxFlag, SandboxState } from "./states.ts";
import { projectIn } from "./testing.ts";

const OPTIONS: FoldOptions = { calendar: CN_WORK_CALENDAR, deadlines: DEADLINES };
const PROJECT = SANDBOX_PROJECT as unknown as Lifecycle;
const NOON = Date.UTC(2026, 10, 23, 4);
const DAY = 86_400_000;
const officer = (role: CaseActor["role"]): CaseActor => ({ id: role, role, organisation: role });
type OfProject = Context<SandboxState, SandboxFlag, SandboxProjectData, never>;

const submitted: Folded = projectIn(
  "SUBMITTED",
  { ...SANDBOX_PROJECT.empty, terms: termsOf(AUTOMOBILE_SAFETY, "2026-11-23") },
  NOON,
);
const contextOf = (before: Folded, actor: CaseActor, input: object = {}, at = NOON) =>
  ({ before, data: before.data, input, facts: {}, actor, at, id: "a" }) as unknown as OfProject;
function after(before: Folded, role: CaseActor["role"], name: string, input: object = {}): Folded {
  const context = contextOf(before, officer(role), input) as never;
  return execute(PROJECT, PROJECT.actions[name] ?? assert.fail(), context, false, OPTIONS);
}
const owed = ({ obligations }: Folded): readonly string[] =>
  obligations.filter(({ ended }) => ended === undefined).flatMap(({ code }) => PROJECT.obligations[code]!.bearers);
const remarks = (before: Folded, at = NOON): string =>
  (SANDBOX_PROJECT.actions["admit"]?.remarks?.(contextOf(before, officer("SAMR"), {}, at)) ?? [])
    .map(({ en, zh }) => `${en} ${zh}`)
    .join(" ");

describe("the panel of a round", () => {
  it("is read by words: the round, who declared what, how they voted", () => {
    const member = {
      id: "acc_e",
      freeOfInterest: true,
      statement: "None",
      vote: "against",
      dissent: "Unproven",
      at: 1,
    };
    const value = SANDBOX_PROJECT.fields?.["panel"]?.value ?? assert.fail();
    const nameOf: NameOf = (register) => (register === "expert" ? { en: "Chen", zh: "陈" } : undefined);
    assert.deepEqual(
      rowsOf({ panel: value }, { panel: { round: "final", members: [member] } }, nameOf).map((row) => row.value.zh),
      ["最终评估", "1. 专家：陈；已声明无利益关系：是；表决：反对；不同意见：Unproven"],
    );
  });
});

describe("opinions of the departments", () => {
  const asked = after(submitted, "SAMR", "completenessOk");
  const objected = after(asked, "MIIT", "departmentOpinion", { opinion: "object", reasons: "Body data missing" });

  it("R-1.2: each department that issued the programme owes its own, none that leads it, and no number of days is shown as law", () => {
    assert.deepEqual(owed(asked), ["MIIT", "MOT", "MEM", "GACC"]);
    assert.ok(asked.obligations.every(({ certainty, amount }) => certainty === "P" && amount === 15));
    assert.deepEqual(owed(objected), ["MOT", "MEM", "GACC"]);
    assert.deepEqual(owed(after(objected, "SAMR", "refuse", { reasons: "x" })), []);
  });

  it("who leads is told at once of an objection, with its reasons, and of the other opinions in its own time", () => {
    const urgentOf = (opinion: string) => {
      const context = contextOf(asked, officer("MIIT"), { opinion, reasons: "Body data missing" });
      return (SANDBOX_PROJECT.actions["departmentOpinion"]?.notifies ?? [])
        .filter(({ when }) => when?.(context) !== false)
        .map(({ to, urgent = false, text }) => [to.includes("SAMR"), urgent, text?.(context).zh]);
    };
    assert.deepEqual(urgentOf("object"), [[true, true, "工业和信息化部：异议。Body data missing"]]);
    assert.deepEqual(urgentOf("agree"), [[true, false, "工业和信息化部：同意。Body data missing"]]);
  });

  it("the dialog of admission says who objects and why, who is missing, and since when one is late", () => {
    assert.match(remarks(objected), /工业和信息化部有异议：Body data missing/);
    assert.match(remarks(objected), /尚未发表意见：交通运输部、应急管理部、海关总署，.* 前发表/);
    assert.match(remarks(objected, NOON + 40 * DAY), /it was due by/);
    const heard = ["MOT", "MEM", "GACC"] as const;
    const all = heard.reduce(
      (folded, role) => after(folded, role, "departmentOpinion", { opinion: "agree", reasons: "x" }),
      after(objected, "MIIT", "departmentOpinion", { opinion: "agree", reasons: "Handed in" }),
    );
    assert.equal(remarks(all), "");
  });

  it("are asked of nobody in a project that was filed before they were a duty", () => {
    const { opinionDays: _days, ...terms } = termsOf(AUTOMOBILE_SAFETY, "2026-11-23");
    const old = { ...submitted, data: { ...SANDBOX_PROJECT.empty, terms } };
    assert.deepEqual(owed(after(old, "SAMR", "completenessOk")), []);
  });
});
