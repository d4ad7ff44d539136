import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { appendLeaf, openLedger } from "../../../server/src/ledger/mod.ts";
import { openRecords, SYSTEM_SUPERVISION } from "../../../server/src/records/mod.ts";
import { ledgerCommand } from "./mod.ts";

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const [out, err, code] = await Promise.all([
    text(stdout),
    text(stderr),
    ledgerCommand(args, { stdin: new PassThrough(), stdout, stderr }).finally(() => {
      stdout.end();
      stderr.end();
    }),
  ]);
  return { code, out, err };
}

test("the ledger of a stopped server is exported from its folder and verified elsewhere; the same bytes every time", async () => {
  const base = await mkdtemp(path.join(tmpdir(), "sandglass-export-"));
  await chmod(base, 0o755);
  const dataDir = path.join(base, "data");
  try {
    const records = await openRecords({ dataDir });
    const ledger = await openLedger({ records, dataDir, intervalMs: 3_600_000 });
    for (let i = 0; i < 1_500; i += 100) {
      await records.transact(SYSTEM_SUPERVISION, async (tx) => {
        for (let n = i; n < i + 100; n++)
          await appendLeaf(tx, { kind: "finding", subject: `fnd_${n}`, content: { n } });
      });
      await ledger.flush();
    }
    const running = await run("export", "--data", dataDir);
    assert.equal(running.code, 1, "a running server keeps its folder");
    assert.match(running.err, /SG_RECORDS_IN_USE/);
    await ledger.close();
    await records.close();

    const elsewhere = path.join(base, "elsewhere");
    await mkdir(elsewhere);
    const file = path.join(elsewhere, "ledger.ndjson");
    const key = path.join(elsewhere, "key.pem");
    const exported = await run("export", "--data", dataDir, "--out", file, "--key-out", key);
    assert.equal(exported.code, 0, exported.err);
    assert.equal((await run("export", "--data", dataDir)).out, await readFile(file, "utf8"));
    await rm(dataDir, { recursive: true });

    const verified = await run("verify", file, "--key", key);
    assert.equal(verified.code, 0, verified.err);
    assert.equal((JSON.parse(verified.out) as { leaves: number }).leaves, 1_501);
    const bytes = await readFile(file);
    const at = Math.floor(bytes.length / 3);
    bytes[at] ^= 1;
    await writeFile(file, bytes);
    const altered = await run("verify", file, "--key", key);
    assert.equal(altered.code, 1);
    const line = bytes.subarray(0, at).toString("latin1").split("\n").length;
    assert.match(altered.err, new RegExp(`ledger\\.ndjson:${line}: `));
  } finally {
    await rm(base, { recursive: true, force: true });
  }
});
