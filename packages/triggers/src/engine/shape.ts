/**
 * What the generator knows of a node: its operator, offsets, constants and operands; no text of any author. A node
 * without a shape is evaluated by its closures, within generated code too: both stand on the same numbers.
 */
import type { CondNode, NumNode } from "./node.ts";
import type { Verdict } from "./state.ts";

export type NumShape =
  | { readonly op: "const"; readonly value: number }
  | { readonly op: "neg" | "abs"; readonly of: NumNode }
  | {
      readonly op: "add" | "sub" | "mul" | "div" | "mod" | "min2" | "max2";
      readonly left: NumNode;
      readonly right: NumNode;
    }
  /** `at`: previous cell and value, current cell and value. */
  | { readonly op: "rate"; readonly slot: number; readonly at: number; readonly maxGap: number }
  /** Kept within the extremes of two generations, whose four offsets begin at `at`; the fifth is the cell of the turn. */
  | DeltaShape
  | AggregateShape;

export interface DeltaShape {
  readonly op: "delta";
  readonly slot: number;
  readonly at: number;
  readonly meta: number;
  readonly span: number;
}

export interface AggregateShape {
  readonly op: "aggregate";
  readonly slot: number;
  readonly at: number;
  readonly meta: number;
  readonly span: number;
  readonly minSamples: number;
  readonly bounded: boolean;
}

export type Order = "lt" | "le" | "gt" | "ge";

export type CondShape =
  | { readonly op: "constant"; readonly verdict: Verdict }
  | { readonly op: "flag" | "valid"; readonly at: number }
  /** `at`: cell of the last occurrence. */
  | { readonly op: "event"; readonly at: number }
  | { readonly op: Order | "eq" | "ne"; readonly left: NumNode; readonly right: NumNode }
  /** A number with limits and a constant. `slack`: rounding of the number. */
  | {
      readonly op: "bounded";
      readonly order: Order;
      readonly left: NumNode;
      readonly constant: number;
      readonly slack: number;
    }
  | { readonly op: "in"; readonly of: NumNode; readonly values: readonly number[] }
  | { readonly op: "not"; readonly of: CondNode }
  | { readonly op: "and" | "or"; readonly left: CondNode; readonly right: CondNode }
  /** `at`: end of the last false run, of the last that was not true, worst margin, last verdict of the operand. */
  | { readonly op: "for"; readonly of: CondNode; readonly at: number; readonly span: number }
  /** `at`: ends of the last true run and of the last that was not false, best margin, whether it is being collected. */
  | { readonly op: "once"; readonly of: CondNode; readonly at: number; readonly span: number; readonly flip: boolean }
  /** `at`: cell of the last evaluation, last known verdict there and before it. */
  | {
      readonly op: "edge";
      readonly of: CondNode;
      readonly at: number;
      readonly flip: boolean;
      readonly neutral: boolean;
    }
  /** `meta`: the queue of occurrences. */
  | { readonly op: "count"; readonly of: CondNode; readonly meta: number; readonly empty: Verdict }
  /** `meta`: the queue of open deadlines. */
  | { readonly op: "response"; readonly after: CondNode; readonly expect: CondNode; readonly meta: number }
  /** `at`: first cell of the present segment, both verdicts on it; `meta`: the queue of candidates. */
  | {
      readonly op: "since";
      readonly left: CondNode;
      readonly right: CondNode;
      readonly at: number;
      readonly meta: number;
      readonly near: number;
    };

/** What the generator knows of the automaton of a trigger. */
export interface FiringShape {
  readonly when: CondNode;
  readonly clear: CondNode | undefined;
  readonly severities: readonly { readonly level: number; readonly when: CondNode | undefined }[];
  /** Offsets: state, last known verdict, cell since which the verdict is unknown, degraded flag, verdict before. */
  readonly state: number;
  readonly known: number;
  readonly unknownSince: number;
  readonly degraded: number;
  readonly previous: number;
  /** The unknown is more than the absence of a verdict: it is counted, or counts as one. */
  readonly mindsUnknown: boolean;
  /** The unknown is told after a while. */
  readonly degrades: boolean;
  /** Cells between which the trigger is in force. */
  readonly begins: number;
  readonly ends: number;
}
