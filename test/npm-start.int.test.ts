/** A harness that started `npm start` knows only npm's process: a signal to it alone must stop the whole product. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { after, test } from "node:test";
import { eventually, makeDataFolder, processesOf, removeDataFolder, ROOT } from "./running-server.ts";

const folders: string[] = [];
after(() => folders.forEach((folder) => removeDataFolder(folder)));

for (const signal of ["SIGINT", "SIGTERM", "SIGKILL"] as const) {
  test(`${signal} to npm alone stops every process`, { timeout: 180_000 }, async () => {
    const data = makeDataFolder();
    folders.push(data);
    const npm = spawn("npm", ["start", "--", "--empty", "--port", "0", "--gateway-port", "0", "--data", data], {
      cwd: ROOT,
      stdio: ["ignore", "pipe", "ignore"],
    });
    const ended = once(npm, "exit");
    try {
      for await (const chunk of npm.stdout.iterator({ destroyOnReturn: false })) {
        if (String(chunk).includes('{"ready"')) break;
      }
      assert.ok(processesOf(data).length > 1);
      npm.kill(signal);
      await ended;
      await eventually(`no process of ${data}`, 20_000, () => processesOf(data).length === 0);
    } finally {
      // What a failure leaves would outlive the test.
      for (const { pid } of processesOf(data)) process.kill(pid, "SIGKILL");
    }
  });
}
