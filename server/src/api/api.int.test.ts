import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { withVinCheckDigit } from "@sandglass/signals";
import * as fc from "fast-check";
import type { LightMyRequestResponse } from "fastify";
import { findAdmitted } from "../access/testing.ts";
import { openTestApi, type TestApi } from "./testing/open-test-api.ts";

const vin = (n: number): string => withVinCheckDigit(`LSJE36090MS${String(n).padStart(6, "0")}`);

function refused(response: LightMyRequestResponse, status: number, code: string): Record<string, unknown> {
  const body = response.json<{
    error: { code: string; message: string; messageZh: string; parameters: Record<string, unknown> };
    requestId: string;
  }>();
  assert.deepEqual([response.statusCode, body.error?.code], [status, code], response.body);
  assert.ok(body.error.message.length > 0);
  assert.match(body.error.messageZh, /[\u4e00-\u9fff]/);
  assert.match(body.requestId, /^req_/);
  assert.equal(response.headers["x-request-id"], body.requestId);
  return body.error.parameters;
}

describe("api", () => {
  let t: TestApi;
  let all: string;
  let oemA: string;
  let oemB: string;
  before(async () => {
    t = await openTestApi();
    all = await t.tokenOf("SUPERVISOR_ALL", "ops");
    oemA = await t.tokenOf("OEM", "oem-a");
    oemB = await t.tokenOf("OEM", "oem-b");
    await t.base.access.directory.ensureAccount({
      account: "samr",
      name: "SAMR",
      role: "SAMR",
      organisation: "samr",
      password: "right-password",
      demo: true,
    });
  });
  after(() => t.close());

  describe("sign-in", () => {
    test("without a session or token nothing but the public routes answers", async () => {
      for (const url of [
        "/accounts",
        "/tokens",
        "/access-log",
        "/organisations",
        "/situation",
        "/vehicles",
        "/signals",
        "/platforms",
        "/links",
        "/links/refused",
        "/quarantine",
        "/triggers",
        "/stream",
      ]) {
        refused(await t.get(url), 401, "SG_UNAUTHENTICATED");
      }
      refused(await t.get("/situation", "sgt_wrong"), 401, "SG_UNAUTHENTICATED");
      assert.equal((await t.get("/health")).statusCode, 200);
      assert.deepEqual((await t.get("/session")).json(), { actor: null });
      refused(await t.get("/session", "sgt_wrong"), 401, "SG_UNAUTHENTICATED");
      assert.equal((await t.get("/openapi.json")).statusCode, 200);
    });

    test("a session cookie is private to the server and bound to its site", async () => {
      const response = await t.post("/session", { account: "samr", password: "right-password" });
      assert.equal(response.statusCode, 200);
      assert.deepEqual(response.json().actor.role, "SAMR");
      const cookie = String(response.headers["set-cookie"]);
      assert.match(cookie, /^sandglass_session=[\w-]{43}; Path=\/; Expires=.*; HttpOnly; SameSite=Strict$/);
      const session = { sandglass_session: response.cookies[0]?.value ?? "" };
      const who = await t.app.inject({ url: "/api/v1/session", cookies: session });
      assert.deepEqual(who.json(), {
        actor: {
          kind: "person",
          id: who.json().actor.id,
          account: "samr",
          name: "SAMR",
          role: "SAMR",
          organisation: "samr",
          organisationNames: { en: "samr", zh: "samr" },
          region: null,
        },
        limits: { exportedRows: 20_000 },
      });
      const out = await t.app.inject({ method: "DELETE", url: "/api/v1/session", cookies: session });
      assert.equal(out.statusCode, 204);
      assert.deepEqual((await t.app.inject({ url: "/api/v1/session", cookies: session })).json(), { actor: null });
      assert.equal((await t.app.inject({ url: "/api/v1/situation", cookies: session })).statusCode, 401);
    });

    test("a wrong password and an unknown account are refused alike", async () => {
      const wrong = await t.post("/session", { account: "samr", password: "x" });
      const unknown = await t.post("/session", { account: "nobody", password: "x" });
      refused(wrong, 401, "SG_SESSION_REFUSED");
      assert.deepEqual(wrong.json<{ error: unknown }>().error, unknown.json<{ error: unknown }>().error);
    });

    test("another site cannot act with a person's session", async () => {
      const response = await t.post("/session", { account: "samr", password: "right-password" });
      const cookies = { sandglass_session: response.cookies[0]?.value ?? "" };
      const send = (headers: Record<string, string>) =>
        t.app.inject({
          method: "POST",
          url: "/api/v1/vehicles/search",
          cookies,
          headers: { host: "127.0.0.1:8080", ...headers },
          payload: { vin: vin(1) },
        });
      const foreign: Record<string, string>[] = [
        { origin: "https://evil.example" },
        { origin: "http://127.0.0.1:9999" },
        { origin: "null" },
        { "sec-fetch-site": "cross-site" },
      ];
      for (const headers of foreign) refused(await send(headers), 403, "SG_CROSS_ORIGIN");
      assert.equal((await send({ origin: "http://127.0.0.1:8080" })).statusCode, 200);
      refused(
        await t.app.inject({
          method: "POST",
          url: "/api/v1/session",
          headers: { host: "127.0.0.1:8080", origin: "https://evil.example" },
          payload: { account: "samr", password: "right-password" },
        }),
        403,
        "SG_CROSS_ORIGIN",
      );
    });

    test("guessing from one address is slowed down", async () => {
      const guess = () =>
        t.app.inject({
          method: "POST",
          url: "/api/v1/session",
          remoteAddress: "10.9.8.7",
          payload: { account: "guess", password: "x" },
        });
      const codes: string[] = [];
      for (let i = 0; i < 32; i++) codes.push((await guess()).json().error.code);
      assert.deepEqual(
        [codes[0], codes[29], codes[30]],
        ["SG_SESSION_REFUSED", "SG_SESSION_REFUSED", "SG_RATE_LIMITED"],
      );
    });
  });

  describe("input", () => {
    test("a body that violates its schema is refused with path and rule", async () => {
      const parameters = refused(
        await t.post("/platforms", { name: "A", user: "a-name-too-long-for-it", password: "12345678" }, all),
        400,
        "SG_REQUEST_INVALID",
      );
      assert.deepEqual(
        [parameters["path"], parameters["rule"]],
        ["body/user", "must NOT have more than 12 characters"],
      );
      assert.equal(
        refused(await t.post("/platforms", { name: "A" }, all), 400, "SG_REQUEST_INVALID")["rule"],
        "lacks the property user",
      );
      assert.equal(
        refused(await t.post("/vehicles/search", { vin: 5 }, all), 400, "SG_REQUEST_INVALID")["path"],
        "body/vin",
      );
      assert.equal(
        refused(await t.post("/vehicles/search", { vin: "x", other: 1 }, all), 400, "SG_REQUEST_INVALID")["rule"],
        "has the unknown property other",
      );
      assert.equal(
        refused(await t.post("/vehicles", { maker: "x" }, all), 400, "SG_REQUEST_INVALID")["rule"],
        "lacks the property vin",
      );
      refused(await t.post("/vehicles", "7", all), 400, "SG_REQUEST_INVALID");
    });

    test("a query or path that violates its schema is refused too", async () => {
      assert.equal(
        refused(await t.get("/vehicles?limit=0", all), 400, "SG_REQUEST_INVALID")["path"],
        "querystring/limit",
      );
      refused(await t.get("/vehicles?limit=many", all), 400, "SG_REQUEST_INVALID");
      refused(await t.get("/vehicles?state=asleep", all), 400, "SG_REQUEST_INVALID");
      refused(await t.get("/vehicles?unknown=1", all), 400, "SG_REQUEST_INVALID");
      refused(await t.get("/vehicles/LSJE36091MS000001", all), 400, "SG_REQUEST_INVALID");
      refused(await t.get("/vehicles?cursor=nonsense", all), 400, "SG_CURSOR_INVALID");
      refused(
        await t.get(`/vehicles?cursor=${Buffer.from('["x"]').toString("base64url")}`, all),
        400,
        "SG_CURSOR_INVALID",
      );
    });

    test("what is not JSON, too large, of another type, or nowhere has its code", async () => {
      refused(await t.post("/vehicles/search", "{", all), 400, "SG_REQUEST_INVALID");
      refused(await t.post("/vehicles/search", "", all), 400, "SG_REQUEST_INVALID");
      refused(
        await t.post("/vehicles/search", "<vin/>", all, { "content-type": "application/xml" }),
        415,
        "SG_MEDIA_TYPE",
      );
      refused(
        await t.post("/vehicles/search", JSON.stringify({ vin: "x".repeat(2_000_000) }), all),
        413,
        "SG_REQUEST_TOO_LARGE",
      );
      refused(await t.get("/nowhere", all), 404, "SG_NOT_FOUND");
      refused(
        await t.app.inject({ method: "PUT", url: "/api/v1/vehicles", headers: { authorization: `Bearer ${all}` } }),
        404,
        "SG_NOT_FOUND",
      );
    });

    test("random bodies never cause an unexpected error", async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom("/vehicles", "/vehicles/search", "/platforms", "/triggers/check", "/session"),
          fc.json(),
          async (url, body) => {
            const response = await t.post(url, body, all);
            assert.ok(response.statusCode < 500, `${url} ${body} ${response.body}`);
          },
        ),
        { numRuns: 150 },
      );
    });
  });

  describe("vehicles", () => {
    test("one object is registered or refused with its own code", async () => {
      const created = await t.post("/vehicles", { vin: vin(1), model: "M1", region: "440300", colour: "red" }, oemA);
      assert.equal(created.statusCode, 201, created.body);
      const body = created.json();
      assert.deepEqual(
        [body.vin, body.state, body.organisation, body.model, body.online, body.lastSeenAt],
        ["LSJ**********0001", "registered", "oem-a", "M1", false, null],
      );
      assert.ok(!created.body.includes(vin(1)));
      refused(await t.post("/vehicles", { vin: "SHORT" }, oemA), 400, "SG_VIN_LENGTH");
      refused(await t.post("/vehicles", { vin: vin(1) }, oemB), 409, "SG_VEHICLE_TAKEN");
      refused(await t.post("/vehicles", { vin: vin(2), organisation: "oem-b" }, oemA), 403, "SG_VEHICLE_ORGANISATION");
      refused(
        await t.post("/vehicles", { vin: vin(2), organisation: "oem-a" }, await t.tokenOf("SAMR", "samr")),
        403,
        "SG_FORBIDDEN",
      );
    });

    test("a list and a CSV answer row by row", async () => {
      const list = await t.post(
        "/vehicles",
        [{ vin: vin(20), organisation: "oem-a" }, { vin: 7 }, {}, { vin: vin(21), organisation: "oem-b" }],
        all,
      );
      assert.equal(list.statusCode, 200, list.body);
      assert.deepEqual(
        list.json().items.map((item: { row: number }) => item.row),
        [1, 4],
      );
      assert.deepEqual(
        list.json().errors.map((error: { row: number; code: string }) => [error.row, error.code]),
        [
          [2, "SG_VIN_LENGTH"],
          [3, "SG_VIN_LENGTH"],
        ],
      );
      const csv = await t.post("/vehicles", `vin,organisation,model\n${vin(22)},oem-b,三\nbad,oem-b,\n`, all, {
        "content-type": "text/csv; charset=utf-8",
      });
      assert.equal(csv.statusCode, 200, csv.body);
      assert.deepEqual([csv.json().items.length, csv.json().errors[0].code], [1, "SG_VIN_LENGTH"]);
      refused(await t.post("/vehicles", "model\nx\n", all, { "content-type": "text/csv" }), 400, "SG_CSV_INVALID");
    });

    test("pages follow each other without loss or repetition", async () => {
      const rows = Array.from({ length: 25 }, (_, i) => ({ vin: vin(100 + i), organisation: "oem-b" }));
      await t.post("/vehicles", rows, all);
      const seen: string[] = [];
      let next: string | null = null;
      do {
        const page: { items: { id: string }[]; next: string | null } = (
          await t.get(`/vehicles?limit=10${next === null ? "" : `&cursor=${next}`}`, oemB)
        ).json();
        seen.push(...page.items.map((item) => item.id));
        next = page.next;
      } while (next !== null);
      const listed = await t.base.records.asSuperuser(
        "select count(*)::int as n from vehicles where organisation = 'oem-b'",
      );
      assert.equal(new Set(seen).size, seen.length);
      assert.equal(seen.length, listed[0]?.["n"]);
    });

    test("one enterprise does not see the other's vehicle by any way", async () => {
      const id = (await t.post("/vehicles/search", { vin: vin(1) }, oemA)).json().items[0].id as string;
      assert.equal((await t.get(`/vehicles/${id}`, oemA)).statusCode, 200);
      refused(await t.get(`/vehicles/${id}`, oemB), 404, "SG_NOT_FOUND");
      assert.deepEqual((await t.post("/vehicles/search", { vin: vin(1) }, oemB)).json().items, []);
      assert.ok(!(await t.get("/vehicles?limit=1000", oemB)).body.includes(id));
      refused(await t.post(`/vehicles/${id}/unmask`, { reason: "rival research" }, oemB), 404, "SG_NOT_FOUND");
      for (const path of ["samples?signals=speed", "frames", "frames/1", "counts"])
        refused(await t.get(`/vehicles/${id}/${path}`, oemB), 404, "SG_NOT_FOUND");
    });

    test("a full VIN leaves the server only by unmasking, with a reason", async () => {
      const id = (await t.post("/vehicles/search", { vin: vin(1) }, oemA)).json().items[0].id as string;
      refused(await t.post(`/vehicles/${id}/unmask`, { reason: "" }, oemA), 400, "SG_REQUEST_INVALID");
      assert.deepEqual((await t.post(`/vehicles/${id}/unmask`, { reason: "recall letter" }, oemA)).json(), {
        vin: vin(1),
      });
      assert.equal(t.base.leaves.length, 1);
      assert.ok(!(await t.get("/vehicles?limit=1000", all)).body.includes(vin(1)));
    });

    test("telemetry of a vehicle without a case is refused to who needs one", async () => {
      const id = (await t.post("/vehicles/search", { vin: vin(1) }, all)).json().items[0].id as string;
      refused(
        await t.get(`/vehicles/${id}/samples?signals=speed`, await t.tokenOf("SAMR", "samr")),
        403,
        "SG_NEEDS_CASE",
      );
      refused(
        await t.get(`/vehicles/${id}/samples?signals=speed`, await t.tokenOf("AUDITOR", "ops")),
        404,
        "SG_NOT_FOUND",
      );
      refused(await t.get(`/vehicles/${id}/samples?signals=no.such`, all), 400, "SG_SIGNAL_UNKNOWN");
      refused(
        await t.get(`/vehicles/${id}/samples?signals=speed&from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z`, all),
        400,
        "SG_REQUEST_INVALID",
      );
      refused(await t.get(`/vehicles/${id}/samples?signals=speed&from=yesterday`, all), 400, "SG_REQUEST_INVALID");
    });
  });

  test("platforms are admitted by who may, and their password is never shown", async () => {
    const created = await t.post(
      "/platforms",
      { name: "Maker A", user: "maker-a", password: "secret-pass", organisation: "oem-a" },
      all,
    );
    assert.equal(created.statusCode, 201, created.body);
    refused(
      await t.post(
        "/platforms",
        { name: "Maker A", user: "maker-a", password: "secret-pass", organisation: "oem-a" },
        all,
      ),
      409,
      "SG_PLATFORM_EXISTS",
    );
    refused(await t.post("/platforms", { name: "x", user: "x", password: "secret-pass" }, oemA), 403, "SG_FORBIDDEN");
    const listed = await t.get("/platforms", all);
    assert.deepEqual(
      listed.json().items.map((item: { user: string }) => item.user),
      ["maker-a"],
    );
    assert.ok(!listed.body.includes("secret-pass") && !listed.body.includes("argon2"));
    assert.equal(
      (await findAdmitted(t.base.access.platforms, "maker-a", "secret-pass", "127.0.0.1"))?.organisation,
      "oem-a",
    );
  });

  test("identities are kept by an administrator, and by nobody else", async () => {
    const admin = await t.tokenOf("SECURITY_ADMIN", "ops");
    const organisation = await t.post(
      "/organisations",
      { id: "lab-1", kind: "technical", names: { en: "Lab", zh: "检测机构" }, region: "440300" },
      admin,
    );
    assert.equal(organisation.statusCode, 201, organisation.body);
    refused(
      await t.post("/organisations", { id: "lab-1", kind: "technical", names: { en: "Lab", zh: "检测机构" } }, admin),
      409,
      "SG_IDENTITY_EXISTS",
    );
    refused(
      await t.post("/organisations", { id: "lab-2", kind: "regulator", names: { en: "Lab", zh: "检测机构" } }, admin),
      400,
      "SG_REQUEST_INVALID",
    );
    const wanted = { account: "Tester", name: "T", role: "LAB", organisation: "lab-1", password: "a-long-password" };
    const account = await t.post("/accounts", wanted, admin);
    assert.deepEqual([account.statusCode, account.json().account], [201, "tester"], account.body);
    assert.ok(!account.body.includes("a-long-password") && !account.body.includes("argon2"));
    refused(await t.post("/accounts", wanted, admin), 409, "SG_IDENTITY_EXISTS");
    refused(await t.post("/accounts", { ...wanted, account: "x", role: "KING" }, admin), 400, "SG_ROLE_UNKNOWN");
    refused(
      await t.post("/accounts", { ...wanted, account: "x", organisation: "nowhere" }, admin),
      400,
      "SG_ORGANISATION_UNKNOWN",
    );
    refused(
      await t.post("/accounts", { ...wanted, account: "x", password: "short" }, admin),
      400,
      "SG_REQUEST_INVALID",
    );
    assert.equal((await t.post("/session", { account: "tester", password: "a-long-password" })).statusCode, 200);
    refused(
      await t.post("/tokens", { name: "probe", role: "LAB", organisation: "lab-1", days: 1 }, admin),
      403,
      "SG_FORBIDDEN",
    );
    const intake = await t.post(
      "/tokens",
      { name: "events", role: "TECH_FIRM", organisation: "lab-1", scope: "intake", days: 1 },
      admin,
    );
    assert.equal(intake.statusCode, 201, intake.body);
    refused(await t.get("/session", intake.json().token), 401, "SG_UNAUTHENTICATED");
    const revoked = await t.app.inject({
      method: "DELETE",
      url: `/api/v1/tokens/${intake.json().id}`,
      headers: { authorization: `Bearer ${admin}` },
    });
    assert.equal(revoked.statusCode, 204, revoked.body);
    assert.ok(
      (await t.get("/tokens", admin))
        .json()
        .items.some((token: { id: string; revoked: boolean }) => token.id === intake.json().id && token.revoked),
    );
    refused(await t.get("/accounts", await t.tokenOf("PLATFORM_ADMIN", "ops")), 403, "SG_FORBIDDEN");
    for (const token of [all, oemA]) {
      refused(await t.get("/accounts", token), 403, "SG_FORBIDDEN");
      refused(await t.post("/accounts", { ...wanted, account: "x" }, token), 403, "SG_FORBIDDEN");
      refused(
        await t.post("/tokens", { name: "x", role: "LAB", organisation: "lab-1", days: 1 }, token),
        403,
        "SG_FORBIDDEN",
      );
    }
  });

  test("the access log is read by the auditor, page by page, and holds no VIN", async () => {
    const auditor = await t.tokenOf("AUDITOR", "ops");
    const first = (await t.get("/access-log?limit=3", auditor)).json();
    const second = (await t.get(`/access-log?limit=3&cursor=${first.next}`, auditor)).json();
    assert.equal(first.items.length, 3);
    assert.ok(second.items[0].at <= first.items[2].at);
    const unmasked = (await t.get("/access-log?action=vin.unmask", auditor)).json().items;
    assert.deepEqual(
      unmasked.map((entry: { role: string; reason: string }) => [entry.role, entry.reason]),
      [["OEM", "recall letter"]],
    );
    assert.ok(!(await t.get("/access-log?limit=1000", auditor)).body.includes(vin(1)));
    refused(await t.get("/access-log", oemA), 403, "SG_FORBIDDEN");
  });

  test("on an empty system the printed token registers vehicles and platforms without naming an organisation", async () => {
    const printed = await t.tokenOf("SUPERVISOR_ALL", "");
    const vehicle = await t.post("/vehicles", { vin: vin(900) }, printed);
    assert.deepEqual([vehicle.statusCode, vehicle.json().organisation], [201, "unassigned"], vehicle.body);
    const owned = await t.post("/vehicles", { vin: vin(901), organisation: "新企业", maker: "M" }, printed);
    assert.deepEqual([owned.statusCode, owned.json().organisation], [201, "新企业"], owned.body);
    const platform = await t.post("/platforms", { name: "P", user: "plat-1", password: "secret" }, printed);
    assert.equal(platform.statusCode, 201, platform.body);
    assert.ok(await findAdmitted(t.base.access.platforms, "plat-1", "secret", "127.0.0.1"));
  });

  test("links are shown to operators with their address, to an enterprise only its own", async () => {
    const key = t.base.access.keyOf(vin(1));
    const link = {
      state: "open",
      openedAt: 0,
      assurance: "platform",
      frames: 1,
      bytes: 1,
      malformed: 0,
      quarantined: 0,
      skippedBytes: 0,
      answered: 1,
      rows: { accepted: 1 },
      replies: { 1: 1 },
      codes: {},
    };
    t.links.push(
      { ...link, id: 1, kind: "platform", remote: "10.0.0.1", platform: { id: "p", name: "B", organisation: "oem-b" } },
      { ...link, id: 2, kind: "terminal", remote: "10.0.0.2", vehicle: key, vinMasked: "LSJ**********0001" },
    );
    const seen = async (token: string) =>
      (await t.get("/links", token))
        .json()
        .items.map((item: { id: number; remote: string | null }) => [item.id, item.remote]);
    assert.deepEqual(await seen(all), [
      [1, "10.0.0.1"],
      [2, "10.0.0.2"],
    ]);
    assert.deepEqual(await seen(oemA), [[2, null]]);
    assert.deepEqual(await seen(oemB), [[1, null]]);
    const figures = (await t.get("/links", await t.tokenOf("SAMR", "samr"))).json().items;
    assert.deepEqual(
      figures.map((item: { remote: unknown; vehicle: unknown; vin: unknown }) => [item.remote, item.vehicle, item.vin]),
      [
        [null, null, null],
        [null, null, null],
      ],
    );
    refused(await t.get("/links", await t.tokenOf("EXPERT", "ops")), 403, "SG_FORBIDDEN");
    t.links.push({ ...link, id: 3, kind: "platform", state: "SG_LINK_LOCKED", remote: "10.0.0.3" });
    const reasons = (await t.get("/links", all))
      .json()
      .items.map((item: { reason: { en: string } | null }) => item.reason);
    assert.deepEqual(reasons.slice(0, 2), [null, null]);
    assert.match(reasons[2].en, /wrong logins/, "why we closed it");
    const ids = async (state: string) =>
      (await t.get(`/links?state=${state}`, all)).json().items.map((item: { id: number }) => item.id);
    assert.deepEqual([await ids("open"), await ids("closed")], [[1, 2], [3]]);
    t.turnedAway.push({ remoteAddress: "10.0.0.4", code: "SG_LINK_TLS", count: 2, firstAt: 0, lastAt: 1000 });
    const [turnedAway] = (await t.get("/links/refused", all)).json().items;
    assert.deepEqual([turnedAway.remote, turnedAway.code, turnedAway.count], ["10.0.0.4", "SG_LINK_TLS", 2]);
    assert.match(turnedAway.reason.zh, /证书/);
    for (const [role, organisation] of [
      ["OEM", "oem-a"],
      ["EXPERT", "ops"],
    ] as const)
      refused(await t.get("/links/refused", await t.tokenOf(role, organisation)), 403, "SG_FORBIDDEN");
    assert.equal((await t.get("/links?limit=1", all)).json().items.length, 1);
    for (const [sort, expected] of [
      ["opened", [1, 2, 3]],
      ["-opened", [3, 2, 1]],
    ] as const) {
      const walked: number[] = [];
      for (let next: string | null = ""; next !== null;) {
        const page: { items: { id: number }[]; next: string | null } = (
          await t.get(`/links?limit=2&sort=${sort}${next === "" ? "" : `&cursor=${next}`}`, all)
        ).json();
        walked.push(...page.items.map((item) => item.id));
        next = page.next;
      }
      assert.deepEqual(walked, expected, sort);
    }
  });

  test("the catalogue lists every signal in both languages", async () => {
    const { items } = (await t.get("/signals", oemA)).json<{
      items: { id: string; names: { en: string; zh: string } }[];
    }>();
    assert.ok(items.length > 60);
    assert.ok(items.some((item) => item.id === "speed" && item.names.zh === "车速"));
  });

  test("the situation counts what the actor may count", async () => {
    const of = async (token: string) => (await t.get("/situation", token)).json();
    t.base.clock.now += 2_000;
    t.intake.status = { paused: true, code: "SG_JOURNAL_DISK_FULL", waitingMs: 90_000 };
    t.alarms.raise({ code: "SG_JOURNAL_DISK_FULL", message: "disk full", messageZh: "磁盘已满", lasting: true });
    const operator = await of(all);
    assert.equal(
      operator.vehicles.registered,
      Number((await t.base.records.asSuperuser("select count(*)::int as n from vehicles"))[0]?.["n"]),
    );
    assert.deepEqual(operator.intake, { paused: true, code: "SG_JOURNAL_DISK_FULL", waitingMs: 90_000 });
    assert.deepEqual(
      operator.alarms.map((alarm: { code: string }) => alarm.code),
      ["SG_JOURNAL_DISK_FULL"],
    );
    const enterprise = await of(oemA);
    assert.ok(enterprise.vehicles.registered < operator.vehicles.registered);
    assert.deepEqual(enterprise.alarms, []);
    const health = await t.get("/health");
    assert.deepEqual([health.statusCode, health.json().status], [503, "degraded"]);
    t.intake.status = { paused: false };
    t.alarms.clear("SG_JOURNAL_DISK_FULL");
  });

  test("headers forbid sniffing, framing and caching", async () => {
    const { headers } = await t.get("/situation", all);
    assert.equal(headers["x-content-type-options"], "nosniff");
    assert.equal(headers["x-frame-options"], "DENY");
    assert.equal(headers["cache-control"], "no-store");
    assert.match(String(headers["content-security-policy"]), /default-src 'none'/);
  });

  test("metrics are given to this machine, or to a token that may see the operation", async () => {
    const local = await t.app.inject({ url: "/metrics" });
    assert.equal(local.statusCode, 200);
    assert.match(local.body, /^sandglass_intake_paused 0$/m);
    const remote = (token?: string) =>
      t.app.inject({
        url: "/metrics",
        remoteAddress: "10.0.0.1",
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      });
    refused(await remote(), 403, "SG_METRICS_LOCAL");
    refused(await remote(oemA), 403, "SG_METRICS_LOCAL");
    assert.equal((await remote(all)).statusCode, 200);
    refused(
      await t.app.inject({ url: "/metrics", headers: { "x-forwarded-for": "10.0.0.1" } }),
      403,
      "SG_METRICS_LOCAL",
    );
  });

  test("neither VINs nor passwords nor tokens are in the log", () => {
    const log = t.logLines.join("");
    assert.ok(t.logLines.length > 50);
    for (const secret of [vin(1), vin(20), vin(100), "right-password", "secret-pass", all, oemA])
      assert.ok(!log.includes(secret), secret);
    assert.match(log, /"route":"\/api\/v1\/vehicles\/:id"/);
  });
});
