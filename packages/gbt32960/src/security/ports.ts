/**
 * What this package asks of cryptography. It signs, verifies, encrypts and decrypts nothing itself: whoever has keys
 * implements these ports, this package says which bytes they work on. All ports are synchronous.
 */
import type { EncryptionCode, SignatureAlgorithm } from "./codes.ts";

/** What a signature is checked against. All byte arrays are views of the caller's frame: valid during the call only. */
export interface SignatureInput {
  readonly algorithm: SignatureAlgorithm;
  /** The signed bytes, see `signedBytes`. */
  readonly data: Uint8Array;
  /** RSA: the whole signature. SM2 and ECC: R, big-endian. */
  readonly r: Uint8Array;
  /** RSA: empty. SM2 and ECC: S, big-endian. */
  readonly s: Uint8Array;
  /** The public key as it was registered: bytes of the activation message or of the registry. */
  readonly publicKey: Uint8Array;
}

/** Checks signatures. Hash, padding, curve and the SM2 user id are its own matter: the standard leaves them open. */
export interface SignatureVerifier {
  /** Whether this implementation can check the algorithm at all. */
  readonly supports: (algorithm: SignatureAlgorithm) => boolean;
  /** False for a wrong signature and for a key that cannot be read; never throws for bad input. */
  readonly verify: (input: SignatureInput) => boolean;
}

/** The two numbers of a signature as they stand in the frame; an RSA signature is R, with an empty S. */
export interface SignatureValue {
  readonly r: Uint8Array;
  readonly s: Uint8Array;
}

/** Signs with one private key. */
export interface Signer {
  readonly algorithm: SignatureAlgorithm;
  readonly sign: (data: Uint8Array) => SignatureValue;
}

/**
 * Encrypts and decrypts data units with one key. Mode, padding and initialisation vector are its own matter: the
 * standard defines none of them, so both ends of a link must agree.
 */
export interface Cipher {
  /** Byte 21 of the frames that it works on. */
  readonly encryption: EncryptionCode;
  readonly encrypt: (plain: Uint8Array) => Uint8Array;
  /** Throws (anything) where the bytes cannot be decrypted. */
  readonly decrypt: (cipher: Uint8Array) => Uint8Array;
}
