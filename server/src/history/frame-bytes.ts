/**
 * `frames` keeps the bytes of a frame once (docs/adr/0112). Cells and probes stand in their list columns in the bytes
 * that the frame had; `rest` has the other bytes, and `cell_runs` and `probe_runs` say where the lists were: from the
 * lowest bits offset, bytes, offset, bytes, 16 bits each, in the order of the frame. What the frame did not have in the
 * list's form (`server/src/journal/packed-list.ts`) was written to the list column, and the runs have no bytes.
 */
import { FRAME_LISTS } from "@sandglass/signals";
import { columnOf } from "./rollup-signals.ts";

const CELLS = columnOf(FRAME_LISTS.cells);
const PROBES = columnOf(FRAME_LISTS.probes);
/** The column with the bytes of a frame that no list column has. */
export const REST = "rest";
/** Columns that only `frames` needs: elsewhere frames are whole. */
export const RUN_COLUMNS: readonly string[] = ["cell_runs", "probe_runs"];

interface Run {
  /** Offset in the frame, and bytes. */
  readonly at: string;
  readonly bytes: string;
  /** The list column that has the bytes. */
  readonly list: string;
  /** Where they begin in it. */
  readonly from: string;
}

const bits = (column: string, shift: number) => `bitAnd(bitShiftRight(${column}, ${shift}), 65535)`;

function runs(column: string, list: string): readonly Run[] {
  const first = bits(column, 16);
  return [
    { at: bits(column, 0), bytes: first, list, from: "0" },
    { at: bits(column, 32), bytes: bits(column, 48), list, from: first },
  ];
}

const RUNS = [...runs("cell_runs", CELLS), ...runs("probe_runs", PROBES)];
const slice = (of: string, from: string, bytes: string) => `substring(${of}, 1 + ${from}, ${bytes})`;

/** What is selected from the journal's segment for a column of `frames` that the segment does not have as it is. */
export const FROM_SEGMENT: Readonly<Record<string, string>> = {
  [CELLS]: listFromRaw(CELLS),
  [PROBES]: listFromRaw(PROBES),
  [REST]: restOfRaw(),
};

function listFromRaw(list: string): string {
  const mine = RUNS.filter((run) => run.list === list);
  return `concat(${[list, ...mine.map(({ at, bytes }) => slice("raw", at, bytes))].join(", ")})`;
}

function restOfRaw(): string {
  const pieces: string[] = [];
  let end = "0";
  for (const { at, bytes } of RUNS) {
    pieces.push(slice("raw", end, `${at} - ${end}`));
    end = `(${at} + ${bytes})`;
  }
  return `concat(${[...pieces, `substring(raw, 1 + ${end})`].join(", ")})`;
}

/** The frame as it was received; empty when its bytes have expired or are not kept. */
export const RAW = rawSql();

function rawSql(): string {
  const pieces: string[] = [];
  // Where the pieces of `rest` end: offsets in the frame less the bytes of the runs before.
  let end = "0";
  let cut = "0";
  for (const { at, bytes, list, from } of RUNS) {
    const until = `${at} - (${cut})`;
    pieces.push(slice("rest", `(${end})`, `${until} - (${end})`), slice(list, from, bytes));
    end = until;
    cut = `${cut} + ${bytes}`;
  }
  return `if(empty(rest), '', concat(${[...pieces, `substring(rest, 1 + (${end}))`].join(", ")}))`;
}

/** Bytes of the frame; 0 as above. */
export const RAW_LENGTH = `if(empty(rest), 0, length(rest) + ${RUNS.map(({ bytes }) => bytes).join(" + ")})`;
