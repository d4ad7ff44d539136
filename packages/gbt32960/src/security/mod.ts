/**
 * Signatures and encryption of edition 2025, without cryptography: where the signature block is, which bytes it
 * covers, keys that travel in frames, and ports for what needs a key.
 */
export {
  ENCRYPTION_CODES,
  findEncryptionName,
  findSignatureAlgorithm,
  SIGNATURE_BOUNDARIES,
  SIGNATURE_CODES,
  type EncryptionCode,
  type EncryptionName,
  type SignatureAlgorithm,
  type SignatureBoundary,
} from "./codes.ts";
export { decryptFrame, encryptFrame } from "./encryption.ts";
export { findActivation, findKeyExchange, type Activation, type KeyExchange } from "./keys.ts";
export { findSignature, type SignatureBlock } from "./locate.ts";
export type { Cipher, SignatureInput, Signer, SignatureValue, SignatureVerifier } from "./ports.ts";
export { putSignature, signedBytes, signFrame, verifySignature, type SignatureOutcome } from "./signature.ts";
