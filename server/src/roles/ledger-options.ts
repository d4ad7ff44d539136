/** Where the signing key of the ledger is and how it is opened, from the configuration. */
import type { Config } from "../config.ts";
import { askPassphrase, isEncryptedFile, openSigner, readPassphraseFile, type KeyStoreOptions } from "../ledger/mod.ts";

type KeyConfig = Pick<
  Config,
  "ledgerPassphrase" | "ledgerPassphraseFile" | "ledgerSigner" | "ledgerSignerKey" | "ledgerSignerTokenFile"
>;

/** @throws SG_LEDGER_PASSPHRASE_FILE, SG_LEDGER_SIGNER */
export function ledgerKeyOptions(config: KeyConfig): KeyStoreOptions {
  const given = config.ledgerPassphraseFile
    ? readPassphraseFile(config.ledgerPassphraseFile)
    : config.ledgerPassphrase || undefined;
  const token = config.ledgerSignerTokenFile ? readPassphraseFile(config.ledgerSignerTokenFile) : undefined;
  return {
    passphrase: async (file) => given ?? (isEncryptedFile(file) ? askPassphrase(`Passphrase of ${file}: `) : undefined),
    encryptNew: given !== undefined,
    ...(config.ledgerSigner === ""
      ? {}
      : {
          signer: openSigner({ address: config.ledgerSigner, ...(token === undefined ? {} : { token }) }),
          signerKey: config.ledgerSignerKey,
        }),
  };
}
