import assert from "node:assert/strict";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { encryptKey } from "./passphrase.ts";
import { seal, unseal } from "./sealed.ts";
import { inspectSecrets, Secrets, type SecretsOptions } from "./secrets.ts";

let data: string;
beforeEach(() => {
  data = mkdtempSync(path.join(tmpdir(), "sandglass-secret-"));
  mkdirSync(path.join(data, "keys"));
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

const file = (name: string) => path.join(data, "keys", name);
const read = (name: string) => readFileSync(file(name), "utf8");
const under = (passphrase: string | undefined): SecretsOptions => ({
  isWanted: true,
  passphrase: async () => passphrase,
});
const code = (expected: string) => (error: Error & { code?: string }) => error.code === expected;

describe("secrets in the clear", () => {
  it("are made once, are for their owner only, and survive a start that was killed while writing one", async () => {
    writeFileSync(file("a.key.new"), "12"); // what the killed start left
    const secrets = await Secrets.open(data, { isWanted: false });
    const secret = secrets.load("a.key");
    assert.equal(secret.length, 32);
    assert.deepEqual(Secrets.plain(data).load("a.key"), secret);
    assert.equal(statSync(file("a.key")).mode & 0o777, 0o600);
    assert.notDeepEqual(secrets.load("b.key"), secret);
    assert.equal(read("a.key"), secret.toString("hex"));
    assert.deepEqual(inspectSecrets(data), { custody: "plain", open: [] });
  });
});

describe("secrets under a passphrase", () => {
  it("are sealed when one is set, the same ones as before, and open with nothing else", async () => {
    const plain = Secrets.plain(data);
    const before = plain.load("registry.key");
    plain.setText("smtp", "smtp://user:密码@mail.example.cn");
    const sealed = await Secrets.open(data, under("correct"));
    assert.deepEqual([sealed.custody, sealed.load("registry.key")], ["passphrase", before]);
    for (const name of ["registry.key", "smtp.value"]) {
      assert.match(read(name), /^sandglass-sealed:/);
      assert.ok(!read(name).includes(before.toString("hex")));
    }
    const again = await Secrets.open(data, { ...under("correct"), isWanted: false });
    assert.deepEqual(again.load("registry.key"), before);
    assert.equal(again.text("smtp"), "smtp://user:密码@mail.example.cn");
    assert.equal(again.load("new.key").length, 32);
    assert.match(read("new.key"), /^sandglass-sealed:/);
    await assert.rejects(Secrets.open(data, under("wrong")), code("SG_LEDGER_PASSPHRASE"));
    await assert.rejects(Secrets.open(data, under(undefined)), code("SG_LEDGER_KEY_LOCKED"));
    assert.throws(() => Secrets.plain(data), code("SG_LEDGER_KEY_LOCKED"));
    assert.throws(() => again.text("absent"), code("SG_SECRET_MISSING"));
    assert.throws(() => again.text("../admin"), code("SG_SECRET_MISSING"));
  });

  it("are not sealed under another passphrase than that of the ledger's key", async () => {
    const { privateKey } = generateKeyPairSync("ed25519");
    writeFileSync(file("ledger.key"), await encryptKey(privateKey, "of the ledger"));
    await assert.rejects(Secrets.open(data, under("mistyped")), code("SG_LEDGER_PASSPHRASE"));
    assert.equal(inspectSecrets(data).custody, "plain");
    assert.equal((await Secrets.open(data, under("of the ledger"))).custody, "passphrase");
  });

  it("refuse what was changed, put in another's place, or comes from another folder", async () => {
    const secrets = await Secrets.open(data, under("p"));
    const [own] = [secrets.load("a.key"), secrets.load("b.key")];
    const kept = read("a.key");
    copyFileSync(file("b.key"), file("a.key"));
    assert.throws(() => secrets.load("a.key"), code("SG_SECRET_SEALED"));
    writeFileSync(file("a.key"), kept.replace(/:.{3}(?=[^:]*$)/, ":AAA"));
    assert.throws(() => secrets.load("a.key"), code("SG_SECRET_SEALED"));
    writeFileSync(file("a.key"), kept);
    assert.deepEqual(secrets.load("a.key"), own);
    rmSync(file("wrapping.key"));
    await assert.rejects(Secrets.open(data, under("p")), code("SG_SECRET_SEALED"), "its wrapping key is lost");
    assert.equal(existsSync(file("wrapping.key")), false);
  });

  it("keep their values when the wrapping key is rotated, also when that dies at any file", async () => {
    const secrets = await Secrets.open(data, under("p"));
    const values = ["a.key", "b.key", "c.key"].map((name) => [name, secrets.load(name)] as const);
    const old = values.map(([name]) => [name, read(name)] as const);
    const oldKey = read("wrapping.key");
    const { keyId, previous } = await secrets.rotate(under("p"));
    assert.notEqual(keyId, previous);
    for (const [name] of values) assert.ok(read(name).startsWith(`sandglass-sealed:${keyId}:`));
    const fresh = values.map(([name]) => [name, read(name)] as const);
    const newKey = read("wrapping.key");
    for (let died = 0; died <= values.length; died++) {
      writeFileSync(file("wrapping.key"), oldKey);
      writeFileSync(file("wrapping.next.key"), newKey);
      old.forEach(([name, text], index) => writeFileSync(file(name), index < died ? fresh[index][1] : text));
      const again = await Secrets.open(data, under("p"));
      for (const [name, value] of values) assert.deepEqual(again.load(name), value, `${name} after ${died}`);
      assert.deepEqual([read("wrapping.key"), inspectSecrets(data)], [newKey, { custody: "passphrase", open: [] }]);
    }
  });

  it("follow a change of the passphrase in one file, and are in the clear again when it is taken away", async () => {
    const secrets = await Secrets.open(data, under("first"));
    const value = secrets.load("a.key");
    const kept = read("a.key");
    await secrets.rewrap(under("second"));
    assert.equal(read("a.key"), kept);
    await assert.rejects(Secrets.open(data, under("first")), code("SG_LEDGER_PASSPHRASE"));
    await (await Secrets.open(data, under("second"))).unwrap();
    assert.deepEqual([read("a.key"), inspectSecrets(data).custody], [value.toString("hex"), "plain"]);
  });
});

it("a key outside wraps and unwraps; without it nothing opens", async () => {
  const outside = randomBytes(32);
  const signer = {
    wrap: async (key: string, secret: Uint8Array) => seal(outside, key, secret),
    unwrap: async (key: string, wrapped: Uint8Array) => unseal(outside, key, Buffer.from(wrapped)),
  };
  const options = { isWanted: true, signer, signerKey: "wrap-1" };
  const value = (await Secrets.open(data, options)).load("a.key");
  assert.equal(inspectSecrets(data).custody, "signer");
  assert.deepEqual((await Secrets.open(data, { isWanted: false, signer })).load("a.key"), value);
  await assert.rejects(Secrets.open(data, { isWanted: false }), code("SG_LEDGER_KEY_FILE"));
  const moved = await Secrets.open(data, { isWanted: false, signer });
  await moved.rotate({ signer, signerKey: "wrap-2" });
  assert.match(read("wrapping.key"), /wrap-2/);
});
