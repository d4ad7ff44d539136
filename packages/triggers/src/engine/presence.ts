/**
 * `offline for D` and `no data from x for D`: D has elapsed since the last reception. Time in which we ourselves or the
 * link were away is told to the monitor (`excuse`) and does not count. Before the first reception: unknown.
 */
import { INPUT_SLOTS, SAMPLE, tellCurrent, type Builder, type CondNode } from "./node.ts";
import { F, T, U } from "./state.ts";

/** Numbers of a node: the reception that the excuse belongs to, excused cells since then. */
const SEEN = 0,
  EXCUSED = 1;

/** Adds time away to the silence of a node; called by the monitor. */
export function excuseSilence(n: Float64Array, at: number, source: number, cells: number): void {
  synchronise(n, at, source);
  n[at + EXCUSED] = (n[at + EXCUSED] as number) + cells;
}

function synchronise(n: Float64Array, at: number, source: number): void {
  if (Object.is(n[at + SEEN], n[source])) return;
  n[at + SEEN] = n[source] as number;
  n[at + EXCUSED] = 0;
}

/** @param id the signal that must come; undefined: anything at all */
export function silenceNode(text: string, id: string | undefined, ms: number, b: Builder): CondNode {
  const span = 2 * ms;
  const input = id === undefined ? undefined : b.input(id);
  const source = input === undefined ? b.reception(span) : input * INPUT_SLOTS + SAMPLE;
  const at = b.slots(NaN, 0);
  b.silences.push({ at, source });
  const inputs = input === undefined ? [] : [input];
  const { context } = b;
  return {
    text,
    inputs,
    eval(s, k) {
      const n = s.numbers;
      synchronise(n, at, source);
      const heard = n[source] as number;
      if (heard !== heard) return U;
      const due = heard + span + (n[at + EXCUSED] as number);
      if (k >= due) {
        // The next observation ends it, whatever its value.
        context.awake = true;
        return T;
      }
      if (due < context.due) context.due = due;
      return F;
    },
    margin: () => NaN,
    since: (s, k) => Math.min(k, s.numbers[source] as number),
    witnesses(s, _k, sink) {
      tellCurrent(s, inputs, text, "last", sink);
    },
  };
}
