/** The commands for the signing key, as processes of their own on a real data folder. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { appendLeaf, openLedger } from "../../../server/src/ledger/mod.ts";
import { openRecords, SYSTEM_SUPERVISION } from "../../../server/src/records/mod.ts";

const CLI = fileURLToPath(new URL("../main.ts", import.meta.url));
const SERVER = fileURLToPath(new URL("../../../server/src/main.ts", import.meta.url));

const base = mkdtempSync(path.join(tmpdir(), "sandglass-keys-"));
const data = path.join(base, "data");
const [oldFile, newFile, firstKey] = ["old", "new", "first.pub"].map((name) => path.join(base, name));

before(async () => {
  chmodSync(base, 0o755);
  writeFileSync(oldFile, "first passphrase\n");
  writeFileSync(newFile, "第二个口令\nonly the first line counts\n");
  const records = await openRecords({ dataDir: data });
  const ledger = await openLedger({ records, dataDir: data, intervalMs: 3_600_000 });
  await records.transact(SYSTEM_SUPERVISION, (tx) =>
    appendLeaf(tx, { kind: "finding", subject: "fnd_1", content: { n: 1 } }),
  );
  await ledger.close();
  await records.close();
  copyFileSync(path.join(data, "keys/ledger.pub"), firstKey);
});
after(() => rmSync(base, { recursive: true, force: true }));

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function run(file: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const child = spawn(process.execPath, [file, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  let [out, err] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
  return new Promise((resolve) => child.on("close", (code) => resolve({ code: code ?? -1, out, err })));
}

const ledger = (...args: string[]): Promise<Ended> => run(CLI, ["ledger", ...args]);
const keyText = (): string => readFileSync(path.join(data, "keys/ledger.key"), "utf8");

test("a key gets a passphrase, is rotated under it, and the first public key verifies the whole export", async () => {
  const plainKey = keyText();
  const set = await ledger("passphrase", "--data", data, "--to", oldFile);
  assert.deepEqual(
    [set.code, JSON.parse(set.out)],
    [0, { files: ["ledger.key", "wrapping.key"], encrypted: true }],
    set.err,
  );
  assert.match(keyText(), /^-----BEGIN ENCRYPTED PRIVATE KEY-----/);
  assert.ok(!keyText().includes(plainKey.split("\n")[1] ?? ""));

  const changed = await run(CLI, ["ledger", "passphrase", "--data", data, "--to", newFile], {
    SANDGLASS_LEDGER_PASSPHRASE: "first passphrase",
  });
  assert.equal(changed.code, 0, changed.err);
  const wrong = await ledger("rotate-key", "--data", data, "--passphrase", oldFile);
  assert.equal(wrong.code, 1);
  assert.match(wrong.err, /^SG_LEDGER_PASSPHRASE: .*keys\/ledger\.key/m);

  const rotated = await ledger("rotate-key", "--data", data, "--passphrase", newFile);
  assert.equal(rotated.code, 0, rotated.err);
  const { keyId, previous } = JSON.parse(rotated.out) as { keyId: string; previous: string };
  assert.match(keyText(), /ENCRYPTED/, "the new key is under the same passphrase");
  assert.ok(existsSync(path.join(data, `keys/ledger-${previous}.pub`)));

  const file = path.join(base, "export.ndjson");
  assert.equal((await ledger("export", "--data", data, "--out", file)).code, 0, "an export needs no passphrase");
  const verified = await ledger("verify", file, "--key", firstKey);
  assert.equal(verified.code, 0, verified.err);
  const { keyHistory } = JSON.parse(verified.out) as { keyHistory: { keyId: string }[] };
  assert.deepEqual(
    keyHistory.map((each) => each.keyId),
    [previous, keyId],
  );
  assert.match(verified.err, new RegExp(`key ${previous}: introduced by leaf 0, signed 3 checkpoints, sizes 1 to 3`));
  assert.match(verified.err, new RegExp(`key ${keyId}: introduced by leaf 2, signed 1 checkpoints, sizes 4 to 4`));
  const current = path.join(data, "keys/ledger.pub");
  assert.equal((await ledger("verify", file, "--key", current)).code, 0, "so does the new one");
});

test("a server does not start without the passphrase of its key, and names the file", async () => {
  const start = (env: NodeJS.ProcessEnv) =>
    run(SERVER, ["--data", data, "--port", "0", "--gateway-port", "0", "--empty"], env);
  const without = await start({ SANDGLASS_LEDGER_PASSPHRASE: "" });
  assert.equal(without.code, 1);
  assert.match(without.err, /SG_LEDGER_KEY_LOCKED: .*keys\/wrapping\.key/);
  const wrong = await start({ SANDGLASS_LEDGER_PASSPHRASE: "guess" });
  assert.equal(wrong.code, 1);
  assert.match(wrong.err, /SG_LEDGER_PASSPHRASE: .*keys\/wrapping\.key/);
});

test("wrong use is explained", async () => {
  assert.equal((await ledger("passphrase")).code, 2);
  assert.equal((await ledger("passphrase", "--data", data, "--to", newFile, "--remove")).code, 2);
  assert.match((await ledger("rotate-key", "--data", base)).err, /^SG_CLI_DATA/);
  const missing = await ledger("passphrase", "--data", data, "--from", path.join(base, "none"), "--to", newFile);
  assert.match(missing.err, /^SG_LEDGER_PASSPHRASE_FILE: .*none/);
});

test("the other secrets are under the same passphrase: kept, listed, rotated, taken out of it again", async () => {
  const keys = (...args: string[]): Promise<Ended> => run(CLI, ["keys", ...args, "--data", data]);
  const under = { SANDGLASS_LEDGER_PASSPHRASE_FILE: newFile };
  const address = "smtp://user:secret@mail.example.cn";
  const set = spawnSync(process.execPath, [CLI, "keys", "set", "mail", "--data", data], {
    input: `${address}\n`,
    env: { ...process.env, ...under },
  });
  assert.deepEqual(JSON.parse(set.stdout.toString()), { kept: "secret:mail", custody: "passphrase" });
  const kept = () => readFileSync(path.join(data, "keys/mail.value"), "utf8");
  assert.match(kept(), /^sandglass-sealed:/);
  assert.deepEqual(JSON.parse((await keys("list")).out), { custody: "passphrase", open: [] });
  assert.match((await keys("rotate", "--passphrase", oldFile)).err, /^SG_LEDGER_PASSPHRASE: /);
  const rotated = await keys("rotate", "--passphrase", newFile);
  const { keyId, previous } = JSON.parse(rotated.out) as { keyId: string; previous: string };
  assert.notEqual(keyId, previous);
  assert.ok(kept().startsWith(`sandglass-sealed:${keyId}:`));
  const removed = await ledger("passphrase", "--data", data, "--from", newFile, "--remove");
  assert.deepEqual(JSON.parse(removed.out), { files: ["ledger.key", "wrapping.key"], encrypted: false }, removed.err);
  assert.deepEqual([kept(), JSON.parse((await keys("list")).out).custody], [address, "plain"]);
});
