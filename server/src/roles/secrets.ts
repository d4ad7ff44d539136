/** Opens the secrets of the data folder, and puts those that the configuration names by `secret:NAME` in their places. */
import { readFileSync } from "node:fs";
import path from "node:path";
import type { Config } from "../config.ts";
import { ERRORS, messageOf, SandglassError } from "../errors/mod.ts";
import type { KeyStoreOptions } from "../ledger/mod.ts";
import { isEncryptedFile, Secrets } from "../secrets/mod.ts";

const NAMED = "secret:";

/**
 * Sealed where the ledger's signing key is under a passphrase, where one is given, or where a key of the signer is named.
 * @param keys of the ledger: one passphrase for both
 * @throws SG_LEDGER_KEY_LOCKED, SG_LEDGER_PASSPHRASE, SG_LEDGER_SIGNER, SG_SECRET_SEALED
 */
export function openSecrets(
  config: Pick<Config, "data" | "secretsSignerKey">,
  { passphrase, signer, encryptNew = false }: KeyStoreOptions,
): Promise<Secrets> {
  const signerKey = config.secretsSignerKey || undefined;
  return Secrets.open(config.data, {
    isWanted: encryptNew || signerKey !== undefined || isEncryptedFile(path.join(config.data, "keys", "ledger.key")),
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(signer === undefined ? {} : { signer }),
    ...(signerKey === undefined ? {} : { signerKey }),
  });
}

/** @throws SG_SECRET_MISSING */
export function withSecrets(config: Config, secrets: Pick<Secrets, "text">): Config {
  const entries = Object.entries(config).map(([key, value]) => [
    key,
    typeof value === "string" && value.startsWith(NAMED) ? secrets.text(value.slice(NAMED.length)) : value,
  ]);
  return Object.fromEntries(entries) as Config;
}

/** Settings that name a file with a key or a certificate. */
type KeySetting = "gatewayTlsCert" | "gatewayTlsKey" | "gatewayTlsCa" | "gatewayRsaKey" | "gatewaySm2Key";

const isItself = (value: string): boolean => value.includes("-----BEGIN ") || /^[0-9a-f]{64}$/i.test(value);

/** A key or certificate that a setting names as a file, or that stands there itself (`secret:NAME` does that). @throws SG_CONFIG_VALUE */
export function readKey(config: Config, setting: KeySetting): string {
  const value = config[setting];
  if (isItself(value)) return value;
  try {
    return readFileSync(value, "utf8");
  } catch (cause) {
    throw unusableKey(config, setting, "file that can be read", cause);
  }
}

/** A key that stands in the setting itself is not repeated. */
export function unusableKey(config: Config, setting: KeySetting, expected: string, cause?: unknown): SandglassError {
  const value = config[setting];
  return new SandglassError(
    ERRORS.CONFIG_VALUE,
    {
      key: setting,
      value: isItself(value) ? "…" : value,
      source: "configuration",
      expected: cause === undefined ? expected : `${expected} (${messageOf(cause)})`,
    },
    { cause },
  );
}
