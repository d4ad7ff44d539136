import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { withVinCheckDigit } from "@sandglass/signals";
import { SandglassError } from "../errors/mod.ts";
import { SYSTEM_SETUP, type Actor } from "../records/mod.ts";
import { Secrets } from "../secrets/mod.ts";
import { createAccess } from "./access.ts";
import { derivationsOf } from "./derivations.fixture.ts";
import { ensureFirstAdministrators } from "./first-administrator.ts";
import { importVehicles, parseVehicleCsv } from "./import-vehicles.ts";
import { seedDemo } from "./demo-seed.ts";
import { findAdmitted, openSession, openTestAccess, person, type TestAccess } from "./testing.ts";

const coded =
  (code: string) =>
  (error: unknown): boolean =>
    error instanceof SandglassError && error.code === code;
const vin = (n: number): string => withVinCheckDigit(`LSJE36090MS${String(n).padStart(6, "0")}`);

describe("identities", () => {
  let t: TestAccess;
  before(async () => {
    t = await openTestAccess();
    await t.access.directory.ensureOrganisation({ id: "samr", kind: "authority", names: { en: "SAMR", zh: "总局" } });
    await t.access.directory.ensureAccount({
      account: "Li",
      name: "Li",
      role: "SAMR",
      organisation: "samr",
      password: "right-password",
    });
    await t.access.directory.ensureAccount({
      account: "demo",
      name: "Demo",
      role: "OEM",
      organisation: "samr",
      password: "right-password",
      demo: true,
    });
  });
  after(() => t.close());

  test("a session names its actor until it is closed or expires", async () => {
    const session = await openSession(t.access, "LI ", "right-password");
    const actor = (await t.access.identities.findSession(session.secret))?.actor;
    assert.deepEqual([actor?.kind, actor?.account, actor?.role, actor?.organisation], ["person", "li", "SAMR", "samr"]);
    const other = await openSession(t.access, "li", "right-password");
    await t.access.identities.signOut(session.secret, session.actor);
    assert.equal(await t.access.identities.findSession(session.secret), undefined);
    assert.ok(await t.access.identities.findSession(other.secret));
    t.clock.now += 13 * 3_600_000;
    assert.equal(await t.access.identities.findSession(other.secret), undefined);
  });

  test("the database holds neither the cookie's value nor the password", async () => {
    const session = await openSession(t.access, "li", "right-password");
    const rows = await t.records.asSuperuser("select s::text || a::text as dump from sessions s, accounts a");
    for (const row of rows) {
      assert.ok(!String(row["dump"]).includes(session.secret));
      assert.ok(!String(row["dump"]).includes("right-password"));
    }
  });

  test("wrong passwords lock the account for a growing while; even the right one is refused then", async () => {
    for (let i = 0; i < 5; i++)
      await assert.rejects(
        t.access.identities.signIn({ account: "li", password: "wrong" }),
        coded("SG_SESSION_REFUSED"),
      );
    await assert.rejects(
      t.access.identities.signIn({ account: "li", password: "right-password" }),
      coded("SG_SESSION_REFUSED"),
    );
    t.clock.now += 31_000;
    await assert.rejects(t.access.identities.signIn({ account: "li", password: "wrong" }), coded("SG_SESSION_REFUSED"));
    t.clock.now += 31_000;
    await assert.rejects(
      t.access.identities.signIn({ account: "li", password: "right-password" }),
      coded("SG_SESSION_REFUSED"),
    );
    t.clock.now += 31_000;
    assert.ok(await openSession(t.access, "li", "right-password"));
    const log = await t.records.asSuperuser(
      "select action, count(*)::int as n from access_log where action like 'session.%' group by action order by action",
    );
    assert.deepEqual(
      log.find((row) => row["action"] === "session.locked"),
      { action: "session.locked", n: 2 },
    );
  });

  test("an unknown account is refused like a wrong password", async () => {
    await assert.rejects(t.access.identities.signIn({ account: "nobody", password: "x" }), coded("SG_SESSION_REFUSED"));
  });

  test("tokens: made by the system, valid until revoked or expired", async () => {
    const make = (actor: Actor) =>
      t.access.tokens.create(actor, { name: "t", role: "SUPERVISOR_ALL", organisation: "samr", ttlMs: 1_000 });
    for (const role of ["SAMR", "SECURITY_ADMIN", "PLATFORM_ADMIN"])
      await assert.rejects(make(person(role, "samr")), coded("SG_FORBIDDEN"), role);
    const { token, id } = await make(SYSTEM_SETUP);
    assert.match(token, /^sgt_[\w-]{43}$/);
    const actor = await t.access.tokens.find(token);
    assert.deepEqual([actor?.kind, actor?.id, actor?.role], ["token", id, "SUPERVISOR_ALL"]);
    assert.equal(await t.access.tokens.find(`${token.slice(0, -1)}_`), undefined);
    t.clock.now += 1_001;
    assert.equal(await t.access.tokens.find(token), undefined);
    const free = await t.access.tokens.create(SYSTEM_SETUP, {
      name: "t",
      role: "SUPERVISOR_ALL",
      organisation: "",
      ttlMs: 1_000,
    });
    assert.equal((await t.access.tokens.find(free.token))?.organisation, "");
    const second = await make(SYSTEM_SETUP);
    await t.access.tokens.revoke(person("SECURITY_ADMIN", "samr"), second.id);
    assert.equal(await t.access.tokens.find(second.token), undefined);
  });

  test("nobody becomes an actor of the system: not by an account, not by a token, not in the database", async () => {
    const admin = person("SECURITY_ADMIN", "samr");
    for (const role of ["system:trigger", "system:access", "SUPERVISOR_ALL"]) {
      await assert.rejects(
        t.access.directory.createAccount(admin, {
          account: "mole",
          name: "m",
          role,
          organisation: "samr",
          password: "a-long-password",
        }),
        coded("SG_ROLE_UNKNOWN"),
        role,
      );
    }
    await assert.rejects(
      t.access.tokens.create(SYSTEM_SETUP, { name: "t", role: "system:trigger", organisation: "samr", ttlMs: 1_000 }),
      coded("SG_ROLE_UNKNOWN"),
    );
    await assert.rejects(
      t.records.asSuperuser("update accounts set role = 'system:trigger'"),
      /accounts_role_not_system/,
    );
  });

  test("a new system has three administrators, whose passwords only the data folder tells", async () => {
    const ensure = () => ensureFirstAdministrators(t.records, t.access.directory, t.dataDir);
    const files = await ensure();
    const roles = [];
    for (const file of files) {
      assert.equal(statSync(file).mode & 0o777, 0o600);
      const account = path.basename(file, ".password");
      const session = await openSession(t.access, account, readFileSync(file, "utf8").trim());
      roles.push([account, session.actor.role]);
    }
    assert.deepEqual(roles, [
      ["admin", "SECURITY_ADMIN"],
      ["system", "PLATFORM_ADMIN"],
      ["audit", "AUDIT_ADMIN"],
    ]);
    assert.deepEqual(await ensure(), []);
  });

  test("an unknown role is refused", async () => {
    await assert.rejects(
      t.access.directory.ensureAccount({ account: "x", name: "x", role: "KING", organisation: "samr", password: "p" }),
      coded("SG_ROLE_UNKNOWN"),
    );
  });

  test("beyond loopback, demo accounts and printed tokens do not work", async () => {
    const open = createAccess({
      records: t.records,
      secrets: Secrets.plain(t.dataDir),
      now: () => t.clock.now,
      allowDemo: false,
      appendLeaf: async () => undefined,
      caseVehicles: async () => new Set(),
    });
    const session = await openSession(t.access, "demo", "right-password");
    const printed = await t.access.tokens.create(SYSTEM_SETUP, {
      name: "p",
      role: "SUPERVISOR_ALL",
      organisation: "samr",
      ttlMs: 60_000,
      printed: true,
    });
    await assert.rejects(
      open.identities.signIn({ account: "demo", password: "right-password" }),
      coded("SG_SESSION_REFUSED"),
    );
    assert.equal(await open.identities.findSession(session.secret), undefined);
    assert.equal(await open.tokens.find(printed.token), undefined);
    assert.ok(await t.access.tokens.find(printed.token));
    await t.access.tokens.revokePrinted();
    assert.equal(await t.access.tokens.find(printed.token), undefined);
  });
});

