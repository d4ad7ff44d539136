/** A dump of any bytes to frames. Hex and binary are told apart by the first bytes. */
import { findDump, FrameReader, toHex, type Damage } from "@sandglass/gbt32960";
import { parseHex } from "./convert.ts";
import type { LineWriter } from "./lines.ts";

const SNIFFED_BYTES = 64;

/** Whether a dump is hexadecimal text: frames start with `##` or `$$`, which no hex dump contains. */
function isHexText(bytes: Uint8Array): boolean {
  return bytes.subarray(0, SNIFFED_BYTES).every((byte) => /[0-9a-fA-FxX\s,:]/.test(String.fromCharCode(byte)));
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
    yield parseHex(args.join("")) ?? new TextEncoder().encode(args.join(" "));
    return;
  }
  const encoder = new TextEncoder();
  let digits: string | undefined;
  let dump: Uint8Array[] | undefined;
  let first = true;
  for await (const chunk of stdin) {
    const bytes = typeof chunk === "string" ? encoder.encode(chunk) : chunk;
    if (first && bytes.length > 0) {
      first = false;
      if (hasOffsets(bytes)) dump = [];
      else if (isHexText(bytes)) digits = "";
    }
    if (dump !== undefined) {
      dump.push(bytes);
      continue;
    }
    if (digits === undefined) {
      yield bytes;
      continue;
    }
    const text: string = (digits + new TextDecoder("latin1").decode(bytes)).replace(/0x|[^0-9a-fA-F]/gi, "");
    const whole = text.length - (text.length % 2);
    digits = text.slice(whole);
    yield parseHex(text.slice(0, whole)) ?? new Uint8Array(0);
  }
  if (dump !== undefined) yield findDump(new TextDecoder().decode(Buffer.concat(dump)))?.bytes ?? Buffer.concat(dump);
}
