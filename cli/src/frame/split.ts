/** A dump of any bytes to frames. Text with hex in it and binary are told apart by the first bytes. */
import { findDump, FrameReader, toHex, type Damage } from "@sandglass/gbt32960";
import type { LineWriter } from "./lines.ts";

/** A frame in binary has bytes within its first ones that no text has: its encryption, its lengths, its counts. */
const SNIFFED_BYTES = 64;
/** In the first lines of a log there may be no hex yet. */
const MOST_SNIFFED_BYTES = 4096;
/** A line of text that is longer is looked at before its end. */
const LINE_CHARACTERS = 1 << 20;
const NEWLINE = 0x0a;

function isText(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d);
}

/** Whether the whole lines of the first chunk have an offset column, as `xxd` and `hexdump` write it. */
function hasOffsets(bytes: Uint8Array): boolean {
  const text = new TextDecoder("latin1").decode(bytes.subarray(0, 4096));
  const end = text.lastIndexOf("\n");
  return /^\s*[0-9a-f]{4,16}:?\s/i.test(text) && findDump(end < 0 ? text : text.slice(0, end))?.form === "offsets";
}

/**
 * Writes every frame as a line of hex to `out`, and every stretch of damage as a line of JSON to `report`, with a
 * summary at the end.
 */
export async function splitDump(
  args: readonly string[],
  stdin: AsyncIterable<Uint8Array | string>,
  out: LineWriter,
  report: LineWriter,
): Promise<void> {
  const frames: string[] = [];
  const damages: Damage[] = [];
  const reader = new FrameReader({
    onFrame: (bytes, from, to) => frames.push(toHex(bytes, from, to)),
    onDamage: (damage) => damages.push(damage),
  });
  const drain = async (): Promise<void> => {
    for (const frame of frames.splice(0)) await out.line(frame);
    for (const damage of damages.splice(0)) await report.line(JSON.stringify({ damage }));
  };
  for await (const bytes of dumpBytes(args, stdin)) {
    reader.push(bytes);
    await drain();
  }
  reader.giveUp();
  await drain();
  const { frames: found, bytes, skippedBytes, damages: stretches } = reader;
  await report.line(JSON.stringify({ frames: found, bytes, skippedBytes, damages: stretches }));
}

async function* dumpBytes(
  args: readonly string[],
  stdin: AsyncIterable<Uint8Array | string>,
): AsyncGenerator<Uint8Array> {
  if (args.length > 0) {
    const text = args.join("\n");
    yield findDump(text)?.bytes ?? new TextEncoder().encode(text);
    return;
  }
  const encoder = new TextEncoder();
  let head: Uint8Array | undefined = new Uint8Array(0);
  let text: TextBlocks | undefined;
  for await (const chunk of stdin) {
    let bytes: Uint8Array = typeof chunk === "string" ? encoder.encode(chunk) : chunk;
    if (head !== undefined) {
      head = bytes = Buffer.concat([head, bytes]);
      if (head.length < SNIFFED_BYTES) continue;
      text = textOf(head);
      if (text === undefined && isText(head) && head.length < MOST_SNIFFED_BYTES) continue;
      head = undefined;
    }
    if (text === undefined) yield bytes;
    else yield* text.push(bytes);
  }
  if (head !== undefined) {
    text = textOf(head);
    if (text === undefined) yield head;
    else yield* text.push(head);
  }
  if (text !== undefined) yield text.end();
}

/** For what is text with hex in it. */
function textOf(head: Uint8Array): TextBlocks | undefined {
  if (!isText(head)) return undefined;
  const start = new TextDecoder().decode(head.subarray(0, MOST_SNIFFED_BYTES));
  return findDump(start) === undefined ? undefined : new TextBlocks(hasOffsets(head));
}

/** The bytes of a text, block by block; a text with offset columns is read as a whole. */
class TextBlocks {
  readonly #decoder = new TextDecoder();
  readonly #isWhole: boolean;
  #text = "";

  constructor(isWhole: boolean) {
    this.#isWhole = isWhole;
  }

  push(bytes: Uint8Array): Uint8Array[] {
    this.#text += this.#decoder.decode(bytes, { stream: true });
    if (this.#isWhole || (!bytes.includes(NEWLINE) && this.#text.length < LINE_CHARACTERS)) return [];
    const cut = cutOf(this.#text);
    if (cut === 0) return [];
    const block = this.#text.slice(0, cut);
    this.#text = this.#text.slice(cut);
    return [bytesOf(block)];
  }

  end(): Uint8Array {
    return bytesOf(this.#text + this.#decoder.decode());
  }
}

/** Where a text may be cut: behind a line, or between two bytes of a line of digits; 0 = not yet. */
function cutOf(text: string): number {
  const isHex = /^[0-9a-fA-FxX\s,:;_]*$/.test(text);
  const lineEnd = text.lastIndexOf("\n") + 1;
  if (!isHex) return lineEnd;
  if (lineEnd === 0) return /^[0-9a-fA-F]*$/.test(text) ? text.length - (text.length % 2) : 0;
  // A dump may be wrapped in the middle of a byte: a line less, and the digits are even again.
  const isEven = digitsIn(text.slice(0, lineEnd)) % 2 === 0;
  return isEven ? lineEnd : text.lastIndexOf("\n", lineEnd - 2) + 1;
}

function digitsIn(text: string): number {
  return text.replace(/0x|[^0-9a-f]/gi, "").length;
}

function bytesOf(text: string): Uint8Array {
  return findDump(text)?.bytes ?? new Uint8Array(0);
}
