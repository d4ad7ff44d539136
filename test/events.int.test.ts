/**
 * Events over HTTP against the real product: credentials, both protocols, refusals; and while events flow the server is
 * killed with SIGKILL again and again: every answered event is there once, however often it was sent.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { makeIntakeToken } from "./intake-token.ts";
import { eventually, makeDataFolder, processesOf, removeDataFolder, ROOT, RunningServer } from "./running-server.ts";

interface EventAnswer {
  readonly seq: string;
  readonly time: string;
  readonly name: string;
  readonly value: number | null;
  readonly id: string;
  readonly source: string;
  readonly format: string;
}
interface SubjectAnswer {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly organisation: string;
  readonly events: { readonly receptions: number; readonly events: number } | null;
}

const ENCODED = JSON.parse(
  readFileSync(join(ROOT, "server/src/intake/events/otlp/official-encoding.fixture.json"), "utf8"),
) as Record<string, string>;

const event = (id: string, more: object = {}) => ({
  specversion: "1.0",
  id,
  source: "urn:test",
  type: "outputs_total",
  subject: "ai_service/chat",
  time: new Date().toISOString(),
  data: { value: 1 },
  ...more,
});

describe("events over HTTP", () => {
  const data = makeDataFolder();
  let server: RunningServer;
  let token: string;
  before(async () => {
    server = await RunningServer.start(data, ["--empty"]);
    token = await makeIntakeToken(server, "lab");
  });
  after(async () => {
    await server.stop();
    removeDataFolder(data);
  });

  const send = (path: string, type: string, body: string | Buffer, headers: Record<string, string> = {}) =>
    fetch(`${server.ready.console}${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": type, ...headers },
      body: new Uint8Array(Buffer.from(body)),
    });
  const batch = (events: readonly object[], headers: Record<string, string> = {}) =>
    send("/api/v1/intake/events", "application/cloudevents-batch+json", JSON.stringify(events), headers);
  const codeOf = async (response: Response) => ((await response.json()) as { error: { code: string } }).error.code;
  const subjectNamed = async (name: string) => {
    const found = (await server.list<SubjectAnswer>("/subjects")).find((each) => each.name === name);
    assert.ok(found, `there is no subject ${name}`);
    return found;
  };
  const eventsOf = async (name: string, query = "") =>
    server.list<EventAnswer>(`/subjects/${(await subjectNamed(name)).id}/events?limit=500${query}`);

  test("only a token of the scope intake sends events, and it does nothing else", async () => {
    const body = JSON.stringify([event("c1")]);
    for (const authorization of ["", "Bearer nonsense", `Bearer ${server.ready.token}`]) {
      const refused = await batch([event("c1")], { authorization });
      assert.equal(refused.status, 401);
      assert.equal(await codeOf(refused), "SG_INTAKE_CREDENTIAL");
    }
    const reading = await fetch(`${server.ready.console}/api/v1/subjects`, {
      headers: { authorization: `Bearer ${token}` },
    });
    assert.equal(reading.status, 401);
    assert.equal((await send("/api/v1/intake/events", "application/cloudevents-batch+json", body)).status, 200);
  });

  test("structured, batch and binary mode arrive as what they say; a repetition is counted once", async () => {
    const one = await send(
      "/api/v1/intake/events",
      "application/cloudevents+json; charset=utf-8",
      JSON.stringify(event("m1", { data: { value: 2.5, note: "注" } })),
    );
    assert.deepEqual(Object.keys((await one.json()) as object), ["accepted", "duplicates", "clockAhead", "firstSeq"]);
    await batch([event("m2"), event("m3")]);
    const again = await batch([event("m2"), event("m4")]);
    assert.equal(((await again.json()) as { duplicates: number }).duplicates, 1);
    const binary = await send("/api/v1/intake/events", "application/json", gzipSync('{"value":9}'), {
      "content-encoding": "gzip",
      "ce-specversion": "1.0",
      "ce-id": "m5",
      "ce-source": "urn:test",
      "ce-type": "outputs_total",
      "ce-subject": "ai_service/chat",
    });
    assert.equal(binary.status, 200);
    await eventually(
      "five events",
      15_000,
      async () => (await eventsOf("chat")).filter(({ id }) => id.startsWith("m")).length === 5,
    );
    const values = Object.fromEntries((await eventsOf("chat")).map(({ id, value }) => [id, value]));
    assert.deepEqual([values["m1"], values["m2"], values["m5"]], [2.5, 1, 9]);
    const subject = await subjectNamed("chat");
    assert.deepEqual([subject.kind, subject.organisation], ["ai_service", "lab"]);
    assert.match(subject.id, /^sub_[0-9a-z]{13}$/);
    const detail = await server.api<SubjectAnswer>("GET", `/subjects/${subject.id}`);
    assert.equal((detail.events?.receptions ?? 0) - (detail.events?.events ?? 0), 1);
    const [m1] = (await eventsOf("chat")).filter(({ id }) => id === "m1");
    const whole = await server.api<{ raw: string; attributes: { fields: { note: string } } }>(
      "GET",
      `/subjects/${subject.id}/events/${m1.seq}`,
    );
    assert.equal(whole.attributes.fields.note, "注");
    assert.equal((JSON.parse(Buffer.from(whole.raw, "base64").toString()) as { id: string }).id, "m1");
  });

  test("pages by cursor hold every event once, in either order, and a name filters", async () => {
    const base = Date.now() - 60_000;
    await batch(
      Array.from({ length: 25 }, (_, i) =>
        event(`p${i}`, {
          subject: "ai_service/pages",
          time: new Date(base + Math.floor(i / 3)).toISOString(),
          type: i % 5 === 0 ? "complaint_received" : "outputs_total",
        }),
      ),
    );
    await eventually("25 events", 15_000, async () => (await eventsOf("pages")).length === 25);
    const { id } = await subjectNamed("pages");
    for (const order of ["false", "true"]) {
      const paged = await server.list<EventAnswer>(`/subjects/${id}/events?limit=4&newestFirst=${order}`);
      assert.equal(new Set(paged.map((each) => each.seq)).size, 25);
      const times = paged.map((each) => Date.parse(each.time));
      assert.deepEqual(
        times,
        times.toSorted((a, b) => (order === "true" ? b - a : a - b)),
      );
    }
    assert.equal((await eventsOf("pages", "&name=complaint_received")).length, 5);
  });

  test("OpenTelemetry in both encodings, at both addresses, gzip too; the answer is in the encoding of the request", async () => {
    for (const prefix of ["", "/api/v1/intake/otlp"]) {
      const proto = await send(
        `${prefix}/v1/metrics`,
        "application/x-protobuf",
        gzipSync(Buffer.from(ENCODED["every"] as string, "hex")),
        { "content-encoding": "gzip" },
      );
      assert.equal(proto.status, 200);
      assert.equal(proto.headers.get("content-type"), "application/x-protobuf");
      // ExportMetricsServiceResponse {partial_success {rejected_data_points: 1, error_message: …}}
      const partial = Buffer.from(await proto.arrayBuffer());
      assert.deepEqual([partial[0], partial[2], partial[3]], [0x0a, 0x08, 1]);
    }
    const logs = await send(
      "/v1/logs",
      "application/json",
      JSON.stringify({
        resourceLogs: [
          { scopeLogs: [{ logRecords: [{ eventName: "complaint_received", timeUnixNano: `${Date.now()}000000` }] }] },
        ],
      }),
    );
    assert.deepEqual([logs.status, await logs.json()], [200, {}]);
    const empty = await send("/v1/traces", "application/x-protobuf", "");
    assert.deepEqual([empty.status, (await empty.arrayBuffer()).byteLength], [200, 0]);
    await eventually("metrics", 15_000, async () => (await eventsOf("聊天")).length === 5);
    const [sum] = (await eventsOf("聊天")).filter(({ name }) => name === "int.sum");
    assert.deepEqual([sum.format, sum.time], ["otlp-metric", "2027-01-15T08:00:00.123Z"]);
  });

  test("refusals are coded: bodies, encodings, media types, sizes, foreign vehicles", async () => {
    const refusals: readonly (readonly [response: Response, status: number, code: string])[] = [
      [await batch([event("r1"), event("", {})]), 400, "SG_EVENT_INVALID"],
      [await send("/api/v1/intake/events", "application/cloudevents+json", "{"), 400, "SG_REQUEST_INVALID"],
      [await send("/api/v1/intake/events", "application/json", "{}"), 415, "SG_MEDIA_TYPE"],
      [await batch([event("r2")], { "content-encoding": "br" }), 415, "SG_CONTENT_ENCODING"],
      [await batch([event("r3")], { "content-encoding": "gzip" }), 400, "SG_REQUEST_INVALID"],
      [await batch([event("r4", { data: "x".repeat(5 << 20) })]), 413, "SG_REQUEST_TOO_LARGE"],
      [
        await send("/api/v1/intake/events", "application/cloudevents+json", gzipSync(Buffer.alloc(20 << 20, 32)), {
          "content-encoding": "gzip",
        }),
        413,
        "SG_REQUEST_TOO_LARGE",
      ],
      [
        await batch(
          Array.from({ length: 10_001 }, (_, i) => ({ specversion: "1.0", id: `${i}`, source: "s", type: "t" })),
        ),
        413,
        "SG_EVENTS_TOO_MANY",
      ],
      [await batch([event("r5", { subject: "vehicle/LSJE36091MS000001" })]), 403, "SG_EVENT_SUBJECT"],
    ];
    for (const [response, status, code] of refusals)
      assert.deepEqual([response.status, await codeOf(response)], [status, code]);
    const bad = await send("/v1/logs", "application/x-protobuf", Buffer.from("0a05", "hex"));
    assert.equal(bad.status, 400);
    assert.match(Buffer.from(await bad.arrayBuffer()).toString(), /SG_OTLP_INVALID/);
    const json = await send("/v1/logs", "application/json", "[]");
    assert.equal(((await json.json()) as { code: number }).code, 3);
    const chat = await eventsOf("chat");
    assert.ok(!chat.some(({ id }) => id.startsWith("r")), "something of a refused request was kept");
  });

  test(
    "no answered event is lost by kill -9, and none is there twice although all are sent again",
    { timeout: 180_000 },
    async () => {
      const answered = new Set<string>();
      let number = 0;
      for (let round = 0; round < 3; round++) {
        const stop = new AbortController();
        const senders = Array.from({ length: 4 }, async () => {
          while (!stop.signal.aborted) {
            const ids = Array.from({ length: 5 }, () => `k${number++}`);
            try {
              const response = await batch(ids.map((id) => event(id, { subject: "ai_service/crash" })));
              if (response.status === 200) for (const id of ids) answered.add(id);
            } catch {
              await sleep(5); // The server was killed while the request was under way.
            }
          }
        });
        await sleep(500 + round * 333);
        server.child.kill("SIGKILL");
        await sleep(50);
        stop.abort();
        await Promise.all(senders);
        await eventually("children ended", 20_000, () => processesOf(data).length === 0);
        server = await RunningServer.start(data, ["--empty"]);
        const again = [...answered].slice(-200).map((id) => event(id, { subject: "ai_service/crash" }));
        assert.equal((await batch(again)).status, 200);
      }
      assert.ok(answered.size > 50, `only ${answered.size} events were answered`);
      let stored: EventAnswer[] = [];
      await eventually("every answered event", 30_000, async () => {
        stored = await eventsOf("crash");
        const ids = new Set(stored.map(({ id }) => id));
        return [...answered].every((id) => ids.has(id));
      });
      const receptions = (await server.api<SubjectAnswer>("GET", `/subjects/${(await subjectNamed("crash")).id}`))
        .events;
      assert.equal(receptions?.events, new Set(stored.map(({ id }) => id)).size);
      assert.ok((receptions?.receptions ?? 0) > (receptions?.events ?? 0));
    },
  );
});
