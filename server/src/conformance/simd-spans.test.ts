import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { SPAN, SpanFolder } from "./simd-spans.ts";

const folder = new SpanFolder();

/** Cuts of a list into stretches, some of them empty. */
const lengths = fc.array(fc.integer({ min: 0, max: 70 }), { minLength: 1, maxLength: 40 });

function check(numbers: Uint16Array | Int16Array, cuts: readonly number[]): void {
  folder.begin(numbers, cuts.length);
  let end = 0;
  for (const length of cuts) folder.add(end, (end += length));
  const spans = folder.end();
  assert.equal(spans.length, cuts.length * SPAN.size);
  let from = 0;
  for (const [i, length] of cuts.entries()) {
    const part = [...numbers.subarray(from, from + length)];
    from += length;
    if (numbers instanceof Uint16Array)
      assert.equal(
        spans[i * SPAN.size + SPAN.sum],
        part.reduce((sum, value) => sum + value, 0),
      );
    if (part.length === 0) continue;
    assert.equal(spans[i * SPAN.size + SPAN.min], Math.min(...part));
    assert.equal(spans[i * SPAN.size + SPAN.max], Math.max(...part));
  }
}

describe("spans of 16-bit numbers", () => {
  it("are what a plain loop finds, unsigned", () => {
    fc.assert(
      fc.property(lengths, fc.infiniteStream(fc.integer({ min: 0, max: 0xffff })), (cuts, values) => {
        const total = cuts.reduce((sum, length) => sum + length, 0);
        check(Uint16Array.from(values.take(total)), cuts);
      }),
    );
  });

  it("are what a plain loop finds, signed", () => {
    fc.assert(
      fc.property(lengths, fc.infiniteStream(fc.integer({ min: -0x8000, max: 0x7fff })), (cuts, values) => {
        const total = cuts.reduce((sum, length) => sum + length, 0);
        check(Int16Array.from(values.take(total)), cuts);
      }),
    );
  });

  it("hold for a block of many stretches and for one of the longest list the protocol allows", () => {
    const numbers = Uint16Array.from({ length: 300_000 }, (_, i) => (i * 40_503) & 0xffff);
    check(numbers, Array<number>(3000).fill(97));
    check(numbers, [65_531, 3, 65_531]);
    check(numbers, Array<number>(60_000).fill(4));
  });
});
