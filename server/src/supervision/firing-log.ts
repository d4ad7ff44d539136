/**
 * Writes what was found: one transaction holds the findings, their events, the ledger leaves, the outbox rows and the
 * cursor of a block. Everything in it is keyed by what happened, so a block that is stepped twice writes it once.
 */
import type { Witness } from "@sandglass/triggers";
import { vehicleIdOf } from "../access/vehicle-key.ts";
import { appendLeaves, type LeafInput } from "../ledger/mod.ts";
import { SYSTEM_SUPERVISION, type Records, type Tx } from "../records/mod.ts";
import { FIRING_TOPIC, type Effect, type FiringMessage } from "./firing-message.ts";

/** What is known of a firing whatever happens to it. */
export interface FindingIdentity {
  readonly id: string;
  readonly trigger: string;
  readonly version: number;
  readonly versionHash: string;
  readonly title: { readonly en: string; readonly zh: string };
  readonly vehicle: bigint;
  readonly project: string | undefined;
  readonly onset: number;
}

export interface NewFinding extends FindingIdentity {
  readonly level: number;
  readonly effect: Effect | undefined;
  readonly assurance: number;
  readonly conditionSince: number;
  readonly onsetObserved: boolean;
  readonly margin: { readonly value: number; readonly unit: string } | undefined;
  readonly timeMarginMs: number | undefined;
  readonly witnesses: readonly Witness[];
  readonly seq: number;
  readonly detectedAt: number;
  readonly evidenceFrom: number;
  readonly evidenceTo: number;
}

export type FindingChange =
  | { readonly kind: "onset"; readonly finding: NewFinding }
  | { readonly kind: "suppressed"; readonly finding: NewFinding }
  | {
      readonly kind: "escalated";
      readonly finding: FindingIdentity;
      readonly level: number;
      readonly effect: Effect | undefined;
      readonly at: number;
      readonly assurance: number;
      readonly detectedAt: number;
      readonly witnesses: readonly Witness[];
    }
  | { readonly kind: "cleared"; readonly finding: FindingIdentity; readonly at: number; readonly detectedAt: number }
  | { readonly kind: "confirmed"; readonly finding: Pick<FindingIdentity, "id" | "vehicle">; readonly at: number };

export interface BlockCursor {
  readonly segment: number;
  readonly block: number;
  /** Ingest sequence of its last row. */
  readonly seq: number;
}

/** Writes the changes of a block and its cursor; resolves with those that were new. */
export async function writeChanges(
  tx: Tx,
  changes: readonly FindingChange[],
  cursor: BlockCursor | undefined,
): Promise<FindingChange[]> {
  const created = changes.flatMap((change) =>
    change.kind === "onset" || change.kind === "suppressed" ? [rowOf(change.finding, change.kind)] : [],
  );
  if (created.length > 0)
    await tx
      .insertInto("findings")
      .values(created)
      .onConflict((conflict) => conflict.column("id").doNothing())
      .execute();
  const fresh = await insertEvents(tx, await knownOnly(tx, changes));
  const leaves: LeafInput[] = [];
  const messages: FiringMessage[] = [];
  const owners = await ownersOf(tx, fresh);
  for (const change of fresh) {
    await project(tx, change);
    const message = await messageOf(tx, change);
    if (message !== undefined) messages.push(message);
    const leaf = leafOf(change);
    if (leaf !== undefined) leaves.push({ ...leaf, ...owners.get(change.finding.vehicle) });
  }
  if (messages.length > 0) {
    await tx
      .insertInto("outbox")
      .values(
        messages.map((message) => ({
          topic: FIRING_TOPIC,
          subject: message.finding,
          payload: JSON.stringify(message),
          done_at: null,
        })),
      )
      .execute();
  }
  await appendLeaves(tx, leaves);
  if (cursor !== undefined) await writeCursor(tx, cursor);
  return fresh;
}

/** Who may read the leaf besides those who see everything: the vehicle's organisation and territory of today. */
async function ownersOf(
  tx: Tx,
  changes: readonly FindingChange[],
): Promise<Map<bigint, Pick<LeafInput, "organisation" | "region">>> {
  if (changes.length === 0) return new Map();
  const rows = await tx
    .selectFrom("vehicles")
    .select(["key", "organisation", "region"])
    .where("key", "in", [...new Set(changes.map((change) => change.finding.vehicle))])
    .execute();
  return new Map(
    rows.map(({ key, organisation, region }) => [
      key,
      { ...(organisation === null ? {} : { organisation }), ...(region === null ? {} : { region }) },
    ]),
  );
}

