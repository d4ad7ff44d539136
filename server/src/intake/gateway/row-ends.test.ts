import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { LIST_SIGNALS, ObservationBlock } from "@sandglass/signals";
import { RowEnds } from "./row-ends.ts";

const ROWS = 12;
/** Which of two blocks gets the row, and by how much each of its lists has grown. */
const rows = fc.array(
  fc.tuple(fc.nat(1), fc.array(fc.nat(300), { minLength: LIST_SIGNALS.length, maxLength: LIST_SIGNALS.length })),
  { maxLength: ROWS },
);

test("rows end where ObservationBlock.endRow ends them, in blocks that take turns and are used again", () => {
  // Code is made for a block in the middle of it.
  const ends = new RowEnds(50);
  const blocks = [new ObservationBlock(ROWS), new ObservationBlock(ROWS)];
  fc.assert(
    fc.property(rows, (all) => {
      const expected = [new ObservationBlock(ROWS), new ObservationBlock(ROWS)];
      for (const block of blocks) block.reset();
      for (const [which, growth] of all) {
        for (const block of [blocks[which], expected[which]])
          growth.forEach((count, i) => (block.lists[i].length += count));
        ends.endRow(blocks[which]);
        expected[which].endRow();
      }
      for (const [i, block] of blocks.entries()) {
        assert.equal(block.rows, expected[i].rows);
        for (const [n, list] of block.lists.entries())
          assert.deepEqual(list.ends.slice(0, block.rows), expected[i].lists[n].ends.slice(0, block.rows));
      }
    }),
    { numRuns: 200 },
  );
});
