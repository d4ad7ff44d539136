/**
 * `ledger witness`: a small witness (C2SP tlog-witness) that a second party runs. It keeps its key and the last checkpoint
 * of every log in a folder, and cosigns what extends it. Whoever loses that folder starts a new witness under a new name.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, hash, sign } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import {
  cosign,
  COSIGNATURE_KEY,
  findAddCheckpoint,
  findBase64,
  findVerifierKey,
  formatVerifierKey,
  isName,
  judgeCheckpoint,
  NOTE_KEY,
  toBase64,
  verifierKey,
  type Sign,
  type VerifierKey,
  type WitnessedHead,
} from "@sandglass/ledger";
import { writeSynced } from "../../../server/src/secrets/write-synced.ts";
import type { CommandIo } from "../command.ts";
import { verifyEd25519 } from "./public-key.ts";
import { HASHER } from "./vector-case.ts";

export interface WitnessOptions {
  readonly name: string;
  readonly state: string;
  /** Verifier keys of the logs. */
  readonly logs: readonly string[];
  readonly host?: string;
  readonly port?: string;
}

const MOST_BYTES = 64 * 1024;

/** Runs until it is asked to stop (SIGINT, SIGTERM). */
export async function runWitness(options: WitnessOptions, io: Pick<CommandIo, "stdout" | "stderr">): Promise<number> {
  const misuse = (text: string): number => {
    io.stderr.write(`SG_CLI_WITNESS: ${text}\n`);
    return 2;
  };
  if (!isName(options.name)) return misuse("a name has neither spaces nor plus signs, e.g. witness.example.org/w1");
  const logs: VerifierKey[] = [];
  for (const text of options.logs) {
    const key = findVerifierKey(text.trim(), HASHER);
    if (key?.type !== NOTE_KEY)
      return misuse(`"${text}" is no verifier key of a log (see GET /api/v1/ledger/key, vkey)`);
    logs.push(key);
  }
  const witness = await openWitness(options.state, options.name, logs);
  const server = createServer((request, response) => {
    witness.handle(request, response).catch((error: unknown) => {
      io.stderr.write(`SG_CLI_WITNESS: ${String(error)}\n`);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(Number(options.port ?? 0), options.host ?? "127.0.0.1", resolve);
  });
  const { address, family, port } = server.address() as AddressInfo;
  const url = `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
  io.stdout.write(`${JSON.stringify({ ready: true, url, key: formatVerifierKey(witness.key) })}\n`);
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, resolve);
  });
  await new Promise((resolve) => {
    server.close(resolve);
    server.closeIdleConnections();
  });
  return 0;
}

async function openWitness(folder: string, name: string, logs: readonly VerifierKey[]) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { publicKey, signWith } = await openKey(path.join(folder, "witness.key"));
  const key = verifierKey(name, COSIGNATURE_KEY, publicKey, HASHER);
  // One request after the other: comparing with what was seen and writing what is seen now must not be torn apart.
  let turn: Promise<unknown> = Promise.resolve();
  const answer = async (body: string): Promise<{ status: number; text: string; type?: string }> => {
    const request = findAddCheckpoint(body);
    if (request === undefined) return { status: 400, text: "not an add-checkpoint request\n" };
    const file = path.join(folder, `${hash("sha256", request.note.origin).slice(0, 32)}.json`);
    const verdict = await judgeCheckpoint(request, logs, readHead(file), verifyEd25519, HASHER);
    if (verdict.kind === "refuse")
      return verdict.size === undefined
        ? { status: verdict.status, text: `${verdict.reason}\n` }
        : { status: verdict.status, text: `${verdict.size}\n`, type: "text/x.tlog.size" };
    const { origin, size, root, text } = verdict.note;
    // On the disk before it is answered for: a witness that forgets may cosign two histories.
    await writeSynced(file, `${JSON.stringify({ origin, size, root: toBase64(root) })}\n`);
    return { status: 200, text: await cosign(text, Math.floor(Date.now() / 1_000), key, signWith) };
  };
  return {
    key,
    async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
      if (request.method !== "POST" || request.url?.endsWith("/add-checkpoint") !== true) {
        response.writeHead(404).end();
        return;
      }
      const body = await bodyOf(request);
      if (body === undefined) {
        response.writeHead(413, { connection: "close" }).end();
        return;
      }
      const done = turn.then(() => answer(body));
      turn = done.catch(() => undefined);
      const { status, text, type = "text/plain; charset=utf-8" } = await done;
      response.writeHead(status, { "content-type": type }).end(text);
    },
  };
}

/** Undefined when it is too long. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MOST_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

async function openKey(file: string): Promise<{ publicKey: Uint8Array; signWith: Sign }> {
  if (!existsSync(file))
    await writeSynced(
      file,
      generateKeyPairSync("ed25519").privateKey.export({ format: "pem", type: "pkcs8" }) as string,
    );
  const privateKey = createPrivateKey(readFileSync(file));
  const spki = createPublicKey(privateKey).export({ format: "der", type: "spki" });
  return {
    publicKey: new Uint8Array(spki.subarray(-32)),
    signWith: (message) => new Uint8Array(sign(undefined, message, privateKey)),
  };
}

function readHead(file: string): WitnessedHead | undefined {
  if (!existsSync(file)) return undefined;
  const { size, root } = JSON.parse(readFileSync(file, "utf8")) as { readonly size: number; readonly root: string };
  const bytes = findBase64(root);
  if (!Number.isSafeInteger(size) || bytes === undefined) throw new Error(`${file} is damaged`);
  return { size, root: bytes };
}
