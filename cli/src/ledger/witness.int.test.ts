/** A witness as a process of its own, asked by a real ledger over HTTP. */
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { formatVerifierKey } from "@sandglass/ledger";
import {
  appendLeaf,
  exportLedger,
  openLedger,
  parseWitnesses,
  startWitnessing,
  type Ledger,
  type Witnessing,
} from "../../../server/src/ledger/mod.ts";
import { SYSTEM_SUPERVISION } from "../../../server/src/records/mod.ts";
import { openTestRecords, type TestRecords } from "../../../server/src/records/testing.ts";
import { ledgerCommand } from "./mod.ts";

const CLI = fileURLToPath(new URL("../main.ts", import.meta.url));
const base = mkdtempSync(path.join(tmpdir(), "sandglass-witness-"));
const HOUR_MS = 3_600_000;

interface RunningWitness {
  readonly url: string;
  readonly key: string;
  stop(): Promise<void>;
}

const children = new Set<ChildProcess>();
async function startWitness(...logs: readonly string[]): Promise<RunningWitness> {
  const child = spawn(
    process.execPath,
    [CLI, "ledger", "witness", "--name", "witness.example.org/w1", "--state", path.join(base, "state")].concat(
      logs.flatMap((log) => ["--log", log]),
    ),
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  children.add(child);
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once("line", resolve);
    child.once("exit", (code) => reject(new Error(`the witness ended with ${code}`)));
  });
  const { url, key } = JSON.parse(line) as { url: string; key: string };
  return {
    url,
    key,
    stop: () =>
      new Promise((resolve) => {
        child.once("exit", () => {
          children.delete(child);
          resolve();
        });
        child.kill("SIGTERM");
      }),
  };
}

let records: TestRecords;
let ledger: Ledger;
const closers: (() => Promise<unknown>)[] = [];
before(async () => {
  records = await openTestRecords();
  ledger = await openLedger({ records, dataDir: path.join(base, "data"), intervalMs: HOUR_MS });
  closers.push(
    () => records.close(),
    () => ledger.close(),
  );
});
after(async () => {
  for (const child of children) child.kill("SIGKILL");
  for (const close of closers.toReversed()) await close();
  rmSync(base, { recursive: true, force: true });
});

async function append(to: TestRecords, log: Ledger, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    await to.transact(SYSTEM_SUPERVISION, (tx) =>
      appendLeaf(tx, { kind: "finding", subject: `f${i}`, content: { i } }),
    );
    await log.flush();
  }
}

const refusals: (string | undefined)[] = [];
function witnessing(witness: RunningWitness, of: TestRecords = records, log: Ledger = ledger): Witnessing {
  const asked = startWitnessing({
    records: of,
    ledger: log,
    witnesses: parseWitnesses(`${witness.url} ${witness.key}`),
    intervalMs: HOUR_MS,
    onRefusal: (_name, reason) => refusals.push(reason),
  });
  closers.push(() => asked.close());
  return asked;
}

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const code = await ledgerCommand(args, { stdin: new PassThrough(), stdout, stderr });
  stdout.end();
  stderr.end();
  return { code, out: await text(stdout), err: await text(stderr) };
}

async function exportTo(file: string): Promise<void> {
  let lines = "";
  for await (const part of exportLedger(records)) lines += part;
  writeFileSync(file, lines);
}

