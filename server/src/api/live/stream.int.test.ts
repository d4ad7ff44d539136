import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { openTestApi, type TestApi } from "../testing/open-test-api.ts";

let t: TestApi;
let base: string;
before(async () => {
  t = await openTestApi();
  base = `${await t.app.listen({ host: "127.0.0.1", port: 0 })}/api/v1`;
});
after(() => t.close());

interface Client {
  readonly text: () => string;
  readonly ended: Promise<void>;
  stop(): void;
}

async function open(token: string, headers: Record<string, string> = {}): Promise<Client> {
  const abort = new AbortController();
  const response = await fetch(`${base}/stream`, {
    headers: { authorization: `Bearer ${token}`, ...headers },
    signal: abort.signal,
  });
  assert.equal(response.status, 200);
  assert.match(response.headers.get("content-type") ?? "", /^text\/event-stream/);
  let text = "";
  const decoder = new TextDecoder();
  const ended = (async () => {
    for await (const chunk of response.body ?? []) text += decoder.decode(chunk, { stream: true });
  })().catch(() => undefined);
  return { text: () => text, ended, stop: () => abort.abort() };
}

async function until(what: string, condition: () => boolean): Promise<void> {
  for (let waited = 0; waited < 5_000; waited += 20) {
    if (condition()) return;
    await sleep(20);
  }
  assert.fail(what);
}

test("events come coalesced, the situation comes by itself, and an enterprise hears only its own", async () => {
  const all = await open(await t.tokenOf("SUPERVISOR_ALL", "ops"));
  const oem = await open(await t.tokenOf("OEM", "oem-a"));
  await until("connected", () => t.hub.subscribers === 2);
  for (let i = 0; i < 100; i++)
    t.hub.publish({ topic: "finding", data: { id: "fnd_1", count: i }, extent: { organisations: ["oem-b"] } });
  t.hub.publish({ topic: "finding", data: { id: "fnd_2" }, extent: { organisations: ["oem-a"] } });
  await until("findings", () => all.text().includes("fnd_2") && oem.text().includes("fnd_2"));
  assert.equal(all.text().split('"id":"fnd_1"').length - 1, 1);
  assert.ok(all.text().includes('"count":99'));
  assert.ok(!oem.text().includes("fnd_1"));
  await until("situation", () => /event: situation\ndata: \{"at":/.test(oem.text()));
  all.stop();
  oem.stop();
  await until("left", () => t.hub.subscribers === 0);
});

test("a client that comes back gets what it missed; one from another run is told to fetch everything", async () => {
  const token = await t.tokenOf("SUPERVISOR_ALL", "ops");
  const from = t.hub.lastNumber;
  t.hub.publish({ topic: "project", data: { id: "prj_1" } });
  const back = await open(token, { "last-event-id": `test-${from}` });
  await until("missed event", () => back.text().includes("prj_1"));
  assert.ok(!back.text().includes("fnd_2") && !back.text().includes("resync"));
  const stranger = await open(token, { "last-event-id": "other-3" });
  await until("resync", () => stranger.text().includes("event: resync"));
  back.stop();
  stranger.stop();
});

test("closing the server ends the streams and does not wait for them", async () => {
  const client = await open(await t.tokenOf("SUPERVISOR_ALL", "ops"));
  const start = performance.now();
  await t.app.close();
  await client.ended;
  assert.ok(performance.now() - start < 2_000);
});
