/**
 * The protobuf wire format, as far as OTLP needs it: reads a message by a table of its fields into the shape of OTLP's
 * JSON (lowerCamelCase names), so that both encodings go the same way from here on. Unknown fields are skipped.
 * docs/adr/0037 has the reason for an own reader.
 */

/** How the value of a field is encoded, or the message that it is. `repeated` fields collect. */
export interface Field {
  readonly name: string;
  readonly type: ScalarType | (() => MessageTable);
  readonly repeated?: true;
}
export type ScalarType =
  | "string"
  | "bytes"
  | "hex"
  | "bool"
  | "double"
  | "int"
  | "sint"
  | "uint"
  | "small"
  | "fixed64"
  | "sfixed64"
  | "fixed32";
/** By field number. */
export type MessageTable = Readonly<Record<number, Field>>;

export class ProtoError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ProtoError";
  }
}

/** Messages within messages; AnyValue may nest by itself. */
const MAX_DEPTH = 64;
const WIRE = { varint: 0, fixed64: 1, length: 2, fixed32: 5 } as const;

/** @throws ProtoError for what is no message of the table */
export function readMessage(bytes: Buffer, table: MessageTable, depth = 0): Record<string, unknown> {
  if (depth > MAX_DEPTH) throw new ProtoError(`messages are nested more than ${MAX_DEPTH} deep`);
  const message: Record<string, unknown> = {};
  const input = new Wire(bytes);
  while (!input.atEnd) {
    const tag = input.varint();
    const wire = Number(tag & 7n);
    const number = Number(tag >> 3n);
    if (number === 0) throw new ProtoError("a field has the number 0");
    const field = table[number];
    if (field === undefined) {
      input.skip(wire);
      continue;
    }
    const expected = wireOf(field.type);
    // Numbers of a repeated field may stand packed in one.
    if (field.repeated === true && wire === WIRE.length && expected !== WIRE.length) {
      const packed = new Wire(input.bytes());
      const list = (message[field.name] ??= []) as unknown[];
      while (!packed.atEnd) list.push(readValue(packed, field, depth));
      continue;
    }
    if (wire !== expected) throw new ProtoError(`the field ${field.name} has the wire type ${wire}, not ${expected}`);
    const value = readValue(input, field, depth);
    if (field.repeated === true) ((message[field.name] ??= []) as unknown[]).push(value);
    else message[field.name] = value;
  }
  return message;
}

function wireOf(type: Field["type"]): number {
  switch (type) {
    case "bool":
    case "int":
    case "sint":
    case "uint":
    case "small":
      return WIRE.varint;
    case "double":
    case "fixed64":
    case "sfixed64":
      return WIRE.fixed64;
    case "fixed32":
      return WIRE.fixed32;
    default:
      return WIRE.length;
  }
}

function readValue(input: Wire, { type }: Field, depth: number): unknown {
  if (typeof type === "function") return readMessage(input.bytes(), type(), depth + 1);
  switch (type) {
    case "string":
      return input.bytes().toString("utf8");
    case "bytes":
      return input.bytes().toString("base64");
    case "hex":
      return input.bytes().toString("hex");
    case "bool":
      return input.varint() !== 0n;
    case "double":
      return input.eight().readDoubleLE(0);
    // 64-bit integers stand as text, as in OTLP's JSON.
    case "int":
      return BigInt.asIntN(64, input.varint()).toString();
    case "uint":
      return input.varint().toString();
    // Enumerations and 32-bit numbers are numbers there.
    case "small":
      return Number(BigInt.asUintN(32, input.varint()));
    case "sint": {
      const raw = input.varint();
      return ((raw >> 1n) ^ -(raw & 1n)).toString();
    }
    case "fixed64":
      return input.eight().readBigUInt64LE(0).toString();
    case "sfixed64":
      return input.eight().readBigInt64LE(0).toString();
    case "fixed32":
      return input.four().readUInt32LE(0);
  }
}

class Wire {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw new ProtoError("the message ends inside a number");
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new ProtoError("a number is longer than 10 bytes");
  }

  bytes(): Buffer {
    const length = Number(this.varint());
    return this.#take(length);
  }

  eight(): Buffer {
    return this.#take(8);
  }

  four(): Buffer {
    return this.#take(4);
  }

  skip(wire: number): void {
    if (wire === WIRE.varint) this.varint();
    else if (wire === WIRE.fixed64) this.#take(8);
    else if (wire === WIRE.length) this.bytes();
    else if (wire === WIRE.fixed32) this.#take(4);
    else throw new ProtoError(`there is no wire type ${wire}`);
  }

  #take(length: number): Buffer {
    if (length > this.#bytes.length - this.#at) throw new ProtoError("the message ends inside a field");
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}
