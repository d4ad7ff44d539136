/** Exported rows of a portion of vehicles, in memory, as chunks for replays. */
import type { ExportedRows } from "../../history/mod.ts";
import { partsBetween, type RowPart } from "../step-exported.ts";
import { NO_SAMPLE, type RowChunk, type RowQuery } from "../rows.ts";
import type { Portion } from "./fleet-rows.ts";

/** Rows of a chunk: stepped before others have their turn. */
const CHUNK_ROWS = 2_000;

export class ExportedPortion implements Portion {
  readonly #columnOf: ReadonlyMap<string, number>;
  readonly #parts = new Map<bigint, RowPart[]>();

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

  async *read({ subject, inputs, from, to }: RowQuery): AsyncGenerator<RowChunk> {
    for (const { rows, start, end } of partsBetween(this.#parts.get(subject) ?? [], from, to))
      for (let at = start; at < end; at += CHUNK_ROWS)
        yield this.#chunk(rows, at, Math.min(at + CHUNK_ROWS, end), inputs);
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
