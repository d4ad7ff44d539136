/**
 * The core: what a trigger means. Names are resolved to catalogue ids, constants stand in catalogue units, durations
 * in ms, `let` is expanded. It is plain JSON; its canonical text (sorted keys) is hashed into the version identity.
 */
import type { Bound, Comparison, Effect, Missing, Quantity } from "./ast.ts";
import { sha256Hex } from "./sha256.ts";

/** Aggregates over the samples with timestamp in (t − D, t]. */
export const AGGREGATES = ["min", "max", "avg", "sum", "slope", "quantile", "count", "distinct"] as const;
export type Aggregate = (typeof AGGREGATES)[number];

export type Num =
  /** `text`: what the author wrote for a text signal; `value` is its code. */
  | { readonly op: "const"; readonly value: number; readonly unit: string; readonly text?: string }
  | { readonly op: "signal"; readonly id: string }
  | { readonly op: "neg" | "abs"; readonly of: Num }
  | { readonly op: "add" | "sub" | "mul" | "div" | "mod" | "min2" | "max2"; readonly left: Num; readonly right: Num }
  | { readonly op: "age"; readonly id: string }
  /** The last valid value, however old. */
  | { readonly op: "last"; readonly id: string }
  /** Change per second between the two last samples. */
  | { readonly op: "rate"; readonly of: Num }
  | { readonly op: "delta"; readonly of: Num; readonly ms: number }
  | {
      readonly op: "aggregate";
      readonly fn: Aggregate;
      readonly of: Num;
      readonly ms: number;
      readonly p?: number;
      readonly minSamples: number;
      /** Signal by whose value the samples are told apart; the result is that of the greatest part (of `min`: the least). */
      readonly by?: string;
    };

export type Cond =
  | { readonly op: "true" | "false" }
  /** A signal of 0 or 1 read as a condition. */
  | { readonly op: "flag"; readonly id: string }
  /** An event: true at the instants at which it occurs. */
  | { readonly op: "event"; readonly id: string }
  | { readonly op: Comparison; readonly left: Num; readonly right: Num }
  /** `texts`: what the author wrote for a text signal; `values` are their codes. */
  | { readonly op: "in"; readonly of: Num; readonly values: readonly number[]; readonly texts?: readonly string[] }
  | { readonly op: "valid"; readonly id: string }
  /** Nothing at all was received for `ms`, on the clock of reception; outages of our own do not count. */
  | { readonly op: "offline"; readonly ms: number }
  /** No observation of one signal or event for `ms`. */
  | { readonly op: "noData"; readonly id: string; readonly ms: number }
  /** The position lies in a region or on a road list of the registry. `shape` is the hash of its geometry. */
  | {
      readonly op: "inside";
      readonly region: string;
      readonly shape: string;
      readonly longitude: string;
      readonly latitude: string;
    }
  /** Asia/Shanghai, ms since midnight; [from, to), over midnight when to ≤ from. */
  | { readonly op: "timeOfDay"; readonly from: number; readonly to: number }
  | { readonly op: "not" | "rising" | "falling" | "previous"; readonly of: Cond }
  | { readonly op: "and" | "or" | "implies"; readonly left: Cond; readonly right: Cond }
  | {
      readonly op: "since";
      readonly left: Cond;
      readonly right: Cond;
      readonly from: number;
      readonly to: number | null;
    }
  | { readonly op: "once" | "historically"; readonly of: Cond; readonly from: number; readonly to: number | null }
  | { readonly op: "for" | "within"; readonly of: Cond; readonly ms: number }
  | { readonly op: "count"; readonly of: Cond; readonly cmp: Comparison; readonly n: number; readonly ms: number }
  | {
      readonly op: "share";
      readonly of: Cond;
      readonly cmp: Comparison;
      readonly fraction: number;
      readonly per: "samples" | "time";
      readonly ms: number;
      readonly minSamples: number;
      /** Least part of the window that must be known, 0 to 1; only with `per: "time"`. */
      readonly minKnown?: number;
    }
  /** `P in at least N of samples in last D`: like a share of samples, against a number of them. */
  | {
      readonly op: "samples";
      readonly of: Cond;
      readonly cmp: Comparison;
      readonly n: number;
      readonly ms: number;
      readonly minSamples: number;
    }
  | {
      readonly op: "response";
      readonly after: Cond;
      readonly expect: Cond;
      readonly negated: boolean;
      readonly ms: number;
    };

/**
 * A condition over many subjects. `CoreTrigger.when` is then the condition of one of them; it counts when it was true at
 * some instant of the window.
 */
export interface CoreFleet {
  readonly cmp: Quantity;
  /** A number of subjects, or a fraction (0 to 1) of the population. */
  readonly amount: number;
  readonly percent: boolean;
  /** `active`: at least one valid sample in the window; `registered`: all that the registry knows. */
  readonly population: "active" | "registered";
  readonly subject: string;
  /** Registry attribute; absent: all subjects are one group. */
  readonly group?: string;
  /** Count around every subject that has the condition, itself included, within this distance in metres. */
  readonly nearM?: number;
  /** Window (t − ms, t]. */
  readonly ms: number;
}

