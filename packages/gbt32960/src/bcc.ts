/**
 * Block check character: the XOR of the bytes from the command id up to the byte before the BCC (GB/T 32960.3 §6.2).
 * XOR does not care about byte order, so aligned 32-bit words are folded first and reduced to one byte at the end.
 */

/** Below this length the set-up of the word view costs more than it saves. */
const WORD_THRESHOLD = 32;

let viewed: ArrayBufferLike | undefined;
let words: Int32Array = new Int32Array(0);

/** Word view over the whole buffer, made once per buffer: frames of one chunk follow each other. */
function wordsOf(buffer: ArrayBufferLike): Int32Array {
  if (buffer !== viewed) {
    viewed = buffer;
    words = new Int32Array(buffer, 0, buffer.byteLength >>> 2);
  }
  return words;
}

/** XOR of bytes [from, to). */
export function bccOf(bytes: Uint8Array, from: number, to: number): number {
  if (to - from < WORD_THRESHOLD) return bccByByte(bytes, from, to);
  const base = bytes.byteOffset;
  let fold = 0;
  let at = from;
  while (((base + at) & 3) !== 0) fold ^= bytes[at++];
  const view = wordsOf(bytes.buffer);
  let word = (base + at) >>> 2;
  const lastWord = (base + to) >>> 2;
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  const unrolled = lastWord - 7;
  for (; word < unrolled; word += 8) {
    a ^= view[word] ^ view[word + 4];
    b ^= view[word + 1] ^ view[word + 5];
    c ^= view[word + 2] ^ view[word + 6];
    d ^= view[word + 3] ^ view[word + 7];
  }
  for (; word < lastWord; word++) a ^= view[word];
  a ^= b ^ c ^ d;
  a ^= a >>> 16;
  fold ^= a ^ (a >>> 8);
  for (at = (lastWord << 2) - base; at < to; at++) fold ^= bytes[at];
  return fold & 0xff;
}

/** The definition, one byte at a time: the reference that `bccOf` is tested against. */
export function bccByByte(bytes: Uint8Array, from: number, to: number): number {
  let fold = 0;
  for (let at = from; at < to; at++) fold ^= bytes[at];
  return fold;
}
