/** Properties on frames written from the layout tables: every body of both editions, sentinels, empty and long lists. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { createColumnDecoder } from "./columns.ts";
import { decodeWith } from "./decode.ts";
import { encodeWith } from "./encode.ts";
import { REFERENCE } from "./items.ts";
import { BODIES } from "./layout/bodies.ts";
import { decodeFrame, encodeFrame, fieldsOf, type Message } from "./mod.ts";
import { FULL_MAP, fullSink, randomReport, rowOf, seeded } from "../testing/fixtures.ts";
import { bodyView } from "../testing/views.ts";

const seeds = fc.integer();
const RUNS = { numRuns: 400 };

function reportOf(seed: number): Uint8Array {
  const random = seeded(seed);
  return randomReport(random, random() % 2 === 0 ? 2016 : 2025);
}

test("random reports are made of every body of both editions", () => {
  const seen = new Set<string>();
  for (let seed = 0; seed < 400; seed++) {
    const message = decodeFrame(reportOf(seed));
    if (message.kind === "realtimeReport" || message.kind === "reissuedReport")
      for (const item of message.items) seen.add(`${message.edition} ${item.kind}`);
  }
  for (const edition of [2016, 2025] as const)
    for (const { kind } of BODIES[edition]) assert.ok(seen.has(`${edition} ${kind}`), `${edition} ${kind}`);
});

test("decode then encode gives the same bytes", () => {
  fc.assert(
    fc.property(seeds, (seed) => assert.deepEqual(encodeFrame(decodeFrame(reportOf(seed))), reportOf(seed))),
    RUNS,
  );
});

test("encode then decode gives the same message", () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const message = decodeFrame(reportOf(seed));
      assert.deepEqual(decodeFrame(encodeFrame(JSON.parse(JSON.stringify(message)) as Message)), message);
    }),
    RUNS,
  );
});

test("generated decoders and encoders do what the interpreter does", () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const bytes = reportOf(seed);
      const message = decodeFrame(bytes);
      assert.deepEqual(message, decodeWith(REFERENCE.readItems, bytes));
      assert.deepEqual(encodeFrame(message), encodeWith(REFERENCE.writeItems, message));
    }),
    RUNS,
  );
});

test("generated columns, interpreted columns and the typed decode agree", () => {
  const decode = createColumnDecoder(FULL_MAP);
  const reference = createColumnDecoder(FULL_MAP, { interpret: true });
  fc.assert(
    fc.property(seeds, (seed) => {
      const bytes = reportOf(seed);
      const [sink, other] = [fullSink(), fullSink()];
      assert.equal(decode(bytes, sink, 2).ok, true);
      assert.equal(reference(bytes, other, 2).ok, true);
      assert.deepEqual(rowOf(sink, 2), rowOf(other, 2));
      const message = decodeFrame(bytes);
      if (message.kind === "realtimeReport" || message.kind === "reissuedReport")
        assert.deepEqual(rowOf(sink, 2), bodyView(message));
    }),
    RUNS,
  );
});

test("a cut data unit is refused by all paths alike, or ends between two bodies", () => {
  const decode = createColumnDecoder(FULL_MAP);
  const reference = createColumnDecoder(FULL_MAP, { interpret: true });
  fc.assert(
    fc.property(seeds, fc.nat(), (seed, cut) => {
      const whole = reportOf(seed);
      const unit = 6 + (cut % (whole.length - 30));
      const bytes = Uint8Array.from([...whole.subarray(0, 24 + unit), 0]);
      bytes[22] = unit >> 8;
      bytes[23] = unit;
      bytes[bytes.length - 1] = bytes.subarray(2, -1).reduce((a, b) => a ^ b, 0);
      const columns = { ...decode(bytes, fullSink(), 0) };
      assert.equal(columns.code, reference(bytes, fullSink(), 0).code);
      const typed = decodeFrame(bytes, { malformed: "keep" });
      assert.equal(typed.kind === "malformed" ? typed.error.code : undefined, columns.code);
      assert.deepEqual(encodeFrame(typed), bytes);
    }),
    RUNS,
  );
});

test("fields cover the frame from the first byte to the last without overlap", () => {
  fc.assert(
    fc.property(seeds, fc.nat(), fc.nat({ max: 255 }), (seed, at, value) => {
      const bytes = reportOf(seed);
      bytes[at % bytes.length] = value;
      let end = 0;
      for (const field of fieldsOf(bytes)) {
        assert.equal(field.offset, end, field.name);
        assert.equal(field.raw.length, field.length * 2);
        end += field.length;
      }
      assert.equal(end, bytes.length);
    }),
    RUNS,
  );
});
