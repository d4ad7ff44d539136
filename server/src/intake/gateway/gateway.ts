/**
 * The GB/T 32960 listener: accepts connections, cuts their bytes into frames, and closes links that are idle, slow,
 * damaged or too many. What a frame means is decided in intake.ts.
 *
 * Back-pressure is per link and lazy: a link is no longer read once one of its frames finds no room in the journal, so
 * that at most one read per link waits in memory.
 */
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";
import { FrameReader, type Damage } from "@sandglass/gbt32960";
import { Admission, type TurnedAway } from "./admission.ts";
import { Counters } from "./counters.ts";
import type { DownLink } from "./down-link.ts";
import { Handshakes } from "./handshakes.ts";
import { Intake } from "./intake.ts";
import { Hold, Link, type LinkHooks } from "./link.ts";
import { linkInfo, type LinkInfo } from "./link-info.ts";
import { receiveFrom } from "./receive.ts";
import type { LinkRules } from "./rules.ts";
import { DEFAULT_LIMITS, type GatewayLimits, type GatewayOptions } from "./options.ts";

const SWEEP_MS = 250;
/** As many as the kernel allows (net.core.somaxconn): in a storm of reconnects it resets what does not fit. */
const BACKLOG = 65_535;
/** What one link may have read in a turn of the event loop before the others are looked at. */
const TURN_BYTES = 256 << 10;
/** Smaller reads have emptied their socket. */
const LARGE_READ_BYTES = 8 << 10;
/** How long a vehicle that was registered counts as registered without asking again. */
const REGISTRY_MS = 10_000;
const KEEP_ALIVE_MS = 60_000;
/** Closed links remembered for the list of links. */
const REMEMBERED = 256;

export interface GatewayMetrics {
  readonly openLinks: number;
  readonly heldLinks: number;
  readonly linksOpened: number;
  readonly linksClosed: number;
  readonly knownVehicles: number;
  readonly frames: number;
  readonly bytes: number;
  /** By `Disposition`. */
  readonly rows: readonly number[];
  /** By response flag. */
  readonly replies: ReadonlyMap<number, number>;
  /** By code. */
  readonly codes: ReadonlyMap<string, number>;
}

export class Gateway {
  readonly #options: GatewayOptions;
  readonly #limits: GatewayLimits;
  readonly #clock: () => number;
  readonly #intake: Intake;
  readonly #server: Server;
  readonly #tlsServer: Server | undefined;
  readonly #links = new Set<Link>();
  readonly #admission: Admission;
  readonly #handshakes: Handshakes | undefined;
  readonly #remembered: LinkInfo[] = [];
  /** Links with large reads in this turn. */
  readonly #busy = new Set<Link>();
  /** Of closed links and refused connections. */
  readonly #past = new Counters();
  readonly #hooks: LinkHooks;
  #registryAskedAt = 0;
  #sweep: NodeJS.Timeout | undefined;
  #nextLink = 1;
  #closed = 0;
  #closing = false;