describe("registry", () => {
  let t: TestAccess;
  const makerA = person("OEM", "a");
  const makerB = person("OEM", "b");
  const monitor = person("NAT_PLATFORM", "a");
  before(async () => {
    t = await openTestAccess();
    for (const id of ["a", "b"])
      await t.access.directory.ensureOrganisation({ id, kind: "maker", names: { en: id, zh: id } });
  });
  after(() => t.close());
  const organisations = new Set(["a", "b"]);

  test("a vehicle that sends without being registered is kept, and taken over when it is registered", async () => {
    const seen = {
      key: t.access.keyOf(vin(1)),
      vin: vin(1),
      firstSeen: Date.UTC(2026, 0, 1),
      edition: 2016,
      link: "terminal",
    } as const;
    await t.access.registry.noteSeen([seen, seen]);
    await t.access.registry.noteSeen([{ ...seen, firstSeen: Date.UTC(2026, 5, 1) }]);
    assert.equal(await t.access.registry.find(makerA, seen.key), undefined);
    const unregistered = await t.access.registry.get(monitor, seen.key);
    assert.deepEqual(
      [unregistered.registered, unregistered.firstSeen, unregistered.edition, unregistered.vinMasked],
      [false, Date.UTC(2026, 0, 1), "2016", "LSJ**********0001"],
    );
    assert.deepEqual(
      await t.access.registry.register(makerA, [{ vin: vin(1), organisation: "a", model: "M1", region: "440300" }]),
      ["created"],
    );
    const registered = await t.access.registry.get(makerA, seen.key);
    assert.deepEqual(
      [registered.registered, registered.model, registered.firstSeen],
      [true, "M1", Date.UTC(2026, 0, 1)],
    );
    assert.deepEqual(await t.access.registry.register(makerA, [{ vin: vin(1), organisation: "a", model: "M2" }]), [
      "changed",
    ]);
    assert.deepEqual(await t.access.registry.register(makerB, [{ vin: vin(1), organisation: "b" }]), ["taken"]);
    assert.equal((await t.access.registry.get(makerA, seen.key)).model, "M2");
  });

  test("two organisations that register the same new vehicle at once: one gets it, the other is told", async () => {
    for (let n = 50; n < 60; n++) {
      const register = (actor: Actor) =>
        t.access.registry.register(actor, [{ vin: vin(n), organisation: actor.organisation }]);
      const outcomes = (await Promise.all([register(makerA), register(makerB)])).flat();
      assert.deepEqual(outcomes.sort(), ["created", "taken"]);
    }
  });

  test("a VIN of bytes that no text can hold is kept too", async () => {
    const raw = "\0\0\xff".padEnd(17, "\0");
    await t.access.registry.noteSeen([
      { key: t.access.keyOf(raw), vin: raw, firstSeen: 0, edition: 2025, link: "platform" },
    ]);
    assert.equal((await t.access.registry.get(monitor, t.access.keyOf(raw))).registered, false);
  });

  test("only who may write the register registers, and an enterprise only its own", async () => {
    await assert.rejects(
      t.access.registry.register(person("SAMR", "a"), [{ vin: vin(2), organisation: "a" }]),
      coded("SG_FORBIDDEN"),
    );
    await assert.rejects(
      t.access.registry.register(makerA, [{ vin: vin(2), organisation: "b" }]),
      coded("SG_VEHICLE_ORGANISATION"),
    );
    assert.deepEqual(await t.access.registry.register(monitor, [{ vin: vin(2), organisation: "b" }]), ["created"]);
  });

  test("a CSV is imported row by row, each bad row with its number, code and both languages", async () => {
    const csv = [
      "\uFEFFVIN,Organisation,model,region,battery",
      `${vin(10)},a,X1,440300,P-1`,
      "SHORT,a,X1,440300,",
      `${vin(11).slice(0, 16)}O,a,X1,440300,`,
      `${vin(10)},a,X1,440300,`,
      `${vin(12)},nowhere,X1,440300,`,
      `${vin(13)},b,X1,440300,`,
      `${vin(14)},,X1,44,`,
      `"${vin(15).slice(0, 8)}${vin(15)[8] === "0" ? "1" : "0"}${vin(15).slice(9)}",,"X, ""2""",,`,
    ].join("\r\n");
    const report = await importVehicles(t.access.registry, makerA, organisations, parseVehicleCsv(csv));
    assert.deepEqual(
      report.items.map((item) => [item.row, item.outcome, item.warnings]),
      [
        [1, "created", []],
        [8, "created", ["check-digit"]],
      ],
    );
    assert.deepEqual(
      report.errors.map((error) => [error.row, error.code]),
      [
        [2, "SG_VIN_LENGTH"],
        [3, "SG_VIN_ALPHABET"],
        [4, "SG_VEHICLE_REPEATED"],
        [5, "SG_ORGANISATION_UNKNOWN"],
        [6, "SG_VEHICLE_ORGANISATION"],
        [7, "SG_REGION_INVALID"],
      ],
    );
    for (const error of report.errors)
      assert.ok(/[a-z]/.test(error.message) && /[\u4e00-\u9fff]/.test(error.messageZh));
    const listed = await t.access.registry.list(makerA, { limit: 10, text: 'X, "2"' });
    assert.deepEqual(
      listed.map((vehicle) => [vehicle.model, vehicle.organisation]),
      [['X, "2"', "a"]],
    );
    const kept = await t.records.asSuperuser("select details from vehicles where vin = $1", [vin(10)]);
    assert.deepEqual(kept, [{ details: { battery: "P-1" } }]);
  });

  test("semicolons and Chinese titles are understood; a table without VINs is refused", () => {
    assert.deepEqual(parseVehicleCsv("车架号;企业;车型\nA;b;c\n"), [{ vin: "A", organisation: "b", model: "c" }]);
    assert.throws(() => parseVehicleCsv("name,model\na,b\n"), coded("SG_CSV_INVALID"));
    assert.throws(() => parseVehicleCsv('vin,model\n"a,b\n'), coded("SG_CSV_INVALID"));
    assert.deepEqual(parseVehicleCsv(""), []);
  });

  test("a full VIN needs the right and a reason, and is logged and in the ledger", async () => {
    const key = t.access.keyOf(vin(1));
    const samr = person("SAMR", "a");
    assert.equal(await t.access.registry.unmask(makerA, key, { reason: "recall letter" }, new Set()), vin(1));
    await assert.rejects(t.access.registry.unmask(samr, key, { reason: "curious" }, new Set()), coded("SG_NEEDS_CASE"));
    await assert.rejects(
      t.access.registry.unmask(person("AUDITOR", "a"), key, { reason: "curious" }, new Set()),
      coded("SG_FORBIDDEN"),
    );
    await assert.rejects(t.access.registry.unmask(makerB, key, { reason: "rival" }, new Set()), coded("SG_NOT_FOUND"));
    assert.equal(
      await t.access.registry.unmask(
        samr,
        key,
        { reason: "accident file 7", purpose: "case-handling" },
        new Set([key]),
      ),
      vin(1),
    );
    assert.deepEqual(
      t.leaves.map((leaf) => leaf.kind),
      ["vin-unmask", "vin-unmask"],
    );
    const log = await t.records.asSuperuser(
      "select actor_role, reason, subject from access_log where action = 'vin.unmask' order by id",
    );
    assert.deepEqual(
      log.map((row) => [row["actor_role"], row["reason"]]),
      [
        ["OEM", "recall letter"],
        ["SAMR", "accident file 7"],
      ],
    );
    const dump = JSON.stringify(await t.records.asSuperuser("select * from access_log"), (_key, value: unknown) =>
      typeof value === "bigint" ? String(value) : value,
    );
    for (let n = 0; n < 20; n++) assert.ok(!dump.includes(vin(n)));
  });

  test("search finds by typed VIN what the actor may see", async () => {
    assert.equal((await t.access.registry.search(makerA, vin(1).toLowerCase()))?.key, t.access.keyOf(vin(1)));
    assert.equal(await t.access.registry.search(makerB, vin(1)), undefined);
    assert.equal(await t.access.registry.search(makerA, vin(99)), undefined);
    await assert.rejects(t.access.registry.search(person("PUBLIC", "a"), vin(1)), coded("SG_FORBIDDEN"));
  });
});

