/**
 * GB/T 32960.3 wire codec, editions 2016 and 2025: bytes to messages, messages to bytes, bytes to columns, streams to
 * frames. Pure: no I/O, no clock, no dependencies; runs in Node and in browsers. It does not sign, verify or decrypt.
 */
import { decodeWith, type DecodeOptions } from "./decode.ts";
import { dialectOf, type Dialect } from "./dialect.ts";
import { encodeIntoWith, encodeWith } from "./encode.ts";
import { readItems, writeItems } from "./items.ts";
import type { Message, MessageDraft } from "./message.ts";

export { bccByByte, bccOf } from "./bcc.ts";
export * from "./column-types.ts";
export { createColumnDecoder, type ColumnDecoderOptions } from "./columns.ts";
export type { DecodeOptions } from "./decode.ts";
export { CODEC_ERRORS, CodecError, type CodecErrorCode } from "./errors.ts";
export {
  DEFAULT_DIALECT,
  DIALECT_VALUES,
  dialectOf,
  findDialectChoice,
  parameterEdition,
  type Dialect,
} from "./dialect.ts";
export { findDump, type DumpText } from "./dump.ts";
export {
  describeExplained,
  explain,
  formatFieldValue,
  type Explained,
  type ExplainedDamage,
  type ExplainedFrame,
  type ExplainOptions,
} from "./explain.ts";
export { fieldsOf, type Field, type FieldProblem, type FieldSection } from "./fields.ts";
export {
  checkFrame,
  Command,
  dataUnitLength,
  Encryption,
  findEdition,
  HEADER_BYTES,
  MAX_DATA_UNIT_BYTES,
  MAX_FRAME_BYTES,
  MIN_FRAME_BYTES,
  ResponseFlag,
  START_2016,
  START_2025,
  uniqueIdOf,
  type Edition,
} from "./frame.ts";
export {
  DISPOSAL_FAULTS,
  DISPOSAL_HAZARDS,
  EXTENSION_CERTAINTY,
  type Certainty,
  type ExtensionKind,
  type ExtensionReading,
} from "./gb45688.ts";
export * from "./message.ts";
export { FrameReader, splitFrames, type Damage, type FrameReaderOptions, type Piece } from "./reader.ts";
export * from "./security/mod.ts";
export { frameSchema, type JsonSchema } from "./schema.ts";
export { findBytes, toHex, type HexValue, type TextValue } from "./text.ts";
export { findTimeBytes, formatInstant, formatTime, instantOf } from "./time.ts";
export { ALARM_NAMES, type AlarmFlags, type FixStatus, type Gear } from "./views.ts";
export {
  findAlarmText,
  formatAlarmText,
  highestAlarmLevel,
  parameterSentinel,
  TERMINAL_CONTROLS,
  terminalParameters,
  type TerminalControl,
  type TerminalParameter,
} from "./terminal-commands.ts";
export { findUpgrade, findUpgradeOrder, formatUpgrade, type UpgradeOrder, type UpgradeParameters } from "./upgrade.ts";
export { WIRE_FIELDS, type WireField } from "./wire-fields.ts";

/**
 * The message of exactly one frame, BCC checked.
 * @throws CodecError SG_FRAME_* for what is no frame, SG_BODY_TRUNCATED for a malformed data unit (see options)
 */
export function decodeFrame(bytes: Uint8Array, options?: DecodeOptions): Message {
  return decodeWith(readItems, bytes, options);
}

/**
 * The frame of a message. Counts of lists, `type` of items, `command`, `response` (FE) and `encryption` (1) may be
 * left out of hand-made messages; what `decodeFrame` gives is written back byte for byte.
 * What was decoded with a dialect is written with the same one.
 * @throws CodecError SG_MESSAGE_INVALID
 */
export function encodeFrame(
  message: Message | MessageDraft,
  options: { readonly dialect?: Partial<Dialect> } = {},
): Uint8Array {
  return encodeWith(writeItems, message as Message, dialectOf(options.dialect));
}

/** Writes the frame of a message into `target` at `offset`; the number of bytes. */
export function encodeFrameInto(message: Message | MessageDraft, target: Uint8Array, offset = 0): number {
  return encodeIntoWith(writeItems, message as Message, target, offset);
}
