/**
 * One received event and its layout in the event journal and in history: a ClickHouse Native block of its own columns,
 * beside the observation blocks of vehicles and independent of them.
 *
 * A request may carry many events; its body is kept once, with its first event, and `request` names that row.
 */

export interface EventRow {
  /** Opaque key of what the event is about (63 bits). */
  readonly subject: bigint;
  /** Index into `SUBJECT_KINDS` of @sandglass/signals. */
  readonly kind: number;
  /** CloudEvents `source`, or the resource of OpenTelemetry. */
  readonly source: string;
  /** CloudEvents `id`; with `source` it is unique. For OpenTelemetry a hash of the record. */
  readonly id: string;
  /** Event time, UTC ms; equals receive time where the sender gave none. */
  readonly time: number;
  /** Receive time, UTC ms. */
  readonly received: number;
  /** Type of the event or name of the metric. */
  readonly name: string;
  /** The number that the event states by itself (a metric); undefined = none. */
  readonly value: number | undefined;
  /** The rest as a JSON object. */
  readonly attributes: string;
  /** Id of the credential with which it came. */
  readonly credential: string;
  /** `Assurance` of @sandglass/signals. */
  readonly assurance: number;
  /** Index into `EVENT_FORMATS`. */
  readonly format: number;
  /** `Disposition` of @sandglass/signals: accepted or clockAhead. */
  readonly disposition: number;
  /** Body of the request, decompressed; empty in all rows of a request but the first. */
  readonly raw: Uint8Array;
  /** How many rows before this one the row with the body stands. */
  readonly requestOffset: number;
}

export const EVENT_FORMATS = ["cloudevent", "otlp-metric", "otlp-log", "otlp-span"] as const;
export type EventFormat = (typeof EVENT_FORMATS)[number];

export interface EventColumn {
  readonly name: string;
  readonly type: string;
  readonly codec: string;
}

/** The columns of an event, in the order of the Native blocks. */
export const EVENT_COLUMNS = [
  { name: "seq", type: "UInt64", codec: "Delta, ZSTD(1)" },
  { name: "request", type: "UInt64", codec: "Delta, ZSTD(1)" },
  { name: "subject", type: "UInt64", codec: "ZSTD(1)" },
  { name: "subject_kind", type: "UInt8", codec: "ZSTD(1)" },
  { name: "source", type: "String", codec: "ZSTD(1)" },
  { name: "event_id", type: "String", codec: "ZSTD(1)" },
  { name: "event_time", type: "DateTime64(3, 'UTC')", codec: "Delta, ZSTD(1)" },
  { name: "receive_time", type: "DateTime64(3, 'UTC')", codec: "Delta, ZSTD(1)" },
  { name: "name", type: "String", codec: "ZSTD(1)" },
  { name: "value", type: "Nullable(Float64)", codec: "ZSTD(1)" },
  { name: "attributes", type: "String", codec: "ZSTD(1)" },
  { name: "credential", type: "String", codec: "ZSTD(1)" },
  { name: "assurance", type: "UInt8", codec: "ZSTD(1)" },
  { name: "format", type: "UInt8", codec: "ZSTD(1)" },
  { name: "disposition", type: "UInt8", codec: "ZSTD(1)" },
  { name: "raw", type: "String", codec: "ZSTD(1)" },
] as const satisfies readonly EventColumn[];
type ColumnName = (typeof EVENT_COLUMNS)[number]["name"];

const TEXT = new Map<ColumnName, (row: EventRow) => string | Uint8Array>([
  ["source", (row) => row.source],
  ["event_id", (row) => row.id],
  ["name", (row) => row.name],
  ["attributes", (row) => row.attributes],
  ["credential", (row) => row.credential],
  ["raw", (row) => row.raw],
]);
const BYTE = new Map<ColumnName, (row: EventRow) => number>([
  ["subject_kind", (row) => row.kind],
  ["assurance", (row) => row.assurance],
  ["format", (row) => row.format],
  ["disposition", (row) => row.disposition],
]);

/** One Native block; `firstSeq` is the sequence number of the first row. */
export function encodeEventBlock(rows: readonly EventRow[], firstSeq: number): Buffer {
  const out = new Writer();
  out.varint(EVENT_COLUMNS.length);
  out.varint(rows.length);
  for (const column of EVENT_COLUMNS) {
    out.text(column.name);
    out.text(column.type);
    const text = TEXT.get(column.name);
    const byte = BYTE.get(column.name);
    if (column.name === "value") for (const row of rows) out.byte(row.value === undefined ? 1 : 0);
    rows.forEach((row, index) => {
      if (text !== undefined) out.text(text(row));
      else if (byte !== undefined) out.byte(byte(row));
      else if (column.name === "value") out.double(row.value ?? 0);
      else if (column.name === "seq") out.u64(BigInt(firstSeq + index));
      else if (column.name === "request") out.u64(BigInt(firstSeq + index - row.requestOffset));
      else if (column.name === "subject") out.u64(row.subject);
      else out.u64(BigInt(column.name === "event_time" ? row.time : row.received));
    });
  }
  return out.bytes();
}

