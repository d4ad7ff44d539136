/** What readers and writers of packed lists agree on: how entries stand in bytes, and what says "no number here". */
import type { ListSignal, TickType } from "./signal.ts";

/** No catalogued value is the mark of its type. */
export const TICK_MARKS: Readonly<Record<TickType, number>> = {
  UInt8: 0xff,
  UInt16: 0xffff,
  Int16: 0x7fff,
  UInt32: 0xffff_ffff,
  Int32: 0x7fff_ffff,
};

const TICK_WIDTHS: Readonly<Record<TickType, 1 | 2 | 4>> = { UInt8: 1, UInt16: 2, Int16: 2, UInt32: 4, Int32: 4 };

/** Entries as big-endian integers, one behind the other, as GB/T 32960.3 has them. */
export interface ListForm {
  /** Bytes per entry. */
  readonly width: 1 | 2 | 4;
  /** Ticks = integer - bias; without one the integer has the sign of the tick type. */
  readonly bias: number;
  /** The integer that stands for an entry without a usable number. */
  readonly mark: number;
}

/**
 * Lists whose form is that of the frame, so that their bytes can be taken from it: cell voltages (GB/T 32960.3-2016
 * table B.6: words of 1 mV) and probe temperatures (table B.8: bytes, 40 ℃ more than is meant).
 */
export const FRAME_LISTS = { cells: "cell.voltage", probes: "probe.temp" } as const;

/** What a probe's byte is more than the temperature. */
const PROBE_BIAS = 40;

export function isFrameList(id: string): boolean {
  return id === FRAME_LISTS.cells || id === FRAME_LISTS.probes;
}

export function listFormOf({ id, type }: Pick<ListSignal, "id" | "type">): ListForm {
  if (id === FRAME_LISTS.probes) return { width: 1, bias: PROBE_BIAS, mark: 0xff };
  return { width: TICK_WIDTHS[type], bias: 0, mark: TICK_MARKS[type] };
}
