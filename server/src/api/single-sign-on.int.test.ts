/** Against a real OpenID provider that runs in this test: authorization code, PKCE, state, nonce, signed ID tokens. */
import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, test } from "node:test";
import { Provider as OpenIdProvider } from "oidc-provider";
import type { Provider } from "../access/mod.ts";
import { person } from "../access/testing.ts";
import { openTestApi, type TestApi } from "./testing/open-test-api.ts";

const USERS: Record<string, object> = {
  "sub-officer": { preferred_username: "officer", name: "Officer Wang", groups: ["officers"] },
  "sub-known": { preferred_username: "Known.Person", name: "Known", groups: [] },
  "sub-stranger": { preferred_username: "stranger", name: "Stranger", groups: ["visitors"] },
  "sub-samr": { preferred_username: "samr", name: "Not the local samr", groups: ["officers"] },
};
const ADMIN = person("SECURITY_ADMIN", "ops");

describe("single sign-on", () => {
  let server: Server;
  let issuer: string;
  let t: TestApi;
  let origin: string;

  before(async () => {
    let handler: ReturnType<OpenIdProvider["callback"]> | undefined;
    server = createServer((request, response) => void handler?.(request, response));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const entry = {
      title: { en: "Test", zh: "测试" },
      issuer,
      clientId: "sandglass",
      clientSecret: "a-client-secret-of-the-test",
      scopes: ["openid", "profile"],
      claims: { account: "preferred_username", name: "name" },
      userInfo: true,
      mapping: [{ when: { groups: "officers" }, role: "SAMR", organisation: "samr" }],
    };
    const providers: Provider[] = [
      { ...entry, id: "closed", createAccounts: false },
      { ...entry, id: "open", createAccounts: true },
      { ...entry, id: "away", issuer: "http://127.0.0.1:9", createAccounts: false },
    ];
    t = await openTestApi({ providers });
    origin = await t.app.listen({ host: "127.0.0.1", port: 0 });
    handler = new OpenIdProvider(issuer, {
      clients: [
        {
          client_id: "sandglass",
          client_secret: "a-client-secret-of-the-test",
          redirect_uris: ["closed", "open"].map((id) => `${origin}/api/v1/session/sso/${id}/callback`),
        },
      ],
      pkce: { required: () => true },
      claims: { openid: ["sub"], profile: ["name", "preferred_username", "groups"] },
      features: { devInteractions: { enabled: true } },
      findAccount: (_context, sub) => ({ accountId: sub, claims: async () => ({ sub, ...USERS[sub] }) }),
      cookies: { keys: ["test"] },
    }).callback();
  });
  after(async () => {
    await t.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  /** A browser: follows redirects, keeps cookies, fills in the provider's own sign-in and consent. */
  const browse = async (provider: string, sub: string, tamper?: (callback: URL) => void) => {
    const jar = new Map<string, Map<string, string>>();
    let url = new URL(`${origin}/api/v1/session/sso/${provider}?next=/cases`);
    let body: URLSearchParams | undefined;
    for (let step = 0; step < 15; step += 1) {
      const cookies = [...(jar.get(url.host) ?? [])].map(([name, value]) => `${name}=${value}`).join("; ");
      const response = await fetch(url, {
        redirect: "manual",
        headers: { cookie: cookies },
        ...(body === undefined ? {} : { method: "POST", body }),
      });
      const own = jar.get(url.host) ?? new Map<string, string>();
      for (const set of response.headers.getSetCookie()) {
        const [pair = ""] = set.split(";");
        own.set(pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1));
      }
      jar.set(url.host, own);
      const location = response.headers.get("location");
      if (location !== null) {
        url = new URL(location, url);
        body = undefined;
        if (url.pathname.endsWith("/callback")) tamper?.(url);
        if (url.host === new URL(origin).host && !url.pathname.startsWith("/api/"))
          return { path: url.pathname + url.search, cookie: own.get("sandglass_session") };
        continue;
      }
      const page = await response.text();
      const action = /<form[^>]*action="([^"]+)"/.exec(page)?.[1];
      if (action === undefined) return { path: page, cookie: undefined };
      url = new URL(action, url);
      body = new URLSearchParams(
        page.includes('name="login"') ? { prompt: "login", login: sub, password: "x" } : { prompt: "consent" },
      );
    }
    throw new Error("the provider never came back");
  };
  const whoIs = async (cookie: string | undefined) =>
    (await t.app.inject({ url: "/api/v1/session", cookies: { sandglass_session: cookie ?? "" } })).json().actor;

  test("an identity that nobody here has is refused, and no account is made", async () => {
    const before = (await t.base.access.directory.listAccounts(ADMIN)).length;
    assert.deepEqual(await browse("closed", "sub-officer"), {
      path: "/sign-in?refused=SG_SSO_REFUSED",
      cookie: undefined,
    });
    assert.equal((await t.base.access.directory.listAccounts(ADMIN)).length, before);
  });

  test("an account that was announced by user name is linked at the first sign-in, then found by its subject", async () => {
    const account = await t.base.access.directory.createAccount(ADMIN, {
      account: "wang",
      name: "Wang",
      role: "OEM",
      organisation: "oem-a",
      password: "a-long-password",
    });
    await t.base.access.administration.changeAccount(ADMIN, account.id, {
      sso: { provider: "closed", subject: "name:known.person" },
    });
    const first = await browse("closed", "sub-known");
    assert.equal(first.path, "/cases");
    const actor = await whoIs(first.cookie);
    assert.deepEqual([actor.account, actor.role, actor.organisation], ["wang", "OEM", "oem-a"]);
    const linked = (await t.base.access.directory.listAccounts(ADMIN)).find(({ id }) => id === account.id);
    assert.equal(linked?.subject, "sub-known");
    await t.base.access.administration.changeAccount(ADMIN, account.id, { disabled: true });
    assert.match((await browse("closed", "sub-known")).path, /refused=SG_SESSION_REFUSED/);
  });

  test("where the entry says so, an account is made by the mapping; who loses the group is refused", async () => {
    const made = await browse("open", "sub-officer");
    const actor = await whoIs(made.cookie);
    assert.deepEqual([actor.account, actor.role, actor.organisation], ["officer@open", "SAMR", "samr"]);
    assert.match((await browse("open", "sub-stranger")).path, /refused=SG_SSO_REFUSED/, "no rule holds");
    USERS["sub-officer"] = { ...USERS["sub-officer"], groups: [] };
    assert.match((await browse("open", "sub-officer")).path, /refused=SG_SSO_REFUSED/);
  });

  test("a provider's user never takes the account of a local one by its name", async () => {
    await t.base.access.directory.ensureAccount({
      account: "samr",
      name: "Local",
      role: "SAMR",
      organisation: "samr",
      password: "a-long-password",
    });
    assert.equal((await whoIs((await browse("open", "sub-samr")).cookie)).account, "samr@open");
  });

  test("another state, another code, or a way back that was not begun here is refused", async () => {
    for (const tamper of [
      (url: URL) => url.searchParams.set("state", "other"),
      (url: URL) => url.searchParams.set("code", "other"),
      (url: URL) => url.searchParams.set("iss", "https://evil.example"),
    ])
      assert.deepEqual(await browse("open", "sub-samr", tamper), {
        path: "/sign-in?refused=SG_SSO_REFUSED",
        cookie: undefined,
      });
    const alone = await t.app.inject({ url: "/api/v1/session/sso/open/callback?code=x&state=y" });
    assert.equal(alone.headers.location, "/sign-in?refused=SG_SSO_REFUSED");
  });

  test("unknown providers and those that do not answer are named", async () => {
    // People are in a browser here: they come to a page, not to an answer of the API.
    for (const [provider, code] of [
      ["nowhere", "SG_SSO_PROVIDER"],
      ["away", "SG_SSO_UNAVAILABLE"],
    ]) {
      const { statusCode, headers } = await t.get(`/session/sso/${provider}`);
      assert.deepEqual([statusCode, headers.location], [302, `/sign-in?refused=${code}`]);
    }
    assert.deepEqual(
      (await t.get("/session/sso")).json().items.map((item: { id: string }) => item.id),
      ["closed", "open", "away"],
    );
  });

  test("the address to open afterwards is one of this console", async () => {
    for (const next of ["//evil.example", "/\\evil", "https://evil.example", "javascript:alert(1)"]) {
      const response = await t.get(`/session/sso/open?next=${encodeURIComponent(next)}`);
      assert.equal(response.statusCode, 302);
      const [row] = await t.base.records.asSuperuser(
        "select content->>'next' as next from sign_in_challenges where kind = 'sso' order by expires_at desc limit 1",
      );
      assert.equal(row?.["next"], "/", next);
    }
  });
});
