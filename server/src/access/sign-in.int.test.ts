import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { SandglassError } from "../errors/mod.ts";
import type { Session } from "./sessions.ts";
import { openSession, openTestAccess, person, type TestAccess } from "./testing.ts";
import { hotp, stepAt } from "./totp.ts";

const coded =
  (code: string) =>
  (error: unknown): boolean =>
    error instanceof SandglassError && error.code === code;
const PASSWORD = "right-password";
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

function fromBase32(text: string): Buffer {
  let bits = "";
  for (const letter of text) bits += BASE32.indexOf(letter).toString(2).padStart(5, "0");
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

describe("signing in with a second factor", () => {
  let t: TestAccess;
  let count = 0;
  const admin = person("SECURITY_ADMIN", "ops");
  before(async () => {
    t = await openTestAccess({ allowDemo: false });
    for (const id of ["samr", "ops", "local"])
      await t.access.directory.ensureOrganisation({
        id,
        kind: "authority",
        names: { en: id, zh: id },
        ...(id === "local" ? { region: "440000" } : {}),
      });
  });
  after(() => t.close());

  const account = async (role = "OEM", more: object = {}): Promise<string> => {
    count += 1;
    const made = await t.access.directory.createAccount(admin, {
      account: `user-${count}`,
      name: "U",
      role,
      organisation: "samr",
      password: PASSWORD,
      ...more,
    });
    return made.account;
  };
  const sessionOf = async (secret: string): Promise<Session> => {
    const session = await t.access.identities.findSession(secret);
    assert.ok(session);
    return session;
  };
  /** Enrols an app; gives a generator of codes and the recovery codes. */
  const enrol = async (name: string) => {
    const session = await sessionOf((await openSession(t.access, name, PASSWORD)).secret);
    const { secret } = await t.access.ownAccounts.beginTotp(session, undefined);
    const key = fromBase32(secret);
    const code = () => hotp(key, stepAt(t.clock.now));
    const recovery = await t.access.ownAccounts.confirmTotp(session, code());
    t.clock.now += 60_000;
    return { session, code, recovery };
  };
  const challengeOf = async (name: string): Promise<string> => {
    const result = await t.access.identities.signIn({ account: name, password: PASSWORD });
    assert.equal(result.kind, "second-factor");
    return result.kind === "second-factor" ? result.challenge : "";
  };

  test("a confirmed app is asked for; its code opens a session once", async () => {
    const name = await account();
    const { code } = await enrol(name);
    const result = await t.access.identities.signIn({ account: name, password: PASSWORD });
    assert.deepEqual(result.kind === "second-factor" && result.methods, ["totp", "recovery"]);
    const challenge = await challengeOf(name);
    const used = code();
    const session = await t.access.identities.answerFactor(challenge, { kind: "totp", code: used });
    assert.equal(session.actor.account, name);
    await assert.rejects(
      t.access.identities.answerFactor(challenge, { kind: "totp", code: used }),
      coded("SG_SESSION_REFUSED"),
      "a challenge is answered once",
    );
    await assert.rejects(
      t.access.identities.answerFactor(await challengeOf(name), { kind: "totp", code: used }),
      coded("SG_SESSION_REFUSED"),
      "a code works once",
    );
  });

  test("an app that was never confirmed changes nothing, and a secret at rest is sealed", async () => {
    const name = await account();
    const session = await sessionOf((await openSession(t.access, name, PASSWORD)).secret);
    const { secret } = await t.access.ownAccounts.beginTotp(session, undefined);
    await assert.rejects(t.access.ownAccounts.confirmTotp(session, "000000"), coded("SG_FACTOR_CODE"));
    await openSession(t.access, name, PASSWORD);
    const [row] = await t.records.asSuperuser("select secret from account_totp where account_id = $1", [
      session.actor.id,
    ]);
    const sealed = row?.["secret"];
    assert.ok(Buffer.isBuffer(sealed) && !sealed.includes(fromBase32(secret)));
  });

  test("a recovery code works once, whatever its spelling; new ones replace the old", async () => {
    const name = await account();
    const { recovery, session } = await enrol(name);
    assert.equal(new Set(recovery).size, 10);
    const [first = "", second = ""] = recovery;
    const use = async (code: string) =>
      t.access.identities.answerFactor(await challengeOf(name), { kind: "recovery", code });
    await use(first.toUpperCase().replace("-", " "));
    await assert.rejects(use(first), coded("SG_SESSION_REFUSED"));
    await t.access.ownAccounts.renewRecoveryCodes(session, undefined);
    await assert.rejects(use(second), coded("SG_SESSION_REFUSED"));
  });

  test("wrong codes lock the account like wrong passwords, across challenges; the lock outlasts a right password", async () => {
    const name = await account();
    const { code } = await enrol(name);
    const wrong = () => String((Number(code()) + 1) % 1_000_000).padStart(6, "0");
    for (let round = 0; round < 5; round += 1) {
      const challenge = await challengeOf(name);
      await assert.rejects(
        t.access.identities.answerFactor(challenge, { kind: "totp", code: wrong() }),
        coded("SG_SESSION_REFUSED"),
      );
    }
    await assert.rejects(
      t.access.identities.signIn({ account: name, password: PASSWORD }),
      coded("SG_SESSION_REFUSED"),
    );
    t.clock.now += 31_000;
    const challenge = await challengeOf(name);
    assert.ok(await t.access.identities.answerFactor(challenge, { kind: "totp", code: code() }));
  });

  test("a challenge takes five answers, also when they come at once", async () => {
    const name = await account();
    const { code } = await enrol(name);
    const challenge = await challengeOf(name);
    const wrong = String((Number(code()) + 1) % 1_000_000).padStart(6, "0");
    await Promise.allSettled(
      Array.from({ length: 12 }, () => t.access.identities.answerFactor(challenge, { kind: "totp", code: wrong })),
    );
    const [row] = await t.records.asSuperuser("select failures from accounts where account = $1", [name]);
    assert.ok(Number(row?.["failures"]) <= 5, String(row?.["failures"]));
    t.clock.now += 3_600_000;
    await assert.rejects(
      t.access.identities.answerFactor(challenge, { kind: "totp", code: code() }),
      coded("SG_SESSION_REFUSED"),
    );
  });

  test("wrong passwords at once count all, and the right one among them does not slip through a lock", async () => {
    const name = await account();
    await Promise.allSettled(
      Array.from({ length: 8 }, () => t.access.identities.signIn({ account: name, password: "wrong" })),
    );
    await assert.rejects(
      t.access.identities.signIn({ account: name, password: PASSWORD }),
      coded("SG_SESSION_REFUSED"),
    );
  });

  test("where the role must have a second factor, a session reaches nothing until there is one, and the last stays", async () => {
    const name = await account("SAMR");
    const opened = await openSession(t.access, name, PASSWORD);
    assert.deepEqual(opened.pending, ["second-factor"]);
    const session = await sessionOf(opened.secret);
    const { secret } = await t.access.ownAccounts.beginTotp(session, undefined);
    await t.access.ownAccounts.confirmTotp(session, hotp(fromBase32(secret), stepAt(t.clock.now)));
    assert.deepEqual((await sessionOf(opened.secret)).pending, []);
    await assert.rejects(t.access.ownAccounts.removeTotp(session, undefined), coded("SG_FACTOR_NEEDED"));
    await t.access.administration.setPolicy(admin, "SAMR", "never");
    await t.access.ownAccounts.removeTotp(session, undefined);
    assert.deepEqual((await openSession(t.access, name, PASSWORD)).pending, []);
    await t.access.administration.setPolicy(admin, "OEM", "always");
    assert.deepEqual((await openSession(t.access, await account(), PASSWORD)).pending, ["second-factor"]);
    await t.access.administration.setPolicy(admin, "OEM", "never");
  });

  test("demo accounts need no second factor and keep their password, whatever the policy", async () => {
    const local = await openTestAccess();
    try {
      await local.access.directory.ensureOrganisation({ id: "samr", kind: "authority", names: { en: "S", zh: "S" } });
      await local.access.directory.ensureAccount({
        account: "demo",
        name: "D",
        role: "SAMR",
        organisation: "samr",
        password: PASSWORD,
        demo: true,
      });
      await local.access.administration.setPolicy(admin, "SAMR", "always");
      const opened = await openSession(local.access, "demo", PASSWORD);
      assert.deepEqual(opened.pending, []);
      const session = await local.access.identities.findSession(opened.secret);
      assert.ok(session);
      await assert.rejects(
        local.access.ownAccounts.changePassword(session, { current: PASSWORD, next: "another-password" }),
        coded("SG_DEMO_ACCOUNT"),
      );
      await assert.rejects(local.access.ownAccounts.beginTotp(session, undefined), coded("SG_DEMO_ACCOUNT"));
    } finally {
      await local.close();
    }
  });

  test("a first password must be replaced; a change ends the other sessions", async () => {
    const name = await account("OEM", { mustChangePassword: true });
    const opened = await openSession(t.access, name, PASSWORD);
    const other = await openSession(t.access, name, PASSWORD);
    assert.deepEqual(opened.pending, ["password"]);
    const session = await sessionOf(opened.secret);
    const change = (current: string, next: string) => t.access.ownAccounts.changePassword(session, { current, next });
    await assert.rejects(change("wrong", "another-password"), coded("SG_PASSWORD_WRONG"));
    await assert.rejects(change(PASSWORD, PASSWORD), coded("SG_PASSWORD_SAME"));
    await change(PASSWORD, "another-password");
    assert.deepEqual((await sessionOf(opened.secret)).pending, []);
    assert.equal(await t.access.identities.findSession(other.secret), undefined);
    await assert.rejects(openSession(t.access, name, PASSWORD), coded("SG_SESSION_REFUSED"));
  });

  test("an old session needs the password again to change how somebody signs in, and is no way to guess it", async () => {
    const name = await account();
    const session = await sessionOf((await openSession(t.access, name, PASSWORD)).secret);
    t.clock.now += 11 * 60_000;
    await assert.rejects(t.access.ownAccounts.beginTotp(session, undefined), coded("SG_PASSWORD_NEEDED"));
    for (let i = 0; i < 5; i += 1)
      await assert.rejects(t.access.ownAccounts.beginTotp(session, "wrong"), coded("SG_PASSWORD_WRONG"));
    await assert.rejects(t.access.ownAccounts.beginTotp(session, PASSWORD), coded("SG_PASSWORD_WRONG"), "locked");
    t.clock.now += 31_000;
    assert.ok(await t.access.ownAccounts.beginTotp(session, PASSWORD));
  });

  test("sessions are listed and ended by their owner and the security administrator, by nobody else", async () => {
    const name = await account();
    const opened = await openSession(t.access, name, PASSWORD);
    const { actor, id } = await sessionOf(opened.secret);
    assert.deepEqual(
      (await t.access.sessions.list(actor)).map((line) => line.id),
      [id],
    );
    await assert.rejects(t.access.sessions.revoke(person("SAMR", "samr"), id), coded("SG_FORBIDDEN"));
    await assert.rejects(t.access.sessions.list(person("PLATFORM_ADMIN", "ops"), actor.id), coded("SG_FORBIDDEN"));
    assert.equal((await t.access.sessions.list(admin, actor.id)).length, 1);
    await t.access.sessions.revoke(admin, id);
    assert.equal(await t.access.identities.findSession(opened.secret), undefined);
  });

  test("who loses rights is signed out; nobody changes their own rights; a territory stays within the organisation's", async () => {
    const name = await account();
    const opened = await openSession(t.access, name, PASSWORD);
    const { actor } = await sessionOf(opened.secret);
    await t.access.administration.changeAccount(admin, actor.id, { name: "New name" });
    assert.ok(await t.access.identities.findSession(opened.secret));
    await t.access.administration.changeAccount(admin, actor.id, { role: "SUPPLIER" });
    assert.equal(await t.access.identities.findSession(opened.secret), undefined);
    const self = { ...admin, id: actor.id };
    await assert.rejects(
      t.access.administration.changeAccount(self, actor.id, { role: "SAMR" }),
      coded("SG_OWN_ACCOUNT"),
    );
    const asLocal = (region?: string) => account("LOCAL_IIT", { organisation: "local", ...(region ? { region } : {}) });
    await assert.rejects(asLocal("310000"), coded("SG_REGION_OUTSIDE"));
    const local = await openSession(t.access, await asLocal(), PASSWORD);
    assert.equal(local.actor.region, "440000", "without its own, the territory of the organisation");
    await t.access.administration.changeOrganisation(admin, "local", { disabled: true });
    assert.equal(await t.access.identities.findSession(local.secret), undefined);
  });

  test("a reset takes password and factors away; the person begins anew", async () => {
    const name = await account();
    const { session } = await enrol(name);
    await t.access.administration.resetFactors(admin, session.actor.id);
    await t.access.administration.resetPassword(admin, session.actor.id, "first-password-2");
    const opened = await openSession(t.access, name, "first-password-2");
    assert.deepEqual(opened.pending, ["password"]);
    const log = await t.records.asSuperuser("select action from access_log where subject = $1", [session.actor.id]);
    const actions = log.map((row) => row["action"]);
    for (const action of ["account.create", "totp.add", "factors.reset", "password.reset", "session.open"])
      assert.ok(actions.includes(action), action);
  });

  test("a token of one's own has one's own rights at most, and dies with them", async () => {
    const name = await account("OEM");
    const { actor } = await openSession(t.access, name, PASSWORD);
    const limited = await t.access.tokens.createOwn(actor, { name: "r", ttlMs: 60_000, scopes: ["vehicles:read"] });
    const found = await t.access.tokens.find(limited.token);
    assert.deepEqual(
      [found?.role, found?.scopes, found?.id, found?.account, found?.token],
      ["OEM", ["vehicles:read"], actor.id, name, limited.id],
    );
    await assert.rejects(
      t.access.tokens.createOwn(actor, { name: "x", ttlMs: 1, scopes: ["everything"] }),
      coded("SG_TOKEN_SCOPE"),
    );
    await assert.rejects(t.access.tokens.createOwn(found!, { name: "x", ttlMs: 1 }), coded("SG_FORBIDDEN"));
    await assert.rejects(t.access.tokens.revoke(person("OEM", "samr"), limited.id), coded("SG_NOT_FOUND"));
    await t.access.administration.changeAccount(admin, actor.id, { role: "SUPPLIER" });
    assert.equal(await t.access.tokens.find(limited.token), undefined);
    const [row] = await t.records.asSuperuser("select last_used_at, hash from api_tokens where id = $1", [limited.id]);
    assert.ok(row?.["last_used_at"] instanceof Date && !String(row["hash"]).includes(limited.token));
  });

  test("the log of accesses is append-only for everybody, the owner of the database included", async () => {
    for (const statement of ["update access_log set reason = 'x'", "delete from access_log", "truncate access_log"]) {
      await assert.rejects(t.records.asOwner(statement), /append-only|permission denied/, statement);
      await assert.rejects(t.records.asSuperuser(statement), /append-only/, statement);
    }
    await assert.rejects(
      t.records.transact(person("OEM", "samr"), (tx) =>
        tx
          .insertInto("access_log")
          .values({
            actor_id: "somebody-else",
            actor_role: "OEM",
            organisation: "samr",
            action: "x",
            subject: "x",
            reason: null,
            detail: null,
          })
          .execute(),
      ),
      /row-level security/,
    );
    assert.ok(await t.access.readLog(person("AUDIT_ADMIN", "ops"), { limit: 1 }));
    for (const role of ["SECURITY_ADMIN", "PLATFORM_ADMIN", "SAMR"])
      await assert.rejects(t.access.readLog(person(role, "ops"), { limit: 1 }), coded("SG_FORBIDDEN"), role);
  });
});
