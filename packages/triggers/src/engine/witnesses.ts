/** The samples that show why a condition has its verdict. */
import type { CondNode, Witness, WitnessSink } from "./node.ts";
import { isCoordinate } from "./places.ts";
import type { SubjectState } from "./state.ts";

export const MAX_WITNESSES = 16;

/** Witnesses of a node as it stands; at most 16, repeated samples once. */
export function witnessesOf(
  { inputName }: { readonly inputName: (input: number) => string },
  nodes: readonly CondNode[],
  s: SubjectState,
  k: number,
): Witness[] {
  const list: Witness[] = [];
  const sink: WitnessSink = (node, input, time, ref, value, role) => {
    if (list.length >= MAX_WITNESSES) return;
    const signal = inputName(input);
    if (list.some((w) => w.signal === signal && w.time === time && w.ref === ref && w.node === node)) return;
    list.push({
      node,
      signal,
      time,
      ref,
      value: Number.isNaN(value) || isCoordinate(signal) ? undefined : value,
      role,
    });
  };
  for (const node of nodes) node.witnesses(s, k, sink);
  return list;
}
