import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { createPublicKey } from "node:crypto";
import { toBase64 } from "@sandglass/ledger";
import { exportLog as sampleLog, testKey } from "../../../packages/ledger/src/sample-log.fixture.ts";
import { ledgerCommand } from "./mod.ts";

let folder: string;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "sandglass-ledger-"));
});
after(() => rm(folder, { recursive: true, force: true }));

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const code = await ledgerCommand(args, { stdin: new PassThrough(), stdout, stderr });
  stdout.end();
  stderr.end();
  return { code, out: await text(stdout), err: await text(stderr) };
}

const pem = createPublicKey(testKey(1).privateKey).export({ format: "pem", type: "spki" }) as string;

test("verify needs only the export and the key, in any of its spellings", async () => {
  const file = path.join(folder, "export.ndjson");
  await writeFile(file, sampleLog({ size: 9, rotateAt: 4 }).join(""));
  const base64 = toBase64(testKey(1).publicKey);
  for (const key of [
    pem,
    `{"keyId":"x","publicKey":"${base64}"}`,
    `${base64}\n`,
    Buffer.from(testKey(1).publicKey).toString("hex"),
  ]) {
    const keyFile = path.join(folder, "key");
    await writeFile(keyFile, key);
    const { code, out } = await run("verify", file, "--key", keyFile);
    assert.equal(code, 0);
    assert.equal((JSON.parse(out) as { leaves: number }).leaves, 9);
  }
});

test("an altered byte ends with exit code 1 and names file, line and part", async () => {
  const lines = sampleLog({ size: 9 });
  const file = path.join(folder, "altered.ndjson");
  const keyFile = path.join(folder, "key.pem");
  await writeFile(keyFile, pem);
  await writeFile(file, lines.join("").replace('"fnd_5"', '"fnd_6"'));
  const { code, out, err } = await run("verify", file, "--key", keyFile);
  assert.equal(code, 1);
  const line = lines.findIndex((each) => each.includes('"fnd_5"')) + 1;
  assert.match(err, new RegExp(`SG_LEDGER_ALTERED: .*altered\\.ndjson:${line}: content`));
  assert.equal((JSON.parse(out) as { problems: { line: number }[] }).problems[0].line, line);
});

test("vectors prints one line per file with its path below the folder, and notes malformed files", async () => {
  const cases = path.join(folder, "cases");
  await mkdir(path.join(cases, "b/c"), { recursive: true });
  await writeFile(
    path.join(cases, "b/c/one.json"),
    '{"leafIdx":0,"treeSize":1,"root":"bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=","leafHash":"bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=","proof":null}',
  );
  await writeFile(path.join(cases, "a.json"), "{oops");
  await writeFile(path.join(cases, "LICENSE"), "not a case");
  const { code, out, err } = await run("vectors", cases);
  assert.equal(code, 0);
  assert.equal(out, '{"file":"a.json","valid":false}\n{"file":"b/c/one.json","valid":true}\n');
  assert.match(err, /SG_CLI_VECTOR_MALFORMED: a\.json/);
});

test("export over HTTP sends the token and writes the bytes and the key as they come", async () => {
  const body = sampleLog({ size: 5 }).join("");
  const server = createServer((request, response) => {
    if (request.headers.authorization !== "Bearer secret") response.writeHead(401).end("no");
    else if (request.url === "/api/v1/ledger/key") response.end(JSON.stringify({ pem }));
    else response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const out = path.join(folder, "out.ndjson");
    const keyOut = path.join(folder, "out.pem");
    assert.equal((await run("export", "--url", url, "--token", "secret", "--out", out, "--key-out", keyOut)).code, 0);
    assert.equal(await readFile(out, "utf8"), body);
    assert.equal((await run("verify", out, "--key", keyOut)).code, 0);
    const refused = await run("export", "--url", url, "--token", "wrong");
    assert.equal(refused.code, 1);
    assert.match(refused.err, /SG_CLI_EXPORT: .* 401/);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test("wrong use ends with exit code 2, unreadable input with 1, both with a code", async () => {
  for (const args of [
    [],
    ["nope"],
    ["verify", "x"],
    ["vectors"],
    ["export", "--bad"],
    ["export", "--data", "x", "--url", "y"],
  ]) {
    assert.equal((await run(...args)).code, 2, args.join(" "));
  }
  const missing = await run("vectors", path.join(folder, "absent"));
  assert.equal(missing.code, 1);
  assert.match(missing.err, /^SG_CLI_LEDGER: /);
  assert.equal((await run("export", "--data", folder)).code, 1);
});
