/**
 * Bytes of a pasted text: hex digits with blanks, commas, colons or `0x`; `xxd`, `hexdump -C`, `od -A x -t x1` and
 * Wireshark dumps with offset and text columns; log lines with hex in them; what dump-writings.ts knows besides.
 */

import { otherWritings } from "./dump-writings.ts";
import { FrameReader } from "./reader.ts";

/** What was read of a pasted text. */
export interface DumpText {
  readonly bytes: Uint8Array;
  /** `offsets`: lines with an offset column. `hex`: digits only. `mixed`: hex runs in other text. */
  readonly form: "offsets" | "hex" | "mixed";
  /** A digit was left over, or a group of hex digits had an odd length: a byte was cut in two. */
  readonly oddDigits: boolean;
}

/** An offset, then two digits and a blank or more: `00000010: 2323 …`, `0000010 23 23 …`, `00000010  23 23 … |##|`. */
const OFFSET_LINE = /^\s*(?:0x)?([0-9a-f]{4,16})(:?)(\s+)((?:[0-9a-f]{2}){1,8}(?:\s.*)?)$/i;

interface OffsetLine {
  readonly offset: number;
  readonly digits: string;
}

/**
 * The bytes of a pasted text.
 * @returns undefined where there is no hex in it
 */
export function findDump(text: string): DumpText | undefined {
  const plain = readDump(text);
  let best = plain;
  let framed = plain === undefined ? 0 : framedBytes(plain.bytes);
  if (plain !== undefined && framed === plain.bytes.length) return plain;
  for (const other of otherWritings(text)) {
    const read = readDump(other);
    const more = read === undefined ? 0 : framedBytes(read.bytes);
    if (more <= framed) continue;
    best = read;
    framed = more;
  }
  return best;
}

function readDump(text: string): DumpText | undefined {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  const dumped = offsetLines(lines);
  if (dumped !== undefined) return { ...bytesOf(dumped), form: "offsets" };
  if (/^(?:0x|[0-9a-f\s,:;_])*$/i.test(text)) {
    return plainHex(lines);
  }
  return mixedText(lines);
}

/**
 * Lines of digits only. Where a line ends in the middle of a byte, either the byte goes on in the next line or the rest
 * of it is lost: the reading with more bytes in whole frames is taken.
 */
function plainHex(lines: readonly string[]): DumpText | undefined {
  const rows = lines.map(digitsOf);
  const joined = bytesOf(rows.join(""));
  if (rows.every((row) => row.length % 2 === 0))
    return joined.bytes.length === 0 ? undefined : { ...joined, form: "hex" };
  const cut = bytesOf(rows.map((row) => row.slice(0, row.length - (row.length % 2))).join(""));
  const better = framedBytes(cut.bytes) > framedBytes(joined.bytes) ? { bytes: cut.bytes, oddDigits: true } : joined;
  return better.bytes.length === 0 ? undefined : { ...better, form: "hex" };
}

function framedBytes(bytes: Uint8Array): number {
  const reader = new FrameReader({ onFrame: () => {} });
  reader.push(bytes);
  reader.giveUp();
  return bytes.length - reader.skippedBytes;
}

/** Digits of a text of hex digits and separators; `0x1` is a byte. */
function digitsOf(text: string): string {
  return text.replace(/\b0x([0-9a-f])\b/gi, "0$1").replace(/0x|[^0-9a-f]/gi, "");
}

function bytesOf(digits: string): { bytes: Uint8Array; oddDigits: boolean } {
  const bytes = new Uint8Array(digits.length >>> 1);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16);
  return { bytes, oddDigits: digits.length % 2 !== 0 };
}

/** Most bytes that the stars (repeated lines) of a dump stand for. */
const MAX_REPEATED = 0x10_0000;

