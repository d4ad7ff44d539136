/**
 * The signing key of the ledger: `<data>/keys/ledger.key` (0600) and `ledger.pub` (SPKI PEM) beside it. The first is a
 * PKCS #8 PEM, under a passphrase where one is set, or a reference to a key in a signer outside (JSON).
 *
 * A rotation prepares the new key in `ledger.next.key`; it takes the place of the old one only after a checkpoint of
 * the old key covers the leaf that introduces it. A crash in between is finished or undone at the next start.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify, type KeyObject } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { findBase64, keyIdOf, toBase64, type Sign } from "@sandglass/ledger";
import { ERRORS, SandglassError, messageOf } from "../errors/mod.ts";
import { decryptKey, encryptKey, isEncrypted, isEncryptedFile, writeSynced } from "../secrets/mod.ts";
import { HASHER } from "./hasher.ts";
import type { RemoteSigner } from "./signer.ts";

/** Where the private key is. */
export const KEY_CUSTODIES = ["file", "encrypted-file", "signer"] as const;
export type KeyCustody = (typeof KEY_CUSTODIES)[number];

export interface SigningKey {
  readonly keyId: string;
  readonly custody: KeyCustody;
  /** Raw 32 bytes. */
  readonly publicKey: Uint8Array;
  readonly publicKeyPem: string;
  readonly sign: Sign;
}

export interface KeyStoreOptions {
  /** Asked for once, when a key under a passphrase is opened or made; undefined or "" = none. */
  readonly passphrase?: (file: string) => Promise<string | undefined>;
  /** The first key is made under the passphrase too; every key that follows one under a passphrase is. */
  readonly encryptNew?: boolean;
  readonly signer?: RemoteSigner;
  /** Label of the first key in the signer. */
  readonly signerKey?: string;
}

const RAW_KEY_BYTES = 32;

/** The reference to a key in a signer, as it stands in the key file. */
interface Reference {
  readonly signerKey: string;
  /** Raw, base64: a signer that suddenly has another key under the label is found out. */
  readonly publicKey: string;
}

export class KeyStore {
  readonly folder: string;
  readonly #options: KeyStoreOptions;
  /** By the text of the file: opening one takes a quarter of a second under a passphrase. */
  readonly #opened = new Map<string, SigningKey>();
  #passphrase: Promise<string | undefined> | undefined;

