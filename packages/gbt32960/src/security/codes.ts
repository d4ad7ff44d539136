/** Codes of signatures and keys. */

/** Signature algorithms of GB/T 32960.3-2025 table 8. */
export const SIGNATURE_CODES = { sm2: 1, rsa: 2, ecc: 3 } as const;
export type SignatureAlgorithm = keyof typeof SIGNATURE_CODES;

/** The algorithm of a code; undefined for reserved ones. */
export function findSignatureAlgorithm(code: number): SignatureAlgorithm | undefined {
  return code === 1 ? "sm2" : code === 2 ? "rsa" : code === 3 ? "ecc" : undefined;
}

/** Encryption of a data unit, byte 21 of the frame: 2 RSA, 3 AES, 4 SM2, 5 SM4. SM2 and SM4 came with edition 2025. */
export type EncryptionCode = 2 | 3 | 4 | 5;
export type EncryptionName = "rsa" | "aes" | "sm2" | "sm4";
export const ENCRYPTION_CODES: Readonly<Record<EncryptionName, EncryptionCode>> = { rsa: 2, aes: 3, sm2: 4, sm4: 5 };

/** The name of an encryption; undefined for none, abnormal, invalid and reserved codes. */
export function findEncryptionName(code: number): EncryptionName | undefined {
  return code === 2 ? "rsa" : code === 3 ? "aes" : code === 4 ? "sm2" : code === 5 ? "sm4" : undefined;
}

/**
 * Where the signed bytes end (GB/T 32960.3-2025 §7.2.1: "the byte before the signature information"). The text does
 * not say whether the type byte FF belongs to the signature information.
 * - `beforeMarker` (default): FF does, so it is not signed. The only public implementation reads it so.
 * - `withMarker`: the signature information is algorithm, R and S, so FF is signed.
 *
 * An activation message (09) has no FF: both readings are the same there.
 */
export const SIGNATURE_BOUNDARIES = ["beforeMarker", "withMarker"] as const;
export type SignatureBoundary = (typeof SIGNATURE_BOUNDARIES)[number];
