/** Finding changes as rows, messages and leaves. */
import type { Witness } from "@sandglass/triggers";
import { vehicleIdOf } from "../access/vehicle-key.ts";
import type { LeafInput } from "../ledger/mod.ts";
import { isNew, type FindingChange, type NewFinding } from "./finding-change.ts";
import type { Effect, FiringMessage } from "./firing-message.ts";

export interface FindingState {
  readonly level: number;
  readonly assurance: number;
  readonly effect: Effect | null;
}

/** Row of the table `findings`. */
export function rowOf(finding: NewFinding, kind: "onset" | "suppressed") {
  return {
    id: finding.id,
    trigger_id: finding.trigger,
    version: finding.version,
    version_hash: finding.versionHash,
    level: finding.level,
    status: kind === "onset" ? ("firing" as const) : ("suppressed" as const),
    vehicle: finding.vehicle,
    project: finding.project ?? null,
    effect: finding.effect ?? null,
    assurance: finding.assurance,
    onset: new Date(finding.onset),
    condition_since: new Date(finding.conditionSince),
    onset_observed: finding.onsetObserved,
    margin_value: finding.margin?.value ?? null,
    margin_unit: finding.margin?.unit ?? null,
    time_margin_ms: finding.timeMarginMs === undefined ? null : BigInt(Math.round(finding.timeMarginMs)),
    witnesses: JSON.stringify(finding.witnesses.map(witnessJson)),
    seq: BigInt(finding.seq),
    detected_at: new Date(finding.detectedAt),
    evidence_from: new Date(finding.evidenceFrom),
    evidence_to: new Date(finding.evidenceTo),
    // A suppressed onset is counted, not investigated.
    evidence_copied_at: kind === "onset" ? null : new Date(finding.detectedAt),
    cleared_at: null,
  };
}

export interface WitnessJson {
  readonly node: string;
  readonly signal: string;
  /** RFC 3339. */
  readonly time: string;
  readonly value: number | null;
  readonly seq: number;
  readonly role: string;
}

export function witnessJson(witness: Witness): WitnessJson {
  return {
    node: witness.node,
    signal: witness.signal,
    time: new Date(witness.time).toISOString(),
    value: witness.value ?? null,
    seq: witness.ref,
    role: witness.role,
  };
}

/** `state` is needed for clearings: how far the finding had come. */
export function messageOf(change: FindingChange, state: FindingState | undefined): FiringMessage | undefined {
  if (change.kind === "suppressed" || change.kind === "confirmed") return undefined;
  const { finding } = change;
  const base = {
    kind: change.kind,
    finding: finding.id,
    trigger: finding.trigger,
    version: finding.version,
    versionHash: finding.versionHash,
    title: finding.title,
    vehicle: vehicleIdOf(finding.vehicle),
    vehicleKey: String(finding.vehicle),
    onset: finding.onset,
    ...(finding.project === undefined ? {} : { project: finding.project }),
  };
  if (change.kind === "onset") {
    const { level, assurance, effect, detectedAt, onset } = change.finding;
    return { ...base, level, assurance, at: onset, detectedAt, ...(effect ? { effect } : {}) };
  }
  if (change.kind === "escalated") {
    const { level, assurance, effect, at, detectedAt } = change;
    return { ...base, level, assurance, at, detectedAt, ...(effect ? { effect } : {}) };
  }
  if (state === undefined) return undefined;
  return {
    ...base,
    level: state.level,
    assurance: state.assurance,
    at: change.at,
    detectedAt: change.detectedAt,
    ...(state.effect ? { effect: state.effect } : {}),
  };
}

/** Undefined: a confirmation says nothing new. */
export function leafOf(change: FindingChange): LeafInput | undefined {
  if (change.kind === "confirmed") return undefined;
  const { finding } = change;
  const base = {
    event: change.kind,
    trigger: finding.trigger,
    version: finding.version,
    versionHash: finding.versionHash,
    vehicle: vehicleIdOf(finding.vehicle),
    project: finding.project ?? null,
    onset: new Date(finding.onset).toISOString(),
  };
  if (isNew(change)) {
    const { level, assurance, conditionSince, onsetObserved, witnesses, effect } = change.finding;
    const more = {
      level,
      assurance,
      effect: effect ?? null,
      onsetObserved,
      conditionSince: new Date(conditionSince).toISOString(),
    };
    return {
      kind: "finding",
      subject: finding.id,
      content: { ...base, ...more, witnesses: witnesses.map((witness) => ({ ...witnessJson(witness) })) },
    };
  }
  const at = new Date(change.at).toISOString();
  const more =
    change.kind === "escalated"
      ? { level: change.level, effect: change.effect ?? null, assurance: change.assurance }
      : {};
  return { kind: "finding", subject: finding.id, content: { ...base, ...more, at } };
}
