import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { Packer } from "./pack.ts";
import { layOut, Queue, QUEUE_SLOTS } from "./queue.ts";
import { INPUT_SLOTS } from "./state.ts";

const NOW = 2 * Date.UTC(2026, 0, 1);
const INPUTS = 3;
const NOTHING_APART = { leaveOut: () => {}, bringBack: () => {} };
const WIDTHS = [2, 3, 1, 5];

/** What states hold: cells near the clock, decimals, sums, references, what is unknown or for ever, and anything else. */
const number = fc.oneof(
  fc.integer({ min: -(2 ** 32), max: 2 ** 32 }).map((distance) => NOW + distance),
  fc.integer({ min: -40_000, max: 40_000 }).map((distance) => NOW + distance),
  fc.integer({ min: -3_000_000, max: 3_000_000 }).map((n) => n / 1000),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.constantFrom(0, 1, 2, -1, NaN, Infinity, -Infinity, -(2 ** 31), 2 ** 31, 0.1 + 0.2),
  fc.double().map((x) => x + 0),
);
/** Columns are mostly of one kind. */
const column = (length: number): fc.Arbitrary<readonly number[]> =>
  fc.oneof(
    fc.array(number, { minLength: length, maxLength: length }),
    number.map((x) => Array.from({ length }, () => x)),
    fc
      .tuple(number, fc.integer({ min: -33_000, max: 33_000 }))
      .map(([x, step]) => Array.from({ length }, (_, i) => x + i * step)),
    fc.array(
      fc.integer({ min: 0, max: 9_000_000 }).map((n) => n / 1000),
      { minLength: length, maxLength: length },
    ),
  );
const rows = fc
  .nat(20)
  .chain((length) =>
    fc.tuple(...WIDTHS.map((width) => fc.tuple(...Array.from({ length: width }, () => column(length))))),
  );
const state = fc.record({
  fixed: fc.array(number, { minLength: 40, maxLength: 40 }),
  queues: rows,
  turned: fc.nat(8),
});

function build(given: {
  fixed: readonly number[];
  queues: readonly (readonly (readonly number[])[])[];
  turned: number;
}) {
  const fixed = INPUTS * INPUT_SLOTS + given.fixed.length;
  const pressure = { tight: false };
  const queues = WIDTHS.map((width, i) => new Queue(fixed + i * QUEUE_SLOTS, width, 24, pressure));
  const initial = [
    ...Array.from({ length: INPUTS * INPUT_SLOTS }, (_, i) => given.fixed[i % 7] as number),
    ...given.fixed,
  ];
  const slots = fixed + QUEUE_SLOTS * queues.length;
  const room = queues.reduce((sum, q) => sum + q.width * q.mostRoom, slots);
  const numbers = layOut([...initial, ...Array.from({ length: QUEUE_SLOTS * queues.length }, () => 0)], queues);
  const n = new Float64Array(room);
  n.set(numbers);
  let base = slots;
  queues.forEach((q, i) => {
    n.set([base, given.turned, 0, q.mostRoom], q.meta);
    base += q.width * q.mostRoom;
    const columns = given.queues[i] as readonly (readonly number[])[];
    for (let row = 0; row < (columns[0]?.length ?? 0); row++) {
      const at = q.push(n);
      columns.forEach((list, c) => (n[at + c] = list[row] as number));
    }
  });
  return { n, queues, fixed, initial: [...initial, ...Array.from({ length: slots - fixed }, () => 0)], room };
}

/** The numbers that have a meaning: fixed ones and rows. */
function meaningOf(n: Float64Array, queues: readonly Queue[], fixed: number): unknown {
  return [
    Array.from(n.subarray(0, fixed)),
    queues.map((q) =>
      Array.from({ length: q.length(n) }, (_, row) => Array.from(n.subarray(q.at(n, row), q.at(n, row) + q.width))),
    ),
  ];
}

describe("packed states", () => {
  it("come back with every number as it was, whatever was packed before", () => {
    fc.assert(
      fc.property(fc.array(state, { minLength: 1, maxLength: 4 }), fc.constantFrom(NOW, 0), (given, clock) => {
        const first = build(given[0] as (typeof given)[number]);
        const packer = new Packer(first.initial, INPUTS, NOTHING_APART, first.queues, new Set([0, 2]), first.room);
        const places = [packer.admit({}), packer.admit({})];
        given.forEach((one, i) => {
          const { n, queues, fixed } = build(one);
          const before = meaningOf(n, queues, fixed) as [unknown, unknown[]];
          const place = places[i % 2] as number;
          packer.packWindows(place, n, clock);
          packer.packRest(place, n, clock);
          assert.deepEqual(meaningOf(packer.unpack(place, true), queues, fixed), before);
          const windows = before[1].map((list, index) => (index === 0 || index === 2 ? [] : list));
          assert.deepEqual(meaningOf(packer.unpack(place, false), queues, fixed), [before[0], windows]);
        });
      }),
      { numRuns: 500 },
    );
  });
});