/** Digits of lines that all have an offset column, with offsets that count the bytes; undefined for other text. */
function offsetLines(lines: readonly string[]): string | undefined {
  const found: OffsetLine[] = [];
  let starred = false;
  for (const [i, line] of lines.entries()) {
    if (found.length > 0 && line.trim() === "*") {
      starred = true;
      continue;
    }
    const match = OFFSET_LINE.exec(line);
    if (match === null) {
      const closing = i === lines.length - 1 && found.length > 0 && CLOSING_LINE.test(line);
      if (!closing) return undefined;
      if (starred) repeat(found, Number.parseInt(line, 16));
      break;
    }
    const [, digits, colon, gap, rest] = match;
    if (lines.length === 1 && colon === "" && gap.length < 2) return undefined;
    const offset = Number.parseInt(digits, 16);
    if (starred) repeat(found, offset);
    starred = false;
    found.push({ offset, digits: dumpDigits(rest, colon !== "") });
  }
  return joined(found);
}

/** `od` and `hexdump` end with the offset alone. */
const CLOSING_LINE = /^\s*[0-9a-f]{4,16}:?\s*$/i;

/** Puts the last line in again until `offset`, as its star says. */
function repeat(lines: OffsetLine[], offset: number): void {
  const last = lines[lines.length - 1];
  const width = last.digits.length / 2;
  const from = last.offset + width;
  // All stars together: offsets grow, so that the first one bounds what the others can add.
  if (width < 1 || offset - lines[0].offset > MAX_REPEATED) return;
  for (let at = from; at + width <= offset; at += width) lines.push({ offset: at, digits: last.digits });
}

/** The digits of consecutive lines of one width; undefined where the offsets do not count their bytes. */
function joined(lines: readonly OffsetLine[]): string | undefined {
  if (lines.length === 0 || (lines.length === 1 && lines[0].offset % 16 !== 0)) return undefined;
  const widths = lines.slice(1).map((line, i) => line.offset - lines[i].offset);
  const width = widths[0] ?? Number.POSITIVE_INFINITY;
  if (widths.some((each) => each !== width || each <= 0 || each > 4096)) return undefined;
  // A text column that looks like hex is cut off by the width of the lines.
  const cut = lines.map(({ digits }) => digits.slice(0, 2 * Math.min(width, digits.length)));
  return cut.slice(0, -1).every((digits) => digits.length === 2 * width) ? cut.join("") : undefined;
}

/** Digits of the byte columns, without the text column. */
function dumpDigits(rest: string, colon: boolean): string {
  const [bytes] = rest.split(/\s\s*\|/);
  // `xxd` has one blank between groups and two before the text; others two in the middle and more before the text.
  const [columns] = bytes.split(colon ? /\s{2,}/ : /\s{3,}/);
  const groups: string[] = [];
  for (const group of columns.trim().split(/[\s-]+/)) {
    if (!/^(?:[0-9a-f]{2})+$/i.test(group)) break;
    groups.push(group);
  }
  return groups.join("");
}

/** Fewest digits of a run in other text: shorter ones are words, numbers and times. */
const MIXED_RUN_DIGITS = 16;

/**
 * Hex runs in lines of other text; a run goes on in lines of hex alone. A byte that is cut in two stays out, so that it
 * does not shift what follows.
 */
function mixedText(lines: readonly string[]): DumpText | undefined {
  const runs: string[] = [];
  let oddDigits = false;
  let run: string[] = [];
  const endRun = (): void => {
    const digits = run.join("");
    if (digits.length >= MIXED_RUN_DIGITS) runs.push(digits);
    run = [];
  };
  for (const line of lines) {
    for (const word of line.split(/[\s,:;"'`=<>()[\]{}|]+/)) {
      const match = /^(?:0x)?([0-9a-f]+)$/i.exec(word);
      if (match === null) {
        if (word !== "") endRun();
        continue;
      }
      const odd = match[1].length % 2 !== 0;
      if (odd && match[1].length > MIXED_RUN_DIGITS) oddDigits = true;
      run.push(odd ? match[1].slice(0, -1) : match[1]);
    }
  }
  endRun();
  return runs.length === 0 ? undefined : { ...bytesOf(runs.join("")), form: "mixed", oddDigits };
}
