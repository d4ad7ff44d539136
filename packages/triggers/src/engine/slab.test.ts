import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { Slab } from "./slab.ts";

interface Held {
  readonly block: number;
  readonly units: number;
  readonly mark: number;
}

/** Fills a block with its mark, to its very end. */
function fill(slab: Slab, { block, units, mark }: Held): void {
  slab.write(block, new Int32Array(Slab.bytes(units) / 4).fill(mark), Slab.bytes(units));
}

function assertWhole(slab: Slab, { block, units, mark }: Held): void {
  for (let i = 0; i < Slab.bytes(units) / 4; i += 7) assert.equal(slab.word(block, i), mark);
}

describe("a slab", () => {
  it("gives blocks that lie apart from each other, whatever was given back before", () => {
    const action = fc.record({
      bytes: fc.oneof(
        fc.integer({ min: 1, max: 3000 }),
        fc.integer({ min: 1, max: 3000 }),
        fc.integer({ min: 500_000, max: 1_500_000 }),
      ),
      back: fc.option(fc.nat(), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(action, { maxLength: 30 }), (actions) => {
        const slab = new Slab();
        const held: Held[] = [];
        actions.forEach(({ bytes, back }, mark) => {
          if (back !== undefined && held.length > 0) {
            const [left] = held.splice(back % held.length, 1) as [Held];
            assertWhole(slab, left);
            slab.give(left.block, left.units);
          }
          const units = Slab.units(bytes);
          assert.ok(Slab.bytes(units) >= bytes);
          const one = { block: slab.take(units), units, mark };
          fill(slab, one);
          held.push(one);
        });
        for (const one of held) assertWhole(slab, one);
      }),
      { numRuns: 25 },
    );
  });

  it("takes little more than what is held, however often sizes change", () => {
    const slab = new Slab();
    let seed = 7;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    const held = Array.from({ length: 20_000 }, () => {
      const units = Slab.units(400 + random(2000));
      return { block: slab.take(units), units };
    });
    for (let turn = 0; turn < 100_000; turn++) {
      const one = held[random(held.length)] as (typeof held)[number];
      slab.give(one.block, one.units);
      one.units = Slab.units(400 + random(2000));
      one.block = slab.take(one.units);
    }
    const bytes = held.reduce((sum, { units }) => sum + Slab.bytes(units), 0);
    assert.ok(slab.size < 1.25 * bytes + 4_194_304, `${slab.size} for ${bytes}`);
  });
});
