/**
 * What a leaf commits to.
 *
 * The content (who or what it is about, and what happened) is committed to by SHA-256(salt ‖ canonical JSON), so that
 * it can be erased later and nobody can guess it by hashing candidates (vehicle numbers are few enough to try).
 * What goes into the tree is the entry: commitment, id, kind and time, which stay readable for good.
 */
import { toBase64, utf8 } from "./bytes.ts";
import { canonicalJson, type JsonValue } from "./canonical-json.ts";
import { PLAIN_HASHER, type Hasher } from "./hasher.ts";

/** Bytes of random salt per leaf. */
export const SALT_BYTES = 16;

/** Kind of the leaf that introduces a signing key: the first leaf of a log, and one per rotation. */
export const KEY_LEAF_KIND = "ledger-key";

/**
 * Kind of the leaf behind a rotation: the first checkpoint of the new key covers it, which shows that the new key is in
 * somebody's hands. Its content is a `KeyAcceptance`.
 */
export const KEY_ACCEPTED_LEAF_KIND = "ledger-key-accepted";

export interface LeafEntry {
  readonly id: string;
  readonly kind: string;
  /** When it was recorded, RFC 3339 UTC with Z. */
  readonly at: string;
  /** 32 bytes. */
  readonly commitment: Uint8Array;
}

/** What the commitment hides; absent once erased. */
export interface LeafContent {
  /** Opaque id of what the leaf is about: a finding, a case, a segment, a key. */
  readonly subject: string;
  readonly content: JsonValue;
  readonly salt: Uint8Array;
}

export interface Leaf extends LeafEntry {
  readonly seq: number;
  readonly opening: LeafContent | undefined;
}

/** SHA-256(salt ‖ canonical JSON of {content, subject}). Throws SG_LEDGER_NOT_JSON for content without a JSON form. */
export function commit(opening: LeafContent, hasher: Hasher = PLAIN_HASHER): Uint8Array {
  const text = utf8(canonicalJson({ subject: opening.subject, content: opening.content }));
  const message = new Uint8Array(opening.salt.length + text.length);
  message.set(opening.salt);
  message.set(text, opening.salt.length);
  return hasher.digest(message);
}

/** The RFC 6962 leaf hash of an entry: over the canonical JSON of {at, commitment, id, kind}. */
export function entryHash(entry: LeafEntry, hasher: Hasher = PLAIN_HASHER): Uint8Array {
  const { at, id, kind } = entry;
  return hasher.leaf(utf8(canonicalJson({ at, commitment: toBase64(entry.commitment), id, kind })));
}

/** Content of a leaf of kind `ledger-key`. */
export interface KeyLeafContent {
  readonly algorithm: "ed25519";
  readonly keyId: string;
  readonly origin: string;
  /** Key that signed until now; null in the first leaf. */
  readonly previous: string | null;
  /** Raw public key, base64. */
  readonly publicKey: string;
}

export interface KeyAcceptance {
  readonly keyId: string;
  readonly previous: string;
}
