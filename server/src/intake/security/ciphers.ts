/** Ciphers of data units (GB/T 32960.3 table 2): AES-128, SM4, RSA and SM2 behind the codec's port. */
import {
  constants,
  createCipheriv,
  createDecipheriv,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
  type CipherGCM,
  type DecipherGCM,
  type KeyObject,
} from "node:crypto";
import { ENCRYPTION_CODES, type Cipher } from "@sandglass/gbt32960";
import { sm2 } from "sm-crypto-v2";
import type { BlockSettings, SecuritySettings } from "./settings.ts";

export const BLOCK_KEY_BYTES = 16;
const BLOCK_BYTES = 16;
const TAG_BYTES = 16;
const GCM_IV_BYTES = 12;
/** PKCS#1 v1.5 padding takes at least this much of a block. */
const PKCS1_BYTES = 11;

/**
 * AES-128 or SM4 with a symmetric key.
 * @throws RangeError for a key that is not 16 bytes or a fixed vector of the wrong length
 */
export function createBlockCipher(name: "aes" | "sm4", key: Uint8Array, settings: BlockSettings): Cipher {
  const { mode, padding, iv } = settings;
  const ivBytes = mode === "ecb" ? 0 : mode === "gcm" ? GCM_IV_BYTES : BLOCK_BYTES;
  if (key.length !== BLOCK_KEY_BYTES) throw new RangeError(`a key of ${key.length} bytes`);
  if (iv !== "prefix" && iv.length !== ivBytes && mode !== "ecb")
    throw new RangeError(`a vector of ${iv.length} bytes`);
  const algorithm = `${name === "aes" ? "aes-128" : "sm4"}-${mode}`;
  const ownKey = Buffer.from(key);
  const prefixed = iv === "prefix" && ivBytes > 0;
  const tagged = mode === "gcm" ? TAG_BYTES : 0;
  const padded = mode === "ecb" || mode === "cbc";
  const fixed = iv === "prefix" || mode === "ecb" ? new Uint8Array(0) : iv;

  return {
    encryption: ENCRYPTION_CODES[name],
    encrypt: (plain) => {
      const vector = prefixed ? randomBytes(ivBytes) : fixed;
      const cipher = createCipheriv(algorithm, ownKey, vector);
      cipher.setAutoPadding(padding === "pkcs7");
      const parts = [prefixed ? vector : Buffer.alloc(0), cipher.update(plain)];
      if (padded && padding === "zero") parts.push(cipher.update(Buffer.alloc(-plain.length & (BLOCK_BYTES - 1))));
      parts.push(cipher.final());
      if (tagged > 0) parts.push((cipher as CipherGCM).getAuthTag());
      return Buffer.concat(parts);
    },
    decrypt: (bytes) => {
      const start = prefixed ? ivBytes : 0;
      const end = bytes.length - tagged;
      if (end < start) throw new RangeError("shorter than vector and tag");
      const cipher = createDecipheriv(algorithm, ownKey, prefixed ? bytes.subarray(0, ivBytes) : fixed);
      cipher.setAutoPadding(padding === "pkcs7");
      if (tagged > 0) (cipher as DecipherGCM).setAuthTag(bytes.subarray(end));
      const plain = Buffer.concat([cipher.update(bytes.subarray(start, end)), cipher.final()]);
      return padded && padding === "zero" ? withoutZeros(plain) : plain;
    },
  };
}

/** At most a block less one: more zeros than that are data. */
function withoutZeros(plain: Buffer): Buffer {
  let end = plain.length;
  while (end > 0 && plain.length - end < BLOCK_BYTES - 1 && plain[end - 1] === 0) end--;
  return plain.subarray(0, end);
}

interface AsymmetricKeys<T> {
  /** To encrypt for the other side. */
  readonly publicKey?: T;
  /** To decrypt what the other side sends. */
  readonly privateKey?: T;
}

/** RSA; longer data units are cut into as many blocks as they need, each the size of the modulus. */
export function createRsaCipher(keys: AsymmetricKeys<KeyObject>, settings: SecuritySettings["rsaCipher"]): Cipher {
  const padding = settings.padding === "pkcs1" ? constants.RSA_PKCS1_PADDING : constants.RSA_PKCS1_OAEP_PADDING;
  const options = settings.padding === "pkcs1" ? { padding } : { padding, oaepHash: settings.hash };
  const overhead = settings.padding === "pkcs1" ? PKCS1_BYTES : 2 * hashBytes(settings.hash) + 2;
  const run = (bytes: Uint8Array, size: number, step: (block: Uint8Array) => Buffer): Buffer => {
    const blocks: Buffer[] = [];
    for (let at = 0; at < bytes.length; at += size) blocks.push(step(bytes.subarray(at, at + size)));
    return Buffer.concat(blocks);
  };
  return {
    encryption: ENCRYPTION_CODES.rsa,
    encrypt: (plain) => {
      const key = needed(keys.publicKey);
      return run(plain, modulusBytes(key) - overhead, (block) => publicEncrypt({ key, ...options }, block));
    },
    decrypt: (bytes) => {
      const key = needed(keys.privateKey);
      return run(bytes, modulusBytes(key), (block) => privateDecrypt({ key, ...options }, block));
    },
  };
}

/** SM2 (GB/T 32918.4). Keys as hex: 04 + x + y, and 64 digits. */
export function createSm2Cipher(keys: AsymmetricKeys<string>, settings: SecuritySettings["sm2Cipher"]): Cipher {
  const order = settings.order === "C1C3C2" ? 1 : 0;
  const prefix = settings.point === "prefixed" ? "04" : "";
  return {
    encryption: ENCRYPTION_CODES.sm2,
    encrypt: (plain) =>
      Buffer.from(prefix + sm2.doEncrypt(Uint8Array.from(plain), needed(keys.publicKey), order), "hex"),
    decrypt: (bytes) => {
      const hex = Buffer.from(bytes).toString("hex");
      if (!hex.startsWith(prefix)) throw new RangeError("no uncompressed point in front");
      const plain = sm2.doDecrypt(hex.slice(prefix.length), needed(keys.privateKey), order, { output: "array" });
      // A wrong check sum (C3) comes back as no bytes at all.
      if (plain.length === 0) throw new RangeError("the check sum does not match");
      return plain;
    },
  };
}

function needed<T>(key: T | undefined): T {
  if (key === undefined) throw new Error("there is no key for this direction");
  return key;
}

function modulusBytes(key: KeyObject): number {
  return (key.asymmetricKeyDetails?.modulusLength ?? 0) >>> 3;
}

function hashBytes(hash: string): number {
  return hash === "sha1" ? 20 : hash === "sha384" ? 48 : hash === "sha512" ? 64 : 32;
}