  private constructor(options: GatewayOptions) {
    this.#options = options;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#clock = options.clock ?? Date.now;
    this.#admission = new Admission(this.#limits, options.addresses);
    this.#intake = new Intake(options, this.#limits, (link, chunk) => this.#read(link, chunk));
    this.#hooks = {
      onClosed: (link, code) => this.#forget(link, code),
      maxUnreadReplyBytes: this.#limits.maxUnreadReplyBytes,
    };
    const serverOptions = {
      noDelay: true,
      allowHalfOpen: true,
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_MS,
    };
    const plain = () =>
      createServer({ ...serverOptions, pauseOnConnect: true }, (socket: Socket) => this.#connect(socket));
    const secure = (tls: TlsOptions) =>
      createTlsServer({ ...serverOptions, ...tls }, (socket: Socket) => this.#connectSecure(socket));
    const { tls, tlsPort } = options;
    this.#server = tls === undefined || tlsPort !== undefined ? plain() : secure(tls);
    if (tls !== undefined && tlsPort !== undefined) this.#tlsServer = secure(tls);
    if (tls !== undefined)
      this.#handshakes = new Handshakes(this.#tlsServer ?? this.#server, {
        enter: (address) => this.#enter(address),
        onFailed: (address) => {
          this.#admission.leave(address);
          this.#turnAway(address, "SG_LINK_TLS");
        },
        now: this.#clock,
      });
  }

  /** Listens; rejects when an address is taken. */
  static async open(options: GatewayOptions): Promise<Gateway> {
    const gateway = new Gateway(options);
    await gateway.#listen(gateway.#server, options.port);
    if (gateway.#tlsServer !== undefined) {
      try {
        await gateway.#listen(gateway.#tlsServer, options.tlsPort ?? 0);
      } catch (error) {
        gateway.#server.close();
        throw error;
      }
    }
    gateway.#sweep = setInterval(() => gateway.#sweepLinks(), SWEEP_MS);
    return gateway;
  }

  async #listen(server: Server, port: number): Promise<void> {
    server.listen({ host: this.#options.host, port, backlog: BACKLOG });
    await once(server, "listening");
    // Out of file descriptors: the kernel refuses connections, the open ones go on.
    server.on("error", (error) => this.#options.log?.warn({ err: error }, "the gateway could not accept a connection"));
  }

  get port(): number {
    return portOf(this.#server);
  }

  /** Of TLS, where it has a port of its own. */
  get tlsPort(): number | undefined {
    return this.#tlsServer === undefined ? undefined : portOf(this.#tlsServer);
  }

  /** The way down to vehicles. */
  get downLink(): DownLink {
    return this.#intake.downLink;
  }

  /** Open links and the ones closed last; never a whole VIN. */
  links(): LinkInfo[] {
    return [...[...this.#links].map((link) => linkInfo(link, undefined)), ...this.#remembered];
  }

  /** Connections that never became a link, by address and reason; the last ones first. */
  turnedAway(): TurnedAway[] {
    return this.#admission.turnedAway();
  }

  /** Totals since the start, for /metrics; costs one pass over the open links. */
  metrics(): GatewayMetrics {
    const total = new Counters();
    total.add(this.#past);
    for (const link of this.#links) total.add(link.counters);
    return {
      openLinks: this.#links.size,
      heldLinks: this.#intake.heldLinks,
      linksOpened: this.#nextLink - 1,
      linksClosed: this.#closed,
      knownVehicles: this.#intake.vehicles.table.size,
      frames: total.frames,
      bytes: total.bytes,
      rows: total.rows,
      replies: total.replies,
      codes: total.codes,
    };
  }

  /**
   * A platform was changed: its open links go by its new rules at once, or are closed.
   * @param refusal SG_LINK_… for an address from which it may not log in any more
   */
  platformChanged(id: string, rules: Partial<LinkRules>, refusal: (address: string) => string | undefined): void {
    for (const link of this.#links) {
      if (link.platform?.id !== id) continue;
      const code = refusal(link.remoteAddress);
      if (code === undefined) link.rules = { ...this.#intake.rules.platform, ...rules };
      else link.close(code, "after-replies");
    }
  }

  /** Stops listening and reading, lets frames that were taken become durable and be answered, then closes the links. */
  async close(graceMs = 2000): Promise<void> {
    const servers = [this.#server, this.#tlsServer].filter((server) => server?.listening === true);
    const closed = Promise.all(servers.map((server) => once(server as Server, "close")));
    for (const server of servers) server?.close();
    clearInterval(this.#sweep);
    this.#closing = true;
    this.#handshakes?.closeAll();
    const deadline = performance.now() + graceMs;
    const busy = () =>
      this.#intake.pendingBatches > 0 || [...this.#links].some((link) => link.backlogged || link.credentialsPending);
    while (busy() && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const sockets = [...this.#links].map(({ socket }) => socket);
    for (const link of this.#links) link.close(undefined, "after-replies");
    // Who does not read its answers must not keep us here: what they say is durable, and the frames are sent again.
    const unread = setTimeout(() => sockets.forEach((socket) => socket.destroy()), graceMs);
    await this.#intake.vehicles.close();
    await closed;
    clearTimeout(unread);
  }

  /** @returns false when a connection is turned away */
  #enter(address: string): boolean {
    const code = this.#admission.enter(address);
    if (code !== undefined) this.#turnAway(address, code);
    return code === undefined;
  }

  #turnAway(address: string, code: string): void {
    this.#past.count(code);
    this.#admission.noteTurnedAway(address, code, this.#clock());
  }

  /** Without an address the peer has reset the connection before it was accepted. */
  #dropGone(accepted: Socket): void {
    this.#past.count("SG_LINK_GONE");
    accepted.destroy();
  }

  #connect(accepted: Socket): void {
    const address = accepted.remoteAddress;
    if (address === undefined) this.#dropGone(accepted);
    else if (this.#enter(address)) this.#open(accepted, address);
    else accepted.destroy();
  }

  /** It was admitted before its handshake. */
  #connectSecure(accepted: Socket): void {
    const address = accepted.remoteAddress;
    if (address !== undefined && this.#handshakes?.done(accepted) === true) this.#open(accepted, address);
    else this.#dropGone(accepted);
  }

  #open(accepted: Socket, address: string): void {
    const socket = receiveFrom(accepted, (chunk, owned) => this.#onData(link, chunk, owned));
    const link = new Link(this.#nextLink++, socket, address, this.#clock(), this.#intake.rules.terminal, this.#hooks);
    link.reader = new FrameReader({
      onFrame: (bytes, from, to) => this.#intake.accept(link, bytes, from, to),
      onDamage: (damage) => this.#onDamage(link, damage),
      maxDataUnit: this.#limits.maxDataUnit,
    });
    this.#links.add(link);
    // A reset by the peer is followed by "close"; it needs no handling of its own.
    socket.on("error", () => {});
    socket.on("end", () => this.#intake.finish(link));
    socket.on("close", () => this.#intake.disconnected(link));
    socket.resume();
  }

  #onData(link: Link, chunk: Uint8Array, owned: boolean): void {
    if (link.closed || this.#closing) return;
    link.receiveTime = this.#clock();
    link.counters.bytes += chunk.length;
    if (chunk.length >= LARGE_READ_BYTES) this.#shareTurn(link, chunk.length);
    if (!this.#intake.defer(link, chunk, owned)) this.#read(link, chunk);
  }

  /**
   * A socket that always has more is read up to 32 times before any other: with full buffers that is 8 MB, 80 ms of
   * noise. Here it waits for the others after each full buffer.
   */
  #shareTurn(link: Link, bytes: number): void {
    if (this.#busy.size === 0) setImmediate(() => this.#nextTurn());
    this.#busy.add(link);
    link.bytesInTurn += bytes;
    if (link.bytesInTurn >= TURN_BYTES) link.hold(Hold.turn);
  }

  #nextTurn(): void {
    const links = [...this.#busy];
    this.#busy.clear();
    for (const link of links) {
      link.bytesInTurn = 0;
      link.release(Hold.turn);
    }
  }

  #read(link: Link, chunk: Uint8Array): void {
    const { reader } = link;
    const { frames } = reader;
    reader.push(chunk);
    // Damage is reported when a frame ends it: a peer that sends nothing else must not be waited for.
    if (link.damagedInRow + reader.openFalseStarts >= this.#limits.maxDamagedInRow) reader.giveUp();
    this.#intake.endOfChunk();
    if (link.rules.maxFramesPerSecond > 0) this.#limitRate(link, reader.frames - frames);
    if (reader.pending === 0) link.partialSince = 0;
    else if (link.partialSince === 0 || reader.frames !== frames) link.partialSince = link.receiveTime;
  }

  /** The rest of the second is waited for; what the peer sends meanwhile stays in its own buffers. */
  #limitRate(link: Link, frames: number): void {
    if (link.receiveTime - link.secondFrom >= 1000) {
      link.secondFrom = link.receiveTime;
      link.framesInSecond = 0;
    }
    link.framesInSecond += frames;
    if (link.framesInSecond < link.rules.maxFramesPerSecond || link.closed) return;
    link.counters.count("SG_LINK_RATE");
    link.hold(Hold.rate);
  }

  #onDamage(link: Link, damage: Damage): void {
    if (link.closed) return;
    const count = Math.max(1, damage.falseStarts);
    link.counters.count(damage.code, count);
    if (link.kind !== undefined)
      this.#options.noteDamage?.({
        vehicle: link.kind === "terminal" ? (BigInt(link.keyHigh) << 32n) | BigInt(link.keyLow) : undefined,
        platform: link.platform?.id,
        code: damage.code,
        count,
        time: link.receiveTime,
      });
    link.damagedInRow += count;
    if (link.damagedInRow >= this.#limits.maxDamagedInRow) link.close("SG_LINK_DAMAGED");
  }

  #sweepLinks(): void {
    const now = this.#clock();
    const { firstFrameMs, rescueMs } = this.#limits;
    if (now - this.#registryAskedAt > REGISTRY_MS) {
      this.#registryAskedAt = now;
      if (this.#options.isRegistered !== undefined) this.#intake.vehicles.forgetRegistered();
    }
    this.#handshakes?.sweep(firstFrameMs);
    for (const link of this.#links) {
      const { idleMs } = link.rules;
      if (link.framesInSecond > 0 && now - link.secondFrom >= 1000) {
        link.framesInSecond = 0;
        link.release(Hold.rate);
      }
      if (link.unreadSince > 0 && now - link.unreadSince > idleMs) {
        link.close("SG_LINK_BUFFER");
        continue;
      }
      // We do not read it: its silence is ours.
      if (link.held) {
        link.lastFrameAt = now;
        continue;
      }
      if (link.superseded && !link.backlogged) {
        link.close("SG_LINK_REPLACED", "after-replies");
        continue;
      }
      if (now - link.lastFrameAt > (link.kind === undefined ? firstFrameMs : idleMs)) link.close("SG_LINK_IDLE");
      else if (link.partialSince > 0 && now - link.partialSince > rescueMs) this.#checkPartial(link, now);
    }
  }

  /** A lying length holds back whole frames behind it: they are found. A frame that trickles in ends the link. */
  #checkPartial(link: Link, now: number): void {
    if (link.reader.rescue()) {
      this.#intake.endOfChunk();
      link.partialSince = link.reader.pending > 0 ? now : 0;
    } else if (now - link.partialSince > this.#limits.partialFrameMs) link.close("SG_LINK_SLOW");
  }

  #forget(link: Link, code: string | undefined): void {
    if (!this.#links.delete(link)) return;
    this.#closed++;
    this.#intake.forget(link);
    this.#past.add(link.counters);
    this.#admission.leave(link.remoteAddress);
    this.#remembered.unshift(linkInfo(link, { at: this.#clock(), code }));
    if (this.#remembered.length > REMEMBERED) this.#remembered.pop();
    if (code !== undefined) this.#options.log?.info({ link: link.id, code }, "link closed");
  }
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the gateway does not listen on a port");
  return address.port;
}
