/**
 * CloudEvents 1.0: the three HTTP content modes to received events. What the specification demands is checked and
 * refused with the place of the mistake; what it allows is taken.
 *
 * The subject: attribute `subject` is the name, with the kind before it (`ai_service/chat`), or the kind stands in the
 * extension attribute `subjectkind`. Without a kind it is what the catalogue says about such events, or the platform
 * that sends; without a subject the source is its name.
 */
import { findEventSource, isSubjectKind, type SubjectKind } from "@sandglass/signals";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import { parseInstant, type ReceivedEvent, type StoredContent } from "./received-event.ts";

/** Most bytes of an attribute that becomes a column. */
const MAX_NAME = 1_024;
const ATTRIBUTE = /^[a-z0-9]{1,64}$/;
const CORE = new Set([
  "specversion",
  "id",
  "source",
  "type",
  "subject",
  "time",
  "datacontenttype",
  "dataschema",
  "data",
  "data_base64",
]);

/** One event of structured mode, or an element of a batch. @throws SG_EVENT_INVALID */
export function readStructured(json: unknown, index: number): ReceivedEvent {
  if (typeof json !== "object" || json === null || Array.isArray(json))
    throw invalid(index, "event", "is not a JSON object", "不是 JSON 对象");
  const fields = json as Readonly<Record<string, unknown>>;
  if (fields["data"] !== undefined && fields["data_base64"] !== undefined)
    throw invalid(index, "data_base64", "stands beside data; an event has one of them", "不得与 data 同时出现");
  const attributes: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (name === "data" || name === "data_base64" || value === null || value === undefined) continue;
    if (!ATTRIBUTE.test(name))
      throw invalid(index, name.slice(0, 64), "is no attribute name: a–z and 0–9 only", "不是属性名：只允许 a–z、0–9");
    if (
      typeof value !== "string" &&
      typeof value !== "boolean" &&
      !(typeof value === "number" && Number.isInteger(value))
    )
      throw invalid(index, name, "must be a string, a boolean or an integer", "须为字符串、布尔或整数");
    attributes[name] = value;
  }
  const base64 = fields["data_base64"];
  if (
    base64 !== undefined &&
    (typeof base64 !== "string" || !/^[A-Za-z0-9+/]*={0,2}$/.test(base64) || base64.length % 4 !== 0)
  )
    throw invalid(index, "data_base64", "is not base64", "不是 base64");
  const data =
    base64 === undefined
      ? fields["data"]
      : decodeData(Buffer.from(base64 as string, "base64"), attributes["datacontenttype"]);
  return toEvent(attributes, data, index);
}

/** The elements of a batch; an empty one is allowed. @throws SG_EVENT_INVALID: the batch is taken whole or not at all */
export function readBatch(json: unknown): ReceivedEvent[] {
  if (!Array.isArray(json)) throw invalid(0, "batch", "is not a JSON array", "不是 JSON 数组");
  return json.map((each, index) => readStructured(each, index));
}

/** True when the headers carry an event of binary mode. */
export function isBinary(headers: Readonly<Record<string, unknown>>): boolean {
  return headers["ce-specversion"] !== undefined;
}

/** Attributes in `ce-…` headers, percent-encoded; the body is the data. @throws SG_EVENT_INVALID */
export function readBinary(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  body: Buffer,
): ReceivedEvent {
  const attributes: Record<string, string> = {};
  for (const [header, value] of Object.entries(headers)) {
    if (!header.startsWith("ce-") || value === undefined) continue;
    const name = header.slice(3);
    if (!ATTRIBUTE.test(name) || name === "data")
      throw invalid(0, header, "is no attribute name: a–z and 0–9 only", "不是属性名：只允许 a–z、0–9");
    if (Array.isArray(value)) throw invalid(0, header, "is there twice", "重复出现");
    attributes[name] = decodeHeader(value);
  }
  const type = headers["content-type"];
  if (typeof type === "string") attributes["datacontenttype"] = type;
  return toEvent(attributes, body.length === 0 ? undefined : decodeData(body, type), 0);
}

