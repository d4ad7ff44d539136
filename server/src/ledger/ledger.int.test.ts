import assert from "node:assert/strict";
import { createPublicKey, verify } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, stat, unlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, beforeEach, test } from "node:test";
import { sql } from "kysely";
import {
  verifyExport,
  verifyInclusion,
  type ExportReport,
  type VerifySignature,
  KEY_LEAF_KIND,
  toBase64,
} from "@sandglass/ledger";
import { SYSTEM_LEDGER, SYSTEM_SUPERVISION, type Actor } from "../records/mod.ts";
import { openTestRecords, type TestRecords } from "../records/testing.ts";
import { KeyStore, type SigningKey } from "./key-store.ts";
import { findLeafProof } from "./queries.ts";
import { appendLeaf, exportLedger, HASHER, openLedger, readPublicKey, type Ledger, type LeafInput } from "./mod.ts";

const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");
const verifySignature: VerifySignature = (publicKey, message, signature) =>
  verify(
    null,
    message,
    createPublicKey({ key: Buffer.concat([SPKI_PREFIX, publicKey]), format: "der", type: "spki" }),
    signature,
  );

let records: TestRecords;
let dataDir: string;
beforeEach(async () => {
  records = await openTestRecords();
  dataDir = await mkdtemp(path.join(tmpdir(), "sandglass-ledger-"));
});
const opened: { records: TestRecords; dataDir: string; ledgers: Ledger[] }[] = [];
after(async () => {
  for (const each of opened) {
    for (const ledger of each.ledgers) await ledger.close();
    await each.records.close();
    await rm(each.dataDir, { recursive: true, force: true });
  }
});

/** The sequencer runs only when the test says so: an hour between its own runs. */
async function open(): Promise<Ledger> {
  const ledger = await openLedger({ records, dataDir, intervalMs: 3_600_000 });
  const known = opened.find((each) => each.records === records);
  if (known) known.ledgers.push(ledger);
  else opened.push({ records, dataDir, ledgers: [ledger] });
  return ledger;
}

const append = (subject: string, content: object = {}): Promise<string> =>
  records.transact(SYSTEM_SUPERVISION, (tx) => appendLeaf(tx, { kind: "finding", subject, content: content as never }));

async function exported(): Promise<string> {
  let text = "";
  for await (const part of exportLedger(records)) text += part;
  return text;
}

async function check(text: string, pem?: string): Promise<ExportReport> {
  const key = createPublicKey(pem ?? (await readPublicKey(dataDir))).export({ format: "der", type: "spki" });
  return verifyExport([Buffer.from(text)], {
    publicKey: new Uint8Array(key.subarray(-32)),
    verifySignature,
    hasher: HASHER,
  });
}

const subjects = (text: string): string[] =>
  text
    .split("\n")
    .filter((line) => line.includes('"type":"leaf"'))
    .map((line) => (JSON.parse(line) as { subject: string }).subject);

test("the first leaf introduces the key, which only its owner can read", async () => {
  await append("before");
  const ledger = await open();
  const text = await exported();
  assert.deepEqual(subjects(text), [ledger.publicKey().keyId, "before"]);
  assert.deepEqual((await check(text)).problems, []);
  assert.equal((await stat(path.join(dataDir, "keys/ledger.key"))).mode & 0o777, 0o600);
  assert.equal(await readFile(path.join(dataDir, "keys/ledger.pub"), "utf8"), ledger.publicKey().publicKeyPem);
});

test("leaves are numbered in the order in which their transactions were committed", async () => {
  const ledger = await open();
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  let entered = (): void => undefined;
  const inside = new Promise<void>((resolve) => (entered = resolve));
  const slow = records.transact(SYSTEM_SUPERVISION, async (tx) => {
    await appendLeaf(tx, { kind: "finding", subject: "slow-1", content: {} });
    await appendLeaf(tx, { kind: "finding", subject: "slow-2", content: {} });
    entered();
    await released;
  });
  await inside;
  await append("quick-1");
  await ledger.flush();
  await append("quick-2");
  await append("quick-3");
  release();
  await slow;
  await ledger.flush();
  assert.deepEqual(
    subjects(await exported())
      .slice(1)
      .filter((each) => each.startsWith("quick")),
    ["quick-1", "quick-2", "quick-3"],
  );
  const order = subjects(await exported());
  assert.ok(order.indexOf("slow-1") > order.indexOf("quick-1"), "an open transaction holds up nobody");
  assert.equal(order.indexOf("slow-2"), order.indexOf("slow-1") + 1);
  assert.deepEqual((await check(await exported())).problems, []);
});

test("a transaction that is rolled back leaves no leaf", async () => {
  const ledger = await open();
  await assert.rejects(
    records.transact(SYSTEM_SUPERVISION, async (tx) => {
      await appendLeaf(tx, { kind: "finding", subject: "gone", content: {} });
      throw new Error("rolled back");
    }),
  );
  await ledger.flush();
  assert.equal(ledger.status().checkpoint?.size, 1);
});

