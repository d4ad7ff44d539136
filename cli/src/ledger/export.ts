/**
 * `ledger export`: writes the log as canonical NDJSON, from a running server (`--url --token`) or from the folder of
 * a stopped one (`--data`).
 */
import { createWriteStream, existsSync } from "node:fs";
import { rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { CommandIo } from "../command.ts";

export interface ExportOptions {
  readonly url?: string;
  readonly token?: string;
  readonly data?: string;
  /** File of the export; standard output without it. */
  readonly out?: string;
  /** File for the public key (PEM). */
  readonly keyOut?: string;
}

interface Source {
  readonly lines: Readable;
  readonly publicKeyPem: string;
  close(): Promise<void>;
}

export async function exportLog(options: ExportOptions, io: Pick<CommandIo, "stdout" | "stderr">): Promise<number> {
  const source = options.data === undefined ? await fromServer(options, io) : await fromFolder(options.data, io);
  if (source === undefined) return 1;
  try {
    if (options.out === undefined) await pipeline(source.lines, io.stdout, { end: false });
    else {
      // A half-written export must not look like one: the name appears only when everything is there.
      const partial = `${options.out}.partial`;
      try {
        await pipeline(source.lines, createWriteStream(partial));
        await rename(partial, options.out);
      } finally {
        await rm(partial, { force: true });
      }
    }
    if (options.keyOut !== undefined) await writeFile(options.keyOut, source.publicKeyPem);
    return 0;
  } finally {
    await source.close();
  }
}

async function fromServer(options: ExportOptions, io: Pick<CommandIo, "stderr">): Promise<Source | undefined> {
  const base = (options.url ?? "http://127.0.0.1:8080").replace(/\/+$/, "");
  const headers = options.token === undefined ? undefined : { authorization: `Bearer ${options.token}` };
  const get = async (route: string): Promise<Response | undefined> => {
    const response = await fetch(`${base}/api/v1/ledger/${route}`, headers && { headers });
    if (response.ok) return response;
    io.stderr.write(`SG_CLI_EXPORT: ${base} answered ${response.status}: ${(await response.text()).slice(0, 500)}\n`);
    return undefined;
  };
  const key = await get("key");
  const lines = key && (await get("export"));
  if (key === undefined || !lines?.body) return undefined;
  const { pem } = (await key.json()) as { readonly pem: string };
  return {
    lines: Readable.from(lines.body as AsyncIterable<Uint8Array>),
    publicKeyPem: pem,
    close: async () => undefined,
  };
}

async function fromFolder(folder: string, io: Pick<CommandIo, "stderr">): Promise<Source | undefined> {
  const dataDir = path.resolve(folder);
  if (!existsSync(path.join(dataDir, "keys"))) {
    io.stderr.write(`SG_CLI_DATA: ${dataDir} is not the data folder of a Sandglass server.\n`);
    return undefined;
  }
  // Loaded only here: verifying elsewhere must not need the server or its packages.
  const { openRecords } = await import("../../../server/src/records/mod.ts");
  const { exportLedger, readPublicKey } = await import("../../../server/src/ledger/mod.ts");
  const publicKeyPem = await readPublicKey(dataDir);
  const records = await openRecords({
    dataDir,
    ...(process.env.DATABASE_URL ? { databaseUrl: process.env.DATABASE_URL } : {}),
  });
  return { lines: Readable.from(exportLedger(records)), publicKeyPem, close: () => records.close() };
}
