/** What readers and writers of packed lists agree on: bytes per entry, and the tick that says "no number here". */
import type { TickType } from "./signal.ts";

/** No catalogued value is the mark of its type. */
export const TICK_MARKS: Readonly<Record<TickType, number>> = {
  UInt8: 0xff,
  UInt16: 0xffff,
  Int16: 0x7fff,
  UInt32: 0xffff_ffff,
  Int32: 0x7fff_ffff,
};

export const TICK_WIDTHS: Readonly<Record<TickType, 1 | 2 | 4>> = {
  UInt8: 1,
  UInt16: 2,
  Int16: 2,
  UInt32: 4,
  Int32: 4,
};
