/** The keys of a log along an export: which may sign where, and which are vouched for by the one that the reader trusts. */
import { findBase64, toBase64 } from "./bytes.ts";
import type { JsonValue } from "./canonical-json.ts";
import { keyIdOf, PUBLIC_KEY_BYTES, type Checkpoint } from "./checkpoint.ts";
import type { KeyPeriod } from "./export-report.ts";
import type { Hasher } from "./hasher.ts";
import type { Leaf } from "./leaf.ts";

interface KnownKey {
  readonly publicKey: Uint8Array;
  /** Sequence number of the leaf that introduced it; undefined for the trusted key until its leaf is seen. */
  introducedAt: number | undefined;
  /** Largest tree that a valid checkpoint of this key covers. */
  covers: number;
  /** Smallest one. */
  from: number | undefined;
  checkpoints: number;
}

export class KeyChain {
  readonly #hasher: Hasher;
  readonly #trusted: string;
  readonly #keys = new Map<string, KnownKey>();
  /** Key that the last key leaf below a checkpoint introduced: the only one that may sign the next checkpoint. */
  #inForce: string | undefined;
  /** Keys that leaves behind the last checkpoint introduced. */
  #introduced: string[] = [];

  constructor(trusted: Uint8Array, hasher: Hasher) {
    this.#hasher = hasher;
    this.#trusted = keyIdOf(trusted, hasher);
    this.#add(this.#trusted, trusted, undefined);
  }

  /**
   * A leaf that introduces a key.
   * @param isWhole no line before it is missing: only then its predecessor is known
   * @returns what is wrong with it
   */
  introduce(leaf: Leaf, isWhole: boolean): string | undefined {
    const content: JsonValue = leaf.opening?.content ?? null;
    const members =
      content !== null && typeof content === "object" && !Array.isArray(content)
        ? (content as Readonly<Record<string, JsonValue>>)
        : {};
    const publicKey = typeof members.publicKey === "string" ? findBase64(members.publicKey) : undefined;
    if (publicKey?.length !== PUBLIC_KEY_BYTES || members.keyId !== keyIdOf(publicKey, this.#hasher))
      return "the leaf does not hold a public key and its id";
    const before = this.#introduced.at(-1) ?? this.#inForce ?? null;
    if (isWhole && members.previous !== before)
      return `the leaf takes over from ${JSON.stringify(members.previous)}, not from ${before}`;
    const known = this.#keys.get(members.keyId);
    if (known?.introducedAt !== undefined) return `the key ${members.keyId} was introduced before`;
    if (known === undefined) this.#add(members.keyId, publicKey, leaf.seq);
    else known.introducedAt = leaf.seq;
    this.#introduced.push(members.keyId);
    return undefined;
  }

  /** Undefined for a key that neither a leaf introduced nor the reader trusts. */
  findPublicKey(keyId: string): Uint8Array | undefined {
    return this.#keys.get(keyId)?.publicKey;
  }

  /** Why the key of a checkpoint may not sign there. @param lastSize of the checkpoint before it */
  refuteSigner(keyId: string, lastSize: number): string | undefined {
    // The first key signs its own leaf; every other one only behind the checkpoint that hands over to it.
    const expected = this.#inForce ?? this.#introduced[0];
    if (expected === undefined || keyId === expected) return undefined;
    const introducedAt = this.#keys.get(keyId)?.introducedAt;
    const retired = introducedAt === undefined || introducedAt < lastSize;
    return `signed with a key that is ${retired ? "retired" : "not in force yet"}; ${expected} signs here`;
  }

  /** A checkpoint whose signature holds: what leaves introduced before it is in force behind it. */
  signed({ keyId, size }: Checkpoint): void {
    const key = this.#keys.get(keyId);
    if (key !== undefined) {
      key.covers = Math.max(key.covers, size);
      key.from ??= size;
      key.checkpoints++;
    }
    this.#inForce = this.#introduced.at(-1) ?? this.#inForce;
    this.#introduced = [];
  }

  periods(): KeyPeriod[] {
    const periods: KeyPeriod[] = [];
    for (const [keyId, { publicKey, introducedAt, covers, from, checkpoints }] of this.#keys) {
      if (introducedAt === undefined) continue;
      const to = from === undefined ? undefined : covers;
      periods.push({ keyId, publicKey: toBase64(publicKey), leaf: introducedAt, from, to, checkpoints });
    }
    return periods.sort((a, b) => a.leaf - b.leaf);
  }

  /**
   * How many leaves are vouched for: by the trusted key, and by every key whose leaf lies below a valid checkpoint of a
   * key that is vouched for. So one key, first or last of a chain of rotations, is enough to check all of it.
   */
  covered(): number {
    const vouched = new Set([this.#trusted]);
    let covered = this.#keys.get(this.#trusted)?.covers ?? 0;
    for (let grown = true; grown;) {
      grown = false;
      for (const [id, key] of this.#keys) {
        if (vouched.has(id) || key.introducedAt === undefined || key.introducedAt >= covered) continue;
        vouched.add(id);
        covered = Math.max(covered, key.covers);
        grown = true;
      }
    }
    return covered;
  }

  #add(keyId: string, publicKey: Uint8Array, introducedAt: number | undefined): void {
    this.#keys.set(keyId, { publicKey, introducedAt, covers: 0, from: undefined, checkpoints: 0 });
  }
}
