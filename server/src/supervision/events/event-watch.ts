/** A trigger set at work on events. */
import type { SubjectKind } from "@sandglass/signals";
import {
  createMonitor,
  type CompiledTrigger,
  type Monitor,
  type SubjectState,
  type TriggerSet,
} from "@sandglass/triggers";
import type { ProjectAssignment, PublishedAssignment } from "../assignments.ts";
import { predecessorsOf, takeOverStates, watchKeyOf } from "../carry.ts";
import { EventInputs } from "./event-inputs.ts";

export interface EventWatch {
  /** Stable across restarts: set hash and project. States in a checkpoint belong to it. */
  readonly key: string;
  readonly project: string | undefined;
  readonly set: TriggerSet;
  readonly monitor: Monitor;
  readonly inputs: EventInputs;
  readonly triggers: ReadonlyMap<string, CompiledTrigger>;
  /** Kinds of subjects that its triggers apply to. */
  readonly kinds: ReadonlySet<string>;
  /** Undefined = every subject of those kinds. */
  readonly subjects: ReadonlySet<bigint> | undefined;
  /** Receive time since which it applies, UTC ms. */
  readonly since: number;
  /** By subject row. */
  readonly states: (SubjectState | undefined)[];
}

export interface EventAssignments {
  /** Watch every subject of their kinds. */
  readonly everywhere: readonly TriggerSet[];
  published(): readonly PublishedAssignment[];
  projects(): readonly ProjectAssignment[];
  /** Any value that differs after a change of `projects()` or `published()`. */
  version(): number;
}

/** Watches of today. Those that stay keep their states, those that are new take over what they may. */
export function buildEventWatches(assignments: EventAssignments, previous: readonly EventWatch[]): EventWatch[] {
  const known = new Map(previous.map((watch) => [watch.key, watch]));
  const make = (set: TriggerSet, more: Pick<EventWatch, "project" | "subjects" | "since">): EventWatch => {
    const key = watchKeyOf(set, more.project);
    const old = known.get(key);
    if (old !== undefined) return { ...old, ...more };
    return {
      key,
      set,
      monitor: createMonitor(set),
      inputs: new EventInputs(set.inputs),
      triggers: new Map(set.triggers.map((trigger) => [trigger.id, trigger])),
      kinds: new Set(set.triggers.map(({ core }) => core.appliesTo)),
      states: [],
      ...more,
    };
  };
  const watches = [
    ...assignments.everywhere.map((set) =>
      make(set, { project: undefined, subjects: undefined, since: Number.NEGATIVE_INFINITY }),
    ),
    ...assignments.published().map(({ set, since }) => make(set, { project: undefined, subjects: undefined, since })),
    ...assignments
      .projects()
      .flatMap(({ set, project, vehicles, since }) =>
        set === undefined ? [] : [make(set, { project, subjects: vehicles, since })],
      ),
  ];
  const keys = new Set(watches.map(({ key }) => key));
  const gone = previous.flatMap((watch) => (keys.has(watch.key) ? [] : [{ ...watch, layout: watch.monitor.layout() }]));
  for (const watch of watches) if (!known.has(watch.key)) takeOverStates(watch, predecessorsOf(watch, gone));
  return watches;
}

export function watches(watch: EventWatch, kind: SubjectKind, key: bigint): boolean {
  return watch.kinds.has(kind) && (watch.subjects === undefined || watch.subjects.has(key));
}
