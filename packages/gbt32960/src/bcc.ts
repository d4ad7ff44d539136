/**
 * Block check character: the XOR of the bytes from the command id up to the byte before the BCC (GB/T 32960.3 §6.2).
 * XOR does not care about byte order, so 64-bit words are folded first and reduced to one byte at the end.
 */
import { viewOf } from "./source-view.ts";

/** Below this length the set-up of the words costs more than it saves. */
const WORD_THRESHOLD = 32;

/** Takes a 64-bit word apart. A BigInt that lives across iterations would be an object; one that is stored is a register. */
const fold64 = new BigUint64Array(1);
const fold32 = new Int32Array(fold64.buffer);

/** XOR of bytes [from, to). */
export function bccOf(bytes: Uint8Array, from: number, to: number): number {
  if (to - from < WORD_THRESHOLD) return bccByByte(bytes, from, to);
  const view = viewOf(bytes);
  const end = bytes.byteOffset + to;
  let at = bytes.byteOffset + from;
  let fold = 0;
  for (; at + 128 <= end; at += 128) {
    fold64[0] =
      view.getBigUint64(at, true) ^
      view.getBigUint64(at + 8, true) ^
      view.getBigUint64(at + 16, true) ^
      view.getBigUint64(at + 24, true) ^
      view.getBigUint64(at + 32, true) ^
      view.getBigUint64(at + 40, true) ^
      view.getBigUint64(at + 48, true) ^
      view.getBigUint64(at + 56, true) ^
      view.getBigUint64(at + 64, true) ^
      view.getBigUint64(at + 72, true) ^
      view.getBigUint64(at + 80, true) ^
      view.getBigUint64(at + 88, true) ^
      view.getBigUint64(at + 96, true) ^
      view.getBigUint64(at + 104, true) ^
      view.getBigUint64(at + 112, true) ^
      view.getBigUint64(at + 120, true);
    fold ^= fold32[0] ^ fold32[1];
  }
  for (; at + 32 <= end; at += 32) {
    fold64[0] =
      view.getBigUint64(at, true) ^
      view.getBigUint64(at + 8, true) ^
      view.getBigUint64(at + 16, true) ^
      view.getBigUint64(at + 24, true);
    fold ^= fold32[0] ^ fold32[1];
  }
  for (; at + 4 <= end; at += 4) fold ^= view.getInt32(at, true);
  fold ^= fold >>> 16;
  fold ^= fold >>> 8;
  for (; at < end; at++) fold ^= view.getUint8(at);
  return fold & 0xff;
}

/** The definition, one byte at a time: the reference that `bccOf` is tested against. */
export function bccByByte(bytes: Uint8Array, from: number, to: number): number {
  let fold = 0;
  for (let at = from; at < to; at++) fold ^= bytes[at];
  return fold;
}
