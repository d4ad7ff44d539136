/**
 * The messages of OTLP 1.x (opentelemetry-proto): fields that are read, by number. Names are those of OTLP's JSON.
 * `flags`, enumerations and counts below 2³² are plain integers there.
 */
import type { Field, MessageTable } from "./proto-reader.ts";

const one = (name: string, type: Field["type"]): Field => ({ name, type });
const many = (name: string, type: Field["type"]): Field => ({ name, type, repeated: true });

const ANY_VALUE: MessageTable = {
  1: one("stringValue", "string"),
  2: one("boolValue", "bool"),
  3: one("intValue", "int"),
  4: one("doubleValue", "double"),
  5: one("arrayValue", () => ({ 1: many("values", () => ANY_VALUE) })),
  6: one("kvlistValue", () => ({ 1: many("values", () => KEY_VALUE) })),
  7: one("bytesValue", "bytes"),
};
const KEY_VALUE: MessageTable = { 1: one("key", "string"), 2: one("value", () => ANY_VALUE) };
const RESOURCE: MessageTable = { 1: many("attributes", () => KEY_VALUE) };
const SCOPE: MessageTable = {
  1: one("name", "string"),
  2: one("version", "string"),
  3: many("attributes", () => KEY_VALUE),
};

const NUMBER_POINT: MessageTable = {
  2: one("startTimeUnixNano", "fixed64"),
  3: one("timeUnixNano", "fixed64"),
  4: one("asDouble", "double"),
  6: one("asInt", "sfixed64"),
  7: many("attributes", () => KEY_VALUE),
  8: one("flags", "small"),
};
const HISTOGRAM_POINT: MessageTable = {
  2: one("startTimeUnixNano", "fixed64"),
  3: one("timeUnixNano", "fixed64"),
  4: one("count", "fixed64"),
  5: one("sum", "double"),
  6: many("bucketCounts", "fixed64"),
  7: many("explicitBounds", "double"),
  9: many("attributes", () => KEY_VALUE),
  10: one("flags", "small"),
  11: one("min", "double"),
  12: one("max", "double"),
};
const BUCKETS: MessageTable = { 1: one("offset", "sint"), 2: many("bucketCounts", "uint") };
const EXPONENTIAL_POINT: MessageTable = {
  1: many("attributes", () => KEY_VALUE),
  2: one("startTimeUnixNano", "fixed64"),
  3: one("timeUnixNano", "fixed64"),
  4: one("count", "fixed64"),
  5: one("sum", "double"),
  6: one("scale", "sint"),
  7: one("zeroCount", "fixed64"),
  8: one("positive", () => BUCKETS),
  9: one("negative", () => BUCKETS),
  10: one("flags", "small"),
  12: one("min", "double"),
  13: one("max", "double"),
  14: one("zeroThreshold", "double"),
};
const SUMMARY_POINT: MessageTable = {
  2: one("startTimeUnixNano", "fixed64"),
  3: one("timeUnixNano", "fixed64"),
  4: one("count", "fixed64"),
  5: one("sum", "double"),
  6: many("quantileValues", () => ({ 1: one("quantile", "double"), 2: one("value", "double") })),
  7: many("attributes", () => KEY_VALUE),
  8: one("flags", "small"),
};
const METRIC: MessageTable = {
  1: one("name", "string"),
  2: one("description", "string"),
  3: one("unit", "string"),
  5: one("gauge", () => ({ 1: many("dataPoints", () => NUMBER_POINT) })),
  7: one("sum", () => ({
    1: many("dataPoints", () => NUMBER_POINT),
    2: one("aggregationTemporality", "small"),
    3: one("isMonotonic", "bool"),
  })),
  9: one("histogram", () => ({
    1: many("dataPoints", () => HISTOGRAM_POINT),
    2: one("aggregationTemporality", "small"),
  })),
  10: one("exponentialHistogram", () => ({
    1: many("dataPoints", () => EXPONENTIAL_POINT),
    2: one("aggregationTemporality", "small"),
  })),
  11: one("summary", () => ({ 1: many("dataPoints", () => SUMMARY_POINT) })),
};
const LOG_RECORD: MessageTable = {
  1: one("timeUnixNano", "fixed64"),
  2: one("severityNumber", "small"),
  3: one("severityText", "string"),
  5: one("body", () => ANY_VALUE),
  6: many("attributes", () => KEY_VALUE),
  9: one("traceId", "hex"),
  10: one("spanId", "hex"),
  11: one("observedTimeUnixNano", "fixed64"),
  12: one("eventName", "string"),
};
const SPAN: MessageTable = {
  1: one("traceId", "hex"),
  2: one("spanId", "hex"),
  4: one("parentSpanId", "hex"),
  5: one("name", "string"),
  6: one("kind", "small"),
  7: one("startTimeUnixNano", "fixed64"),
  8: one("endTimeUnixNano", "fixed64"),
  9: many("attributes", () => KEY_VALUE),
  15: one("status", () => ({ 2: one("message", "string"), 3: one("code", "small") })),
};

function request(outer: string, inner: string, items: string, item: MessageTable): MessageTable {
  return {
    1: many(outer, () => ({
      1: one("resource", () => RESOURCE),
      2: many(inner, () => ({ 1: one("scope", () => SCOPE), 2: many(items, () => item) })),
    })),
  };
}

export const OTLP_SIGNALS = ["metrics", "logs", "traces"] as const;
export type OtlpSignal = (typeof OTLP_SIGNALS)[number];

export const REQUESTS: Readonly<Record<OtlpSignal, MessageTable>> = {
  metrics: request("resourceMetrics", "scopeMetrics", "metrics", METRIC),
  logs: request("resourceLogs", "scopeLogs", "logRecords", LOG_RECORD),
  traces: request("resourceSpans", "scopeSpans", "spans", SPAN),
};
