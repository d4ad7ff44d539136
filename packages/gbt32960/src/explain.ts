/**
 * The frame inspector: every byte of a dump as a field, frames and the damage between them. One function serves the
 * command line, the API and the console.
 */
import { decodeWith, interpretItems } from "./decode.ts";
import type { Dialect } from "./dialect.ts";
import type { CodecErrorCode } from "./errors.ts";
import { findEdition, HEADER_BYTES, type Edition } from "./frame.ts";
import { fieldsOf, type Field } from "./fields.ts";
import { splitFrames } from "./reader.ts";

/** A frame whose length and BCC are right. */
export interface ExplainedFrame {
  readonly kind: "frame";
  /** Where it begins in the dump. Offsets of fields count from there. */
  readonly offset: number;
  readonly length: number;
  readonly edition: Edition;
  /** Kind of its message: `realtimeReport`, `heartbeat`, `reply`, `encrypted`, …; `malformed` with `error`. */
  readonly message: string;
  readonly vin: string;
  /** Why the data unit does not have the structure of its command. */
  readonly error?: { readonly code: CodecErrorCode; readonly message: string; readonly offset?: number };
  readonly fields: readonly Field[];
}

/** Bytes that are no frame. What looks like a damaged frame in them is read as far as it goes. */
export interface ExplainedDamage {
  readonly kind: "damage";
  readonly offset: number;
  readonly length: number;
  /** What was wrong at its first byte. */
  readonly code: CodecErrorCode;
  readonly fields: readonly Field[];
}
export type Explained = ExplainedFrame | ExplainedDamage;

export interface ExplainOptions {
  readonly dialect?: Partial<Dialect>;
}

/**
 * Explains any bytes: frames in order, and every stretch between them. Pieces cover the input completely.
 * Never throws.
 */
export function explain(bytes: Uint8Array, options: ExplainOptions = {}): Explained[] {
  return splitFrames(bytes).map((piece): Explained => {
    if (piece.kind === "frame") return explainFrame(piece.bytes, piece.offset, options);
    const { offset, length, code } = piece;
    return {
      kind: "damage",
      offset,
      length,
      code,
      fields: damagedFields(bytes.subarray(offset, offset + length), options),
    };
  });
}

function explainFrame(frame: Uint8Array, offset: number, options: ExplainOptions): ExplainedFrame {
  const message = decodeWith(interpretItems, frame, { malformed: "keep", ...options });
  return {
    kind: "frame",
    offset,
    length: frame.length,
    edition: message.edition,
    message: message.kind,
    vin: message.vin,
    ...(message.kind === "malformed" ? { error: message.error } : {}),
    fields: fieldsOf(frame, options),
  };
}

/** Fields of a stretch without a whole frame, from the first start marker that has a header behind it. */
function damagedFields(bytes: Uint8Array, options: ExplainOptions): Field[] {
  for (let at = 0; at + HEADER_BYTES < bytes.length; at++) {
    if (findEdition(bytes, at) === undefined) continue;
    const before = at === 0 ? [] : fieldsOf(bytes.subarray(0, at));
    return [
      ...before,
      ...fieldsOf(bytes.subarray(at), options).map((field) => ({ ...field, offset: field.offset + at })),
    ];
  }
  return fieldsOf(bytes, options);
}

/** The value of a field as short text, with its unit: `48.8 km/h`, `1 started`, `D (raw 46)`, `abnormal`. */
export function formatFieldValue(field: Field): string {
  const { value, unit } = field;
  if (typeof value === "number") return unit === undefined ? String(value) : `${value} ${unit}`;
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return String(value);
  if ("hex" in value) return String(value.hex);
  if ("active" in value) return (value.active as readonly string[]).join(", ") || "none";
  if ("position" in value) {
    const { position, drivingForce, brakingForce, valid } = value as Record<string, unknown>;
    const words = [
      position,
      drivingForce === true ? "driving" : "",
      brakingForce === true ? "braking" : "",
      valid === false ? "invalid" : "",
    ];
    return words.filter((word) => word !== "").join(" ");
  }
  return Object.entries(value)
    .filter(([name]) => name !== "raw")
    .map(([name, part]) => `${name} ${String(part)}`)
    .join(", ");
}

/** The command, unique id and edition of a frame in one line. */
export function describeExplained(piece: Explained): string {
  if (piece.kind === "damage") return `${piece.code}: ${piece.length} bytes at ${piece.offset} are no frame`;
  const error = piece.error === undefined ? "" : `, ${piece.error.message}`;
  return `frame at byte ${piece.offset}, ${piece.length} bytes: ${piece.message}, edition ${piece.edition}, ${piece.vin}${error}`;
}
