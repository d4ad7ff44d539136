/**
 * Cuts a byte stream into frames (GB/T 32960.3 §6.2), both editions mixed.
 *
 * Nothing in the protocol escapes the start bytes, so a start marker is believed only when the length is allowed and
 * the BCC matches; otherwise the scan goes on at the next byte. A claimed length is never skipped: a lying header
 * costs time, not frames. At most one frame (65,556 bytes) is held back while in doubt.
 *
 * Frames are handed out as (bytes, from, to), valid only during the call: mostly they lie in the pushed chunk itself.
 * The work is linear in the input, see `PrefixXor`.
 */
import { bccOf } from "./bcc.ts";
import type { CodecErrorCode } from "./errors.ts";
import {
  dataUnitLength,
  HEADER_BYTES,
  MAX_DATA_UNIT_BYTES,
  MAX_FRAME_BYTES,
  MIN_FRAME_BYTES,
  START_2016,
  START_2025,
} from "./frame.ts";
import { PrefixXor } from "./prefix-xor.ts";

/** A stretch of the stream that is no frame. */
export interface Damage {
  /** What was wrong at its first byte: SG_FRAME_START, SG_FRAME_LENGTH, SG_FRAME_BCC or SG_FRAME_TRUNCATED. */
  readonly code: CodecErrorCode;
  /** Position of its first byte, counted from the first byte ever pushed. */
  readonly offset: number;
  readonly length: number;
  /** Start markers in it that led to no frame. */
  readonly falseStarts: number;
}

export interface FrameReaderOptions {
  /** Called for every frame; the bytes are valid only during the call. Must not throw and must not push. */
  readonly onFrame: (bytes: Uint8Array, from: number, to: number) => void;
  /** Called when the stream is in step again, at the end, and after every 65,556 damaged bytes. */
  readonly onDamage?: (damage: Damage) => void;
  /** Larger data units count as damage (default 65531, the limit of the standard). */
  readonly maxDataUnit?: number;
}

const NO_FRAME = 0;
const NEED_MORE = -1;
/** Starts that `rescue` tries: each may cost the XOR of 65 kB. */
const RESCUE_TRIES = 64;
const NO_BYTES = new Uint8Array(0);

export class FrameReader {
  /** Frames handed out. */
  frames = 0;
  /** Bytes pushed. */
  bytes = 0;
  /** Bytes that belonged to no frame. */
  skippedBytes = 0;
  /** Damaged stretches reported. */
  damages = 0;

  readonly #onFrame: FrameReaderOptions["onFrame"];
  readonly #onDamage: FrameReaderOptions["onDamage"];
  readonly #maxDataUnit: number;
  readonly #prefix = new PrefixXor();

  /** Position in the stream of byte 0 of what is being scanned. A field: as an argument it would be boxed per frame. */
  #origin = 0;
  /** Bytes [#start, #end) of #held may begin a frame and wait for more. */
  #held: Uint8Array = NO_BYTES;
  #start = 0;
  #end = 0;

  #damageCode: CodecErrorCode = "SG_FRAME_START";
  #damageAt = 0;
  #damageLength = 0;
  #falseStarts = 0;

  constructor(options: FrameReaderOptions) {
    this.#onFrame = options.onFrame;
    this.#onDamage = options.onDamage;
    this.#maxDataUnit = Math.min(options.maxDataUnit ?? MAX_DATA_UNIT_BYTES, MAX_DATA_UNIT_BYTES);
  }

  /** Bytes held back because they may begin a frame. */
  get pending(): number {
    return this.#end - this.#start;
  }

  /** False starts in the damage that is not reported yet, because no frame has ended it. */
  get openFalseStarts(): number {
    return this.#damageLength === 0 ? 0 : this.#falseStarts;
  }

  /** Memory in buffers, in bytes; 0 while nothing is held back. */
  get allocated(): number {
    return this.#held.length + this.#prefix.size;
  }

