/**
 * Generated code for a trigger set. It moves the same numbers as the interpreter (engine/), so that either can go on
 * where the other left off, and calls the interpreter where something happens: witnesses, margins, firings.
 * generate.test.ts compares both, number by number.
 */
import type { Context } from "../engine/node.ts";
import type { Emit } from "../engine/firing-event.ts";
import type { Quiet } from "../engine/quiet.ts";
import type { SubjectState } from "../engine/state.ts";
import type { Program } from "../set.ts";
import { Callees } from "./body.ts";
import { js, type Fragment } from "./fragment.ts";
import { MOST_INPUTS, noteFunction } from "./note.ts";
import { stepFunctions } from "./step.ts";
import { triggerFunction } from "./trigger.ts";

/** What generated code calls of the monitor. */
export interface Actions {
  /** Runs the timers before cell k and aims at it. */
  reach(s: SubjectState, k: number, emit: Emit): void;
  expire(s: SubjectState, k: number): void;
  hear(n: Float64Array, k: number): void;
  consider(s: SubjectState, k: number, trigger: number, samples: boolean, emit: Emit): void;
  grow(s: SubjectState): void;
  cellOf(input: number, value: number): number;
}

export interface Generated {
  step(s: SubjectState, timeMs: number, values: Float64Array, present: Uint8Array, ref: number, emit: Emit): void;
  evaluate(s: SubjectState, k: number, samples: boolean, emit: Emit): void;
}

/** The text of the code of a set, and the nodes that it calls. */
export function generateText(program: Program, quiet: Quiet | undefined): { text: string; callees: Callees } {
  const callees = new Callees();
  const { runners, modes, dueAt, awakeAt } = program;
  const triggers = runners.map((runner, i): Fragment =>
    modes[i] === 0 ? triggerFunction(i, runner.shape, dueAt + i, awakeAt + i, callees) : js``,
  );
  const note =
    quiet === undefined
      ? js``
      : program.holds.length > MOST_INPUTS
        ? js`const note = Q.note;`
        : noteFunction(quiet.parts);
  const text = js`"use strict";
${triggers}
${note}
${stepFunctions(program, quiet !== undefined)}
return { step, evaluate };`;
  return { text: text.text, callees };
}

type Factory = (N: Callees["nodes"], C: Program["runners"], Q: Quiet | undefined, A: Actions, x: Context) => Generated;

/** Undefined where code must not be made of strings: then the set is interpreted. */
export function generate(program: Program, quiet: Quiet | undefined, actions: Actions): Generated | undefined {
  const { text, callees } = generateText(program, quiet);
  let factory: Factory;
  try {
    // The text holds numbers and templates of this program only, see fragment.ts.
    // oxlint-disable-next-line no-implied-eval, no-new-func
    factory = new Function("N", "C", "Q", "A", "x", text) as Factory;
  } catch (error) {
    if (error instanceof EvalError) return undefined;
    throw error;
  }
  return factory(callees.nodes, program.runners, quiet, actions, program.context);
}
