import assert from "node:assert/strict";
import { test } from "node:test";
import { derivationsOf } from "./derivations.fixture.ts";
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

test("an unknown name costs a verification, as a known one does", async () => {
  await verifyNothing("makes what it compares with");
  const hash = await hashPassword("x");
  assert.equal(await derivationsOf(() => verifyPassword("y", hash)), 1);
  assert.equal(await derivationsOf(() => verifyNothing("y")), 1);
});
