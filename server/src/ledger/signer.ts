/**
 * A signer outside of this process: an HSM, a KMS, a smart card behind a small program. The private key never comes
 * here; one asks for a public key by its label, and for signatures.
 *
 * A program (`exec:COMMAND …`) lives beside the server and answers one JSON line per line; an address (https://…) gets
 * the same request as a POST and gives the same answer. docs/ledger.md describes both.
 */
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { createInterface } from "node:readline";
import { toBase64 } from "@sandglass/ledger";
import { ERRORS, SandglassError, messageOf } from "../errors/mod.ts";

export interface RemoteSigner {
  /** How people name it in messages; without secrets. */
  readonly name: string;
  /** Raw Ed25519 public key of a label. */
  publicKey(key: string): Promise<Uint8Array>;
  sign(key: string, message: Uint8Array): Promise<Uint8Array>;
  /** Puts a secret under a key of the signer; how is the signer's matter. */
  wrap(key: string, secret: Uint8Array): Promise<Uint8Array>;
  unwrap(key: string, wrapped: Uint8Array): Promise<Uint8Array>;
  close(): Promise<void>;
}

export interface SignerOptions {
  /** `exec:COMMAND ARG …`, `exec:["COMMAND","ARG"]` where one has a space, https://…, on loopback also http://…. */
  readonly address: string;
  /** Sent as a bearer token to an address. */
  readonly token?: string;
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 10_000;
const LOOPBACK = new Set(["127.0.0.1", "[::1]", "localhost"]);

type Request =
  | { readonly op: "public-key"; readonly key: string }
  | { readonly op: "sign"; readonly key: string; readonly algorithm: "ed25519"; readonly message: string }
  | { readonly op: "wrap"; readonly key: string; readonly secret: string }
  | { readonly op: "unwrap"; readonly key: string; readonly wrapped: string };
interface Answer {
  readonly id?: unknown;
  readonly publicKey?: unknown;
  readonly signature?: unknown;
  readonly wrapped?: unknown;
  readonly secret?: unknown;
  readonly error?: unknown;
}
/** One request to one answer; rejects with what went wrong. */
interface Transport {
  readonly name: string;
  ask(request: Request): Promise<Answer>;
  close(): Promise<void>;
}

/** @throws SG_LEDGER_SIGNER for an address that names none */
export function openSigner(options: SignerOptions): RemoteSigner {
  const transport = transportOf(options);
  const ask = async (request: Request, member: keyof Answer, length?: number): Promise<Uint8Array> => {
    const fail = (reason: string, cause?: unknown) =>
      new SandglassError(ERRORS.LEDGER_SIGNER, { signer: transport.name, key: request.key, reason }, { cause });
    let answer: Answer;
    try {
      answer = await transport.ask(request);
    } catch (cause) {
      throw fail(messageOf(cause), cause);
    }
    if (answer.error !== undefined) throw fail(String(answer.error).slice(0, 300));
    const text = answer[member];
    const bytes = typeof text === "string" ? Buffer.from(text, "base64") : undefined;
    if (bytes === undefined || bytes.length === 0 || bytes.length !== (length ?? bytes.length))
      throw fail(`${member} of its answer is not ${length ?? "some"} bytes in base64`);
    return new Uint8Array(bytes);
  };
  return {
    name: transport.name,
    publicKey: (key) => ask({ op: "public-key", key }, "publicKey", 32),
    sign: (key, message) => ask({ op: "sign", key, algorithm: "ed25519", message: toBase64(message) }, "signature", 64),
    wrap: (key, secret) => ask({ op: "wrap", key, secret: toBase64(secret) }, "wrapped"),
    unwrap: (key, wrapped) => ask({ op: "unwrap", key, wrapped: toBase64(wrapped) }, "secret"),
    close: () => transport.close(),
  };
}

function transportOf({ address, token, timeoutMs = TIMEOUT_MS }: SignerOptions): Transport {
  if (address.startsWith("exec:")) {
    const command = commandOf(address.slice("exec:".length).trim());
    if (command !== undefined) return new ProgramTransport(command, timeoutMs);
  } else if (URL.canParse(address)) {
    const url = new URL(address);
    if (url.protocol === "https:" || (url.protocol === "http:" && LOOPBACK.has(url.hostname)))
      return addressTransport(url, token, timeoutMs);
  }
  const reason = "a signer is exec:COMMAND or an https address";
  throw new SandglassError(ERRORS.LEDGER_SIGNER, { signer: address, key: "", reason });
}

function commandOf(text: string): readonly string[] | undefined {
  if (!text.startsWith("[")) return text === "" ? undefined : text.split(/\s+/);
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) && list.length > 0 && list.every((each) => typeof each === "string") ? list : undefined;
  } catch {
    return undefined;
  }
}

