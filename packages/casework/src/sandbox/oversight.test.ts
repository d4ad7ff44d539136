/** What the third version of the lifecycle brings, and how a project that started before comes to it. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CaseActor } from "../access/extent.ts";
import type { CaseAction, Folded, FoldOptions, Lifecycle } from "../lifecycle/definition.ts";
import { apply, fold } from "../lifecycle/fold.ts";
import { foldVersions, MIGRATE, migrationRefusal } from "../lifecycle/migration.ts";
import { acceptedInput } from "../testing.ts";
import { DEADLINES } from "../time/deadlines.ts";
import { CN_WORK_CALENDAR } from "../time/work-calendar-cn.ts";
import { OVERSIGHT_ACTIONS } from "./actions-oversight.ts";
import type { SandboxProjectData } from "./data.ts";
import { SANDBOX_PROJECT, SANDBOX_PROJECT_V1, SANDBOX_PROJECT_V2 } from "./lifecycle.ts";

const OPTIONS: FoldOptions = { calendar: CN_WORK_CALENDAR, deadlines: DEADLINES };
const DAY = 86_400_000;
const START = Date.UTC(2026, 10, 23, 2);
const OEM: CaseActor = { id: "oem", role: "OEM", organisation: "maker-a" };
const SAMR: CaseActor = { id: "samr", role: "SAMR", organisation: "samr" };
const MIIT: CaseActor = { id: "miit", role: "MIIT", organisation: "miit" };
const [V1, V2, V3] = [SANDBOX_PROJECT_V1, SANDBOX_PROJECT_V2, SANDBOX_PROJECT] as unknown as [
  Lifecycle,
  Lifecycle,
  Lifecycle,
];

function historyOf(...steps: readonly (readonly [CaseActor, string, object?])[]): CaseAction[] {
  return steps.map(([actor, name, input], index) => ({
    id: `a${index}`,
    name,
    actor,
    at: START + index * 60_000,
    input: (input ?? acceptedInput(name)) as CaseAction["input"],
  }));
}
const FILED = historyOf([OEM, "create"], [OEM, "submit"]);
const at = (days: number, actor: CaseActor, name: string, input: object): CaseAction => ({
  id: `x${days}${name}`,
  name,
  actor,
  at: START + days * DAY,
  input: input as CaseAction["input"],
});
const dataOf = (folded: Folded): SandboxProjectData => folded.data as SandboxProjectData;
const open = (folded: Folded, code: string) =>
  folded.obligations.filter((each) => each.code === code && each.ended === undefined);

describe("oversight of a project", () => {
  it("R-6.37: information is demanded and answered by its number within a clock, and inspections are on record", () => {
    const asked = fold(V3, [...FILED, at(1, SAMR, "requestInformation", { what: "Logs" })], OPTIONS);
    const [duty] = open(asked, "answerInformation");
    assert.ok(duty?.dueAt !== undefined && duty.certainty === "P" && duty.dueAt > START + 10 * DAY);
    const refused = apply(V3, asked, at(2, OEM, "answerInformation", { duty: "none", answer: "x" }), OPTIONS);
    assert.equal(refused.kind, "refused");
    const seen = fold(
      V3,
      [
        at(2, OEM, "answerInformation", { duty: duty.id, answer: "Attached" }),
        at(3, SAMR, "recordInspection", { mode: "onSite", announced: false, findings: "Team on duty" }),
      ],
      OPTIONS,
      asked,
    );
    assert.deepEqual(open(seen, "answerInformation"), []);
    assert.equal(dataOf(seen).informationRequests?.[0]?.answer, "Attached");
    assert.deepEqual(
      dataOf(seen).inspections?.map(({ mode, by }) => [mode, by.id]),
      [["onSite", "samr"]],
    );
    for (const actor of [MIIT, OEM]) {
      const outcome = apply(V3, asked, at(4, actor, "requestInformation", { what: "More" }), OPTIONS);
      assert.equal(outcome.kind, "refused", actor.role);
    }
  });

  it("R-1.15: after an access permit plan, risk-assessment plan and preliminary report are due, counted from the permit", () => {
    const granted = new Date(START - 5 * DAY).toISOString();
    const permitted = fold(
      V3,
      [...FILED, at(1, OEM, "recordAccessPermit", { product: "Pilot", permit: "7", grantedAt: granted })],
      OPTIONS,
    );
    const [duty] = open(permitted, "deepTestFiling");
    assert.equal(duty?.startAt, START - 5 * DAY);
    assert.equal(duty.certainty, "P", "the number of days is ours: the notice says promptly");
    const filing = acceptedInput("fileDeepTest") as object;
    for (const missing of Object.keys(filing))
      assert.ok(V3.actions["fileDeepTest"]!.input.required?.includes(missing), missing);
    const filed = fold(V3, [at(2, OEM, "fileDeepTest", filing)], OPTIONS, permitted);
    assert.deepEqual(open(filed, "deepTestFiling"), []);
    const early = at(1, OEM, "recordAccessPermit", {
      product: "Pilot",
      permit: "8",
      grantedAt: new Date(START + 9 * DAY).toISOString(),
    });
    assert.equal(apply(V3, permitted, early, OPTIONS).kind, "refused", "a permit of tomorrow binds nobody");
  });

  it("R-6.10: the authority that leads appoints a commissioner, and nobody else does", () => {
    const filed = fold(V3, FILED, OPTIONS);
    for (const actor of [MIIT, OEM])
      assert.equal(apply(V3, filed, at(1, actor, "appointCommissioner", { name: "Zhao" }), OPTIONS).kind, "refused");
    const appointed = fold(V3, [at(1, SAMR, "appointCommissioner", { name: "Zhao" })], OPTIONS, filed);
    assert.equal(dataOf(appointed).commissioner?.name, "Zhao");
  });
});

describe("versions of the project's lifecycle", () => {
  const move = at(1, SAMR, MIGRATE, { to: 3, reasons: "Inspections begin" });

  it("keep running projects as they were: earlier versions know nothing of later actions and fold as they did", () => {
    for (const name of Object.keys(OVERSIGHT_ACTIONS))
      for (const earlier of [V1, V2]) assert.equal(earlier.actions[name], undefined, `${earlier.version} ${name}`);
    assert.deepEqual(fold(V2, FILED, OPTIONS), fold(V3, FILED, OPTIONS));
    assert.deepEqual([V1.version, V2.version, V3.version], [1, 2, 3]);
  });

  it("are left by an action of its own: the project keeps what it holds and knows the new duties from then on", () => {
    const before = fold(V2, FILED, OPTIONS);
    const asks = at(2, SAMR, "requestInformation", { what: "Logs" });
    assert.equal(apply(V2, before, asks, OPTIONS).kind, "refused");
    const { folded, version } = foldVersions([V1, V2, V3], 2, [...FILED, move, asks], OPTIONS);
    assert.equal(version, 3);
    assert.equal(folded.version, FILED.length + 2, "the move is in the history");
    assert.equal(open(folded, "answerInformation").length, 1);
    assert.deepEqual(open(folded, "completenessCheck"), open(before, "completenessCheck"), "its clocks run on");
  });

  it("are left by the authority that leads the programme alone", () => {
    const before = fold(V2, FILED, OPTIONS);
    assert.equal(migrationRefusal(V2, V3, before, SAMR), undefined);
    for (const actor of [MIIT, OEM]) assert.equal(migrationRefusal(V2, V3, before, actor)?.kind, "role", actor.role);
    assert.equal(
      migrationRefusal(V1, V3, fold(V1, FILED, OPTIONS), SAMR)?.kind,
      "state",
      "there is no way past a version",
    );
  });
});
