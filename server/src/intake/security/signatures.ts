/** Signatures RSA, ECC and SM2: the codec's ports, implemented with node:crypto and sm-crypto-v2. */
import { constants, sign, verify, type KeyObject } from "node:crypto";
import type { SignatureInput, SignatureVerifier, Signer } from "@sandglass/gbt32960";
import { sm2 } from "sm-crypto-v2";
import { findP256Key, findRsaKey, findSm2Point } from "./keys.ts";
import type { SecuritySettings } from "./settings.ts";

const NUMBER_BYTES = 32;
/** Prepared keys; the oldest is forgotten. */
const REMEMBERED = 10_000;

type Prepared = (input: SignatureInput) => boolean;

/** Checks signatures. Keys that were used before are kept prepared: SM2 is five times as fast then. */
export function createVerifier(settings: SecuritySettings): SignatureVerifier {
  const prepared = new Map<string, Prepared>();

  function prepare({ algorithm, publicKey }: SignatureInput): Prepared {
    if (algorithm === "rsa") {
      const key = findRsaKey(publicKey);
      return key === undefined ? () => false : ({ data, r, s }) => s.length === 0 && verifyRsa(data, key, r, settings);
    }
    if (algorithm === "ecc" && settings.ecc.curve === "p256") {
      const key = findP256Key(publicKey);
      if (key === undefined) return () => false;
      return ({ data, r, s }) => {
        const both = fixedNumbers(r, s);
        return both !== undefined && verify(settings.ecc.hash, data, { key, dsaEncoding: "ieee-p1363" }, both);
      };
    }
    const hex = findSm2Point(publicKey);
    if (hex === undefined) return () => false;
    const point = sm2.precomputePublicKey(hex);
    return ({ data, r, s }) => {
      const both = fixedNumbers(r, s);
      const options = { hash: true, userId: settings.sm2UserId };
      return both !== undefined && sm2.doVerifySignature(data, both.toString("hex"), point, options);
    };
  }

  return {
    supports: () => true,
    verify: (input) => {
      const name = `${input.algorithm}:${Buffer.from(input.publicKey).toString("latin1")}`;
      let check = prepared.get(name);
      try {
        if (check === undefined) {
          check = prepare(input);
          prepared.set(name, check);
          if (prepared.size > REMEMBERED) forgetOldest(prepared);
        }
        return check(input);
      } catch {
        // Bytes that are no number of the curve, a signature longer than the modulus.
        return false;
      }
    },
  };
}

export function createRsaSigner(privateKey: KeyObject, settings: SecuritySettings): Signer {
  return {
    algorithm: "rsa",
    sign: (data) => ({
      r: sign(settings.rsaSignature.hash, data, { key: privateKey, ...rsaPadding(settings) }),
      s: new Uint8Array(0),
    }),
  };
}

/** Signs with a P-256 key. */
export function createEccSigner(privateKey: KeyObject, settings: SecuritySettings): Signer {
  return {
    algorithm: "ecc",
    sign: (data) => halves(sign(settings.ecc.hash, data, { key: privateKey, dsaEncoding: "ieee-p1363" })),
  };
}

/** @param privateKey 64 hex digits @param algorithm `ecc` where code 3 stands for SM2 */
export function createSm2Signer(
  privateKey: string,
  settings: SecuritySettings,
  algorithm: "sm2" | "ecc" = "sm2",
): Signer {
  const publicKey = sm2.getPublicKeyFromPrivateKey(privateKey);
  const options = { hash: true, userId: settings.sm2UserId, publicKey };
  return {
    algorithm,
    sign: (data) => halves(Buffer.from(sm2.doSignature(data, privateKey, options), "hex")),
  };
}

function verifyRsa(data: Uint8Array, key: KeyObject, signature: Uint8Array, settings: SecuritySettings): boolean {
  return verify(settings.rsaSignature.hash, data, { key, ...rsaPadding(settings) }, signature);
}

function rsaPadding({ rsaSignature }: SecuritySettings) {
  return rsaSignature.padding === "pkcs1"
    ? { padding: constants.RSA_PKCS1_PADDING }
    : { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO };
}

/** R and S as 32 bytes each: senders leave leading zeros out, or put one in front as DER does. */
function fixedNumbers(r: Uint8Array, s: Uint8Array): Buffer | undefined {
  const both = Buffer.alloc(2 * NUMBER_BYTES);
  for (const [index, number] of [r, s].entries()) {
    let from = 0;
    while (from < number.length && number[from] === 0) from++;
    const length = number.length - from;
    if (length === 0 || length > NUMBER_BYTES) return undefined;
    both.set(number.subarray(from), (index + 1) * NUMBER_BYTES - length);
  }
  return both;
}

function halves(signature: Uint8Array) {
  return { r: signature.subarray(0, NUMBER_BYTES), s: signature.subarray(NUMBER_BYTES) };
}

function forgetOldest(map: Map<string, unknown>): void {
  for (const key of map.keys()) {
    map.delete(key);
    return;
  }
}