describe("platforms", () => {
  let t: TestAccess;
  before(async () => {
    t = await openTestAccess();
    await t.access.directory.ensureOrganisation({ id: "a", kind: "maker", names: { en: "a", zh: "a" } });
  });
  after(() => t.close());

  test("credentials are checked, the second time from memory, a change at once", async () => {
    const monitor = person("NAT_PLATFORM", "a");
    const created = await t.access.platforms.create(monitor, {
      name: "A",
      user: "oem-a",
      password: "secret-1",
      organisation: "a",
    });
    const connect = async () => {
      assert.equal((await findAdmitted(t.access.platforms, "oem-a", "secret-1", "127.0.0.1"))?.id, created.id);
    };
    assert.equal(await derivationsOf(connect), 1);
    assert.equal(await derivationsOf(connect), 0);
    assert.equal(await findAdmitted(t.access.platforms, "oem-a", "secret-2", "127.0.0.1"), undefined);
    assert.equal(await findAdmitted(t.access.platforms, "nobody", "secret-1", "127.0.0.1"), undefined);
    await t.access.platforms.ensure({ name: "A", user: "oem-a", password: "secret-2", organisation: "a" });
    assert.equal(await findAdmitted(t.access.platforms, "oem-a", "secret-1", "127.0.0.1"), undefined);
    assert.equal((await findAdmitted(t.access.platforms, "oem-a", "secret-2", "127.0.0.1"))?.id, created.id);
  });

  test("names of 12 and passwords of 20 bytes at most, one per user name, by who may", async () => {
    const monitor = person("NAT_PLATFORM", "a");
    const make = (actor: Actor, user: string, password: string, organisation = "a") =>
      t.access.platforms.create(actor, { name: "n", user, password, organisation });
    await assert.rejects(make(monitor, "平台平台平", "12345678"), coded("SG_PLATFORM_CREDENTIALS"));
    await assert.rejects(make(monitor, "ok", "x".repeat(21)), coded("SG_PLATFORM_CREDENTIALS"));
    await assert.rejects(make(monitor, "oem-a", "12345678"), coded("SG_PLATFORM_EXISTS"));
    await assert.rejects(make(monitor, "new", "12345678", "nowhere"), coded("SG_ORGANISATION_UNKNOWN"));
    await assert.rejects(make(person("OEM", "a"), "new", "12345678"), coded("SG_FORBIDDEN"));
    assert.equal((await t.access.platforms.list(monitor)).length, 1);
    await assert.rejects(t.access.platforms.list(person("PUBLIC", "a")), coded("SG_FORBIDDEN"));
  });
});

