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

interface Schema {
  readonly type?: string;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}
interface Content {
  readonly content?: { readonly "application/json"?: { readonly schema: Schema } };
}
interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly schema: Schema }[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content>>;
}

/**
 * Lists that are no files: catalogues of the program, what belongs to one person or one page, measured values (they have charts and
 * the evidence of a case), and what has a file of another kind (the public register, the proofs of the ledger, cases as projects).
 */
const WITHOUT_EXPORT = [
  "/account/sessions",
  "/accounts/{id}/sessions",
  "/backups",
  "/case-drafts",
  "/case-types",
  "/case-types/{kind}/drafts",
  "/cases/{id}/attachments",
  "/cases/{id}/drafts",
  "/ledger/cosignatures",
  "/ledger/keys",
  "/ledger/timestamps",
  "/ledger/witnesses",
  "/platforms",
  "/projects",
  "/projects/experts",
  "/public/programmes",
  "/public/recalls",
  "/public/register",
  "/public/reports",
  "/quality/paths",
  "/quality/rules",
  "/quality/unheard",
  "/session/sso",
  "/sign-in-policies",
  "/signals",
  "/situation/onsets",
  "/subjects/{id}/samples",
  "/tokens",
  "/vehicles/{id}/recalls",
  "/vehicles/{id}/samples",
  "/vehicles/{id}/series",
  "/views",
  "/webhooks",
  "/webhooks/{id}/deliveries",
];

/** What PostgreSQL's integer holds; a version of a request is written with the next one. */
const GREATEST_VERSION = 2_147_483_646;

/** Places of integers that say no greatest value, or of versions after which there is none. */
function unbounded(schema: Schema | undefined, place: string): string[] {
  if (schema === undefined) return [];
  return [
    ...(schema.type === "integer" &&
    (schema.maximum === undefined || (/(version|revision)$/.test(place) && schema.maximum > GREATEST_VERSION))
      ? [place]
      : []),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, each]) => unbounded(each, `${place}.${name}`)),
    ...unbounded(schema.items, `${place}[]`),
    ...(schema.anyOf ?? []).flatMap((each) => unbounded(each, place)),
  ];
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

  test("every other list is known to have none, every file is described, and every integer of a request says its greatest value", async () => {
    const answer = await fetch(`${server.ready.console}/api/v1/openapi.json`);
    const { paths } = (await answer.json()) as {
      readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
    };
    const without = Object.entries(paths).filter(
      ([path, { get }]) =>
        get?.responses["200"]?.content?.["application/json"]?.schema.properties?.["items"] !== undefined &&
        !Object.hasOwn(paths, `${path}/export`),
    );
    assert.deepEqual(without.map(([path]) => path.replace("/api/v1", "")).sort(), WITHOUT_EXPORT);
    for (const [path, { get }] of Object.entries(paths))
      if (/(\/export|\/file|\.csv)$/.test(path)) assert.ok(get?.responses["200"]?.content, path);
    const integers = Object.entries(paths).flatMap(([path, operations]) =>
      Object.values(operations).flatMap(({ parameters = [], requestBody }) => [
        ...parameters.flatMap(({ name, schema }) => unbounded(schema, `${path} ${name}`)),
        ...unbounded(requestBody?.content?.["application/json"]?.schema, `${path} body`),
      ]),
    );
    assert.deepEqual(integers, []);
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
      /SG_PACK_TEXTS/,
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
