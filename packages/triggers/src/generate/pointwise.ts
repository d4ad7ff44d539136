/**
 * Generated code for one condition over an evenly spaced trace, pointwise: verdicts (0, 1) or robustness, two-valued,
 * with the neutral value before the first sample. It is what published tools compute; vectors.ts compares it with the
 * operators of the engine. A step is constant time, amortised, whatever the bounds.
 */
import type { Cond, Num } from "../lang/core.ts";
import { js, type Fragment } from "./fragment.ts";

/** Takes the next samples, one column per input, and writes as many results; goes on where the last call stopped. */
export type PointwiseRun = (columns: readonly Float64Array[], count: number, out: Float64Array) => void;

/** Longest window that is kept, in samples. */
const LONGEST = 1 << 20;
const NEVER = -(2 ** 30);

class Unsupported extends Error {}

/** Names: `i` sample, `x<j>` inputs, `v<j>` results, `s<j>` what is remembered, `r<j>` arrays, `z` what is kept between calls. */
class Writer {
  readonly body: Fragment[] = [];
  readonly initial: number[] = [];
  readonly rooms: (Float64Array | Int32Array)[] = [];
  readonly #inputs: readonly string[];
  readonly #isBoolean: boolean;
  readonly #stepMs: number;
  #names = 0;

  constructor(inputs: readonly string[], isBoolean: boolean, stepMs: number) {
    this.#inputs = inputs;
    this.#isBoolean = isBoolean;
    this.#stepMs = stepMs;
  }

  hold(expression: Fragment): Fragment {
    const name = js`v${this.#names++}`;
    this.body.push(js`const ${name} = ${expression};`);
    return name;
  }

