/** Compiles conditions: every operator of the core into its node. */
import type { Cond } from "../lang/core.ts";
import { canonicalText, partsOf } from "../lang/core.ts";
import { constantNode, eventNode, flagNode, inNode, validNode } from "./atoms.ts";
import { compareNode } from "./compare.ts";
import { countNode, responseNode, shareNode } from "./counting.ts";
import { timeOfDayNode } from "./day.ts";
import { andNode, notNode, orNode } from "./logic.ts";
import type { Builder, CondNode } from "./node.ts";
import { insideNode, type PointTest } from "./places.ts";
import { silenceNode } from "./presence.ts";
import { F, T } from "./state.ts";
import { edgeNode, forNode, historyNode, previousNode, sinceNode } from "./temporal.ts";

export interface CompileOptions {
  readonly builder: Builder;
  /** Text of a sub-condition as the author wrote it. */
  readonly textOf: (cond: Cond) => string;
  /** Margins are divided by the scale of their signals, because atoms of several units meet. */
  readonly normalised: boolean;
  /** `clock every`: a condition stands between two evaluations as the first of them found it (Prometheus). */
  readonly grid?: boolean;
  /** Test of a region by its id; needed where a condition uses one. */
  readonly regions?: (id: string) => PointTest | undefined;
  /** Called around every compiled sub-condition; truth ribbons record verdicts with it. */
  readonly wrap?: (cond: Cond, node: CondNode) => CondNode;
}

export function compileCond(cond: Cond, o: CompileOptions): CondNode {
  // Who watches sub-conditions watches each where it stands.
  if (o.wrap) return o.wrap(cond, build(cond, o));
  return o.builder.share(keyOf(cond, o), false, () => build(cond, o), canonicalText(cond));
}

/** Witnesses name the text of their condition: only conditions that read alike are one. */
function keyOf(cond: Cond, o: CompileOptions): string {
  const texts: string[] = [];
  const collect = (part: Cond): void => {
    texts.push(o.textOf(part));
    partsOf(part).forEach(collect);
  };
  collect(cond);
  return canonicalText([cond, texts]);
}

function build(cond: Cond, o: CompileOptions): CondNode {
  const text = o.textOf(cond);
  switch (cond.op) {
    case "true":
      return constantNode(text, T);
    case "false":
      return constantNode(text, F);
    case "flag":
      return flagNode(text, cond.id, o.builder);
    case "event":
      return eventNode(text, cond.id, o.builder);
    case "valid":
      return validNode(text, cond.id, o.builder);
    case "offline":
      return silenceNode(text, undefined, cond.ms, o.builder);
    case "noData":
      return silenceNode(text, cond.id, cond.ms, o.builder);
    case "timeOfDay":
      return timeOfDayNode(text, cond.from, cond.to, o.builder.context);
    case "inside": {
      const test = o.regions?.(cond.region);
      if (test === undefined) throw new Error(`region ${cond.region} was not given`);
      return insideNode(text, test, cond.longitude, cond.latitude, o.builder);
    }
    case "in":
      return inNode(text, cond, o.builder);
    case "not":
      return notNode(text, compileCond(cond.of, o));
    case "and":
      return andNode(text, compileCond(cond.left, o), compileCond(cond.right, o));
    case "or":
      return orNode(text, compileCond(cond.left, o), compileCond(cond.right, o));
    case "implies":
      return orNode(text, notNode(text, compileCond(cond.left, o)), compileCond(cond.right, o));
    case "for":
      return forNode(text, compileCond(cond.of, o), cond.ms, o.builder, o.grid);
    case "within":
      return historyNode(text, compileCond(cond.of, o), 0, cond.ms, "once", o.builder);
    case "once":
    case "historically": {
      const to = cond.to ?? Infinity;
      if (cond.op === "historically" && cond.from === 0 && Number.isFinite(to))
        return forNode(text, compileCond(cond.of, o), to, o.builder);
      return historyNode(text, compileCond(cond.of, o), cond.from, to, cond.op, o.builder);
    }
    case "since":
      return sinceNode(
        text,
        compileCond(cond.left, o),
        compileCond(cond.right, o),
        cond.from,
        cond.to ?? Infinity,
        o.builder,
      );
    case "rising":
    case "falling":
      return edgeNode(text, compileCond(cond.of, o), cond.op, o.builder);
    case "previous":
      return previousNode(text, compileCond(cond.of, o), o.builder);
    case "count":
      return countNode(text, compileCond(cond.of, o), cond, o.builder);
    case "share":
    case "samples":
      return shareNode(text, compileCond(cond.of, o), cond, o.builder);
    case "response": {
      const after = compileCond(cond.after, o);
      const expect = compileCond(cond.expect, o);
      return responseNode(text, after, expect, cond.negated, cond.ms, o.builder);
    }
    default:
      return compareNode(text, cond, o.builder, o.normalised);
  }
}
