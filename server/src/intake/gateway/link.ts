/** One connection: who it is, what waits on it, and what was counted. The rules stand in intake.ts. */
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { Assurance } from "@sandglass/signals";
import type { FrameReader } from "@sandglass/gbt32960";
import { Counters } from "./counters.ts";
import type { PlatformIdentity } from "./options.ts";
import { ReplyBuffer } from "./replies.ts";
import type { LinkKeys } from "../security/mod.ts";
import type { LinkRules } from "./rules.ts";
import type { LinkKind } from "./vehicles.ts";

/** Why a link is not read at the moment; several can hold at once. */
export const Hold = {
  /** The journal cannot take rows. */
  journal: 1,
  /** The peer does not read its replies. */
  replies: 2,
  /** Credentials are being checked. */
  credentials: 4,
  /** It has sent its frames of this second. */
  rate: 8,
  /** It has been read enough in this turn of the event loop. */
  turn: 16,
} as const;

export interface LinkHooks {
  readonly onClosed: (link: Link, code: string | undefined) => void;
  readonly maxUnreadReplyBytes: number;
}

/** Why a link may not be the vehicle's that it says, and what it is answered. */
export interface LinkRefusal {
  readonly flag: number;
  /** SG_LINK_… */
  readonly code: string;
}

/** First size of a reply buffer on a link that has sent one reply per block so far. */
const SMALL_REPLIES = 64;

export class Link {
  readonly id: number;
  readonly socket: Socket;
  readonly remoteAddress: string;
  readonly openedAt: number = 0;
  readonly counters = new Counters();
  /** Set by the gateway right after construction. */
  reader!: FrameReader;

  kind: LinkKind | undefined;
  /** It was a platform link until its logout, of that platform. */
  loggedOut: { readonly platform: PlatformIdentity | undefined } | undefined;
  rules: LinkRules;
  /** Frames in the second that began at `secondFrom`, for the limit. */
  framesInSecond = 0;
  secondFrom = 0;
  /** Bytes read in this turn of the event loop. */
  bytesInTurn = 0;
  platform: PlatformIdentity | undefined;
  assurance: Assurance;
  /** Edition of the last frame. */
  edition: 2016 | 2025 | undefined;
  /** The id that a terminal link is pinned to. */
  vin: Uint8Array | undefined;
  /** Unique id under which the platform of a platform link logged in: its own frames carry it. */
  platformId: Uint8Array | undefined;
  /** Keys of data units that came over this link. */
  dataKeys: LinkKeys | undefined;
  keyLow = 0;
  keyHigh = 0;
  /** The registry was told about the vehicle of this terminal link. */
  noted = false;

  // Times are numbers from the start: a field that began as undefined would hold boxed ones, written with every frame.
  /** Of the chunk being read, UTC ms. */
  receiveTime = 0;
  lastFrameAt = 0;
  /** UTC ms; NaN before the first. */
  lastEventTime = Number.NaN;
  /** Since when a frame is incomplete, UTC ms; 0 = none is. */
  partialSince = 0;
  damagedInRow = 0;

  /** Frames that were cut but cannot be processed yet, from `waitingFrom` on; and what was read behind them. */
  waiting: Uint8Array[] | undefined;
  waitingFrom = 0;
  readonly chunks: Uint8Array[] = [];
  credentialsPending = false;
  /** The next frame in `waiting` is a platform login whose credentials were right. */
  credentialsChecked = false;

  /** It only waits for its refusal to be sent. */
  refused = false;
  /** Its vehicle has opened a newer connection: this one is closed when what it has sent is processed. */
  superseded = false;
  /** The peer has sent its last byte. */
  ended = false;
  /** The connection does not exist any more. */
  gone = false;

  #holds = 0;
  #heldSince = 0;
  #closed = false;
  #replies: ReplyBuffer[] = [];
  #replySize = SMALL_REPLIES;
  readonly #hooks: LinkHooks;

  constructor(id: number, socket: Socket, remoteAddress: string, now: number, rules: LinkRules, hooks: LinkHooks) {
    this.rules = rules;
    this.id = id;
    this.socket = socket;
    this.remoteAddress = remoteAddress;
    this.openedAt = this.receiveTime = this.lastFrameAt = now;
    this.assurance = socket instanceof TLSSocket && socket.authorized ? Assurance.mutualTls : Assurance.none;
    this.#hooks = hooks;
    socket.on("drain", () => this.release(Hold.replies));
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Something was read that is not processed yet. It is bounded: the link is held meanwhile. */
  get backlogged(): boolean {
    return this.waiting !== undefined || this.chunks.length > 0;
  }

  get held(): boolean {
    return this.#holds !== 0;
  }

  /** Since when the peer has not read its replies, UTC ms; 0 = it does. */
  get unreadSince(): number {
    return (this.#holds & Hold.replies) === 0 ? 0 : this.#heldSince;
  }

  hold(reason: number): void {
    if (this.#closed) return;
    if (reason === Hold.replies) this.#heldSince = this.receiveTime;
    if (this.#holds === 0) this.socket.pause();
    this.#holds |= reason;
  }

  release(reason: number): void {
    if (this.#holds === 0) return;
    this.#holds &= ~reason;
    if (this.#holds === 0 && !this.#closed) this.socket.resume();
  }

  /**
   * Queues a reply until the block of that ticket is durable.
   * @param closeCode the link is closed behind it, with this code
   * @returns true for the link's first reply in this block: the caller then remembers the link for the block
   */
  reply(
    ticket: number,
    bytes: Uint8Array,
    from: number,
    to: number,
    flag: number,
    closeCode: string | undefined,
  ): boolean {
    let open = this.#replies.at(-1);
    const first = open?.ticket !== ticket;
    if (open === undefined || first) {
      open = new ReplyBuffer(ticket, this.#replySize);
      this.#replies.push(open);
    }
    open.add(bytes, from, to, flag, this.rules.reply, this.receiveTime);
    if (closeCode !== undefined) open.closeCode = closeCode;
    this.counters.countReply(flag);
    return first;
  }

  /** Sends the replies of a block that has become durable. */
  sendReplies(ticket: number): void {
    if (this.#closed || this.#replies[0]?.ticket !== ticket) return;
    const [ready] = this.#replies.splice(0, 1);
    this.#replySize = ready.length <= SMALL_REPLIES ? SMALL_REPLIES : ready.bytes.length;
    const flowing = this.socket.write(ready.bytes.subarray(0, ready.length));
    if (ready.closeCode !== undefined) this.close(ready.closeCode, "after-replies");
    else if (this.socket.writableLength > this.#hooks.maxUnreadReplyBytes) this.close("SG_LINK_BUFFER");
    else if (!flowing) this.hold(Hold.replies);
    this.closeIfDone();
  }

  /** Ends a link whose peer has ended its side, once everything it sent is answered. */
  closeIfDone(): void {
    if (!this.ended || this.#replies.length > 0 || this.backlogged || this.credentialsPending) return;
    this.close(undefined, "after-replies");
  }

  /** Sends bytes that promise nothing about storage: a refusal. */
  sendNow(bytes: Uint8Array): void {
    if (!this.#closed) this.socket.write(bytes);
  }

  /** @param how `after-replies` lets what was written reach the peer first */
  close(code: string | undefined, how: "now" | "after-replies" = "now"): void {
    if (this.#closed) return;
    this.#closed = true;
    if (code !== undefined) this.counters.count(code);
    this.waiting = undefined;
    this.chunks.length = 0;
    this.#replies = [];
    if (how === "now") this.socket.destroy();
    else this.socket.destroySoon();
    this.#hooks.onClosed(this, code);
  }
}