test("the same ledger exports the same bytes, whatever JSON the leaves hold", async () => {
  const ledger = await open();
  await append("numbers", {
    a: 1e21,
    b: 1e-7,
    c: -0,
    d: 0.1 + 0.2,
    e: Number("12345678901234567890"),
    f: [1.0, 5e-324, 1.7976931348623157e308],
  });
  await append("text", {
    键: "值",
    "\u{1f600}": 'q"\\/\b\f\n\r\t\u0001',
    __proto__: null,
    empty: {},
    list: [null, true, [[]]],
  });
  await ledger.flush();
  const text = await exported();
  assert.equal(await exported(), text);
  const report = await check(text);
  assert.deepEqual(report.problems, []);
  assert.equal(report.leaves, 3);
});

test("content that cannot be kept is refused with a code before anything is written", async () => {
  await open();
  for (const content of [{ a: "\u0000" }, { a: Number.NaN }, { a: "\ud800" }]) {
    await assert.rejects(append("bad", content), (error: { code?: string }) => error.code === "SG_LEDGER_CONTENT");
  }
});

test("a restart goes on where the log ended, and finishes what was pending", async () => {
  const first = await open();
  for (let i = 0; i < 11; i++) await append(`a${i}`);
  await first.flush();
  await append("pending");
  await first.close();
  await append("while-down");
  const second = await open();
  assert.equal(second.status().origin, first.status().origin);
  const text = await exported();
  assert.deepEqual(subjects(text).slice(-2), ["pending", "while-down"]);
  assert.deepEqual((await check(text)).problems, []);
});

test("two sequencers at once give one gapless log", async () => {
  const [a, b] = [await open(), await open()];
  for (let round = 0; round < 5; round++) {
    await Promise.all([append(`x${round}`), append(`y${round}`), a.flush(), b.flush()]);
  }
  await a.flush();
  await b.flush();
  const report = await check(await exported());
  assert.deepEqual(report.problems, []);
  assert.equal(report.leaves, 11);
});

test("after a rotation the old and the new key each verify the whole log", async () => {
  const ledger = await open();
  const oldPem = ledger.publicKey().publicKeyPem;
  const oldId = ledger.publicKey().keyId;
  await append("one");
  const newId = await ledger.rotateKey();
  await append("two");
  await ledger.flush();
  assert.equal(ledger.publicKey().keyId, newId);
  const text = await exported();
  for (const pem of [oldPem, ledger.publicKey().publicKeyPem]) {
    const report = await check(text, pem);
    assert.deepEqual(report.problems, []);
    assert.deepEqual(report.keys, [oldId, newId]);
  }
  assert.deepEqual((await readdir(path.join(dataDir, "keys"))).sort(), [
    `ledger-${oldId}.pub`,
    "ledger.key",
    "ledger.pub",
  ]);
  await ledger.close();
  assert.equal((await open()).publicKey().keyId, newId);
});

test("a process that still holds the retired key signs nothing any more", async () => {
  const [rotating, stale] = [await open(), await open()];
  const newId = await rotating.rotateKey();
  await append("after");
  await assert.rejects(stale.flush(), (error: { code?: string }) => error.code === "SG_LEDGER_KEY_RETIRED");
  await rotating.flush();
  const report = await check(await exported());
  assert.deepEqual([report.problems, report.keys.at(-1)], [[], newId]);
});

test("rotations at once follow each other, each with a key of its own", async () => {
  const ledger = await open();
  const ids = await Promise.all([ledger.rotateKey(), ledger.rotateKey(), ledger.rotateKey()]);
  assert.equal(new Set(ids).size, 3);
  const report = await check(await exported());
  assert.deepEqual([report.problems, report.keyHistory.map(({ keyId }) => keyId).slice(1)], [[], ids]);
});

test("only the ledger introduces a key", async () => {
  await open();
  await assert.rejects(
    records.transact(SYSTEM_SUPERVISION, (tx) => appendLeaf(tx, { kind: KEY_LEAF_KIND, subject: "x", content: {} })),
    /row-level security/,
  );
});

