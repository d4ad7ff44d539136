import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import type { FastifyInstance } from "fastify";
import { commit, entryHash, findBase64, refuteConsistency, verifyInclusion, type JsonValue } from "@sandglass/ledger";
import { SYSTEM_SUPERVISION, type Actor } from "../records/mod.ts";
import { openTestRecords, type TestRecords } from "../records/testing.ts";
import { hostOf } from "../http/host.fixture.ts";
import { appendLeaf, ledgerRoutes, openLedger, type Ledger } from "./mod.ts";

let records: TestRecords;
let ledger: Ledger;
let dataDir: string;
let app: FastifyInstance;
let actor: Actor | undefined;
const ids: string[] = [];

const person = (role: string, organisation = "org_x"): Actor => ({ kind: "person", id: "acc_1", role, organisation });

before(async () => {
  records = await openTestRecords();
  dataDir = await mkdtemp(path.join(tmpdir(), "sandglass-ledger-"));
  ledger = await openLedger({ records, dataDir, intervalMs: 3_600_000 });
  for (let i = 0; i < 7; i++) {
    const leaf = {
      kind: i % 2 ? "finding" : "case-action",
      subject: `s${i}`,
      content: { i, text: "内容" },
      ...(i === 3 ? { organisation: "org_a" } : {}),
    };
    ids.push(await records.transact(SYSTEM_SUPERVISION, (tx) => appendLeaf(tx, leaf)));
    if (i < 6) await ledger.flush();
  }
  app = await hostOf([ledgerRoutes({ records, ledger })], () => actor);
});
after(async () => {
  await app.close();
  await ledger.close();
  await records.close();
  await rm(dataDir, { recursive: true });
});

const get = async (as: Actor | undefined, url: string) => {
  actor = as;
  return app.inject(url);
};
const bytes = (text: unknown): Uint8Array => findBase64(text as string) ?? assert.fail(`not base64: ${String(text)}`);

test("a proof from the API leads from the content to a signed root with nothing but hashing", async () => {
  const answer = (await get(person("AUDITOR"), `/ledger/leaves/${ids[2]}/proof`)).json() as Record<string, unknown> & {
    leaf: Record<string, unknown>;
    path: string[];
  };
  const { leaf } = answer;
  const commitment = commit({
    subject: leaf.subject as string,
    content: leaf.content as JsonValue,
    salt: bytes(leaf.salt),
  });
  const hash = entryHash({ id: leaf.id as string, kind: leaf.kind as string, at: leaf.at as string, commitment });
  assert.deepEqual(hash, bytes(answer.hash));
  assert.equal(
    verifyInclusion({
      index: BigInt(answer.index as number),
      size: BigInt(answer.size as number),
      leafHash: hash,
      proof: answer.path.map(bytes),
      root: bytes(answer.root),
    }),
    true,
  );
});

test("a leaf without a number has no proof yet", async () => {
  const response = await get(person("AUDITOR"), `/ledger/leaves/${ids[6]}/proof`);
  assert.equal(response.statusCode, 409);
  assert.equal(response.json().error.code, "SG_LEDGER_PENDING");
});

test("leaves and checkpoints are listed newest first, in pages, pending ones without a number", async () => {
  const seen: { id: string; index: number | null; state: string }[] = [];
  for (let query = "?limit=3"; ;) {
    const page = (await get(person("SAMR"), `/ledger/leaves${query}`)).json() as {
      items: typeof seen;
      next: string | null;
    };
    seen.push(...page.items);
    if (page.next === null) break;
    query = `?limit=3&cursor=${page.next}`;
  }
  assert.deepEqual(
    seen.map((leaf) => leaf.index),
    [null, 6, 5, 4, 3, 2, 1, 0],
  );
  assert.equal((await get(person("SAMR"), "/ledger/leaves?kind=finding")).json().items.length, 3);
  assert.equal((await get(person("SAMR"), "/ledger/leaves?subject=s4")).json().items.length, 1);
  const checkpoints = (await get(person("SAMR"), "/ledger/checkpoints?limit=2")).json() as {
    items: { size: number }[];
    next: string;
  };
  assert.deepEqual(
    checkpoints.items.map((each) => each.size),
    [7, 6],
  );
  assert.deepEqual(
    (await get(person("SAMR"), `/ledger/checkpoints?limit=1&cursor=${checkpoints.next}`))
      .json()
      .items.map((each: { size: number }) => each.size),
    [5],
  );
});

