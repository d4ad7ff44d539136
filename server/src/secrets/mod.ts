/** Secrets at rest: in files of their owner's, under a passphrase or a key outside where one is set. */
export {
  askPassphrase,
  decryptKey,
  encryptKey,
  isEncrypted,
  isEncryptedFile,
  opensWith,
  readPassphraseFile,
} from "./passphrase.ts";
export { seal, unseal } from "./sealed.ts";
export { inspectSecrets, Secrets, type SecretsOptions } from "./secrets.ts";
export type { SecretCustody, WrapOptions, Wrapper } from "./wrapping-key.ts";
export { writeSynced } from "./write-synced.ts";
