/** Signatures and encryption of GB/T 32960.3: the codec's ports, implemented, and keys of links and vehicles. */
export { createBlockCipher, createRsaCipher, createSm2Cipher } from "./ciphers.ts";
export {
  IntakeSecurity,
  type ActivationOutcome,
  type SecurityOptions,
  type VehicleKey,
  type VehicleKeyPort,
} from "./intake-security.ts";
export { LinkKeys, type PrivateKeys, type SharedKey } from "./link-keys.ts";
export { VehicleKeyRing } from "./vehicle-key-ring.ts";
export { findP256Key, findRsaKey, findSm2Point } from "./keys.ts";
export { createEccSigner, createRsaSigner, createSm2Signer, createVerifier } from "./signatures.ts";
export {
  BLOCK_MODES,
  BLOCK_PADDINGS,
  DEFAULT_SECURITY,
  type BlockSettings,
  type SecuritySettings,
} from "./settings.ts";
