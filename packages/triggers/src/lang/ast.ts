/** Surface syntax: what was written, with positions, names not yet resolved. */
import type { SourceRange } from "./source.ts";

export type Comparison = "lt" | "le" | "gt" | "ge" | "eq" | "ne";
/** Comparisons that a quantifier can say. */
export type Quantity = Extract<Comparison, "lt" | "le" | "gt" | "ge">;
export type Arithmetic = "add" | "sub" | "mul" | "div" | "mod";

/** Window bound in ms; `to` undefined means unbounded. */
export interface Bound {
  readonly from: number;
  readonly to: number | undefined;
}

export type Expr = { readonly range: SourceRange } & (
  | { readonly kind: "number"; readonly value: number; readonly unit: string | undefined }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "neg"; readonly of: Expr }
  | { readonly kind: "arith"; readonly op: Arithmetic; readonly left: Expr; readonly right: Expr }
  | { readonly kind: "compare"; readonly op: Comparison; readonly left: Expr; readonly right: Expr }
  | { readonly kind: "between"; readonly of: Expr; readonly low: Expr; readonly high: Expr }
  | { readonly kind: "in"; readonly of: Expr; readonly values: readonly Expr[] }
  | { readonly kind: "not"; readonly of: Expr }
  | { readonly kind: "and" | "or" | "implies"; readonly left: Expr; readonly right: Expr }
  | { readonly kind: "since"; readonly left: Expr; readonly right: Expr; readonly bound: Bound }
  | { readonly kind: "for" | "within"; readonly of: Expr; readonly ms: number }
  | { readonly kind: "once" | "historically"; readonly of: Expr; readonly bound: Bound }
  | { readonly kind: "rising" | "falling" | "previous"; readonly of: Expr }
  | { readonly kind: "count"; readonly of: Expr; readonly op: Comparison; readonly n: number; readonly ms: number }
  | {
      readonly kind: "share";
      readonly of: Expr;
      readonly op: Comparison;
      readonly fraction: number;
      readonly per: "samples" | "time";
      readonly ms: number;
    }
  | { readonly kind: "samples"; readonly of: Expr; readonly op: Comparison; readonly n: number; readonly ms: number }
  | {
      readonly kind: "response";
      readonly after: Expr;
      readonly expect: Expr;
      readonly negated: boolean;
      readonly ms: number;
    }
  | { readonly kind: "noData"; readonly from: string | undefined; readonly ms: number }
  | { readonly kind: "offline"; readonly ms: number }
  /** Time of day in Asia/Shanghai, ms since midnight; the end is excluded, and before the start it is on the next day. */
  | { readonly kind: "timeOfDay"; readonly from: number; readonly to: number }
  | {
      readonly kind: "call";
      readonly name: string;
      readonly args: readonly Expr[];
      readonly overMs: number | undefined;
      readonly by: string | undefined;
    }
  | FleetExpr
);

/** How many of a population had a condition; `nearM` counts around every one that had it, within that distance. */
export interface FleetExpr {
  readonly kind: "fleet";
  readonly op: Quantity;
  readonly amount: number;
  readonly percent: boolean;
  readonly population: "active" | "registered";
  readonly subject: string;
  readonly group: string | undefined;
  /** Metres. */
  readonly nearM: number | undefined;
  readonly have: Expr;
  readonly ms: number;
}

export const EFFECTS = ["warn", "restrict", "suspend", "terminate"] as const;
export type Effect = (typeof EFFECTS)[number];
export type Missing = "unknown" | "reset" | "hold" | "violate";

export type Clause = { readonly range: SourceRange } & (
  | { readonly kind: "appliesTo"; readonly subject: string; readonly where: Expr | undefined }
  /** `texts`: one, or one for each language. */
  | { readonly kind: "basis"; readonly texts: readonly string[]; readonly certainty: string | undefined }
  | { readonly kind: "when"; readonly condition: Expr }
  | { readonly kind: "severity"; readonly level: number; readonly condition: Expr | undefined }
  | { readonly kind: "clearWhen"; readonly condition: Expr }
  | { readonly kind: "keepFiring" | "cooldown" | "late"; readonly ms: number }
  | { readonly kind: "clock"; readonly mode: "time" | "samples" | "every"; readonly ms: number | undefined }
  | { readonly kind: "missing"; readonly mode: Missing; readonly afterMs: number | undefined }
  | {
      readonly kind: "requires";
      readonly what: "period" | "coverage" | "samples";
      readonly op: Comparison;
      readonly value: number;
    }
  | { readonly kind: "groupBy"; readonly paths: readonly string[] }
  | { readonly kind: "suppressedBy"; readonly id: string }
  | { readonly kind: "carry" }
  | { readonly kind: "effective"; readonly from: string; readonly to: string | undefined }
  | { readonly kind: "effect"; readonly effect: Effect; readonly level: number | undefined }
  | { readonly kind: "let"; readonly name: string; readonly value: Expr }
);

export interface TriggerNode {
  readonly range: SourceRange;
  readonly id: string;
  readonly idRange: SourceRange;
  readonly version: number;
  readonly titles: readonly string[];
  readonly clauses: readonly Clause[];
}

export interface SignalNode {
  readonly range: SourceRange;
  readonly kind: "signal" | "event";
  readonly name: string;
  readonly type: "number" | "integer" | "bool" | "string" | "enum" | "event";
  readonly unit: string | undefined;
  readonly low: number | undefined;
  readonly high: number | undefined;
  readonly holdMs: number | undefined;
  readonly periodMs: number | undefined;
  readonly scale: number | undefined;
  readonly alias: string | undefined;
}

export interface FileNode {
  readonly signals: readonly SignalNode[];
  readonly lets: readonly Extract<Clause, { kind: "let" }>[];
  readonly triggers: readonly TriggerNode[];
}
