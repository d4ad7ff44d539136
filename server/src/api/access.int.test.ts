/** What the API enforces before any route: scopes of tokens, open steps of sessions; and the log of what was read. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { sql } from "kysely";
import { ROW_LIMIT } from "../exports/mod.ts";
import { SYSTEM_SETUP } from "../records/mod.ts";
import { person } from "../access/testing.ts";
import { AddressList } from "../access/address-list.ts";
import { notificationRoutes } from "../notifications/mod.ts";
import { WebhookKeys } from "../notifications/signature.ts";
import { openTestApi, type TestApi } from "./testing/open-test-api.ts";

const PASSWORD = "right-password";
const VIN = "LSJE36096MS000001";

describe("access of the API", () => {
  let t: TestApi;
  let vehicle: string;
  let cookie: string;
  const admin = person("SECURITY_ADMIN", "ops");
  const code = (response: { json(): { error?: { code: string } } }) => response.json().error?.code;
  const withCookie = (
    secret: string,
    method: "GET" | "POST" | "DELETE" | "PATCH" | "PUT",
    url: string,
    body?: object,
  ) =>
    t.app.inject({
      method,
      url: `/api/v1${url}`,
      cookies: { sandglass_session: secret },
      ...(body === undefined ? {} : { payload: body }),
    });
  const signIn = async (account: string, password = PASSWORD) => {
    const response = await t.post("/session", { account, password });
    assert.equal(response.statusCode, 200, response.body);
    return response.cookies.find(({ name }) => name === "sandglass_session")?.value ?? "";
  };
  const logOf = async (actor: string) =>
    t.base.records.asSuperuser(
      "select action, subject, detail, purpose from access_log where actor_id = $1 order by id",
      [actor],
    );

  before(async () => {
    t = await openTestApi({
      plugins: ({ records, clock }) => [
        async (app) => {
          const keys = new WebhookKeys(Buffer.alloc(32, 1));
          const allowed = AddressList.parse("127.0.0.1/32");
          await app.register(notificationRoutes, { records, now: () => clock.now, keys, allowed, canMail: false });
        },
      ],
    });
    await t.base.access.registry.register(SYSTEM_SETUP, [{ vin: VIN, organisation: "oem-a", region: "440300" }]);
    vehicle = (await t.base.access.registry.list(SYSTEM_SETUP, { limit: 1 }))[0]?.id ?? "";
    for (const [account, role, organisation] of [
      ["maker", "OEM", "oem-a"],
      ["second", "OEM", "oem-a"],
      ["guard", "SECURITY_ADMIN", "ops"],
    ] as const)
      await t.base.access.directory.ensureAccount({ account, name: account, role, organisation, password: PASSWORD });
    cookie = await signIn("maker");
  });
  after(() => t.close());

  test("a token limited to notices reaches its owner's inbox and webhooks, reading or changing as its scope says", async () => {
    const make = async (...scopes: string[]): Promise<string> =>
      (await withCookie(cookie, "POST", "/tokens", { name: "notices", days: 1, scopes })).json().token;
    const [reads, writes, other] = [
      await make("notifications:read"),
      await make("notifications:write"),
      await make("cases:write"),
    ];
    const hook = { url: "http://127.0.0.1:9/", kinds: ["duty"], algorithm: "ed25519" };
    assert.equal(code(await t.post("/webhooks", hook, reads)), "SG_TOKEN_SCOPE_MISSING");
    const added = await t.post("/webhooks", hook, writes);
    assert.equal(added.statusCode, 201, added.body);
    const ofOwner = (await withCookie(cookie, "GET", "/webhooks")).json().items;
    assert.deepEqual(
      ofOwner.map(({ id }: { id: string }) => id),
      [added.json().id],
      "it is the person's, not the token's",
    );
    assert.deepEqual((await t.get("/webhooks", reads)).json().items, ofOwner);
    assert.equal((await t.post(`/webhooks/${ofOwner[0].id}/test`, {}, writes)).statusCode, 202);
    assert.equal(code(await t.post(`/webhooks/${ofOwner[0].id}/test`, {}, reads)), "SG_TOKEN_SCOPE_MISSING");
    for (const url of ["/notifications", "/notifications/count", "/notifications/settings", "/webhooks"]) {
      assert.equal((await t.get(url, reads)).statusCode, 200, url);
      assert.equal((await t.get(url, writes)).statusCode, 200, url);
      assert.equal(code(await t.get(url, other)), "SG_TOKEN_SCOPE_MISSING", url);
      assert.notEqual((await t.get(url, await t.tokenOf("OEM", "oem-a"))).json().items?.length, 1, "a service's");
    }
    assert.equal(code(await t.get(`/vehicles/${vehicle}`, writes)), "SG_TOKEN_SCOPE_MISSING");
  });

  test("a token reaches what its scopes name, and no account matter", async () => {
    const made = await withCookie(cookie, "POST", "/tokens", { name: "read", days: 1, scopes: ["vehicles:read"] });
    assert.equal(made.statusCode, 201, made.body);
    const { token, id } = made.json();
    assert.equal((await t.get(`/vehicles/${vehicle}`, token)).statusCode, 200);
    assert.equal((await t.post("/vehicles/search", { vin: VIN }, token)).statusCode, 200);
    const session = (await t.get("/session", token)).json();
    assert.deepEqual([session.actor.role, session.limits], ["OEM", { exportedRows: ROW_LIMIT }]);
    for (const [method, url] of [
      ["POST", "/vehicles"],
      ["POST", `/vehicles/${vehicle}/unmask`],
      ["GET", "/situation"],
      ["GET", "/tokens"],
      ["POST", "/tokens"],
      ["GET", "/accounts"],
      ["GET", "/access-log"],
      ["GET", "/stream"],
    ] as const) {
      const response = await t.app.inject({
        method,
        url: `/api/v1${url}`,
        headers: { authorization: `Bearer ${token}` },
        ...(method === "POST" ? { payload: {} } : {}),
      });
      assert.equal(code(response), "SG_TOKEN_SCOPE_MISSING", `${method} ${url}`);
    }
    const whole = (await withCookie(cookie, "POST", "/tokens", { name: "all", days: 1 })).json().token;
    assert.equal((await t.get("/situation", whole)).statusCode, 200);
    assert.equal(code(await t.get("/account", whole)), "SG_PERSON_ONLY");
    assert.equal(
      code(await t.post("/account/password", { current: PASSWORD, next: "another-password" }, whole)),
      "SG_PERSON_ONLY",
    );
    assert.equal(code(await t.post("/tokens", { name: "child", days: 1 }, whole)), "SG_FORBIDDEN");
    const listed = (await withCookie(cookie, "GET", "/tokens")).json().items;
    const line = listed.find((item: { id: string }) => item.id === id);
    assert.deepEqual([line.scopes, line.revoked, typeof line.lastUsedAt], [["vehicles:read"], false, "string"]);
    assert.ok(!JSON.stringify(listed).includes(token));
    assert.equal((await withCookie(await signIn("second"), "DELETE", `/tokens/${id}`)).statusCode, 404);
    assert.equal((await withCookie(cookie, "DELETE", `/tokens/${id}`)).statusCode, 204);
    assert.equal(code(await t.get(`/vehicles/${vehicle}`, token)), "SG_UNAUTHENTICATED");
  });

  test("a session with open steps reaches its account, and nothing else until they are done", async () => {
    const made = await t.base.access.directory.createAccount(admin, {
      account: "new",
      name: "N",
      role: "OEM",
      organisation: "oem-a",
      password: PASSWORD,
      mustChangePassword: true,
    });
    const secret = await signIn("new");
    assert.deepEqual((await withCookie(secret, "GET", "/session")).json().pending, ["password"]);
    for (const url of ["/vehicles", "/situation", "/tokens", "/stream", `/vehicles/${vehicle}`])
      assert.equal(code(await withCookie(secret, "GET", url)), "SG_SESSION_INCOMPLETE", url);
    assert.equal((await withCookie(secret, "GET", "/account")).json().account, "new");
    const changed = await withCookie(secret, "POST", "/account/password", {
      current: PASSWORD,
      next: "another-password",
    });
    assert.equal(changed.statusCode, 204, changed.body);
    assert.equal((await withCookie(secret, "GET", "/vehicles")).statusCode, 200);
    assert.ok(made.id);
  });

  test("a browser of another site changes nothing with the cookie", async () => {
    const response = await t.app.inject({
      method: "POST",
      url: "/api/v1/account/totp",
      cookies: { sandglass_session: cookie },
      headers: { origin: "https://evil.example" },
      payload: {},
    });
    assert.equal(code(response), "SG_CROSS_ORIGIN");
  });

  test("who read what is logged once a minute, without VINs; what was refused is no reading", async () => {
    const actor = await t.tokenOf("OEM", "oem-a");
    const id = (await t.get("/session", actor)).json().actor.id;
    for (let i = 0; i < 3; i += 1) await t.get(`/vehicles/${vehicle}`, actor);
    await t.get(`/vehicles?q=${VIN.toLowerCase()}`, actor);
    await t.get("/vehicles/veh_0000000000000", actor);
    await t.get("/situation", actor);
    t.base.clock.now += 61_000;
    await t.get(`/vehicles/${vehicle}`, actor);
    const log = await logOf(id);
    assert.deepEqual(
      log.map((row) => [row["action"], row["subject"]]),
      [
        ["read.vehicle", vehicle],
        ["read.list", "/vehicles"],
        ["read.vehicle", vehicle],
      ],
    );
    assert.ok(!JSON.stringify(log).toUpperCase().includes(VIN));
  });

  test("an answer whose reading cannot be logged is not given", async () => {
    const actor = await t.tokenOf("OEM", "oem-a");
    await t.base.records.asSuperuser("revoke insert on access_log from sandglass_app");
    try {
      const response = await t.get(`/vehicles/${vehicle}`, actor);
      assert.equal(response.statusCode, 500);
      assert.ok(!response.body.includes("440300"));
    } finally {
      await t.base.records.asSuperuser("grant insert on access_log to sandglass_app");
    }
    assert.equal((await t.get(`/vehicles/${vehicle}`, actor)).statusCode, 200);
  });

  test("a VIN is opened for a purpose that the role may name, and the log keeps it", async () => {
    const unmask = (body: object) => withCookie(cookie, "POST", `/vehicles/${vehicle}/unmask`, body);
    assert.equal(code(await unmask({ reason: "curious", purpose: "accident-rescue" })), "SG_PURPOSE");
    assert.equal(code(await unmask({ reason: "curious", purpose: "none-such" })), "SG_REQUEST_INVALID");
    assert.equal((await unmask({ reason: "letter to the owner", purpose: "owner-service" })).json().vin, VIN);
    const auditor = await t.tokenOf("AUDIT_ADMIN", "ops");
    const [entry] = (await t.get("/access-log?action=vin.unmask", auditor)).json().items;
    assert.deepEqual([entry.purpose, entry.reason, entry.actorName], ["owner-service", "letter to the owner", "maker"]);
  });

  test("the audit administrator filters and exports the log, and reading it is logged", async () => {
    const auditor = await t.tokenOf("AUDIT_ADMIN", "ops");
    const reads = (await t.get("/access-log?action=read.&role=OEM", auditor)).json().items;
    assert.ok(reads.length > 0 && reads.every((item: { action: string }) => item.action.startsWith("read.")));
    assert.equal((await t.get("/access-log?from=2100-01-01T00:00:00Z", auditor)).json().items.length, 0);
    const csv = await t.get("/access-log/export?action=vin.unmask", auditor);
    assert.match(String(csv.headers["content-type"]), /text\/csv/);
    assert.match(csv.body, /^\uFEFF时间/);
    assert.ok(csv.body.includes("letter to the owner") && !csv.body.includes(VIN));
    const own = (await t.get("/access-log?action=read.log", auditor)).json().items;
    assert.ok(own.some((item: { subject: string }) => item.subject === "/access-log/export"));
    for (const role of ["SECURITY_ADMIN", "PLATFORM_ADMIN", "OEM"])
      assert.equal(code(await t.get("/access-log/export", await t.tokenOf(role, "ops"))), "SG_FORBIDDEN", role);
  });

  test("the log of the network is read and exported after more than six months, and nobody can shorten it", async () => {
    const actions = ["session.open", "session.refused", "platform.refused"];
    const at = "2026-01-05T03:00:00Z";
    for (const action of actions)
      await t.base.records.asSuperuser(
        "insert into access_log (at, actor_id, actor_role, organisation, action, subject) values ($1, 'past', 'OEM', 'oem-a', $2, 'past')",
        [at, action],
      );
    const days = (Date.now() - Date.parse(at)) / 86_400_000;
    assert.ok(days > 184, "older than any six months");
    const auditor = await t.tokenOf("AUDIT_ADMIN", "ops");
    const asked = "from=2026-01-05T00:00:00Z&to=2026-01-06T00:00:00Z&actor=past";
    const { items } = (await t.get(`/access-log?${asked}`, auditor)).json();
    assert.deepEqual(items.map((item: { action: string }) => item.action).toSorted(), actions.toSorted());
    const csv = await t.get(`/access-log/export?${asked}`, auditor);
    assert.equal(csv.body.split("\n").filter((line) => line.includes(",past,,")).length, actions.length, csv.body);
    for (const statement of ["delete from access_log", "truncate access_log", "update access_log set at = now()"]) {
      await assert.rejects(
        t.base.records.transact(SYSTEM_SETUP, (tx) => sql.raw(statement).execute(tx)),
        /append-only|permission denied/,
        statement,
      );
      await assert.rejects(t.base.records.asOwner(statement), /append-only|permission denied/, statement);
    }
    assert.equal((await t.get(`/access-log?${asked}`, auditor)).json().items.length, actions.length);
  });

  test("cells of an export that begin like a formula are text", async () => {
    await withCookie(cookie, "POST", `/vehicles/${vehicle}/unmask`, { reason: '=HYPERLINK("http://x","y")' });
    const csv = await t.get("/access-log/export?action=vin.unmask", await t.tokenOf("AUDITOR", "ops"));
    assert.ok(csv.body.includes(`"'=HYPERLINK(""http://x"",""y"")"`), csv.body);
  });

  test("the security administrator keeps organisations, people, sessions and policies by HTTP", async () => {
    const guard = await signIn("guard");
    const accounts = (await withCookie(guard, "GET", "/accounts")).json().items;
    const second = accounts.find((item: { account: string }) => item.account === "second");
    const theirs = await signIn("second");
    const [line] = (await withCookie(guard, "GET", `/accounts/${second.id}/sessions`)).json().items.slice(-1);
    assert.equal(line.method, "password");
    assert.equal((await withCookie(guard, "DELETE", `/account/sessions/${line.id}`)).statusCode, 204);
    const patched = await withCookie(guard, "PATCH", `/accounts/${second.id}`, { name: "Second", disabled: true });
    assert.deepEqual([patched.json().name, patched.json().disabled], ["Second", true], patched.body);
    assert.ok(!patched.body.includes("argon2"));
    assert.equal(code(await withCookie(theirs, "GET", "/vehicles")), "SG_UNAUTHENTICATED");
    const organisation = await withCookie(guard, "PATCH", "/organisations/oem-b", { regions: ["310115", "440300"] });
    assert.deepEqual(organisation.json().regions, ["310115", "440300"], organisation.body);
    assert.equal((await withCookie(guard, "PUT", "/sign-in-policies/OEM", { secondFactor: "always" })).statusCode, 204);
    const policies = (await withCookie(guard, "GET", "/sign-in-policies")).json().items;
    assert.deepEqual(
      policies.find((item: { role: string }) => item.role === "OEM"),
      { role: "OEM", secondFactor: "always", isDefault: false },
    );
    for (const [method, url, body] of [
      ["GET", "/accounts", undefined],
      ["GET", "/sign-in-policies", undefined],
      ["PATCH", `/accounts/${second.id}`, { role: "SAMR" }],
      ["POST", `/accounts/${second.id}/password`, { password: "a-long-password" }],
      ["POST", `/accounts/${second.id}/factors/reset`, undefined],
      ["PUT", "/sign-in-policies/OEM", { secondFactor: "never" }],
      ["PATCH", "/organisations/oem-b", { disabled: true }],
    ] as const)
      assert.equal(code(await withCookie(cookie, method, url, body)), "SG_FORBIDDEN", `${method} ${url}`);
    const self = accounts.find((item: { account: string }) => item.account === "guard");
    assert.equal(code(await withCookie(guard, "PATCH", `/accounts/${self.id}`, { role: "SAMR" })), "SG_OWN_ACCOUNT");
    assert.equal(code(await withCookie(guard, "GET", `/vehicles/${vehicle}`)), "SG_NOT_FOUND", "no case content");
  });
});
