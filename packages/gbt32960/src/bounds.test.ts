/** What any bytes can make the codec allocate: a bounded multiple of what came in, whatever counts and lengths claim. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { bccOf } from "./bcc.ts";
import type { ColumnSink, ListSink } from "./column-types.ts";
import { createColumnDecoder } from "./columns.ts";
import { explain } from "./explain.ts";
import { FrameReader } from "./reader.ts";
import { decodeFrame } from "./mod.ts";
import { findSignature } from "./security/mod.ts";
import { frameOf, FULL_MAP, fullSink, randomReport, seeded } from "../testing/fixtures.ts";

/** Characters of JSON per byte: an alarm body of 10 bytes can name 32 flags. */
const MESSAGE_FACTOR = 128;
/** A byte that is a field of its own is told with name, title, clause, range and value. */
const FIELD_FACTOR = 512;

/** A frame with right length and BCC and a data unit that claims as much as it can. */
const hostile = fc
  .tuple(
    fc.constantFrom<2016 | 2025>(2016, 2025),
    fc.constantFrom(1, 2, 3, 4, 5, 9, 0x0b, 0x10, 0x12, 0x80, 0x81, 0x82, 0xc0),
    fc.constantFrom(0xfe, 0x01),
    fc.array(
      fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom(0, 1, 2, 7, 8, 9, 0x30, 0x31, 0xfc, 0xfd, 0xfe, 0xff) },
        { weight: 1, arbitrary: fc.nat({ max: 255 }) },
      ),
      { maxLength: 300 },
    ),
  )
  .map(([edition, command, flag, unit]) => frameOf(edition, command, unit, { flag }));

/** A random report with some bytes changed, and its BCC right again. */
const mutated = fc.integer().map((seed) => {
  const random = seeded(seed);
  const frame = randomReport(random, random() % 2 === 0 ? 2016 : 2025);
  for (let i = random() % 6; i > 0 && frame.length > 25; i--)
    frame[24 + (random() % (frame.length - 25))] = [0xfd, 0xff, 0xfe, 0][random() % 4];
  frame[frame.length - 1] = bccOf(frame, 2, frame.length - 1);
  return frame;
});

test("messages and explanations are no longer than a multiple of the frame", () => {
  fc.assert(
    fc.property(fc.oneof(hostile, mutated), (frame) => {
      const message = JSON.stringify(decodeFrame(frame, { malformed: "keep" }));
      assert.ok(message.length <= 512 + MESSAGE_FACTOR * frame.length, `${message.length} of ${frame.length}`);
      const fields = JSON.stringify(explain(frame));
      assert.ok(fields.length <= 512 + FIELD_FACTOR * frame.length, `${fields.length} of ${frame.length}`);
      const block = findSignature(frame);
      if (block !== undefined) assert.ok(block.end < frame.length && block.r.length + block.s.length < frame.length);
    }),
    { numRuns: 1500 },
  );
});

test("lists are never asked for more room than the frame has bytes, by any code", () => {
  for (const options of [{}, { bindAfter: 1 }, { interpret: true }]) {
    const decode = createColumnDecoder(FULL_MAP, options);
    fc.assert(
      fc.property(fc.oneof(hostile, mutated), (frame) => {
        const inner = fullSink();
        const counting = (list: (typeof inner.lists)[number]): ListSink => {
          const { reserve } = list;
          return Object.assign(list, {
            reserve(count: number): void {
              assert.ok(count <= frame.length, `${count} entries of ${frame.length} bytes`);
              reserve.call(list, count);
            },
          });
        };
        const sink: ColumnSink = { scalars: inner.scalars, lists: inner.lists.map(counting) };
        for (let i = 0; i < 2; i++) {
          decode(frame, sink, 0);
          for (const list of sink.lists) {
            assert.ok(list.length <= frame.length && list.length <= list.ticks.length);
            list.length = 0;
          }
        }
      }),
      { numRuns: 400 },
    );
  }
});

test("any bytes in any pieces: the same frames as in one piece, every byte accounted for, little held back", () => {
  const noise = fc.uint8Array({ maxLength: 40 });
  const markers = fc
    .constantFrom("23", "2323", "2424", "232302fe", "24")
    .map((hex) => new Uint8Array(Buffer.from(hex, "hex")));
  fc.assert(
    fc.property(
      fc.array(fc.oneof(noise, markers, mutated), { maxLength: 12 }),
      fc.array(fc.nat({ max: 200 }), { minLength: 1, maxLength: 30 }),
      (parts, sizes) => {
        const stream = Uint8Array.from(parts.flatMap((part) => [...part]));
        const run = (pieces: readonly Uint8Array[]) => {
          const found: string[] = [];
          let framed = 0;
          const reader = new FrameReader({
            onFrame: (bytes, from, to) => {
              framed += to - from;
              found.push(Buffer.from(bytes.subarray(from, to)).toString("hex"));
            },
            onDamage: ({ code, offset, length }) => found.push(`${code} ${offset} ${length}`),
          });
          for (const piece of pieces) {
            reader.push(piece);
            assert.ok(reader.pending <= 65_556);
            assert.ok(reader.allocated <= 1024 + 4 * stream.length, `${reader.allocated} of ${stream.length}`);
          }
          reader.giveUp();
          assert.equal(framed + reader.skippedBytes, stream.length);
          return found;
        };
        const pieces: Uint8Array[] = [];
        for (let at = 0, i = 0; at < stream.length; i++) {
          const size = 1 + sizes[i % sizes.length];
          pieces.push(stream.slice(at, at + size));
          at += size;
        }
        assert.deepEqual(run(pieces), run([stream]));
      },
    ),
    { numRuns: 500 },
  );
});
