/** Of a condition of several units: the part that decides its margin, and the unit of that part. */
import { marginUnits } from "../lang/analysis.ts";
import { partsOf, type Cond } from "../lang/core.ts";
import type { Names } from "../lang/names.ts";
import type { Margin } from "./firing-event.ts";
import { scaleOf } from "./compare.ts";
import type { Builder, CondNode } from "./node.ts";
import type { SubjectState } from "./state.ts";

/** A condition, or a side of its `and` and `or`. */
export interface MarginPart {
  readonly node: CondNode;
  /** Where all of its comparisons are of one unit and one scale. */
  readonly unit: string | undefined;
  readonly scale: number;
  readonly sides: readonly MarginPart[];
}

/** Operators whose margin is one of their operand's. */
const PASSING: ReadonlySet<string> = new Set(["and", "or", "not", "for"]);

export function marginParts(cond: Cond, node: CondNode, names: Names, builder: Builder): MarginPart {
  const units = marginUnits(cond, names);
  const scales = new Set<number>();
  addScales(cond, builder, scales);
  const [unit] = units;
  const [scale = Number.NaN] = scales;
  const isPlain = units.size === 1 && scales.size === 1 && !Number.isNaN(scale);
  const { shape } = node;
  const sides =
    (cond.op === "and" || cond.op === "or") && (shape?.op === "and" || shape?.op === "or")
      ? [marginParts(cond.left, shape.left, names, builder), marginParts(cond.right, shape.right, names, builder)]
      : [];
  return { node, unit: isPlain ? unit : undefined, scale, sides };
}

function addScales(cond: Cond, builder: Builder, into: Set<number>): void {
  if (cond.op === "lt" || cond.op === "le" || cond.op === "gt" || cond.op === "ge") {
    into.add(scaleOf(cond, builder));
  } else if (PASSING.has(cond.op)) for (const part of partsOf(cond)) addScales(part, builder, into);
  else into.add(Number.NaN);
}

/** @returns undefined where no part of one unit decides: the margin stays in multiples of scales */
export function decidingMargin(
  { node, unit, scale, sides }: MarginPart,
  s: SubjectState,
  k: number,
): Margin | undefined {
  const value = node.margin(s, k);
  if (unit !== undefined) return { value: Number((value * scale).toPrecision(12)), unit };
  const side = sides.find((each) => each.node.margin(s, k) === value);
  return side && decidingMargin(side, s, k);
}
