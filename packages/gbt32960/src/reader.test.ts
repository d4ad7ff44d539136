import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { MAX_FRAME_BYTES } from "./frame.ts";
import { FrameReader, splitFrames, type Damage } from "./reader.ts";
import { bytesOf, frameOf, randomReport, report, seeded, TIME_BYTES } from "../testing/fixtures.ts";
import { toHex } from "./text.ts";

const HEARTBEAT_2016 = frameOf(2016, 7, []);
const HEARTBEAT_2025 = frameOf(2025, 7, []);
const LOGOUT = frameOf(2016, 4, [...TIME_BYTES, 0, 1]);

interface Read {
  readonly frames: string[];
  readonly damages: Damage[];
  readonly reader: FrameReader;
}

function read(chunks: readonly Uint8Array[], end = true): Read {
  const frames: string[] = [];
  const damages: Damage[] = [];
  const reader = new FrameReader({
    onFrame: (bytes, from, to) => frames.push(toHex(bytes, from, to)),
    onDamage: (damage) => damages.push(damage),
  });
  for (const chunk of chunks) reader.push(chunk);
  if (end) reader.giveUp();
  return { frames, damages, reader };
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}

test("two frames of different editions in one chunk are two frames", () => {
  const { frames, damages } = read([join(HEARTBEAT_2016, HEARTBEAT_2025)]);
  assert.deepEqual(frames, [toHex(HEARTBEAT_2016), toHex(HEARTBEAT_2025)]);
  assert.deepEqual(damages, []);
});

test("a frame that arrives byte by byte is one frame", () => {
  const { frames, reader } = read([...LOGOUT].map((byte) => Uint8Array.of(byte)));
  assert.deepEqual(frames, [toHex(LOGOUT)]);
  assert.equal(reader.allocated, 0);
});

test("start bytes split over chunks are found", () => {
  assert.deepEqual(read([LOGOUT.subarray(0, 1), LOGOUT.subarray(1)]).frames, [toHex(LOGOUT)]);
});

test("a stray # before the start is one damaged byte", () => {
  const { frames, damages } = read([join(Uint8Array.of(0x23), HEARTBEAT_2016)]);
  assert.deepEqual(frames, [toHex(HEARTBEAT_2016)]);
  assert.equal(damages.length, 1);
  assert.equal(damages[0].length, 1);
});

test("garbage is counted and named, and the frame after it is found", () => {
  const { frames, damages, reader } = read([bytesOf("0011230d0a"), HEARTBEAT_2016]);
  assert.deepEqual(frames, [toHex(HEARTBEAT_2016)]);
  assert.deepEqual(damages, [{ code: "SG_FRAME_START", offset: 0, length: 5, falseStarts: 0 }]);
  assert.equal(reader.skippedBytes, 5);
});

test("start bytes inside a data unit do not split a frame", () => {
  const frame = report(2016, "80", "0004", "23232424");
  assert.deepEqual(read([join(frame, frame)]).frames, [toHex(frame), toHex(frame)]);
});

test("a wrong BCC costs that frame only", () => {
  const broken = LOGOUT.slice();
  broken[broken.length - 1] ^= 1;
  const { frames, damages } = read([join(HEARTBEAT_2016, broken, HEARTBEAT_2025)]);
  assert.deepEqual(frames, [toHex(HEARTBEAT_2016), toHex(HEARTBEAT_2025)]);
  assert.deepEqual(damages, [{ code: "SG_FRAME_BCC", offset: 25, length: 33, falseStarts: 1 }]);
});

test("a claimed length above 65531 is refused at once, without waiting for it", () => {
  const lying = LOGOUT.slice();
  lying[22] = 0xff;
  lying[23] = 0xfc;
  const { frames, damages } = read([join(lying, HEARTBEAT_2016)], false);
  assert.deepEqual(frames, [toHex(HEARTBEAT_2016)]);
  assert.equal(damages[0].code, "SG_FRAME_LENGTH");
});

test("a lying length never swallows the frames behind it", () => {
  const lying = LOGOUT.slice();
  lying[22] = 0x10;
  const chunks = [lying, ...Array.from({ length: 200 }, () => HEARTBEAT_2016)];
  assert.equal(read(chunks).frames.length, 200);
  assert.equal(
    read(chunks, false).frames.length,
    200,
    "also without the end of the stream, once the claimed bytes have come",
  );
  assert.equal(read([lying, HEARTBEAT_2016]).frames.length, 1, "and at the end of the stream before that");
});

test("a frame cut off at the end of the stream is reported as truncated", () => {
  const { frames, damages } = read([HEARTBEAT_2016, LOGOUT.subarray(0, 30)]);
  assert.equal(frames.length, 1);
  assert.deepEqual(damages, [{ code: "SG_FRAME_TRUNCATED", offset: 25, length: 30, falseStarts: 1 }]);
});

test("the largest frame fits; a smaller limit makes it damage", () => {
  const largest = frameOf(
    2016,
    0xc0,
    Array.from({ length: 65_531 }, (_, i) => i & 0xff),
  );
  assert.equal(largest.length, MAX_FRAME_BYTES);
  assert.equal(read([largest]).frames.length, 1);
  assert.equal(read([largest.subarray(0, 40_000), largest.subarray(40_000)]).frames.length, 1);
  const limited = new FrameReader({ onFrame: () => assert.fail("too large"), maxDataUnit: 1000 });
  limited.push(largest);
});

