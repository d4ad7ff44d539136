/** The statements of one generated function, and the conditions and numbers in it. */
import type { CondNode, NumNode } from "../engine/node.ts";
import { SAMPLE } from "../engine/state.ts";
import type { CondShape, NumShape } from "../engine/shape.ts";
import { js, type Fragment } from "./fragment.ts";

/** Nodes that generated code calls, by number. */
export class Callees {
  readonly nodes: (CondNode | NumNode)[] = [];
  readonly #numbers = new Map<CondNode | NumNode, number>();

  numberOf(node: CondNode | NumNode): number {
    let number = this.#numbers.get(node);
    if (number === undefined) {
      number = this.nodes.length;
      this.nodes.push(node);
      this.#numbers.set(node, number);
    }
    return number;
  }
}

/** Most constants of a list that stand in the code. */
const MOST_LISTED = 32;

/**
 * Names in the code: `s` state, `n` its numbers, `k` cell, `due` timer of the trigger so far, `x` the context of
 * closures, `N` called nodes. A node is evaluated once, where it first stands.
 */
export class Body {
  readonly statements: Fragment[] = [];
  readonly #callees: Callees;
  readonly #known = new Map<CondNode | NumNode, Fragment>();
  #names = 0;

  constructor(callees: Callees) {
    this.#callees = callees;
  }

  add(statement: Fragment): void {
    this.statements.push(statement);
  }

  name(): Fragment {
    return js`v${this.#names++}`;
  }

  /** A name that holds the verdict. */
  cond(node: CondNode): Fragment {
    const known = this.#known.get(node);
    if (known !== undefined) return known;
    const name = node.shape === undefined ? this.#callCond(node) : this.#shaped(node, node.shape);
    this.#known.set(node, name);
    return name;
  }

  /** A name or a numeral. */
  num(node: NumNode): Fragment {
    const known = this.#known.get(node);
    if (known !== undefined) return known;
    let value: Fragment;
    if (node.slot !== undefined && node.slot >= 0) value = this.#hold(js`n[${node.slot}]`);
    else if (node.shape === undefined) value = this.#callNum(node);
    else value = this.#number(node, node.shape);
    this.#known.set(node, value);
    return value;
  }