export interface CoreTrigger {
  readonly id: string;
  readonly version: number;
  readonly title: { readonly en: string; readonly zh: string };
  readonly appliesTo: string;
  /** Registry condition of the subjects, kept as text of names and values: evaluated by the server. */
  readonly where?: RegistryCond;
  /** `zh`: in Chinese, where the author gave both. */
  readonly basis?: { readonly text: string; readonly zh?: string; readonly certainty?: string };
  readonly when: Cond;
  readonly fleet?: CoreFleet;
  /** Registry attributes that findings are gathered by. */
  readonly groupBy?: readonly string[];
  /** Ascending levels; `when` absent means unconditional. */
  readonly severity: readonly { readonly level: number; readonly when?: Cond }[];
  readonly clear?: Cond;
  readonly keepFiringMs: number;
  readonly cooldownMs: number;
  readonly missing: { readonly mode: Missing; readonly afterMs?: number };
  readonly clock: { readonly mode: "time" | "samples" | "every"; readonly ms?: number };
  readonly lateMs?: number;
  readonly requires: readonly {
    readonly what: "period" | "coverage" | "samples";
    readonly op: Comparison;
    readonly value: number;
  }[];
  readonly suppressedBy: readonly string[];
  /** Takes over what the version before it knows and has open, instead of starting cold. */
  readonly carry?: true;
  readonly effective?: { readonly from: string; readonly to?: string };
  readonly effects: readonly { readonly effect: Effect; readonly level?: number }[];
}

export type RegistryCond =
  | { readonly op: "eq" | "ne"; readonly attribute: string; readonly value: string | number }
  /** Of a version attribute the value is text. */
  | { readonly op: "lt" | "le" | "gt" | "ge"; readonly attribute: string; readonly value: string | number }
  | { readonly op: "in"; readonly attribute: string; readonly values: readonly (string | number)[] }
  | { readonly op: "is"; readonly attribute: string }
  | { readonly op: "not"; readonly of: RegistryCond }
  | { readonly op: "and" | "or"; readonly left: RegistryCond; readonly right: RegistryCond };

export type { Bound, Comparison, Effect, Missing, Quantity };

/** JSON with sorted keys and without absent fields. */
export function canonicalText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const entries = Object.entries(value)
      .filter(([, v]) => v !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${canonicalText(v)}`).join(",")}}`;
  }
  return JSON.stringify(value) ?? "null";
}

/** SHA-256 of the canonical text: the identity of a version. */
export function versionHashOf(trigger: CoreTrigger): string {
  return sha256Hex(canonicalText(trigger));
}

/** Operands of a condition node, left to right. */
export function partsOf(cond: Cond): readonly Cond[] {
  switch (cond.op) {
    case "and":
    case "or":
    case "implies":
    case "since":
      return [cond.left, cond.right];
    case "response":
      return [cond.after, cond.expect];
    case "not":
    case "rising":
    case "falling":
    case "previous":
    case "once":
    case "historically":
    case "for":
    case "within":
    case "count":
    case "share":
    case "samples":
      return [cond.of];
    default:
      return [];
  }
}

/** Ids of the signals and events that a condition reads, in order of appearance. */
export function signalsOf(cond: Cond, into: Set<string> = new Set()): Set<string> {
  switch (cond.op) {
    case "flag":
    case "event":
    case "valid":
    case "noData":
      into.add(cond.id);
      break;
    case "inside":
      into.add(cond.longitude);
      into.add(cond.latitude);
      break;
    case "lt":
    case "le":
    case "gt":
    case "ge":
    case "eq":
    case "ne":
      signalsOfNum(cond.left, into);
      signalsOfNum(cond.right, into);
      break;
    case "in":
      signalsOfNum(cond.of, into);
      break;
    default:
      for (const part of partsOf(cond)) signalsOf(part, into);
  }
  return into;
}

export function signalsOfNum(num: Num, into: Set<string> = new Set()): Set<string> {
  switch (num.op) {
    case "const":
      break;
    case "signal":
    case "age":
    case "last":
      into.add(num.id);
      break;
    case "aggregate":
      if (num.by !== undefined) into.add(num.by);
      signalsOfNum(num.of, into);
      break;
    case "add":
    case "sub":
    case "mul":
    case "div":
    case "mod":
    case "min2":
    case "max2":
      signalsOfNum(num.left, into);
      signalsOfNum(num.right, into);
      break;
    default:
      signalsOfNum(num.of, into);
  }
  return into;
}

/** Every condition of a trigger: `when`, severities, `clear when`. */
export function conditionsOf(core: CoreTrigger): readonly Cond[] {
  return [core.when, ...core.severity.flatMap((s) => (s.when ? [s.when] : [])), ...(core.clear ? [core.clear] : [])];
}