  /** Takes the next bytes of the stream. `chunk` is not kept. */
  push(chunk: Uint8Array): void {
    const origin = this.bytes;
    this.bytes += chunk.length;
    let at = 0;
    if (this.#end > this.#start) at = this.#continueHeld(chunk, origin);
    if (at === chunk.length) return;
    this.#origin = origin;
    at = this.#scan(chunk, at, chunk.length);
    if (at < chunk.length) this.#append(chunk, at, chunk.length);
  }

  /**
   * Gives up waiting for the rest of a frame (end of the stream, or a time-out of the caller): what is held back
   * counts as truncated; whole frames inside it are still handed out.
   */
  giveUp(): void {
    while (this.#end > this.#start) {
      this.#origin = this.bytes - this.#end;
      this.#skip(this.#start, "SG_FRAME_TRUNCATED", true);
      this.#start = this.#scan(this.#held, this.#start + 1, this.#end);
    }
    this.#release();
    this.#prefix.end();
    this.#report();
  }

  /**
   * Looks behind an incomplete candidate for a whole frame: if there is one, the candidate was none and is skipped.
   * Otherwise nothing changes, so that a slow but honest frame loses nothing. For callers whose stream has paused:
   * `###…` (a stray byte before the start) can claim hundreds of bytes that never come.
   * @returns whether frames were handed out
   */
  rescue(): boolean {
    let at = this.#start + 1;
    for (let tries = 0; tries < RESCUE_TRIES && at + MIN_FRAME_BYTES <= this.#end; at++) {
      if (this.#held[at] !== this.#held[at + 1] || (this.#held[at] !== START_2016 && this.#held[at] !== START_2025))
        continue;
      tries++;
      const length = dataUnitLength(this.#held, at);
      const bccAt = at + HEADER_BYTES + length;
      if (length > this.#maxDataUnit || bccAt >= this.#end || bccOf(this.#held, at + 2, bccAt) !== this.#held[bccAt])
        continue;
      this.#origin = this.bytes - this.#end;
      for (let skipped = this.#start; skipped < at; skipped++)
        this.#skip(skipped, "SG_FRAME_TRUNCATED", skipped === this.#start);
      this.#prefix.end();
      this.#start = this.#scan(this.#held, at, this.#end);
      if (this.#start === this.#end) this.#release();
      return true;
    }
    return false;
  }

  /**
   * Completes what is held back with bytes of the chunk, never more than the open candidate needs. As soon as the
   * open candidate starts inside the chunk, the chunk itself is scanned instead.
   * @returns how many bytes of the chunk are done
   */
  #continueHeld(chunk: Uint8Array, chunkOrigin: number): number {
    let used = 0;
    while (this.#end > this.#start) {
      const pending = this.#end - this.#start;
      const wanted = pending < HEADER_BYTES ? HEADER_BYTES : MIN_FRAME_BYTES + dataUnitLength(this.#held, this.#start);
      const count = Math.min(wanted - pending, chunk.length - used);
      if (count === 0) return used;
      this.#append(chunk, used, used + count);
      used += count;
      this.#origin = chunkOrigin + used - this.#end;
      this.#start = this.#scan(this.#held, this.#start, this.#end);
      const open = this.#end - this.#start;
      if (open <= used) {
        used -= open;
        break;
      }
    }
    this.#release();
    return used;
  }

  /**
   * Hands out the frames of bytes [from, to); `#origin` is set.
   * @returns where an incomplete candidate starts; `to` when nothing is left open
   */
  #scan(bytes: Uint8Array, from: number, to: number): number {
    let at = from;
    while (at < to) {
      const size = this.#frameAt(bytes, at, to);
      if (size > 0) {
        if (this.#damageLength > 0) this.#report();
        if (this.#prefix.active && this.#prefix.isBehind(this.#origin + at)) this.#prefix.end();
        this.frames++;
        this.#onFrame(bytes, at, at + size);
        at += size;
      } else if (size === NEED_MORE) {
        return at;
      } else {
        at++;
      }
    }
    return to;
  }

  /** Size of the frame at `at`, NO_FRAME (the byte is then counted as skipped) or NEED_MORE. */
  #frameAt(bytes: Uint8Array, at: number, to: number): number {
    const mark = bytes[at];
    if (mark !== START_2016 && mark !== START_2025) return this.#skip(at, "SG_FRAME_START", false);
    if (at + 1 === to) return NEED_MORE;
    if (bytes[at + 1] !== mark) return this.#skip(at, "SG_FRAME_START", false);
    if (at + HEADER_BYTES > to) return NEED_MORE;
    const length = dataUnitLength(bytes, at);
    if (length > this.#maxDataUnit) return this.#skip(at, "SG_FRAME_LENGTH", true);
    const bccAt = at + HEADER_BYTES + length;
    if (bccAt >= to) return NEED_MORE;
    const bcc = this.#prefix.active
      ? this.#prefix.xor(bytes, this.#origin, at + 2, bccAt)
      : bccOf(bytes, at + 2, bccAt);
    if (bcc === bytes[bccAt]) return bccAt + 1 - at;
    if (!this.#prefix.active) this.#prefix.begin(this.#origin + at + 3);
    return this.#skip(at, "SG_FRAME_BCC", true);
  }

  /** Counts the byte at `at` of what is being scanned as damage. */
  #skip(at: number, code: CodecErrorCode, falseStart: boolean): typeof NO_FRAME {
    if (this.#damageLength === 0) {
      this.#damageCode = code;
      this.#damageAt = this.#origin + at;
      this.#falseStarts = 0;
    }
    this.#damageLength++;
    this.skippedBytes++;
    if (falseStart) this.#falseStarts++;
    if (this.#damageLength === MAX_FRAME_BYTES) this.#report();
    return NO_FRAME;
  }

  #report(): void {
    if (this.#damageLength === 0) return;
    const damage: Damage = {
      code: this.#damageCode,
      offset: this.#damageAt,
      length: this.#damageLength,
      falseStarts: this.#falseStarts,
    };
    this.#damageLength = 0;
    this.damages++;
    this.#onDamage?.(damage);
  }

  /** Holds back more bytes. Grows by doubling, so that memory follows what has arrived, not what a header claims. */
  #append(chunk: Uint8Array, from: number, to: number): void {
    const pending = this.#end - this.#start;
    const needed = pending + to - from;
    if (this.#start + needed > this.#held.length) {
      const target = needed * 2 <= this.#held.length ? this.#held : new Uint8Array(needed * 2);
      if (target === this.#held) target.copyWithin(0, this.#start, this.#end);
      else target.set(this.#held.subarray(this.#start, this.#end));
      this.#held = target;
      this.#start = 0;
      this.#end = pending;
    }
    this.#held.set(from === 0 && to === chunk.length ? chunk : chunk.subarray(from, to), this.#end);
    this.#end += to - from;
  }

  #release(): void {
    this.#held = NO_BYTES;
    this.#start = 0;
    this.#end = 0;
  }
}

/** A piece of a dump: a frame with its bytes, or a damaged stretch. */
export type Piece =
  | { readonly kind: "frame"; readonly offset: number; readonly bytes: Uint8Array }
  | ({ readonly kind: "damage" } & Damage);

/** All frames of a dump, and the damage between them, in order. */
export function splitFrames(bytes: Uint8Array): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  const reader = new FrameReader({
    onFrame: (source, from, to) => {
      pieces.push({ kind: "frame", offset: end, bytes: source.slice(from, to) });
      end += to - from;
    },
    onDamage: (damage) => {
      pieces.push({ kind: "damage", ...damage });
      end = damage.offset + damage.length;
    },
  });
  reader.push(bytes);
  reader.giveUp();
  return pieces;
}
