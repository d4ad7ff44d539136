/** Answers of OTLP over HTTP in the encoding of the request: the response message, or a google.rpc.Status. */
import type { OtlpSignal } from "./messages.ts";

const REJECTED: Readonly<Record<OtlpSignal, string>> = {
  metrics: "rejectedDataPoints",
  logs: "rejectedLogRecords",
  traces: "rejectedSpans",
};

/** Empty when everything was taken. */
export function successBody(
  signal: OtlpSignal,
  isProto: boolean,
  rejected: number,
  reason: string | undefined,
): Buffer {
  const isWhole = rejected === 0 && reason === undefined;
  if (!isProto)
    return Buffer.from(
      JSON.stringify(
        isWhole ? {} : { partialSuccess: { [REJECTED[signal]]: String(rejected), errorMessage: reason ?? "" } },
      ),
    );
  if (isWhole) return Buffer.alloc(0);
  const partial = Buffer.concat([
    ...(rejected > 0 ? [Buffer.of(0x08), varint(rejected)] : []),
    textField(0x12, reason ?? ""),
  ]);
  return Buffer.concat([Buffer.of(0x0a), varint(partial.length), partial]);
}

/** Codes of google.rpc.Code by HTTP status. */
const RPC_CODES: Readonly<Record<number, number>> = { 400: 3, 401: 16, 403: 7, 413: 8, 415: 3, 429: 8, 503: 14 };

export function failureBody(isProto: boolean, status: number, message: string): Buffer {
  const code = RPC_CODES[status] ?? 13;
  if (!isProto) return Buffer.from(JSON.stringify({ code, message }));
  return Buffer.concat([Buffer.of(0x08), varint(code), textField(0x12, message)]);
}

function textField(tag: number, text: string): Buffer {
  const bytes = Buffer.from(text, "utf8");
  return bytes.length === 0 ? Buffer.alloc(0) : Buffer.concat([Buffer.of(tag), varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest & 0x7f) | 0x80);
    rest = Math.floor(rest / 128);
  }
  return Buffer.of(...bytes, rest);
}
