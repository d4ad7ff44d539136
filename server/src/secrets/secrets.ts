/**
 * The secrets of an installation, one file each in `<data>/keys`: hexadecimal of those that a first start made, the text
 * itself of those that the configuration names (`secret:NAME`). Mode 0600; sealed where the folder has a wrapping key,
 * each bound to its name, so that one put in another's place does not open.
 *
 * Not sealed: the password of the records (who has the folder has their files), and the passwords of a first start, which
 * a person has to read.
 */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import path from "node:path";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { decryptKey, isEncryptedFile } from "./passphrase.ts";
import { seal, unseal } from "./sealed.ts";
import {
  custodyOf,
  findWrappingKey,
  writeWrappingKey,
  type SecretCustody,
  type WrapOptions,
  type WrappingKey,
} from "./wrapping-key.ts";

const SEALED = /^sandglass-sealed:([0-9a-f]{16}):([A-Za-z0-9+/]+=*)\n?$/;
const IS_SECRET = /^(?!ledger|wrapping|records\.)[a-z0-9-]+\.(key|secret|value)$/;
const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;
/** Keys under the same passphrase: one that does not open them must not seal anything. */
const BESIDE = ["ledger.key", "ledger.next.key"];

export interface SecretsOptions extends WrapOptions {
  /** Seals a folder that has no wrapping key yet. */
  readonly isWanted: boolean;
}

export class Secrets {
  readonly #folder: string;
  readonly #keys = new Map<string, WrappingKey>();
  #current: WrappingKey | undefined;

  private constructor(dataDir: string) {
    this.#folder = path.join(dataDir, "keys");
  }

