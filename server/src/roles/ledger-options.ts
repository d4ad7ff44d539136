/** Where the signing key of the ledger is and how it is opened, from the configuration. */
import { readFileSync } from "node:fs";
import type { Config } from "../config.ts";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import {
  openSigner,
  readCertificates,
  timestampVerifier,
  type KeyStoreOptions,
  type TimestampingOptions,
} from "../ledger/mod.ts";
import { askPassphrase, isEncryptedFile, readPassphraseFile } from "../secrets/mod.ts";

type KeyConfig = Pick<
  Config,
  "ledgerPassphrase" | "ledgerPassphraseFile" | "ledgerSigner" | "ledgerSignerKey" | "ledgerSignerTokenFile"
>;

/** @throws SG_LEDGER_PASSPHRASE_FILE, SG_LEDGER_SIGNER */
export function ledgerKeyOptions(config: KeyConfig): KeyStoreOptions {
  const given = config.ledgerPassphraseFile
    ? readPassphraseFile(config.ledgerPassphraseFile)
    : config.ledgerPassphrase || undefined;
  let known = given;
  const token = config.ledgerSignerTokenFile ? readPassphraseFile(config.ledgerSignerTokenFile) : undefined;
  return {
    // Asked for once: every file of the folder is under the same.
    passphrase: async (file) =>
      (known ??= isEncryptedFile(file) ? await askPassphrase(`Passphrase of ${file}: `) : undefined),
    encryptNew: given !== undefined,
    ...(config.ledgerSigner === ""
      ? {}
      : {
          signer: openSigner({ address: config.ledgerSigner, ...(token === undefined ? {} : { token }) }),
          signerKey: config.ledgerSignerKey,
        }),
  };
}

/** Undefined where no authority is configured. @throws SG_CONFIG_VALUE for certificates that cannot be read */
export function ledgerTimestampOptions(
  config: Pick<Config, "ledgerTimestampUrl" | "ledgerTimestampCa" | "ledgerTimestampSeconds">,
): Pick<TimestampingOptions, "url" | "verifyTimestamp" | "requireTrust" | "intervalMs"> | undefined {
  const { ledgerTimestampUrl: url, ledgerTimestampCa: file, ledgerTimestampSeconds: seconds } = config;
  if (url === "") return undefined;
  const fail = (key: string, value: string, expected: string, cause?: unknown) =>
    new SandglassError(ERRORS.CONFIG_VALUE, { key, value, source: "configuration", expected }, { cause });
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw fail("ledgerTimestampUrl", url, "an http address");
  const authorities = file === "" ? [] : readAuthorities(file, fail);
  return {
    url,
    verifyTimestamp: timestampVerifier(authorities),
    requireTrust: file !== "",
    intervalMs: seconds * 1_000,
  };
}

function readAuthorities(file: string, fail: (key: string, value: string, expected: string, cause?: unknown) => Error) {
  const expected = "a PEM file with certificates";
  try {
    const found = readCertificates(readFileSync(file, "utf8"));
    if (found.length > 0) return found;
  } catch (cause) {
    throw fail("ledgerTimestampCa", file, expected, cause);
  }
  throw fail("ledgerTimestampCa", file, expected);
}
