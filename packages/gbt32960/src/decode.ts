/** Frames to messages. The hot bodies of realtime reports go through the generated decoders, the rest is interpreted. */
import { DEFAULT_DIALECT, dialectOf, type Dialect } from "./dialect.ts";
import { CodecError } from "./errors.ts";
import { checkFrame, Encryption, findEdition, HEADER_BYTES, ResponseFlag, uniqueIdOf, type Edition } from "./frame.ts";
import { EXTENSION_CERTAINTY, findExtension, findReading } from "./gb45688.ts";
import { Reader, readElements, readItems, Scope, type RawItem } from "./interpret/decode.ts";
import { findCommand, PARAMETER_REPLY, type CommandLayout } from "./layout/commands.ts";
import type { Message } from "./message.ts";
import { toHex } from "./text.ts";
import { formatTime } from "./time.ts";

export interface DecodeOptions {
  /**
   * What to do with a frame whose data unit does not have the structure of its command: throw a `CodecError`
   * (default), or give a message of kind `malformed` that keeps the bytes.
   */
  readonly malformed?: "throw" | "keep";
  /** How to read what the sources contradict each other about. Anything but the defaults takes the interpreter. */
  readonly dialect?: Partial<Dialect>;
}

/** How the body of a realtime report is read. */
export type ItemsReader = (
  bytes: Uint8Array,
  at: number,
  end: number,
  edition: Edition,
  dialect?: Dialect,
) => { items: RawItem[]; at: number };

/**
 * The message of exactly one frame.
 * @throws CodecError SG_FRAME_* for what is no frame, SG_BODY_TRUNCATED for a malformed data unit
 */
export function decodeWith(readItems: ItemsReader, bytes: Uint8Array, options: DecodeOptions = {}): Message {
  checkFrame(bytes);
  const header = headerOf(bytes);
  try {
    return options.dialect === undefined
      ? readMessage(readItems, bytes, header, DEFAULT_DIALECT)
      : readMessage(interpretItems, bytes, header, dialectOf(options.dialect));
  } catch (error) {
    if (options.malformed !== "keep" || !(error instanceof CodecError)) throw error;
    return {
      kind: "malformed",
      ...header,
      error: {
        code: error.code,
        message: error.message,
        ...(error.offset === undefined ? {} : { offset: error.offset }),
      },
      data: toHex(bytes, HEADER_BYTES, bytes.length - 1),
    };
  }
}

interface HeaderFields {
  readonly edition: Edition;
  readonly command: number;
  readonly response: number;
  readonly vin: string;
  readonly encryption: number;
}

function headerOf(bytes: Uint8Array): HeaderFields {
  return {
    edition: findEdition(bytes, 0) ?? 2016,
    command: bytes[2],
    response: bytes[3],
    vin: uniqueIdOf(bytes),
    encryption: bytes[21],
  };
}

function readMessage(readItems: ItemsReader, bytes: Uint8Array, header: HeaderFields, dialect: Dialect): Message {
  const { edition, command, response, vin, encryption } = header;
  const end = bytes.length - 1;
  if (encryption !== Encryption.none && end > HEADER_BYTES) {
    return { kind: "encrypted", ...header, cipher: toHex(bytes, HEADER_BYTES, end) };
  }
  const layout = findLayout(bytes, edition, dialect);
  if (layout === "reply") return readReply(bytes, header);
  if (layout === undefined) return readOther(bytes, header, end);
  if (layout.kind === "realtimeReport" || layout.kind === "reissuedReport") {
    if (end - HEADER_BYTES < 6) throw new CodecError("SG_BODY_TRUNCATED", "no collection time", HEADER_BYTES);
    const { items, at } = readItems(bytes, HEADER_BYTES + 6, end, edition, dialect);
    const message = {
      kind: layout.kind,
      edition,
      command,
      response,
      vin,
      encryption,
      time: formatTime(bytes, HEADER_BYTES),
      items,
    };
    return (at < end ? { ...message, trailing: toHex(bytes, at, end) } : message) as unknown as Message;
  }
  const reader = new Reader(bytes, HEADER_BYTES, end, edition, undefined, dialect);
  const message: Record<string, unknown> = { kind: layout.kind, ...header };
  readElements(reader, layout.elements, message, new Scope());
  if (reader.at < end) message.trailing = toHex(bytes, reader.at, end);
  return message as unknown as Message;
}

/** A message of GB/T 45688, or of a command that nobody defines. */
function readOther(bytes: Uint8Array, header: HeaderFields, end: number): Message {
  const data = toHex(bytes, HEADER_BYTES, end);
  const extension = findExtension(header.command);
  if (extension === undefined) return { kind: "opaque", ...header, data };
  const reading = findReading(extension.kind, bytes, HEADER_BYTES, end);
  return {
    kind: extension.kind,
    ...header,
    certainty: EXTENSION_CERTAINTY,
    data,
    ...(reading === undefined ? {} : { reading }),
  };
}

/**
 * Layout of the data unit of the frame at 0. Replies have no layout of their own ("reply"), except the values that
 * answer a parameter query, and the activation reply, which is a command of its own whatever its flag.
 */
export function findLayout(
  bytes: Uint8Array,
  edition: Edition,
  dialect: Dialect = DEFAULT_DIALECT,
): CommandLayout | "reply" | undefined {
  const command = bytes[2];
  const layout = findCommand(edition, command);
  if (bytes[3] === ResponseFlag.command || layout?.kind === "activationReply") return layout;
  if (
    command === 0x80 &&
    bytes[3] === ResponseFlag.success &&
    bytes.length > HEADER_BYTES + 7 &&
    hasParameters(bytes, edition, dialect)
  ) {
    return PARAMETER_REPLY;
  }
  return "reply";
}

function hasParameters(bytes: Uint8Array, edition: Edition, dialect: Dialect): boolean {
  const reader = new Reader(bytes, HEADER_BYTES, bytes.length - 1, edition, undefined, dialect);
  try {
    readElements(reader, PARAMETER_REPLY.elements, {}, new Scope());
    return true;
  } catch {
    return false;
  }
}

function readReply(bytes: Uint8Array, header: HeaderFields): Message {
  const end = bytes.length - 1;
  const timed = end - HEADER_BYTES >= 6;
  const from = timed ? HEADER_BYTES + 6 : HEADER_BYTES;
  return {
    kind: "reply",
    ...header,
    ...(timed ? { time: formatTime(bytes, HEADER_BYTES) } : {}),
    ...(from < end ? { rest: toHex(bytes, from, end) } : {}),
  };
}

/** The interpreter as an items reader. */
export const interpretItems: ItemsReader = (bytes, at, end, edition, dialect) => {
  const reader = new Reader(bytes, at, end, edition, undefined, dialect);
  return { items: readItems(reader), at: reader.at };
};
