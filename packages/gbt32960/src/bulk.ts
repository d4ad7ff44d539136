/**
 * Long lists two cells or four probes at a time: bytes are read as 32-bit words and rearranged inside them.
 *
 * This is only a faster way to write what the plain loop writes. Where a value is close to the end of its range, a
 * sentinel, or where array types do not fit, the caller's plain loop writes the list again.
 */
import type { ListSink } from "./column-types.ts";

/** Word views of a list's arrays, renewed when the list has grown. */
export interface ListWords {
  ticks: ListSink["ticks"] | undefined;
  tickWords: Int32Array;
  reasonWords: Int32Array;
  /** Whether both arrays can be written by words. */
  usable: boolean;
}

const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
const NO_WORDS = new Int32Array(0);

export function listWords(): ListWords {
  return { ticks: undefined, tickWords: NO_WORDS, reasonWords: NO_WORDS, usable: false };
}

function renew(words: ListWords, list: ListSink, twoBytes: boolean): void {
  const { ticks, reasons } = list;
  words.ticks = ticks;
  words.usable = LITTLE_ENDIAN && twoBytes && (ticks.byteOffset & 3) === 0 && (reasons.byteOffset & 3) === 0;
  if (!words.usable) return;
  words.tickWords = new Int32Array(ticks.buffer, ticks.byteOffset, ticks.byteLength >>> 2);
  words.reasonWords = new Int32Array(reasons.buffer, reasons.byteOffset, reasons.byteLength >>> 2);
}

let viewedBuffer: ArrayBufferLike | undefined;
let view: DataView = new DataView(new ArrayBuffer(0));

/** One view per buffer: the frames of a chunk follow each other. */
function viewOf(buffer: ArrayBufferLike): DataView {
  if (buffer !== viewedBuffer) {
    viewedBuffer = buffer;
    view = new DataView(buffer);
  }
  return view;
}

/**
 * Appends `count` big-endian words at `p` to a list of 16-bit ticks, all with reason 0.
 * @returns false when nothing must be relied on: write the list with the plain loop. True only if every high byte is
 * below 0xEA, that is every value below 59,904.
 */
export function appendWords(bytes: Uint8Array, p: number, count: number, list: ListSink, words: ListWords): boolean {
  if (list.ticks !== words.ticks) renew(words, list, list.ticks instanceof Uint16Array);
  if (!words.usable || count < 8) return false;
  const source = viewOf(bytes.buffer);
  const { tickWords } = words;
  const { ticks } = list;
  let at = bytes.byteOffset + p;
  let k = list.length;
  const end = k + count;
  // Bits 8 and 24 of the sum are set as soon as a high byte reaches 0xEA.
  let high = 0;
  if ((k & 1) !== 0) {
    const first = source.getUint16(at);
    high |= (first >>> 8) + 0x16;
    ticks[k++] = first;
    at += 2;
  }
  const lastWord = end >>> 1;
  for (let word = k >>> 1; word < lastWord; word++, at += 4) {
    const four = source.getInt32(at, true);
    const highBytes = four & 0x00ff_00ff;
    high |= highBytes + 0x0016_0016;
    tickWords[word] = (highBytes << 8) | ((four >>> 8) & 0x00ff_00ff);
  }
  if ((end & 1) !== 0) {
    const last = source.getUint16(at);
    high |= (last >>> 8) + 0x16;
    ticks[end - 1] = last;
  }
  if ((high & 0x0100_0100) !== 0) return false;
  clearReasons(list, words.reasonWords, end);
  return true;
}

/**
 * Appends `count` bytes at `p`, less `bias`, to a list of signed 16-bit ticks, all with reason 0.
 * @param bias 0–127, taken off every byte
 * @returns false when nothing must be relied on; true only if every byte is at most 250
 */
export function appendBytes(bytes: Uint8Array, p: number, count: number, bias: number, list: ListSink, words: ListWords): boolean {
  if (list.ticks !== words.ticks) renew(words, list, list.ticks instanceof Int16Array);
  if (!words.usable || count < 8) return false;
  const source = viewOf(bytes.buffer);
  const { tickWords } = words;
  const { ticks } = list;
  const biases = (bias << 16) | bias;
  let at = bytes.byteOffset + p;
  let k = list.length;
  const end = k + count;
  // Bits 8 and 24 of the sum are set as soon as a byte reaches 251.
  let high = 0;
  if ((k & 1) !== 0) {
    const first = source.getUint8(at++);
    high |= first + 5;
    ticks[k++] = first - bias;
  }
  const stop = end - 3;
  for (; k < stop; k += 4, at += 4) {
    const four = source.getInt32(at, true);
    const even = four & 0x00ff_00ff;
    const odd = (four >>> 8) & 0x00ff_00ff;
    high |= (even + 0x0005_0005) | (odd + 0x0005_0005);
    // The top bit of each half keeps a borrow from crossing into the other half.
    const word = k >>> 1;
    tickWords[word] = (((even & 0xff) | (odd << 16)) | 0x8000_8000) - biases ^ 0x8000_8000;
    tickWords[word + 1] = (((even >>> 16) | (odd & 0x00ff_0000)) | 0x8000_8000) - biases ^ 0x8000_8000;
  }
  for (; k < end; k++) {
    const last = source.getUint8(at++);
    high |= last + 5;
    ticks[k] = last - bias;
  }
  if ((high & 0x0100_0100) !== 0) return false;
  clearReasons(list, words.reasonWords, end);
  return true;
}

/** Reasons from the list's length up to `end` become 0, and the list is that long. */
function clearReasons(list: ListSink, reasonWords: Int32Array, end: number): void {
  const { reasons } = list;
  let k = list.length;
  while ((k & 3) !== 0 && k < end) reasons[k++] = 0;
  const lastWord = end >>> 2;
  for (let word = k >>> 2; word < lastWord; word++) reasonWords[word] = 0;
  for (k = Math.max(k, lastWord << 2); k < end; k++) reasons[k] = 0;
  list.length = end;
}
