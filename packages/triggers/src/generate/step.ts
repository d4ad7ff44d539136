/** The functions of a set around its triggers: taking the inputs of an observation, choosing the triggers it matters to. */
import { CELL, EXPIRY, INPUT_SLOTS, REF, SAMPLE, VALUE } from "../engine/state.ts";
import { GUARDED } from "../engine/guard.ts";
import { NOTED } from "../engine/quiet-layout.ts";
import type { Program } from "../set.ts";
import { js, type Fragment } from "./fragment.ts";

/** Larger functions are not optimised: inputs and triggers come in pieces. */
const TRIGGERS_PER_FUNCTION = 24;
const INPUTS_PER_FUNCTION = 32;
/** Constants of an input that stand in the code. */
const MOST_CONSTANTS = 16;

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

/** Text of `function i<word>(s, n, k, values, present, ref)`: inputs of one word of the masks. */
function inputFunction(program: Program, word: number): Fragment {
  const { holds, crossings, crossingEnds } = program;
  const first = word * INPUTS_PER_FUNCTION;
  const inputs = range(first, Math.min(holds.length, first + INPUTS_PER_FUNCTION)).map((i) => {
    const at = i * INPUT_SLOTS;
    const begin = i === 0 ? 0 : (crossingEnds[i - 1] as number);
    const constants = Array.from(crossings.subarray(begin, crossingEnds[i]));
    return js`p = present[${i}];
if (p !== 0) {
v = values[${i}];
c = -1;
if (p === 1 && v === v) {
e = k + ${holds[i] as number};
n[${at + VALUE}] = v;
n[${at + EXPIRY}] = e;
if (e < next) next = e;
c = ${constants.length > MOST_CONSTANTS ? js`A.cellOf(${i}, v)` : cellText(constants, 0)};
} else {
n[${at + VALUE}] = NaN;
n[${at + EXPIRY}] = Infinity;
}
n[${at + SAMPLE}] = k;
n[${at + REF}] = ref;
m |= ${1 << (i & 31)};
if (c !== n[${at + CELL}]) { n[${at + CELL}] = c; d |= ${1 << (i & 31)}; }
}`;
  });
  return js`function i${word}(s, n, k, values, present, ref) {
let m = s.sampled[${word}], d = s.crossed[${word}], next = s.next, p = 0, v = 0, c = 0, e = 0;
${inputs}
s.sampled[${word}] = m;
s.crossed[${word}] = d;
s.next = next;
}`;
}

/** Where v lies among the constants: 2 × those below it, + 1 if it equals the next. */
function cellText(constants: readonly number[], from: number): Fragment {
  const constant = constants[from];
  if (constant === undefined) return js`${2 * from}`;
  return js`v > ${constant} ? ${cellText(constants, from + 1)} : v === ${constant} ? ${2 * from + 1} : ${2 * from}`;
}

/** Text of the functions that choose among the triggers, and of `evaluate(s, k, samples, emit)`. */
function evaluateFunctions(program: Program): Fragment {
  const { runners, crossingMasks, sampleMasks, modes, dueAt, awakeAt } = program;
  const words = Math.max(1, Math.ceil(program.holds.length / 32));
  const masks = range(0, words).map((j) => js`m${j} = s.sampled[${j}], c${j} = s.crossed[${j}]`);
  const load = js`const ${masks.reduce((a, b) => js`${a}, ${b}`)};`;
  const pieces: Fragment[] = [];
  for (let first = 0; first < runners.length; first += TRIGGERS_PER_FUNCTION) {
    const calls = range(first, Math.min(runners.length, first + TRIGGERS_PER_FUNCTION)).map((i) => {
      if (modes[i] !== 0) return js`if (n[${awakeAt + i}] < ${GUARDED}) A.consider(s, k, ${i}, samples, emit);`;
      const tests: Fragment[] = [js`n[${dueAt + i}] <= k`];
      for (let j = 0; j < words; j++) {
        const sample = sampleMasks[i * words + j] as number;
        const crossing = crossingMasks[i * words + j] as number;
        if ((sample | crossing) !== 0) tests.push(js`(c${j} & ${sample | crossing}) !== 0`);
        if (sample !== 0) tests.push(js`(m${j} & ${sample}) !== 0`);
        if (crossing !== 0) tests.push(js`a === 1 && (m${j} & ${crossing}) !== 0`);
      }
      return js`a = n[${awakeAt + i}];
if (a < ${GUARDED} && (${tests.reduce((a, b) => js`${a} || ${b}`)})) t${i}(s, n, k, emit);`;
    });
    pieces.push(js`function e${pieces.length}(s, n, k, samples, emit) {
${load}
let a = 0;
${calls}
}`);
  }
  return js`${pieces}
function evaluate(s, k, samples, emit) {
const n = s.numbers;
${range(0, pieces.length).map((i) => js`e${i}(s, n, k, samples, emit);`)}
if (x.tight) A.grow(s);
${range(0, words).map((j) => js`s.sampled[${j}] = 0; s.crossed[${j}] = 0;`)}
}`;
}

/** Text of `step`; `isQuiet`: the set has guards. */
export function stepFunctions(program: Program, isQuiet: boolean): Fragment {
  const words = Math.max(1, Math.ceil(program.holds.length / 32));
  const { heardAt } = program.builder;
  return js`${range(0, words).map((word) => inputFunction(program, word))}
${evaluateFunctions(program)}
function step(s, timeMs, values, present, ref, emit) {
let k = 2 * timeMs;
${isQuiet ? js`if (note(s, k, values, present, ref) === ${NOTED}) return;` : js``}
A.reach(s, k, emit);
if (k < s.clock) k = s.clock + s.clock % 2;
s.clock = k;
const n = s.numbers;
${heardAt === undefined ? js`` : js`A.hear(n, k);`}
if (s.next <= k) A.expire(s, k);
${range(0, words).map((word) => js`i${word}(s, n, k, values, present, ref);`)}
evaluate(s, k, true, emit);
${
  isQuiet
    ? js`Q.enter(s, k, values, present);
Q.rest(s);`
    : js``
}
}`;
}
