/** Keys that travel in frames: a vehicle's public key in its activation (09), the key of data units in 0B. */
import { Command, Encryption, findEdition, HEADER_BYTES, MIN_FRAME_BYTES, ResponseFlag } from "../frame.ts";
import { readUnsigned } from "../interpret/decode.ts";
import { decodeText, type TextValue } from "../text.ts";
import { instantOf } from "../time.ts";
import { findEncryptionName, type EncryptionName } from "./codes.ts";
import { findSignature, type SignatureBlock } from "./locate.ts";

/** What an activation message says (2025 table B.3). It is signed with the key that it brings. */
export interface Activation {
  /** UTC milliseconds; NaN where the bytes are no calendar time. */
  readonly time: number;
  readonly chipId: TextValue;
  /** A copy of the key's bytes. Its format (raw point, DER, …) is not defined by the standard. */
  readonly publicKey: Uint8Array;
  /** The VIN in the body; the one in the header may differ. */
  readonly vin: TextValue;
  readonly signature: SignatureBlock | undefined;
}

/** The activation message in bytes [from, to); undefined for any other frame and for a malformed one. */
export function findActivation(bytes: Uint8Array, from = 0, to = bytes.length): Activation | undefined {
  if (!isPlain(bytes, from, to, Command.activation)) return undefined;
  const end = to - 1;
  const unit = from + HEADER_BYTES;
  const keyAt = unit + 24;
  if (keyAt > end) return undefined;
  const vinAt = keyAt + readUnsigned(bytes, keyAt - 2, 2);
  if (vinAt + 17 > end) return undefined;
  return {
    time: instantOf(bytes, unit),
    chipId: trimmed(decodeText(bytes, unit + 6, unit + 22, "ascii")),
    // `slice` of a Buffer would be a view of what the caller may overwrite.
    publicKey: new Uint8Array(bytes.subarray(keyAt, vinAt)),
    vin: decodeText(bytes, vinAt, vinAt + 17, "ascii"),
    signature: findSignature(bytes, from, to),
  };
}

/** Chip ids are padded with spaces. */
function trimmed(text: TextValue): TextValue {
  return typeof text === "string" ? text.trimEnd() : text;
}

/** What a key exchange says (2025 table 31), in either direction. */
export interface KeyExchange {
  /** 2 RSA, 3 AES, 4 SM2, 5 SM4: the encryption code that the key is for. */
  readonly keyType: number;
  /** Undefined for reserved types. */
  readonly encryption: EncryptionName | undefined;
  /** A copy of the key's bytes. */
  readonly key: Uint8Array;
  /** UTC milliseconds; NaN where the bytes are no calendar time. */
  readonly validFrom: number;
  readonly validTo: number;
}

/** The key exchange in bytes [from, to); undefined for any other frame, for an encrypted one, and for a malformed one. */
export function findKeyExchange(bytes: Uint8Array, from = 0, to = bytes.length): KeyExchange | undefined {
  if (!isPlain(bytes, from, to, Command.keyExchange)) return undefined;
  const end = to - 1;
  const unit = from + HEADER_BYTES;
  if (unit + 3 > end) return undefined;
  const keyEnd = unit + 3 + readUnsigned(bytes, unit + 1, 2);
  if (keyEnd + 12 > end) return undefined;
  return {
    keyType: bytes[unit],
    encryption: findEncryptionName(bytes[unit]),
    key: new Uint8Array(bytes.subarray(unit + 3, keyEnd)),
    validFrom: instantOf(bytes, keyEnd),
    validTo: instantOf(bytes, keyEnd + 6),
  };
}

/** A frame of edition 2025 with this command, no reply, and a plain data unit. */
function isPlain(bytes: Uint8Array, from: number, to: number, command: number): boolean {
  return (
    to <= bytes.length &&
    to - from >= MIN_FRAME_BYTES &&
    findEdition(bytes, from) === 2025 &&
    bytes[from + 2] === command &&
    bytes[from + 3] === ResponseFlag.command &&
    bytes[from + 21] === Encryption.none
  );
}
