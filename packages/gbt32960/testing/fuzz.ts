/**
 * Mutated frames against everything that reads bytes. A finding is an exception: one that is no coded error, paths that
 * disagree, bytes that do not come back, or columns that grow beyond the input.
 */
import assert from "node:assert/strict";
import { bccOf } from "../src/bcc.ts";
import { createColumnDecoder } from "../src/columns.ts";
import { decodeFrame, encodeFrame } from "../src/mod.ts";
import { CodecError } from "../src/errors.ts";
import { FrameReader } from "../src/reader.ts";
import { clearSink, FULL_MAP, fullSink, randomReport, seeded, type Random } from "./fixtures.ts";

export interface FuzzReport {
  frames: number;
  /** Mutated frames that typed decode understood, refused as damaged, refused as malformed. */
  decoded: number;
  damaged: number;
  malformed: number;
}

/** Changes bytes, cuts, doubles or inserts pieces; most of the time the length and the BCC are put right again. */
function mutate(random: Random, frame: Uint8Array): Uint8Array {
  let bytes = frame;
  const at = random() % bytes.length;
  switch (random() % 6) {
    case 0:
      bytes = bytes.slice(0, at + 1);
      break;
    case 1:
      bytes = Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(random() % bytes.length)]);
      break;
    case 2:
      bytes = Uint8Array.from([
        ...bytes.subarray(0, at),
        ...Array.from({ length: random() % 9 }, () => random() & 0xff),
        ...bytes.subarray(at),
      ]);
      break;
    default:
      bytes = bytes.slice();
  }
  for (let i = random() % 4; i > 0; i--) {
    const interesting = [0, 1, 0x7f, 0x80, 0xfe, 0xff, random() & 0xff, random() & 0xff];
    if (bytes.length > 0) bytes[random() % bytes.length] = interesting[random() % 8];
  }
  if (bytes.length >= 25 && random() % 8 !== 0) {
    bytes[22] = (bytes.length - 25) >> 8;
    bytes[23] = bytes.length - 25;
    bytes[bytes.length - 1] = bccOf(bytes, 2, bytes.length - 1);
  }
  return bytes;
}

/**
 * Runs `count` mutated frames from a seed. Every `thorough`-th frame also goes through typed decode, encode and the
 * interpreted columns; all go through the stream reader and the generated columns.
 */
export function fuzz(seed: number, count: number, thorough = 1): FuzzReport {
  const random = seeded(seed);
  const columns = createColumnDecoder(FULL_MAP);
  const stream = createColumnDecoder(FULL_MAP, { bindAfter: 1000 });
  const reference = createColumnDecoder(FULL_MAP, { interpret: true });
  const result: FuzzReport = { frames: 0, decoded: 0, damaged: 0, malformed: 0 };
  const sink = fullSink();
  const reader = new FrameReader({
    onFrame: (bytes, from, to) => {
      stream(bytes, sink, 0, from, to);
      for (const list of sink.lists) assert.ok(list.length <= to - from);
      clearSink(sink);
    },
  });
  let base = randomReport(random, 2016);
  for (let i = 0; i < count; i++) {
    if (i % 20 === 0) base = randomReport(random, random() % 2 === 0 ? 2016 : 2025);
    const bytes = mutate(random, base);
    if (random() % 50 === 0 && bytes.length > 2)
      bytes[2] = [1, 4, 5, 6, 7, 8, 9, 10, 11, 0x80, 0x81, 0x82, 0xc0][random() % 13];
    result.frames++;
    try {
      reader.push(bytes);
      if (i % thorough === 0) {
        const kept = checkOne(bytes, columns, reference, result);
        if (kept !== undefined) checkBound(bytes, stream, sink, kept);
      }
    } catch (error) {
      throw new Error(`seed ${seed}, frame ${i}: ${Buffer.from(bytes).toString("hex")}`, { cause: error });
    }
  }
  reader.giveUp();
  return result;
}

function checkOne(
  bytes: Uint8Array,
  columns: ReturnType<typeof createColumnDecoder>,
  reference: ReturnType<typeof createColumnDecoder>,
  result: FuzzReport,
): FullSink | undefined {
  let kind: string | undefined;
  try {
    const message = decodeFrame(bytes, { malformed: "keep" });
    kind = message.kind;
    assert.deepEqual(encodeFrame(message), bytes);
    if (kind === "malformed") result.malformed++;
    else result.decoded++;
  } catch (error) {
    if (!(error instanceof CodecError) || !error.code.startsWith("SG_FRAME_")) throw error;
    result.damaged++;
  }
  const [one, other] = [fullSink(), fullSink()];
  const outcome = { ...columns(bytes, one, 0) };
  assert.equal(outcome.code, reference(bytes, other, 0).code);
  if (!outcome.ok) return undefined;
  assertSame(one, other);
  if (kind !== undefined && outcome.code === undefined) assert.notEqual(kind, "malformed");
  return other;
}

type FullSink = ReturnType<typeof fullSink>;

/** The code that the sink of the stream has by now. */
function checkBound(
  bytes: Uint8Array,
  stream: ReturnType<typeof createColumnDecoder>,
  sink: FullSink,
  expected: FullSink,
): void {
  clearSink(sink);
  stream(bytes, sink, 0);
  assertSame(sink, expected);
  clearSink(sink);
}

function assertSame(one: FullSink, other: FullSink): void {
  for (let i = 0; i < one.lists.length; i++) {
    assert.equal(one.lists[i].length, other.lists[i].length);
    for (let k = 0; k < one.lists[i].length; k++) {
      assert.equal(one.lists[i].ticks[k], other.lists[i].ticks[k]);
      assert.equal(one.lists[i].reasons[k], other.lists[i].reasons[k]);
    }
    assert.equal(one.scalars[i].reasons[0], other.scalars[i].reasons[0]);
    if (one.scalars[i].reasons[0] === 0) assert.equal(one.scalars[i].ticks[0], other.scalars[i].ticks[0]);
  }
}
