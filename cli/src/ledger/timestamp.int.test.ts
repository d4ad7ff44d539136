/** Time-stamps of a real authority (`openssl ts` behind a small HTTP server) on a real ledger. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { PassThrough } from "node:stream";
import { buffer, text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { checkpointMessage } from "@sandglass/ledger";
import {
  appendLeaf,
  exportLedger,
  findLastCheckpoint,
  openLedger,
  readCertificates,
  startTimestamping,
  timestampVerifier,
  type Ledger,
  type Timestamping,
} from "../../../server/src/ledger/mod.ts";
import { SYSTEM_LEDGER, SYSTEM_SUPERVISION } from "../../../server/src/records/mod.ts";
import { openTestRecords, type TestRecords } from "../../../server/src/records/testing.ts";
import { ledgerCommand } from "./mod.ts";

const skip = spawnSync("openssl", ["ts", "-help"]).status === 0 ? false : "openssl with `ts` is not installed";
const base = mkdtempSync(path.join(tmpdir(), "sandglass-tsa-"));
const closers: (() => Promise<unknown> | void)[] = [];

let records: TestRecords;
let ledger: Ledger;
before(async () => {
  if (skip !== false) return;
  records = await openTestRecords();
  ledger = await openLedger({ records, dataDir: path.join(base, "data"), intervalMs: 3_600_000 });
  closers.push(
    () => records.close(),
    () => ledger.close(),
  );
});
after(async () => {
  for (const close of closers.toReversed()) await close();
  rmSync(base, { recursive: true, force: true });
});

interface Authority {
  readonly url: string;
  readonly ca: string;
  /** Answers every request with the first answer. */
  replay: boolean;
}

