/** Backup of the running product, with a sender that never stops, and what comes back from it. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { sandglass, startSandglass } from "./command.ts";
import { eventually, makeDataFolder, processTree, removeDataFolder, RunningServer } from "./running-server.ts";
import { MAKERS, platformLogin, realtimeReport, SimulatedVehicle, WireClient } from "../simulator/src/mod.ts";

const VIN = "LSGBACKUP00000002";
/** Between the times of two reports. */
const STEP_MS = 10_000;

describe("backup of a running server", { timeout: 300_000 }, () => {
  const data = makeDataFolder();
  const target = makeDataFolder();
  const base = mkdtempSync(join(tmpdir(), "sandglass-online-backup-"));
  const folder = join(base, "backups");
  const start = () => RunningServer.start(data, ["--empty"], { SANDGLASS_BACKUP_FOLDER: folder });
  after(() => {
    for (const each of [data, target]) removeDataFolder(each);
    rmSync(base, { recursive: true, force: true });
  });

  it("only the security administrator has one made; given up or killed, nothing of it is left", async () => {
    const server = await start();
    try {
      await assert.rejects(server.api("POST", "/backups", {}), /SG_FORBIDDEN/, "a supervisor");
      const token = await administratorsToken(server);
      const backup = (...args: string[]) =>
        sandglass("backup", "--url", server.ready.console, "--token", token, ...args);
      assert.match((await backup("--name", "../elsewhere")).err, /SG_BACKUP_NAME/);
      const given = startSandglass("backup", "--url", server.ready.console, "--token", token, "--name", "given-up");
      await eventually("it has begun", 20_000, () => existsSync(join(folder, "given-up.partial/records")));
      const second = await fetch(`${server.ready.console}/api/v1/backups`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: "{}",
      });
      assert.match(await second.text(), /SG_BACKUP_RUNNING/);
      given.child.kill("SIGINT");
      const { code, err } = await given.ended;
      assert.deepEqual([code, err.includes("nothing of it is left")], [1, true], err);
      assert.deepEqual([readdirSync(folder), existsSync(join(data, "backup.snapshot"))], [[], false]);
      const killed = startSandglass("backup", "--url", server.ready.console, "--token", token, "--name", "killed");
      await eventually("it has begun", 20_000, () => existsSync(join(folder, "killed.partial/records")));
      const main = processTree(server.child.pid ?? -1).find(({ command }) => command.includes("server/src/main.ts"));
      assert.ok(main);
      process.kill(main.pid, "SIGKILL");
      assert.equal((await killed.ended).code, 1);
    } finally {
      await server.stop();
    }
    assert.deepEqual(readdirSync(folder), ["killed.partial"]);
    const refused = await sandglass("restore", "--from", join(folder, "killed.partial"), "--data", join(base, "none"));
    assert.match(refused.err, /SG_BACKUP_UNREADABLE/);
  });

  it("what was answered before it began is in it, while frames are answered all the time", async () => {
    const server = await start();
    const sender = await Sender.start(server);
    let answeredBefore = 0;
    try {
      assert.deepEqual(readdirSync(folder), [], "what was killed is gone");
      await eventually("frames are answered and the finding is there", 60_000, async () => {
        return sender.answered > 80 && (await server.list("/findings")).length === 1;
      });
      const token = await administratorsToken(server);
      answeredBefore = sender.answered;
      sender.slowestMs = 0;
      const made = await sandglass("backup", "--url", server.ready.console, "--token", token, "--name", "whole");
      assert.equal(made.code, 0, made.err);
      assert.ok(sender.answered > answeredBefore + 20, `${sender.answered - answeredBefore} answered meanwhile`);
      assert.ok(sender.slowestMs < 5_000, `a frame waited ${sender.slowestMs} ms for its answer`);
      assert.match(made.err, /^records: \d+ files, [\d.]+ MB$/m, "it tells how it goes");
      const listed = await server.api<{ items: { name: string }[] }>("GET", "/backups");
      assert.deepEqual(
        listed.items.map(({ name }) => name),
        ["whole"],
      );
    } finally {
      await sender.stop();
      await server.stop();
    }
    assert.equal(existsSync(join(data, "history/chdb/shadow")), false, "nothing holds old parts any longer");

    const restored = await sandglass("restore", "--from", join(folder, "whole"), "--data", target);
    assert.equal(restored.code, 0, restored.err);
    const report = JSON.parse((await sandglass("check", "--data", target, "--frames")).out) as { valid: boolean };
    assert.equal(report.valid, true);
    const [lines, key] = [join(base, "ledger.ndjson"), join(base, "ledger.pub")];
    assert.equal((await sandglass("ledger", "export", "--data", target, "--out", lines, "--key-out", key)).code, 0);
    assert.equal((await sandglass("ledger", "verify", lines, "--key", key)).code, 0);

    const again = await RunningServer.start(target, ["--empty"]);
    try {
      assert.equal((await again.list("/findings")).length, 1);
      const [vehicle] = (await again.api<{ items: { id: string }[] }>("POST", "/vehicles/search", { vin: VIN })).items;
      let times: string[] = [];
      await eventually("the journal of the copy is stored", 30_000, async () => {
        const frames = await again.list<{ time: string }>(`/vehicles/${vehicle.id}/frames?limit=1000`);
        times = frames.map(({ time }) => time).sort();
        return times.length >= answeredBefore;
      });
      assert.deepEqual(
        times,
        times.map((_, index) => new Date(sender.begin + index * STEP_MS).toISOString()),
        "each once, and none between them is missing",
      );
    } finally {
      await again.stop();
    }
  });
});