test("an enterprise sees its own leaves and gets no export; the key is public", async () => {
  const own = (await get(person("OEM", "org_a"), "/ledger/leaves")).json() as { items: { id: string }[] };
  assert.deepEqual(
    own.items.map((leaf) => leaf.id),
    [ids[3]],
  );
  assert.equal((await get(person("OEM", "org_a"), `/ledger/leaves/${ids[3]}/proof`)).statusCode, 200);
  assert.equal((await get(person("OEM", "org_a"), `/ledger/leaves/${ids[2]}/proof`)).statusCode, 404);
  assert.equal((await get(person("OEM", "org_a"), "/ledger/export")).statusCode, 403);
  assert.equal((await get(person("CAC"), "/ledger/leaves")).statusCode, 403);
  assert.equal((await get(undefined, "/ledger/leaves")).statusCode, 401);
  const key = (await get(undefined, "/ledger/key")).json() as { keyId: string; publicKey: string };
  assert.equal(key.keyId, ledger.publicKey().keyId);
  assert.deepEqual(bytes(key.publicKey), ledger.publicKey().publicKey);
});

test("any two checkpoints are proved consistent with nothing but hashing, in either order", async () => {
  interface Answer {
    readonly from: { readonly size: number; readonly root: string };
    readonly to: { readonly size: number; readonly root: string };
    readonly path: readonly string[];
  }
  const claim = ({ from, to, path }: Answer) => ({
    size1: BigInt(from.size),
    size2: BigInt(to.size),
    root1: bytes(from.root),
    root2: bytes(to.root),
    proof: path.map(bytes),
  });
  for (const [from, to] of [
    [2, 7],
    [7, 3],
    [4, 5],
    [6, 6],
  ]) {
    const answer = (await get(person("SECURITY_ADMIN"), `/ledger/consistency?from=${from}&to=${to}`)).json() as Answer;
    assert.deepEqual([answer.from.size, answer.to.size], [Math.min(from, to), Math.max(from, to)]);
    assert.equal(refuteConsistency(claim(answer)), undefined);
    const other = { ...claim(answer), root1: bytes(answer.from.root).map((byte, i) => (i === 0 ? byte ^ 1 : byte)) };
    assert.notEqual(refuteConsistency(other), undefined, "one bit of a root");
  }
  assert.equal((await get(person("AUDITOR"), "/ledger/consistency?from=2&to=999")).statusCode, 404);
  assert.equal((await get(person("CAC"), "/ledger/consistency?from=2&to=7")).statusCode, 403);
});

test("who keeps the keys sees how the log is kept provable, and nothing of what it is about", async () => {
  for (const role of ["SECURITY_ADMIN", "AUDIT_ADMIN", "PLATFORM_ADMIN", "AUDITOR"]) {
    for (const part of ["keys", "witnesses", "cosignatures", "timestamps", "checkpoints"])
      assert.equal((await get(person(role), `/ledger/${part}`)).statusCode, 200, `${role} ${part}`);
    if (role === "AUDITOR") continue;
    for (const part of ["leaves", `leaves/${ids[2]}/proof`, "export"])
      assert.equal((await get(person(role), `/ledger/${part}`)).statusCode, 403, `${role} ${part}`);
  }
  for (const part of ["keys", "witnesses", "cosignatures", "timestamps"])
    assert.equal((await get(person("CAC"), `/ledger/${part}`)).statusCode, 403, part);
});

test("who operates the platform hands the ledger over to a new key; nobody else does", async () => {
  const rotate = (as: Actor) => {
    actor = as;
    return app.inject({ method: "POST", url: "/ledger/keys", payload: {} });
  };
  const before = ledger.publicKey().keyId;
  for (const role of ["SAMR", "AUDITOR", "SECURITY_ADMIN", "OEM"])
    assert.equal((await rotate(person(role))).statusCode, 403, role);
  assert.equal(ledger.publicKey().keyId, before);
  const rotated = await rotate(person("PLATFORM_ADMIN"));
  assert.equal(rotated.statusCode, 201, rotated.body);
  assert.deepEqual(rotated.json(), { keyId: ledger.publicKey().keyId, previous: before });
  const keys = (await get(person("AUDITOR"), "/ledger/keys")).json() as { custody: string; items: { keyId: string }[] };
  assert.deepEqual([keys.custody, keys.items.map(({ keyId }) => keyId)], ["file", [ledger.publicKey().keyId, before]]);
  assert.equal((await get(person("CAC"), "/ledger/keys")).statusCode, 403);
});

test("the export route gives the canonical bytes", async () => {
  const response = await get(person("AUDITOR"), "/ledger/export");
  assert.equal(response.statusCode, 200);
  assert.match(response.headers["content-type"] as string, /^application\/x-ndjson/);
  const lines = response.body.trimEnd().split("\n");
  const { leaves, checkpoints } = JSON.parse(lines[0]) as { leaves: number; checkpoints: number };
  assert.equal(leaves, ledger.status().checkpoint?.size);
  assert.equal(lines.length, 1 + leaves + checkpoints);
});
