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

/** A view of a whole buffer, made once per buffer: the frames of a chunk follow each other. */
export function viewOf(buffer: ArrayBufferLike): DataView {
  if (buffer !== viewedBuffer) {
    viewedBuffer = buffer;
    view = new DataView(buffer);
  }
  return view;
}

/**
 * Appends `count` big-endian words at `from` to a list of 16-bit ticks, all with reason 0.
 * @returns false when nothing must be relied on: write the list with the plain loop. True only if every value is below
 * 32,768 (cells above 32.7 V take the plain loop)
 */
export function appendWords(source: DataView, from: number, count: number, list: ListSink, words: ListWords): boolean {
  const { ticks } = list;
  if (ticks !== words.ticks) renew(words, list, ticks instanceof Uint16Array);
  if (!words.usable || count < 8) return false;
  const { tickWords } = words;
  let at = from;
  let k = list.length;
  const end = k + count;
  // The high bytes of a word are its bytes 0 and 2; their top bits say that a value is too large for this path.
  let high = 0;
  if ((k & 1) !== 0) {
    const first = source.getUint16(at);
    high = first >>> 8;
    ticks[k++] = first;
    at += 2;
  }
  const lastWord = end >>> 1;
  for (let word = k >>> 1; word < lastWord; word++, at += 4) {
    const four = source.getInt32(at, true);
    high |= four;
    tickWords[word] = ((four & 0x00ff_00ff) << 8) | ((four >>> 8) & 0x00ff_00ff);
  }
  if ((end & 1) !== 0) {
    const last = source.getUint16(at);
    high |= last >>> 8;
    ticks[end - 1] = last;
  }
  if ((high & 0x0080_0080) !== 0) return false;
  clearReasons(list, words.reasonWords, end);
  return true;
}

/**
 * Appends `count` bytes at `from`, less `bias`, to a list of signed 16-bit ticks, all with reason 0.
 * @param bias 0–127, taken off every byte
 * @returns false when nothing must be relied on; true only if every byte is below 128 (probes above 87 ℃ take the
 * plain loop)
 */
export function appendBytes(
  source: DataView,
  from: number,
  count: number,
  bias: number,
  list: ListSink,
  words: ListWords,
): boolean {
  const { ticks } = list;
  if (ticks !== words.ticks) renew(words, list, ticks instanceof Int16Array);
  if (!words.usable || count < 8) return false;
  const { tickWords } = words;
  // The top bit of each half keeps a borrow from crossing into the other half, and is put right afterwards.
  const biases = (0x8000_8000 - ((bias << 16) | bias)) | 0;
  let at = from;
  let k = list.length;
  const end = k + count;
  let high = 0;
  if ((k & 1) !== 0) {
    const first = source.getUint8(at++);
    high = first;
    ticks[k++] = first - bias;
  }
  let word = k >>> 1;
  for (const lastWord = word + 2 * ((end - k) >>> 2); word < lastWord; word += 2, at += 4) {
    const four = source.getInt32(at, true);
    high |= four;
    tickWords[word] = (((four & 0xff) | ((four & 0xff00) << 8)) + biases) ^ 0x8000_8000;
    tickWords[word + 1] = ((((four >>> 16) & 0xff) | ((four >>> 8) & 0x00ff_0000)) + biases) ^ 0x8000_8000;
  }
  k = word << 1;
  for (; k < end; k++) {
    const last = source.getUint8(at++);
    high |= last;
    ticks[k] = last - bias;
  }
  if ((high & 0x8080_8080) !== 0) return false;
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
