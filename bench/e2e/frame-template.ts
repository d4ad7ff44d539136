/**
 * The 623-byte frame of the codec's figures, made different for every vehicle and tick: `stamp` writes VIN and time into
 * a copy of it with slowly moving cell voltages. The sender runs on the machine that is measured, so it must cost little.
 */
import { bccOf, encodeFrame, fieldsOf } from "@sandglass/gbt32960";
import { MESSAGE } from "../codec/frame-623.ts";

const template = encodeFrame(MESSAGE);
export const FRAME_BYTES = template.length;

/** Offset of the first cell voltage: cells move, so that blocks do not compress to nothing. */
const FIRST_CELL = firstCell();

function firstCell(): number {
  const field = fieldsOf(template).find(({ name }) => /^cellVoltages\.packs\[\d\]\.cellVoltages\[\d+\]/.test(name));
  if (field === undefined) throw new Error("the frame has no cell voltages");
  return field.offset;
}

/** Cells move through so many patterns, so that a frame is a copy of one of them with VIN, time and BCC written in. */
const PATTERNS = 16;
const VIN_DIGITS_AT = 13;
const VIN_END = 21;
const TIME_AT = 24;
const TIME_BYTES = 6;

/** Without VIN digits and time, which are 0; `bcc` is of the rest. */
const patterns = Array.from({ length: PATTERNS }, (_, phase) => {
  const bytes = Uint8Array.from(template);
  for (let cell = 0; cell < 96; cell++) {
    const at = FIRST_CELL + 2 * cell + 1;
    bytes[at] = (bytes[at] & 0xf0) | ((phase + cell * 13) % PATTERNS);
  }
  bytes.fill(0, VIN_DIGITS_AT, VIN_END);
  bytes.fill(0, TIME_AT, TIME_AT + TIME_BYTES);
  return { bytes, bcc: bccOf(bytes, 2, FRAME_BYTES - 1) };
});

const time = { seconds: Number.NaN, bytes: new Uint8Array(TIME_BYTES) };

function setTime(seconds: number): void {
  const date = new Date((seconds + 8 * 3600) * 1000);
  time.seconds = seconds;
  time.bytes[0] = date.getUTCFullYear() - 2000;
  time.bytes[1] = date.getUTCMonth() + 1;
  time.bytes[2] = date.getUTCDate();
  time.bytes[3] = date.getUTCHours();
  time.bytes[4] = date.getUTCMinutes();
  time.bytes[5] = date.getUTCSeconds();
}

/** Writes frame `tick` of vehicle `vehicle` at `at`; `baseSeconds` is the wire time of tick 0 (UTC seconds). */
export function stamp(into: Uint8Array, at: number, vehicle: number, tick: number, baseSeconds: number): void {
  const pattern = patterns[(vehicle * 31 + tick * 17) % PATTERNS];
  into.set(pattern.bytes, at);
  let { bcc } = pattern;
  let number = vehicle;
  for (let i = VIN_END - 1; i >= VIN_DIGITS_AT; i--) {
    const digit = 0x30 + (number % 10);
    number = Math.floor(number / 10);
    into[at + i] = digit;
    bcc ^= digit;
  }
  if (time.seconds !== baseSeconds + tick) setTime(baseSeconds + tick);
  for (let i = 0; i < TIME_BYTES; i++) {
    into[at + TIME_AT + i] = time.bytes[i];
    bcc ^= time.bytes[i];
  }
  into[at + FRAME_BYTES - 1] = bcc;
}