/** Reads what `encodeEventBlock` wrote. Columns are found by name. @throws Error for anything else */
export function decodeEventBlock(bytes: Buffer): { readonly firstSeq: number; readonly rows: EventRow[] } {
  const input = new Reader(bytes);
  const columns = input.varint();
  const count = input.varint();
  const found = new Map<string, unknown[]>();
  for (let column = 0; column < columns; column++) {
    const name = input.text();
    const type = input.text();
    const nulls = type.startsWith("Nullable(") ? Array.from({ length: count }, () => input.byte()) : undefined;
    const values = Array.from({ length: count }, () => input.value(type));
    found.set(name, nulls === undefined ? values : values.map((value, row) => (nulls[row] === 1 ? undefined : value)));
  }
  const of = <T>(name: ColumnName, row: number): T => {
    const column = found.get(name);
    if (column === undefined) throw new Error(`an event block has no column ${name}`);
    return column[row] as T;
  };
  const rows = Array.from({ length: count }, (_, row): EventRow => ({
    subject: of<bigint>("subject", row),
    kind: of("subject_kind", row),
    source: of<Buffer>("source", row).toString("utf8"),
    id: of<Buffer>("event_id", row).toString("utf8"),
    time: Number(BigInt.asIntN(64, of<bigint>("event_time", row))),
    received: Number(BigInt.asIntN(64, of<bigint>("receive_time", row))),
    name: of<Buffer>("name", row).toString("utf8"),
    value: of("value", row),
    attributes: of<Buffer>("attributes", row).toString("utf8"),
    credential: of<Buffer>("credential", row).toString("utf8"),
    assurance: of("assurance", row),
    format: of("format", row),
    disposition: of("disposition", row),
    raw: of<Buffer>("raw", row),
    requestOffset: Number(of<bigint>("seq", row) - of<bigint>("request", row)),
  }));
  return { firstSeq: count === 0 ? 0 : Number(of<bigint>("seq", 0)), rows };
}

class Writer {
  #buffer = Buffer.allocUnsafe(64 * 1024);
  #at = 0;

  #room(length: number): void {
    if (this.#at + length <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#at + length, this.#buffer.length * 2));
    this.#buffer.copy(grown, 0, 0, this.#at);
    this.#buffer = grown;
  }

  byte(value: number): void {
    this.#room(1);
    this.#buffer[this.#at++] = value;
  }

  varint(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.byte((rest & 0x7f) | 0x80);
      rest = Math.floor(rest / 128);
    }
    this.byte(rest);
  }

  u64(value: bigint): void {
    this.#room(8);
    this.#at = this.#buffer.writeBigUInt64LE(BigInt.asUintN(64, value), this.#at);
  }

  double(value: number): void {
    this.#room(8);
    this.#at = this.#buffer.writeDoubleLE(value, this.#at);
  }

  text(value: string | Uint8Array): void {
    const bytes = typeof value === "string" ? Buffer.from(value, "utf8") : value;
    this.varint(bytes.length);
    this.#room(bytes.length);
    this.#buffer.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#at);
  }
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  byte(): number {
    return this.#bytes.readUInt8(this.#at++);
  }

  varint(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const next = this.byte();
      value += (next & 0x7f) * factor;
      if (next < 0x80) return value;
    }
  }

  text(): string {
    return this.#text().toString("latin1");
  }

  #text(): Buffer {
    const length = this.varint();
    if (this.#at + length > this.#bytes.length) throw new Error("an event block ends inside a text");
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  value(type: string): number | bigint | Buffer {
    switch (type) {
      case "UInt8":
        return this.byte();
      case "String":
        return this.#text();
      case "Nullable(Float64)":
        this.#at += 8;
        return this.#bytes.readDoubleLE(this.#at - 8);
      case "UInt64":
      case "DateTime64(3, 'UTC')":
        this.#at += 8;
        return this.#bytes.readBigUInt64LE(this.#at - 8);
      default:
        throw new Error(`an event block has a column of type ${type}`);
    }
  }
}
