/** Backup, restore and check of the real product, by the command that people use. */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { sandglass } from "./command.ts";
import { eventually, makeDataFolder, removeDataFolder, RunningServer } from "./running-server.ts";
import { MAKERS, platformLogin, realtimeReport, SimulatedVehicle, WireClient } from "../simulator/src/mod.ts";

interface Report {
  readonly valid: boolean;
  readonly leaves: number;
  readonly root: string;
  readonly segments: number;
  readonly objects: number;
  readonly problems: readonly { readonly part: string; readonly what: string }[];
}

describe("backup and restore", { timeout: 240_000 }, () => {
  const data = makeDataFolder();
  const base = mkdtempSync(join(tmpdir(), "sandglass-backup-"));
  const backup = join(base, "backup");
  let findings: string[];
  before(async () => {
    const server = await RunningServer.start(data, ["--empty"]);
    await sendAlarm(server);
    findings = (await server.list<{ id: string }>("/findings")).map(({ id }) => id);
    const refused = await sandglass("backup", "--data", data, "--to", backup);
    assert.deepEqual([refused.code, refused.err.includes("SG_RECORDS_IN_USE")], [1, true], refused.err);
    await server.stop();
  });
  after(() => {
    removeDataFolder(data);
    rmSync(base, { recursive: true, force: true });
  });

  it("what was backed up comes back whole: the ledger proves it, and the server goes on from it", async () => {
    assert.equal(findings.length, 1);
    const before = JSON.parse((await sandglass("check", "--data", data, "--frames")).out) as Report;
    assert.deepEqual([before.valid, before.problems], [true, []]);
    assert.ok(before.leaves > 3 && before.segments > 0, JSON.stringify(before));
    assert.equal((await sandglass("backup", "--data", data, "--to", backup)).code, 0);
    assert.ok(existsSync(join(backup, "sandglass-backup.json")));
    const target = makeDataFolder();
    try {
      const restored = await sandglass("restore", "--from", backup, "--data", target);
      assert.equal(restored.code, 0, restored.err);
      const report = JSON.parse(restored.out) as Report;
      assert.deepEqual([report.root, report.leaves, report.segments], [before.root, before.leaves, before.segments]);
      const server = await RunningServer.start(target, ["--empty"]);
      assert.deepEqual(
        (await server.list<{ id: string }>("/findings")).map(({ id }) => id),
        findings,
      );
      await server.stop();
    } finally {
      removeDataFolder(target);
    }
  });

  it("one changed byte, one missing file, an unfinished backup: nothing is restored, and the file is named", async () => {
    const target = join(base, "target");
    const largest = readdirSync(join(backup, "history"), { recursive: true, encoding: "utf8" })
      .map((file) => join(backup, "history", file))
      .filter((file) => statSync(file).isFile())
      .sort((a, b) => statSync(b).size - statSync(a).size)[0];
    const original = readFileSync(largest);
    const changed = Buffer.from(original);
    changed[changed.length >> 1] ^= 1;
    writeFileSync(largest, changed);
    const damaged = await sandglass("restore", "--from", backup, "--data", target);
    assert.equal(damaged.code, 1);
    assert.match(damaged.err, /SG_BACKUP_DAMAGED/);
    assert.deepEqual(readdirSync(target), []);
    rmSync(largest);
    assert.match((await sandglass("restore", "--from", backup, "--data", target)).err, /SG_BACKUP_DAMAGED.*missing/);
    writeFileSync(largest, original);
    const manifest = join(backup, "sandglass-backup.json");
    const text = readFileSync(manifest);
    rmSync(manifest);
    assert.match((await sandglass("restore", "--from", backup, "--data", target)).err, /SG_BACKUP_UNREADABLE/);
    writeFileSync(manifest, text);
    assert.match((await sandglass("backup", "--data", data, "--to", backup)).err, /SG_BACKUP_TARGET/);
    assert.match((await sandglass("backup", "--data", base, "--to", target)).err, /SG_BACKUP_DATA/);
    assert.equal((await sandglass("backup", "--data", data)).code, 2);
  });

  it("a foreign key and a lost segment are named by the check", async () => {
    const key = join(data, "keys", "ledger.pub");
    const own = readFileSync(key);
    writeFileSync(key, generateKeyPairSync("ed25519").publicKey.export({ format: "pem", type: "spki" }));
    const foreign = await sandglass("check", "--data", data);
    assert.deepEqual([foreign.code, (JSON.parse(foreign.out) as Report).valid], [1, false]);
    assert.match(foreign.err, /SG_CHECK_FAILED: ledger/);
    writeFileSync(key, own);
    rmSync(join(data, "history"), { recursive: true });
    const lost = await sandglass("check", "--data", data);
    assert.match(lost.err, /SG_CHECK_FAILED: history: segment \d+: the ledger has it, the history has not/);
  });
});

/** One vehicle on a platform link: quiet, then with an alarm of level 3. Ends when its finding is there and all is stored. */
async function sendAlarm(server: RunningServer): Promise<void> {
  await server.api("POST", "/platforms", { name: "backup", user: "backup", password: "backup-password" });
  const { host, port } = server.gateway;
  const client = await WireClient.connect(host, port);
  await client.request(platformLogin(2016, Date.now(), 1, "backup", "backup-password"));
  const maker = MAKERS[0];
  const vin = "LSGBACKUP00000001";
  const vehicle = new SimulatedVehicle({
    vin,
    maker,
    model: maker.models[0],
    region: "440300",
    seed: 1,
    inSandbox: false,
    fails: false,
  });
  const start = Date.now() - 600_000;
  for (let i = 0; i < 60; i++) {
    const state = { ...vehicle.advance(10), ...(i < 30 ? {} : { alarmLevel: 3 }) };
    await client.request(realtimeReport(2016, vin, start + i * 10_000, state));
  }
  await client.close();
  await eventually("the finding and all frames are stored", 30_000, async () => {
    const [found] = (await server.api<{ items: { id: string }[] }>("POST", "/vehicles/search", { vin })).items;
    const frames = found === undefined ? [] : await server.list(`/vehicles/${found.id}/frames`);
    return frames.length === 60 && (await server.list("/findings")).length === 1;
  });
}
