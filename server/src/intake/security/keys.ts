/**
 * Public keys as they come: from activation messages, whose key format the standard does not define, and from the
 * registry. Accepted: SubjectPublicKeyInfo (DER or PEM), PKCS#1 (DER) for RSA, and raw points of P-256 and SM2 (65 bytes
 * with 04, 64 without, 33 compressed).
 */
import { createPublicKey, ECDH, type KeyObject } from "node:crypto";

const POINT_BYTES = 65;
/** SubjectPublicKeyInfo of a P-256 key up to its point. */
const P256_HEADER = Buffer.from("3059301306072a8648ce3d020106082a8648ce3d030107034200", "hex");
/** Object identifier of sm2p256v1 (1.2.156.10197.1.301) in DER. */
const SM2_OID = Buffer.from("06082a811ccf5501822d", "hex");

/** An RSA key, or undefined for bytes that are none. */
export function findRsaKey(bytes: Uint8Array): KeyObject | undefined {
  const key = readKey(bytes);
  return key?.asymmetricKeyType === "rsa" ? key : undefined;
}

/** A P-256 key, or undefined for bytes that are none. */
export function findP256Key(bytes: Uint8Array): KeyObject | undefined {
  const raw = rawPoint(bytes, "prime256v1");
  if (raw !== undefined) return attempt(() => der(Buffer.concat([P256_HEADER, raw]), "spki"));
  const key = readKey(bytes);
  return key?.asymmetricKeyType === "ec" && key.asymmetricKeyDetails?.namedCurve === "prime256v1" ? key : undefined;
}

/** The uncompressed point of an SM2 key as hex (04 + x + y), or undefined for bytes that are none. */
export function findSm2Point(bytes: Uint8Array): string | undefined {
  const raw = rawPoint(bytes, "SM2");
  if (raw !== undefined) return raw.toString("hex");
  const plain = unarmoured(bytes);
  const oid = plain.indexOf(SM2_OID);
  // The point is the last field of a SubjectPublicKeyInfo.
  return oid < 0 || plain.length < POINT_BYTES
    ? undefined
    : rawPoint(plain.subarray(plain.length - POINT_BYTES), "SM2")?.toString("hex");
}

/** The uncompressed point that the bytes are, if they have the length of one and lie on the curve. */
function rawPoint(bytes: Uint8Array, curve: string): Buffer | undefined {
  const { length } = bytes;
  if (length !== 33 && length !== 64 && length !== POINT_BYTES) return undefined;
  const encoded = length === 64 ? Buffer.concat([Uint8Array.of(4), bytes]) : bytes;
  return attempt(() => ECDH.convertKey(encoded, curve, undefined, undefined, "uncompressed") as Buffer);
}

function readKey(bytes: Uint8Array): KeyObject | undefined {
  const plain = unarmoured(bytes);
  return attempt(() => der(plain, "spki")) ?? attempt(() => der(plain, "pkcs1"));
}

function der(key: Buffer, type: "spki" | "pkcs1"): KeyObject {
  return createPublicKey({ key, format: "der", type });
}

/** DER of a PEM text; other bytes as they are. */
function unarmoured(bytes: Uint8Array): Buffer {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = /^\s*-----BEGIN [A-Z ]+-----([\s\S]*)-----END/.exec(buffer.toString("latin1"));
  return text === null ? buffer : Buffer.from(text[1], "base64");
}

function attempt<T>(task: () => T): T | undefined {
  try {
    return task();
  } catch {
    return undefined;
  }
}
