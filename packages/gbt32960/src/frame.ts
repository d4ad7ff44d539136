/**
 * The frame of GB/T 32960.3 §6.2: start (2), command (1), response flag (1), unique id (17), encryption (1),
 * data-unit length (2), data unit (n), BCC (1). Total 25 + n, at most 65556 bytes. All numbers are big-endian.
 */
import { bccOf } from "./bcc.ts";
import { CodecError } from "./errors.ts";

export const HEADER_BYTES = 24;
export const MIN_FRAME_BYTES = 25;
/** Largest data unit: FFFE and FFFF are not lengths, FFFC and FFFD are above the table's range. */
export const MAX_DATA_UNIT_BYTES = 65_531;
export const MAX_FRAME_BYTES = MIN_FRAME_BYTES + MAX_DATA_UNIT_BYTES;

/** `##` starts a frame of edition 2016, `$$` one of edition 2025 (GB/T 32960.3-2025 §6.2). */
export const START_2016 = 0x23;
export const START_2025 = 0x24;
export type Edition = 2016 | 2025;

/** Command ids of tables 3 and B.2. 09, 0A and 0B exist in edition 2025 only. */
export const Command = {
  vehicleLogin: 0x01,
  realtimeReport: 0x02,
  reissuedReport: 0x03,
  vehicleLogout: 0x04,
  platformLogin: 0x05,
  platformLogout: 0x06,
  heartbeat: 0x07,
  timeSync: 0x08,
  activation: 0x09,
  activationReply: 0x0a,
  keyExchange: 0x0b,
  /** GB/T 45688-2025, either edition. */
  faultResult: 0x10,
  hazardResult: 0x11,
  disposalReport: 0x12,
  accidentReport: 0x13,
  publicHazardResult: 0x90,
  parameterQuery: 0x80,
  parameterSetting: 0x81,
  terminalControl: 0x82,
} as const;

/** Response flags of table 4. 04–07 exist in edition 2025 only. A frame whose flag is not `command` is never answered. */
export const ResponseFlag = {
  success: 0x01,
  error: 0x02,
  vinDuplicate: 0x03,
  vinUnknown: 0x04,
  signatureError: 0x05,
  structureError: 0x06,
  decryptionError: 0x07,
  command: 0xfe,
} as const;

/** Encryption of the data unit, table 2. 04 and 05 exist in edition 2025 only. */
export const Encryption = {
  none: 0x01,
  rsa: 0x02,
  aes: 0x03,
  sm2: 0x04,
  sm4: 0x05,
  abnormal: 0xfe,
  invalid: 0xff,
} as const;
/** Names of the ways of encryption, as keys and rules of encryption are numbered too. */
export const ENCRYPTION_NAMES = { 1: "none", 2: "RSA", 3: "AES", 4: "SM2", 5: "SM4" } as const;

/** Data-unit length claimed by the header at `from`. The caller has made sure that 24 bytes are there. */
export function dataUnitLength(bytes: Uint8Array, from: number): number {
  return (bytes[from + 22] << 8) | bytes[from + 23];
}

/** The edition by the start bytes at `from`; undefined where no frame starts. */
export function findEdition(bytes: Uint8Array, from: number): Edition | undefined {
  const start = bytes[from];
  if (start !== bytes[from + 1]) return undefined;
  return start === START_2016 ? 2016 : start === START_2025 ? 2025 : undefined;
}

/**
 * The unique id (VIN, platform id) of the frame at `from`: one character per byte, trailing NULs removed
 * (ids shorter than 17 characters are padded with NULs in the field).
 */
export function uniqueIdOf(bytes: Uint8Array, from = 0): string {
  const b = bytes;
  const at = from + 4;
  // One call with all characters: a quarter of the time of adding them one by one.
  const id = String.fromCharCode(
    b[at],
    b[at + 1],
    b[at + 2],
    b[at + 3],
    b[at + 4],
    b[at + 5],
    b[at + 6],
    b[at + 7],
    b[at + 8],
    b[at + 9],
    b[at + 10],
    b[at + 11],
    b[at + 12],
    b[at + 13],
    b[at + 14],
    b[at + 15],
    b[at + 16],
  );
  let length = 17;
  while (length > 0 && b[at + length - 1] === 0) length--;
  return length === 17 ? id : id.slice(0, length);
}

/** Throws a coded error unless bytes [from, to) are exactly one frame with a correct BCC. */
export function checkFrame(bytes: Uint8Array, from = 0, to = bytes.length): void {
  const length = to - from;
  if (length >= 2 && findEdition(bytes, from) === undefined) throw new CodecError("SG_FRAME_START", "", from);
  const claimed = length < HEADER_BYTES ? 0 : dataUnitLength(bytes, from);
  if (claimed > MAX_DATA_UNIT_BYTES) throw new CodecError("SG_FRAME_LENGTH", `${claimed} bytes`, from + 22);
  if (length < MIN_FRAME_BYTES) throw new CodecError("SG_FRAME_TRUNCATED", `${length} of at least 25 bytes`, to);
  const expected = MIN_FRAME_BYTES + claimed;
  if (length < expected) throw new CodecError("SG_FRAME_TRUNCATED", `${length} of ${expected} bytes`, to);
  if (length > expected) throw new CodecError("SG_FRAME_TRAILING", `${length - expected} bytes`, from + expected);
  const bcc = bccOf(bytes, from + 2, to - 1);
  if (bcc !== bytes[to - 1]) {
    throw new CodecError("SG_FRAME_BCC", `calculated ${hexByte(bcc)}, found ${hexByte(bytes[to - 1])}`, to - 1);
  }
}

function hexByte(value: number): string {
  return value.toString(16).padStart(2, "0");
}