  #slot(initial: number): Fragment {
    this.initial.push(initial);
    return js`s${this.initial.length - 1}`;
  }

  #room(room: Float64Array | Int32Array): Fragment {
    this.rooms.push(room);
    return js`r${this.rooms.length - 1}`;
  }

  #steps(ms: number): number {
    const steps = ms / this.#stepMs;
    if (!Number.isInteger(steps) || steps > LONGEST) throw new Unsupported();
    return steps;
  }

  num(num: Num): Fragment {
    switch (num.op) {
      case "const":
        return js`${num.value}`;
      case "signal": {
        const index = this.#inputs.indexOf(num.id);
        if (index < 0) throw new Unsupported();
        return js`x${index}`;
      }
      case "neg":
        return this.hold(js`-${this.num(num.of)}`);
      case "abs":
        return this.hold(js`Math.abs(${this.num(num.of)})`);
      case "add":
        return this.hold(js`${this.num(num.left)} + ${this.num(num.right)}`);
      case "sub":
        return this.hold(js`${this.num(num.left)} - ${this.num(num.right)}`);
      case "mul":
        return this.hold(js`${this.num(num.left)} * ${this.num(num.right)}`);
      default:
        throw new Unsupported();
    }
  }

  cond(cond: Cond): Fragment {
    switch (cond.op) {
      case "true":
        return js`${this.#isBoolean ? 1 : Infinity}`;
      case "false":
        return js`${this.#isBoolean ? 0 : -Infinity}`;
      case "lt":
      case "le":
      case "gt":
      case "ge":
      case "eq":
      case "ne":
        return this.#compare(cond.op, this.num(cond.left), this.num(cond.right));
      case "not":
        return this.#not(this.cond(cond.of));
      case "and":
        return this.#least(this.cond(cond.left), this.cond(cond.right));
      case "or":
        return this.#most(this.cond(cond.left), this.cond(cond.right));
      case "implies":
        return this.#most(this.#not(this.cond(cond.left)), this.cond(cond.right));
      case "for":
        return this.#not(this.#once(this.#not(this.cond(cond.of)), 0, this.#steps(cond.ms)));
      case "within":
        return this.#once(this.cond(cond.of), 0, this.#steps(cond.ms));
      case "once":
      case "historically": {
        const [from, to] = [this.#steps(cond.from), cond.to === null ? Infinity : this.#steps(cond.to)];
        const of = this.cond(cond.of);
        return cond.op === "once" ? this.#once(of, from, to) : this.#not(this.#once(this.#not(of), from, to));
      }
      case "since": {
        const [from, to] = [this.#steps(cond.from), cond.to === null ? Infinity : this.#steps(cond.to)];
        const left = this.cond(cond.left);
        const right = this.cond(cond.right);
        return this.#isBoolean ? this.#since(left, right, from, to) : this.#robustSince(left, right, from, to);
      }
      case "previous":
        return this.#previous(this.cond(cond.of));
      case "rising":
      case "falling": {
        const of = this.cond(cond.of);
        const v = cond.op === "rising" ? of : this.#not(of);
        return this.#least(v, this.#not(this.#previous(v)));
      }
      default:
        throw new Unsupported();
    }
  }

  #compare(op: "lt" | "le" | "gt" | "ge" | "eq" | "ne", a: Fragment, b: Fragment): Fragment {
    const operators = { lt: js`<`, le: js`<=`, gt: js`>`, ge: js`>=`, eq: js`===`, ne: js`!==` };
    if (this.#isBoolean) return this.hold(js`${a} ${operators[op]} ${b} ? 1 : 0`);
    if (op === "gt" || op === "ge") return this.hold(js`${a} - ${b}`);
    if (op === "lt" || op === "le") return this.hold(js`${b} - ${a}`);
    const distance = this.hold(js`Math.abs(${a} - ${b})`);
    return op === "ne" ? distance : this.hold(js`-${distance}`);
  }

  #not(v: Fragment): Fragment {
    return this.hold(this.#isBoolean ? js`1 - ${v}` : js`-${v}`);
  }

  #least(a: Fragment, b: Fragment): Fragment {
    return this.hold(this.#isBoolean ? js`${a} & ${b}` : js`${a} < ${b} ? ${a} : ${b}`);
  }

  #most(a: Fragment, b: Fragment): Fragment {
    return this.hold(this.#isBoolean ? js`${a} | ${b}` : js`${a} > ${b} ? ${a} : ${b}`);
  }

  #previous(v: Fragment): Fragment {
    const slot = this.#slot(this.#isBoolean ? 0 : -Infinity);
    const before = this.hold(slot);
    this.body.push(js`${slot} = ${v};`);
    return before;
  }

  /** The value `steps` samples ago. */
  #delay(v: Fragment, steps: number): Fragment {
    if (steps === 0) return v;
    if (steps === 1) return this.#previous(v);
    const room = this.#room(this.#isBoolean ? new Int32Array(steps) : new Float64Array(steps).fill(-Infinity));
    const place = this.#slot(0);
    const before = this.hold(js`${room}[${place}]`);
    this.body.push(js`${room}[${place}] = ${v}; if (++${place} === ${steps}) ${place} = 0;`);
    return before;
  }

  #once(of: Fragment, from: number, to: number): Fragment {
    const v = this.#delay(of, from);
    const span = to - from;
    if (span < 0) return js`${this.#isBoolean ? 0 : -Infinity}`;
    if (span === 0) return v;
    if (span === Infinity) {
      const slot = this.#slot(this.#isBoolean ? 0 : -Infinity);
      this.body.push(js`${slot} = ${this.#isBoolean ? js`${slot} | ${v}` : js`${v} > ${slot} ? ${v} : ${slot}`};`);
      return this.hold(slot);
    }
    if (!this.#isBoolean) return this.#greatest(v, span);
    const slot = this.#slot(NEVER);
    this.body.push(js`if (${v} === 1) ${slot} = i;`);
    return this.hold(js`i - ${slot} <= ${span} ? 1 : 0`);
  }

  /**
   * Greatest of the last span + 1 values: of the block of as many that is being filled, and of what is left of the block
   * before. Which of the two is greater turns once per block, so that branches are foreseen whatever the trace; a queue
   * of candidates takes half of the rate on noise.
   */
  #greatest(v: Fragment, span: number): Fragment {
    const { room, place, length } = this.#block(span + 1);
    const newest = this.#slot(-Infinity);
    this.body.push(js`if (${place} === ${length}) {
for (let a = ${-Infinity}, j = ${length - 1}; j >= 0; j--) { if (${room}[j] > a) a = ${room}[j]; else ${room}[j] = a; }
${place} = 0; ${newest} = ${-Infinity};
}
${room}[${place}] = ${v}; ${place} = ${place} + 1 | 0;
if (${v} > ${newest}) ${newest} = ${v};`);
    const oldest = this.hold(js`${room}[${place}]`);
    return this.hold(js`${oldest} > ${newest} ? ${oldest} : ${newest}`);
  }

  /** A block of values and the place of the next one; behind it one that never counts. */
  #block(length: number): { room: Fragment; place: Fragment; length: number } {
    return { room: this.#room(new Float64Array(length + 1).fill(-Infinity)), place: this.#slot(0), length };
  }

  /** Latest Q that is old enough, and the last instant without P. */
  #since(p: Fragment, q: Fragment, from: number, to: number): Fragment {
    if (to < from) return js`0`;
    const slot = this.#slot(to === Infinity && from === 0 ? 0 : NEVER);
    if (from === 0 && to === Infinity) {
      this.body.push(js`${slot} = ${q} | ${p} & ${slot};`);
      return this.hold(slot);
    }
    if (from === 0) {
      this.body.push(js`if (${p} === 0) ${slot} = ${NEVER};
if (${q} === 1) ${slot} = i;`);
      return this.hold(js`i - ${slot} <= ${to} ? 1 : 0`);
    }
    const old = this.#delay(q, from);
    const broken = this.#slot(NEVER + 1);
    this.body.push(js`if (${p} === 0) ${broken} = i;
if (${old} === 1) ${slot} = i - ${from};`);
    const recent = to === Infinity ? js`` : js` && i - ${slot} <= ${to}`;
    return this.hold(js`${slot} >= ${broken}${recent} ? 1 : 0`);
  }

  /**
   * A sample turns what was found into max(Q, min(P, found)). Such steps follow each other as one of their kind, so that
   * blocks serve as for the greatest value: the step of the block that is being filled, after what the steps that are
   * left of the block before have found.
   */
  #robustSince(p: Fragment, q: Fragment, from: number, to: number): Fragment {
    if (to < from) return js`${-Infinity}`;
    let candidate = this.#delay(q, from);
    if (from > 0) candidate = this.#least(candidate, this.#not(this.#greatest(this.#not(p), from - 1)));
    if (to === Infinity) {
      const slot = this.#slot(-Infinity);
      this.body.push(js`if (${slot} > ${p}) ${slot} = ${p};
if (${candidate} > ${slot}) ${slot} = ${candidate};`);
      return this.hold(slot);
    }
    const { room, place, length } = this.#block(to - from + 1);
    const limits = this.#room(new Float64Array(length));
    const found = this.#slot(-Infinity);
    const limit = this.#slot(Infinity);
    this.body.push(js`if (${place} === ${length}) {
for (let a = ${-Infinity}, l = ${Infinity}, j = ${length - 1}; j >= 0; j--) {
const b = ${room}[j] < l ? ${room}[j] : l;
if (b > a) a = b;
if (${limits}[j] < l) l = ${limits}[j];
${room}[j] = a;
}
${place} = 0; ${found} = ${-Infinity}; ${limit} = ${Infinity};
}
${room}[${place}] = ${candidate}; ${limits}[${place}] = ${p}; ${place} = ${place} + 1 | 0;
if (${found} > ${p}) ${found} = ${p};
if (${candidate} > ${found}) ${found} = ${candidate};
if (${p} < ${limit}) ${limit} = ${p};`);
    const oldest = this.hold(js`${room}[${place}]`);
    const old = this.hold(js`${oldest} < ${limit} ? ${oldest} : ${limit}`);
    return this.hold(js`${old} > ${found} ? ${old} : ${found}`);
  }
}

