/** `ledger passphrase` and `ledger rotate-key`: the signing key of a stopped server's folder, or of a running one. */
import { existsSync } from "node:fs";
import path from "node:path";
import type { CommandIo } from "../command.ts";

type Io = Pick<CommandIo, "stdout" | "stderr">;

export interface PassphraseOptions {
  readonly data: string;
  /** File with the present passphrase; else SANDGLASS_LEDGER_PASSPHRASE_FILE, SANDGLASS_LEDGER_PASSPHRASE or the terminal. */
  readonly from?: string;
  /** File with the new one; else SANDGLASS_LEDGER_NEW_PASSPHRASE or the terminal. */
  readonly to?: string;
  /** Write the key without a passphrase. */
  readonly remove: boolean;
}

/** Puts the signing key and the other secrets under a passphrase, changes it or takes it away. */
export async function changePassphrase(options: PassphraseOptions, io: Io): Promise<number> {
  const dataDir = findDataFolder(options.data, io);
  if (dataDir === undefined) return 1;
  const { askPassphrase, readPassphraseFile } = await import("../../../server/src/secrets/mod.ts");
  const { lockDataFolder } = await import("../../../server/src/records/mod.ts");
  // A file that is not there is said, also where nothing has to be opened with it.
  if (options.from) readPassphraseFile(options.from);
  const unlock = await lockDataFolder(dataDir);
  try {
    let next: string | undefined;
    if (!options.remove) {
      next = options.to ? readPassphraseFile(options.to) : process.env.SANDGLASS_LEDGER_NEW_PASSPHRASE;
      next ??= await askPassphrase("New passphrase: ");
      if (!next) {
        io.stderr.write(
          "SG_CLI_PASSPHRASE: no new passphrase: --to FILE, SANDGLASS_LEDGER_NEW_PASSPHRASE or a terminal.\n",
        );
        return 2;
      }
    }
    const files = await rewrapAll(dataDir, options.from, next);
    io.stdout.write(`${JSON.stringify({ files, encrypted: next !== undefined })}\n`);
    return 0;
  } finally {
    await unlock();
  }
}

/** What the new passphrase opens already was done by a command that was interrupted. @returns the files that were written */
async function rewrapAll(dataDir: string, from: string | undefined, next: string | undefined): Promise<string[]> {
  const { KeyStore } = await import("../../../server/src/ledger/mod.ts");
  const { opensWith, Secrets } = await import("../../../server/src/secrets/mod.ts");
  const [ledgerKey, wrappingKey] = ["ledger.key", "wrapping.key"].map((name) => path.join(dataDir, "keys", name));
  const isDone = (file: string): boolean => next !== undefined && opensWith(file, next);
  const present = (file: string) => presentPassphrase(from, file);
  const written = isDone(ledgerKey) ? [] : await new KeyStore(dataDir, { passphrase: present }).rewrap(next);
  if (isDone(wrappingKey)) return written;
  const isNew = !existsSync(wrappingKey);
  const under = { passphrase: async () => next };
  const secrets = await Secrets.open(
    dataDir,
    isNew ? { ...under, isWanted: next !== undefined } : { passphrase: present, isWanted: false },
  );
  if (secrets.custody !== "passphrase") return written;
  if (next === undefined) await secrets.unwrap();
  else if (!isNew) await secrets.rewrap(under);
  return [...written, path.basename(wrappingKey)];
}

export interface RotateOptions {
  readonly url?: string;
  readonly token?: string;
  readonly data?: string;
  /** File with the passphrase of a stopped server's key. */
  readonly passphrase?: string;
  readonly signerKey?: string;
}

/** Hands over to a new key. */
export async function rotateKey(options: RotateOptions, io: Io): Promise<number> {
  const rotated =
    options.data === undefined ? await rotateRunning(options, io) : await rotateStopped(options.data, options, io);
  if (rotated === undefined) return 1;
  io.stdout.write(`${JSON.stringify(rotated)}\n`);
  return 0;
}

interface Rotated {
  readonly keyId: string;
  readonly previous: string;
}

async function rotateRunning(options: RotateOptions, io: Io): Promise<Rotated | undefined> {
  const base = (options.url ?? "http://127.0.0.1:8080").replace(/\/+$/, "");
  const response = await fetch(`${base}/api/v1/ledger/keys`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
    },
    body: JSON.stringify(options.signerKey === undefined ? {} : { signerKey: options.signerKey }),
  });
  if (response.ok) return (await response.json()) as Rotated;
  io.stderr.write(`SG_CLI_ROTATE: ${base} answered ${response.status}: ${(await response.text()).slice(0, 500)}\n`);
  return undefined;
}

async function rotateStopped(folder: string, options: RotateOptions, io: Io): Promise<Rotated | undefined> {
  const dataDir = findDataFolder(folder, io);
  if (dataDir === undefined) return undefined;
  const { openLedger, openSigner } = await import("../../../server/src/ledger/mod.ts");
  const { readPassphraseFile } = await import("../../../server/src/secrets/mod.ts");
  const { openRecords } = await import("../../../server/src/records/mod.ts");
  const {
    SANDGLASS_LEDGER_SIGNER: address,
    SANDGLASS_LEDGER_SIGNER_TOKEN_FILE: tokenFile,
    DATABASE_URL: databaseUrl,
  } = process.env;
  const token = tokenFile ? { token: readPassphraseFile(tokenFile) } : {};
  const signer = address ? openSigner({ address, ...token }) : undefined;
  const records = await openRecords({ dataDir, ...(databaseUrl ? { databaseUrl } : {}) });
  try {
    const ledger = await openLedger({
      records,
      dataDir,
      keys: {
        passphrase: (file) => presentPassphrase(options.passphrase, file),
        encryptNew: true,
        ...(signer ? { signer } : {}),
      },
    });
    try {
      const previous = ledger.publicKey().keyId;
      return { keyId: await ledger.rotateKey(options.signerKey), previous };
    } finally {
      await ledger.close();
    }
  } finally {
    await records.close();
    await signer?.close();
  }
}

export async function presentPassphrase(from: string | undefined, file: string): Promise<string | undefined> {
  const { askPassphrase, isEncryptedFile, readPassphraseFile } = await import("../../../server/src/secrets/mod.ts");
  const passphraseFile = from ?? process.env.SANDGLASS_LEDGER_PASSPHRASE_FILE;
  if (passphraseFile) return readPassphraseFile(passphraseFile);
  const given = process.env.SANDGLASS_LEDGER_PASSPHRASE;
  return given ? given : isEncryptedFile(file) ? askPassphrase(`Passphrase of ${file}: `) : undefined;
}

export function findDataFolder(folder: string, io: Io): string | undefined {
  const dataDir = path.resolve(folder);
  if (existsSync(path.join(dataDir, "keys"))) return dataDir;
  io.stderr.write(`SG_CLI_DATA: ${dataDir} is not the data folder of a Sandglass server.\n`);
  return undefined;
}
