/** The function that takes an observation of a quiet subject: what `note` of quiet.ts does, input by input. */
import {
  BRIEF,
  CAPACITY,
  GAP,
  GUARD_GAP,
  GUARD_UNTIL,
  HOT,
  LAST,
  LAST_REF,
  LEAST,
  LENGTH,
  LIMITS,
  NOT_QUIET,
  NOTED,
  NOTED_SOME,
  NOW,
  PAUSE,
  UNTIL,
} from "../engine/quiet-layout.ts";
import type { QuietParts } from "../engine/quiet.ts";
import { js, type Fragment } from "./fragment.ts";

/** Beyond it the function would be too large to be optimised. */
export const MOST_INPUTS = 96;

export function noteFunction(parts: QuietParts): Fragment {
  const { logged, unlogged, valuesAt, logAt, width, guardedInputs, builder } = parts;
  const inputs = [...builder.inputs.keys()];
  const crossingOnly = inputs.filter((i) => !guardedInputs.includes(i));
  const all = (tests: readonly Fragment[]): Fragment => tests.reduce((a, b) => js`${a} && ${b}`, js`true`);
  const inside = (i: number): Fragment => {
    const low = LIMITS + 2 * i;
    return js`(present[${i}] === 1 ? values[${i}] >= h[${low}] && values[${i}] <= h[${low + 1}] : present[${i}] === 0 ? h[${low}] > h[${low + 1}] : h[${low}] !== h[${low}])`;
  };
  const within = builder.rates.map(({ input, limit, rising }) => {
    const column = 1 + Math.max(0, logged.indexOf(input));
    const rate = js`(values[${input}] - h[before + ${column}]) * 2000 / passed`;
    return js`(present[${input}] !== 1 || ${rate} ${rising ? js`<` : js`>`} ${limit})`;
  });
  const rates = builder.rates.map(({ brief = 0 }, j) => {
    const test = within[j] as Fragment;
    if (brief === 0) return test;
    return js`(${test} || passed < ${brief} && h[${BRIEF}] === Infinity && (until = Math.min(until, h[${LAST}] + ${brief})) > k)`;
  });
  return js`function note(s, k, values, present, ref) {
const h = s.quiet;
let length = h[${LENGTH}];
if (length < 0) return ${NOT_QUIET};
const passed = k - h[${LAST}], before = ${logAt} + (length | 0) * ${width} - 0;
let until = Infinity;
if (!(k >= h[${NOW}] && k < h[${GUARD_UNTIL}] && k < h[${BRIEF}] && passed < h[${GUARD_GAP}] && passed >= h[${LEAST}] && ${all(guardedInputs.map(inside))} && ${all(rates)})) {
if (!Q.breach(s, k, values, present)) return ${NOT_QUIET};
length = 0;
until = Infinity;
}
if (h[${HOT}] !== 1 && !(k < h[${UNTIL}] && passed < h[${GAP}] && ${all(crossingOnly.map(inside))})) {
Q.stir(s);
}
const hot = h[${HOT}] === 1, row = ${logAt} + ((length | 0) + 1) * ${width} | 0;
h[row] = k;
${logged.map((i, c) => js`h[row + ${1 + c}] = present[${i}] === 1 ? values[${i}] : NaN;`)}
h[${LAST}] = k;
h[${NOW}] = k;
h[${LAST_REF}] = ref;
h[${BRIEF}] = until;
h[${LENGTH}] = length + 1;
if (!hot) {
${unlogged.map((i, j) => js`h[${valuesAt + j}] = values[${i}];`)}
s.clock = k;
}
if (length + 1 === h[${CAPACITY}]) {
Q.settle(s);
h[${PAUSE}] = 0;
Q.rest(s);
}
return hot ? ${NOTED_SOME} : ${NOTED};
}`;
}
