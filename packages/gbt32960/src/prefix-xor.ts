/**
 * Running XOR over positions of a stream, so that the XOR of any covered range costs one step. The reader switches it
 * on after a false start: hostile bytes can make every position claim a frame of 65 kB.
 */
export class PrefixXor {
  #sums: Uint8Array = new Uint8Array(0);
  /** Positions [#from, #to) are covered: #sums[p - #from] is the XOR of [#from, p). */
  #from = 0;
  #to = 0;
  active = false;

  get size(): number {
    return this.#sums.length;
  }

  /** Covers positions from `position` on. */
  begin(position: number): void {
    this.active = true;
    this.#from = position;
    this.#to = position;
  }

  /** Whether `position` lies behind everything that was covered. */
  isBehind(position: number): boolean {
    return position >= this.#to;
  }

  end(): void {
    this.active = false;
    this.#sums = new Uint8Array(0);
  }

  /**
   * XOR of bytes [from, to). Positions never go back.
   * @param origin position of bytes[0]
   */
  xor(bytes: Uint8Array, origin: number, from: number, to: number): number {
    const first = origin + from;
    if (first < this.#from || first > this.#to) this.begin(first);
    this.#extend(bytes, origin, origin + to, first);
    return this.#sums[first - this.#from] ^ this.#sums[origin + to - this.#from];
  }

  #extend(bytes: Uint8Array, origin: number, to: number, needed: number): void {
    if (to - this.#from >= this.#sums.length) this.#makeRoom(to, needed);
    const sums = this.#sums;
    let sum = this.#to === this.#from ? 0 : sums[this.#to - this.#from];
    if (this.#to === this.#from) sums[0] = 0;
    for (let at = this.#to; at < to; at++) {
      sum ^= bytes[at - origin];
      sums[at - this.#from + 1] = sum;
    }
    if (to > this.#to) this.#to = to;
  }

  /** Forgets positions before `needed`; moving costs no more than the positions that were added since. */
  #makeRoom(to: number, needed: number): void {
    const shift = needed - this.#from;
    const kept = this.#to - needed + 1;
    const size = to - needed + 1;
    const target = size * 2 <= this.#sums.length ? this.#sums : new Uint8Array(size * 2);
    if (target === this.#sums) target.copyWithin(0, shift, shift + kept);
    else if (this.#sums.length > 0) target.set(this.#sums.subarray(shift, shift + kept));
    this.#sums = target;
    this.#from = needed;
  }
}
