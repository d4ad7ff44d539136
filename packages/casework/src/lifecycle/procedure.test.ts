import assert from "node:assert/strict";
import { it } from "node:test";
import { ACCIDENT_CASE } from "../accident/lifecycle.ts";
import type { Lifecycle } from "./definition.ts";
import { procedureChanges } from "./procedure.ts";

const ONE = ACCIDENT_CASE as unknown as Lifecycle;

it("names what a later version adds, changes and drops, and nothing where both do the same", () => {
  assert.deepEqual(procedureChanges(ONE, { ...ONE, version: 2 }), []);
  const { duplicate, ...actions } = ONE.actions;
  const [code, duty] = Object.entries(ONE.obligations)[0]!;
  const two: Lifecycle = {
    ...ONE,
    version: 2,
    actions: { ...actions, renamed: duplicate! },
    obligations: { ...ONE.obligations, [code]: { ...duty, bearers: ["SAMR"] } },
  };
  const parts = (from: Lifecycle, to: Lifecycle) =>
    procedureChanges(from, to).map(({ part, code: name, how }) => `${part} ${name} ${how}`);
  assert.deepEqual(parts(ONE, two), ["action renamed added", "action duplicate removed", `duty ${code} changed`]);
  assert.deepEqual(parts(two, ONE), ["action duplicate added", "action renamed removed", `duty ${code} changed`]);
});

it("sees another condition of an action, though its words are the same", () => {
  const { confirmAccident } = ONE.actions;
  const guarded = {
    ...confirmAccident!,
    guards: [{ code: "x", needs: "state", text: { en: "", zh: "" }, holds: () => false }],
  };
  const changes = procedureChanges(ONE, { ...ONE, actions: { ...ONE.actions, confirmAccident: guarded as never } });
  assert.deepEqual(
    changes.map(({ code, how }) => [code, how]),
    [["confirmAccident", "changed"]],
  );
});
