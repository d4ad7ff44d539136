/** Conditions without parts: constants, flags, events, whether there is a value, membership in a list. */
import type { Cond } from "../lang/core.ts";
import { ABSENT, VALID, type Guard } from "./guard.ts";
import { INPUT_SLOTS, SAMPLE, tellCurrent, VALUE, type Builder, type CondNode } from "./node.ts";
import { compileNum } from "./numbers.ts";
import { F, T, U, type SubjectState, type Verdict } from "./state.ts";

const STATELESS = { absorbers: [], pure: true } as const;

export function constantNode(text: string, verdict: Verdict): CondNode {
  return {
    text,
    inputs: [],
    shape: { op: "constant", verdict },
    eval: () => verdict,
    margin: () => NaN,
    since: () => NaN,
    witnesses: () => {},
    ...STATELESS,
    guard: () => true,
  };
}

export function flagNode(text: string, id: string, builder: Builder): CondNode {
  const input = builder.input(id);
  const at = input * INPUT_SLOTS;
  return {
    text,
    inputs: [input],
    shape: { op: "flag", at },
    eval(s) {
      const v = s.numbers[at + VALUE] as number;
      return v === 0 ? F : v === v ? T : U;
    },
    margin: (s) => (s.numbers[at] === 0 ? -1 : s.numbers[at] === s.numbers[at] ? 1 : NaN),
    since: () => NaN,
    witnesses(s, _k, sink) {
      tellCurrent(s, [input], text, "event", sink);
    },
    ...STATELESS,
    steady: true,
    guard: (s, _k, _v, guard) => keepValue(s, input, guard),
  };
}

/** An event is present as a sample of any value at its instant and has no value afterwards. */
export function eventNode(text: string, id: string, builder: Builder): CondNode {
  const input = builder.input(id);
  const at = input * INPUT_SLOTS + SAMPLE;
  const { context } = builder;
  return {
    text,
    inputs: [input],
    shape: { op: "event", at },
    eval(s, k) {
      if (s.numbers[at] !== k) return F;
      if (k + 1 < context.due) context.due = k + 1;
      return T;
    },
    margin: () => NaN,
    since: () => NaN,
    witnesses(s, _k, sink) {
      tellCurrent(s, [input], text, "event", sink);
    },
    ...STATELESS,
    guard: (_s, _k, verdict, guard) => verdict === F && guard.present[input] === ABSENT,
  };
}

export function validNode(text: string, id: string, builder: Builder): CondNode {
  const input = builder.input(id);
  const at = input * INPUT_SLOTS;
  return {
    text,
    inputs: [input],
    shape: { op: "valid", at },
    eval: (s) => (Number.isNaN(s.numbers[at] as number) ? F : T),
    margin: () => NaN,
    since: () => NaN,
    witnesses(s, _k, sink) {
      tellCurrent(s, [input], text, "event", sink);
    },
    ...STATELESS,
    guard: () => true,
  };
}

export function inNode(text: string, cond: Extract<Cond, { op: "in" }>, builder: Builder): CondNode {
  const of = compileNum(cond.of, builder);
  const values = new Float64Array(cond.values);
  return {
    text,
    inputs: of.inputs,
    shape: { op: "in", of, values: cond.values },
    eval(s, k) {
      const v = of.value(s, k);
      if (v !== v) return U;
      return values.includes(v) ? T : F;
    },
    margin: () => NaN,
    since: () => NaN,
    witnesses(s, _k, sink) {
      tellCurrent(s, of.inputs, text, "event", sink);
    },
    ...(cond.of.op === "signal" ? STATELESS : {}),
    guard: (s, _k, _v, guard) => cond.of.op === "signal" && keepValue(s, of.inputs[0] as number, guard),
  };
}

/** The input keeps its value. */
function keepValue(s: SubjectState, input: number, guard: Guard): boolean {
  const v = s.numbers[input * INPUT_SLOTS + VALUE] as number;
  if (guard.present[input] === VALID) guard.keep(input, v, v);
  return true;
}
