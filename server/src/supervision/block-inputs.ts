/**
 * Feeds the inputs of a trigger set from the columns of a block: ticks to physical values, reasons to presence.
 *
 * By code made for the set: columns have five types of array, and one loop over all of them asks each value for its type
 * (some 13 ns per input, measured).
 */
import { findSignal, getScalar, Reason, type ObservationBlock } from "@sandglass/signals";

/** `present` of Monitor.step. */
const NO_SAMPLE = 0;
const VALID = 1;
const INVALID = 2;

/** Larger functions are not optimised: columns come in pieces. */
const COLUMNS_PER_FUNCTION = 32;

interface Input {
  /** Index into `values` and `present`. */
  readonly index: number;
  readonly column: number;
  readonly perUnit: number;
  /** Bit of the column's value; -1 = the value itself. */
  readonly bit: number;
}

type Load = (scalars: ObservationBlock["scalars"], row: number, values: Float64Array, present: Uint8Array) => boolean;

export class BlockInputs {
  readonly values: Float64Array;
  readonly present: Uint8Array;
  readonly #load: Load;

  /** Throws for a signal that no column holds: the compiler was given another catalogue. */
  constructor(signalIds: readonly string[]) {
    this.#load = compile(signalIds.map(inputOf));
    this.values = new Float64Array(signalIds.length);
    this.present = new Uint8Array(signalIds.length);
  }

  /** Fills `values` and `present` from a row. Returns false when the row carries no sample for any input. */
  load(block: ObservationBlock, row: number): boolean {
    return this.#load(block.scalars, row, this.values, this.present);
  }
}

function inputOf(id: string, index: number): Input {
  const signal = findSignal(id);
  if (signal?.kind === "scalar") return { index, column: signal.column, perUnit: signal.perUnit, bit: -1 };
  if (signal?.kind === "bit") return { index, column: getScalar("alarm.flags").column, perUnit: 1, bit: signal.bit };
  throw new Error(`no column feeds the signal ${id}`);
}

/** Only numbers go into the text. */
function compile(inputs: readonly Input[]): Load {
  const columns = [...Map.groupBy(inputs, ({ column }) => column)].map(columnText);
  const functions: string[] = [];
  for (let from = 0; from < columns.length; from += COLUMNS_PER_FUNCTION)
    functions.push(`function f${functions.length}(scalars,row,values,present){
let any=false,c,r=0,t=0;
${columns.slice(from, from + COLUMNS_PER_FUNCTION).join("\n")}
return any;
}`);
  // Every piece is called: a sample in one of them is no reason to leave the others unfilled.
  const calls = functions.map((_, i) => `any=f${i}(scalars,row,values,present)||any;`).join("");
  const make = new Function(`"use strict";
${functions.join("\n")}
return function(scalars,row,values,present){let any=false;${calls}return any;};`) as () => Load;
  return make();
}

function columnText([column, inputs]: [number, readonly Input[]]): string {
  const all = (presence: number): string => inputs.map(({ index }) => `present[${index}]=${presence};`).join("");
  const values = inputs.map(
    ({ index, perUnit, bit }) => `values[${index}]=${bit < 0 ? `t/${perUnit}` : `t>>>${bit}&1`};`,
  );
  return `c=scalars[${column}];r=c.reasons[row];
if(r===${Reason.ok}){t=c.ticks[row];${values.join("")}${all(VALID)}any=true;}
else if(r===${Reason.absent}){${all(NO_SAMPLE)}}
else{${all(INVALID)}any=true;}`;
}