function addressTransport(url: URL, token: string | undefined, timeoutMs: number): Transport {
  return {
    name: `${url.origin}${url.pathname}`,
    async ask(request) {
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json", ...(token ? { authorization: `Bearer ${token}` } : {}) },
        body: JSON.stringify(request),
        redirect: "error",
        signal: AbortSignal.timeout(timeoutMs),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`it answered ${response.status}: ${text.slice(0, 300)}`);
      return JSON.parse(text) as Answer;
    },
    close: async () => undefined,
  };
}

interface Waiting {
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

/** Started at the first request, and again after it ended. */
class ProgramTransport implements Transport {
  readonly name: string;
  readonly #command: readonly string[];
  readonly #timeoutMs: number;
  readonly #waiting = new Map<number, Waiting>();
  #child: ChildProcessWithoutNullStreams | undefined;
  #complaint = "";
  #last = 0;

  constructor(command: readonly string[], timeoutMs: number) {
    this.#command = command;
    this.#timeoutMs = timeoutMs;
    this.name = `exec:${command[0]}`;
  }

  ask(request: Request): Promise<Answer> {
    const child = (this.#child ??= this.#start());
    const id = ++this.#last;
    return new Promise<Answer>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(new Error(`it did not answer within ${this.#timeoutMs} ms`));
      }, this.#timeoutMs);
      const settled = <T>(then: (value: T) => void) => {
        return (value: T): void => {
          clearTimeout(timer);
          then(value);
        };
      };
      this.#waiting.set(id, { resolve: settled(resolve), reject: settled(reject) });
      child.stdin.write(`${JSON.stringify({ id, ...request })}\n`);
    });
  }

  close(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
    return new Promise((resolve) => {
      const kill = setTimeout(() => child.kill("SIGKILL"), 2_000);
      child.once("close", () => {
        clearTimeout(kill);
        resolve();
      });
      // The end of its input is the sign to leave.
      child.stdin.end();
    });
  }

  #start(): ChildProcessWithoutNullStreams {
    const [file, ...args] = this.#command;
    const child = spawn(file, args, { stdio: ["pipe", "pipe", "pipe"] });
    this.#complaint = "";
    const ended = (reason: string): void => {
      if (this.#child === child) this.#child = undefined;
      const complaint = this.#complaint === "" ? "" : `: ${this.#complaint}`;
      for (const waiting of this.#waiting.values()) waiting.reject(new Error(`${reason}${complaint}`));
      this.#waiting.clear();
    };
    child.on("error", (error) => ended(error.message));
    child.on("close", (code, signal) => ended(`it ended with ${signal ?? code}`));
    child.stdin.on("error", () => undefined); // `close` says it.
    child.stderr.on("data", (chunk: Buffer) => (this.#complaint = chunk.toString().trim().slice(-300)));
    createInterface({ input: child.stdout }).on("line", (line) => this.#answered(line));
    return child;
  }

  #answered(line: string): void {
    let answer: Answer;
    try {
      answer = JSON.parse(line) as Answer;
    } catch {
      return; // Whoever waits runs into the time limit.
    }
    const waiting = this.#waiting.get(Number(answer?.id));
    if (waiting === undefined) return;
    this.#waiting.delete(Number(answer.id));
    waiting.resolve(answer);
  }
}
