/**
 * Handing the state of a subject from one set to another: what `carry` asks for when a version takes over, and what a
 * trigger that stays as it is needs when another one of its set changes.
 *
 * Nodes are told by what they mean (canonical text of the sub-condition). A node keeps its numbers when the other set
 * has a node of the same trigger that means the same on the same clock; every other one starts cold. The automaton goes
 * over with what it has open. A layout says where all this lies in saved numbers, so that a checkpoint can be carried
 * after the set that wrote it is gone.
 */
import { canonicalText } from "../lang/core.ts";
import type { TriggerSet } from "../set.ts";
import { readSaved, type SavedState } from "./checkpoint.ts";
import { carryAutomaton, type AutomatonSlots } from "./automaton.ts";
import { CELL, INPUT_SLOTS, SAMPLE, VALUE, type Builder } from "./node.ts";
import { LENGTH, unpackNumbers } from "./queue.ts";
import type { SubjectState } from "./state.ts";

interface LaidOutNode {
  readonly name: string;
  /** Offset and count. */
  readonly slots: readonly (readonly [number, number])[];
  /** Indices into the queues of the layout. */
  readonly queues: readonly number[];
}

interface LaidOutTrigger {
  readonly id: string;
  readonly versionHash: string;
  /** Nodes of another clock mean something else. */
  readonly clock: string;
  readonly when: string;
  readonly automaton: AutomatonSlots;
  readonly nodes: readonly LaidOutNode[];
}

/** Where the states of a set keep what. Plain JSON; offsets are those of a saved state. */
export interface StateLayout {
  readonly inputs: readonly string[];
  /** Slot with the cell of the last observation of any kind; −1 without. */
  readonly heard: number;
  /** Timers of the triggers. */
  readonly due: number;
  /** Own slots and width of each queue; their rows stand behind the fixed slots in this order. */
  readonly queues: readonly (readonly [number, number])[];
  readonly triggers: readonly LaidOutTrigger[];
}

export function layoutOf(set: TriggerSet): StateLayout {
  const { builder, runners } = set.program;
  return {
    inputs: set.inputs,
    heard: builder.heardAt ?? -1,
    due: set.program.dueAt,
    queues: builder.queues.map(({ meta, width }) => [meta, width]),
    triggers: set.triggers.map(({ id, versionHash, core }, index) => ({
      id,
      versionHash,
      clock: canonicalText(core.clock),
      when: canonicalText(core.when),
      automaton: (runners[index] as (typeof runners)[number]).automaton,
      nodes: namedApart(builder.holdings.filter(({ trigger }) => trigger === index)),
    })),
  };
}

/** Conditions that mean the same and read differently are nodes of their own: the second one of a name is another. */
function namedApart(holdings: readonly LaidOutNode[]): LaidOutNode[] {
  const seen = new Map<string, number>();
  return holdings.map(({ name, slots, queues }) => {
    const count = seen.get(name) ?? 0;
    seen.set(name, count + 1);
    return { name: count === 0 ? name : `${name}#${count}`, slots, queues };
  });
}

/** Whether a trigger takes over from one: it is the same version, or a later one that asks for it. */
function takesOver(trigger: TriggerSet["triggers"][number], old: LaidOutTrigger): boolean {
  return trigger.versionHash === old.versionHash || (trigger.core.carry === true && trigger.id === old.id);
}

/** Whether anything of a layout goes over into a set. */
export function carriesFrom(set: TriggerSet, layout: StateLayout): boolean {
  return set.triggers.some((trigger) => layout.triggers.some((old) => takesOver(trigger, old)));
}

export interface CarriedFrom {
  readonly layout: StateLayout;
  /** As `Monitor.save` wrote it. */
  readonly saved: Uint8Array;
}

/** What goes over from states of one layout, worked out once: a fleet's states all go the same way. */
interface Plan {
  readonly layout: StateLayout;
  /** Slots of an input there, by input of the set; −1 where it has none. */
  readonly inputs: readonly number[];
  /** By trigger of the set. */
  readonly triggers: readonly (TriggerPlan | undefined)[];
}

interface TriggerPlan {
  readonly old: LaidOutTrigger;
  /** Both ask the same. */
  readonly isSame: boolean;
  /** From, to, count. */
  readonly slots: readonly (readonly [number, number, number])[];
  /** Queue of the set, queue there. */
  readonly queues: readonly (readonly [number, number])[];
}

interface Source extends SavedState, Plan {
  /** Offset of the first row of each queue. */
  readonly rows: readonly number[];
}

export interface CarryParts {
  readonly set: TriggerSet;
  readonly layout: StateLayout;
  /** By the layout that states come from; kept by the caller. */
  readonly plans: Map<StateLayout, Plan>;
  readonly cellOf: (input: number, value: number) => number;
  readonly earliest: (s: SubjectState) => number;
}

/**
 * A state of the set that goes on where others stood. Of several sources the first that has a trigger counts, and of an
 * input the newest sample. Undefined when nothing goes over. Throws SG_TRIGGER_STATE for damaged bytes.
 */
