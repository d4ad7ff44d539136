import assert from "node:assert/strict";
import { test } from "node:test";
import { hashPassword, verifyNothing, verifyPassword } from "./password.ts";

test("a password matches its own hash only", async () => {
  const hash = await hashPassword("correct horse");
  assert.match(hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  assert.equal(await verifyPassword("correct horse", hash), true);
  assert.equal(await verifyPassword("correct horsf", hash), false);
  assert.notEqual(await hashPassword("correct horse"), hash);
});

test("composed and decomposed characters are the same password", async () => {
  assert.equal(await verifyPassword("caf\u0065\u0301", await hashPassword("caf\u00e9")), true);
});

test("a stored text that is no hash never matches", async () => {
  for (const stored of [
    "",
    "plain",
    "$argon2id$v=19$m=x,t=2,p=1$AA$AA",
    "$argon2id$v=19$m=19456,t=2,p=1$$",
    "$md5$AA$AA",
  ]) {
    assert.equal(await verifyPassword("", stored).catch(() => false), false, stored);
  }
});

test("an unknown name costs a verification", async () => {
  await verifyNothing("warm up");
  const hash = await hashPassword("x");
  const time = async (work: () => Promise<unknown>): Promise<number> => {
    const start = performance.now();
    await work();
    return performance.now() - start;
  };
  const known = await time(() => verifyPassword("y", hash));
  const unknown = await time(() => verifyNothing("y"));
  assert.ok(unknown > known / 5, `${unknown} ms against ${known} ms`);
});
