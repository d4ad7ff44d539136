import assert from "node:assert/strict";
import { test } from "node:test";
import { watchBacklog } from "./operator-alarms.ts";

test("an operator is told with every minute how far storing is behind, whether it catches up, and when it has", (context) => {
  context.mock.timers.enable({ apis: ["setInterval"] });
  let waitedMs = 0;
  const told: string[] = [];
  const stop = watchBacklog(() => ({ bytes: 300e6, waitedMs }), {
    raise: ({ code, message }) => void told.push(`${code} ${/is (.*) wait/.exec(message)?.[1]}`),
    clear: (code) => void told.push(`clear ${code}`),
  });
  for (const ms of [3_000, 59_000, 61_000, 70_000, 125_000, 130_000, 90_000, 30_000, 61_000, 10_000, 0]) {
    waitedMs = ms;
    context.mock.timers.tick(5_000);
  }
  assert.deepEqual(told, [
    "SG_HISTORY_BEHIND 1 min behind (300 MB",
    "SG_HISTORY_BEHIND 2 min behind (300 MB",
    "SG_HISTORY_BEHIND 1 min behind and catching up (300 MB",
    "clear SG_HISTORY_BEHIND",
  ]);
  stop();
  waitedMs = 90_000;
  context.mock.timers.tick(5_000);
  assert.equal(told.length, 4);
});
