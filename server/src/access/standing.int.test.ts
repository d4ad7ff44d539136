import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { SYSTEM_SETUP, type Actor } from "../records/mod.ts";
import { isStanding } from "./standing.ts";
import { openSession, openTestAccess, type TestAccess } from "./testing.ts";

let t: TestAccess;
before(async () => {
  t = await openTestAccess();
  for (const id of ["samr", "oem-a"])
    await t.access.directory.ensureOrganisation({ id, kind: "any", names: { en: id, zh: id } });
});
after(() => t.close());

async function newPerson(account: string): Promise<Actor> {
  await t.access.directory.ensureAccount({
    account,
    name: account,
    role: "OEM",
    organisation: "oem-a",
    region: "440300",
    password: "right-password",
  });
  return (await openSession(t.access, account, "right-password")).actor;
}
const stands = (actor: Actor): Promise<boolean> => isStanding(t.records, actor, t.clock.now);
const change = (account: string, set: string) =>
  t.records.asSuperuser(`update accounts set ${set} where account = $1`, [account]);

test("a person stands while account, office and organisation do; the end of a session takes nothing back", async () => {
  const actor = await newPerson("chen");
  assert.equal(await stands(actor), true);
  await t.records.asSuperuser("delete from sessions");
  assert.equal(await stands(actor), true);
  for (const [set, back] of [
    ["disabled = true", "disabled = false"],
    ["role = 'SAMR'", "role = 'OEM'"],
    ["organisation = 'samr'", "organisation = 'oem-a'"],
    ["region = null", "region = '440300'"],
  ] as const) {
    await change("chen", set);
    assert.equal(await stands(actor), false, set);
    await change("chen", back);
  }
  assert.equal(await stands(actor), true);
  await t.records.asSuperuser("update organisations set disabled = true where id = 'oem-a'");
  assert.equal(await stands(actor), false);
  await t.records.asSuperuser("update organisations set disabled = false where id = 'oem-a'");
});

test("through a token a person stands until it is withdrawn or ends, and while the account stands", async () => {
  const owner = await newPerson("li");
  const made = await t.access.tokens.createOwn(owner, { name: "script", ttlMs: 3_600_000 });
  const actor = (await t.access.tokens.find(made.token))!;
  assert.equal(await stands(actor), true);
  await change("li", "disabled = true");
  assert.equal(await stands(actor), false);
  await change("li", "disabled = false");
  assert.equal(await isStanding(t.records, actor, t.clock.now + 3_600_001), false);
  await t.access.tokens.revoke(owner, made.id);
  assert.equal(await stands(actor), false);
});

test("a token that is nobody's stands until it is withdrawn; who was never there does not stand", async () => {
  const { id, token } = await t.access.tokens.create(SYSTEM_SETUP, {
    name: "service",
    role: "EIDC",
    organisation: "samr",
    ttlMs: 3_600_000,
  });
  const actor = (await t.access.tokens.find(token))!;
  assert.equal(await stands(actor), true);
  await t.records.asSuperuser("update api_tokens set revoked_at = now() where id = $1", [id]);
  assert.equal(await stands(actor), false);
  assert.equal(await stands({ kind: "person", id: "acc_nobody", role: "OEM", organisation: "oem-a" }), false);
});
