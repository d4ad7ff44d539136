/**
 * The 623-byte frame of the codec's figures, made different for every vehicle and tick: `stamp` writes VIN, time and
 * slowly moving cell voltages into a copy of it.
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

/** Writes frame `tick` of vehicle `vehicle` at `at`; `baseSeconds` is the wire time of tick 0 (UTC seconds). */
export function stamp(into: Uint8Array, at: number, vehicle: number, tick: number, baseSeconds: number): void {
  into.set(template, at);
  let number = vehicle;
  for (let i = 20; i > 12; i--) {
    into[at + i] = 0x30 + (number % 10);
    number = Math.floor(number / 10);
  }
  const time = new Date((baseSeconds + tick + 8 * 3600) * 1000);
  into[at + 24] = time.getUTCFullYear() - 2000;
  into[at + 25] = time.getUTCMonth() + 1;
  into[at + 26] = time.getUTCDate();
  into[at + 27] = time.getUTCHours();
  into[at + 28] = time.getUTCMinutes();
  into[at + 29] = time.getUTCSeconds();
  for (let cell = 0; cell < 96; cell++) {
    const noise = (vehicle * 31 + tick * 17 + cell * 13) & 15;
    into[at + FIRST_CELL + 2 * cell + 1] = (template[FIRST_CELL + 2 * cell + 1] & 0xf0) | noise;
  }
  into[at + FRAME_BYTES - 1] = bccOf(into, at + 2, at + FRAME_BYTES - 1);
}
