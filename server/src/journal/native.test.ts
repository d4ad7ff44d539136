import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { getScalar, LIST_SIGNALS, ObservationBlock, Reason, TICK_MARKS } from "@sandglass/signals";
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

test("a signal that no row has takes no place; the others stand in the order of the layout", () => {
  const encoder = new NativeEncoder();
  const names = (block: ObservationBlock): string[] => {
    const text = Buffer.from(encoder.encode(block)).toString("latin1");
    return observationTable()
      .filter(({ name, type }) =>
        text.includes(`${String.fromCharCode(name.length)}${name}${String.fromCharCode(type.length)}${type}`),
      )
      .map(({ name }) => name);
  };
  const empty = new ObservationBlock(1);
  empty.putRaw(Uint8Array.of(1, 2, 3));
  empty.endRow();
  assert.deepEqual(
    names(empty),
    observationTable()
      .filter(({ kind }) => kind !== "scalar" && kind !== "list")
      .map(({ name }) => name),
  );
  const speed = getScalar("speed").column;
  empty.scalars[speed].reasons[0] = Reason.invalid;
  assert.ok(names(empty).includes("speed"), "a sentinel is something");
  const bytes = encoder.encode(empty);
  assert.equal(bytes[0], names(empty).length);
  const [first] = observationTable();
  assert.equal(bytes.toString("latin1", 3, 3 + bytes[2]), first.name);
});

test("a value that is the mark of its type does not pass for a number", () => {
  for (const { column, type } of LIST_SIGNALS) {
    const block = new ObservationBlock(1);
    const list = block.lists[column];
    list.reserve(3);
    list.ticks.set([1, TICK_MARKS[type], 2]);
    list.reasons.fill(Reason.ok, 0, 3);
    list.length = 3;
    block.endRow();
    const decoded = decodeNativeBlock(new NativeEncoder().encode(block)).lists[column];
    assert.deepEqual([...decoded.reasons.subarray(0, 3)], [Reason.ok, Reason.outOfRange, Reason.ok]);
    assert.deepEqual([decoded.ticks[0], decoded.ticks[2]], [1, 2]);
    assert.equal(list.reasons[1], Reason.outOfRange, "who reads the block sees what who reads the journal sees");
  }
});

test("a packed list that ends inside an entry is refused", () => {
  const space = new ObservationBlock(1);
  const voltages = LIST_SIGNALS.findIndex(({ id }) => id === "cell.voltage");
  space.lists[voltages].reserve(2);
  space.lists[voltages].length = 2;
  space.lists[voltages].reasons.fill(Reason.ok, 0, 2);
  space.endRow();
  const bytes = Buffer.from(new NativeEncoder().encode(space));
  const header = Buffer.from("\x0ccell_voltage\x06String", "latin1");
  const at = bytes.indexOf(header) + header.length;
  bytes[at] = 3;
  assert.throws(
    () => decodeNativeBlock(bytes),
    (error) => error instanceof SandglassError && error.code === "SG_JOURNAL_CORRUPT",
  );
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