test("a witness cosigns as the log grows, across its own restarts, and the export proves it", async () => {
  const vkey = formatVerifierKey(ledger.verifierKey());
  let witness = await startWitness(vkey);
  let asked = witnessing(witness);
  for (const count of [1, 3, 7]) {
    await append(records, ledger, count);
    await asked.run();
    assert.deepEqual(
      (await asked.status()).map(({ name, size, failure }) => [name, size, failure]),
      [["witness.example.org/w1", ledger.status().checkpoint?.size, undefined]],
    );
  }
  await witness.stop();
  await append(records, ledger, 2);
  await asked.run();
  assert.match((await asked.status())[0]?.failure ?? "", /fetch failed/);
  const { key } = witness;
  witness = await startWitness(vkey);
  assert.equal(witness.key, key, "its key stays");
  asked = witnessing(witness);
  await asked.run();
  assert.equal((await asked.status())[0]?.size, 14);

  const file = path.join(base, "export.ndjson");
  await exportTo(file);
  const publicKey = path.join(base, "data/keys/ledger.pub");
  const verified = await run("verify", file, "--key", publicKey, "--witness", witness.key);
  assert.equal(verified.code, 0, verified.err);
  assert.match(
    verified.err,
    /witness witness\.example\.org\/w1: cosigned 4 checkpoints, last of 14 leaves at \d{4}-[^ ]*Z$/m,
  );
  const altered = path.join(base, "altered.ndjson");
  writeFileSync(
    altered,
    readFileSync(file, "utf8").replace(/"time":(\d+)/, (_, time) => `"time":${Number(time) - 60}`),
  );
  const refused = await run("verify", altered, "--key", publicKey);
  assert.equal(refused.code, 1);
  assert.match(refused.err, /SG_LEDGER_ALTERED: .*: signature: the cosignature does not fit/);
  await witness.stop();
});

test("a forked log is refused: by its roots where it is longer, by its size where it is shorter", async () => {
  const vkey = formatVerifierKey(ledger.verifierKey());
  let witness = await startWitness(vkey);
  // The same key, another history: what somebody with the key and the database could show to others.
  const forkDir = path.join(base, "fork");
  cpSync(path.join(base, "data/keys"), path.join(forkDir, "keys"), { recursive: true });
  const forkRecords = await openTestRecords();
  const fork = await openLedger({ records: forkRecords, dataDir: forkDir, intervalMs: HOUR_MS });
  closers.push(
    () => forkRecords.close(),
    () => fork.close(),
  );
  assert.equal(formatVerifierKey(fork.verifierKey()), vkey);
  const asked = witnessing(witness, forkRecords, fork);
  const refusedWith = async (pattern: RegExp): Promise<void> => {
    await asked.run();
    const [status] = await asked.status();
    assert.match(status.failure ?? "", pattern);
    assert.deepEqual([status.isRefusal, status.size], [true, 0], "no cosignature of a fork is kept");
  };
  await append(forkRecords, fork, 3);
  await refusedWith(/it has seen 14 leaves of this log, which has 4/);
  await append(forkRecords, fork, 10);
  await refusedWith(/409: another root was seen at this size/);
  await append(forkRecords, fork, 5);
  await refusedWith(/422: the proof leads to another first root/);
  assert.equal(refusals.length, 3, "each refusal is told");
  await witness.stop();
  await asked.run();
  const [silent] = await asked.status();
  assert.match(silent.failure ?? "", /fetch failed/);
  assert.equal(silent.isRefusal, true, "not to be reached is no change of mind");
  witness = await startWitness(vkey);
  await append(records, ledger, 1);
  const honest = witnessing(witness);
  await honest.run();
  assert.equal((await honest.status())[0]?.size, 15, "the honest log goes on");
  await witness.stop();
});

test("after a rotation the witness needs the new key, and then goes on from where it was", async () => {
  const before = formatVerifierKey(ledger.verifierKey());
  await ledger.rotateKey();
  const after = formatVerifierKey(ledger.verifierKey());
  let witness = await startWitness(before);
  let asked = witnessing(witness);
  await asked.run();
  assert.match((await asked.status())[0]?.failure ?? "", /403: no known key of the log signed it/);
  await witness.stop();
  witness = await startWitness(before, after);
  asked = witnessing(witness);
  await asked.run();
  const [{ size, failure }] = await asked.status();
  assert.deepEqual([size, failure], [ledger.status().checkpoint?.size, undefined]);
  await witness.stop();
});

test("wrong use is explained", async () => {
  const state = path.join(base, "state");
  assert.equal((await run("witness", "--name", "w")).code, 2);
  assert.match((await run("witness", "--name", "a b", "--state", state, "--log", "x")).err, /neither spaces/);
  assert.match((await run("witness", "--name", "w", "--state", state, "--log", "x")).err, /"x" is no verifier key/);
  assert.throws(() => parseWitnesses("https://w.example.org x"), /SG_LEDGER_WITNESS|no Ed25519 verifier key/);
});
