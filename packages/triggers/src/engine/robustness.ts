/**
 * Robustness intervals: how far a condition is from its other verdict, as [low, high] in signal units.
 * Runs the same operator core as the verdicts, on reals. Used where a margin over time is asked for: conformance,
 * history, near-miss reports; live monitors compute margins from the samples they keep.
 */
import type { Cond } from "../lang/core.ts";
import { pushRun, pushSince, sinceMaximum, windowMaximum, type WindowShape } from "./cells.ts";
import type { Builder } from "./node.ts";
import { compileNum } from "./numbers.ts";
import type { SubjectState } from "./state.ts";

/** Holds its interval of the last evaluation; one evaluation tree serves one subject at a time. */
export interface RobustNode {
  low: number;
  high: number;
  eval(s: SubjectState, k: number): void;
}

/** Margins over unbounded windows keep every run; callers bound the trace. */
const LIMIT = 1 << 24;

export class RobustnessError extends Error {
  readonly code = "SG_TRIGGER_ROBUSTNESS";
}

export function compileRobust(cond: Cond, b: Builder): RobustNode {
  switch (cond.op) {
    case "true":
    case "false": {
      const value = cond.op === "true" ? Infinity : -Infinity;
      return { low: value, high: value, eval() {} };
    }
    case "not": {
      const of = compileRobust(cond.of, b);
      return node((self, s, k) => {
        of.eval(s, k);
        self.low = -of.high;
        self.high = -of.low;
      });
    }
    case "and":
    case "or":
    case "implies": {
      const left = compileRobust(cond.left, b);
      const right = compileRobust(cond.right, b);
      const { op } = cond;
      return node((self, s, k) => {
        left.eval(s, k);
        right.eval(s, k);
        if (op === "and") {
          self.low = Math.min(left.low, right.low);
          self.high = Math.min(left.high, right.high);
        } else {
          self.low = Math.max(op === "or" ? left.low : -left.high, right.low);
          self.high = Math.max(op === "or" ? left.high : -left.low, right.high);
        }
      });
    }
    case "for":
      return windowNode(compileRobust(cond.of, b), 0, cond.ms, true, b);
    case "within":
      return windowNode(compileRobust(cond.of, b), 0, cond.ms, false, b);
    case "once":
    case "historically":
      return windowNode(compileRobust(cond.of, b), cond.from, cond.to ?? Infinity, cond.op === "historically", b);
    case "since":
      return sinceRobust(compileRobust(cond.left, b), compileRobust(cond.right, b), cond.from, cond.to ?? Infinity, b);
    case "rising":
    case "falling":
      return edgeRobust(compileRobust(cond.of, b), cond.op === "falling", b);
    case "previous":
      return previousRobust(compileRobust(cond.of, b), -Infinity, b);
    case "lt":
    case "le":
    case "gt":
    case "ge":
    case "eq":
    case "ne": {
      const left = compileNum(cond.left, b);
      const right = compileNum(cond.right, b);
      const { op } = cond;
      return node((self, s, k) => {
        const d = left.value(s, k) - right.value(s, k);
        if (Number.isNaN(d)) {
          self.low = -Infinity;
          self.high = Infinity;
        } else {
          const margin =
            op === "lt" || op === "le" ? -d : op === "gt" || op === "ge" ? d : op === "eq" ? -Math.abs(d) : Math.abs(d);
          self.low = margin;
          self.high = margin;
        }
      });
    }
    default:
      throw new RobustnessError(`"${cond.op}" has no robustness`);
  }
}

function node(run: (self: RobustNode, s: SubjectState, k: number) => void): RobustNode {
  const self: RobustNode = { low: -Infinity, high: Infinity, eval: (s, k) => run(self, s, k) };
  return self;
}

