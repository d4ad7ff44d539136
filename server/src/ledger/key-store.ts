/**
 * The signing key of the ledger: `<data>/keys/ledger.key` (PKCS #8 PEM, 0600) and `ledger.pub` (SPKI PEM) beside it.
 *
 * A rotation prepares the new key in `ledger.next.key`; it takes the place of the old one only after a checkpoint of
 * the old key covers the leaf that introduces it. A crash in between is finished or undone at the next start.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { keyIdOf, type Sign } from "@sandglass/ledger";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { HASHER } from "./hasher.ts";

export interface SigningKey {
  readonly keyId: string;
  /** Raw 32 bytes. */
  readonly publicKey: Uint8Array;
  readonly publicKeyPem: string;
  readonly sign: Sign;
}

const RAW_KEY_BYTES = 32;

export class KeyStore {
  readonly folder: string;

  constructor(dataDir: string) {
    this.folder = path.join(dataDir, "keys");
  }

  get file(): string {
    return path.join(this.folder, "ledger.key");
  }

  get #publicFile(): string {
    return path.join(this.folder, "ledger.pub");
  }

  get #nextFile(): string {
    return path.join(this.folder, "ledger.next.key");
  }

  findCurrent(): SigningKey | undefined {
    return existsSync(this.file) ? read(this.file) : undefined;
  }

  findNext(): SigningKey | undefined {
    return existsSync(this.#nextFile) ? read(this.#nextFile) : undefined;
  }

  async create(): Promise<SigningKey> {
    await this.#write(this.file, generatePem());
    const key = read(this.file);
    await this.#write(this.#publicFile, key.publicKeyPem, 0o644);
    return key;
  }

  async prepareNext(): Promise<SigningKey> {
    await this.#write(this.#nextFile, generatePem());
    return read(this.#nextFile);
  }

  async discardNext(): Promise<void> {
    await rm(this.#nextFile, { force: true });
  }

  /** The next key becomes the current one; the old public key stays as `ledger-<key id>.pub`. */
  async promoteNext(): Promise<SigningKey> {
    const old = read(this.file);
    await this.#write(path.join(this.folder, `ledger-${old.keyId}.pub`), old.publicKeyPem, 0o644);
    const next = read(this.#nextFile);
    await this.#write(this.#publicFile, next.publicKeyPem, 0o644);
    await rename(this.#nextFile, this.file);
    return next;
  }

  /** Written beside and renamed: a crash leaves the old file or the new one. */
  async #write(file: string, text: string, mode = 0o600): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const handle = await open(`${file}.new`, "w", mode);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(`${file}.new`, file);
  }
}

/** PEM of the public key of a stopped server's data folder. */
export async function readPublicKey(dataDir: string): Promise<string> {
  return readFile(path.join(dataDir, "keys", "ledger.pub"), "utf8");
}

function generatePem(): string {
  return generateKeyPairSync("ed25519").privateKey.export({ format: "pem", type: "pkcs8" }) as string;
}

function read(file: string): SigningKey {
  let privateKey: KeyObject;
  try {
    privateKey = createPrivateKey(readFileSync(file));
  } catch (cause) {
    throw new SandglassError(
      ERRORS.LEDGER_KEY_FILE,
      { file, reason: cause instanceof Error ? cause.message : String(cause) },
      { cause },
    );
  }
  if (privateKey.asymmetricKeyType !== "ed25519") {
    throw new SandglassError(ERRORS.LEDGER_KEY_FILE, { file, reason: `its type is ${privateKey.asymmetricKeyType}` });
  }
  const spki = createPublicKey(privateKey);
  const publicKey = new Uint8Array(spki.export({ format: "der", type: "spki" }).subarray(-RAW_KEY_BYTES));
  return {
    keyId: keyIdOf(publicKey, HASHER),
    publicKey,
    publicKeyPem: spki.export({ format: "pem", type: "spki" }) as string,
    sign: (message) => new Uint8Array(sign(null, message, privateKey)),
  };
}
