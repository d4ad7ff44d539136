import { createHash } from "node:crypto";

/** Crockford base32, lower case. */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const DIGITS = 26;

/**
 * `fnd_` + 26 base32 digits (130 bits) of SHA-256(trigger id, version hash, subject, onset). The same firing has the
 * same id however often it is found: replay and re-delivery are idempotent.
 */
export function findingIdOf(trigger: string, versionHash: string, subject: string, onsetMs: number): string {
  const digest = createHash("sha256")
    .update([trigger, versionHash, subject, String(onsetMs)].join("\n"))
    .digest();
  let id = "fnd_";
  let buffer = 0;
  let bits = 0;
  let at = 0;
  for (let i = 0; i < DIGITS; i++) {
    if (bits < 5) {
      buffer = ((buffer << 8) | digest[at++]) & 0xffff;
      bits += 8;
    }
    bits -= 5;
    id += ALPHABET[(buffer >> bits) & 31];
  }
  return id;
}
