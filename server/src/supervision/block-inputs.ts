/** Feeds the inputs of a trigger set from the columns of a block: ticks to physical values, reasons to presence. */
import { findSignal, getScalar, Reason, type ObservationBlock } from "@sandglass/signals";

/** `present` of Monitor.step. */
const NO_SAMPLE = 0;
const VALID = 1;
const INVALID = 2;

interface Input {
  readonly column: number;
  readonly perUnit: number;
  /** Bit of the column's value; -1 = the value itself. */
  readonly bit: number;
}

export class BlockInputs {
  readonly values: Float64Array;
  readonly present: Uint8Array;
  readonly #inputs: readonly Input[];

  /** Throws for a signal that no column holds: the compiler was given another catalogue. */
  constructor(signalIds: readonly string[]) {
    this.#inputs = signalIds.map(inputOf);
    this.values = new Float64Array(signalIds.length);
    this.present = new Uint8Array(signalIds.length);
  }

  /** Fills `values` and `present` from a row. Returns false when the row carries no sample for any input. */
  load(block: ObservationBlock, row: number): boolean {
    const { values, present } = this;
    const inputs = this.#inputs;
    let any = false;
    for (let i = 0; i < inputs.length; i++) {
      const input = inputs[i];
      const column = block.scalars[input.column];
      const reason = column.reasons[row];
      if (reason === Reason.ok) {
        const ticks = column.ticks[row];
        values[i] = input.bit < 0 ? ticks / input.perUnit : (ticks >>> input.bit) & 1;
        present[i] = VALID;
        any = true;
      } else if (reason === Reason.absent) {
        present[i] = NO_SAMPLE;
      } else {
        present[i] = INVALID;
        any = true;
      }
    }
    return any;
  }
}

function inputOf(id: string): Input {
  const signal = findSignal(id);
  if (signal?.kind === "scalar") return { column: signal.column, perUnit: signal.perUnit, bit: -1 };
  if (signal?.kind === "bit") return { column: getScalar("alarm.flags").column, perUnit: 1, bit: signal.bit };
  throw new Error(`no column feeds the signal ${id}`);
}
