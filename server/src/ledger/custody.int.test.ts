/** Where the signing key is kept: under a passphrase, in a signer outside. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createPublicKey, verify } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { verifyExport, type ExportReport } from "@sandglass/ledger";
import { SYSTEM_SUPERVISION } from "../records/mod.ts";
import { openTestRecords, type TestRecords } from "../records/testing.ts";
import { KeyStore, publicKeyObject, type KeyStoreOptions } from "./key-store.ts";
import { appendLeaf, exportLedger, HASHER, openLedger, openSigner, type Ledger } from "./mod.ts";
import { answer, makeKey } from "./signer.fixture.ts";

const SIGNER = fileURLToPath(new URL("./signer.fixture.ts", import.meta.url));

let records: TestRecords;
let base: string;
let dataDir: string;
let closers: (() => Promise<unknown>)[];

beforeEach(async () => {
  records = await openTestRecords();
  base = await mkdtemp(path.join(tmpdir(), "sandglass-custody-"));
  dataDir = path.join(base, "data");
  closers = [];
});
afterEach(async () => {
  for (const close of closers.toReversed()) await close();
  await records.close();
  await rm(base, { recursive: true, force: true });
});

async function open(keys: KeyStoreOptions): Promise<Ledger> {
  const ledger = await openLedger({ records, dataDir, intervalMs: 3_600_000, keys });
  closers.push(() => ledger.close());
  return ledger;
}

const under = (passphrase: string): KeyStoreOptions => ({ passphrase: async () => passphrase, encryptNew: true });
const coded = (code: string, part: string | RegExp) => (error: Error & { code?: string }) =>
  error.code === code && (typeof part === "string" ? error.message.includes(part) : part.test(error.message));

async function append(subject: string): Promise<void> {
  await records.transact(SYSTEM_SUPERVISION, (tx) => appendLeaf(tx, { kind: "finding", subject, content: {} }));
}

async function check(publicKey: Uint8Array): Promise<ExportReport> {
  const chunks: Uint8Array[] = [];
  for await (const part of exportLedger(records)) chunks.push(Buffer.from(part));
  return verifyExport(chunks, {
    publicKey,
    verifySignature: (key, message, signature) => verify(undefined, message, publicKeyObject(key), signature),
    hasher: HASHER,
  });
}

describe("a key under a passphrase", () => {
  const keyFile = (): string => path.join(dataDir, "keys/ledger.key");

  it("is made encrypted, opens with the passphrase and with no other", async () => {
    const first = await open(under("correct horse 电池"));
    const { keyId, publicKey } = first.publicKey();
    assert.equal(first.status().custody, "encrypted-file");
    await first.close();
    assert.match(readFileSync(keyFile(), "utf8"), /^-----BEGIN ENCRYPTED PRIVATE KEY-----\n/);
    await assert.rejects(open(under("wrong")), coded("SG_LEDGER_PASSPHRASE", keyFile()));
    await assert.rejects(open({}), coded("SG_LEDGER_KEY_LOCKED", keyFile()));
    const second = await open(under("correct horse 电池"));
    assert.equal(second.publicKey().keyId, keyId);
    await append("one");
    await second.flush();
    assert.deepEqual((await check(publicKey)).problems, []);
  });

  it("opens with OpenSSL too, so that nobody depends on this program", (t) => {
    try {
      execFileSync("openssl", ["version"]);
    } catch {
      return t.skip("openssl is not installed");
    }
    return (async () => {
      const { publicKeyPem } = await new KeyStore(dataDir, under("geheim")).create();
      const out = execFileSync("openssl", ["pkey", "-in", keyFile(), "-passin", "pass:geheim", "-pubout"]);
      assert.equal(out.toString(), publicKeyPem);
      assert.throws(() =>
        execFileSync("openssl", ["pkey", "-in", keyFile(), "-passin", "pass:falsch", "-pubout"], { stdio: "pipe" }),
      );
    })();
  });

  it("gets, changes and loses its passphrase without becoming another key", async () => {
    const plain = await new KeyStore(dataDir).create();
    const idOf = async (options: KeyStoreOptions) => (await new KeyStore(dataDir, options).findCurrent())?.keyId;
    assert.deepEqual(await new KeyStore(dataDir).rewrap("first"), ["ledger.key"]);
    assert.equal(await idOf(under("first")), plain.keyId);
    await new KeyStore(dataDir, under("first")).rewrap("second");
    await assert.rejects(idOf(under("first")), coded("SG_LEDGER_PASSPHRASE", keyFile()));
    assert.equal(await idOf(under("second")), plain.keyId);
    const before = readFileSync(keyFile());
    await assert.rejects(
      new KeyStore(dataDir, under("first")).rewrap(undefined),
      coded("SG_LEDGER_PASSPHRASE", keyFile()),
    );
    assert.deepEqual(readFileSync(keyFile()), before, "a wrong passphrase changes nothing");
    await new KeyStore(dataDir, under("second")).rewrap(undefined);
    assert.equal(await idOf({}), plain.keyId);
  });

  it("is followed by a key under the same passphrase", async () => {
    await new KeyStore(dataDir, under("kept")).create();
    const ledger = await open({ passphrase: async () => "kept" });
    await ledger.rotateKey();
    assert.match(readFileSync(keyFile(), "utf8"), /ENCRYPTED/);
    await ledger.close();
    const again = await open(under("kept"));
    assert.equal(again.publicKey().keyId, ledger.publicKey().keyId);
  });
});

describe("a key in a signer outside", () => {
  let vault: string;
  beforeEach(() => {
    vault = path.join(base, "vault");
    mkdirSync(vault);
    makeKey(vault, "ledger");
  });

  function program(...args: string[]): KeyStoreOptions {
    const address = `exec:${JSON.stringify([process.execPath, SIGNER, vault, ...args])}`;
    const signer = openSigner({ address, timeoutMs: 5_000 });
    closers.push(() => signer.close());
    return { signer, signerKey: "ledger" };
  }

  /** Every private key that stands anywhere below a folder. */
  function privateKeysIn(folder: string): string[] {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .filter((file) => readFileSync(file, "latin1").includes("PRIVATE KEY"));
  }

  it("signs every checkpoint, and never comes into the data folder", async () => {
    const ledger = await open(program());
    assert.equal(ledger.status().custody, "signer");
    const { publicKey } = ledger.publicKey();
    for (const subject of ["a", "b", "c"]) {
      await append(subject);
      await ledger.flush();
    }
    const report = await check(publicKey);
    assert.deepEqual([report.problems, report.checkpoints], [[], 4]);
    assert.deepEqual(privateKeysIn(dataDir), []);
    assert.equal(privateKeysIn(vault).length, 1);
  });

  it("is found again after a restart; another key under its label is refused", async () => {
    await (await open(program())).close();
    await (await open(program())).close();
    makeKey(vault, "ledger");
    await assert.rejects(open(program()), coded("SG_LEDGER_KEY_FOREIGN", "(ledger)"));
    rmSync(path.join(vault, "ledger.pem"));
    await assert.rejects(open(program()), coded("SG_LEDGER_SIGNER", "there is no key ledger"));
    await assert.rejects(open({}), coded("SG_LEDGER_KEY_FILE", "none is configured"));
  });

  it("has its signatures checked: a wrong one is not recorded", async () => {
    await (await open(program())).close();
    await append("waits");
    await assert.rejects(open(program("--wrong")), coded("SG_LEDGER_SIGNER", "does not fit"));
    const good = await open(program());
    assert.equal(good.status().checkpoint?.size, 2);
    assert.deepEqual((await check(good.publicKey().publicKey)).problems, []);
  });

  it("may die and come back: what was not signed waits", async () => {
    const marker = path.join(base, "dies");
    const script = path.join(base, "flaky.mjs");
    writeFileSync(
      script,
      `import { existsSync } from "node:fs";
       if (existsSync(${JSON.stringify(marker)})) { process.stderr.write("token was pulled"); process.exit(3); }
       await import(${JSON.stringify(SIGNER)}).then(async ({ answer }) => {
         const { createInterface } = await import("node:readline");
         for await (const line of createInterface({ input: process.stdin })) {
           if (existsSync(${JSON.stringify(marker)})) { process.stderr.write("token was pulled"); process.exit(3); }
           process.stdout.write(JSON.stringify(answer(${JSON.stringify(vault)}, JSON.parse(line))) + "\\n");
         }
       });`,
    );
    const signer = openSigner({ address: `exec:${process.execPath} ${script}`, timeoutMs: 5_000 });
    closers.push(() => signer.close());
    const ledger = await open({ signer, signerKey: "ledger" });
    writeFileSync(marker, "");
    await append("waits");
    await assert.rejects(ledger.flush(), coded("SG_LEDGER_SIGNER", /ended with 3.*token was pulled/));
    assert.equal(ledger.status().checkpoint?.size, 1);
    rmSync(marker);
    await ledger.flush();
    assert.equal(ledger.status().checkpoint?.size, 2);
  });

  it("is taken over from a file and handed on to the next label by rotation", async () => {
    makeKey(vault, "ledger-2");
    await (await open({})).close();
    const firstKey = createPublicKey(readFileSync(path.join(dataDir, "keys/ledger.pub")));
    const ledger = await open(program());
    assert.equal(ledger.status().custody, "file");
    await ledger.rotateKey("ledger");
    assert.equal(ledger.status().custody, "signer");
    assert.deepEqual(privateKeysIn(dataDir), [], "the old key is gone");
    await assert.rejects(ledger.rotateKey("ledger"), coded("SG_LEDGER_ROTATION", "before"));
    await assert.rejects(ledger.rotateKey("none"), coded("SG_LEDGER_SIGNER", "there is no key none"));
    await ledger.rotateKey("ledger-2");
    await append("after");
    await ledger.flush();
    const report = await check(new Uint8Array(firstKey.export({ format: "der", type: "spki" }).subarray(-32)));
    assert.deepEqual([report.problems, report.keyHistory.length], [[], 3]);
    assert.ok(!existsSync(path.join(dataDir, "keys/ledger.next.key")));
  });

  it("answers over HTTP with a token, and is refused without", async () => {
    const server = createServer((request, response) => {
      void text(request).then((body) => {
        const isKnown = request.headers.authorization === "Bearer s3cret";
        response.writeHead(isKnown ? 200 : 401);
        response.end(isKnown ? JSON.stringify(answer(vault, JSON.parse(body))) : "who are you");
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/sign`;
    try {
      const stranger = openSigner({ address });
      await assert.rejects(
        open({ signer: stranger, signerKey: "ledger" }),
        coded("SG_LEDGER_SIGNER", "401: who are you"),
      );
      const ledger = await open({ signer: openSigner({ address, token: "s3cret" }), signerKey: "ledger" });
      await append("one");
      await ledger.flush();
      assert.deepEqual((await check(ledger.publicKey().publicKey)).problems, []);
    } finally {
      server.closeAllConnections();
      server.close();
    }
    assert.throws(() => openSigner({ address: "http://kms.example.org/sign" }), coded("SG_LEDGER_SIGNER", "https"));
  });
});