test("the demonstration is seeded, and again without doubling anything", async () => {
  const t = await openTestAccess();
  try {
    const fleet = {
      makers: [
        { id: "oem-a", names: { en: "A", zh: "甲" } },
        { id: "oem-b", names: { en: "B", zh: "乙" } },
      ],
      vehicles: [1, 2, 3].map((n) => ({
        vin: vin(n),
        maker: n === 3 ? "oem-b" : "oem-a",
        model: "M",
        region: "440300",
        details: {},
      })),
      platforms: [{ maker: "oem-a", user: "oem-a", password: "platform-secret" }],
    };
    for (const password of ["first-password", "second-password"]) await seedDemo(t.access, fleet, password);
    await assert.rejects(
      t.access.identities.signIn({ account: "samr", password: "first-password" }),
      coded("SG_SESSION_REFUSED"),
    );
    for (const account of [
      "samr",
      "recall",
      "miit",
      "eidc",
      "fire",
      "local",
      "oem-a",
      "oem-b",
      "monitor",
      "auditor",
      "expert",
    ])
      assert.ok(await t.access.identities.signIn({ account, password: "second-password" }));
    assert.equal((await t.access.registry.list(person("OEM", "oem-a"), { limit: 10 })).length, 2);
    assert.deepEqual(await t.access.registry.count(person("SAMR", "samr")), { registered: 3, unregistered: 0 });
    assert.ok(await findAdmitted(t.access.platforms, "oem-a", "platform-secret", "127.0.0.1"));
  } finally {
    await t.close();
  }
});
