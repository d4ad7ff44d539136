/** Finding changes as rows, messages and leaves. */
import type { Selectable } from "kysely";
import type { Witness } from "@sandglass/triggers";
import { vehicleIdOf } from "../access/vehicle-key.ts";
import type { LeafInput } from "../ledger/mod.ts";
import type { FindingTable } from "../records/tables/supervision.ts";
import {
  isNew,
  type AmendedFinding,
  type FindingChange,
  type FindingIdentity,
  type NewFinding,
} from "./finding-change.ts";
import { levelJson } from "./finding-levels.ts";
import type { Effect, FiringMessage } from "./firing-message.ts";

export interface FindingState {
  readonly level: number;
  readonly assurance: number;
  readonly effect: Effect | null;
}

/** Whom and what a row of the table `findings` is about. */
export function identityOf(
  row: Pick<
    Selectable<FindingTable>,
    | "id"
    | "trigger_id"
    | "version"
    | "version_hash"
    | "vehicle"
    | "subject_kind"
    | "subject_id"
    | "subject_key"
    | "subject_organisation"
    | "subject_region"
    | "project"
    | "onset"
  >,
  title: FindingIdentity["title"],
): FindingIdentity {
  return {
    id: row.id,
    trigger: row.trigger_id,
    version: row.version,
    versionHash: row.version_hash,
    title,
    vehicle: row.vehicle ?? row.subject_key ?? 0n,
    ...(row.subject_id === null
      ? {}
      : {
          subject: {
            kind: row.subject_kind,
            id: row.subject_id,
            ...(row.subject_organisation === null ? {} : { organisation: row.subject_organisation }),
            ...(row.subject_region === null ? {} : { region: row.subject_region }),
          },
        }),
    project: row.project ?? undefined,
    onset: row.onset.getTime(),
  };
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
    vehicle: finding.subject === undefined ? finding.vehicle : null,
    ...(finding.subject === undefined
      ? {}
      : {
          subject_kind: finding.subject.kind,
          subject_id: finding.subject.id,
          subject_key: finding.vehicle === 0n ? null : finding.vehicle,
          subject_organisation: finding.subject.organisation ?? null,
          subject_region: finding.subject.region ?? null,
        }),
    ...(finding.origin === undefined ? {} : { origin: finding.origin }),
    ...(finding.feed === undefined ? {} : { feed: finding.feed }),
    suppressed_by: finding.suppressedBy ?? null,
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
    // Of a subject that is no vehicle there are no frames to keep.
    evidence_copied_at: kind === "onset" && finding.subject === undefined ? null : new Date(finding.detectedAt),
    cleared_at: null,
  };
}

/** What an amendment changes of the row. */
export function amendedRow(finding: AmendedFinding, at: number) {
  return {
    level: finding.level,
    status: finding.status,
    suppressed_by: finding.suppressedBy ?? null,
    effect: finding.effect ?? null,
    assurance: finding.assurance,
    condition_since: new Date(finding.conditionSince),
    onset_observed: finding.onsetObserved,
    cleared_at: finding.clearedAt === undefined ? null : new Date(finding.clearedAt),
    margin_value: finding.margin?.value ?? null,
    margin_unit: finding.margin?.unit ?? null,
    time_margin_ms: finding.timeMarginMs === undefined ? null : BigInt(Math.round(finding.timeMarginMs)),
    witnesses: JSON.stringify(finding.witnesses.map(witnessJson)),
    revision: finding.revision,
    amended_at: new Date(at),
    retracted_at: null,
  };
}

/** What an amendment says, for the event and the ledger. */
export function amendedJson(finding: AmendedFinding) {
  return {
    level: finding.level,
    levels: finding.levels.map((each) => ({ ...levelJson(each) })),
    status: finding.status,
    ...(finding.suppressedBy === undefined ? {} : { suppressedBy: finding.suppressedBy }),
    effect: finding.effect ?? null,
    revision: finding.revision,
    conditionSince: new Date(finding.conditionSince).toISOString(),
    clearedAt: finding.clearedAt === undefined ? null : new Date(finding.clearedAt).toISOString(),
    witnesses: finding.witnesses.map((witness) => ({ ...witnessJson(witness) })),
    ...knownFromJson(finding),
  };
}

export function knownFromJson({ knownFrom }: Pick<NewFinding, "knownFrom">): { knownFrom?: string } {
  return knownFrom === undefined ? {} : { knownFrom: new Date(knownFrom).toISOString() };
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

/** How messages name a subject: vehicles by id and key, others by kind and id. */
export function subjectOf(
  finding: Pick<FindingIdentity, "vehicle" | "subject">,
): Pick<FiringMessage, "vehicle" | "vehicleKey" | "subject"> {
  if (finding.subject === undefined)
    return { vehicle: vehicleIdOf(finding.vehicle), vehicleKey: String(finding.vehicle) };
  const { kind, id } = finding.subject;
  return { vehicle: id, vehicleKey: String(finding.vehicle), subject: { kind, id } };
}

/**
 * Whether anybody is told. `before`: status of the finding in the log, of a new one that with which it was written.
 * Of a firing that is kept back nobody knows, so that its rises, its end and its correction are recorded only; an
 * amendment that keeps back, or brings out, what was told otherwise is news.
 */
export function isDelivered(change: FindingChange, before: FindingTable["status"] | undefined): boolean {
  switch (change.kind) {
    case "suppressed":
      return false;
    case "onset":
    case "confirmed":
      return true;
    case "amended":
      return change.finding.status !== "suppressed" || (before !== "suppressed" && before !== "retracted");
    default:
      return before !== "suppressed";
  }
}

/** `state` is needed for clearings and retractions: how far the finding had come. */
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
    ...subjectOf(finding),
    onset: finding.onset,
    ...(finding.project === undefined ? {} : { project: finding.project }),
  };
  if (change.kind === "onset") {
    const { level, assurance, effect, detectedAt, onset, origin } = change.finding;
    return {
      ...base,
      level,
      assurance,
      at: onset,
      detectedAt,
      ...(effect ? { effect } : {}),
      ...(origin === undefined ? {} : { origin }),
    };
  }
  if (change.kind === "amended") {
    const { level, assurance, effect, detectedAt, status, clearedAt } = change.finding;
    return {
      ...base,
      level,
      assurance,
      at: change.at,
      detectedAt,
      origin: "replay",
      status,
      ...(effect ? { effect } : {}),
      ...(clearedAt === undefined ? {} : { clearedAt }),
    };
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
    ...(finding.subject === undefined
      ? { vehicle: vehicleIdOf(finding.vehicle) }
      : { subject: { kind: finding.subject.kind, id: finding.subject.id } }),
    project: finding.project ?? null,
    onset: new Date(finding.onset).toISOString(),
  };
  if (isNew(change)) {
    const { level, assurance, conditionSince, onsetObserved, witnesses, effect, origin, suppressedBy } = change.finding;
    const more = {
      ...(suppressedBy === undefined ? {} : { suppressedBy }),
      ...(origin === undefined ? {} : { origin, detectedAt: new Date(change.finding.detectedAt).toISOString() }),
      level,
      assurance,
      effect: effect ?? null,
      onsetObserved,
      conditionSince: new Date(conditionSince).toISOString(),
      ...knownFromJson(change.finding),
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
      : change.kind === "retracted"
        ? { revision: change.revision }
        : change.kind === "amended"
          ? amendedJson(change.finding)
          : {};
  return { kind: "finding", subject: finding.id, content: { ...base, ...more, at } };
}
