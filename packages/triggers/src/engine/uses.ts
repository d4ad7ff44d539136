/**
 * How a trigger uses its inputs. An input that is only compared with constants matters only when it crosses one of
 * them: most observations of a healthy vehicle cross none, and most triggers need not be evaluated for them.
 */
import { conditionsOf, partsOf, signalsOf, signalsOfNum, type Cond, type CoreTrigger, type Num } from "../lang/core.ts";

export interface Uses {
  /** Constants that each input is compared with; an empty list means that only known or unknown matters. */
  readonly crossings: ReadonlyMap<string, readonly number[]>;
  /** Inputs of which every sample matters: arithmetic, rates, windows over samples, events. */
  readonly samples: ReadonlySet<string>;
}

export function usesOf(core: CoreTrigger): Uses {
  const crossings = new Map<string, number[]>();
  const samples = new Set<string>();
  const cross = (id: string, ...constants: number[]): void => {
    crossings.set(id, [...(crossings.get(id) ?? []), ...constants]);
  };
  const walk = (cond: Cond): void => {
    switch (cond.op) {
      case "flag":
        return cross(cond.id, 0);
      case "valid":
      case "noData":
        return cross(cond.id);
      case "inside":
        return void signalsOf(cond, samples);
      case "event":
        return void samples.add(cond.id);
      case "in":
        if (cond.of.op === "signal") return cross(cond.of.id, ...cond.values);
        return void signalsOfNum(cond.of, samples);
      case "share":
        if (cond.per === "samples") signalsOf(cond.of, samples);
        break;
      case "samples":
      case "previous":
        signalsOf(cond.of, samples);
        break;
      case "lt":
      case "le":
      case "gt":
      case "ge":
      case "eq":
      case "ne": {
        const simple = simpleComparison(cond.left, cond.right) ?? simpleComparison(cond.right, cond.left);
        if (simple) return cross(simple.id, simple.constant);
        signalsOfNum(cond.left, samples);
        signalsOfNum(cond.right, samples);
        return;
      }
      default:
        break;
    }
    for (const part of partsOf(cond)) walk(part);
  };
  for (const cond of conditionsOf(core)) {
    walk(cond);
    if (core.clock.mode !== "time") signalsOf(cond, samples);
  }
  return { crossings, samples };
}

function simpleComparison(signal: Num, constant: Num): { id: string; constant: number } | undefined {
  return signal.op === "signal" && constant.op === "const" ? { id: signal.id, constant: constant.value } : undefined;
}
