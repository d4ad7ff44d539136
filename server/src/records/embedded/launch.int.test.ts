import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { SandglassError } from "../../errors/mod.ts";
import { openRecords, SYSTEM_SETUP, type Records, type RecordsAlarm } from "../mod.ts";
import { chooseIdentity, findBlockedFolder } from "./identity.ts";
import { findProcess } from "./process-info.ts";
import { isRunning, readPostmaster } from "./stale.ts";

const addOrganisation = (records: Records, id: string, retry: boolean) =>
  records.transact(
    SYSTEM_SETUP,
    (tx) =>
      tx
        .insertInto("organisations")
        .values({ id, kind: "maker", name_en: id, name_zh: id, region: null })
        .onConflict((c) => c.doNothing())
        .execute(),
    { retry },
  );
const listOrganisations = async (records: Records) =>
  (
    await records.transact(SYSTEM_SETUP, (tx) => tx.selectFrom("organisations").select("id").orderBy("id").execute(), {
      retry: true,
    })
  ).map((row) => row.id);

function postmasterOf(dataDir: string) {
  const postmaster = readPostmaster(path.join(dataDir, "records", "cluster"));
  assert.ok(postmaster);
  return postmaster;
}

async function until(what: string, condition: () => boolean): Promise<void> {
  for (let waited = 0; waited < 15_000; waited += 20) {
    if (condition()) return;
    await sleep(20);
  }
  assert.fail(`never happened: ${what}`);
}

describe("embedded PostgreSQL", () => {
  // mkdtemp makes a folder of mode 0700: as root, the server's own uid cannot pass through it.
  const base = mkdtempSync(path.join(tmpdir(), "sandglass-launch-"));
  const dataDir = path.join(base, "data");
  const alarms: RecordsAlarm[] = [];
  let records: Records;

  before(async () => {
    records = await openRecords({ dataDir });
    records.onAlarm((alarm) => alarms.push(alarm));
  });
  after(async () => {
    await records.close();
    rmSync(base, { recursive: true, force: true });
  });

  test("does not run as root", () => {
    const { pid } = postmasterOf(dataDir);
    if (process.platform === "linux") assert.doesNotMatch(readFileSync(`/proc/${pid}/status`, "utf8"), /^Uid:\s+0\s/m);
  });

  test("listens on no network address and keeps its secrets private", () => {
    const lines = readFileSync(path.join(dataDir, "records", "cluster", "postmaster.pid"), "latin1").split("\n");
    assert.equal(lines[5]?.trim(), "");
    const conf = readdirSync(path.join(dataDir, "keys"));
    assert.deepEqual(conf, ["records.secret"]);
  });

  test("a second program on the same data folder is refused, the first goes on", async () => {
    await assert.rejects(
      openRecords({ dataDir }),
      (error) =>
        error instanceof SandglassError &&
        error.code === "SG_RECORDS_IN_USE" &&
        error.parameters["pid"] === process.pid,
    );
    assert.deepEqual(await listOrganisations(records), []);
  });

  test("kill -9 of the postmaster: it is restarted, an alarm is raised, retried work succeeds, nothing committed is lost", async () => {
    await addOrganisation(records, "before", true);
    const { pid } = postmasterOf(dataDir);
    process.kill(pid, "SIGKILL");
    // Its backends may answer for a moment still.
    await addOrganisation(records, "after", true);
    await until("it is restarted", () => alarms.length > 1);
    assert.notEqual(postmasterOf(dataDir).pid, pid);
    assert.deepEqual(await listOrganisations(records), ["after", "before"]);
    assert.deepEqual(
      alarms.map((alarm) => alarm.code),
      ["SG_RECORDS_DOWN", "SG_RECORDS_RESTARTED"],
    );
  });

  test("kill -9 of a backend in the middle of work: the work is repeated and happens once", async () => {
    alarms.length = 0;
    let attempts = 0;
    await records.transact(
      SYSTEM_SETUP,
      async (tx) => {
        attempts += 1;
        const found = await tx
          .selectNoFrom((eb) => eb.fn<number>("pg_backend_pid").as("pid"))
          .executeTakeFirstOrThrow();
        await tx
          .insertInto("organisations")
          .values({ id: "backend", kind: "maker", name_en: "", name_zh: "", region: null })
          .execute();
        if (attempts === 1) process.kill(found.pid, "SIGKILL");
        await tx.selectFrom("organisations").select("id").execute();
      },
      { retry: true },
    );
    assert.equal(attempts, 2);
    assert.deepEqual(await listOrganisations(records), ["after", "backend", "before"]);
    await until("backend alarm", () => alarms.some((alarm) => alarm.code === "SG_RECORDS_BACKEND_KILLED"));
  });

  test("work that may not be repeated fails with a code when its connection is lost", async () => {
    const lost = records.transact(SYSTEM_SETUP, async (tx) => {
      const found = await tx.selectNoFrom((eb) => eb.fn<number>("pg_backend_pid").as("pid")).executeTakeFirstOrThrow();
      process.kill(found.pid, "SIGKILL");
      await tx.selectFrom("organisations").select("id").execute();
    });
    await assert.rejects(lost, (error) => error instanceof SandglassError && error.code === "SG_RECORDS_UNAVAILABLE");
  });

  test("kill -9 of the guard: the orphan is stopped and the server restarted", async () => {
    await addOrganisation(records, "guard", true);
    const { pid } = postmasterOf(dataDir);
    const guard = parentOf(pid);
    if (guard === undefined) return;
    process.kill(guard, "SIGKILL");
    await until("old server gone", () => findProcess(pid) === undefined);
    assert.ok((await listOrganisations(records)).includes("guard"));
  });
});

