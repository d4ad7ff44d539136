/** Truth ribbons: how every sub-condition of a trigger fared over given samples, by the engine that fires. */
import { createMonitor } from "./engine/monitor.ts";
import type { FiringEvent } from "./engine/firing-event.ts";
import type { CondNode } from "./engine/node.ts";
import type { Cond } from "./lang/core.ts";
import type { SourceRange } from "./lang/source.ts";
import { assemble } from "./assemble.ts";
import type { CheckedSource, TriggerSet } from "./set.ts";

/** One observation: absent = no sample, null = an invalid one. */
export interface RibbonSample {
  readonly time: number;
  readonly values: Readonly<Record<string, number | null | undefined>>;
  readonly ref?: number;
}

/** [from, to, verdict] in ms; an instant has from = to. */
export type Span = readonly [from: number, to: number, verdict: "T" | "F" | "U"];

export interface Ribbon {
  readonly index: number;
  readonly parent: number | undefined;
  readonly role: "when" | "severity" | "clear";
  readonly text: string;
  readonly range: SourceRange;
  readonly spans: readonly Span[];
}

export interface Ribbons {
  readonly trigger: string;
  readonly ribbons: readonly Ribbon[];
  /** What the trigger would have said. */
  readonly events: readonly FiringEvent[];
}

export class RibbonError extends Error {
  readonly code = "SG_TRIGGER_RIBBON";
}

/**
 * Runs one trigger of a set over samples in order of time. Sub-conditions are those of `CompiledTrigger.parts`.
 * @param until end of the ribbons in ms; default: the last sample
 */
export function truthRibbons(
  set: TriggerSet,
  triggerId: string,
  samples: readonly RibbonSample[],
  until?: number,
): Ribbons {
  const index = set.triggers.findIndex((t) => t.id === triggerId);
  const trigger = set.triggers[index];
  if (trigger === undefined) throw new RibbonError(`the set has no trigger ${triggerId}`);
  const { checked, sources, names } = set.program.origin;
  const logs = new Map<Cond, number[]>();
  const watch = (cond: Cond, node: CondNode): CondNode => {
    const log: number[] = [];
    logs.set(cond, log);
    return {
      ...node,
      eval(s, k) {
        const verdict = node.eval(s, k);
        const n = log.length;
        if (n > 0 && log[n - 2] === k) log[n - 1] = verdict;
        else if (n === 0 || log[n - 1] !== verdict) log.push(k, verdict);
        return verdict;
      },
    };
  };
  const watched = assemble([checked[index] as CheckedSource], sources, names, [], watch);
  const monitor = createMonitor(watched);
  const state = monitor.create("ribbon");
  const values = new Float64Array(watched.inputs.length);
  const present = new Uint8Array(watched.inputs.length);
  const events: FiringEvent[] = [];
  const emit = (event: FiringEvent): void => void events.push(event);
  samples.forEach((sample, i) => {
    watched.inputs.forEach((id, slot) => {
      const value = sample.values[id];
      present[slot] = value === undefined ? 0 : value === null ? 2 : 1;
      values[slot] = value ?? 0;
    });
    if (present.some((p) => p !== 0)) monitor.step(state, sample.time, values, present, sample.ref ?? i, emit);
  });
  const end = until ?? samples.at(-1)?.time ?? 0;
  if (samples.length > 0) monitor.tick(state, end + 1, emit);
  return {
    trigger: triggerId,
    events,
    ribbons: trigger.parts.map(({ index: part, parent, role, text, range, cond }) => ({
      index: part,
      parent,
      role,
      text,
      range,
      spans: spansOf(logs.get(cond) ?? [], end),
    })),
  };
}

function spansOf(log: readonly number[], end: number): Span[] {
  const spans: Span[] = [];
  for (let i = 0; i < log.length; i += 2) {
    const from = Math.floor((log[i] as number) / 2);
    if (from > end) break;
    const next = log[i + 2];
    const to = next === undefined ? end : Math.min(end, Math.floor(next / 2));
    spans.push([from, to, (["F", "U", "T"] as const)[log[i + 1] as 0 | 1 | 2]]);
  }
  return spans;
}