/**
 * A runner for a condition over `inputs`, samples `stepMs` apart. Undefined if it has an operator without a template, a
 * bound between samples, or where code must not be made of strings. Verdicts are 0 and 2, as everywhere.
 */
export function generatePointwise(
  cond: Cond,
  inputs: readonly string[],
  isBoolean: boolean,
  stepMs: number,
): PointwiseRun | undefined {
  const w = new Writer(inputs, isBoolean, stepMs);
  let result: Fragment;
  try {
    result = w.cond(cond);
  } catch (error) {
    if (error instanceof Unsupported) return undefined;
    throw error;
  }
  const slots = w.initial.map((_, j) => j);
  const text = js`"use strict";
${w.rooms.map((_, j) => js`const r${j} = R[${j}];`)}
return function (columns, count, out) {
${inputs.map((_, j) => js`const c${j} = columns[${j}];`)}
${slots.map((j) => js`let s${j} = z[${j}];`)}
let i = z[${slots.length}];
for (let j = 0; j < count; j++) {
${inputs.map((_, j) => js`const x${j} = c${j}[j];`)}
${w.body}
out[j] = ${isBoolean ? js`${result} * 2` : result};
i = i + 1 | 0;
}
${slots.map((j) => js`z[${j}] = s${j};`)}
z[${slots.length}] = i;
};`;
  try {
    // oxlint-disable-next-line no-implied-eval, no-new-func
    const make = new Function("R", "z", text.text) as (R: Writer["rooms"], z: number[]) => PointwiseRun;
    return make(w.rooms, [...w.initial, 0]);
  } catch (error) {
    if (error instanceof EvalError) return undefined;
    throw error;
  }
}
