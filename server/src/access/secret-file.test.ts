import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { loadSecret } from "./secret-file.ts";

test("a secret is made once, is for its owner only, and survives a start that was killed while writing it", (context) => {
  const data = mkdtempSync(path.join(tmpdir(), "sandglass-secret-"));
  context.after(() => rmSync(data, { recursive: true, force: true }));
  mkdirSync(path.join(data, "keys"));
  writeFileSync(path.join(data, "keys", "a.key.new"), "12"); // what the killed start left
  const secret = loadSecret(data, "a.key");
  assert.equal(secret.length, 32);
  assert.deepEqual(loadSecret(data, "a.key"), secret);
  assert.equal(statSync(path.join(data, "keys", "a.key")).mode & 0o777, 0o600);
  assert.notDeepEqual(loadSecret(data, "b.key"), secret);
});
