/**
 * Wire time: six plain binary bytes year-2000, month, day, hour, minute, second in Beijing time (GMT+8).
 * As text every byte keeps its value, also month 13, so that text and bytes convert both ways without loss.
 */

const TWO: readonly string[] = Array.from({ length: 256 }, (_, value) => String(value).padStart(2, "0"));
const YEARS: readonly string[] = TWO.map((_, value) => `${2000 + value}-`);
const BEIJING_OFFSET_MS = 8 * 3_600_000;
const TIME_TEXT = /^(\d{4})-(\d{2,3})-(\d{2,3})T(\d{2,3}):(\d{2,3}):(\d{2,3})\+08:00$/;

/** RFC 3339 text with `+08:00` of the six bytes at `at`. */
export function formatTime(bytes: Uint8Array, at: number): string {
  return `${YEARS[bytes[at]]}${TWO[bytes[at + 1]]}-${TWO[bytes[at + 2]]}T${TWO[bytes[at + 3]]}:${TWO[bytes[at + 4]]}:${TWO[bytes[at + 5]]}+08:00`;
}

/** The six byte values of a time text in the form of `formatTime`; undefined when it is not in that form. */
export function findTimeBytes(text: string): readonly number[] | undefined {
  return plainTimeBytes(text) ?? anyTimeBytes(text);
}

/** The usual form, `2` digits everywhere and a year up to 2099, without a regular expression. */
function plainTimeBytes(text: string): readonly number[] | undefined {
  if (text.length !== 25 || !text.startsWith("20") || !text.endsWith("+08:00")) return undefined;
  if (text[4] !== "-" || text[7] !== "-" || text[10] !== "T" || text[13] !== ":" || text[16] !== ":") return undefined;
  const parts = [
    twoDigits(text, 2),
    twoDigits(text, 5),
    twoDigits(text, 8),
    twoDigits(text, 11),
    twoDigits(text, 14),
    twoDigits(text, 17),
  ];
  return parts[0] < 0 || parts[1] < 0 || parts[2] < 0 || parts[3] < 0 || parts[4] < 0 || parts[5] < 0
    ? undefined
    : parts;
}

function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
}

function anyTimeBytes(text: string): readonly number[] | undefined {
  const match = TIME_TEXT.exec(text);
  if (match === null) return undefined;
  const parts = match.slice(1).map(Number);
  parts[0] -= 2000;
  return parts.every((part) => part >= 0 && part <= 255) ? parts : undefined;
}

/** Wire time of an instant, in the form of `formatTime`. @param ms UTC milliseconds; years 2000–2255 */
export function formatInstant(ms: number): string {
  return `${new Date(Math.floor(ms / 1000) * 1000 + BEIJING_OFFSET_MS).toISOString().slice(0, 19)}+08:00`;
}

let cachedDay = -1;
let cachedDayMs = 0;

/** UTC milliseconds of the six bytes at `at`; NaN when they are no calendar time. */
export function instantOf(bytes: Uint8Array, at: number): number {
  const hour = bytes[at + 3];
  const minute = bytes[at + 4];
  const second = bytes[at + 5];
  const day = (bytes[at] << 16) | (bytes[at + 1] << 8) | bytes[at + 2];
  if (day !== cachedDay) {
    cachedDayMs = dayStart(bytes[at], bytes[at + 1], bytes[at + 2]);
    cachedDay = day;
  }
  if (hour > 23 || minute > 59 || second > 59) return Number.NaN;
  return cachedDayMs + ((hour * 60 + minute) * 60 + second) * 1000;
}

function dayStart(year: number, month: number, day: number): number {
  if (year > 99 || month < 1 || month > 12 || day < 1) return Number.NaN;
  const ms = Date.UTC(2000 + year, month - 1, day);
  return new Date(ms).getUTCDate() === day ? ms - BEIJING_OFFSET_MS : Number.NaN;
}
