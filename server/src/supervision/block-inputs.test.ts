import assert from "node:assert/strict";
import { it } from "node:test";
import fc from "fast-check";
import { getScalar, ObservationBlock, Reason, SIGNALS } from "@sandglass/signals";
import { BlockInputs } from "./block-inputs.ts";

const ids = SIGNALS.filter(({ kind }) => kind === "scalar" || kind === "bit").map(({ id }) => id);
const scalars = new ObservationBlock(1).scalars;
const reasons = fc.constantFrom(...Object.values(Reason));

/** Ticks and reason of every scalar column, within the type of its array. */
const row = fc.tuple(
  ...scalars.map(({ ticks }) => fc.tuple(fc.nat(ticks.BYTES_PER_ELEMENT === 1 ? 255 : 32_767), reasons)),
);

it("fills any choice of inputs from any row: physical values, bits of the alarm word, and why a value is not there", () => {
  fc.assert(
    fc.property(
      fc.shuffledSubarray(ids, { minLength: 1 }),
      fc.array(row, { minLength: 1, maxLength: 3 }),
      (chosen, rows) => {
        const block = new ObservationBlock(rows.length);
        for (const [r, cells] of rows.entries())
          for (const [c, [ticks, reason]] of cells.entries()) {
            block.scalars[c].ticks[r] = ticks;
            block.scalars[c].reasons[r] = reason;
          }
        const inputs = new BlockInputs(chosen);
        for (const [r, cells] of rows.entries()) {
          const before = inputs.values.slice();
          const isAny = inputs.load(block, r);
          let expected = false;
          for (const [i, id] of chosen.entries()) {
            const signal = SIGNALS.find((each) => each.id === id);
            const column = signal?.kind === "scalar" ? signal.column : getScalar("alarm.flags").column;
            const [ticks, reason] = cells[column];
            const value =
              signal?.kind === "scalar"
                ? ticks / signal.perUnit
                : signal?.kind === "bit"
                  ? (ticks >>> signal.bit) & 1
                  : 0;
            assert.equal(inputs.values[i], reason === Reason.ok ? value : before[i], id);
            assert.equal(inputs.present[i], reason === Reason.ok ? 1 : reason === Reason.absent ? 0 : 2, id);
            expected ||= reason !== Reason.absent;
          }
          assert.equal(isAny, expected);
        }
      },
    ),
    { numRuns: 60 },
  );
});

it("refuses a signal that no column holds", () => {
  assert.throws(() => new BlockInputs(["speed", "no.such.signal"]), /no column feeds the signal no\.such\.signal/);
});
