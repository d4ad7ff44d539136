/**
 * Replies in the style of the main body of both editions (§6.3.2): flag changed, message time kept, the rest deleted,
 * BCC anew: 31 bytes for a command that carries a time, 25 for the others. Annex B of the 2016 edition contradicts
 * (platform time, rest unchanged); terminals accept both.
 */

export const MAX_REPLY_BYTES = 31;
const HEADER_BYTES = 24;
const TIME_BYTES = 6;
const PLAIN = 1;

/** Commands whose data unit does not begin with a time: heartbeat, time sync, activation reply, key exchange. */
function carriesTime(command: number): boolean {
  return command !== 0x07 && command !== 0x08 && command !== 0x0a && command !== 0x0b;
}

/** Writes the reply to the frame bytes[from, to) into `out` at `at`; returns its length. */
export function writeReply(
  bytes: Uint8Array,
  from: number,
  to: number,
  flag: number,
  out: Uint8Array,
  at: number,
): number {
  const timed = carriesTime(bytes[from + 2]) && bytes[from + 21] === PLAIN && to - from > HEADER_BYTES + TIME_BYTES;
  const time = timed ? TIME_BYTES : 0;
  let bcc = 0;
  out[at] = bytes[from];
  out[at + 1] = bytes[from + 1];
  for (let i = 2; i < HEADER_BYTES + time; i++) {
    // The reply is not encrypted, whatever the request was: it has nothing to hide and no key.
    const byte = i === 3 ? flag : i === 21 ? 1 : i === 22 ? 0 : i === 23 ? time : bytes[from + i];
    out[at + i] = byte;
    bcc ^= byte;
  }
  out[at + HEADER_BYTES + time] = bcc;
  return HEADER_BYTES + time + 1;
}

/** Reply bytes of one link that wait for one block. */
export class ReplyBuffer {
  readonly ticket: number;
  bytes: Buffer;
  length = 0;
  count = 0;
  /** Close the link once these are sent. */
  last = false;

  constructor(ticket: number, size: number) {
    this.ticket = ticket;
    this.bytes = Buffer.allocUnsafe(size);
  }

  add(frame: Uint8Array, from: number, to: number, flag: number): void {
    if (this.length + MAX_REPLY_BYTES > this.bytes.length) {
      const grown = Buffer.allocUnsafe(this.bytes.length * 4);
      this.bytes.copy(grown, 0, 0, this.length);
      this.bytes = grown;
    }
    this.length += writeReply(frame, from, to, flag, this.bytes, this.length);
    this.count++;
  }
}