describe("embedded PostgreSQL and a parent that is killed", () => {
  const base = mkdtempSync(path.join(tmpdir(), "sandglass-parent-"));
  // A path that is too long for a unix socket.
  const dataDir = path.join(base, "a-rather-long-folder-name".repeat(4), "data");
  after(() => rmSync(base, { recursive: true, force: true }));

  const script = `
    import { openRecords, SYSTEM_SETUP } from ${JSON.stringify(path.join(import.meta.dirname, "..", "mod.ts"))};
    const records = await openRecords({ dataDir: process.argv[1] });
    await records.transact(SYSTEM_SETUP, (tx) => tx.insertInto("organisations").values({ id: "o" + process.pid, kind: "maker", name_en: "", name_zh: "", region: null }).execute());
    console.log("ready");
    setInterval(() => {}, 1000);
  `;
  async function startParent(): Promise<ChildProcess> {
    const child = spawn(process.execPath, ["--input-type=module", "-e", script, dataDir], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await new Promise<void>((resolve, reject) => {
      child.stdout?.once("data", () => resolve());
      child.once("exit", () => reject(new Error("the parent ended")));
    });
    child.removeAllListeners("exit");
    return child;
  }

  test("leaves no server behind, and the next start has its data", async () => {
    mkdirSync(dataDir, { recursive: true });
    for (let round = 1; round <= 2; round++) {
      const parent = await startParent();
      const postmaster = postmasterOf(dataDir);
      parent.kill("SIGKILL");
      await until("server gone", () => !isRunning(postmaster));
    }
    const records = await openRecords({ dataDir });
    assert.equal((await listOrganisations(records)).length, 2);
    await records.close();
    assert.deepEqual(
      readdirSync(tmpdir()).filter(
        (name) => /^sandglass-[0-9a-f]{12}$/.test(name) && existsSync(path.join(tmpdir(), name, ".s.PGSQL.5432")),
      ),
      [],
    );
  });

  test("a server that outlived guard and parent is reclaimed by the next start", async () => {
    const parent = await startParent();
    const postmaster = postmasterOf(dataDir);
    const guard = parentOf(postmaster.pid);
    if (guard === undefined) return;
    // The guard's watcher alone would still stop the server: both have to go.
    parent.kill("SIGSTOP");
    const watchers = readFileSync(`/proc/${guard}/task/${guard}/children`, "latin1")
      .trim()
      .split(" ")
      .map(Number)
      .filter((pid) => pid !== postmaster.pid);
    for (const pid of [...watchers, guard]) process.kill(pid, "SIGKILL");
    parent.kill("SIGKILL");
    await until("parent gone", () => findProcess(parent.pid ?? 0) === undefined);
    assert.ok(isRunning(postmaster));
    const records = await openRecords({ dataDir });
    assert.ok(!isRunning(postmaster));
    assert.equal((await listOrganisations(records)).length, 3);
    await records.close();
  });
});

test("a path with blanks, quotes, commas and other scripts is a path like any other", async (t) => {
  const base = mkdtempSync(path.join(tmpdir(), "sandglass-odd-"));
  t.after(() => rmSync(base, { recursive: true, force: true }));
  const records = await openRecords({ dataDir: path.join(base, ` 数据, "x" 'y' $z `) });
  assert.deepEqual(await listOrganisations(records), []);
  await records.close();
});

test("without a way through a private folder, root is told which folder it is", (t) => {
  if (process.getuid?.() !== 0) {
    t.skip("only root starts PostgreSQL under another uid");
    return;
  }
  const base = mkdtempSync(path.join(tmpdir(), "sandglass-private-"));
  const pathBefore = process.env["PATH"];
  t.after(() => {
    process.env["PATH"] = pathBefore;
    rmSync(base, { recursive: true, force: true });
  });
  const cluster = path.join(base, "data", "records", "cluster");
  assert.equal(findBlockedFolder(cluster, { uid: 65534, gid: 65534 }), base);
  assert.equal(chooseIdentity(cluster, [cluster]).prefix[0], "setpriv");
  process.env["PATH"] = path.join(base, "no-tools");
  assert.throws(
    () => chooseIdentity(cluster, [cluster]),
    (error) =>
      error instanceof SandglassError && error.code === "SG_RECORDS_DATA_FOLDER" && error.parameters["folder"] === base,
  );
  chmodSync(base, 0o711);
  assert.deepEqual(chooseIdentity(cluster, [cluster]).prefix, []);
});

test("a pid that another process was given since is not taken for the server", () => {
  const cluster = mkdtempSync(path.join(tmpdir(), "sandglass-pid-"));
  try {
    writeFileSync(
      path.join(cluster, "postmaster.pid"),
      `${process.pid}\n${cluster}\n${Math.floor(Date.now() / 1000) - 86_400}\n5432\n`,
    );
    const postmaster = readPostmaster(cluster);
    assert.equal(postmaster?.pid, process.pid);
    assert.ok(postmaster && !isRunning(postmaster));
  } finally {
    rmSync(cluster, { recursive: true, force: true });
  }
});

test("a data folder that cannot be written is refused with its name", async (t) => {
  const base = mkdtempSync(path.join(tmpdir(), "sandglass-readonly-"));
  t.after(() => rmSync(base, { recursive: true, force: true }));
  if (process.getuid?.() === 0) {
    t.skip("root may write anywhere");
    return;
  }
  chmodSync(base, 0o500);
  await assert.rejects(
    openRecords({ dataDir: path.join(base, "data") }),
    (error) => error instanceof SandglassError && error.code === "SG_RECORDS_DATA_FOLDER",
  );
});

/** Parent pid of a process; undefined where /proc does not tell. */
function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return undefined;
  }
}
