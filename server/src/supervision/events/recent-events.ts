/** Fingerprints of the last events, in two generations; part of the checkpoint, so that a restart counts nothing twice. */
import { hash } from "node:crypto";

const GENERATION = 100_000;

export class RecentEvents {
  #young: Set<bigint>;
  #old: Set<bigint>;

  constructor(young: Iterable<bigint> = [], old: Iterable<bigint> = []) {
    this.#young = new Set(young);
    this.#old = new Set(old);
  }

  /** False when it was there already. */
  add(print: bigint): boolean {
    if (this.#young.has(print) || this.#old.has(print)) return false;
    if (this.#young.size >= GENERATION) {
      this.#old = this.#young;
      this.#young = new Set();
    }
    this.#young.add(print);
    return true;
  }

  saved(): { readonly young: BigUint64Array; readonly old: BigUint64Array } {
    return { young: BigUint64Array.from(this.#young), old: BigUint64Array.from(this.#old) };
  }
}

/** First 64 bits over what names an event: repetitions of the last ones are recognised by it. */
export function fingerprintOf(...parts: readonly string[]): bigint {
  return hash("sha256", parts.join("\0"), "buffer").readBigUInt64LE(0);
}
