/**
 * The key under which the secrets of a data folder are: `keys/wrapping.key`, itself under the passphrase of the ledger's
 * signing key, in the same envelope, or wrapped by a key of the signer outside.
 *
 * One key between passphrase and secrets, so that a passphrase is changed in one small file, and costs its quarter of
 * a second once. It is kept as an X25519 private key because that is 32 random bytes in PKCS #8: `encryptKey` and
 * `openssl pkey` take it as it is.
 */
import { createHash, createPrivateKey, hkdfSync, randomBytes, type KeyObject } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { decryptKey, encryptKey, isEncrypted } from "./passphrase.ts";
import { writeSynced } from "./write-synced.ts";

/** A key outside that never comes here. */
export interface Wrapper {
  wrap(key: string, secret: Uint8Array): Promise<Uint8Array>;
  unwrap(key: string, wrapped: Uint8Array): Promise<Uint8Array>;
}

export interface WrapOptions {
  /** Asked when a file under a passphrase is opened or made; undefined or "" = none. */
  readonly passphrase?: (file: string) => Promise<string | undefined>;
  readonly signer?: Wrapper;
  /** Label of the key in the signer that wraps new wrapping keys; absent = the passphrase does. */
  readonly signerKey?: string;
}

export type SecretCustody = "plain" | "passphrase" | "signer";

export interface WrappingKey {
  /** Names it in what is sealed under it; tells nothing about it. */
  readonly id: string;
  readonly custody: Exclude<SecretCustody, "plain">;
  readonly key: Uint8Array;
  /** As it is kept. */
  readonly raw: Uint8Array;
}

interface Reference {
  readonly signerKey: string;
  /** Base64. */
  readonly wrapped: string;
}

const BYTES = 32;
/** DER of an X25519 PrivateKeyInfo (RFC 8410 §7) before its 32 bytes. */
const PKCS8 = Buffer.from("302e020100300506032b656e04220420", "hex");

/** @throws SG_LEDGER_KEY_LOCKED without a passphrase, SG_LEDGER_PASSPHRASE with a wrong one, SG_LEDGER_SIGNER, SG_SECRET_SEALED */
export async function findWrappingKey(file: string, options: WrapOptions): Promise<WrappingKey | undefined> {
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, "utf8");
  if (isEncrypted(text)) {
    const passphrase = await options.passphrase?.(file);
    if (!passphrase) throw new SandglassError(ERRORS.LEDGER_KEY_LOCKED, { file });
    return keyOf(rawOf(decryptKey(text, passphrase, file)), "passphrase");
  }
  const reference = referenceIn(text);
  if (reference === undefined) throw new SandglassError(ERRORS.SECRET_SEALED, { file });
  const raw = await wrapperOf(options, file).unwrap(reference.signerKey, Buffer.from(reference.wrapped, "base64"));
  if (raw.length !== BYTES) throw new SandglassError(ERRORS.SECRET_SEALED, { file });
  return keyOf(raw, "signer");
}

/** Keeps a key, a new one unless given, as the options say: under the signer's, else under the passphrase. */
export async function writeWrappingKey(
  file: string,
  options: WrapOptions,
  raw: Uint8Array = randomBytes(BYTES),
): Promise<WrappingKey> {
  if (options.signerKey !== undefined) {
    const wrapped = await wrapperOf(options, file).wrap(options.signerKey, raw);
    const reference: Reference = { signerKey: options.signerKey, wrapped: Buffer.from(wrapped).toString("base64") };
    await writeSynced(file, `${JSON.stringify(reference)}\n`);
    return keyOf(raw, "signer");
  }
  const passphrase = await options.passphrase?.(file);
  if (!passphrase) throw new SandglassError(ERRORS.LEDGER_KEY_LOCKED, { file });
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, raw]), format: "der", type: "pkcs8" });
  await writeSynced(file, await encryptKey(key, passphrase));
  return keyOf(raw, "passphrase");
}

/** How a folder's wrapping key is kept, without opening it. */
export function custodyOf(file: string): SecretCustody {
  if (!existsSync(file)) return "plain";
  return isEncrypted(readFileSync(file, "utf8")) ? "passphrase" : "signer";
}

function keyOf(raw: Uint8Array, custody: WrappingKey["custody"]): WrappingKey {
  const key = new Uint8Array(hkdfSync("sha256", raw, "", "sandglass secrets 1", BYTES));
  return { id: createHash("sha256").update(key).digest("hex").slice(0, 16), custody, key, raw };
}

function rawOf(key: KeyObject): Uint8Array {
  return key.export({ format: "der", type: "pkcs8" }).subarray(-BYTES);
}

function wrapperOf({ signer }: WrapOptions, file: string): Wrapper {
  if (signer !== undefined) return signer;
  const reason = "it is wrapped by a key in a signer, but none is configured";
  throw new SandglassError(ERRORS.LEDGER_KEY_FILE, { file, reason });
}

function referenceIn(text: string): Reference | undefined {
  try {
    const { signerKey, wrapped } = JSON.parse(text) as Partial<Reference>;
    return typeof signerKey === "string" && typeof wrapped === "string" ? { signerKey, wrapped } : undefined;
  } catch {
    return undefined;
  }
}