/** An authority of its own: a root, a certificate for time-stamps below it, a serial file. */
async function startAuthority(name: string, newKey: readonly string[]): Promise<Authority> {
  const folder = path.join(base, name);
  mkdirSync(folder);
  const file = (part: string): string => path.join(folder, part);
  const openssl = (...args: readonly string[]): void => {
    execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });
  };
  writeFileSync(
    file("ts.cnf"),
    `[tsa]
default_tsa = own
[own]
serial = ${file("serial")}
signer_cert = ${file("tsa.pem")}
certs = ${file("ca.pem")}
signer_key = ${file("tsa.key")}
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_chain = no
ess_cert_id_alg = sha256
[ext]
extendedKeyUsage = critical,timeStamping
keyUsage = critical,digitalSignature
`,
  );
  writeFileSync(file("serial"), "01\n");
  const root = ["-x509", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "30", "-subj", `/CN=${name} root`];
  openssl("req", ...root, ...newKey);
  openssl("req", "-nodes", "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", `/CN=${name}`, ...newKey);
  const issue = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "30", "-extfile", "ts.cnf"];
  openssl("x509", "-req", "-in", "tsa.csr", "-out", "tsa.pem", ...issue, "-extensions", "ext");

  const authority = { url: "", ca: file("ca.pem"), replay: false };
  let first: Buffer | undefined;
  const server = createServer((request, response) => {
    void buffer(request).then((query) => {
      assert.equal(request.headers["content-type"], "application/timestamp-query");
      writeFileSync(file("query"), query);
      openssl("ts", "-reply", "-config", "ts.cnf", "-queryfile", "query", "-out", "reply");
      first ??= readFileSync(file("reply"));
      response.writeHead(200, { "content-type": "application/timestamp-reply" });
      response.end(authority.replay ? first : readFileSync(file("reply")));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  authority.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/tsa`;
  return authority;
}

function timestamping(authority: Authority, ca: string | undefined = authority.ca): Timestamping {
  const asked = startTimestamping({
    records,
    url: authority.url,
    verifyTimestamp: timestampVerifier(ca === undefined ? [] : readCertificates(readFileSync(ca, "utf8"))),
    requireTrust: ca !== undefined,
    intervalMs: 3_600_000,
  });
  closers.push(() => asked.close());
  return asked;
}

async function append(): Promise<void> {
  await records.transact(SYSTEM_SUPERVISION, (tx) => appendLeaf(tx, { kind: "finding", subject: "fnd", content: {} }));
  await ledger.flush();
}

async function verifyFile(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const code = await ledgerCommand(["verify", ...args], { stdin: new PassThrough(), stdout, stderr });
  stdout.end();
  stderr.end();
  return { code, out: await text(stdout), err: await text(stderr) };
}

const stored = () =>
  records.transact(SYSTEM_LEDGER, (tx) => tx.selectFrom("ledger_timestamps").selectAll().orderBy("ordinal").execute());

test("checkpoints are stamped by RSA and elliptic authorities, exported and verified", { skip }, async () => {
  const rsa = await startAuthority("rsa.tsa", ["-newkey", "rsa:2048"]);
  const elliptic = await startAuthority("ec.tsa", ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]);
  await timestamping(rsa).run();
  await timestamping(rsa).run();
  assert.equal((await stored()).length, 1, "a checkpoint is stamped once");
  await append();
  await timestamping(elliptic).run();
  const rows = await stored();
  assert.deepEqual(
    rows.map(({ size, authority }) => [size, authority]),
    [
      [1n, "rsa.tsa"],
      [2n, "ec.tsa"],
    ],
  );
  assert.ok(Math.abs(Date.now() - (rows[1]?.at.getTime() ?? 0)) < 60_000);

  const file = path.join(base, "export.ndjson");
  let lines = "";
  for await (const part of exportLedger(records)) lines += part;
  writeFileSync(file, lines);
  const key = path.join(base, "data/keys/ledger.pub");
  const verified = await verifyFile(file, "--key", key, "--ca", rsa.ca);
  assert.equal(verified.code, 0, verified.err);
  const { authorities } = JSON.parse(verified.out) as {
    authorities: { name: string; trusted: boolean; size: number }[];
  };
  assert.deepEqual(
    authorities.map(({ name, trusted, size }) => [name, trusted, size]),
    [
      ["rsa.tsa", true, 1],
      ["ec.tsa", false, 2],
    ],
  );

  // What a flipped byte of a token changes is found in its line, signed or not.
  const tokens = lines.split("\n").flatMap((line, index) => (line.includes('"type":"timestamp"') ? [index] : []));
  assert.equal(tokens.length, 2);
  const altered = path.join(base, "altered.ndjson");
  const changed = lines.split("\n").with(tokens[0], lines.split("\n")[tokens[0]].replace(/("token":".{200})./, "$1A"));
  writeFileSync(altered, changed.join("\n"));
  const refused = await verifyFile(altered, "--key", key);
  assert.equal(refused.code, 1);
  assert.match(refused.err, new RegExp(`altered\\.ndjson:${tokens[0] + 1}: token`));
});

test("OpenSSL verifies the stored token against the signed text of the checkpoint", { skip }, async () => {
  const authority = await startAuthority("plain.tsa", ["-newkey", "rsa:2048"]);
  await append();
  await timestamping(authority).run();
  const checkpoint = await records.transact(SYSTEM_LEDGER, findLastCheckpoint);
  assert.ok(checkpoint);
  const [data, token] = [path.join(base, "checkpoint.txt"), path.join(base, "token.der")];
  writeFileSync(data, checkpointMessage(checkpoint));
  writeFileSync(token, (await stored()).at(-1)?.token ?? "");
  const args = ["ts", "-verify", "-in", token, "-token_in", "-CAfile", authority.ca];
  assert.match(execFileSync("openssl", [...args, "-data", data], { stdio: "pipe" }).toString(), /OK/);
  writeFileSync(data, "something else");
  assert.notEqual(spawnSync("openssl", [...args, "-data", data]).status, 0);
});

test("an answer to another request, a strange authority and a broken answer are refused", { skip }, async () => {
  const authority = await startAuthority("replaying.tsa", ["-newkey", "rsa:2048"]);
  const other = await startAuthority("other.tsa", ["-newkey", "rsa:2048"]);
  await append();
  const before = (await stored()).length;
  const strict = timestamping(authority, other.ca);
  await assert.rejects(strict.run(), /the certificate of replaying\.tsa does not lead to a given authority/);
  assert.match(strict.status().failure ?? "", /replaying\.tsa/);
  authority.replay = true;
  await assert.rejects(timestamping(authority).run(), /answers another request/);
  await append();
  await assert.rejects(timestamping(authority).run(), /about something else/);
  assert.equal((await stored()).length, before, "nothing of it is kept");
  const broken = createServer((_request, response) => response.end("not a time-stamp"));
  await new Promise<void>((resolve) => broken.listen(0, "127.0.0.1", resolve));
  closers.push(() => void broken.close());
  const url = `http://127.0.0.1:${(broken.address() as AddressInfo).port}`;
  await assert.rejects(timestamping({ ...authority, url }).run(), /no time-stamp response/);
});