function toEvent(attributes: Readonly<Record<string, unknown>>, data: unknown, index: number): ReceivedEvent {
  if (attributes["specversion"] !== "1.0") throw invalid(index, "specversion", `must be "1.0"`, "须为“1.0”");
  const required = (name: string): string => {
    const value = attributes[name];
    if (typeof value !== "string" || value === "")
      throw invalid(index, name, "is required and must be a non-empty string", "为必填的非空字符串");
    return bounded(value, name, index);
  };
  const optional = (name: string): string | undefined => {
    const value = attributes[name];
    if (value === undefined) return undefined;
    if (typeof value !== "string" || value === "")
      throw invalid(index, name, "must be a non-empty string", "须为非空字符串");
    return bounded(value, name, index);
  };
  const name = required("type");
  const source = required("source");
  const given = optional("time");
  const time = given === undefined ? undefined : parseInstant(given);
  if (given !== undefined && time === undefined)
    throw invalid(index, "time", "is no RFC 3339 time", "不是 RFC 3339 时间");
  optional("datacontenttype");
  optional("dataschema");
  const extensions = Object.fromEntries(Object.entries(attributes).filter(([key]) => !CORE.has(key)));
  const { kind, subject } = subjectOf(optional("subject"), attributes["subjectkind"], name, source, index);
  const value =
    typeof data === "number"
      ? data
      : typeof data === "object" && data !== null && "value" in data
        ? data.value
        : undefined;
  const content: StoredContent = {
    fields:
      typeof data === "object" && data !== null && !Array.isArray(data)
        ? (data as Record<string, unknown>)
        : data === undefined
          ? {}
          : { data },
    context: {
      ...(attributes["subject"] === undefined ? {} : { subject: attributes["subject"] }),
      ...(attributes["dataschema"] === undefined ? {} : { dataschema: attributes["dataschema"] }),
      ...(attributes["datacontenttype"] === undefined ? {} : { datacontenttype: attributes["datacontenttype"] }),
      ...extensions,
    },
  };
  return {
    kind,
    subject,
    source,
    id: required("id"),
    time,
    name,
    value: typeof value === "number" && Number.isFinite(value) ? value : undefined,
    content,
    format: "cloudevent",
  };
}

function subjectOf(
  text: string | undefined,
  kind: unknown,
  type: string,
  source: string,
  index: number,
): { kind: SubjectKind; subject: string } {
  if (kind !== undefined) {
    if (typeof kind !== "string" || !isSubjectKind(kind))
      throw invalid(index, "subjectkind", "is no kind of subject", "不是已知的对象类别");
    return { kind, subject: text ?? source };
  }
  const slash = text?.indexOf("/") ?? -1;
  const before = text?.slice(0, slash);
  if (text !== undefined && before !== undefined && slash > 0 && slash < text.length - 1 && isSubjectKind(before))
    return { kind: before, subject: text.slice(slash + 1) };
  if (text?.startsWith("veh_")) return { kind: "vehicle", subject: text };
  const isAi =
    type.startsWith("gen_ai.") ||
    type.startsWith("ai.") ||
    (findEventSource(type)?.source.startsWith("OpenTelemetry") ?? false);
  return { kind: isAi ? "ai_service" : "platform", subject: text ?? source };
}

function bounded(value: string, name: string, index: number): string {
  if (Buffer.byteLength(value) > MAX_NAME)
    throw invalid(index, name, `is longer than ${MAX_NAME} bytes`, `超过 ${MAX_NAME} 字节`);
  return value;
}

/** JSON where the media type says so (or says nothing), text where it is one; other bytes are only in the raw body. */
function decodeData(bytes: Buffer, type: unknown): unknown {
  const media = typeof type === "string" ? (type.split(";")[0] as string).trim().toLowerCase() : "application/json";
  if (media === "application/json" || media.endsWith("+json") || media === "text/json") {
    try {
      return JSON.parse(bytes.toString("utf8"));
    } catch {
      return { bytes: bytes.length };
    }
  }
  return media.startsWith("text/") ? bytes.toString("utf8") : { bytes: bytes.length };
}

/**
 * Header values are percent-encoded UTF-8 (HTTP protocol binding 3.1.3.2); what does not decode stands as it is. Senders
 * of older versions put them in double quotes, with backslashes: those are taken off first.
 */
function decodeHeader(value: string): string {
  const plain = value.replace(/"((?:[^"\\]|\\.)*)"/g, (_, inside: string) => inside.replace(/\\(.)/g, "$1"));
  try {
    return decodeURIComponent(plain);
  } catch {
    return plain;
  }
}

function invalid(index: number, attribute: string, rule: string, ruleZh: string): SandglassError {
  return new SandglassError(ERRORS.EVENT_INVALID, { index, attribute, rule, ruleZh });
}
