/** From an action of a case to the inbox, the mail server and the webhook of those whom it concerns; real servers at the other end. */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import http, { type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import Fastify, { type FastifyInstance } from "fastify";
import { SMTPServer } from "smtp-server";
import { AddressList } from "../access/address-list.ts";
import { createCases, type Cases } from "../cases/mod.ts";
import { SandglassError } from "../errors/mod.ts";
import { Notifier, notificationRoutes, type NotifierOptions } from "../notifications/mod.ts";
import { SYSTEM_ACCESS, SYSTEM_NOTIFIER, SYSTEM_SETUP, type Actor } from "../records/mod.ts";
import { openTestRecords, type TestRecords } from "../records/testing.ts";

const HOUR = 3_600_000;
const person = (id: string, role: string, organisation: string, region?: string): Actor => ({
  kind: "person",
  id,
  account: id.slice(4),
  role,
  organisation,
  ...(region === undefined ? {} : { region }),
});
const PEOPLE = {
  oem: person("acc_oem", "OEM", "oem-a"),
  oem2: person("acc_oem2", "OEM", "oem-a"),
  oemB: person("acc_oemb", "OEM", "oem-b"),
  samr: person("acc_samr", "SAMR", "samr"),
  local: person("acc_local", "LOCAL_IIT", "local", "440300"),
  elsewhere: person("acc_else", "LOCAL_IIT", "local", "310000"),
  gone: person("acc_gone", "SAMR", "samr"),
} as const;

describe("notifications", () => {
  let records: TestRecords;
  let cases: Cases;
  let notifier: Notifier;
  /** For the one test that waits for an answer in vain: others would fail where the machine is slower than its patience. */
  let hasty: Notifier;
  let app: FastifyInstance;
  let mailServer: SMTPServer;
  let hookServer: http.Server;
  let now = Date.UTC(2026, 10, 23, 1);
  const mails: { readonly to: string[]; readonly text: string }[] = [];
  const calls: { readonly url: string; readonly headers: IncomingHttpHeaders; readonly body: string }[] = [];
  /** What the webhook's server answers, by path. */
  let answer: (url: string) => number | "never" = () => 204;
  let mailRefuses = false;

  before(async () => {
    records = await openTestRecords();
    await records.transact(SYSTEM_SETUP, async (tx) => {
      for (const id of ["oem-a", "oem-b", "samr", "local"])
        await tx
          .insertInto("organisations")
          .values({ id, kind: "any", name_en: id, name_zh: id, region: null })
          .execute();
    });
    for (const { id, account, role, organisation, region } of Object.values(PEOPLE) as readonly Actor[])
      await records.asSuperuser(
        "insert into accounts (id, account, name, role, organisation, region, password, disabled) values ($1, $2, $2, $3, $4, $5, '', $6)",
        [id, account, role, organisation, region ?? null, id === "acc_gone"],
      );
    cases = createCases({ records, now: () => now, checkTriggerSet: async () => ({ hash: "" }) });
    mailServer = new SMTPServer({
      authOptional: true,
      disabledCommands: ["STARTTLS"],
      onData(stream, session, done) {
        const chunks: Buffer[] = [];
        stream.on("data", (chunk: Buffer) => chunks.push(chunk));
        stream.on("end", () => {
          if (mailRefuses) return done(new Error("mailbox full"));
          mails.push({
            to: session.envelope.rcptTo.map((each) => each.address),
            text: Buffer.concat(chunks).toString(),
          });
          done();
        });
      },
    });
    await new Promise<void>((resolve) => mailServer.listen(0, "127.0.0.1", resolve));
    hookServer = http.createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        calls.push({ url: request.url ?? "", headers: request.headers, body: Buffer.concat(chunks).toString() });
        const status = answer(request.url ?? "");
        if (status === "never") return;
        response.writeHead(status, status === 302 ? { location: "/elsewhere" } : {}).end("x".repeat(100_000));
      });
    });
    hookServer.listen(0, "127.0.0.1");
    await once(hookServer, "listening");
    const mailPort = (mailServer.server.address() as AddressInfo).port;
    const allowed = AddressList.parse("127.0.0.1/32");
    const options: NotifierOptions = {
      records,
      now: () => now,
      master: Buffer.alloc(32, 3),
      mail: { url: `smtp://127.0.0.1:${mailPort}`, from: "sandglass@example.org", console: "https://console.example" },
      allowed,
      source: "https://console.example",
    };
    notifier = new Notifier(options);
    hasty = new Notifier({ ...options, timeoutMs: 1_500 });
    app = Fastify({ ajv: { customOptions: { allErrors: false } } });
    app.decorateRequest("actor", undefined);
    app.addHook("onRequest", async (request) => {
      request.actor =
        request.headers["x-person"] === "service"
          ? { ...PEOPLE.samr, kind: "token" }
          : request.headers["x-person"] === "samrToken"
            ? { ...PEOPLE.samr, kind: "token", token: "tok_samr" }
            : PEOPLE[request.headers["x-person"] as keyof typeof PEOPLE];
    });
    app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
      const coded = error instanceof SandglassError ? error : undefined;
      const { code = "SG_OTHER", status = error.statusCode ?? 500 } = coded ?? {};
      return reply
        .code(status)
        .send({ error: { code, message: error.message, messageZh: "", parameters: {} }, requestId: request.id });
    });
    await app.register(notificationRoutes, { records, now: () => now, keys: notifier.keys, allowed, canMail: true });
  });
  after(async () => {
    await Promise.all([notifier.stop(), hasty.stop()]);
    await app.close();
    await new Promise<void>((resolve) => mailServer.close(resolve));
    hookServer.closeAllConnections();
    hookServer.close();
    await records.close();
  });

  async function call(
    who: keyof typeof PEOPLE | "service" | "samrToken",
    method: "GET" | "POST" | "PUT" | "DELETE",
    url: string,
    body?: object,
  ) {
    const answered = await app.inject({
      method,
      url,
      headers: { "x-person": who },
      ...(body === undefined ? {} : { payload: body }),
    });
    return { status: answered.statusCode, body: answered.json<any>() }; // oxlint-disable-line typescript/no-explicit-any -- answers are looked at field by field
  }
  const report = (fields: object = {}) =>
    cases.engine.transact(PEOPLE.oem, (unit) =>
      cases.engine.create(unit, "accident", "report", {
        happenedAt: new Date(now - HOUR).toISOString(),
        place: "Nanshan",
        what: "Smoke while charging",
        source: "enterprise",
        region: "440305",
        lossOfControl: true,
        ...fields,
      }),
    );
  const hookUrl = (path: string) => `http://127.0.0.1:${(hookServer.address() as AddressInfo).port}${path}`;

  it("tells each person of the roles for whom the case exists, once, and not who caused it", async () => {
    const { id } = await report();
    await notifier.run();
    await notifier.run();
    const seen = new Map<string, string[]>();
    for (const who of Object.keys(PEOPLE) as (keyof typeof PEOPLE)[]) {
      const { items } = (await call(who, "GET", "/notifications")).body;
      seen.set(
        who,
        items.map((each: { kind: string; case: { id: string } }) => `${each.kind} ${each.case.id === id}`),
      );
    }
    assert.deepEqual(Object.fromEntries(seen), {
      oem: [],
      oem2: ["duty true", "duty true"],
      oemB: [],
      samr: ["decision true"],
      local: ["decision true"],
      elsewhere: [],
      gone: [],
    });
    assert.deepEqual((await call("oem2", "GET", "/notifications/count")).body, { unread: 2 });
    const [newest] = (await call("oem2", "GET", "/notifications")).body.items;
    assert.deepEqual((await call("oem2", "POST", "/notifications/read", { ids: [newest.id] })).body, { read: 1 });
    assert.deepEqual(
      (await call("samr", "POST", "/notifications/read", { ids: [newest.id] })).body,
      { read: 0 },
      "another's",
    );
    assert.deepEqual((await call("oem2", "POST", "/notifications/read", { upTo: newest.id })).body, { read: 1 });
    assert.deepEqual((await call("oem2", "GET", "/notifications?unread=true")).body.items, []);
    assert.equal((await call("service", "GET", "/notifications")).body.error.code, "SG_NOTIFICATION_PERSON");
    assert.deepEqual((await call("service", "GET", "/notifications/count")).body, { unread: 0 });
    const own = (await call("samr", "GET", "/notifications")).body;
    assert.deepEqual((await call("samrToken", "GET", "/notifications")).body, own, "a token reaches its owner's inbox");
  });

  it("finds exactly the persons whom the row policies let see a case", async () => {
    const { id } = await report();
    const roles = [...new Set(Object.values(PEOPLE).map(({ role }) => role))];
    const rows = await records.asSuperuser("select account_id from case_recipients($1, $2::text[])", [id, roles]);
    const told = rows.map(({ account_id: account }) => account).sort();
    const seeing: string[] = [];
    for (const actor of Object.values(PEOPLE)) {
      const found = await records.transact(actor, (tx) =>
        tx.selectFrom("cases").select("id").where("id", "=", id).execute(),
      );
      if (found.length === 1 && actor.id !== "acc_gone") seeing.push(actor.id);
    }
    assert.deepEqual(told, seeing.sort());
  });

  it("sends mail by what a person chose: at once what is urgent, the rest in one digest, none of the kinds left out", async () => {
    const settings = {
      inboxKinds: ["duty"],
      email: "duty@oem.example",
      emailKinds: ["duty", "overdue"],
      digest: "daily",
      language: "zh",
    };
    assert.equal((await call("oem2", "PUT", "/notifications/settings", settings)).status, 200);
    assert.equal(
      (await call("oem2", "PUT", "/notifications/settings", { ...settings, email: "no address" })).status,
      400,
    );
    mails.length = 0;
    const first = now;
    await report();
    await notifier.run();
    assert.equal(mails.length, 1, "the duty of twelve hours is urgent, that of two days waits");
    assert.deepEqual(mails[0]!.to, ["duty@oem.example"]);
    await report({ what: "Second" });
    await notifier.run();
    assert.equal(mails.length, 2);
    now = Date.parse("2026-11-24T00:00:01Z");
    await notifier.run();
    assert.equal(mails.length, 3, "one mail for both that waited");
    const body = mails[2]!.text;
    assert.match(decodeBody(body), /向市场监管总局报送完整信息表[\s\S]*https:\/\/console\.example\/cases\/acd_/);
    now = first;
  });

  it("tries mail again when the server refuses it, and loses nothing", async () => {
    mails.length = 0;
    mailRefuses = true;
    await report();
    await notifier.run();
    assert.equal(mails.length, 0);
    mailRefuses = false;
    await notifier.run();
    assert.equal(mails.length, 0, "not before the pause is over");
    now += 31_000;
    await notifier.run();
    assert.equal(mails.length, 1);
  });

  it("calls a webhook with a signed CloudEvent of what its owner would see", async () => {
    const created = await call("samr", "POST", "/webhooks", {
      url: hookUrl("/hook"),
      kinds: ["decision"],
      algorithm: "hmac-sha256",
    });
    assert.equal(created.status, 201, JSON.stringify(created.body));
    await call("oemB", "POST", "/webhooks", {
      url: hookUrl("/foreign"),
      kinds: ["decision", "duty"],
      algorithm: "ed25519",
    });
    calls.length = 0;
    const { id } = await report();
    await notifier.run();
    assert.deepEqual(
      calls.map((each) => each.url),
      ["/hook"],
      "nothing of another maker's case",
    );
    const [{ headers, body }] = calls as [(typeof calls)[0]];
    assert.match(String(headers["content-type"]), /^application\/cloudevents\+json/);
    const event = JSON.parse(body);
    assert.deepEqual(
      [event.specversion, event.type, event.subject, event.source, event.data.case.id, event.id],
      ["1.0", "sandglass.notice.decision", id, "https://console.example", id, headers["webhook-id"]],
    );
    const secret = Buffer.from(created.body.secret.slice("whsec_".length), "base64");
    const signed = `${String(headers["webhook-id"])}.${String(headers["webhook-timestamp"])}.${body}`;
    assert.equal(headers["webhook-signature"], `v1,${createHmac("sha256", secret).update(signed).digest("base64")}`);
    const { items } = (await call("samr", "GET", `/webhooks/${created.body.id}/deliveries`)).body;
    assert.deepEqual([items[0].state, items[0].attempts], ["done", 1]);
    const title = { en: "Smoke while charging", zh: "Smoke while charging" };
    assert.deepEqual([items[0].kind, items[0].case], ["decision", { id, title }]);
    assert.equal(
      (await call("oem", "GET", `/webhooks/${created.body.id}/deliveries`)).status,
      404,
      "another's webhook",
    );
    for (const action of ["test", "enable", "disable", `deliveries/${items[0].id}/retry`])
      assert.equal((await call("oem", "POST", `/webhooks/${created.body.id}/${action}`)).status, 404, action);
    const again = await call("samr", "POST", `/webhooks/${created.body.id}/deliveries/${items[0].id}/retry`);
    assert.equal(again.body.error.code, "SG_WEBHOOK_STATE", "what was delivered is not sent again");
    assert.equal((await call("oem", "DELETE", `/webhooks/${created.body.id}`)).status, 404);
  });

  it("refuses to enter an address that is not public and not allowed, and to be sent on to one", async () => {
    for (const url of ["http://10.0.0.1/", "https://169.254.169.254/latest", "http://[::1]:80/", "http://127.0.0.2/"])
      assert.equal(
        (await call("samr", "POST", "/webhooks", { url, kinds: ["duty"], algorithm: "ed25519" })).body.error.code,
        "SG_WEBHOOK_ADDRESS",
        url,
      );
    calls.length = 0;
    answer = () => 302;
    await report();
    await notifier.run();
    assert.deepEqual(
      calls.map((each) => each.url),
      ["/hook"],
      "the redirect is not followed",
    );
    const [delivery] = (await records.asSuperuser(
      "select last_error, done_at from deliveries where channel = 'webhook' order by id desc limit 1",
    )) as [{ last_error: string; done_at: Date | null }];
    assert.match(delivery.last_error, /redirect/);
    assert.equal(delivery.done_at, null);
    answer = () => 204;
  });

  it("waits for no answer longer than its time, tries again with growing pauses under the same id, and gives up in the end", async () => {
    await records.asSuperuser("update deliveries set next_at = null where next_at is not null");
    calls.length = 0;
    answer = () => "never";
    await report();
    const begin = now;
    await hasty.run();
    assert.equal(calls.length, 1);
    answer = () => 503;
    const times: number[] = [];
    for (let step = 0; step < 400 && now - begin < 48 * HOUR; step += 1) {
      const waiting = await records.asSuperuser("select min(next_at) as at from deliveries where channel = 'webhook'");
      const at = waiting[0]?.at as Date | null;
      if (at === null) break;
      now = at.getTime();
      times.push(now - begin);
      await notifier.run();
    }
    assert.equal(calls.length, 7, "one attempt and six more");
    assert.equal(new Set(calls.map((each) => each.headers["webhook-id"])).size, 1);
    assert.ok(
      times.every((each, index) => index === 0 || each - times[index - 1]! >= times[0]!),
      "pauses grow",
    );
    const state = await records.asSuperuser(
      "select attempts, failed_at is not null as failed from deliveries where channel = 'webhook' order by id desc limit 1",
    );
    assert.deepEqual(state, [{ attempts: 7, failed: true }]);
    answer = () => 204;
  });

  it("switches a webhook off when its deliveries are given up one after the other", async () => {
    await records.asSuperuser(
      "update deliveries set failed_at = now(), next_at = null, done_at = null where channel = 'webhook'",
    );
    answer = () => 410;
    for (let round = 0; round < 4; round += 1) await report();
    for (let round = 0; round < 60; round += 1) {
      await notifier.run();
      now += 13 * HOUR;
      const open = await records.asSuperuser(
        "select 1 from deliveries where channel = 'webhook' and next_at is not null",
      );
      if (open.length === 0) break;
    }
    const hooks = (await call("samr", "GET", "/webhooks")).body.items;
    assert.ok(hooks[0].disabledAt !== null && hooks[0].disabledReason.includes("410"), JSON.stringify(hooks));
    answer = () => 204;
  });

  it("tests a webhook once, tries what was given up again when its owner says so, and goes on after it was switched on", async () => {
    const webhook = (await call("samr", "GET", "/webhooks")).body.items[0];
    const url = (rest: string) => `/webhooks/${webhook.id}/${rest}`;
    const deliveries = async () => (await call("samrToken", "GET", url("deliveries"))).body.items;
    for (const action of ["test", `deliveries/${(await deliveries())[0].id}/retry`])
      assert.equal((await call("samr", "POST", url(action))).body.error.code, "SG_WEBHOOK_STATE", "it is switched off");
    assert.equal((await call("samr", "POST", url("enable"))).body.disabledAt, null);
    answer = () => 500;
    const [first, second] = [await call("samr", "POST", url("test")), await call("samrToken", "POST", url("test"))];
    assert.deepEqual([first.status, first.body.id], [202, second.body.id], "one waits at a time");
    calls.length = 0;
    await notifier.run();
    assert.equal(calls.length, 1);
    const sent = JSON.parse(calls[0]!.body);
    assert.deepEqual([sent.type, sent.id, "subject" in sent], ["sandglass.notice.test", first.body.event, false]);
    const [failed, given] = await deliveries();
    assert.deepEqual([failed.kind, failed.state, failed.attempts], ["test", "failed", 1], "a test is tried once");
    assert.match(failed.lastError, /500/);
    assert.equal(
      (await call("samr", "GET", "/webhooks")).body.items[0].disabledAt,
      null,
      "a test switches nothing off",
    );
    answer = () => 204;
    assert.deepEqual([given.kind, given.state], ["decision", "failed"]);
    const retried = await call("samr", "POST", url(`deliveries/${given.id}/retry`));
    assert.deepEqual([retried.status, retried.body.state], [202, "waiting"]);
    calls.length = 0;
    await notifier.run();
    assert.deepEqual(
      calls.map(({ headers }) => headers["webhook-id"]),
      [given.event],
      "under the id that it had",
    );
    assert.equal((await deliveries())[1].state, "done");
    const paused = (await call("samr", "POST", url("disable"))).body;
    assert.equal(paused.disabledReason, "paused");
    calls.length = 0;
    await report();
    await notifier.run();
    assert.deepEqual(calls, [], "nothing is sent to what is switched off");
    await call("samr", "DELETE", url("").slice(0, -1));
    assert.equal((await call("samr", "POST", url("enable"))).status, 404, "what is removed stays removed");
  });

  it("lets nobody read or mark another's inbox, settings or webhooks, whatever the query", async () => {
    for (const actor of [PEOPLE.oem, PEOPLE.samr, PEOPLE.local, SYSTEM_ACCESS]) {
      const rows = await records.transact(actor, async (tx) => ({
        inbox: await tx.selectFrom("inbox").select("account_id").where("account_id", "!=", actor.id).execute(),
        settings: await tx
          .selectFrom("notification_settings")
          .select("account_id")
          .where("account_id", "!=", actor.id)
          .execute(),
        webhooks: await tx.selectFrom("webhooks").select("account_id").where("account_id", "!=", actor.id).execute(),
        deliveries: await tx
          .selectFrom("deliveries")
          .select("account_id")
          .where("account_id", "!=", actor.id)
          .execute(),
      }));
      assert.deepEqual(rows, { inbox: [], settings: [], webhooks: [], deliveries: [] }, actor.id);
    }
    const all = await records.transact(SYSTEM_NOTIFIER, (tx) => tx.selectFrom("inbox").select("id").execute());
    assert.ok(all.length > 0, "there was something to see");
  });
});

/** The text of a message of one part. */
function decodeBody(message: string): string {
  const [headers = "", ...rest] = message.split(/\r?\n\r?\n/);
  const body = rest.join("\n\n");
  if (/^Content-Transfer-Encoding: base64/im.test(headers)) return Buffer.from(body, "base64").toString();
  const bytes = body
    .replaceAll(/=\r?\n/g, "")
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString();
}
