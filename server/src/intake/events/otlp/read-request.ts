/**
 * An OTLP request in its JSON shape (as JSON brought it or proto-reader.ts read it) to received events: one for each
 * data point, log record and span. What cannot be used is counted and told in the answer's partial success; a request
 * of another structure is refused whole.
 *
 * The subject: attributes `sandglass.subject.kind` and `sandglass.subject.name` of the record or its resource; without
 * them the resource is an AI service named `service.namespace`/`service.name`.
 */
import { createHash } from "node:crypto";
import { isSubjectKind, type Histogram, type SubjectKind } from "@sandglass/signals";
import { ERRORS, SandglassError } from "../../../errors/mod.ts";
import type { EventFormat } from "../../../journal/mod.ts";
import type { ReceivedEvent, StoredContent } from "../received-event.ts";
import { bucketsOf } from "./exponential-buckets.ts";
import {
  attributesOf,
  anyValue,
  countOf,
  listOf,
  nanosOf,
  nanosToMs,
  numberOf,
  objectOf,
  textOf,
  type Json,
  ShapeError,
} from "./json-shape.ts";
import type { OtlpSignal } from "./messages.ts";

export interface OtlpEvents {
  readonly events: readonly ReceivedEvent[];
  /** Data points, records or spans that were left out, and why the first of them was. */
  readonly rejected: number;
  readonly reason: string | undefined;
}

/** `NO_RECORDED_VALUE_MASK` of data-point flags. */
const NO_VALUE = 1;
const CUMULATIVE = 2;
const MAX_NAME = 1_024;

/** @throws SG_OTLP_INVALID */
export function readRequest(signal: OtlpSignal, request: unknown): OtlpEvents {
  const reader = new Reader();
  try {
    const body = objectOf(request, "request");
    if (signal === "metrics") reader.metrics(body);
    else if (signal === "logs") reader.logs(body);
    else reader.traces(body);
  } catch (error) {
    if (error instanceof ShapeError) throw new SandglassError(ERRORS.OTLP_INVALID, { signal, detail: error.message });
    throw error;
  }
  return reader;
}

interface Origin {
  readonly kind: SubjectKind;
  readonly subject: string;
  readonly source: string;
  readonly resource: Readonly<Record<string, unknown>>;
  readonly scope: Json | undefined;
}

class Reader implements OtlpEvents {
  readonly events: ReceivedEvent[] = [];
  rejected = 0;
  reason: string | undefined;
  /** How often a record of that hash came in this request: equal records of one request are different events. */
  readonly #seen = new Map<string, number>();

  metrics(request: Json): void {
    this.#each(request, "resourceMetrics", "scopeMetrics", "metrics", (metric, origin) => this.#metric(metric, origin));
  }

  logs(request: Json): void {
    this.#each(request, "resourceLogs", "scopeLogs", "logRecords", (record, origin) => this.#log(record, origin));
  }

  traces(request: Json): void {
    this.#each(request, "resourceSpans", "scopeSpans", "spans", (span, origin) => this.#span(span, origin));
  }

