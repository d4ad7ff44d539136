import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { ownerFile, takeOwnership } from "./owner-lock.ts";
import { findProcess } from "./process-info.ts";

const folder = mkdtempSync(path.join(tmpdir(), "sandglass-owner-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const recordOf = (pid: number) => ({ pid, start: findProcess(pid)?.start });

test("an owner that lives on is refused; one whose starter is gone is ending, and is waited for", async () => {
  const file = ownerFile(folder);
  const owner = spawn("sleep", ["60"], { stdio: "ignore" });
  const ended = new Promise((resolve) => owner.once("exit", resolve));
  try {
    const { pid = 0 } = owner;
    writeFileSync(file, JSON.stringify({ ...recordOf(pid), parent: recordOf(process.pid) }));
    await assert.rejects(takeOwnership(file, folder), { code: "SG_RECORDS_IN_USE" });

    writeFileSync(file, JSON.stringify({ ...recordOf(pid), parent: { pid: process.pid, start: "another" } }));
    let isTaken = false;
    const taking = takeOwnership(file, folder).then(() => (isTaken = true));
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.equal(isTaken, false);
    owner.kill();
    await taking;
    const { pid: mine, parent } = JSON.parse(readFileSync(file, "utf8")) as ReturnType<typeof recordOf> & {
      parent: unknown;
    };
    assert.deepEqual([mine, parent], [process.pid, recordOf(process.ppid)]);
  } finally {
    owner.kill("SIGKILL");
    await ended;
  }
});
