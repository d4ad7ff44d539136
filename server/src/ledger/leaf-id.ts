import { randomBytes } from "node:crypto";

/** Crockford base32, lower case. */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const DIGITS = 20;

/** `leaf_` + 20 base32 digits (100 random bits). */
export function createLeafId(): string {
  let id = "leaf_";
  for (const byte of randomBytes(DIGITS)) id += ALPHABET[byte & 31];
  return id;
}
