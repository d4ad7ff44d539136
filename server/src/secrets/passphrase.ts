/**
 * A private key under a passphrase: PKCS #8 EncryptedPrivateKeyInfo with PBES2 (RFC 8018), scrypt (RFC 7914 §7) and
 * AES-256-CBC, so that `openssl pkey` opens it too.
 *
 * Rejected: what node:crypto exports by itself (PBKDF2 with 2,048 rounds, which graphics cards try by the million), and
 * an envelope of our own, which no other tool would open.
 */
import { createCipheriv, createPrivateKey, randomBytes, scrypt, type KeyObject } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { ERRORS, SandglassError } from "../errors/mod.ts";

/** 16 MiB and five passes, about a quarter of a second: OpenSSL refuses to read more than 32 MiB. */
const COST = { N: 16_384, r: 8, p: 5 } as const;
const KEY_BYTES = 32;
const LABEL = "ENCRYPTED PRIVATE KEY";

/** Object identifiers in DER: PBES2, scrypt, AES-256-CBC. */
const PBES2 = Buffer.from("06092a864886f70d01050d", "hex");
const SCRYPT = Buffer.from("06092b06010401da47040b", "hex");
const AES_256_CBC = Buffer.from("060960864801650304012a", "hex");

export function isEncrypted(pem: string): boolean {
  return pem.includes(`-----BEGIN ${LABEL}-----`);
}

export function isEncryptedFile(file: string): boolean {
  return existsSync(file) && isEncrypted(readFileSync(file, "utf8"));
}

/** Whether a file is a key under this passphrase. */
export function opensWith(file: string, passphrase: string): boolean {
  if (!isEncryptedFile(file)) return false;
  try {
    createPrivateKey({ key: readFileSync(file, "utf8"), passphrase });
    return true;
  } catch {
    return false;
  }
}

export async function encryptKey(key: KeyObject, passphrase: string): Promise<string> {
  const salt = randomBytes(16);
  const iv = randomBytes(16);
  const derived = await new Promise<Buffer>((resolve, reject) =>
    scrypt(passphrase, salt, KEY_BYTES, { ...COST, maxmem: 64 << 20 }, (error, bytes) =>
      error ? reject(error) : resolve(bytes),
    ),
  );
  const cipher = createCipheriv("aes-256-cbc", derived, iv);
  const sealed = Buffer.concat([cipher.update(key.export({ format: "der", type: "pkcs8" })), cipher.final()]);
  const kdf = sequence(SCRYPT, sequence(octets(salt), integer(COST.N), integer(COST.r), integer(COST.p)));
  const der = sequence(sequence(PBES2, sequence(kdf, sequence(AES_256_CBC, octets(iv)))), octets(sealed));
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${LABEL}-----`, ...lines, `-----END ${LABEL}-----`, ""].join("\n");
}

/** @throws SG_LEDGER_PASSPHRASE with the file's name when the passphrase does not open it */
export function decryptKey(pem: string, passphrase: string, file: string): KeyObject {
  try {
    return createPrivateKey({ key: pem, passphrase });
  } catch (cause) {
    throw new SandglassError(ERRORS.LEDGER_PASSPHRASE, { file }, { cause });
  }
}

/** The first line of a file, without its end: what an editor or `echo` leaves behind is not part of a passphrase. */
export function readPassphraseFile(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new SandglassError(ERRORS.LEDGER_PASSPHRASE_FILE, { file, reason: (cause as Error).message }, { cause });
  }
  const [line] = text.split(/\r?\n/, 1);
  if (line === undefined || line === "")
    throw new SandglassError(ERRORS.LEDGER_PASSPHRASE_FILE, { file, reason: "its first line is empty" });
  return line;
}

/** Asks at the terminal without showing what is typed; undefined where there is no terminal to ask at. */
export async function askPassphrase(question: string): Promise<string | undefined> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  process.stderr.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const prompt = createInterface({ input: process.stdin, output: silent, terminal: true });
  try {
    return await prompt.question("");
  } finally {
    prompt.close();
    process.stderr.write("\n");
  }
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return element(0x30, Buffer.concat(parts));
}

function octets(bytes: Buffer): Buffer {
  return element(0x04, bytes);
}

/** Positive, below 2^31. */
function integer(value: number): Buffer {
  const bytes = Buffer.alloc(5);
  bytes.writeUInt32BE(value, 1);
  let start = 0;
  while (start < 4 && bytes[start] === 0 && bytes[start + 1] < 0x80) start++;
  return element(0x02, bytes.subarray(start));
}

/** Contents here stay below 64 KiB. */
function element(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...head]), content]);
}
