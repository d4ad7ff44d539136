/** Messages to frames. */
import { bccOf } from "./bcc.ts";
import { DEFAULT_DIALECT, type Dialect } from "./dialect.ts";
import { CodecError } from "./errors.ts";
import {
  Encryption,
  HEADER_BYTES,
  MAX_DATA_UNIT_BYTES,
  MAX_FRAME_BYTES,
  ResponseFlag,
  START_2016,
  START_2025,
  type Edition,
} from "./frame.ts";
import { arrayOf, writeElements, Writer, writeItems, writeTime } from "./interpret/encode.ts";
import { COMMANDS_2016, COMMANDS_2025, PARAMETER_REPLY, type CommandLayout } from "./layout/commands.ts";
import { EXTENSIONS, findData, findExtensionByKind } from "./gb45688.ts";
import type { ExtensionMessage, Message } from "./message.ts";

/** How the items of a realtime report are written. */
export type ItemsWriter = (writer: Writer, items: readonly Readonly<Record<string, unknown>>[]) => void;

const LAYOUTS: Readonly<Record<Edition, ReadonlyMap<string, CommandLayout>>> = {
  2016: byKind([...COMMANDS_2016, PARAMETER_REPLY]),
  2025: byKind([...COMMANDS_2025, PARAMETER_REPLY]),
};

/** Messages that are bytes, or that have no data unit of their own. */
const WITHOUT_LAYOUT: ReadonlySet<string> = new Set([
  "reply",
  "opaque",
  "encrypted",
  "malformed",
  ...EXTENSIONS.map(({ kind }) => kind),
]);

function byKind(layouts: readonly CommandLayout[]): ReadonlyMap<string, CommandLayout> {
  return new Map(layouts.map((layout) => [layout.kind, layout]));
}

/** One buffer for all frames: nothing in `writeMessage` keeps it, and every caller copies what it needs. */
const scratch = new Uint8Array(MAX_FRAME_BYTES);

/**
 * Writes the frame of a message into the shared buffer.
 * @returns the number of bytes of the frame
 * @throws CodecError SG_MESSAGE_INVALID where the message does not fit the layout of its edition
 */
function writeMessage(write: ItemsWriter, message: Message, dialect: Dialect): number {
  const edition: Edition = message.edition;
  const start = edition === 2016 ? START_2016 : edition === 2025 ? START_2025 : undefined;
  if (start === undefined)
    throw new CodecError("SG_MESSAGE_INVALID", `edition must be 2016 or 2025, not ${String(edition)}`);
  const writer = new Writer(scratch, 0, edition, dialect);
  const layout = LAYOUTS[edition].get(message.kind);
  if (layout === undefined && !WITHOUT_LAYOUT.has(message.kind))
    writer.fail("kind", `${String(message.kind)} does not exist in edition ${edition}`);
  scratch[0] = start;
  scratch[1] = start;
  writer.at = 2;
  writer.number(message.command ?? layout?.command ?? findExtensionByKind(message.kind)?.command, 1, "command");
  writer.number(message.response ?? ResponseFlag.command, 1, "response");
  writeId(writer, message.vin);
  writer.number(message.encryption ?? Encryption.none, 1, "encryption");
  writer.at = HEADER_BYTES;
  writeDataUnit(writer, write, message, layout);
  if (message.trailing !== undefined) writer.hex(message.trailing, "trailing");
  const length = writer.at - HEADER_BYTES;
  if (length > MAX_DATA_UNIT_BYTES) throw new CodecError("SG_MESSAGE_INVALID", `data unit of ${length} bytes`);
  scratch[22] = length >>> 8;
  scratch[23] = length;
  scratch[writer.at] = bccOf(scratch, 2, writer.at);
  return writer.at + 1;
}

function writeDataUnit(writer: Writer, write: ItemsWriter, message: Message, layout: CommandLayout | undefined): void {
  switch (message.kind) {
    case "realtimeReport":
    case "reissuedReport":
      writeTime(writer, message.time, "time");
      return write(writer, arrayOf(writer, message.items, "items") as readonly Readonly<Record<string, unknown>>[]);
    case "reply":
      if (message.time !== undefined) writeTime(writer, message.time, "time");
      if (message.rest !== undefined) writer.hex(message.rest, "rest");
      return;
    case "opaque":
    case "malformed":
      writer.hex(message.data, "data");
      return;
    case "encrypted":
      writer.hex(message.cipher, "cipher");
      return;
    case "faultResult":
    case "hazardResult":
    case "disposalReport":
    case "accidentReport":
    case "publicHazardResult":
      return writeExtension(writer, message);
    default:
      writeElements(writer, layout?.elements ?? [], message as unknown as Readonly<Record<string, unknown>>);
  }
}

/** `data`, or what `reading` says; where both are given they must be the same bytes. */
function writeExtension(writer: Writer, message: ExtensionMessage): void {
  const { kind, data, reading } = message as Partial<ExtensionMessage> & { kind: ExtensionMessage["kind"] };
  const read = reading === undefined ? undefined : findData(kind, reading);
  if (reading !== undefined && read === undefined) writer.fail("reading", `is none of a ${kind}`);
  if (read !== undefined && data !== undefined && read !== data.toLowerCase())
    writer.fail("reading", "says something else than data: leave one of them out");
  writer.hex(data ?? read, "data");
}

function writeId(writer: Writer, id: unknown): void {
  if (typeof id !== "string" || id.length > 17) writer.fail("vin", "must be a text of at most 17 characters");
  const at = writer.take(17, "vin");
  for (let i = 0; i < 17; i++) {
    const unit = i < id.length ? id.charCodeAt(i) : 0;
    if (unit > 0xff) writer.fail("vin", "must have one byte per character");
    writer.bytes[at + i] = unit;
  }
}

const SLAB_BYTES = 65_536;
const SMALL_FRAME_BYTES = 4096;
let slab = new Uint8Array(0);
let slabUsed = 0;

/**
 * The frame of a message. Small frames share a 64 kB buffer, as small Node buffers do: an ArrayBuffer for each would
 * cost more than writing it. Their bytes are never written again.
 */
export function encodeWith(write: ItemsWriter, message: Message, dialect = DEFAULT_DIALECT): Uint8Array {
  const length = writeMessage(write, message, dialect);
  if (length > SMALL_FRAME_BYTES) return scratch.slice(0, length);
  if (slabUsed + length > slab.length) {
    slab = new Uint8Array(SLAB_BYTES);
    slabUsed = 0;
  }
  const frame = slab.subarray(slabUsed, slabUsed + length);
  slabUsed += length;
  frame.set(scratch.subarray(0, length));
  return frame;
}

/** Writes the frame of a message into `target` at `offset`, without allocating; the number of bytes. */
export function encodeIntoWith(write: ItemsWriter, message: Message, target: Uint8Array, offset: number): number {
  const length = writeMessage(write, message, DEFAULT_DIALECT);
  if (offset + length > target.length)
    throw new CodecError("SG_MESSAGE_INVALID", `${length} bytes do not fit into the target`);
  if (length < 256) for (let i = 0; i < length; i++) target[offset + i] = scratch[i];
  else target.set(scratch.subarray(0, length), offset);
  return length;
}

/** The interpreter as an items writer. */
export const interpretItemsWriter: ItemsWriter = writeItems;
