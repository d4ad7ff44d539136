/** The public key of a log, as people keep it: PEM, the API's JSON answer, or the raw 32 bytes in base64 or hex. */
import { createPublicKey, verify } from "node:crypto";
import { findBase64, PUBLIC_KEY_BYTES, type VerifySignature } from "@sandglass/ledger";

/** DER prefix of an Ed25519 SubjectPublicKeyInfo (RFC 8410 §4); the raw key follows. */
const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");

/** Raw key, or undefined when the text holds none. */
export function findPublicKey(text: string): Uint8Array | undefined {
  const trimmed = text.trim();
  if (trimmed.startsWith("{")) return fromJson(trimmed);
  if (trimmed.startsWith("-----BEGIN")) return fromPem(trimmed);
  if (/^[0-9a-f]{64}$/i.test(trimmed)) return new Uint8Array(Buffer.from(trimmed, "hex"));
  const raw = findBase64(trimmed);
  return raw?.length === PUBLIC_KEY_BYTES ? raw : undefined;
}

function fromJson(text: string): Uint8Array | undefined {
  try {
    const value = JSON.parse(text) as { readonly publicKey?: unknown };
    return typeof value.publicKey === "string" ? findPublicKey(value.publicKey) : undefined;
  } catch {
    return undefined;
  }
}

function fromPem(text: string): Uint8Array | undefined {
  try {
    const key = createPublicKey(text);
    if (key.asymmetricKeyType !== "ed25519") return undefined;
    return new Uint8Array(key.export({ format: "der", type: "spki" }).subarray(SPKI_PREFIX.length));
  } catch {
    return undefined;
  }
}

export const verifyEd25519: VerifySignature = (publicKey, message, signature) =>
  verify(
    null,
    message,
    createPublicKey({ key: Buffer.concat([SPKI_PREFIX, publicKey]), format: "der", type: "spki" }),
    signature,
  );
