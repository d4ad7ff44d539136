/**
 * Rule packs of the running product through the command: listed, installed, pinned, forked, changed and compared; what is
 * installed watches at once and after a restart, what is removed closes its findings.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, before, describe, test } from "node:test";
import { ITEM_LISTS } from "../server/src/exports/item-lists/mod.ts";
import { eventually, makeDataFolder, removeDataFolder, ROOT, RunningServer } from "./running-server.ts";
import { makeIntakeToken } from "./intake-token.ts";

interface PackAnswer {
  readonly id: string;
  readonly state: string;
  readonly setHash: string;
  readonly forkOf: { readonly pack: string } | null;
}
interface FindingAnswer {
  readonly trigger: string;
  readonly status: string;
  readonly vehicle: string | null;
  readonly subject: { readonly kind: string; readonly name: string | null };
}

describe("rule packs", () => {
  const data = makeDataFolder();
  let server: RunningServer;
  let token: string;
  before(async () => {
    server = await RunningServer.start(data, ["--empty"]);
    token = await makeIntakeToken(server, "lab");
  });
  after(async () => {
    await server.stop();
    removeDataFolder(data);
  });

  const sandglass = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ["cli/src/main.ts", "pack", ...args, "--url", server.ready.console, "--token", server.ready.token],
      { cwd: ROOT, encoding: "utf8" },
    );
    return { status, stdout, stderr };
  };
  const stateOf = async (id: string) => (await server.api<PackAnswer>("GET", `/packs/${id}`)).state;
  let number = 0;
  const send = async (type: string) => {
    const answer = await fetch(`${server.ready.console}/api/v1/intake/events`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/cloudevents+json" },
      body: JSON.stringify({
        specversion: "1.0",
        id: String(number++),
        source: "test",
        type,
        subject: "backend_account/root",
      }),
    });
    assert.equal(answer.status, 200);
  };
  const findings = () => server.list<FindingAnswer>("/findings");

  test("every list that is named for export has one beside it in the whole product", async () => {
    const answer = await fetch(`${server.ready.console}/api/v1/openapi.json`);
    const { paths } = (await answer.json()) as { readonly paths: object };
    const missing = ITEM_LISTS.map(({ path }) => `/api/v1${path.replaceAll(/:(\w+)/g, "{$1}")}/export`).filter(
      (path) => !Object.hasOwn(paths, path),
    );
    assert.deepEqual(missing, []);
  });

  test("what is installed watches at once, and after a restart", async () => {
    assert.match(sandglass("list").stdout, /cyber-security .* available/);
    for (let i = 0; i < 6; i++) await send("login_failed");
    assert.deepEqual(await findings(), []);
    const installed = sandglass("install", "cyber-security");
    assert.deepEqual([installed.status, installed.stdout], [0, "cyber-security v1: installed\n"], installed.stderr);
    await eventually("the sets are refreshed", 10_000, async () => {
      await send("login_failed");
      return (await findings()).some(({ trigger }) => trigger === "CS-LOGIN");
    });
    const [finding] = await findings();
    assert.deepEqual(
      [finding?.vehicle, finding?.subject.kind, finding?.subject.name],
      [null, "backend_account", "root"],
    );
    await server.stop();
    server = await RunningServer.start(data, ["--empty"]);
    assert.equal(await stateOf("cyber-security"), "installed");
    await eventually("findings are there again", 10_000, async () => (await findings()).length === 1);
  });

  test("pinned and not, and refusals with their code", async () => {
    assert.equal(sandglass("pin", "cyber-security").stdout, "cyber-security v1: pinned\n");
    assert.equal(sandglass("pin", "cyber-security", "--off").stdout, "cyber-security v1: installed\n");
    const unknown = sandglass("install", "no-such-pack");
    assert.equal(unknown.status, 1);
    assert.match(unknown.stderr, /^SG_PACK_UNKNOWN: /);
    assert.match(sandglass("fork", "cyber-security", "gbt32960-alarms").stderr, /^SG_PACK_EXISTS: /);
    assert.equal(sandglass("diff", "cyber-security").status, 2);
  });

  test("a fork is changed, compared and installed; what comes with the program is not changed", async () => {
    assert.equal(sandglass("fork", "ai-services", "our-ai").status, 0);
    const { files } = await server.api<{ files: Record<string, string> }>("GET", "/packs/our-ai");
    const text = (files["triggers.tdl"] ?? "").replace("rate > 0.005 for 10 min", "rate > 0.001 for 10 min");
    await server.api("PUT", "/packs/our-ai/files", { files: { "triggers.tdl": text } });
    await assert.rejects(
      server.api("PUT", "/packs/our-ai/files", { files: { "triggers.tdl": "trigger X" } }),
      /SG_PACK_INVALID/,
    );
    await assert.rejects(
      server.api("PUT", "/packs/ai-services/files", { files: { "triggers.tdl": text } }),
      /SG_PACK_NOT_A_FORK/,
    );
    const difference = sandglass("diff", "ai-services", "our-ai").stdout;
    assert.match(difference, /~ AI-UNSAFE-RATE/);
    assert.match(difference, /0 added, 0 removed, 1 changed, 9 the same/);
    const viaApi = await server.api<{ changed: { lines: { zh: string[] } }[] }>(
      "GET",
      "/packs/our-ai/diff?from=ai-services",
    );
    assert.ok(viaApi.changed[0]?.lines.zh.some((line) => line.startsWith("+ ")));
    assert.equal((await server.api<PackAnswer>("PUT", "/packs/our-ai/install")).state, "installed");
    assert.equal((await server.api<PackAnswer>("GET", "/packs/our-ai")).forkOf?.pack, "ai-services");
  });

  test("what is removed closes its findings, and every step is in the ledger", async () => {
    assert.equal(sandglass("remove", "cyber-security").stdout, "cyber-security v1: available\n");
    await eventually("the finding is superseded", 10_000, async () =>
      (await findings()).every(({ status }) => status === "superseded"),
    );
    const leaves = await server.list<{ kind: string; subject: string }>("/ledger/leaves?limit=500");
    const packs = leaves.filter(({ kind }) => kind === "rule-pack");
    assert.ok(packs.length >= 7, `${packs.length} leaves`);
  });

  test("who may not decide on rules changes nothing", async () => {
    const refused = await fetch(`${server.ready.console}/api/v1/packs/cyber-security/install`, {
      method: "PUT",
      headers: { authorization: `Bearer ${token}` },
    });
    assert.equal(refused.status, 401);
    assert.equal(await stateOf("cyber-security"), "available");
  });
});