  #each(request: Json, outer: string, inner: string, items: string, read: (item: Json, origin: Origin) => void): void {
    for (const group of listOf(request, outer)) {
      const resource = attributesOf(objectOf(group["resource"] ?? {}, "resource"));
      for (const scoped of listOf(group, inner)) {
        const scope = scoped["scope"] === undefined ? undefined : objectOf(scoped["scope"], "scope");
        const origin = {
          ...originOf(resource),
          resource,
          scope: scope && { ...scope, attributes: attributesOf(scope) },
        };
        for (const item of listOf(scoped, items)) read(item, origin);
      }
    }
  }

  #metric(metric: Json, origin: Origin): void {
    const name = textOf(metric["name"]) ?? "";
    for (const kind of ["gauge", "sum", "histogram", "exponentialHistogram", "summary"] as const) {
      if (metric[kind] === undefined || metric[kind] === null) continue;
      const body = objectOf(metric[kind], kind);
      const points = listOf(body, "dataPoints");
      if (name === "" || name.length > MAX_NAME) {
        this.#reject(points.length, "a metric has no name, or one of more than 1024 characters");
        continue;
      }
      for (const point of points) this.#point(name, kind, metric, body, point, origin);
    }
  }

  #point(name: string, kind: string, metric: Json, body: Json, point: Json, origin: Origin): void {
    const hasNoValue = (countOf(point["flags"]) & NO_VALUE) !== 0;
    let value: number | undefined;
    let histogram: Histogram | undefined;
    if (kind === "gauge" || kind === "sum") {
      value = numberOf(point["asDouble"]) ?? numberOf(point["asInt"]);
      if (value === undefined && !hasNoValue) return this.#reject(1, `a data point of ${name} has no value`);
    } else if (!hasNoValue) {
      histogram = histogramOf(kind, point);
      if (histogram === undefined)
        return this.#reject(1, `a data point of ${name} has another number of buckets than its bounds make`);
    }
    const temporality = body["aggregationTemporality"];
    const isCumulative =
      temporality === CUMULATIVE || temporality === "2" || temporality === "AGGREGATION_TEMPORALITY_CUMULATIVE";
    const start = nanosToMs(point["startTimeUnixNano"]);
    this.#add("otlp-metric", origin, point, name, nanosToMs(point["timeUnixNano"]), value, {
      fields: attributesOf(point),
      ...(histogram === undefined ? {} : { histogram }),
      ...(kind === "sum" || kind === "histogram" || kind === "exponentialHistogram"
        ? {
            counter: {
              temporality: isCumulative ? "cumulative" : "delta",
              monotonic: kind !== "sum" || body["isMonotonic"] === true,
              ...(start === undefined ? {} : { start }),
            },
          }
        : {}),
      ...(hasNoValue || (value !== undefined && !Number.isFinite(value)) ? { noValue: true } : {}),
      context: {
        metric: kind,
        ...(textOf(metric["unit"]) === undefined ? {} : { unit: metric["unit"] }),
        ...(kind === "summary" ? { quantiles: quantilesOf(point) } : {}),
      },
    });
  }

  #log(record: Json, origin: Origin): void {
    const attributes = attributesOf(record);
    const body = record["body"] === undefined ? undefined : anyValue(record["body"]);
    const named = textOf(record["eventName"]) ?? textOf(attributes["event.name"]);
    const name = named === undefined || named === "" ? "log" : named;
    if (name.length > MAX_NAME) return this.#reject(1, "a log record has an event name of more than 1024 characters");
    const isMap = typeof body === "object" && body !== null && !Array.isArray(body);
    const trace = {
      traceId: textOf(record["traceId"])?.toLowerCase(),
      spanId: textOf(record["spanId"])?.toLowerCase(),
    };
    this.#add(
      "otlp-log",
      origin,
      record,
      name,
      nanosToMs(record["timeUnixNano"]) ?? nanosToMs(record["observedTimeUnixNano"]),
      undefined,
      {
        // Fields of an event may stand in its body (an older convention) or in its attributes.
        fields: isMap ? { ...(body as Record<string, unknown>), ...attributes } : attributes,
        context: {
          ...(record["severityNumber"] === undefined ? {} : { severity: record["severityNumber"] }),
          ...(textOf(record["severityText"]) === undefined ? {} : { severityText: record["severityText"] }),
          ...(body === undefined || isMap ? {} : { body }),
          ...(trace.traceId ? trace : {}),
        },
      },
    );
  }

  #span(span: Json, origin: Origin): void {
    const name = textOf(span["name"]) ?? "";
    const start = nanosToMs(span["startTimeUnixNano"]);
    const end = nanosToMs(span["endTimeUnixNano"]);
    if (name === "" || name.length > MAX_NAME)
      return this.#reject(1, "a span has no name, or one of more than 1024 characters");
    const seconds = start === undefined || end === undefined ? undefined : (end - start) / 1000;
    this.#add("otlp-span", origin, span, name, end ?? start, seconds, {
      fields: attributesOf(span),
      context: {
        traceId: textOf(span["traceId"])?.toLowerCase(),
        spanId: textOf(span["spanId"])?.toLowerCase(),
        ...(span["status"] === undefined ? {} : { status: statusOf(objectOf(span["status"], "status")) }),
      },
    });
  }

  #add(
    format: EventFormat,
    origin: Origin,
    record: Json,
    name: string,
    time: number | undefined,
    value: number | undefined,
    content: StoredContent,
  ): void {
    const own = subjectIn(content.fields);
    const { kind, subject } = own ?? origin;
    this.events.push({
      kind,
      subject,
      source: origin.source,
      id: this.#idOf(format, origin, name, [
        nanosOf(record["timeUnixNano"]) ?? nanosOf(record["endTimeUnixNano"]) ?? time,
        value,
        content,
      ]),
      time,
      name,
      value: value !== undefined && Number.isFinite(value) ? value : undefined,
      content: {
        ...content,
        context: {
          ...content.context,
          ...(Object.keys(origin.resource).length > 0 ? { resource: origin.resource } : {}),
          ...(origin.scope === undefined ? {} : { scope: origin.scope }),
        },
      },
      format,
    });
  }

  /** The same record sent again has the same id, in either encoding: OTLP has none of its own. */
  #idOf(format: EventFormat, origin: Origin, name: string, record: unknown): string {
    const text = JSON.stringify([format, origin.source, origin.scope?.["name"], name, record]);
    const digest = createHash("sha256").update(text).digest("hex").slice(0, 32);
    const times = (this.#seen.get(digest) ?? 0) + 1;
    this.#seen.set(digest, times);
    return times === 1 ? digest : `${digest}-${times}`;
  }

  #reject(count: number, reason: string): void {
    this.rejected += count;
    if (count > 0) this.reason ??= reason;
  }
}

