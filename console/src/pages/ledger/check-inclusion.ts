/** Checks an inclusion proof of the API with the same code that offline verification uses. */
import { findBase64, HASH_BYTES, verifyInclusion } from "@sandglass/ledger";
import { parseHex } from "../../lib/hex.ts";

interface Proof {
  readonly index?: number | null;
  readonly size?: number;
  readonly leafHash?: string;
  readonly hash?: string;
  readonly root?: string;
  readonly path?: readonly string[];
  readonly hashes?: readonly string[];
  readonly proof?: readonly string[];
  readonly checkpoint?: { readonly size: number; readonly root: string };
}

/** A digest in base64 or hex. */
function digest(text: string | undefined): Uint8Array | undefined {
  if (text === undefined) return undefined;
  const bytes = text.length === HASH_BYTES * 2 ? parseHex(text) : findBase64(text);
  return bytes?.length === HASH_BYTES ? bytes : undefined;
}

/** True or false when the proof could be checked; undefined when it is not complete. */
export function checkInclusion(proof: Proof): boolean | undefined {
  const leafHash = digest(proof.leafHash ?? proof.hash);
  const root = digest(proof.checkpoint?.root ?? proof.root);
  const size = proof.checkpoint?.size ?? proof.size;
  const path = (proof.path ?? proof.hashes ?? proof.proof)?.map(digest);
  if (!leafHash || !root || size === undefined || proof.index === undefined || proof.index === null || !path)
    return undefined;
  const hashes = path.filter((hash) => hash !== undefined);
  if (hashes.length !== path.length) return false;
  return verifyInclusion({ index: BigInt(proof.index), size: BigInt(size), leafHash, proof: hashes, root });
}
