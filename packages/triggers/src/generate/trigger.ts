/** The function of one trigger: its conditions, and the automaton as long as nothing fires and nothing begins to. */
import type { CondNode } from "../engine/node.ts";
import type { FiringShape } from "../engine/shape.ts";
import { Body, type Callees } from "./body.ts";
import { js, type Fragment } from "./fragment.ts";

/** Conditions without any memory need not be looked at before something fires. */
function isStateless(node: CondNode): boolean {
  return node.pure === true && node.absorbers?.length === 0;
}

/** Text of `function t<index>(s, n, k, emit)`. `due` and `awake` are the trigger's numbers. */
export function triggerFunction(
  index: number,
  shape: FiringShape,
  due: number,
  awake: number,
  callees: Callees,
): Fragment {
  const body = new Body(callees);
  const v = body.cond(shape.when);
  const { clear, severities } = shape;
  if (clear !== undefined && !isStateless(clear)) body.cond(clear);
  for (const { when } of severities) if (when !== undefined && !isStateless(when)) body.cond(when);

  // From here on what is stated stands in the branch in which the automaton moves.
  const before = body.statements.length;
  const recovery = clear === undefined ? js`1` : body.cond(clear);
  body.add(js`let level = 0;`);
  for (const { level, when } of severities) {
    if (when === undefined) body.add(js`level = ${level};`);
    else body.add(js`if (${body.cond(when)} === 2) level = ${level};`);
  }
  const branch = body.statements.splice(before);

  const reasons = [js`n[${shape.state}] !== 0 || ${v} === 2 && n[${shape.known}] !== 2`];
  if (shape.mindsUnknown) reasons.push(js`${v} === 1`);
  if (shape.degrades)
    reasons.push(js`n[${shape.degraded}] === 1 || n[${shape.unknownSince}] === n[${shape.unknownSince}]`);
  if (shape.begins > -Infinity) reasons.push(js`k < ${shape.begins}`);
  const inForce = shape.ends < Infinity ? js`${v} !== 1 && k < ${shape.ends}` : js`${v} !== 1`;
  return js`function t${index}(s, n, k, emit) {
let due = Infinity;
x.awake = false;
${body.statements}
if (${reasons.reduce((a, b) => js`${a} || ${b}`)}) {
${branch}
x.due = due;
C[${index}].conclude(s, k, ${v}, ${recovery}, level, emit);
due = x.due;
} else {
if (${inForce}) n[${shape.known}] = ${v};
n[${shape.previous}] = ${v};
}
n[${due}] = due;
n[${awake}] = x.awake ? 1 : 0;
if (due < s.next) s.next = due;
}`;
}