test("a rotation that a crash interrupted is finished or undone by what the ledger says", async () => {
  const first = await open();
  const oldId = first.publicKey().keyId;
  await first.close();
  const keys = new KeyStore(dataDir);
  // Died before the leaf was written: nothing has happened.
  await keys.prepareNext();
  const second = await open();
  assert.equal(second.publicKey().keyId, oldId);
  assert.equal(await keys.findNext(), undefined);
  await second.close();
  // Died with the leaf written and not numbered: the next start numbers it and hands over.
  const next = await keys.prepareNext();
  await records.transact(SYSTEM_LEDGER, (tx) => appendLeaf(tx, keyLeaf(next, second.status().origin, oldId)));
  const third = await open();
  assert.equal(third.publicKey().keyId, next.keyId);
  await third.close();
  // Died with the leaf numbered and the file in its old place.
  const last = await keys.prepareNext();
  const before = readFileSync(keys.file);
  await records.transact(SYSTEM_LEDGER, (tx) => appendLeaf(tx, keyLeaf(last, second.status().origin, next.keyId)));
  const fourth = await open();
  assert.equal(fourth.publicKey().keyId, last.keyId);
  await fourth.close();
  renameSync(keys.file, path.join(dataDir, "keys/ledger.next.key"));
  writeFileSync(keys.file, before);
  const fifth = await open();
  assert.equal(fifth.publicKey().keyId, last.keyId);
  await append("after");
  await fifth.flush();
  const report = await check(await exported());
  assert.deepEqual(report.problems, []);
  assert.deepEqual(report.keys, [oldId, next.keyId, last.keyId]);
});

function keyLeaf(key: SigningKey, origin: string, previous: string): LeafInput {
  const content = { algorithm: "ed25519", keyId: key.keyId, origin, previous, publicKey: toBase64(key.publicKey) };
  return { kind: KEY_LEAF_KIND, subject: key.keyId, content };
}

test("a ledger whose key is lost or exchanged is not opened", async () => {
  const ledger = await open();
  await ledger.close();
  const file = path.join(dataDir, "keys/ledger.key");
  await unlink(file);
  await assert.rejects(
    openLedger({ records, dataDir }),
    (error: { code?: string }) => error.code === "SG_LEDGER_KEY_LOST",
  );
  const other = await mkdtemp(path.join(tmpdir(), "sandglass-other-"));
  await new KeyStore(other).create();
  await assert.rejects(
    openLedger({ records, dataDir: other }),
    (error: { code?: string }) => error.code === "SG_LEDGER_KEY_FOREIGN",
  );
  await rm(other, { recursive: true });
});

test("every leaf has a proof under the last checkpoint; a new one is pending first", async () => {
  const ledger = await open();
  const ids: string[] = [];
  for (let i = 0; i < 9; i++) {
    ids.push(await append(`p${i}`));
    if (i % 4 === 0) await ledger.flush();
  }
  await ledger.flush();
  const pending = await append("later");
  const auditor: Actor = { kind: "person", id: "acc_1", role: "AUDITOR", organisation: "org_1" };
  for (const id of ids) {
    const found = await records.transact(auditor, (tx) => findLeafProof(tx, id));
    assert.ok(found?.proof);
    const { seq, size, hash, root, path: proof } = found.proof;
    assert.equal(verifyInclusion({ index: BigInt(seq), size: BigInt(size), leafHash: hash, proof, root }), true);
  }
  assert.equal((await records.transact(auditor, (tx) => findLeafProof(tx, pending)))?.proof, undefined);
  assert.equal(await records.transact(auditor, (tx) => findLeafProof(tx, "leaf_none")), undefined);
});

test("nobody changes or removes what is in the ledger, and only the sequencer numbers it", async () => {
  const ledger = await open();
  const id = await append("kept");
  await ledger.flush();
  const denied = (statement: string, role = "system:ledger") =>
    assert.rejects(
      records.transact({ kind: "system", id: role, role, organisation: "" }, (tx) => sql.raw(statement).execute(tx)),
      /permission denied|row-level security/,
      statement,
    );
  await denied("update ledger_leaves set content = '{}'");
  await denied("delete from ledger_leaves");
  await denied("update ledger_sequence set seq = seq + 1");
  await denied("delete from ledger_checkpoints");
  await denied("truncate ledger_nodes");
  await denied(
    `insert into ledger_sequence (seq, leaf_id, hash) values (99, '${id}', decode(repeat('00', 32), 'hex'))`,
    "SAMR",
  );
});

test("a leaf's content is read by its organisation and by those who see everything, nobody else", async () => {
  await open();
  const id = await records.transact(SYSTEM_SUPERVISION, (tx) =>
    appendLeaf(tx, { kind: "finding", subject: "theirs", content: {}, organisation: "org_a", region: "440300" }),
  );
  const sees = async (role: string, organisation: string, region?: string): Promise<boolean> => {
    const actor: Actor = { kind: "person", id: "x", role, organisation, ...(region ? { region } : {}) };
    return (await records.transact(actor, (tx) => findLeafProof(tx, id))) !== undefined;
  };
  assert.equal(await sees("SAMR", "samr"), true);
  assert.equal(await sees("AUDITOR", "any"), true);
  assert.equal(await sees("OEM", "org_a"), true);
  assert.equal(await sees("OEM", "org_b"), false);
  assert.equal(await sees("LOCAL_IIT", "iit", "440000"), true);
  assert.equal(await sees("LOCAL_IIT", "iit", "310000"), false);
  assert.equal(await sees("PUBLIC", ""), false);
});
