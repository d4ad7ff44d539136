import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { DifferencePacker } from "./simd-differences.ts";

const packer = new DifferencePacker();

/** What ADR 0040 says, entry by entry. */
function packPlainly(rows: readonly (readonly number[])[], width: number): Buffer {
  const pieces: Buffer[] = [];
  for (const row of rows) {
    const length: number[] = [];
    let rest = row.length * width;
    for (; rest > 0x7f; rest >>>= 7) length.push((rest & 0x7f) | 0x80);
    const bytes = Buffer.alloc(row.length * width);
    for (const [i, entry] of row.entries()) {
      const shift = 32 - 8 * width;
      const difference = ((entry - (i === 0 ? 0 : row[i - 1])) << shift) >> shift;
      const zigzag = (difference << 1) ^ (difference >> 31);
      bytes.writeUIntLE((zigzag >>> 0) % 2 ** (8 * width), i * width, width);
    }
    pieces.push(Buffer.from([...length, rest]), bytes);
  }
  return Buffer.concat(pieces);
}

function check(rows: readonly (readonly number[])[], width: 1 | 2 | 4, mark: number): void {
  const entries = rows.flat();
  const ticks = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array }[width].from(entries);
  let end = 0;
  const ends = Uint32Array.from(rows, (row) => (end += row.length));
  const expected = packPlainly(rows, width);
  const out = Buffer.alloc(3 + expected.length);
  const bytes = new Uint8Array(ticks.buffer);
  assert.equal(packer.pack(bytes, width, ends, rows.length, mark, out, 3), out.length);
  assert.deepEqual(out.subarray(3), expected);
  if (entries.includes(mark)) assert.ok(packer.mayHaveMark, "a mark is always seen");
  else if (!entries.includes(0)) assert.ok(!packer.mayHaveMark || mark === 0);
}

for (const width of [1, 2, 4] as const) {
  const top = 2 ** (8 * width) - 1;
  const entry = fc.oneof(fc.integer({ min: 0, max: top }), fc.constantFrom(0, 1, top - 1, top, 2 ** (8 * width - 1)));
  test(`rows of ${width}-byte entries are packed as entry by entry`, () => {
    fc.assert(
      fc.property(fc.array(fc.array(entry, { maxLength: 70 }), { minLength: 1, maxLength: 40 }), entry, (rows, mark) =>
        check(rows, width, mark),
      ),
    );
  });

  test(`many rows and the longest list of ${width}-byte entries are packed`, () => {
    const value = (i: number) => (i * 40_503) % (top + 1);
    const list = (length: number, from: number) => Array.from({ length }, (_, i) => value(from + i));
    check(
      Array.from({ length: 5000 }, (_, row) => list(row % 5, row)),
      width,
      top,
    );
    check([list(65_531, 1), [], list(3, 2), list(65_531, 3), list(200, 4)], width, top);
  });
}

test("an entry behind the rows is not taken for a mark", () => {
  const ends = Uint32Array.of(3);
  const marks = new Uint8Array(64).fill(255);
  packer.pack(marks, 1, Uint32Array.of(64), 1, 255, Buffer.alloc(80), 0);
  assert.ok(packer.mayHaveMark);
  packer.pack(Uint8Array.of(1, 2, 3), 1, ends, 1, 255, Buffer.alloc(80), 0);
  assert.ok(!packer.mayHaveMark);
});
