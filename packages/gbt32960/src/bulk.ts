/**
 * Long lists sixteen cells or eight probes at a time: bytes are read as wide words and rearranged inside them.
 * The loops themselves are generated (generate/bulk.ts); here is what they work on.
 */
import type { ListSink } from "./column-types.ts";

/** Wide views of a list's arrays, renewed when the list has grown. */
export interface ListWords {
  ticks: ListSink["ticks"] | undefined;
  /** Four ticks each. */
  tickWords: BigUint64Array;
  /** Two ticks each. */
  tickPairs: Int32Array;
  /** Eight reasons each; the number 0 is eight times reason 0. */
  reasonWords: Float64Array;
  /** Whether ticks and reasons can be written by words. */
  usable: boolean;
}

const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
const NOTHING = new ArrayBuffer(0);

export function listWords(): ListWords {
  return {
    ticks: undefined,
    tickWords: new BigUint64Array(NOTHING),
    tickPairs: new Int32Array(NOTHING),
    reasonWords: new Float64Array(NOTHING),
    usable: false,
  };
}

/** Makes the views of the list's arrays. @param signed whether its ticks must be Int16, else Uint16 */
export function renewWords(words: ListWords, list: ListSink, signed: boolean): void {
  const { ticks, reasons } = list;
  words.ticks = ticks;
  words.usable =
    LITTLE_ENDIAN &&
    ticks instanceof (signed ? Int16Array : Uint16Array) &&
    (ticks.byteOffset & 7) === 0 &&
    (reasons.byteOffset & 7) === 0;
  if (!words.usable) return;
  words.tickWords = new BigUint64Array(ticks.buffer, ticks.byteOffset, ticks.byteLength >>> 3);
  words.tickPairs = new Int32Array(ticks.buffer, ticks.byteOffset, ticks.byteLength >>> 2);
  words.reasonWords = new Float64Array(reasons.buffer, reasons.byteOffset, reasons.byteLength >>> 3);
}