  constructor(dataDir: string, options: KeyStoreOptions = {}) {
    this.folder = path.join(dataDir, "keys");
    this.#options = options;
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

  async findCurrent(): Promise<SigningKey | undefined> {
    return existsSync(this.file) ? this.#read(this.file) : undefined;
  }

  async findNext(): Promise<SigningKey | undefined> {
    return existsSync(this.#nextFile) ? this.#read(this.#nextFile) : undefined;
  }

  /** The first key: in the signer where one is configured, otherwise a file. */
  async create(): Promise<SigningKey> {
    const { signer, signerKey } = this.#options;
    const key = await this.#make(this.file, signer && (signerKey ?? ""));
    await writeSynced(this.#publicFile, key.publicKeyPem, 0o644);
    return key;
  }

  /** @param signerKey label of the new key in the signer; undefined = a file */
  prepareNext(signerKey?: string): Promise<SigningKey> {
    return this.#make(this.#nextFile, signerKey);
  }

  async discardNext(): Promise<void> {
    await rm(this.#nextFile, { force: true });
  }

  /** The next key becomes the current one; the old public key stays as `ledger-<key id>.pub`. */
  async promoteNext(): Promise<SigningKey> {
    const old = await this.#read(this.file);
    await writeSynced(path.join(this.folder, `ledger-${old.keyId}.pub`), old.publicKeyPem, 0o644);
    const next = await this.#read(this.#nextFile);
    await writeSynced(this.#publicFile, next.publicKeyPem, 0o644);
    await rename(this.#nextFile, this.file);
    return next;
  }

  /**
   * Writes the keys of this folder anew, under another passphrase or none.
   * @returns the files, relative to the folder
   */
  async rewrap(passphrase: string | undefined): Promise<string[]> {
    const changed: string[] = [];
    for (const file of [this.file, this.#nextFile]) {
      if (!existsSync(file)) continue;
      const text = readFileSync(file, "utf8");
      if (isReference(text)) continue; // Nothing secret is in it.
      const key = await this.#privateKey(text, file);
      await writeSynced(file, passphrase === undefined ? pemOf(key) : await encryptKey(key, passphrase));
      changed.push(path.basename(file));
    }
    return changed;
  }

  async #make(file: string, signerKey: string | undefined): Promise<SigningKey> {
    if (signerKey !== undefined) {
      const publicKey = toBase64(await this.#signer(file).publicKey(signerKey));
      const reference: Reference = { signerKey, publicKey };
      await writeSynced(file, `${JSON.stringify(reference)}\n`);
      return this.#read(file);
    }
    const { privateKey } = generateKeyPairSync("ed25519");
    // Whoever took the trouble of a passphrase does not want it to end with the first rotation.
    const isWanted = this.#options.encryptNew === true || isEncryptedFile(this.file);
    const passphrase = isWanted ? await this.#askPassphrase(file) : undefined;
    const text = passphrase ? await encryptKey(privateKey, passphrase) : pemOf(privateKey);
    await writeSynced(file, text);
    const key = localKey(privateKey, passphrase ? "encrypted-file" : "file");
    this.#opened.set(text, key);
    return key;
  }

  async #read(file: string): Promise<SigningKey> {
    const text = readFileSync(file, "utf8");
    const known = this.#opened.get(text);
    if (known !== undefined) return known;
    const key = isReference(text)
      ? await this.#remoteKey(text, file)
      : localKey(await this.#privateKey(text, file), isEncrypted(text) ? "encrypted-file" : "file");
    this.#opened.set(text, key);
    return key;
  }

  async #privateKey(text: string, file: string): Promise<KeyObject> {
    let key: KeyObject;
    if (isEncrypted(text)) {
      const passphrase = await this.#askPassphrase(file);
      if (!passphrase) throw new SandglassError(ERRORS.LEDGER_KEY_LOCKED, { file });
      key = decryptKey(text, passphrase, file);
    } else {
      try {
        key = createPrivateKey(text);
      } catch (cause) {
        throw fileFault(file, messageOf(cause), cause);
      }
    }
    if (key.asymmetricKeyType !== "ed25519") throw fileFault(file, `its type is ${key.asymmetricKeyType}`);
    return key;
  }

  #askPassphrase(file: string): Promise<string | undefined> {
    return (this.#passphrase ??= this.#options.passphrase?.(file) ?? Promise.resolve(undefined));
  }

  #signer(file: string): RemoteSigner {
    if (this.#options.signer === undefined) throw fileFault(file, "it names a key in a signer, but none is configured");
    return this.#options.signer;
  }

  async #remoteKey(text: string, file: string): Promise<SigningKey> {
    const reference = findReference(text);
    if (reference === undefined) throw fileFault(file, "it is neither a PEM nor a reference to a signer");
    const signer = this.#signer(file);
    const { label, publicKey } = reference;
    const present = await signer.publicKey(label);
    if (toBase64(present) !== toBase64(publicKey))
      throw new SandglassError(ERRORS.LEDGER_KEY_FOREIGN, {
        file: `${signer.name} (${label})`,
        found: keyIdOf(present, HASHER),
        expected: keyIdOf(publicKey, HASHER),
      });
    const spki = publicKeyObject(publicKey);
    return {
      ...publicPartOf(spki),
      custody: "signer",
      async sign(message) {
        const signature = await signer.sign(label, message);
        // A wrong signature in the log could never be taken back.
        if (!verify(undefined, message, spki, signature)) {
          const reason = "its signature does not fit the public key";
          throw new SandglassError(ERRORS.LEDGER_SIGNER, { signer: signer.name, key: label, reason });
        }
        return signature;
      },
    };
  }
}

/** PEM of the public key of a stopped server's data folder. */
export async function readPublicKey(dataDir: string): Promise<string> {
  return readFile(path.join(dataDir, "keys", "ledger.pub"), "utf8");
}

/** DER prefix of an Ed25519 SubjectPublicKeyInfo (RFC 8410 §4); the raw key follows. */
const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");

export function publicKeyObject(raw: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([SPKI_PREFIX, raw]), format: "der", type: "spki" });
}

function fileFault(file: string, reason: string, cause?: unknown): SandglassError {
  return new SandglassError(ERRORS.LEDGER_KEY_FILE, { file, reason }, { cause });
}

function pemOf(key: KeyObject): string {
  return key.export({ format: "pem", type: "pkcs8" }) as string;
}

function isReference(text: string): boolean {
  return text.trimStart().startsWith("{");
}

function findReference(text: string): { readonly label: string; readonly publicKey: Uint8Array } | undefined {
  try {
    const { signerKey, publicKey } = JSON.parse(text) as Partial<Reference>;
    const raw = typeof publicKey === "string" ? findBase64(publicKey) : undefined;
    return typeof signerKey === "string" && raw?.length === RAW_KEY_BYTES
      ? { label: signerKey, publicKey: raw }
      : undefined;
  } catch {
    return undefined;
  }
}

function localKey(privateKey: KeyObject, custody: KeyCustody): SigningKey {
  return {
    ...publicPartOf(createPublicKey(privateKey)),
    custody,
    sign: (message) => new Uint8Array(sign(null, message, privateKey)),
  };
}

function publicPartOf(spki: KeyObject): Pick<SigningKey, "keyId" | "publicKey" | "publicKeyPem"> {
  const publicKey = new Uint8Array(spki.export({ format: "der", type: "spki" }).subarray(-RAW_KEY_BYTES));
  return {
    keyId: keyIdOf(publicKey, HASHER),
    publicKey,
    publicKeyPem: spki.export({ format: "pem", type: "spki" }) as string,
  };
}
