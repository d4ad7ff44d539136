/**
 * Other ways in which programs write bytes: arrays of source code, escapes, percent signs, signed decimals, base64,
 * dumps with octal offsets or words of two bytes. Each reading may be wrong: the caller takes one only if whole frames
 * come out of it.
 */

/** Texts in plain hex that a text may stand for. */
export function* otherWritings(text: string): Generator<string> {
  // Full-width digits of an input method.
  if (/[\uFF10-\uFF5A]/.test(text)) yield text.normalize("NFKC");
  // (byte)0x23, \x23, \u0023, %23, 23-23, 23h
  const bare = text.replace(/\(byte\)|\\x|\\u00|%|-|(?<=[0-9a-f]{2})h(?![0-9a-z])/gi, " ");
  if (bare !== text) yield bare;
  const literals = literalsIn(text);
  if (literals !== "") yield literals;
  const decimals = decimalsIn(text);
  if (decimals !== "") yield decimals;
  const encoded = base64In(text);
  if (encoded !== "") yield encoded;
  yield* dumpsIn(text);
}

const hex = (byte: number): string => (byte & 0xff).toString(16).padStart(2, "0");

const ESCAPES: Readonly<Record<string, number>> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13, "0": 0 };

/**
 * Texts in quotes with `\x…` or `\376` in them, as Python, C and SQL print bytes: `b'##\x02\xfe'`; and runs of octal
 * escapes alone.
 */
function literalsIn(text: string): string {
  const found: string[] = [];
  for (const [, , inside = ""] of text.matchAll(/(["'])((?:\\[^]|(?!\1)[^\\\n])*)\1/g)) {
    if (/\\(?:x|[0-3][0-7]{2})/.test(inside)) found.push(unescaped(inside));
  }
  if (found.length === 0) for (const [run] of text.matchAll(/(?:\\[0-3][0-7]{2}){16,}/g)) found.push(unescaped(run));
  return found.join("\n");
}

function unescaped(text: string): string {
  const parts = text.match(/\\x[0-9a-f]{2}|\\[0-3][0-7]{2}|\\[^]|[^]/gi) ?? [];
  return parts.map((part) => hex(byteOf(part))).join("");
}

function byteOf(part: string): number {
  if (part.length === 4 && /^[0-7]/.test(part[1])) return Number.parseInt(part.slice(1), 8);
  if (part.length === 4) return Number.parseInt(part.slice(2), 16);
  return part.length === 2 ? (ESCAPES[part[1]] ?? part.charCodeAt(1)) : part.charCodeAt(0);
}

/** `[35, 35, 1, -2, …]`, as Java prints an array of bytes. */
function decimalsIn(text: string): string {
  const found: string[] = [];
  for (const [list] of text.matchAll(/-?\d{1,3}(?:[ \t]*,\s*-?\d{1,3}){15,}/g)) {
    const bytes = list.split(",").map(Number);
    if (bytes.every((byte) => byte >= -128 && byte <= 255)) found.push(bytes.map(hex).join(""));
  }
  return found.join("\n");
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Base64, also of URLs and in lines, that begins with the two start marks of a frame: `Iy…` or `JC…`. */
function base64In(text: string): string {
  const found: string[] = [];
  for (const [run] of text.matchAll(/(?:Iy[M-P]|JC[Q-T])[A-Za-z0-9+/_-]{20,}(?:\r?\n[A-Za-z0-9+/_-]+)*/g)) {
    let [bits, held] = [0, 0];
    let bytes = "";
    for (const digit of run.replace(/\s/g, "").replaceAll("-", "+").replaceAll("_", "/")) {
      held = ((held << 6) | DIGITS.indexOf(digit)) & 0xffff;
      bits += 6;
      if (bits < 8) continue;
      bits -= 8;
      bytes += hex(held >> bits);
    }
    found.push(bytes);
  }
  return found.join("\n");
}

const LINE = /^\s*([0-9a-f]{1,16}):?\s+((?:[0-9a-f]{2}|[0-9a-f]{4})(?:\s+(?:[0-9a-f]{2}|[0-9a-f]{4}))*)\s*$/i;

/** A row of a table in a log of Netty: `|00000010| 4c 54 45 53 … |LTES…|`. */
const TABLE_ROW = /\|[0-9a-f]{8}\|((?: [0-9a-f]{2}){1,16})\s*\|/gi;

/**
 * Tables of Netty; `od -t x1`, with octal or decimal offsets; `hexdump`, with words of two bytes, the low one first.
 */
function* dumpsIn(text: string): Generator<string> {
  const table = Array.from(text.matchAll(TABLE_ROW), ([, bytes]) => bytes).join("\n");
  if (table !== "") yield table;
  const rows = text.split(/\r?\n/).flatMap((line) => {
    const match = LINE.exec(line);
    return match === null ? [] : [match[2].split(/\s+/)];
  });
  if (rows.length === 0) return;
  const groups = rows.flat();
  if (groups.every((group) => group.length === 2)) yield groups.join("");
  if (groups.every((group) => group.length === 4))
    yield groups.map((group) => group.slice(2) + group.slice(0, 2)).join("");
}
