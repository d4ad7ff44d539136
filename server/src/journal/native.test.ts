import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { LIST_SIGNALS, ObservationBlock, Reason } from "@sandglass/signals";
import { SandglassError } from "../errors/mod.ts";
import { decodeNativeBlock } from "./native-decoder.ts";
import { NativeEncoder } from "./native-encoder.ts";
import { observationTable } from "./native-layout.ts";
import { contentOf, randomBlock } from "./random-rows.fixture.ts";

test("random rows survive encoding and decoding in every column", () => {
  const encoder = new NativeEncoder();
  const reuse = new ObservationBlock(64);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 64 }),
      fc.nat(),
      fc.integer({ min: 0, max: 2 ** 52 }),
      (rows, seed, firstSeq) => {
        const block = randomBlock(rows, seed, firstSeq);
        const bytes = encoder.encode(block);
        assert.deepEqual(contentOf(decodeNativeBlock(bytes)), contentOf(block));
        assert.deepEqual(contentOf(decodeNativeBlock(bytes, reuse)), contentOf(block), "a reused block keeps nothing");
      },
    ),
    { numRuns: 40 },
  );
});

test("the header names the columns of the layout in its order", () => {
  const bytes = new NativeEncoder().encode(randomBlock(1, 1));
  const [first] = observationTable();
  assert.equal(bytes[0], observationTable().length);
  assert.equal(bytes[1], 1);
  assert.equal(bytes.toString("latin1", 3, 3 + bytes[2]), first.name);
});

test("a list without a NULL in the block has no null map, and comes back the same", () => {
  const block = randomBlock(16, 5);
  const currents = LIST_SIGNALS.findIndex(({ id }) => id === "pack.current");
  const header = (type: string) => `${String.fromCharCode(12)}pack_current${String.fromCharCode(type.length)}${type}`;
  for (const [reason, type] of [
    [Reason.ok, "Array(Int32)"],
    [Reason.absent, "Array(Nullable(Int32))"],
    [Reason.invalid, "Array(Nullable(Int32))"],
  ] as const) {
    block.lists[currents].reasons.fill(Reason.ok);
    block.lists[currents].reasons[block.lists[currents].length - 1] = reason;
    const bytes = new NativeEncoder().encode(block);
    assert.ok(bytes.includes(Buffer.from(header(type), "latin1")));
    assert.deepEqual(contentOf(decodeNativeBlock(bytes)), contentOf(block));
  }
});

test("no number stands under a NULL", () => {
  const block = randomBlock(8, 3);
  for (const column of block.scalars) {
    column.ticks.fill(77);
    column.reasons.fill(Reason.invalid);
  }
  const encoder = new NativeEncoder();
  const decoded = decodeNativeBlock(encoder.encode(block));
  for (const column of decoded.scalars)
    assert.deepEqual(
      [...column.ticks.subarray(0, 8)],
      Array.from({ length: 8 }, () => 0),
    );
});

test("a block that is cut at any byte or has bytes behind it is refused with a coded error", () => {
  const whole = Buffer.from(new NativeEncoder().encode(randomBlock(2, 9)));
  const refused = (bytes: Uint8Array) =>
    assert.throws(
      () => decodeNativeBlock(bytes),
      (error) => error instanceof SandglassError && error.code === "SG_JOURNAL_CORRUPT",
    );
  const step = Math.max(1, Math.floor(whole.length / 2000));
  for (let length = 0; length < whole.length; length += step) refused(whole.subarray(0, length));
  refused(Buffer.concat([whole, Buffer.of(0)]));
});

test("a column of another type is refused", () => {
  const bytes = Buffer.from(new NativeEncoder().encode(randomBlock(1, 1)));
  const at = bytes.indexOf("UInt64", 0, "latin1");
  bytes.write("UInt32", at, "latin1");
  assert.throws(() => decodeNativeBlock(bytes), { code: "SG_JOURNAL_CORRUPT" });
});
