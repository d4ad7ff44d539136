/** The fixture holds messages that the protobuf classes of opentelemetry-proto wrote. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import fc from "fast-check";
import { failureBody, successBody } from "./answer.ts";
import { REQUESTS, type OtlpSignal } from "./messages.ts";
import { ProtoError, readMessage } from "./proto-reader.ts";
import { readRequest } from "./read-request.ts";

const ROOT = join(import.meta.dirname, "../../../../..");
const EXAMPLES = join(process.env["SANDGLASS_DATA"] ?? join(ROOT, "../shared/data"), "otlp/examples");
const ENCODED = JSON.parse(readFileSync(join(import.meta.dirname, "official-encoding.fixture.json"), "utf8")) as Record<
  string,
  string
>;
const decode = (signal: OtlpSignal, name: string) =>
  readMessage(Buffer.from(ENCODED[name] as string, "hex"), REQUESTS[signal]);

const FILES: readonly (readonly [name: string, signal: OtlpSignal])[] = [
  ["metrics", "metrics"],
  ["logs", "logs"],
  ["events", "logs"],
  ["trace", "traces"],
];

describe("the reference examples", () => {
  const skip = existsSync(EXAMPLES) ? false : `no ${EXAMPLES}`;
  for (const [name, signal] of FILES) {
    test(`${name}.json and its protobuf say the same`, { skip }, () => {
      const json = readRequest(signal, JSON.parse(readFileSync(join(EXAMPLES, `${name}.json`), "utf8")));
      const proto = readRequest(signal, decode(signal, name));
      assert.equal(json.rejected, 0);
      assert.equal(json.events.length, proto.events.length);
      assert.deepEqual(JSON.parse(JSON.stringify(proto.events)), JSON.parse(JSON.stringify(json.events)));
    });
  }
});

test("every kind of point and value is read from protobuf", () => {
  const { events, rejected, reason } = readRequest("metrics", decode("metrics", "every"));
  assert.equal(rejected, 1);
  assert.match(reason ?? "", /bad has no value/);
  const [sum, none, histogram, exponential, summary] = events;
  assert.deepEqual(
    events.map((event) => [event.name, event.kind, event.subject, event.source]),
    ["int.sum", "novalue", "hist", "exp", "summary"].map((name) => [name, "ai_service", "聊天", "otel:聊天"]),
  );
  assert.equal(sum.time, 1_800_000_000_123);
  assert.equal(sum.value, Number(-9_007_199_254_740_993n));
  assert.deepEqual(sum.content.counter, { temporality: "cumulative", monotonic: true, start: 1_700_000_000_000 });
  assert.deepEqual(sum.content.context?.["resource"], {
    "service.name": "聊天",
    k: { n: -5 },
    b: "AP8=",
    arr: [true, false],
  });
  assert.equal(none.content.noValue, true);
  assert.deepEqual(histogram.content.histogram, {
    count: 10,
    sum: 25.5,
    min: 0.5,
    max: 4,
    bounds: [1, 2.5],
    counts: [1, 2, 7],
  });
  // Scale −1: base 4; offset −2: bounds 4^−2, 4^−1, 1, 4.
  assert.deepEqual(exponential.content.histogram, {
    count: 8,
    sum: 12,
    bounds: [1 / 16, 1 / 4, 1, 4],
    counts: [3, 1, 0, 4, 0],
  });
  assert.equal(exponential.time, undefined);
  assert.deepEqual(summary.content.histogram, { count: 4, sum: 8 });
});

test("unknown fields are skipped, damaged messages are refused, and nothing else happens", () => {
  assert.deepEqual(readMessage(Buffer.from("f8061922010a", "hex").subarray(0, 3), REQUESTS.logs), {});
  for (const bad of ["0a05", "0a", "07", "08ffffffffffffffffffffff01", "0b"])
    assert.throws(() => readMessage(Buffer.from(bad, "hex"), REQUESTS.metrics), ProtoError);
  const whole = Buffer.from(ENCODED["every"] as string, "hex");
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, value) => {
      const bytes = Buffer.from(whole);
      bytes[at] = value;
      try {
        readRequest("metrics", readMessage(bytes, REQUESTS.metrics));
      } catch (error) {
        assert.ok(
          error instanceof ProtoError || (error as { code?: string }).code === "SG_OTLP_INVALID",
          String(error),
        );
      }
    }),
    { numRuns: 2_000 },
  );
  assert.throws(() => readRequest("logs", { resourceLogs: [{ scopeLogs: {} }] }), { code: "SG_OTLP_INVALID" });
  assert.throws(() => readRequest("logs", []), { code: "SG_OTLP_INVALID" });
});

test("a value nested without end is refused, not followed", () => {
  let value = Buffer.alloc(0);
  const wrap = (tag: number, inner: Buffer) => {
    const length: number[] = [];
    for (let rest = inner.length; ; rest = Math.floor(rest / 128)) {
      if (rest < 128) {
        length.push(rest);
        break;
      }
      length.push((rest & 127) | 128);
    }
    return Buffer.concat([Buffer.of(tag, ...length), inner]);
  };
  for (let i = 0; i < 5_000; i++) value = wrap(0x2a, wrap(0x0a, value));
  const record = wrap(0x0a, wrap(0x12, wrap(0x12, wrap(0x2a, value))));
  assert.throws(() => readMessage(record, REQUESTS.logs), ProtoError);
});

test("the same record sent again has the same id; equal records of one request have different ones", () => {
  const record = { timeUnixNano: "1800000000000000000", body: { stringValue: "x" } };
  const request = { resourceLogs: [{ scopeLogs: [{ logRecords: [record, record] }] }] };
  const [first, second] = readRequest("logs", request).events;
  assert.notEqual(first.id, second.id);
  assert.deepEqual(
    readRequest("logs", structuredClone(request)).events.map(({ id }) => id),
    [first.id, second.id],
  );
});

test("the subject is the service, or what the record names", () => {
  const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });
  const [plain, named] = readRequest("logs", {
    resourceLogs: [
      {
        resource: { attributes: [attribute("service.name", "chat"), attribute("service.namespace", "shop")] },
        scopeLogs: [
          {
            logRecords: [
              { eventName: "a" },
              {
                eventName: "login_failed",
                attributes: [
                  attribute("sandglass.subject.kind", "backend_account"),
                  attribute("sandglass.subject.name", "root"),
                ],
              },
            ],
          },
        ],
      },
    ],
  }).events;
  assert.deepEqual([plain.kind, plain.subject], ["ai_service", "shop/chat"]);
  assert.deepEqual([named.kind, named.subject, named.name], ["backend_account", "root", "login_failed"]);
});

test("answers: empty when whole, partial success and status in both encodings", () => {
  assert.equal(successBody("logs", false, 0, undefined).toString(), "{}");
  assert.equal(successBody("logs", true, 0, undefined).length, 0);
  assert.deepEqual(JSON.parse(successBody("metrics", false, 3, "why").toString()), {
    partialSuccess: { rejectedDataPoints: "3", errorMessage: "why" },
  });
  assert.equal(successBody("metrics", true, 300, "why").toString("hex"), "0a0808ac021203776879");
  assert.equal(failureBody(true, 400, "no").toString("hex"), "080312026e6f");
  assert.deepEqual(JSON.parse(failureBody(false, 503, "wait").toString()), { code: 14, message: "wait" });
});

test("a record has one id however its sender writes it: times as text or number, 0 or left out, fields in any order", () => {
  const span = (fields: object) =>
    readRequest("traces", { resourceSpans: [{ scopeSpans: [{ spans: [{ name: "chat", ...fields }] }] }] }).events[0]
      ?.id;
  assert.equal(
    span({ endTimeUnixNano: "0", status: { code: 2, message: "late" } }),
    span({ status: { message: "late", code: 2 } }),
  );
  const summary = (fields: object) =>
    readRequest("metrics", {
      resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: "latency", summary: { dataPoints: [fields] } }] }] }],
    }).events[0]?.id;
  assert.equal(
    summary({ timeUnixNano: 5_000_000, count: 1, quantileValues: [{ quantile: 0.5, value: 2 }] }),
    summary({ timeUnixNano: "5000000", count: "1", quantileValues: [{ value: 2, quantile: 0.5 }] }),
  );
  assert.notEqual(summary({ timeUnixNano: "5000000", count: 1 }), summary({ timeUnixNano: "6000000", count: 1 }));
});
