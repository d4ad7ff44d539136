import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { SIGNALS } from "./catalogue.ts";
import { asEventSource, CATALOGUE, EVENT_SOURCES, findEventSource } from "./event-catalogue.ts";
import type { EventSource } from "./event-signal.ts";
import { valueIn, type EventContent } from "./event-values.ts";

const source = (id: string): EventSource => {
  const found = findEventSource(id);
  assert.ok(found, id);
  return found;
};
const event = (name: string, more: Partial<EventContent> = {}): EventContent => ({
  name,
  value: undefined,
  fields: {},
  ...more,
});

test("ids and names of frames and events together are unique in both languages", () => {
  assert.equal(new Set(CATALOGUE.map(({ id }) => id)).size, CATALOGUE.length);
  for (const language of ["en", "zh"] as const) {
    const names = CATALOGUE.map(({ names }) => names[language]);
    const twice = names.filter((each, index) => names.indexOf(each) !== index);
    assert.deepEqual(twice, []);
  }
  assert.equal(CATALOGUE.length, SIGNALS.length + EVENT_SOURCES.length);
});

test("a name is fed by the event of its name, by its value, and by a field of any event", () => {
  assert.equal(valueIn(source("outputs_total"), event("outputs_total", { value: 7 })), 7);
  assert.equal(valueIn(source("outputs_total"), event("report", { fields: { outputs_total: 9 } })), 9);
  assert.equal(valueIn(source("outputs_total"), event("report")), undefined);
  assert.equal(valueIn(source("takeover_request"), event("takeover_request")), 1);
  assert.equal(valueIn(source("takeover_request"), event("driver_takeover")), undefined);
});

test("what is no number of the range is invalid, not absent", () => {
  assert.equal(valueIn(source("safety_score"), event("x", { fields: { safety_score: 1.5 } })), "invalid");
  assert.equal(valueIn(source("safety_score"), event("x", { fields: { safety_score: "good" } })), "invalid");
  assert.equal(valueIn(source("safety_score"), event("x", { fields: { safety_score: null } })), undefined);
});

test("truth values, named values and 64-bit texts are numbers", () => {
  assert.equal(valueIn(source("ads_active"), event("x", { fields: { ads_active: true } })), 1);
  assert.equal(valueIn(source("weather"), event("x", { fields: { weather: "snow" } })), 3);
  assert.equal(valueIn(source("weather"), event("x", { fields: { weather: "雾" } })), 4);
  assert.equal(valueIn(source("egress_bytes"), event("x", { fields: { egress_bytes: "1048576" } })), 1_048_576);
});

test("OpenTelemetry's conventions: evaluations, finish reasons, histograms", () => {
  const evaluation = event("gen_ai.evaluation.result", {
    fields: {
      "gen_ai.evaluation.name": "safety",
      "gen_ai.evaluation.score.value": 0.8,
      "gen_ai.evaluation.score.label": "fail",
    },
  });
  assert.equal(valueIn(source("safety_score"), evaluation), 0.8);
  assert.equal(valueIn(source("gen_ai.evaluation.failed"), evaluation), 1);
  const fluency = event("gen_ai.evaluation.result", {
    fields: { "gen_ai.evaluation.name": "fluency", "gen_ai.evaluation.score.value": 0.3 },
  });
  assert.equal(valueIn(source("safety_score"), fluency), undefined);
  assert.equal(valueIn(source("gen_ai.evaluation.score"), fluency), 0.3);
  const filtered = event("chat", { fields: { "gen_ai.response.finish_reasons": ["stop", "content_filter"] } });
  assert.equal(valueIn(source("gen_ai.output_filtered"), filtered), 1);
  const duration = event("gen_ai.client.operation.duration", {
    fields: { "error.type": "timeout" },
    histogram: { count: 100, sum: 250, bounds: [1, 2, 4], counts: [10, 40, 50, 0] },
  });
  assert.equal(valueIn(source("latency"), duration), 2_500);
  assert.equal(valueIn(source("gen_ai.operation.count"), duration), 100);
  assert.equal(valueIn(source("gen_ai.operation.errors"), duration), 100);
  assert.equal(valueIn(source("gen_ai.operation.p95"), duration), 2 + (2 * 45) / 50);
});

test("a percentile lies between the smallest and the largest bucket bound and grows with the values", () => {
  const histogram = fc
    .array(fc.nat(1_000), { minLength: 2, maxLength: 20 })
    .filter((counts) => counts.some((each) => each > 0))
    .map((counts) => ({
      count: counts.reduce((sum, each) => sum + each, 0),
      counts,
      bounds: counts.slice(1).map((_, i) => i + 1),
      min: 0,
      max: counts.length,
    }));
  fc.assert(
    fc.property(histogram, (each) => {
      const value = valueIn(
        source("gen_ai.operation.p95"),
        event("gen_ai.client.operation.duration", { histogram: each }),
      );
      assert.ok(typeof value === "number" && value >= 0 && value <= each.counts.length);
    }),
  );
});

test("different texts give different numbers, exact as doubles", () => {
  const of = (ip: string) => valueIn(source("dst_ip"), event("flow", { fields: { dst_ip: ip } }));
  const seen = new Set(Array.from({ length: 5_000 }, (_, i) => of(`10.${i >> 8}.${i & 255}.1`)));
  assert.equal(seen.size, 5_000);
  for (const value of seen) assert.ok(Number.isSafeInteger(value));
});

test("a frame signal in an event is read under its id", () => {
  const speed = SIGNALS.find(({ id }) => id === "speed");
  assert.ok(speed);
  assert.equal(valueIn(asEventSource(speed), event("ads.status", { fields: { speed: 88.5 } })), 88.5);
  assert.equal(valueIn(asEventSource(speed), event("ads.status", { fields: { speed: 900 } })), "invalid");
});
