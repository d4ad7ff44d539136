/** A trigger set at work: its monitor, its inputs and the state of every subject that it watches. */
import { createHash } from "node:crypto";
import {
  createMonitor,
  type CompiledTrigger,
  type Monitor,
  type SubjectState,
  type TriggerSet,
} from "@sandglass/triggers";
import type { SupervisionAssignments } from "./assignments.ts";
import { BlockInputs } from "./block-inputs.ts";
import { predecessorsOf, takeOverStates, watchKeyOf } from "./carry.ts";
import { BREACH_TRIGGER, type Effect } from "./firing-message.ts";

export interface Watch {
  /** Stable across restarts: set hash and project. States in a checkpoint belong to it. */
  readonly key: string;
  readonly project: string | undefined;
  readonly set: TriggerSet | undefined;
  readonly monitor: Monitor | undefined;
  readonly inputs: BlockInputs | undefined;
  readonly triggers: ReadonlyMap<string, CompiledTrigger>;
  /** Undefined = every vehicle. */
  readonly vehicles: ReadonlySet<bigint> | undefined;
  readonly since: number;
  readonly suspendedAt: number | undefined;
  /** By subject row. */
  readonly states: (SubjectState | undefined)[];
}

/** Watches of today. Those that stay keep their states, those that are new take over what they may. */
export function buildWatches(assignments: SupervisionAssignments, previous: readonly Watch[]): Watch[] {
  const known = new Map(previous.map((watch) => [watch.key, watch]));
  const make = (
    set: TriggerSet | undefined,
    more: Pick<Watch, "project" | "vehicles" | "since" | "suspendedAt">,
  ): Watch => {
    const key = watchKeyOf(set, more.project);
    const old = known.get(key);
    if (old !== undefined) return { ...old, ...more };
    return {
      key,
      set,
      monitor: set && createMonitor(set),
      inputs: set && new BlockInputs(set.inputs),
      triggers: new Map(set?.triggers.map((trigger) => [trigger.id, trigger])),
      states: [],
      ...more,
    };
  };
  const watches = [
    ...assignments.everywhere.map((set) =>
      make(set, { project: undefined, vehicles: undefined, since: Number.NEGATIVE_INFINITY, suspendedAt: undefined }),
    ),
    ...assignments
      .published()
      .map(({ set, since }) => make(set, { project: undefined, vehicles: undefined, since, suspendedAt: undefined })),
    ...assignments
      .projects()
      .map(({ set, project, vehicles, since, suspendedAt }) => make(set, { project, vehicles, since, suspendedAt })),
  ];
  const keys = new Set(watches.map(({ key }) => key));
  const gone = previous.flatMap((watch) =>
    watch.monitor === undefined || keys.has(watch.key) ? [] : [{ ...watch, layout: watch.monitor.layout() }],
  );
  for (const watch of watches) if (!known.has(watch.key)) takeOverStates(watch, predecessorsOf(watch, gone));
  return watches;
}

/** What a trigger asks of its project at a level: the effect of the highest declared level that is reached, else its default. */
export function effectAt(trigger: CompiledTrigger, level: number): Effect {
  let effect = trigger.effect;
  let reached = 0;
  for (const [at, declared] of Object.entries(trigger.effects)) {
    if (Number(at) <= level && Number(at) > reached) {
      reached = Number(at);
      effect = declared;
    }
  }
  return effect;
}

/** Identity and words of the rule that a vehicle of a suspended project must not move. It is no text of the language. */
export const BREACH = {
  id: BREACH_TRIGGER,
  version: 1,
  level: 3,
  versionHash: createHash("sha256")
    .update(`${BREACH_TRIGGER} 1: realtime report with speed > 0 km/h at or after the suspension`)
    .digest("hex"),
  title: { en: "Vehicle moves during the suspension of its project", zh: "项目中止期间车辆仍在行驶" },
  text: { en: "speed > 0 km/h at or after the suspension", zh: "中止生效后 车速 > 0 km/h" },
  plain: {
    en: "A vehicle of a suspended sandbox project reported a speed above zero after the suspension took effect.",
    zh: "已中止的沙盒项目中的车辆，在中止生效后上报了大于零的车速。",
  },
} as const;
