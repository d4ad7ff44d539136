/** Who is told of what is decided in a sandbox project. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CaseActor } from "../access/extent.ts";
import type { CaseAction, FoldOptions, Lifecycle } from "../lifecycle/definition.ts";
import { apply, fold } from "../lifecycle/fold.ts";
import { acceptedInput } from "../testing.ts";
import { DEADLINES } from "../time/deadlines.ts";
import { CN_WORK_CALENDAR } from "../time/work-calendar-cn.ts";
import { SANDBOX_PROJECT } from "./lifecycle.ts";

const OPTIONS: FoldOptions = { calendar: CN_WORK_CALENDAR, deadlines: DEADLINES };
const MAKER: CaseActor = { id: "oem", role: "OEM", organisation: "maker-a" };
const PROJECT = SANDBOX_PROJECT as unknown as Lifecycle;
const ENTERPRISE = "OEM";

function taken(name: string, input: object, index: number): CaseAction {
  return { id: `a${index}`, name, actor: MAKER, at: Date.UTC(2026, 10, 23, 2, index), input: input as never };
}

/** What people are told of an edit of the application after a draft without further parties. */
function noticesOf(edit: object) {
  const draft = { ...(acceptedInput("create") as object), parties: [] };
  const outcome = apply(PROJECT, fold(PROJECT, [taken("create", draft, 0)], OPTIONS), taken("edit", edit, 1), OPTIONS);
  assert.ok(outcome.kind === "accepted");
  return outcome.notices;
}

describe("who is told of a step in a sandbox project", () => {
  it("R-1.8: an organisation that is named as a further party is told, because it takes part only by its own consent", () => {
    const [notice] = noticesOf({ parties: [{ organisation: "battery-a", role: "batteryMaker" }] });
    assert.ok(notice?.to.includes("BATTERY_MAKER"));
    assert.match(notice.text.zh, /确认参加/);
    assert.deepEqual(noticesOf({ title: "Another title" }), []);
  });

  it("tells the parties of every step of an authority, of a trigger or of the clock that moves their project, by a duty or by a notice", () => {
    const bearersOf = (code: string): readonly string[] => PROJECT.obligations[code]?.bearers ?? [];
    const untold = Object.entries(PROJECT.actions)
      .filter(([, { roles, to }]) => to !== "same" && !roles.includes(ENTERPRISE) && !roles.includes("EXPERT"))
      .filter(
        ([, { notifies = [], effects = [] }]) =>
          !notifies.some(({ to }) => to.includes(ENTERPRISE)) &&
          !effects.some((effect) => effect.kind === "open" && bearersOf(effect.obligation).includes(ENTERPRISE)),
      )
      .map(([name]) => name);
    assert.deepEqual(untold, []);
  });

  it("tells the authority of every step of the parties that moves their project, by a duty or by a notice", () => {
    const ofAuthority = (roles: readonly string[]): boolean => roles.includes("SAMR");
    const untold = Object.entries(PROJECT.actions)
      .filter(([, { from, roles, to }]) => from !== "nothing" && to !== "same" && roles.includes(ENTERPRISE))
      .filter(
        ([, { notifies = [], effects = [] }]) =>
          !notifies.some(({ to }) => ofAuthority(to)) &&
          !effects.some(
            (effect) =>
              (effect.kind === "open" || effect.kind === "reopen") &&
              ofAuthority(PROJECT.obligations[effect.obligation]?.bearers ?? []),
          ),
      )
      .map(([name]) => name);
    assert.deepEqual(untold, []);
  });
});