function windowNode(of: RobustNode, from: number, to: number, historically: boolean, b: Builder): RobustNode {
  const low: WindowShape = {
    near: 2 * from,
    far: 2 * to,
    before: -Infinity,
    least: -Infinity,
    greatest: Infinity,
    merged: -Infinity,
  };
  const high: WindowShape = { ...low, before: b.neutral ? -Infinity : Infinity };
  const lows = b.queue(2, LIMIT);
  const highs = b.queue(2, LIMIT);
  const { context, pointwise } = b;
  return node((self, s, k) => {
    of.eval(s, k);
    // historically P = not once not P
    pushRun(lows, s.numbers, k, historically ? -of.high : of.low, low);
    pushRun(highs, s.numbers, k, historically ? -of.low : of.high, high);
    const a = windowMaximum(lows, s.numbers, k, low, context);
    const z = windowMaximum(highs, s.numbers, k, high, context);
    self.low = historically ? -z : a;
    self.high = historically ? -a : z;
    if (!pointwise) return;
    pushRun(lows, s.numbers, k + 1, -Infinity, low);
    pushRun(highs, s.numbers, k + 1, -Infinity, high);
  });
}

function sinceRobust(left: RobustNode, right: RobustNode, from: number, to: number, b: Builder): RobustNode {
  const shape: WindowShape = {
    near: 2 * from,
    far: 2 * to,
    before: -Infinity,
    least: -Infinity,
    greatest: Infinity,
    merged: -Infinity,
  };
  const lows = b.queue(3, LIMIT);
  const highs = b.queue(3, LIMIT);
  const before = b.neutral ? -Infinity : Infinity;
  const lowAt = b.slots(-Infinity, -Infinity, -Infinity);
  const highAt = b.slots(-Infinity, before, before);
  const { context, pointwise } = b;
  return node((self, s, k) => {
    left.eval(s, k);
    right.eval(s, k);
    pushSince(lows, s.numbers, lowAt, k, left.low, right.low, shape);
    pushSince(highs, s.numbers, highAt, k, left.high, right.high, shape);
    self.low = sinceMaximum(lows, s.numbers, lowAt, k, shape, context);
    self.high = sinceMaximum(highs, s.numbers, highAt, k, shape, context);
    if (!pointwise) return;
    pushSince(lows, s.numbers, lowAt, k + 1, Infinity, -Infinity, shape);
    pushSince(highs, s.numbers, highAt, k + 1, Infinity, -Infinity, shape);
  });
}

/** P and not previous P; P itself at the first sample. Pointwise only. */
function edgeRobust(of: RobustNode, falling: boolean, b: Builder): RobustNode {
  const at = b.slots(-Infinity, NaN, NaN, NaN, NaN); // cell, low and high there, low and high before it
  return node((self, s, k) => {
    const n = s.numbers;
    of.eval(s, k);
    const low = falling ? -of.high : of.low;
    const high = falling ? -of.low : of.high;
    if (k > (n[at] as number)) {
      n[at] = k;
      n[at + 3] = n[at + 1] as number;
      n[at + 4] = n[at + 2] as number;
    }
    n[at + 1] = low;
    n[at + 2] = high;
    const first = Number.isNaN(n[at + 3] as number);
    self.low = first ? low : Math.min(low, -(n[at + 4] as number));
    self.high = first ? high : Math.min(high, -(n[at + 3] as number));
  });
}

/** Interval at the previous sample; `first` at the first one. Pointwise only. */
export function previousRobust(of: RobustNode, first: number, b: Builder): RobustNode {
  const at = b.slots(-Infinity, first, first, first, first);
  return node((self, s, k) => {
    const n = s.numbers;
    of.eval(s, k);
    if (k > (n[at] as number)) {
      n[at] = k;
      n[at + 3] = n[at + 1] as number;
      n[at + 4] = n[at + 2] as number;
    }
    n[at + 1] = of.low;
    n[at + 2] = of.high;
    self.low = n[at + 3] as number;
    self.high = n[at + 4] as number;
  });
}
