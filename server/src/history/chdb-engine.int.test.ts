import assert from "node:assert/strict";
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { getPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { after, before, describe, test } from "node:test";
import { ChdbEngine } from "./chdb-engine.ts";
import { sql, str, trusted } from "./sql.ts";
import { SILENT } from "./silent.fixture.ts";

const SLOW = trusted("SELECT sum(sipHash64(number)) FROM numbers(100000000000)");

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

async function until(condition: () => boolean, ms = 10_000): Promise<void> {
  for (let waited = 0; !condition(); waited += 20) {
    if (waited > ms) throw new Error("not in time");
    await sleep(20);
  }
}

describe("the engine", () => {
  let folder: string;
  let engine: ChdbEngine;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "sandglass-engine-"));
    engine = await ChdbEngine.open({ folder, log: SILENT });
  });
  after(async () => {
    await engine.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test("never gives rows of a failed query to the next one", async () => {
    // Several blocks, so that rows were written before the failure.
    const failing = trusted("SELECT throwIf(number = 900000, 'here'), number FROM numbers(1000000)");
    // One connection serves this lane, so that the second query follows on the failed one's.
    const lane = { lane: "background" } as const;
    for (let i = 0; i < 3; i++) {
      await assert.rejects(engine.query(failing, lane), { code: "SG_HISTORY_QUERY" });
      assert.deepEqual(await engine.query(trusted("SELECT 1"), lane), [[1]]);
    }
  });

  test("brings text and bytes through unchanged, whatever they contain", async () => {
    for (const text of ["'; DROP TABLE frames; --", "\\'", "{a:UInt8}", "温度\n\0\u{1f600}", "?", "%s"]) {
      assert.deepEqual(await engine.query(sql`SELECT ${str(text)}`), [[text]]);
    }
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    assert.deepEqual(await engine.query(sql`SELECT hex(${str(bytes)})`), [
      [Buffer.from(bytes).toString("hex").toUpperCase()],
    ]);
  });

  test("stops a query at its time limit", async () => {
    const start = performance.now();
    await assert.rejects(engine.query(SLOW, { timeLimitMs: 300 }), { code: "SG_HISTORY_TOO_SLOW" });
    assert.ok(performance.now() - start < 5000);
  });

  test("stops a cancelled query in the engine too", async () => {
    const abort = new AbortController();
    const slow = engine.query(SLOW, { lane: "background", signal: abort.signal });
    await sleep(200);
    abort.abort();
    await assert.rejects(slow, { code: "SG_HISTORY_CANCELLED" });
    // The only background connection is free again long before the time limit.
    assert.deepEqual(await engine.query(trusted("SELECT 2"), { lane: "background" }), [[2]]);
    await assert.rejects(engine.query(SLOW, { signal: abort.signal }), { code: "SG_HISTORY_CANCELLED" });
  });

  test("answers people and stores while jobs keep their connection busy", async () => {
    const abort = new AbortController();
    const jobs = [1, 2, 3].map(() =>
      engine.query(SLOW, { lane: "background", signal: abort.signal }).catch(() => undefined),
    );
    await engine.execute(trusted("CREATE TABLE IF NOT EXISTS scratch (a UInt8) ENGINE = MergeTree ORDER BY a"));
    await engine.execute(trusted("INSERT INTO scratch VALUES (1)"));
    assert.deepEqual(await engine.query(trusted("SELECT count() FROM scratch")), [["1"]]);
    abort.abort();
    await Promise.all(jobs);
  });

  test("asks a read again that a dying child had not answered, and rejects a write", async () => {
    const read = engine.query(trusted("SELECT sleep(1), 7"));
    await sleep(150);
    const pid = engine.pid;
    assert.ok(pid !== undefined);
    const write = engine.execute(trusted("INSERT INTO scratch SELECT sleep(1)"));
    await sleep(150);
    process.kill(pid, "SIGKILL");
    await assert.rejects(write, { code: "SG_HISTORY_INTERRUPTED" });
    assert.deepEqual(await read, [[0, 7]]);
    assert.notEqual(engine.pid, pid);
    assert.equal(engine.restarts, 1);
  });

  test("refuses a second server on the same folder", async () => {
    const other = fork(new URL("./open-engine.fixture.ts", import.meta.url), [folder], {
      execArgv: [],
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    const [message] = (await once(other, "message")) as [{ code?: string }];
    assert.equal(message.code, "SG_HISTORY_LOCKED");
    other.kill("SIGKILL");
    assert.deepEqual(await engine.query(trusted("SELECT 1")), [[1]], "the first one goes on");
  });
});

test(
  "the child ends with its server, also when that is killed, and the next start takes the folder over",
  { timeout: 60_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "sandglass-engine-"));
    try {
      const server = fork(new URL("./open-engine.fixture.ts", import.meta.url), [folder], {
        execArgv: [],
        stdio: ["ignore", "ignore", "ignore", "ipc"],
      });
      const [{ pid }] = (await once(server, "message")) as [{ pid: number }];
      assert.ok(isAlive(pid));
      server.kill("SIGKILL");
      await until(() => !isAlive(pid));
      const next = await ChdbEngine.open({ folder, log: SILENT });
      assert.deepEqual(await next.query(trusted("SELECT 1")), [[1]]);
      await next.close();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);

test("the engine's threads give way to those of the server", { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "sandglass-engine-"));
  const engine = await ChdbEngine.open({ folder, log: SILENT });
  try {
    const threads = readdirSync(`/proc/${engine.pid}/task`).map(Number);
    const working = threads.filter((thread) =>
      /^(libuv-worker|ThreadPool|BgSchPool)$/m.test(readFileSync(`/proc/${engine.pid}/task/${thread}/comm`, "utf8")),
    );
    assert.ok(working.length > 5);
    for (const thread of working) assert.ok(getPriority(thread) > getPriority(), `thread ${thread}`);
  } finally {
    await engine.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

test(
  "a start waits for a server that is ending, and refuses one whose starter lives",
  { timeout: 60_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "sandglass-engine-"));
    const stale = () =>
      fork(new URL("./stale-child.fixture.ts", import.meta.url), [], {
        execArgv: [],
        stdio: ["ignore", "ignore", "ignore", "ipc"],
      });
    const [server, child] = [stale(), stale()];
    try {
      const record = async (process: ChildProcess) => {
        const [{ startedAt }] = (await once(process, "message")) as [{ startedAt: number }];
        return { pid: process.pid, startedAt };
      };
      const [ofServer, ofChild] = await Promise.all([record(server), record(child)]);
      const write = (parent: object) =>
        writeFileSync(join(folder, "child.json"), JSON.stringify({ child: ofChild, server: { ...ofServer, parent } }));
      write(ofChild);
      await assert.rejects(ChdbEngine.open({ folder, log: SILENT }), { code: "SG_HISTORY_LOCKED" });
      write({ pid: 2 ** 22 + 1, startedAt: 1 });
      const opening = ChdbEngine.open({ folder, log: SILENT });
      await sleep(500);
      assert.equal(isAlive(child.pid ?? 0), true, "it is left to its server meanwhile");
      server.kill("SIGKILL");
      const engine = await opening;
      assert.equal(isAlive(child.pid ?? 0), false);
      await engine.close();
    } finally {
      server.kill("SIGKILL");
      child.kill("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    }
  },
);

test("a start ends a child that outlived its server", { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "sandglass-engine-"));
  const stale = fork(new URL("./stale-child.fixture.ts", import.meta.url), [], {
    execArgv: [],
    detached: true,
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  try {
    const [{ startedAt }] = (await once(stale, "message")) as [{ startedAt: number }];
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, "child.json"),
      JSON.stringify({ child: { pid: stale.pid, startedAt }, server: { pid: 2 ** 22 + 1, startedAt: 1 } }),
    );
    const engine = await ChdbEngine.open({ folder, log: SILENT });
    assert.equal(isAlive(stale.pid ?? 0), false);
    await engine.close();
    // The same pid, but another process: it is left alone.
    writeFileSync(
      join(folder, "child.json"),
      JSON.stringify({ child: { pid: process.pid, startedAt: 1 }, server: { pid: 2 ** 22 + 1, startedAt: 1 } }),
    );
    await (await ChdbEngine.open({ folder, log: SILENT })).close();
  } finally {
    stale.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
});