export async function writeCursor(tx: Tx, cursor: BlockCursor): Promise<void> {
  const place = { segment: BigInt(cursor.segment), block: cursor.block, seq: BigInt(cursor.seq), at: new Date() };
  await tx
    .insertInto("supervision_cursor")
    .values({ partition: "all", ...place })
    .onConflict((conflict) => conflict.column("partition").doUpdateSet(place))
    .execute();
}

export function withSupervision<T>(records: Records, work: (tx: Tx) => Promise<T>): Promise<T> {
  return records.transact(SYSTEM_SUPERVISION, work, { retry: true });
}

function rowOf(finding: NewFinding, kind: "onset" | "suppressed") {
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

function witnessJson(witness: Witness): WitnessJson {
  return {
    node: witness.node,
    signal: witness.signal,
    time: new Date(witness.time).toISOString(),
    value: witness.value ?? null,
    seq: witness.ref,
    role: witness.role,
  };
}

const keyOf = (id: string, kind: string, level: number): string => `${id} ${kind} ${level}`;

function levelOf(change: FindingChange): number {
  if (change.kind === "onset" || change.kind === "suppressed") return change.finding.level;
  return change.kind === "escalated" ? change.level : 0;
}

/**
 * Leaves out what happens to a finding that is not there. Its onset was written before, always; unless the records were
 * set back while the checkpoints were not, and then this must not stop supervision.
 */
async function knownOnly(tx: Tx, changes: readonly FindingChange[]): Promise<readonly FindingChange[]> {
  const later = changes.filter((change) => change.kind !== "onset" && change.kind !== "suppressed");
  if (later.length === 0) return changes;
  const rows = await tx
    .selectFrom("findings")
    .select("id")
    .where("id", "in", [...new Set(later.map((change) => change.finding.id))])
    .execute();
  const known = new Set(rows.map((row) => row.id));
  return changes.filter(
    (change) => change.kind === "onset" || change.kind === "suppressed" || known.has(change.finding.id),
  );
}

async function insertEvents(tx: Tx, changes: readonly FindingChange[]): Promise<FindingChange[]> {
  if (changes.length === 0) return [];
  const byKey = new Map<string, FindingChange>();
  for (const change of changes) {
    const key = keyOf(change.finding.id, change.kind, levelOf(change));
    if (!byKey.has(key)) byKey.set(key, change);
  }
  const rows = [...byKey.values()].map((change) => ({
    finding_id: change.finding.id,
    kind: change.kind,
    level: levelOf(change),
    at: new Date(change.kind === "onset" || change.kind === "suppressed" ? change.finding.onset : change.at),
    detail: JSON.stringify(change.kind === "escalated" ? { witnesses: change.witnesses.map(witnessJson) } : {}),
  }));
  const inserted = await tx
    .insertInto("finding_events")
    .values(rows)
    .onConflict((conflict) => conflict.constraint("finding_events_once").doNothing())
    .returning(["finding_id", "kind", "level"])
    .execute();
  const fresh = new Set(inserted.map((row) => keyOf(row.finding_id, row.kind, row.level)));
  return [...byKey].filter(([key]) => fresh.has(key)).map(([, change]) => change);
}

async function project(tx: Tx, change: FindingChange): Promise<void> {
  const { id } = change.finding;
  switch (change.kind) {
    case "onset":
    case "suppressed":
      return;
    case "escalated":
      await tx
        .updateTable("findings")
        .set({ level: change.level, ...(change.effect ? { effect: change.effect } : {}) })
        .where("id", "=", id)
        .where("level", "<", change.level)
        .execute();
      return;
    case "cleared":
      await tx
        .updateTable("findings")
        .set({ status: "cleared", cleared_at: new Date(change.at) })
        .where("id", "=", id)
        .where("status", "=", "firing")
        .execute();
      return;
    case "confirmed":
      await tx.updateTable("findings").set({ confirmed: true }).where("id", "=", id).execute();
  }
}

async function messageOf(tx: Tx, change: FindingChange): Promise<FiringMessage | undefined> {
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
  const row = await tx
    .selectFrom("findings")
    .select(["level", "assurance", "effect"])
    .where("id", "=", finding.id)
    .executeTakeFirstOrThrow();
  return {
    ...base,
    level: row.level,
    assurance: row.assurance,
    at: change.at,
    detectedAt: change.detectedAt,
    ...(row.effect ? { effect: row.effect } : {}),
  };
}

function leafOf(change: FindingChange): LeafInput | undefined {
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
  if (change.kind === "onset" || change.kind === "suppressed") {
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
