import assert from "node:assert/strict";
import { test } from "node:test";
import { watchBacklog } from "./operator-alarms.ts";

test("an operator is told once when storing falls a minute behind, and when it has caught up", (context) => {
  context.mock.timers.enable({ apis: ["setInterval"] });
  let waitedMs = 0;
  const told: string[] = [];
  const stop = watchBacklog(() => ({ bytes: 300e6, waitedMs }), {
    raise: ({ code, message }) => void told.push(`${code} ${/\d+ MB/.exec(message)?.[0]}`),
    clear: (code) => void told.push(`clear ${code}`),
  });
  for (const ms of [3_000, 59_000, 61_000, 70_000, 30_000, 61_000, 10_000, 0]) {
    waitedMs = ms;
    context.mock.timers.tick(5_000);
  }
  assert.deepEqual(told, ["SG_HISTORY_BEHIND 300 MB", "clear SG_HISTORY_BEHIND"]);
  stop();
  waitedMs = 90_000;
  context.mock.timers.tick(5_000);
  assert.equal(told.length, 2);
});
