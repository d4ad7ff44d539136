/** Checks a consistency proof of the API with the same code that offline verification uses. */
import { findBase64, refuteConsistency } from "@sandglass/ledger";
import type { Consistency } from "./custody-queries.ts";

/**
 * Why the later checkpoint does not extend the earlier one; undefined = it does.
 * @param altered turns over one bit of the earlier root first: what one changed byte in the past looks like
 */
export function refute({ from, to, path }: Consistency, altered = false): string | undefined {
  const [root1, root2, ...proof] = [from.root, to.root, ...path].map(findBase64);
  const whole = proof.filter((hash) => hash !== undefined);
  if (root1 === undefined || root2 === undefined || whole.length !== proof.length) return "a hash cannot be read";
  if (altered) root1[0] ^= 1;
  return refuteConsistency({ size1: BigInt(from.size), size2: BigInt(to.size), root1, root2, proof: whole });
}
