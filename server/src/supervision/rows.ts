/**
 * Rows of one subject as columns, in order of time: what replays, rebuilds and backtests step, wherever it was read.
 * Row r holds input i of a trigger set at `r * inputs + i`.
 */

/** Values of `present`, as `Monitor.step` takes them. */
export const NO_SAMPLE = 0;
export const VALID = 1;
export const INVALID = 2;

export interface RowChunk {
  readonly count: number;
  /** Inputs of a row: the width of `values` and `present`. */
  readonly inputs: number;
  /** Event time, UTC ms, ascending; equal times in the order of `seq`. */
  readonly time: Float64Array;
  /** UTC ms. */
  readonly receivedAt: Float64Array;
  /** Ingest sequence number. */
  readonly seq: Float64Array;
  /** 1 = sent again later on purpose (GB/T 32960 command 0x03), which may correct what was said before. */
  readonly reissued: Uint8Array;
  readonly values: Float64Array;
  readonly present: Uint8Array;
}

export interface RowQuery {
  readonly subject: bigint;
  /** Signal ids in slot order. */
  readonly inputs: readonly string[];
  /** Event time, [from, to), UTC ms. */
  readonly from: number;
  readonly to: number;
  /** Rows that were received later are left out. */
  readonly throughSeq?: number;
}

/** Where stored rows of a subject come from. */
export interface RowSource {
  /** Chunks in order; together all accepted rows of the range. */
  read(query: RowQuery): AsyncIterable<RowChunk>;
  /** Every row up to this sequence number can be read. */
  storedSeq(): number;
}

/** Collects rows one by one. */
export class RowBuilder {
  readonly #inputs: number;
  #count = 0;
  #capacity: number;
  #time: Float64Array;
  #receivedAt: Float64Array;
  #seq: Float64Array;
  #reissued: Uint8Array;
  #values: Float64Array;
  #present: Uint8Array;

  constructor(inputs: number, capacity = 64) {
    this.#inputs = inputs;
    this.#capacity = capacity;
    this.#time = new Float64Array(capacity);
    this.#receivedAt = new Float64Array(capacity);
    this.#seq = new Float64Array(capacity);
    this.#reissued = new Uint8Array(capacity);
    this.#values = new Float64Array(capacity * inputs);
    this.#present = new Uint8Array(capacity * inputs);
  }

  get count(): number {
    return this.#count;
  }

  add(
    time: number,
    receivedAt: number,
    seq: number,
    isReissued: boolean,
    values: Float64Array,
    present: Uint8Array,
  ): void {
    if (this.#count === this.#capacity) this.#grow();
    const row = this.#count++;
    this.#time[row] = time;
    this.#receivedAt[row] = receivedAt;
    this.#seq[row] = seq;
    this.#reissued[row] = isReissued ? 1 : 0;
    this.#values.set(values, row * this.#inputs);
    this.#present.set(present, row * this.#inputs);
  }

  /** The rows so far, sorted by time and sequence number. */
  build(): RowChunk {
    const order = Array.from({ length: this.#count }, (_, row) => row).sort(
      (a, b) => this.#time[a] - this.#time[b] || this.#seq[a] - this.#seq[b],
    );
    const width = this.#inputs;
    const chunk = {
      count: this.#count,
      inputs: width,
      time: Float64Array.from(order, (row) => this.#time[row]),
      receivedAt: Float64Array.from(order, (row) => this.#receivedAt[row]),
      seq: Float64Array.from(order, (row) => this.#seq[row]),
      reissued: Uint8Array.from(order, (row) => this.#reissued[row]),
      values: new Float64Array(this.#count * width),
      present: new Uint8Array(this.#count * width),
    };
    order.forEach((row, at) => {
      chunk.values.set(this.#values.subarray(row * width, (row + 1) * width), at * width);
      chunk.present.set(this.#present.subarray(row * width, (row + 1) * width), at * width);
    });
    return chunk;
  }

  #grow(): void {
    this.#capacity *= 2;
    const grown = <T extends Float64Array | Uint8Array>(column: T): T => {
      const larger = new (column.constructor as new (length: number) => T)(column.length * 2);
      larger.set(column);
      return larger;
    };
    this.#time = grown(this.#time);
    this.#receivedAt = grown(this.#receivedAt);
    this.#seq = grown(this.#seq);
    this.#reissued = grown(this.#reissued);
    this.#values = grown(this.#values);
    this.#present = grown(this.#present);
  }
}

/** Both chunks in one, in order. */
export function mergeChunks(a: RowChunk, b: RowChunk): RowChunk {
  if (a.count === 0) return b;
  if (b.count === 0) return a;
  const builder = new RowBuilder(a.inputs, a.count + b.count);
  for (const chunk of [a, b]) {
    for (let row = 0; row < chunk.count; row++) {
      const at = row * chunk.inputs;
      builder.add(
        chunk.time[row],
        chunk.receivedAt[row],
        chunk.seq[row],
        chunk.reissued[row] === 1,
        chunk.values.subarray(at, at + chunk.inputs),
        chunk.present.subarray(at, at + chunk.inputs),
      );
    }
  }
  return builder.build();
}

/** Rows of a chunk with event time from `time` on. */
export function rowsFrom(chunk: RowChunk, time: number): RowChunk {
  let first = 0;
  while (first < chunk.count && chunk.time[first] < time) first++;
  const width = chunk.inputs;
  return {
    count: chunk.count - first,
    inputs: width,
    time: chunk.time.subarray(first),
    receivedAt: chunk.receivedAt.subarray(first),
    seq: chunk.seq.subarray(first),
    reissued: chunk.reissued.subarray(first),
    values: chunk.values.subarray(first * width),
    present: chunk.present.subarray(first * width),
  };
}
