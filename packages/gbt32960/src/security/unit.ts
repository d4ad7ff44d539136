/** Frames with another data unit. */
import { bccOf } from "../bcc.ts";
import { CodecError } from "../errors.ts";
import { HEADER_BYTES, MAX_DATA_UNIT_BYTES } from "../frame.ts";

/** The frame with another data unit, and its length and BCC put right. @throws CodecError SG_MESSAGE_INVALID */
export function frameWith(frame: Uint8Array, unit: Uint8Array, encryption = frame[21]): Uint8Array {
  if (unit.length > MAX_DATA_UNIT_BYTES)
    throw new CodecError("SG_MESSAGE_INVALID", `data unit of ${unit.length} bytes`);
  const bytes = new Uint8Array(HEADER_BYTES + unit.length + 1);
  bytes.set(frame.subarray(0, HEADER_BYTES));
  bytes[21] = encryption;
  bytes[22] = unit.length >>> 8;
  bytes[23] = unit.length;
  bytes.set(unit, HEADER_BYTES);
  bytes[bytes.length - 1] = bccOf(bytes, 2, bytes.length - 1);
  return bytes;
}