  #hold(expression: Fragment): Fragment {
    const name = this.name();
    this.add(js`const ${name} = ${expression};`);
    return name;
  }

  #callCond(node: CondNode): Fragment {
    const name = this.name();
    this.add(js`x.due = due; const ${name} = N[${this.#callees.numberOf(node)}].eval(s, k); due = x.due;`);
    return name;
  }

  #callNum(node: NumNode): Fragment {
    const name = this.name();
    this.add(js`x.due = due; const ${name} = N[${this.#callees.numberOf(node)}].value(s, k); due = x.due;`);
    return name;
  }

  #number(node: NumNode, shape: NumShape): Fragment {
    switch (shape.op) {
      case "const":
        return js`${shape.value}`;
      case "neg":
        return this.#hold(js`-${this.num(shape.of)}`);
      case "abs":
        return this.#hold(js`Math.abs(${this.num(shape.of)})`);
      case "rate":
        return this.#rate(shape);
      case "delta":
      case "aggregate":
        return this.#callNum(node);
      default: {
        const a = this.num(shape.left);
        const b = this.num(shape.right);
        switch (shape.op) {
          case "add":
            return this.#hold(js`${a} + ${b}`);
          case "sub":
            return this.#hold(js`${a} - ${b}`);
          case "mul":
            return this.#hold(js`${a} * ${b}`);
          case "mod":
            return this.#hold(js`${a} % ${b}`);
          case "min2":
            return this.#hold(js`Math.min(${a}, ${b})`);
          case "max2":
            return this.#hold(js`Math.max(${a}, ${b})`);
          default: {
            const quotient = this.#hold(js`${a} / ${b}`);
            return this.#hold(js`${quotient} - ${quotient} === 0 ? ${quotient} : NaN`);
          }
        }
      }
    }
  }

  #rate({ slot, at, maxGap }: Extract<NumShape, { op: "rate" }>): Fragment {
    const value = this.#hold(js`n[${slot}]`);
    const gap = this.name();
    this.add(js`if (n[${slot + SAMPLE}] === k) {
  if (n[${at + 2}] !== k) { n[${at}] = n[${at + 2}]; n[${at + 1}] = n[${at + 3}]; n[${at + 2}] = k; }
  n[${at + 3}] = ${value};
}
const ${gap} = n[${at + 2}] - n[${at}];`);
    return this.#hold(
      js`${value} === ${value} && ${gap} <= ${maxGap} ? (n[${at + 3}] - n[${at + 1}]) * 2000 / ${gap} : NaN`,
    );
  }

  #shaped(node: CondNode, shape: CondShape): Fragment {
    switch (shape.op) {
      case "constant":
        return js`${shape.verdict}`;
      case "flag": {
        const v = this.#hold(js`n[${shape.at}]`);
        return this.#hold(js`${v} === 0 ? 0 : ${v} === ${v} ? 2 : 1`);
      }
      case "valid": {
        const v = this.#hold(js`n[${shape.at}]`);
        return this.#hold(js`${v} === ${v} ? 2 : 0`);
      }
      case "event": {
        const name = this.name();
        this.add(js`let ${name} = 0;
if (n[${shape.at}] === k) { ${name} = 2; if (k + 1 < due) due = k + 1; }`);
        return name;
      }
      case "lt":
      case "le":
      case "gt":
      case "ge":
        return this.#order(shape.op, this.num(shape.left), this.num(shape.right));
      case "eq":
      case "ne": {
        const d = this.#hold(js`${this.num(shape.left)} - ${this.num(shape.right)}`);
        const [same, other] = shape.op === "eq" ? [2, 0] : [0, 2];
        return this.#hold(js`${d} === 0 ? ${same} : ${d} === ${d} ? ${other} : 1`);
      }
      case "in": {
        if (shape.values.length === 0 || shape.values.length > MOST_LISTED) return this.#callCond(node);
        const v = this.num(shape.of);
        const tests = shape.values.map((value) => js`${v} === ${value}`).reduce((a, b) => js`${a} || ${b}`);
        return this.#hold(js`${v} !== ${v} ? 1 : ${tests} ? 2 : 0`);
      }
      case "not":
        return this.#hold(js`2 - ${this.cond(shape.of)}`);
      case "and": {
        const a = this.cond(shape.left);
        const b = this.cond(shape.right);
        return this.#hold(js`${a} < ${b} ? ${a} : ${b}`);
      }
      case "or": {
        const a = this.cond(shape.left);
        const b = this.cond(shape.right);
        return this.#hold(js`${a} > ${b} ? ${a} : ${b}`);
      }
      case "for":
        return this.#for(node, shape);
      case "once":
        return this.#once(node, shape);
      case "edge":
        return this.#edge(shape);
      case "count": {
        const v = this.cond(shape.of);
        const { empty } = shape;
        return this.#unless(node, js`${v} === 2 || n[${shape.meta + 2}] > 0`, js`${empty}`);
      }
      case "response": {
        const after = this.cond(shape.after);
        this.cond(shape.expect);
        return this.#unless(node, js`${after} === 2 || n[${shape.meta + 2}] > 0`, js`0`);
      }
      case "since": {
        const p = this.cond(shape.left);
        const q = this.cond(shape.right);
        const { at, meta, near } = shape;
        const moved = js`n[${at + 1}] !== ${p} || n[${at + 2}] !== ${q} || n[${meta + 2}] > 0 || n[${at}] >= k - ${near}`;
        return this.#unless(node, moved, near === 0 ? q : js`${p} < ${q} ? ${p} : ${q}`);
      }
      case "bounded":
        return this.#callCond(node);
    }
  }

  /** The closures where something happens, a short answer where nothing does. */
  #unless(node: CondNode, condition: Fragment, otherwise: Fragment): Fragment {
    const name = this.name();
    this.add(js`let ${name};
if (${condition}) { x.due = due; ${name} = N[${this.#callees.numberOf(node)}].eval(s, k); due = x.due; }
else ${name} = ${otherwise};`);
    return name;
  }

  #order(op: "lt" | "le" | "gt" | "ge", a: Fragment, b: Fragment): Fragment {
    switch (op) {
      case "lt":
        return this.#hold(js`${a} < ${b} ? 2 : ${a} >= ${b} ? 0 : 1`);
      case "le":
        return this.#hold(js`${a} <= ${b} ? 2 : ${a} > ${b} ? 0 : 1`);
      case "gt":
        return this.#hold(js`${a} > ${b} ? 2 : ${a} <= ${b} ? 0 : 1`);
      default:
        return this.#hold(js`${a} >= ${b} ? 2 : ${a} < ${b} ? 0 : 1`);
    }
  }

  /** While the operand holds, witnesses are collected: the closures do that. */
  #for(node: CondNode, { of, at, span }: Extract<CondShape, { op: "for" }>): Fragment {
    const v = this.cond(of);
    const name = this.name();
    this.add(js`let ${name} = 0;
if (${v} === 2) { x.due = due; ${name} = N[${this.#callees.numberOf(node)}].eval(s, k); due = x.due; }
else {
  if (n[${at + 3}] !== ${v}) { n[${at + 1}] = Infinity; n[${at + 2}] = NaN; n[${at + 3}] = ${v}; }
  if (${v} === 0) n[${at}] = Infinity;
  else {
    if (n[${at}] === Infinity) n[${at}] = k;
    const end = n[${at}];
    if (!(end > k - ${span})) ${name} = 1;
    else if (end + ${span} < due) due = end + ${span};
  }
}`);
    return name;
  }

  #once(node: CondNode, { of, at, span, flip }: Extract<CondShape, { op: "once" }>): Fragment {
    const inner = this.cond(of);
    const name = this.name();
    const [yes, no] = flip ? [0, 2] : [2, 0];
    this.add(js`let ${name} = ${no};
if (${inner} === ${yes}) { x.due = due; ${name} = N[${this.#callees.numberOf(node)}].eval(s, k); due = x.due; }
else {
  if (n[${at + 3}] === 1) n[${at + 3}] = 0;
  if (n[${at}] === Infinity) n[${at}] = k;
  if (${inner} === 1) n[${at + 1}] = Infinity;
  else if (n[${at + 1}] === Infinity) n[${at + 1}] = k;
  const last = n[${at}];
  if (last > k - ${span}) { if (last + ${span} < due) due = last + ${span}; ${name} = ${yes}; }
  else {
    const open = n[${at + 1}];
    if (open > k - ${span}) { if (open + ${span} < due) due = open + ${span}; ${name} = 1; }
  }
}`);
    return name;
  }

  #edge({ of, at, flip, neutral }: Extract<CondShape, { op: "edge" }>): Fragment {
    const inner = this.cond(of);
    const name = this.name();
    const [yes, no] = flip ? [0, 2] : [2, 0];
    const unseen = flip && !neutral ? js` && n[${at + 2}] !== -1` : js``;
    this.add(js`let ${name} = 0;
if (k > n[${at}]) { n[${at}] = k; n[${at + 2}] = n[${at + 1}]; } else n[${at + 1}] = n[${at + 2}];
if (${inner} === ${no}) n[${at + 1}] = 0;
else if (${inner} === ${yes}) {
  n[${at + 1}] = 2;
  if (n[${at + 2}] !== 2${unseen}) { ${name} = 2; if (k + 1 < due) due = k + 1; }
} else ${name} = 1;`);
    return name;
  }
}
