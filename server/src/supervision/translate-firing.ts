/**
 * Engine events as finding changes: one translation for frames, events, replays and backtests that write findings.
 *
 * A firing that another one suppresses (`suppressed by`) is recorded with what it rests on, as `suppressed`: no effect,
 * no message, no work order. What was decided at its onset stands for the whole firing: it may rise and end, and that
 * is recorded too, but nobody is told (firing-log.ts keeps that).
 */
import type { CompiledTrigger, FiringEvent, Witness } from "@sandglass/triggers";
import type { FindingChange, FindingIdentity, NewFinding } from "./finding-change.ts";
import { effectAt } from "./watch.ts";

/** What happens to a firing; the rest is about the data. */
export type Firing = Exclude<FiringEvent, { kind: "degraded" | "restored" }>;

export function isFiring(event: FiringEvent): event is Firing {
  return event.kind !== "degraded" && event.kind !== "restored";
}

export type Circumstances = Pick<
  NewFinding,
  "assurance" | "seq" | "detectedAt" | "evidenceFrom" | "evidenceTo" | "feed"
>;

/** What only the feed knows of a firing. */
export interface FiringSource {
  readonly project: string | undefined;
  /** Receive time of what made the event, UTC ms. */
  readonly detectedAt: number;
  identity(trigger: CompiledTrigger, onset: number): FindingIdentity;
  circumstances(witnesses: readonly Witness[], conditionSince: number, onset: number): Circumstances;
  /** Weakest assurance of what an escalation rests on. */
  assurance(witnesses: readonly Witness[]): number;
}

/** Effects are asked of projects only. */
export function effectOf(trigger: CompiledTrigger, project: string | undefined, level: number): NewFinding["effect"] {
  return project === undefined ? undefined : effectAt(trigger, level);
}

export function changeOf(trigger: CompiledTrigger, event: Firing, source: FiringSource): FindingChange {
  const { project, detectedAt } = source;
  const identity = source.identity(trigger, event.onset);
  switch (event.kind) {
    case "onset": {
      const { suppressedBy } = event;
      return {
        kind: suppressedBy === undefined ? "onset" : "suppressed",
        finding: {
          ...identity,
          ...source.circumstances(event.witnesses, event.conditionSince, event.onset),
          level: event.level,
          effect: suppressedBy === undefined ? effectOf(trigger, project, event.level) : undefined,
          conditionSince: event.conditionSince,
          onsetObserved: event.onsetObserved,
          margin: event.margin,
          timeMarginMs: event.timeMarginMs,
          witnesses: event.witnesses,
          ...(suppressedBy === undefined ? {} : { suppressedBy }),
        },
      };
    }
    case "suppressed":
      return {
        kind: "suppressed",
        finding: {
          ...identity,
          ...source.circumstances([], event.onset, event.onset),
          level: trigger.levels[0] ?? 1,
          effect: undefined,
          conditionSince: event.onset,
          onsetObserved: true,
          margin: undefined,
          timeMarginMs: undefined,
          witnesses: [],
        },
      };
    case "escalated": {
      const { level, at, witnesses } = event;
      return {
        kind: "escalated",
        finding: identity,
        level,
        effect: effectOf(trigger, project, level),
        at,
        witnesses,
        assurance: source.assurance(witnesses),
        detectedAt,
      };
    }
    case "cleared":
      return { kind: "cleared", finding: identity, at: event.at, detectedAt };
  }
}

/**
 * A suppressor that does not apply to the subject (`applies to … where`) fires for nobody: what it would have kept back
 * is a finding like any other.
 */
export function releaseUnless(
  applies: (trigger: CompiledTrigger) => boolean,
  triggers: ReadonlyMap<string, CompiledTrigger>,
  change: FindingChange,
): FindingChange {
  if (change.kind !== "suppressed" || change.finding.suppressedBy === undefined) return change;
  const { suppressedBy, ...finding } = change.finding;
  const suppressor = triggers.get(suppressedBy);
  const trigger = triggers.get(finding.trigger);
  if (suppressor === undefined || trigger === undefined || applies(suppressor)) return change;
  return { kind: "onset", finding: { ...finding, effect: effectOf(trigger, finding.project, finding.level) } };
}
