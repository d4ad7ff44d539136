import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { DiskStore } from "./disk-store.ts";
import { sha256 } from "./hash.ts";

const folder = mkdtempSync(join(tmpdir(), "sandglass-objects-"));
const store = new DiskStore(folder);
after(() => rmSync(folder, { recursive: true }));

test("what is stored comes back under the hash of its bytes, and the same bytes are stored once", async () => {
  const bytes = Buffer.from("深度测试方案");
  const key = await store.put(bytes);
  assert.equal(key, sha256(bytes));
  assert.equal(await store.put(bytes), key);
  assert.deepEqual(Buffer.from(await store.get(key)), bytes);
  assert.deepEqual(readdirSync(join(folder, key.slice(0, 2))), [key.slice(2)]);
});

test("bytes that were changed on the disk are not handed out", async () => {
  const key = await store.put(Buffer.from("one"));
  writeFileSync(join(folder, key.slice(0, 2), key.slice(2)), "two");
  await assert.rejects(store.get(key), { code: "SG_OBJECT_DAMAGED" });
});

test("a key that is unknown, or is none, is missing and reaches no other file", async () => {
  for (const key of ["0".repeat(64), "../../etc/passwd", ""])
    await assert.rejects(store.get(key), { code: "SG_OBJECT_MISSING" });
});
