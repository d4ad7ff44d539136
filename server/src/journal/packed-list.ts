/**
 * Lists of ticks as bytes, in the form that GB/T 32960.3 gives cells and probes: big-endian integers, one behind the
 * other (`ListForm` of packages/signals). A list that the row's frame has in the same bytes is not written a second
 * time: where it stands there is (`ListColumn.runs`), and history takes it from the frame (docs/adr/0112).
 *
 * A column of such strings costs the history half of what `Array(Nullable(UInt16))` costs (docs/adr/0040): ClickHouse
 * sorts an array column entry by entry, and keeps a byte per entry for NULL. An entry without a usable number is the
 * mark of its form, which no value can be.
 */
import { FRAME_LISTS, getList, Reason, RUN_WORDS, type ListColumn, type ObservationBlock } from "@sandglass/signals";

const CELLS = getList(FRAME_LISTS.cells).column;
const PROBES = getList(FRAME_LISTS.probes).column;

/** What of a block's lists has to be written because it is not in the frames: rows with entries, by list. */
export interface WrittenLists {
  readonly cells: boolean;
  readonly probes: boolean;
}

/**
 * Keeps the runs of rows whose entries are all in them, in an order that bytes can be cut out in: cells, then probes. A
 * run that is not there begins where the one before it ends. Others become zeros, and their lists are written.
 */
export function settleRuns(block: ObservationBlock): WrittenLists {
  const { lists, rows } = block;
  const cells = runsOf(lists[CELLS]);
  const probes = runsOf(lists[PROBES]);
  const written = { cells: false, probes: false };
  for (let row = 0; row < rows; row++) {
    const end = settle(lists[CELLS], cells, row, 0);
    if (end < 0) written.cells = true;
    if (settle(lists[PROBES], probes, row, Math.max(end, 0)) < 0) written.probes = true;
  }
  return written;
}

/** @returns where the runs end in the frame; -1 = the list has to be written */
function settle({ ends, form }: ListColumn, runs: Uint16Array, row: number, from: number): number {
  const at = row * RUN_WORDS;
  const entries = ends[row] - (row === 0 ? 0 : ends[row - 1]);
  const isInFrame = entries > 0 && runs[at + 1] + runs[at + 3] === entries * form.width && runs[at] >= from;
  if (!isInFrame) {
    runs.fill(0, at, at + RUN_WORDS);
    runs[at] = runs[at + 2] = from;
    return entries === 0 ? from : -1;
  }
  const end = runs[at] + runs[at + 1];
  if (runs[at + 3] === 0) runs[at + 2] = end;
  return runs[at + 2] + runs[at + 3];
}

function runsOf({ runs }: ListColumn): Uint16Array {
  if (runs === undefined) throw new Error("the list is not looked for in frames");
  return runs;
}

/** Bytes that a list's rows need at most: entries, and a length of up to five bytes per row. */
export function packedBound(list: ListColumn, rows: number): number {
  return (rows === 0 ? 0 : list.ends[rows - 1]) * list.form.width + rows * 5;
}

/** Packs lists, one after the other. */
export class ListPacker {
  /** The list of the last call had numbers that its form has no room for. */
  hasRefused = false;

  /**
   * Writes the rows of a list as strings, length first, to `out` from `start`; rows whose frames have them, as empty
   * ones. A number that its form cannot hold, or that is the mark, becomes out of range in the list itself: who reads
   * the block sees what who reads the journal will see.
   * @returns where they end
   */
  pack(list: ListColumn, rows: number, out: Buffer, start: number): number {
    const { ends, runs, form } = list;
    this.hasRefused = false;
    let at = start;
    let entry = 0;
    for (let row = 0; row < rows; row++) {
      const end = ends[row];
      if (entry === end || (runs !== undefined && runs[row * RUN_WORDS + 1] !== 0)) {
        entry = end;
        out[at++] = 0;
        continue;
      }
      let rest = (end - entry) * form.width;
      for (; rest > 0x7f; rest >>>= 7) out[at++] = (rest & 0x7f) | 0x80;
      out[at++] = rest;
      at = this.#entries(list, entry, end, out, at);
      entry = end;
    }
    return at;
  }

  #entries(list: ListColumn, from: number, to: number, out: Buffer, start: number): number {
    const { ticks, reasons } = list;
    const { width, bias, mark } = list.form;
    const bits = 32 - 8 * width;
    let at = start;
    for (let entry = from; entry < to; entry++) {
      let word = mark;
      if (reasons[entry] === Reason.ok) {
        const biased = ticks[entry] + bias;
        word = bias === 0 ? ticks[entry] : (biased << bits) >>> bits;
        if (word === mark || (bias !== 0 && word !== biased)) {
          reasons[entry] = Reason.outOfRange;
          this.hasRefused = true;
          word = mark;
        }
      }
      if (width === 4) {
        out[at++] = word >>> 24;
        out[at++] = word >>> 16;
      }
      if (width > 1) out[at++] = word >>> 8;
      out[at++] = word;
    }
    return at;
  }
}

/** Appends a packed row to a list; marks become `Reason.absent`, to be replaced by what `invalid_entries` says. */
export function unpackRow(bytes: Uint8Array, list: ListColumn): void {
  const { width, bias, mark } = list.form;
  const count = bytes.length / width;
  list.reserve(count);
  const { ticks, reasons, length } = list;
  for (let i = 0, at = 0; i < count; i++) {
    let word = 0;
    for (const end = at + width; at < end; at++) word = (word << 8) | bytes[at];
    const isMark = width === 4 ? word >>> 0 === mark : word === mark;
    reasons[length + i] = isMark ? Reason.absent : Reason.ok;
    // The typed array gives the number the sign of its type.
    ticks[length + i] = isMark ? 0 : word - bias;
  }
  list.length = length + count;
}

/** Appends the entries that the row's frame has to a list. @returns false when it is not the frame that has them */
export function takeFromFrame(block: ObservationBlock, list: ListColumn, row: number): boolean {
  const { runs } = list;
  const at = row * RUN_WORDS;
  if (runs === undefined || runs[at + 1] === 0) return false;
  const raw = block.rawOf(row);
  unpackRow(raw.subarray(runs[at], runs[at] + runs[at + 1]), list);
  unpackRow(raw.subarray(runs[at + 2], runs[at + 2] + runs[at + 3]), list);
  return true;
}
