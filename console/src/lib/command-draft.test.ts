import assert from "node:assert/strict";
import { test } from "node:test";
import { bodyOf, emptyDraft, isComplete, isGoodSetting, settableParameters } from "./command-draft.ts";

const draft = { ...emptyDraft(), reason: "spot check" };

test("a draft is complete when what its kind needs is there and in range", () => {
  assert.ok(!isComplete("query", draft, 2016));
  assert.ok(isComplete("query", { ...draft, query: [1] }, 2016));
  assert.ok(!isComplete("query", { ...draft, query: [1], reason: " a " }, 2016));
  assert.ok(isComplete("set", { ...draft, settings: [{ id: 2, value: 600 }] }, 2016));
  assert.ok(!isComplete("set", { ...draft, settings: [{ id: 2, value: 600 }] }, 2025));
  assert.ok(!isComplete("set", { ...draft, settings: [] }, 2016));
  assert.ok(!isComplete("control", draft, 2016), "an alarm needs its text");
  assert.ok(isComplete("control", { ...draft, text: "停车", level: 4 }, 2025));
  assert.ok(!isComplete("control", { ...draft, text: "停车", level: 4 }, 2016));
  assert.ok(isComplete("control", { ...draft, control: "reset" }, 2016));
  assert.ok(!isComplete("control", { ...draft, control: "userDefined", id: 0x80, data: "0" }, 2016));
});

test("texts are printable ASCII, numbers whole", () => {
  assert.ok(isGoodSetting({ id: 5, value: "a.example" }, 2016));
  assert.ok(!isGoodSetting({ id: 5, value: "平台" }, 2016));
  assert.ok(!isGoodSetting({ id: 9, value: 1.5 }, 2016));
  assert.ok(!isGoodSetting({ id: 9, value: undefined }, 2016));
  assert.ok(settableParameters(2016).every(({ id }) => ![4, 7, 8, 0x0d].includes(id)));
});

test("the body holds what belongs to the kind and nothing else", () => {
  assert.deepEqual(bodyOf("query", { ...draft, query: [9, 2] }), {
    kind: "query",
    reason: "spot check",
    expiresInSeconds: 3600,
    parameters: [2, 9],
  });
  assert.deepEqual(bodyOf("control", { ...draft, text: " 停车 ", level: 3 }), {
    kind: "control",
    reason: "spot check",
    expiresInSeconds: 3600,
    control: "alarm",
    level: 3,
    text: "停车",
  });
  assert.deepEqual(
    bodyOf("control", { ...draft, control: "upgrade", upgrade: { order: "urlFirst", url: "ftp://x", user: "" } })
      .upgrade,
    { order: "urlFirst", url: "ftp://x" },
  );
});