// Of the order of fields nothing may depend: an id is made of the text of its record.
function statusOf(status: Json): Json {
  const message = textOf(status["message"]);
  return { code: status["code"] ?? 0, ...(message === undefined ? {} : { message }) };
}

function quantilesOf(point: Json): readonly Json[] {
  return listOf(point, "quantileValues").map((each) => ({
    quantile: numberOf(each["quantile"]) ?? 0,
    value: numberOf(each["value"]) ?? 0,
  }));
}

function originOf(resource: Readonly<Record<string, unknown>>): Pick<Origin, "kind" | "subject" | "source"> {
  const [namespace, service, instance] = ["service.namespace", "service.name", "service.instance.id"].map((key) =>
    textOf(resource[key]),
  );
  const name = [namespace, service ?? "unknown_service"].filter((part) => part !== undefined && part !== "").join("/");
  const source = `otel:${[name, instance].filter((part) => part !== undefined && part !== "").join("#")}`.slice(
    0,
    MAX_NAME,
  );
  return { ...(subjectIn(resource) ?? { kind: "ai_service", subject: name.slice(0, MAX_NAME) }), source };
}

function subjectIn(attributes: Readonly<Record<string, unknown>>): { kind: SubjectKind; subject: string } | undefined {
  const kind = attributes["sandglass.subject.kind"];
  const subject = attributes["sandglass.subject.name"];
  if (typeof kind !== "string" || !isSubjectKind(kind) || typeof subject !== "string" || subject === "")
    return undefined;
  return { kind, subject: subject.slice(0, MAX_NAME) };
}

function histogramOf(kind: string, point: Json): Histogram | undefined {
  const known = (name: "sum" | "min" | "max") => {
    const value = numberOf(point[name]);
    return value === undefined || !Number.isFinite(value) ? {} : { [name]: value };
  };
  const base = { count: countOf(point["count"]), ...known("sum"), ...known("min"), ...known("max") };
  if (kind === "summary") return base;
  if (kind === "exponentialHistogram") return { ...base, ...bucketsOf(point) };
  const counts = (Array.isArray(point["bucketCounts"]) ? point["bucketCounts"] : []).map(countOf);
  const bounds = (Array.isArray(point["explicitBounds"]) ? point["explicitBounds"] : []).map(
    (each) => numberOf(each) ?? Number.NaN,
  );
  if (counts.length === 0) return base;
  if (
    counts.length !== bounds.length + 1 ||
    bounds.some((each, i) => !(each > (bounds[i - 1] ?? Number.NEGATIVE_INFINITY)))
  )
    return undefined;
  return { ...base, bounds, counts };
}
