/** The history as a rebuild reads it: rows of many vehicles at once, exported as columns. */
import { randomUUID } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as breathe } from "node:timers/promises";
import { findSignal } from "@sandglass/signals";
import type { HistoryScope } from "../access/mod.ts";
import { readExportedRows, type ExportedRows, type History } from "../history/mod.ts";
import type { FleetRows, Portion, PortionQuery } from "./rebuild.ts";
import { NO_SAMPLE, type RowChunk, type RowQuery } from "./rows.ts";

/** Rows that are in memory at once, some 100 bytes each. */
const PORTION_ROWS = 400_000;
/** Rows of a chunk: stepped before others have their turn. */
const CHUNK_ROWS = 2_000;

export interface StoredFleetOptions {
  readonly history: Pick<History, "countRows" | "exportRows" | "status">;
  /** Of supervision itself, which sees everything. */
  readonly scope: () => Promise<HistoryScope>;
  /** For the files of rows; made when missing. */
  readonly folder: string;
  readonly portionRows?: number;
}

export function storedFleet({ history, scope, folder, portionRows = PORTION_ROWS }: StoredFleetOptions): FleetRows {
  return {
    storedSeq: () => history.status().storedSeq,
    portions: async (from) => {
      const everything = { to: Number.MAX_SAFE_INTEGER, throughSeq: Number.MAX_SAFE_INTEGER };
      const counted = await history.countRows(await scope(), { from, ...everything });
      const portions: bigint[][] = [];
      let left = 0;
      for (const { vehicle, rows } of counted) {
        if (rows > left || portions.length === 0) {
          portions.push([]);
          left = portionRows;
        }
        portions[portions.length - 1].push(vehicle);
        left -= rows;
      }
      return portions;
    },
    open: async ({ subjects, inputs, from, throughSeq }: PortionQuery) => {
      await mkdir(folder, { recursive: true });
      const path = join(folder, `${randomUUID()}.native`);
      const signals = inputs.filter((id) => findSignal(id) !== undefined);
      try {
        await history.exportRows(await scope(), {
          vehicles: subjects,
          signals,
          from,
          to: Number.MAX_SAFE_INTEGER,
          throughSeq,
          path,
        });
        const portion = new ExportedPortion(signals);
        for (const block of readExportedRows(path, signals)) {
          portion.add(block);
          await breathe();
        }
        return portion;
      } finally {
        await rm(path, { force: true });
      }
    },
  };
}

interface Part {
  readonly rows: ExportedRows;
  readonly start: number;
  readonly end: number;
}

class ExportedPortion implements Portion {
  readonly #columnOf: ReadonlyMap<string, number>;
  readonly #parts = new Map<bigint, Part[]>();

  constructor(signals: readonly string[]) {
    this.#columnOf = new Map(signals.map((id, column) => [id, column]));
  }

  add(rows: ExportedRows): void {
    for (const { vehicle, start, end } of rows.vehicles) {
      const known = this.#parts.get(vehicle);
      if (known === undefined) this.#parts.set(vehicle, [{ rows, start, end }]);
      else known.push({ rows, start, end });
    }
  }

  newestOf(subject: bigint): { readonly time: number; readonly receivedAt: number } | undefined {
    const last = this.#parts.get(subject)?.at(-1);
    if (last === undefined) return undefined;
    return { time: last.rows.time[last.end - 1], receivedAt: last.rows.receivedAt[last.end - 1] };
  }

  async *read({ subject, inputs, from, to }: RowQuery): AsyncGenerator<RowChunk> {
    for (const { rows, start, end } of this.#parts.get(subject) ?? []) {
      const first = firstFrom(rows.time, from, start, end);
      const behind = firstFrom(rows.time, to, first, end);
      for (let at = first; at < behind; at += CHUNK_ROWS)
        yield this.#chunk(rows, at, Math.min(at + CHUNK_ROWS, behind), inputs);
    }
  }

  #chunk(rows: ExportedRows, start: number, end: number, inputs: readonly string[]): RowChunk {
    const count = end - start;
    const width = inputs.length;
    const values = new Float64Array(count * width);
    const present = new Uint8Array(count * width);
    inputs.forEach((id, input) => {
      const column = rows.columns[this.#columnOf.get(id) ?? -1];
      if (column === undefined) return;
      const { ticks, perUnit, present: given } = column;
      for (let row = start, at = input; row < end; row++, at += width) {
        if (given[row] === NO_SAMPLE) continue;
        present[at] = given[row];
        values[at] = ticks[row] / perUnit;
      }
    });
    return {
      count,
      inputs: width,
      time: rows.time.subarray(start, end),
      receivedAt: rows.receivedAt.subarray(start, end),
      seq: rows.seq.subarray(start, end),
      reissued: rows.reissued.subarray(start, end),
      values,
      present,
    };
  }
}

/** First row of [start, end) with this time or a later one. */
function firstFrom(time: Float64Array, from: number, start: number, end: number): number {
  let low = start;
  let high = end;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (time[middle] < from) low = middle + 1;
    else high = middle;
  }
  return low;
}