export function carryState(from: readonly CarriedFrom[], parts: CarryParts): SubjectState | undefined {
  const { set, layout, cellOf, earliest } = parts;
  const { builder, dueAt, awakeAt, listeners } = set.program;
  const sources = from.flatMap(({ layout: old, saved }) => {
    const plan = planOf(old, parts);
    return plan.triggers.every((each) => each === undefined) ? [] : [readSource(plan, saved)];
  });
  if (sources.length === 0) return undefined;
  const clock = Math.max(...sources.map((source) => source.clock));
  if (sources.every((source) => source.numbers[source.layout.due] === -Infinity)) {
    // No observation yet: only time has passed.
    const s = builder.createState((sources[0] as Source).subject);
    s.clock = clock;
    return s;
  }
  const numbers = Float64Array.from(builder.initial);
  const rows: (Float64Array | undefined)[] = builder.queues.map(() => undefined);
  carryInputs(numbers, sources, layout, cellOf);
  set.triggers.forEach((trigger, index) => {
    const own = layout.triggers[index] as LaidOutTrigger;
    const samples = trigger.core.clock.mode === "samples";
    for (const source of sources) {
      const plan = source.triggers[index];
      if (plan === undefined) continue;
      carryAutomaton(numbers, own.automaton, source.numbers, plan.old.automaton, plan.isSame);
      for (const [at, to, count] of plan.slots) numbers.set(source.numbers.subarray(at, at + count), to);
      for (const [queue, there] of plan.queues) {
        const [meta, width] = source.layout.queues[there] as readonly [number, number];
        const first = source.rows[there] as number;
        rows[queue] = source.numbers.subarray(first, first + (source.numbers[meta + LENGTH] as number) * width);
      }
      numbers[dueAt + index] = samples ? Infinity : clock;
      return;
    }
    // What is new begins with the next sample of its own: that others know the last one is no reason to count from there.
    const waits = trigger.core.clock.mode === "time" && trigger.inputs.length > 0 && !listeners.includes(index);
    numbers[dueAt + index] = samples || waits ? Infinity : clock + 1;
    if (waits) numbers[awakeAt + index] = 1;
  });
  const packed = new Float64Array(rows.reduce((sum, part) => sum + (part?.length ?? 0), numbers.length));
  packed.set(numbers);
  let base = numbers.length;
  builder.queues.forEach((queue, i) => {
    const part = rows[i];
    if (part === undefined) return;
    packed[queue.meta + LENGTH] = part.length / queue.width;
    packed.set(part, base);
    base += part.length;
  });
  const laidOut = unpackNumbers(packed, numbers.length, builder.queues);
  if (laidOut === undefined) return undefined;
  const s = builder.createState((sources[0] as Source).subject, laidOut);
  s.clock = clock;
  s.next = earliest(s);
  return s;
}

function planOf(old: StateLayout, { set, layout, plans }: CarryParts): Plan {
  const known = plans.get(old);
  if (known !== undefined) return known;
  const { builder } = set.program;
  const plan: Plan = {
    layout: old,
    inputs: set.inputs.map((id) => old.inputs.indexOf(id) * INPUT_SLOTS),
    triggers: set.triggers.map((trigger, index) => {
      const from = old.triggers.find((each) => takesOver(trigger, each));
      const own = layout.triggers[index] as LaidOutTrigger;
      if (from === undefined) return undefined;
      const there = new Map(from.nodes.map((node) => [node.name, node]));
      const pairs = (own.clock === from.clock ? own.nodes : []).flatMap((node) => {
        const other = there.get(node.name);
        return other !== undefined && isLaidOutAlike(node, other, builder, old) ? [{ node, other }] : [];
      });
      return {
        old: from,
        isSame: own.when === from.when,
        slots: pairs.flatMap(({ node, other }) =>
          node.slots.map(([to, count], i) => [(other.slots[i] as readonly [number, number])[0], to, count] as const),
        ),
        queues: pairs.flatMap(({ node, other }) =>
          node.queues.map((queue, i) => [queue, other.queues[i] as number] as const),
        ),
      };
    }),
  };
  plans.set(old, plan);
  return plan;
}

function readSource(plan: Plan, saved: Uint8Array): Source {
  const state = readSaved(saved);
  let base = state.fixed;
  const rows = plan.layout.queues.map(([meta, width]) => {
    const first = base;
    base += (state.numbers[meta + LENGTH] as number) * width;
    return first;
  });
  return { ...state, ...plan, rows };
}

function carryInputs(
  numbers: Float64Array,
  sources: readonly Source[],
  layout: StateLayout,
  cellOf: CarryParts["cellOf"],
): void {
  for (const source of sources) {
    source.inputs.forEach((at, input) => {
      if (at < 0) return;
      const to = input * INPUT_SLOTS;
      const newest = numbers[to + SAMPLE] as number;
      const sample = source.numbers[at + SAMPLE] as number;
      if (!(sample > newest) && (!Number.isNaN(newest) || Number.isNaN(sample))) return;
      numbers.set(source.numbers.subarray(at, at + INPUT_SLOTS), to);
      // Constants of other triggers lie between.
      if ((numbers[to + CELL] as number) >= 0) numbers[to + CELL] = cellOf(input, numbers[to + VALUE] as number);
    });
    if (layout.heard < 0 || source.layout.heard < 0) continue;
    const heard = source.numbers[source.layout.heard] as number;
    if (!(heard <= (numbers[layout.heard] as number))) numbers[layout.heard] = heard;
  }
}

/** Of another version of the engine they need not be. */
function isLaidOutAlike(node: LaidOutNode, from: LaidOutNode, builder: Builder, layout: StateLayout): boolean {
  return (
    node.slots.length === from.slots.length &&
    node.slots.every(([, count], i) => count === from.slots[i]?.[1]) &&
    node.queues.length === from.queues.length &&
    node.queues.every((queue, i) => builder.queues[queue]?.width === layout.queues[from.queues[i] ?? -1]?.[1])
  );
}