  /** For a folder without a wrapping key. @throws SG_LEDGER_KEY_LOCKED when it has one */
  static plain(dataDir: string): Secrets {
    const secrets = new Secrets(dataDir);
    if (existsSync(secrets.#currentFile))
      throw new SandglassError(ERRORS.LEDGER_KEY_LOCKED, { file: secrets.#currentFile });
    return secrets;
  }

  /**
   * Opens the wrapping key, or makes one where it is wanted; finishes a rotation that was interrupted, and seals what is
   * not sealed yet. @throws as `findWrappingKey`
   */
  static async open(dataDir: string, options: SecretsOptions): Promise<Secrets> {
    const secrets = new Secrets(dataDir);
    const found = await findWrappingKey(secrets.#currentFile, options);
    if (
      found === undefined &&
      secrets.#names().some((name) => SEALED.test(readFileSync(secrets.#fileOf(name), "utf8")))
    )
      throw new SandglassError(ERRORS.SECRET_SEALED, { file: secrets.#currentFile });
    if (found === undefined && !options.isWanted) return secrets;
    if (found === undefined) await secrets.#requireSamePassphrase(options);
    secrets.#use(found ?? (await writeWrappingKey(secrets.#currentFile, options)));
    const next = await findWrappingKey(secrets.#nextFile, options);
    if (next !== undefined) await secrets.#promote(next);
    secrets.#sealAll();
    return secrets;
  }

  get custody(): SecretCustody {
    return this.#current?.custody ?? "plain";
  }

  /** `keys/<name>`; made when it is asked for first. @throws SG_SECRET_SEALED */
  load(name: string, bytes = 32): Buffer {
    if (!existsSync(this.#fileOf(name))) this.#write(name, randomBytes(bytes).toString("hex"));
    return Buffer.from(this.#read(name), "hex");
  }

  /** What the configuration calls `secret:<name>`. @throws SG_SECRET_MISSING, SG_SECRET_SEALED */
  text(name: string): string {
    if (!NAME.test(name) || !existsSync(this.#fileOf(`${name}.value`)))
      throw new SandglassError(ERRORS.SECRET_MISSING, { name });
    return this.#read(`${name}.value`);
  }

  /** @throws SG_SECRET_MISSING for what cannot be a name */
  setText(name: string, text: string): void {
    if (!NAME.test(name)) throw new SandglassError(ERRORS.SECRET_MISSING, { name });
    this.#write(`${name}.value`, text);
  }

  /** Seals everything under a new key. A crash in between is finished at the next start. @throws SG_LEDGER_KEY_LOCKED */
  async rotate(options: WrapOptions): Promise<{ readonly keyId: string; readonly previous: string | undefined }> {
    const previous = this.#current?.id;
    if (previous === undefined) {
      await this.#requireSamePassphrase(options);
      this.#use(await writeWrappingKey(this.#currentFile, options));
      this.#sealAll();
    } else await this.#promote(await writeWrappingKey(this.#nextFile, options));
    return { keyId: this.#current?.id ?? "", previous };
  }

  /** Keeps the wrapping key under another passphrase; what is sealed stays as it is. */
  async rewrap(options: WrapOptions): Promise<void> {
    if (this.#current === undefined) throw new Error("nothing is sealed in this folder");
    this.#use(await writeWrappingKey(this.#currentFile, options, this.#current.raw));
  }

  /** Writes everything in the clear and gives the wrapping key up. */
  async unwrap(): Promise<void> {
    const texts = this.#names().map((name) => [name, this.#read(name)] as const);
    this.#current = undefined;
    for (const [name, text] of texts) this.#write(name, text);
    await rm(this.#currentFile, { force: true });
  }

  get #currentFile(): string {
    return path.join(this.#folder, "wrapping.key");
  }

  get #nextFile(): string {
    return path.join(this.#folder, "wrapping.next.key");
  }

  async #requireSamePassphrase({ passphrase, signerKey }: WrapOptions): Promise<void> {
    if (signerKey !== undefined) return;
    for (const file of BESIDE.map((name) => path.join(this.#folder, name)).filter(isEncryptedFile)) {
      const given = await passphrase?.(file);
      if (!given) throw new SandglassError(ERRORS.LEDGER_KEY_LOCKED, { file });
      decryptKey(readFileSync(file, "utf8"), given, file);
    }
  }

  #use(key: WrappingKey): void {
    this.#keys.set(key.id, key);
    this.#current = key;
  }

  async #promote(next: WrappingKey): Promise<void> {
    this.#use(next);
    this.#sealAll();
    await rename(this.#nextFile, this.#currentFile);
  }

  #sealAll(): void {
    for (const name of this.#names()) {
      const [, keyId] = SEALED.exec(readFileSync(this.#fileOf(name), "utf8")) ?? [];
      if (keyId !== this.#current?.id) this.#write(name, this.#read(name));
    }
  }

  #names(): string[] {
    return existsSync(this.#folder) ? readdirSync(this.#folder).filter((name) => IS_SECRET.test(name)) : [];
  }

  #fileOf(name: string): string {
    return path.join(this.#folder, name);
  }

  #read(name: string): string {
    const file = this.#fileOf(name);
    const text = readFileSync(file, "utf8");
    const [, keyId, sealed] = SEALED.exec(text) ?? [];
    if (keyId === undefined || sealed === undefined) return text.trim();
    const key = this.#keys.get(keyId);
    try {
      if (key !== undefined) return unseal(key.key, name, Buffer.from(sealed, "base64")).toString();
    } catch (cause) {
      throw new SandglassError(ERRORS.SECRET_SEALED, { file }, { cause });
    }
    throw new SandglassError(ERRORS.SECRET_SEALED, { file });
  }

  /** Written beside, synced and renamed: a kill in between leaves no half secret that a start would take for a whole one. */
  #write(name: string, text: string): void {
    const { id, key } = this.#current ?? {};
    const kept =
      id === undefined || key === undefined
        ? text
        : `sandglass-sealed:${id}:${seal(key, name, Buffer.from(text)).toString("base64")}\n`;
    const file = this.#fileOf(name);
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    rmSync(`${file}.new`, { force: true });
    writeFileSync(`${file}.new`, kept, { mode: 0o600, flush: true });
    renameSync(`${file}.new`, file);
  }
}

/** How the secrets of a folder are kept, without opening them; `open` names those that lie in the clear though others are sealed. */
export function inspectSecrets(dataDir: string): { readonly custody: SecretCustody; readonly open: readonly string[] } {
  const folder = path.join(dataDir, "keys");
  const custody = custodyOf(path.join(folder, "wrapping.key"));
  const open =
    custody === "plain" || !existsSync(folder)
      ? []
      : readdirSync(folder).filter(
          (name) => IS_SECRET.test(name) && !SEALED.test(readFileSync(path.join(folder, name), "utf8")),
        );
  return { custody, open };
}
