/** What is counted, per link and in all. Plain numbers: nothing is logged or labelled per frame. */
import { DISPOSITION_NAMES } from "@sandglass/signals";

export class Counters {
  /** Whole frames with a correct BCC. */
  frames = 0;
  bytes = 0;
  /** Rows by `Disposition`. */
  readonly rows: number[] = DISPOSITION_NAMES.map(() => 0);
  /** Replies handed to the socket, by response flag. */
  readonly replies = new Map<number, number>();
  /** Damage and other remarks by code (SG_FRAME_…, SG_LINK_…). */
  readonly codes = new Map<string, number>();

  count(code: string, by = 1): void {
    this.codes.set(code, (this.codes.get(code) ?? 0) + by);
  }

  countReply(flag: number, by = 1): void {
    this.replies.set(flag, (this.replies.get(flag) ?? 0) + by);
  }

  add(other: Counters): void {
    this.frames += other.frames;
    this.bytes += other.bytes;
    for (const [disposition, rows] of other.rows.entries()) this.rows[disposition] += rows;
    for (const [flag, count] of other.replies) this.countReply(flag, count);
    for (const [code, count] of other.codes) this.count(code, count);
  }
}
