/** A first-in first-out list of rows of `width` numbers, bounded by `limit` rows. Grows by doubling, never shrinks. */
export class Queue {
  readonly width: number;
  readonly limit: number;
  data: Float64Array;
  head = 0;
  length = 0;

  constructor(width: number, limit: number) {
    this.width = width;
    this.limit = limit;
    this.data = new Float64Array(0);
  }

  get capacity(): number {
    return this.data.length / this.width;
  }

  get full(): boolean {
    return this.length >= this.limit;
  }

  /** Offset in `data` of row i (0 = oldest). */
  at(i: number): number {
    const capacity = this.data.length / this.width;
    const row = this.head + i;
    return (row >= capacity ? row - capacity : row) * this.width;
  }

  /** Appends a row and returns its offset; the caller fills it and has made sure that the queue is not full. */
  push(): number {
    if (this.length === this.data.length / this.width) this.grow();
    this.length++;
    return this.at(this.length - 1);
  }

  shift(): void {
    const capacity = this.data.length / this.width;
    this.head = this.head + 1 === capacity ? 0 : this.head + 1;
    this.length--;
  }

  clear(): void {
    this.head = 0;
    this.length = 0;
  }

  private grow(): void {
    const rows = Math.min(this.limit, Math.max(4, this.length * 2));
    const data = new Float64Array(rows * this.width);
    for (let i = 0; i < this.length; i++) {
      const from = this.at(i);
      data.set(this.data.subarray(from, from + this.width), i * this.width);
    }
    this.data = data;
    this.head = 0;
  }
}
