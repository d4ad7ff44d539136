/** Scanning of files for malware before they are kept: a port, and ClamAV's daemon behind it. */
import { connect } from "node:net";
import { ERRORS, SandglassError, messageOf } from "../errors/mod.ts";

export interface Scanner {
  /** Said of a file that it found clean. */
  readonly name: string;
  /** @throws SG_ATTACHMENT_INFECTED, SG_ATTACHMENT_SCANNER */
  scan(name: string, bytes: Uint8Array): Promise<void>;
}

const TIMEOUT_MS = 60_000;
const CHUNK = 1 << 18;

/** clamd's INSTREAM over TCP (clamd(8)): chunks with a length of four bytes before each, an empty one at the end. */
export class ClamdScanner implements Scanner {
  readonly name = "clamd";
  readonly #host: string;
  readonly #port: number;

  /** @param address `host:port` */
  constructor(address: string) {
    const match = /^(.+):(\d{1,5})$/.exec(address);
    if (match === null) throw new SandglassError(ERRORS.ATTACHMENT_SCANNER, { reason: `${address} is not host:port` });
    this.#host = match[1].replace(/^\[|\]$/g, "");
    this.#port = Number(match[2]);
  }

  async scan(name: string, bytes: Uint8Array): Promise<void> {
    const answer = await this.#ask(bytes).catch((error: unknown) => {
      const reason = messageOf(error);
      throw new SandglassError(ERRORS.ATTACHMENT_SCANNER, { reason }, { cause: error });
    });
    const found = /^stream: (.+) FOUND$/.exec(answer)?.[1];
    if (found !== undefined) throw new SandglassError(ERRORS.ATTACHMENT_INFECTED, { name, found });
    if (answer !== "stream: OK") throw new SandglassError(ERRORS.ATTACHMENT_SCANNER, { reason: answer.slice(0, 200) });
  }

  #ask(bytes: Uint8Array): Promise<string> {
    return new Promise((resolve, reject) => {
      let answer = "";
      const socket = connect({ host: this.#host, port: this.#port });
      socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error("no answer in time")));
      socket.on("error", reject);
      socket.on("data", (data) => (answer += data.toString("latin1")));
      socket.on("close", () => resolve(answer.replace(/\0.*$/s, "").trim()));
      socket.on("connect", () => {
        socket.write("zINSTREAM\0");
        for (let from = 0; from < bytes.length; from += CHUNK) {
          const chunk = bytes.subarray(from, from + CHUNK);
          socket.write(lengthOf(chunk.length));
          socket.write(chunk);
        }
        socket.write(lengthOf(0));
      });
    });
  }
}

function lengthOf(bytes: number): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes);
  return length;
}