test("every split of a stream gives the same frames and the same damage", () => {
  fc.assert(
    fc.property(fc.integer(), fc.array(fc.nat({ max: 300 }), { minLength: 1, maxLength: 40 }), (seed, cuts) => {
      const random = seeded(seed);
      const parts: Uint8Array[] = [];
      for (let i = 0; i < 8; i++) {
        const frame = randomReport(random, random() % 2 === 0 ? 2016 : 2025);
        if (random() % 3 === 0) frame[random() % frame.length] ^= 1 + (random() % 255);
        if (random() % 4 === 0)
          parts.push(Uint8Array.from({ length: random() % 40 }, () => [0x23, 0x24, 0, random() & 0xff][random() % 4]));
        parts.push(random() % 5 === 0 ? frame.subarray(0, random() % frame.length) : frame);
      }
      const stream = join(...parts);
      const whole = read([stream]);
      const chunks: Uint8Array[] = [];
      for (let at = 0, i = 0; at < stream.length; i++) {
        const size = Math.max(1, cuts[i % cuts.length]);
        chunks.push(stream.slice(at, at + size));
        at += size;
      }
      const split = read(chunks);
      assert.deepEqual(split.frames, whole.frames);
      assert.deepEqual(split.damages, whole.damages);
      const framed = whole.frames.reduce((sum, frame) => sum + frame.length / 2, 0);
      assert.equal(framed + whole.reader.skippedBytes, stream.length, "every byte is in a frame or skipped");
      assert.equal(
        whole.damages.reduce((sum, damage) => sum + damage.length, 0),
        whole.reader.skippedBytes,
      );
    }),
    { numRuns: 200 },
  );
});

test("a frame split over chunks is never handed out from bytes of the caller that changed since", () => {
  const buffer = new Uint8Array(64);
  const frames: string[] = [];
  const reader = new FrameReader({ onFrame: (bytes, from, to) => frames.push(toHex(bytes, from, to)) });
  for (let at = 0; at < LOGOUT.length; at += 10) {
    const part = LOGOUT.subarray(at, at + 10);
    buffer.set(part);
    reader.push(buffer.subarray(0, part.length));
    buffer.fill(0xff);
  }
  assert.deepEqual(frames, [toHex(LOGOUT)]);
});

test("bytes held back stay bounded whatever arrives", () => {
  const reader = new FrameReader({ onFrame: () => {} });
  const random = seeded(7);
  for (let i = 0; i < 400; i++) {
    reader.push(Uint8Array.from({ length: 1000 }, () => (random() % 3 === 0 ? 0x23 : random() & 0xff)));
    assert.ok(reader.pending < MAX_FRAME_BYTES);
    assert.ok(reader.allocated <= 5 * MAX_FRAME_BYTES, `${reader.allocated} bytes`);
  }
});

/** Three of four bytes are `#`: most positions claim a frame of 9 kB whose BCC is a matter of luck. */
function hostileBytes(length: number): Uint8Array {
  const random = seeded(11);
  return Uint8Array.from({ length }, () => (random() % 4 === 0 ? random() & 0xff : 0x23));
}

test("a hostile stream, where most bytes start a frame of 9 kB, is read in linear time", () => {
  const hostile = hostileBytes(2_000_000);
  const started = process.cpuUsage();
  const { frames, damages, reader } = read([hostile]);
  // Time of this process: a busy machine must not fail the test.
  assert.ok(process.cpuUsage(started).user < 3_000_000, "summing 9 kB per byte would take a minute");
  assert.equal(reader.skippedBytes + frames.reduce((sum, frame) => sum + frame.length / 2, 0), hostile.length);
  assert.ok(damages.length > 0);
});

test("damage without end is reported while it lasts", () => {
  const { damages } = read([new Uint8Array(200_000)]);
  assert.deepEqual(
    damages.map((damage) => [damage.offset, damage.length]),
    [
      [0, 65_556],
      [65_556, 65_556],
      [131_112, 65_556],
      [196_668, 3332],
    ],
  );
});

test("the good frames after a hostile stream in small chunks are found", () => {
  const reader = new FrameReader({ onFrame: () => {} });
  const hostile = hostileBytes(400_000);
  for (let at = 0; at < hostile.length; at += 500) reader.push(hostile.subarray(at, at + 500));
  const before = reader.frames;
  for (let i = 0; i < 1000; i++) reader.push(HEARTBEAT_2025);
  reader.giveUp();
  assert.ok(reader.frames - before >= 600, "a lucky BCC may take some with it, at most one claimed length");
});

test("a dump splits into frames and damage in order, with offsets", () => {
  const pieces = splitFrames(join(bytesOf("ffff"), HEARTBEAT_2016, bytesOf("00"), LOGOUT));
  assert.deepEqual(
    pieces.map((piece) => [piece.kind, piece.offset]),
    [
      ["damage", 0],
      ["frame", 2],
      ["damage", 27],
      ["frame", 28],
    ],
  );
});
