/**
 * How signatures and ciphers are computed. GB/T 32960.3 names algorithms and leaves the rest open: hash, padding, mode,
 * initialisation vector, key format. Both ends of a link must agree; every choice is a setting with a default here, and
 * docs/gateway.md says why.
 */
export const BLOCK_MODES = ["cbc", "ecb", "ctr", "gcm"] as const;
export const BLOCK_PADDINGS = ["pkcs7", "zero", "none"] as const;

/** Of AES-128 and SM4. */
export interface BlockSettings {
  readonly mode: (typeof BLOCK_MODES)[number];
  /** `zero`: zeros up to a whole block, taken off again at the end; ctr and gcm need none. */
  readonly padding: (typeof BLOCK_PADDINGS)[number];
  /** `prefix`: random, in front of the cipher text (16 bytes, gcm 12); otherwise these bytes, always. */
  readonly iv: "prefix" | Uint8Array;
}

export interface SecuritySettings {
  readonly rsaSignature: { readonly hash: string; readonly padding: "pkcs1" | "pss" };
  /** `sm2p256v1`: algorithm code 3 is used for SM2 as well. */
  readonly ecc: { readonly curve: "p256" | "sm2p256v1"; readonly hash: string };
  /** GB/T 32918.2 needs an id of the signer; this is the one of GB/T 35276. */
  readonly sm2UserId: string;
  readonly aes: BlockSettings;
  readonly sm4: BlockSettings;
  readonly rsaCipher: { readonly padding: "pkcs1" | "oaep"; readonly hash: string };
  /** `prefixed`: the point begins with 04, as GB/T 32918.4 writes it. */
  readonly sm2Cipher: { readonly order: "C1C3C2" | "C1C2C3"; readonly point: "prefixed" | "bare" };
  /** First information code of an activation reply: 0 in the standard's table, 1 seen in the field. */
  readonly activationInfoBase: 0 | 1;
  /**
   * Whose activation is believed: `first`: of every vehicle that has no key yet (trust on first use); `registered`: only
   * one that repeats the key in the registry; `none`.
   */
  readonly activation: "first" | "registered" | "none";
}

export const DEFAULT_SECURITY: SecuritySettings = {
  rsaSignature: { hash: "sha256", padding: "pkcs1" },
  ecc: { curve: "p256", hash: "sha256" },
  sm2UserId: "1234567812345678",
  aes: { mode: "cbc", padding: "pkcs7", iv: "prefix" },
  sm4: { mode: "cbc", padding: "pkcs7", iv: "prefix" },
  rsaCipher: { padding: "pkcs1", hash: "sha256" },
  sm2Cipher: { order: "C1C3C2", point: "prefixed" },
  activationInfoBase: 0,
  activation: "first",
};
