/**
 * What a firing does to the sandbox project whose trigger set found it (R-6.4): warn, restrict, suspend, terminate, as the plan
 * says. A suspension takes effect at once, but only on data that at least a platform vouches for; on less the project is
 * restricted and a person must confirm at once. What has no effect in the present state is still noted.
 */
import {
  effectOfFiring,
  severityOf,
  type SandboxProjectData,
  type SandboxState,
  type TriggerEffect,
} from "@sandglass/casework";
import type { CaseEngine } from "../engine/engine.ts";
import { findCase } from "../engine/store.ts";
import type { Unit } from "../engine/unit.ts";
import { PROJECT_KIND } from "../sandbox-project/actions.ts";
import type { Firing } from "./firing.ts";
import { findingInput, type Reason } from "./reason.ts";

/** The effect of a firing on its project; undefined when there is no such project. */
export async function projectEffect(unit: Unit, firing: Firing): Promise<TriggerEffect | undefined> {
  const project = firing.project === undefined ? undefined : await findCase(unit.tx, firing.project);
  if (project === undefined || project.kind !== PROJECT_KIND) return undefined;
  return effectOfFiring(
    (project.folded.data as SandboxProjectData).triggerSet,
    firing.trigger,
    firing.level,
    firing.effect,
  );
}

/** Applies the effect. @returns the action that was taken, undefined when the project has ended or already answered */
export async function affectProject(
  engine: CaseEngine,
  unit: Unit,
  firing: Firing,
  effect: TriggerEffect,
  reason: Reason,
): Promise<string | undefined> {
  if (firing.project === undefined) return undefined;
  const stored = await findCase(unit.tx, firing.project);
  if (stored === undefined || engine.lifecycleOf(stored).states[stored.folded.state]?.end !== undefined)
    return undefined;
  const data = stored.folded.data as SandboxProjectData;
  const earlier = data.findings.filter((each) => each.finding === firing.finding);
  if (earlier.some((each) => each.level >= firing.level)) return undefined;
  // A finding that rises acts again only when the higher level asks for more than it has had.
  const hasActed = earlier.some((each) => severityOf(each.effect) >= severityOf(effect));
  const name = hasActed ? "noteFinding" : actionFor(effect, stored.folded.state as SandboxState, firing);
  const demandsConfirmation = name === "restrictTrigger" && (effect === "suspend" || effect === "terminate");
  await engine.act(unit, stored.id, name, {
    ...findingInput(firing, reason),
    effect,
    ...(demandsConfirmation ? { confirmAtOnce: true } : {}),
  });
  return name;
}

export function actionFor(effect: TriggerEffect, state: SandboxState, firing: Pick<Firing, "assurance">): string {
  const isRunning = state === "TESTING" || state === "RESTRICTED";
  const isAssured = firing.assurance !== "none";
  switch (effect) {
    case "warn":
      return isRunning ? "warnTrigger" : "noteFinding";
    case "restrict":
      return isRunning ? "restrictTrigger" : "noteFinding";
    case "suspend":
      return isRunning ? (isAssured ? "riskTrigger" : "restrictTrigger") : "noteFinding";
    case "terminate":
      if (isAssured) return isRunning || state === "SUSPENDED" ? "terminateTrigger" : "noteFinding";
      return isRunning ? "restrictTrigger" : "noteFinding";
  }
}

/** A finding that turned out not to have happened: a person reviews what followed from it; nothing is undone by itself. */
export async function noteRetraction(engine: CaseEngine, unit: Unit, firing: Firing, reason: Reason): Promise<void> {
  if (firing.project === undefined) return;
  const stored = await findCase(unit.tx, firing.project);
  if (stored === undefined || engine.lifecycleOf(stored).states[stored.folded.state]?.end !== undefined) return;
  // A follow-up keeps its findings under the same name.
  const known = (stored.folded.data as Pick<SandboxProjectData, "findings">).findings.some(
    (each) => each.finding === firing.finding,
  );
  if (known)
    await engine.act(unit, stored.id, "noteRetraction", { finding: firing.finding, sentence: { ...reason.sentence } });
}

export interface Activity {
  readonly project: string;
  /** Opaque vehicle id. */
  readonly vehicle: string;
  /** Event time, UTC ms. */
  readonly seenAt: number;
  /** km/h. */
  readonly speed?: number | undefined;
  /** Finding in which supervision recorded it. */
  readonly finding?: string | undefined;
  readonly sentence?: { readonly en: string; readonly zh: string } | undefined;
}

/**
 * Records that a vehicle moved although its project was suspended: a breach, once per vehicle and suspension.
 * @returns whether it was recorded now
 */
export async function noteActivity(engine: CaseEngine, unit: Unit, activity: Activity): Promise<boolean> {
  const stored = await findCase(unit.tx, activity.project);
  if (stored === undefined || stored.kind !== PROJECT_KIND) return false;
  const { state, data } = stored.folded as { readonly state: SandboxState; readonly data: SandboxProjectData };
  const since = data.suspension?.since;
  if ((state !== "SUSPENDED" && state !== "TERMINATING") || since === undefined || activity.seenAt < since)
    return false;
  if (!(data.vehicles ?? []).includes(activity.vehicle)) return false;
  const idempotencyId = `breach:${stored.id}:${since}:${activity.vehicle}`;
  const version = stored.folded.version;
  const sentence = activity.sentence ?? {
    en: `${activity.vehicle} moved after the suspension${activity.speed === undefined ? "" : ` (${activity.speed} km/h)`}`,
    zh: `${activity.vehicle} 在中止后仍有行驶${activity.speed === undefined ? "" : `（${activity.speed} km/h）`}`,
  };
  const after = await engine.act(
    unit,
    stored.id,
    "noteBreach",
    {
      vehicle: activity.vehicle,
      seenAt: new Date(activity.seenAt).toISOString(),
      sentence: { ...sentence },
      ...(activity.speed === undefined ? {} : { speed: activity.speed }),
      ...(activity.finding === undefined ? {} : { finding: activity.finding }),
    },
    { idempotencyId },
  );
  return after.folded.version > version;
}
