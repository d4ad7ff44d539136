/**
 * How near a project's triggers are to firing, by the vehicle that is nearest: read from the live state of supervision, so it
 * costs no query. A margin is positive when the trigger's condition holds.
 */
import type { CompiledTrigger } from "@sandglass/triggers";
import { subjectIdOf, vehicleIdOf } from "../access/mod.ts";
import type { SupervisionAssignments, WatchedStatus } from "../supervision/mod.ts";

export interface TriggerMargin {
  /** Trigger id. */
  readonly limit: string;
  readonly name: { readonly en: string; readonly zh: string };
  /** Absent when the condition compares several kinds of values: value and bound are then normalised, the bound is 0. */
  readonly signal?: string;
  /** Worst present value over the condition's window; null while nothing is known. */
  readonly value: number | null;
  readonly bound: number;
  readonly operator: ">" | ">=" | "<" | "<=";
  readonly unit: string | null;
  /** Whether the condition holds for any vehicle now; U while it is known of none. What fires may have ceased to hold. */
  readonly verdict: "T" | "F" | "U";
  readonly firing: boolean;
  readonly vehicle: string | null;
}

type Cond = CompiledTrigger["core"]["when"];

interface Bound {
  readonly signal: string;
  readonly value: number;
  readonly unit: string;
  readonly operator: TriggerMargin["operator"];
}

const OPERATORS: Readonly<Record<string, TriggerMargin["operator"]>> = { gt: ">", ge: ">=", lt: "<", le: "<=" };

/** Supervision of frames, or of events. */
interface LiveStatus {
  triggerStatus(key: bigint): readonly Pick<WatchedStatus, "project" | "triggers">[];
}

export function projectMargins(
  supervision: LiveStatus,
  assignments: SupervisionAssignments,
  project: string,
): TriggerMargin[] {
  const sets = assignments.projects().filter((each) => each.project === project && each.set !== undefined);
  const vehicles = new Set(sets.flatMap((each) => [...each.vehicles]));
  if (vehicles.size === 0) return [];
  const statuses = [...vehicles].flatMap((key) =>
    supervision
      .triggerStatus(key)
      .filter((each) => each.project === project)
      .flatMap((each) => each.triggers.map((status) => ({ key, status }))),
  );
  const triggers = sets.flatMap(({ set }) => set?.triggers ?? []);
  return triggers.map((trigger) => {
    const own = statuses.filter(({ status }) => status.trigger === trigger.id);
    const known = own.filter(({ status }) => status.margin !== undefined && Number.isFinite(status.margin.value));
    const verdicts = new Set(own.map(({ status }) => status.verdict));
    const nearest = known.reduce<(typeof known)[number] | undefined>(
      (worst, each) =>
        worst === undefined || (each.status.margin?.value ?? 0) > (worst.status.margin?.value ?? 0) ? each : worst,
      undefined,
    );
    const margin = nearest?.status.margin;
    const first = boundOf(trigger.core.when);
    const bound = first !== undefined && (margin === undefined || margin.unit === first.unit) ? first : undefined;
    return {
      limit: trigger.id,
      name: trigger.title,
      ...(bound === undefined ? {} : { signal: bound.signal }),
      value:
        margin === undefined
          ? null
          : bound === undefined
            ? margin.value
            : bound.operator.startsWith(">")
              ? bound.value + margin.value
              : bound.value - margin.value,
      bound: bound?.value ?? 0,
      operator: bound?.operator ?? ">",
      unit: bound?.unit ?? margin?.unit ?? null,
      verdict: verdicts.has("T") ? "T" : verdicts.has("F") ? "F" : "U",
      firing: own.some(({ status }) => status.firing),
      vehicle:
        nearest === undefined
          ? null
          : isService(trigger)
            ? subjectIdOf("ai_service", nearest.key)
            : vehicleIdOf(nearest.key),
    };
  });
}

/** The first comparison of a signal with a constant in reading order: what the trigger is mainly about. */
function boundOf(cond: Cond): Bound | undefined {
  if ("left" in cond && "right" in cond) {
    const { left, right } = cond;
    const operator = OPERATORS[cond.op];
    if (operator !== undefined && right.op === "const") {
      const signal = signalIn(left);
      return signal === undefined ? undefined : { signal, value: right.value, unit: right.unit, operator };
    }
    if (cond.op === "and" || cond.op === "or") return boundOf(cond.left) ?? boundOf(cond.right);
    return undefined;
  }
  if (
    "of" in cond &&
    (cond.op === "for" ||
      cond.op === "within" ||
      cond.op === "share" ||
      cond.op === "count" ||
      cond.op === "once" ||
      cond.op === "historically")
  )
    return boundOf(cond.of);
  return undefined;
}

function signalIn(value: { readonly op: string }): string | undefined {
  if ("id" in value && typeof value.id === "string") return value.id;
  if ("of" in value && typeof value.of === "object" && value.of !== null)
    return signalIn(value.of as { readonly op: string });
  return undefined;
}

/** Ids of all subjects that are no vehicles look alike. */
function isService(trigger: CompiledTrigger): boolean {
  return trigger.core.appliesTo !== "vehicle";
}
