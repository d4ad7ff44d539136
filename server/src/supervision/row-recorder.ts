/**
 * Keeps the rows that some subjects send while they are being replayed: history has the rest. Costs nothing while no
 * subject is recorded.
 */
import { RowBuilder, type RowChunk } from "./rows.ts";
import type { Watch } from "./watch.ts";

interface Samples {
  readonly values: Float64Array;
  readonly present: Uint8Array;
}

export class RowRecorder {
  /** By subject row, by key of the watch. */
  readonly #recorded = new Map<number, Map<string, RowBuilder>>();

  get isIdle(): boolean {
    return this.#recorded.size === 0;
  }

  start(subject: number, watches: readonly Pick<Watch, "key" | "set">[]): void {
    this.#recorded.set(
      subject,
      new Map(
        watches.flatMap(({ key, set }) =>
          set === undefined ? [] : [[key, new RowBuilder(set.inputs.length)] as const],
        ),
      ),
    );
  }

  isRecorded(subject: number): boolean {
    return this.#recorded.has(subject);
  }

  /** `load`: samples of the row for a watch. */
  add(
    subject: number,
    time: number,
    receivedAt: number,
    seq: number,
    isReissued: boolean,
    load: (watch: string) => Samples | undefined,
  ): void {
    const watches = this.#recorded.get(subject);
    if (watches === undefined) return;
    for (const [key, rows] of watches) {
      const samples = load(key);
      if (samples !== undefined) rows.add(time, receivedAt, seq, isReissued, samples.values, samples.present);
    }
  }

  /** Rows of a watch since `start`. */
  rowsOf(subject: number, watch: string): RowChunk | undefined {
    return this.#recorded.get(subject)?.get(watch)?.build();
  }

  stop(subject: number): void {
    this.#recorded.delete(subject);
  }
}
