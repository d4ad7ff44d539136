/**
 * How bytes come out of a socket.
 *
 * A `data` event costs a fresh 64 KiB buffer for every read, which is cut down to what arrived: with one frame per
 * read that is more work than decoding the frame (4.3 against 2.3 µs per read, measured with 500 connections). Node
 * can read into a buffer of ours instead (`onread`), but offers it to outgoing sockets only, so an accepted connection
 * is moved to a new socket object. That touches fields which Node does not document; where they are not as expected,
 * and under TLS, the `data` event is used.
 */
import { Socket, type SocketConstructorOpts } from "node:net";
import { TLSSocket } from "node:tls";

/**
 * Large, so that a platform that sends without pause is read in few calls. Shared: it is empty between two reads. Not a
 * Buffer: the reader holds cut frames in plain arrays, and code that sees both kinds is compiled again and slower.
 */
const shared = new Uint8Array(256 << 10);

/** Views of its first bytes by length, for short reads: the same few lengths come again and again. */
const views: (Uint8Array | undefined)[] = Array.from({ length: 4096 }, () => undefined);

function firstBytes(length: number): Uint8Array {
  return length < views.length ? (views[length] ??= shared.subarray(0, length)) : shared.subarray(0, length);
}

/** A chunk is valid only during the call, unless `owned` says that it may be kept. */
export type OnChunk = (chunk: Uint8Array, owned: boolean) => void;

/** The undocumented fields of a socket that `move` uses. */
interface SocketFields {
  _handle?: object | null;
  _server?: unknown;
  server?: unknown;
}

/**
 * The socket to use for an accepted connection. Nothing is delivered before `resume`. With `pauseOnConnect` on the
 * server no byte can have been read yet.
 */
export function receiveFrom(accepted: Socket, onChunk: OnChunk): Socket {
  const moved = accepted instanceof TLSSocket ? undefined : move(accepted, onChunk);
  if (moved !== undefined) return moved;
  accepted.on("data", (chunk: Buffer) => onChunk(chunk, true));
  accepted.pause();
  return accepted;
}

function move(accepted: Socket, onChunk: OnChunk): Socket | undefined {
  const from = accepted as SocketFields;
  const handle = from._handle;
  const server = from._server;
  if (typeof handle !== "object" || handle === null || server === undefined || server === null) return undefined;
  const options = {
    handle,
    allowHalfOpen: true,
    onread: {
      buffer: shared,
      callback: (length: number): boolean => {
        onChunk(firstBytes(length), false);
        return true;
      },
    },
  };
  const socket = new Socket(options as SocketConstructorOpts);
  const to = socket as SocketFields;
  // The server counts its connections through these; the empty shell must not be counted as well.
  to.server = from.server;
  to._server = server;
  from.server = null;
  from._server = null;
  from._handle = null;
  accepted.destroy();
  return socket;
}
