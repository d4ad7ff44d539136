/**
 * TLS connections before their handshake is done. Node tells of a connection only when it is secure; until then it would
 * be outside the limits of links, in no list, and would hold back the end of the server.
 */
import type { Server, Socket } from "node:net";

export interface HandshakeHooks {
  /** @returns false when the connection is turned away */
  readonly enter: (address: string) => boolean;
  /** It ended without becoming secure: no handshake, none in time, or no certificate that is accepted. */
  readonly onFailed: (address: string) => void;
  readonly now: () => number;
}

interface Handshake {
  readonly socket: Socket;
  readonly address: string;
  /** UTC ms. */
  readonly since: number;
}

export class Handshakes {
  readonly #hooks: HandshakeHooks;
  /** By address and port of the peer: what becomes secure is another object. */
  readonly #open = new Map<string, Handshake>();

  constructor(server: Server, hooks: HandshakeHooks) {
    this.#hooks = hooks;
    server.on("connection", (socket: Socket) => this.#begin(socket));
    // Without a listener Node would close the connection itself, but not the one whose handshake takes too long.
    server.on("tlsClientError", (_error: Error, socket: Socket) => socket.destroy());
  }

  /** A handshake is done: from here on the connection is a link's. @returns false when it is gone already */
  done(secure: Socket): boolean {
    return this.#open.delete(keyOf(secure));
  }

  /** Ends handshakes that take longer than `ms`. */
  sweep(ms: number): void {
    const now = this.#hooks.now();
    for (const { socket, since } of this.#open.values()) if (now - since > ms) socket.destroy();
  }

  closeAll(): void {
    for (const { socket } of this.#open.values()) socket.destroy();
  }

  #begin(socket: Socket): void {
    const { remoteAddress: address } = socket;
    const key = keyOf(socket);
    if (address === undefined || !this.#hooks.enter(address)) {
      socket.destroy();
      return;
    }
    const handshake = { socket, address, since: this.#hooks.now() };
    this.#open.set(key, handshake);
    socket.on("close", () => {
      if (this.#open.get(key) !== handshake) return;
      this.#open.delete(key);
      this.#hooks.onFailed(address);
    });
  }
}

function keyOf(socket: Socket): string {
  return `${socket.remoteAddress} ${socket.remotePort}`;
}
