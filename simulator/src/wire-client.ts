/**
 * One GB/T 32960 connection from the sender's side: a terminal or an enterprise platform.
 *
 * Sends with back-pressure and pairs replies with requests: replies of one command come in the order of its requests.
 */
import { createConnection, type Socket } from "node:net";
import { FrameReader, ResponseFlag } from "@sandglass/gbt32960";

export interface Reply {
  readonly command: number;
  /** Response flag: 1 success, others say what was wrong. */
  readonly flag: number;
  readonly frame: Uint8Array;
}

export class WireError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(`${code}: ${message}`, options);
    this.code = code;
  }
}

interface Waiting {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
}

export class WireClient {
  private readonly waiting = new Map<number, Waiting[]>();
  private closedBy: Error | undefined;
  private readonly socket: Socket;
  /** Told about frames that are commands from the other side, not replies. */
  onCommand: ((frame: Uint8Array) => void) | undefined;
  /** Replies received, by response flag. */
  readonly replies = new Map<number, number>();

  private constructor(socket: Socket) {
    this.socket = socket;
    const reader = new FrameReader({
      onFrame: (bytes, from, to) => this.receive(bytes.slice(from, to)),
    });
    socket.setNoDelay(true);
    socket.on("data", (chunk: Uint8Array) => reader.push(chunk));
    socket.on("error", (error) => this.fail(new WireError("SG_WIRE_CONNECTION", error.message, { cause: error })));
    socket.on("close", () => this.fail(new WireError("SG_WIRE_CLOSED", "the other side closed the connection")));
  }

  static connect(host: string, port: number): Promise<WireClient> {
    return new Promise((resolve, reject) => {
      const socket = createConnection({ host, port });
      socket.once("connect", () => resolve(new WireClient(socket)));
      socket.once("error", (error) =>
        reject(new WireError("SG_WIRE_CONNECTION", `${host}:${port}: ${error.message}`, { cause: error })),
      );
    });
  }

  get isClosed(): boolean {
    return this.closedBy !== undefined;
  }

  /** Resolves when the kernel took the bytes or has room for more. */
  send(bytes: Uint8Array): Promise<void> {
    if (this.closedBy !== undefined) return Promise.reject(this.closedBy);
    if (this.socket.write(bytes)) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const done = (error?: Error) => {
        this.socket.off("drain", drained);
        this.socket.off("close", closed);
        if (error === undefined) resolve();
        else reject(error);
      };
      const drained = () => done();
      const closed = () =>
        done(this.closedBy ?? new WireError("SG_WIRE_CLOSED", "the other side closed the connection"));
      this.socket.once("drain", drained);
      this.socket.once("close", closed);
    });
  }

  /** Sends a frame and resolves with the reply to its command. */
  request(frame: Uint8Array, timeoutMs = 60_000): Promise<Reply> {
    const reply = this.expect(frame[2], timeoutMs);
    this.send(frame).catch(() => {}); // the waiting reply is rejected with the same error
    return reply;
  }

  /** The next reply to a command that is sent or about to be sent. */
  expect(command: number, timeoutMs = 60_000): Promise<Reply> {
    if (this.closedBy !== undefined) return Promise.reject(this.closedBy);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () =>
          reject(new WireError("SG_WIRE_NO_REPLY", `no reply to command 0x${command.toString(16)} in ${timeoutMs} ms`)),
        timeoutMs,
      );
      const queue = this.waiting.get(command) ?? [];
      queue.push({
        resolve: (reply) => {
          clearTimeout(timer);
          resolve(reply);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      });
      this.waiting.set(command, queue);
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      if (this.socket.destroyed) return resolve();
      this.socket.once("close", () => resolve());
      this.socket.end();
      setTimeout(() => this.socket.destroy(), 2000).unref();
    });
  }

  private receive(frame: Uint8Array): void {
    const flag = frame[3];
    if (flag === ResponseFlag.command) {
      this.onCommand?.(frame);
      return;
    }
    this.replies.set(flag, (this.replies.get(flag) ?? 0) + 1);
    this.waiting.get(frame[2])?.shift()?.resolve({ command: frame[2], flag, frame });
  }

  private fail(error: Error): void {
    this.closedBy ??= error;
    for (const queue of this.waiting.values()) for (const waiting of queue.splice(0)) waiting.reject(this.closedBy);
  }
}
