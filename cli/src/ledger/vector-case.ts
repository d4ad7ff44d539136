/**
 * One proof case in the format of the public RFC 6962 suite (transparency-dev/merkle, `testdata/`):
 *
 *   inclusion    {leafIdx, treeSize, root, leafHash, proof}
 *   consistency  {size1, size2, root1, root2, proof}
 *
 * Hashes are base64, sizes are unsigned 64-bit numbers, `proof` may be null. Other members are not looked at: the
 * answer comes from the proof alone.
 */
import { createHash } from "node:crypto";
import { createHasher, findBase64, refuteConsistency, refuteInclusion, type Hasher } from "@sandglass/ledger";

export const HASHER: Hasher = createHasher((message) => createHash("sha256").update(message).digest());

export interface CaseResult {
  readonly valid: boolean;
  /** Why it is not valid; undefined when it is. */
  readonly reason: string | undefined;
  /** The text is no proof case at all. */
  readonly malformed: boolean;
}

class Malformed extends Error {}

const COUNTS = new Set(["leafIdx", "treeSize", "size1", "size2"]);
const MAX_UINT64 = 2n ** 64n - 1n;

export function evaluateCase(text: string): CaseResult {
  try {
    const reason = refute(parse(text));
    return { valid: reason === undefined, reason, malformed: false };
  } catch (error) {
    if (error instanceof Malformed || error instanceof SyntaxError)
      return { valid: false, reason: error.message, malformed: true };
    throw error;
  }
}

/** Counts are read from their source text: 2^64 - 1 does not fit a double. */
function parse(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text, (key, member: unknown, context?: { source?: string }) => {
    if (typeof member !== "number" || !COUNTS.has(key)) return member;
    return /^\d+$/.test(context?.source ?? "") ? BigInt(context?.source ?? "") : member;
  });
  if (value === null || typeof value !== "object" || Array.isArray(value)) throw new Malformed("not a JSON object");
  return value as Record<string, unknown>;
}

function refute(value: Record<string, unknown>): string | undefined {
  const proof = hashesOf(value, "proof");
  if ("leafIdx" in value || "treeSize" in value) {
    const claim = {
      index: countOf(value, "leafIdx"),
      size: countOf(value, "treeSize"),
      leafHash: hashOf(value, "leafHash"),
      root: hashOf(value, "root"),
      proof,
    };
    return refuteInclusion(claim, HASHER);
  }
  if ("size1" in value || "size2" in value) {
    const claim = {
      size1: countOf(value, "size1"),
      size2: countOf(value, "size2"),
      root1: hashOf(value, "root1"),
      root2: hashOf(value, "root2"),
      proof,
    };
    return refuteConsistency(claim, HASHER);
  }
  throw new Malformed("neither an inclusion nor a consistency case");
}

function countOf(value: Record<string, unknown>, name: string): bigint {
  const count = value[name];
  if (typeof count !== "bigint" || count > MAX_UINT64) throw new Malformed(`${name} is not an unsigned 64-bit number`);
  return count;
}

/** An absent or null hash is the empty one, as in the suite's own reader; it equals no root. */
function hashOf(value: Record<string, unknown>, name: string): Uint8Array {
  return bytesOf(value[name] ?? "", name);
}

function hashesOf(value: Record<string, unknown>, name: string): Uint8Array[] {
  const list = value[name] ?? [];
  if (!Array.isArray(list)) throw new Malformed(`${name} is not a list`);
  return list.map((item: unknown, i) => bytesOf(item, `${name}[${i}]`));
}

function bytesOf(value: unknown, name: string): Uint8Array {
  const bytes = typeof value === "string" ? findBase64(value) : undefined;
  if (bytes === undefined) throw new Malformed(`${name} is not base64`);
  return bytes;
}
