/**
 * Replies. The sources contradict each other, so the style is an option per link (docs/gateway.md); what peers send as
 * replies is accepted in any style.
 */
import { bccOf } from "@sandglass/gbt32960";

/**
 * - `main-body` (default): flag changed, message time kept, the rest deleted, BCC anew (§6.3.2 of both editions)
 * - `platform-time`: the same with the platform's time
 * - `annex-b`: flag and time changed, the rest unchanged (annex B.3.3.2 of edition 2016)
 * - `empty`: no data unit at all (seen from simulators and small servers)
 */
export const REPLY_STYLES = ["main-body", "platform-time", "annex-b", "empty"] as const;
export type ReplyStyle = (typeof REPLY_STYLES)[number];

export interface ReplyFormat {
  readonly style: ReplyStyle;
  /** Heartbeats and time syncs are answered with the platform's time (6 bytes) instead of nothing. Seen in the field. */
  readonly timeInHeartbeat: boolean;
}

export const MAIN_BODY: ReplyFormat = { style: "main-body", timeInHeartbeat: false };

/** Of every style but `annex-b`. */
export const MAX_REPLY_BYTES = 31;
const HEADER_BYTES = 24;
const TIME_BYTES = 6;
const PLAIN = 1;
const BEIJING_MS = 8 * 3_600_000;
const HEARTBEAT = 0x07;
const TIME_SYNC = 0x08;

/** Commands whose data unit does not begin with a time: heartbeat, time sync, activation reply, key exchange. */
function carriesTime(command: number): boolean {
  return command !== HEARTBEAT && command !== TIME_SYNC && command !== 0x0a && command !== 0x0b;
}

/** Beijing time as six bytes (GB/T 32960.3 table 5). */
function writeTime(time: number, out: Uint8Array, at: number): void {
  const date = new Date(time + BEIJING_MS);
  out[at] = date.getUTCFullYear() - 2000;
  out[at + 1] = date.getUTCMonth() + 1;
  out[at + 2] = date.getUTCDate();
  out[at + 3] = date.getUTCHours();
  out[at + 4] = date.getUTCMinutes();
  out[at + 5] = date.getUTCSeconds();
}

/** Room that the reply to the frame bytes[from, to) needs at most. */
export function replyRoom(from: number, to: number, format: ReplyFormat): number {
  return format.style === "annex-b" ? Math.max(MAX_REPLY_BYTES, to - from) : MAX_REPLY_BYTES;
}

/**
 * Writes the reply to the frame bytes[from, to) into `out` at `at`; returns its length.
 * @param now UTC ms, for the styles that carry the platform's time
 */
export function writeReply(
  bytes: Uint8Array,
  from: number,
  to: number,
  flag: number,
  out: Uint8Array,
  at: number,
  format: ReplyFormat = MAIN_BODY,
  now = 0,
): number {
  const command = bytes[from + 2];
  const plain = bytes[from + 21] === PLAIN;
  const timed = carriesTime(command) && plain && to - from > HEADER_BYTES + TIME_BYTES;
  let unit = 0;
  let writesTime = false;
  if (timed && format.style !== "empty") {
    writesTime = format.style !== "main-body";
    unit = format.style === "annex-b" ? to - from - HEADER_BYTES - 1 : TIME_BYTES;
  } else if (format.timeInHeartbeat && (command === HEARTBEAT || command === TIME_SYNC)) {
    writesTime = true;
    unit = TIME_BYTES;
  }
  for (let i = 0; i < HEADER_BYTES; i++) out[at + i] = bytes[from + i];
  out[at + 3] = flag;
  // The reply is not encrypted, whatever the request was: it has nothing to hide.
  out[at + 21] = PLAIN;
  out[at + 22] = unit >>> 8;
  out[at + 23] = unit & 0xff;
  const body = at + HEADER_BYTES;
  if (unit > 0 && timed) for (let i = 0; i < unit; i++) out[body + i] = bytes[from + HEADER_BYTES + i];
  if (writesTime) writeTime(now, out, body);
  out[body + unit] = bccOf(out, at + 2, body + unit);
  return HEADER_BYTES + unit + 1;
}

/** Reply bytes of one link that wait for one block. */
export class ReplyBuffer {
  readonly ticket: number;
  bytes: Buffer;
  length = 0;
  count = 0;
  /** The link is closed with this code once these are sent. */
  closeCode: string | undefined;

  constructor(ticket: number, size: number) {
    this.ticket = ticket;
    this.bytes = Buffer.allocUnsafe(size);
  }

  add(frame: Uint8Array, from: number, to: number, flag: number, format: ReplyFormat, now: number): void {
    const room = replyRoom(from, to, format);
    if (this.length + room > this.bytes.length) this.#grow(room);
    this.length += writeReply(frame, from, to, flag, this.bytes, this.length, format, now);
    this.count++;
  }

  /** Adds bytes that are a reply already. */
  addBytes(reply: Uint8Array): void {
    if (this.length + reply.length > this.bytes.length) this.#grow(reply.length);
    this.bytes.set(reply, this.length);
    this.length += reply.length;
    this.count++;
  }

  #grow(room: number): void {
    const grown = Buffer.allocUnsafe(Math.max(this.bytes.length * 4, this.length + room));
    this.bytes.copy(grown, 0, 0, this.length);
    this.bytes = grown;
  }
}
