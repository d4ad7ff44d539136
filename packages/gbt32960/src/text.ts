/**
 * Bytes as text. Wire strings are not trustworthy text (NUL padding, binary pack codes, GB 18030 names), so text is
 * shown only where writing it back gives the same bytes; otherwise the value is `{ hex }`.
 */

/** Bytes that are no faithful text, as lower-case hexadecimal. */
export interface HexValue {
  readonly hex: string;
}
export type TextValue = string | HexValue;
export type Charset = "ascii" | "gb18030";

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Lower-case hexadecimal of bytes [from, to). */
export function toHex(bytes: Uint8Array, from = 0, to = bytes.length): string {
  let text = "";
  for (let at = from; at < to; at++) text += HEX[bytes[at]];
  return text;
}

/** Bytes of a hexadecimal text; undefined when it is none. White space is ignored. */
export function findBytes(hex: string): Uint8Array | undefined {
  const digits = hex.replace(/\s+/g, "");
  if (digits.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(digits)) return undefined;
  const bytes = new Uint8Array(digits.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

/** Value of a string field: trailing NULs are padding and come back when the field is written. */
export function decodeText(bytes: Uint8Array, from: number, to: number, charset: Charset): TextValue {
  let end = to;
  while (end > from && bytes[end - 1] === 0) end--;
  let plain = true;
  for (let at = from; at < end && plain; at++) plain = bytes[at] >= 0x20 && bytes[at] < 0x7f;
  if (plain) return latin(bytes, from, end);
  if (charset === "gb18030") {
    const text = decodeGb18030(bytes.subarray(from, end));
    if (text !== undefined) return text;
  }
  return { hex: toHex(bytes, from, to) };
}

/** Bytes of a text value without padding; undefined where a character has no code. */
export function encodeText(value: TextValue, charset: Charset): Uint8Array | undefined {
  if (typeof value !== "string") return findBytes(value.hex);
  const bytes = new Uint8Array(value.length);
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code > 0x7f) return charset === "gb18030" ? encodeGb18030(value) : undefined;
    bytes[i] = code;
  }
  return bytes;
}

function latin(bytes: Uint8Array, from: number, to: number): string {
  let text = "";
  for (let at = from; at < to; at++) text += String.fromCharCode(bytes[at]);
  return text;
}

function decodeGb18030(bytes: Uint8Array): string | undefined {
  let text: string;
  try {
    text = new TextDecoder("gb18030", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
  const back = encodeGb18030(text);
  if (back?.length !== bytes.length) return undefined;
  for (let i = 0; i < back.length; i++) if (back[i] !== bytes[i]) return undefined;
  return text;
}

let twoByteCodes: Map<string, number> | undefined;
let fourByteCodes: Map<string, number> | undefined;

/** The platform can decode GB 18030 but not encode it, so the codes are inverted on first use. */
function gbCodes(): Map<string, number> {
  if (twoByteCodes !== undefined) return twoByteCodes;
  const decoder = new TextDecoder("gb18030");
  const codes = new Map<string, number>();
  const pair = new Uint8Array(2);
  for (let lead = 0x81; lead <= 0xfe; lead++) {
    for (let trail = 0x40; trail <= 0xfe; trail++) {
      if (trail === 0x7f) continue;
      pair[0] = lead;
      pair[1] = trail;
      const character = decoder.decode(pair);
      if (character.length <= 2 && !character.includes("\ufffd") && !codes.has(character))
        codes.set(character, (lead << 8) | trail);
    }
  }
  twoByteCodes = codes;
  return codes;
}

/** Places of four-byte codes: of the characters below U+10000 the first ones, of the others from here on. */
const BASIC_PLACES = 39_420;
const FIRST_SUPPLEMENTARY = 189_000;

/** The four-byte code of a place: bytes from 81, 30, 81 and 30 with 126, 10, 126 and 10 values. */
function fourBytes(place: number): number {
  const third = Math.floor(place / 10);
  const second = Math.floor(third / 126);
  const [a, b, c, d] = [Math.floor(second / 10), second % 10, third % 126, place % 10];
  return 0x8130_8130 + a * 0x100_0000 + b * 0x1_0000 + c * 0x100 + d;
}

/** Codes of what no pair of bytes means: rare ideographs, and the scripts of other nationalities, below U+10000. */
function rareCodes(): Map<string, number> {
  if (fourByteCodes !== undefined) return fourByteCodes;
  const bytes = new DataView(new ArrayBuffer(BASIC_PLACES * 4));
  for (let place = 0; place < BASIC_PLACES; place++) bytes.setUint32(place * 4, fourBytes(place));
  // Every code of this stretch is one UTF-16 unit, U+FFFD where nothing is assigned.
  const characters = new TextDecoder("gb18030").decode(bytes);
  fourByteCodes = new Map();
  for (let place = 0; place < BASIC_PLACES && characters.length === BASIC_PLACES; place++)
    if (characters[place] !== "\ufffd") fourByteCodes.set(characters[place], fourBytes(place));
  return fourByteCodes;
}

function encodeGb18030(text: string): Uint8Array | undefined {
  const bytes: number[] = [];
  for (const character of text) {
    const point = character.codePointAt(0)!;
    if (point <= 0x7f) {
      bytes.push(point);
      continue;
    }
    const pair = gbCodes().get(character);
    if (pair !== undefined) {
      bytes.push(pair >> 8, pair & 0xff);
      continue;
    }
    const four = point >= 0x1_0000 ? fourBytes(FIRST_SUPPLEMENTARY + point - 0x1_0000) : rareCodes().get(character);
    if (four === undefined) return undefined;
    bytes.push(four >>> 24, (four >>> 16) & 0xff, (four >>> 8) & 0xff, four & 0xff);
  }
  return Uint8Array.from(bytes);
}
