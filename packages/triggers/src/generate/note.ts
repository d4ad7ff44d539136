/** The function that takes an observation of a quiet subject: what `note` of quiet.ts does, input by input. */
import {
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
  ROWS,
  UNTIL,
  type QuietParts,
} from "../engine/quiet.ts";
import { js, type Fragment } from "./fragment.ts";

/** Beyond it the function would be too large to be optimised. */
export const MOST_INPUTS = 96;

export function noteFunction(parts: QuietParts): Fragment {
  const { at, logged, guardedInputs, builder } = parts;
  const count = builder.inputs.length;
  const valuesAt = at + LIMITS + 2 * count;
  const logAt = valuesAt + count;
  const width = 1 + logged.length;
  const inputs = Array.from({ length: count }, (_, i) => i);
  const crossingOnly = inputs.filter((i) => !guardedInputs.includes(i));
  const all = (tests: readonly Fragment[]): Fragment => tests.reduce((a, b) => js`${a} && ${b}`, js`true`);
  const inside = (i: number): Fragment => {
    const low = at + LIMITS + 2 * i;
    return js`(present[${i}] === 1 ? values[${i}] >= n[${low}] && values[${i}] <= n[${low + 1}] : present[${i}] === 0 ? n[${low}] > n[${low + 1}] : n[${low}] !== n[${low}])`;
  };
  const rates = builder.rates.map(({ input, limit, rising }) => {
    const column = 1 + Math.max(0, logged.indexOf(input));
    const rate = js`(values[${input}] - n[before + ${column}]) * 2000 / passed`;
    return js`(present[${input}] !== 1 || ${rate} ${rising ? js`<` : js`>`} ${limit})`;
  });
  return js`function note(s, k, values, present, ref) {
let n = s.numbers, length = n[${at + LENGTH}];
if (length < 0) return ${NOT_QUIET};
const passed = k - n[${at + LAST}], before = ${logAt} + (length | 0) * ${width} - 0;
if (!(k >= n[${at + NOW}] && k < n[${at + GUARD_UNTIL}] && passed < n[${at + GUARD_GAP}] && passed >= n[${at + LEAST}] && ${all(guardedInputs.map(inside))} && ${all(rates)})) {
if (!Q.breach(s, k, values, present)) return ${NOT_QUIET};
n = s.numbers;
length = 0;
}
if (n[${at + HOT}] !== 1 && !(k < n[${at + UNTIL}] && passed < n[${at + GAP}] && ${all(crossingOnly.map(inside))})) {
Q.stir(s);
}
const hot = n[${at + HOT}] === 1, row = ${logAt} + ((length | 0) + 1) * ${width} | 0;
n[row] = k;
${logged.map((i, c) => js`n[row + ${1 + c}] = present[${i}] === 1 ? values[${i}] : NaN;`)}
n[${at + LAST}] = k;
n[${at + NOW}] = k;
n[${at + LAST_REF}] = ref;
n[${at + LENGTH}] = length + 1;
if (!hot) {
${inputs.map((i) => js`n[${valuesAt + i}] = values[${i}];`)}
s.clock = k;
}
if (length + 1 === ${ROWS}) {
Q.settle(s);
s.numbers[${at + PAUSE}] = 0;
}
return hot ? ${NOTED_SOME} : ${NOTED};
}`;
}