/** One vehicle on a platform link, a report after the other, each answered; some of them with an alarm of level 3. */
class Sender {
  /** Time of the first report, whole seconds. */
  readonly begin = Math.floor((Date.now() - 12 * 3_600_000) / 1_000) * 1_000;
  answered = 0;
  slowestMs = 0;
  readonly #client: WireClient;
  #isStopped = false;
  #loop: Promise<void> = Promise.resolve();

  private constructor(client: WireClient) {
    this.#client = client;
  }

  static async start(server: RunningServer): Promise<Sender> {
    await server.api("POST", "/platforms", { name: "backup", user: "backup", password: "backup-password" });
    const { host, port } = server.gateway;
    const sender = new Sender(await WireClient.connect(host, port));
    await sender.#client.request(platformLogin(2016, Date.now(), 1, "backup", "backup-password"));
    sender.#loop = sender.#send();
    return sender;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#loop;
    await this.#client.close();
  }

  async #send(): Promise<void> {
    const [maker] = MAKERS;
    const vehicle = new SimulatedVehicle({
      vin: VIN,
      maker,
      model: maker.models[0],
      region: "440300",
      seed: 1,
      inSandbox: false,
      fails: false,
    });
    while (!this.#isStopped) {
      const state = {
        ...vehicle.advance(10),
        ...(this.answered >= 20 && this.answered < 50 ? { alarmLevel: 3 } : {}),
      };
      const sentAt = performance.now();
      await this.#client.request(realtimeReport(2016, VIN, this.begin + this.answered * STEP_MS, state));
      this.answered++;
      this.slowestMs = Math.max(this.slowestMs, performance.now() - sentAt);
    }
  }
}

/** Signs in with the password of the first start and makes a token. */
async function administratorsToken(server: RunningServer): Promise<string> {
  const password = readFileSync(join(server.data, "keys/admin.password"), "utf8").trim();
  const post = (path: string, body: object, cookie = "") =>
    fetch(`${server.ready.console}/api/v1${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: server.ready.console, cookie },
      body: JSON.stringify(body),
    });
  const signedIn = await post("/session", { account: "admin", password });
  const cookie = (signedIn.headers.get("set-cookie") ?? "").split(";")[0];
  const made = await post("/tokens", { name: "backup", days: 1 }, cookie);
  assert.equal(made.status, 201, await made.clone().text());
  return ((await made.json()) as { token: string }).token;
}
