import assert from "node:assert/strict";
import { test } from "node:test";
import { matchKeys, PAGES, SHORTCUTS } from "./shortcuts.ts";

test("a sequence waits for its second key, then runs", () => {
  assert.deepEqual(matchKeys(["g"]), { kind: "pending" });
  assert.deepEqual(matchKeys(["g", "s"]), { kind: "run", command: { kind: "go", page: "situation" } });
  assert.deepEqual(matchKeys(["g", "x"]), { kind: "none" });
});

test("every page has a shortcut and no shortcut hides another", () => {
  for (const page of PAGES)
    assert.ok(
      SHORTCUTS.some(({ command }) => command.kind === "go" && command.page === page),
      page,
    );
  const global = SHORTCUTS.filter((shortcut) => !shortcut.local);
  for (const a of global) {
    for (const b of global) {
      if (a !== b)
        assert.ok(
          !a.keys.every((key, index) => b.keys[index] === key),
          `${a.keys.join(" ")} hides ${b.keys.join(" ")}`,
        );
    }
  }
});

test("keys of a list never run elsewhere", () => {
  assert.deepEqual(matchKeys(["j"]), { kind: "none" });
  assert.deepEqual(matchKeys(["Enter"]), { kind: "none" });
});
