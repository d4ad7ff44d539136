/**
 * Messages: what a frame says, ready for JSON. Numbers are physical values or codes, sentinels are the strings
 * "abnormal" and "invalid", bytes are lower-case hexadecimal, times are `2025-10-27T20:02:02+08:00`.
 * Every message keeps all that is needed to write the same bytes again.
 */
import type { CodecErrorCode } from "./errors.ts";
import type { Edition } from "./frame.ts";
import type { EXTENSION_CERTAINTY, ExtensionKind, ExtensionReading } from "./gb45688.ts";
import type { BODIES_2016 } from "./layout/edition-2016.ts";
import type { BODIES_2025, SIGNATURE_2025 } from "./layout/edition-2025.ts";
import type { COMMANDS_2016, COMMANDS_2025 } from "./layout/commands.ts";
import type { ShapeOf } from "./layout/element.ts";
import type { BodyLayout } from "./layout/shared.ts";
import type { CommandLayout } from "./layout/commands.ts";
import type { Parameter } from "./parameters.ts";

type BodyShape<B> =
  B extends BodyLayout<infer K, infer E> ? { readonly type: number; readonly kind: K } & ShapeOf<E> : never;

/** User-defined information, types 80–FE: WORD length and bytes. */
export interface OemItem {
  readonly type: number;
  readonly kind: "oem";
  readonly data: string;
}
/** A type that the edition does not define. It carries no length, so it takes the rest (up to a signature, 2025). */
export interface UnknownItem {
  readonly type: number;
  readonly kind: "unknown";
  readonly data: string;
}

/** Realtime items of edition 2016, by `kind`: vehicle, motors, fuelCell, engine, location, extremes, alarm, cellVoltages, temperatures, oem, unknown. */
export type Item2016 = BodyShape<(typeof BODIES_2016)[number]> | OemItem | UnknownItem;
/** Realtime items of edition 2025, by `kind`: as 2016 without extremes, and fuelCellEngine, fuelCellStacks, supercapacitor, supercapacitorExtremes, signature. */
export type Item2025 = BodyShape<(typeof BODIES_2025)[number] | typeof SIGNATURE_2025> | OemItem | UnknownItem;
export type Item = Item2016 | Item2025;

interface Header<E extends Edition = Edition> {
  readonly edition: E;
  readonly command: number;
  /** Response flag, FE for a command. */
  readonly response: number;
  /** Unique id: VIN, or a self-defined id of a platform. One character per byte, trailing NULs are padding. */
  readonly vin: string;
  /** Encryption of the data unit, 1 = none. */
  readonly encryption: number;
  /** Bytes after the last field that the layout knows. */
  readonly trailing?: string;
}

type Refine<S> = Omit<S, "items" | "parameters">;
type CommandShape<E extends Edition, C> =
  C extends CommandLayout<infer K, infer L>
    ? K extends "realtimeReport" | "reissuedReport"
      ? Header<E> & {
          readonly kind: K;
          readonly time: string;
          readonly items: readonly (E extends 2016 ? Item2016 : Item2025)[];
        }
      : K extends "parameterSetting"
        ? Header<E> & { readonly kind: K; readonly parameters: readonly Parameter[] } & Refine<ShapeOf<L>>
        : Header<E> & { readonly kind: K } & ShapeOf<L>
    : never;

/** A command of edition 2016 whose data unit has a layout. */
export type Command2016 = CommandShape<2016, (typeof COMMANDS_2016)[number]>;
/** A command of edition 2025 whose data unit has a layout. */
export type Command2025 = CommandShape<2025, (typeof COMMANDS_2025)[number]>;

/** A reply: any body is accepted. `time` is there if the body has at least six bytes, `rest` is what follows. */
export interface ReplyMessage extends Header {
  readonly kind: "reply";
  readonly time?: string;
  readonly rest?: string;
}
/** Reply to a parameter query with the values. */
export interface ParameterReplyMessage extends Header {
  readonly kind: "parameterReply";
  readonly time: string;
  readonly parameterCount: number;
  readonly parameters: readonly Parameter[];
}
/** A reserved or platform-defined command. */
export interface OpaqueMessage extends Header {
  readonly kind: "opaque";
  readonly data: string;
}
/**
 * A message of GB/T 45688-2025, in either edition. `data` is the data unit; `reading` is what an assumed structure makes
 * of it, where it fits. Made by hand: one of both is enough.
 */
export interface ExtensionMessage extends Header {
  readonly kind: ExtensionKind;
  readonly certainty: typeof EXTENSION_CERTAINTY;
  readonly data: string;
  readonly reading?: ExtensionReading;
}
/** A frame whose data unit is encrypted; the BCC covers the cipher text. */
export interface EncryptedMessage extends Header {
  readonly kind: "encrypted";
  readonly cipher: string;
}
/** A frame whose data unit does not have the structure of its command (only with `malformed: "keep"`). */
export interface MalformedMessage extends Header {
  readonly kind: "malformed";
  readonly error: { readonly code: CodecErrorCode; readonly message: string; readonly offset?: number };
  readonly data: string;
}

export type Message =
  | Command2016
  | Command2025
  | ReplyMessage
  | ParameterReplyMessage
  | OpaqueMessage
  | ExtensionMessage
  | EncryptedMessage
  | MalformedMessage;
export type MessageKind = Message["kind"];

/**
 * A message made by hand: checked when it is written, not by the compiler. Counts of lists, `type` of items, `command`,
 * `response` (FE) and `encryption` (1) may be left out; gear, position status and alarm flags may be plain numbers.
 */
export interface MessageDraft {
  readonly kind: MessageKind;
  readonly edition: Edition;
  readonly vin: string;
  readonly [field: string]: unknown;
}
