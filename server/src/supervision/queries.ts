/** Reading findings as an actor: row policies decide which exist for him. */
import { hasWords } from "@sandglass/casework";
import { sql, type Selectable } from "kysely";
import { maskVin, vehicleIdOf } from "../access/mod.ts";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import type { Tx } from "../records/mod.ts";
import type { FindingTable, TriggerVersionTable } from "../records/tables/supervision.ts";
import { amendedLevels, levelsOf, type LevelJson, type LevelReached } from "./finding-levels.ts";
import { behind, NEWEST_FOUND, orderBy, type FindingSort } from "./finding-sort.ts";
import type { WitnessJson } from "./firing-rows.ts";

export const FINDING_STATUSES = ["firing", "cleared", "superseded", "suppressed", "retracted"] as const;
export type FindingStatus = (typeof FINDING_STATUSES)[number];

export interface FindingFilter {
  readonly vehicle?: bigint;
  /** Of a kind; by the id that a subject has that is no vehicle. */
  readonly subject?: { readonly kind?: string; readonly id?: string };
  /** That level and above. */
  readonly level?: number;
  /** That level alone. */
  readonly exactLevel?: number;
  /** Suppressed onsets are listed only when asked for. */
  readonly status?: FindingStatus;
  readonly trigger?: string;
  readonly project?: string;
  /** Words in the title or the id of the trigger. */
  readonly text?: string;
  /** Only these. */
  readonly ids?: readonly string[];
  readonly limit: number;
  readonly sort?: FindingSort;
  /** Behind the last finding of the page before, in this order. */
  readonly cursor?: string;
}

export interface Finding {
  readonly id: string;
  readonly ordinal: bigint;
  readonly trigger: string;
  readonly version: number;
  readonly versionHash: string;
  readonly level: number;
  readonly status: FindingStatus;
  /** Of suppressed ones: trigger that kept it back; undefined when it was a cooldown. */
  readonly suppressedBy: string | undefined;
  readonly confirmed: boolean;
  /** `veh_…`; undefined for other subjects. */
  readonly vehicle: string | undefined;
  readonly subject: {
    readonly kind: string;
    readonly id: string;
    /** Of a subject in the register that is no vehicle. */
    readonly name?: string;
  };
  /** Masked; undefined while the registry does not know the vehicle. */
  readonly vin: string | undefined;
  /** Of the vehicle, as registered. */
  readonly maker: string | undefined;
  readonly region: string | undefined;
  readonly project: string | undefined;
  readonly effect: string | undefined;
  readonly assurance: number;
  readonly title: { readonly en: string; readonly zh: string };
  readonly onset: number;
  readonly conditionSince: number;
  readonly onsetObserved: boolean;
  readonly clearedAt: number | undefined;
  readonly detectedAt: number;
  /** How often late data changed it. */
  readonly revision: number;
  readonly origin: "live" | "replay" | "screening";
  readonly amendedAt: number | undefined;
  readonly retractedAt: number | undefined;
  readonly margin: { readonly value: number; readonly unit: string } | undefined;
  readonly timeMarginMs: number | undefined;
  readonly witnesses: readonly WitnessJson[];
  readonly seq: number;
  readonly evidence: { readonly from: number; readonly to: number; readonly copied: boolean };
}

export interface FindingDetail extends Finding {
  readonly text: { readonly en: string; readonly zh: string };
  readonly sentence: { readonly en: string; readonly zh: string };
  readonly basis: string | undefined;
  readonly basisZh: string | undefined;
  readonly certainty: string | undefined;
  readonly effectiveFrom: string | undefined;
  readonly inputs: readonly string[];
  readonly events: readonly {
    readonly kind: string;
    readonly level: number | undefined;
    /** Event time; of retractions and amendments the ingest time of the replay. */
    readonly at: number;
    readonly revision: number;
    /** Of amendments: when each level was reached by what is known now, and as it stood before. */
    readonly levels: readonly LevelJson[];
    /** Of what a replay found or amended: it knew nothing from before, RFC 3339. */
    readonly knownFrom: string | undefined;
  }[];
  /** When each level was reached by what is known now, lowest first. */
  readonly levels: readonly LevelReached[];
  /** Leaves of the ledger that record it, oldest first; the number is undefined while pending. */
  readonly leaves: readonly { readonly id: string; readonly kind: string; readonly seq: number | undefined }[];
}

type Row = Selectable<FindingTable> &
  Pick<Selectable<TriggerVersionTable>, "title_en" | "title_zh"> & {
    readonly vin: string | null;
    readonly maker: string | null;
    readonly region: string | null;
    readonly subject_name: string | null;
  };

/** Newest found first, or in another order. @throws SG_CURSOR_INVALID */
export async function findFindings(tx: Tx, filter: FindingFilter): Promise<Finding[]> {
  const { sort = NEWEST_FOUND } = filter;
  let query = await matching(tx, filter);
  if (query === undefined) return [];
  if (filter.cursor !== undefined) query = query.where(behind(sort, filter.cursor));
  return (await query.orderBy(orderBy(sort)).limit(filter.limit).execute()).map(findingOf);
}

/** Whether more findings than that pass the filter; no more than one above is looked at. */
export async function hasMoreFindings(
  tx: Tx,
  filter: Omit<FindingFilter, "limit" | "cursor">,
  count: number,
): Promise<boolean> {
  const query = await matching(tx, filter);
  const row = await query?.clearSelect().select("findings.id").offset(count).limit(1).executeTakeFirst();
  return row !== undefined;
}

/** @returns undefined where no trigger has the words */
async function matching(tx: Tx, filter: Omit<FindingFilter, "limit" | "cursor" | "sort">) {
  let query = withVehicle(tx);
  if (filter.vehicle !== undefined) query = query.where("findings.vehicle", "=", filter.vehicle);
  if (filter.subject !== undefined) {
    const { kind, id } = filter.subject;
    if (kind !== undefined) query = query.where("findings.subject_kind", "=", kind);
    // Said in so many words for the index of those that are no vehicles.
    if (id !== undefined)
      query = query.where("findings.subject_kind", "!=", sql.lit("vehicle")).where("findings.subject_id", "=", id);
  }
  if (filter.level !== undefined) query = query.where("findings.level", ">=", filter.level);
  if (filter.exactLevel !== undefined) query = query.where("findings.level", "=", filter.exactLevel);
  if (filter.trigger !== undefined) query = query.where("findings.trigger_id", "=", filter.trigger);
  if (filter.project !== undefined) query = query.where("findings.project", "=", filter.project);
  if (filter.ids !== undefined) query = query.where("findings.id", "in", [...filter.ids]);
  if (filter.text !== undefined) {
    const versions = await versionsWith(tx, filter.text);
    if (versions.length === 0) return undefined;
    query = query.where("findings.version_hash", "in", versions);
  }
  return filter.status === undefined
    ? query.where("findings.status", "!=", "suppressed")
    : query.where("findings.status", "=", filter.status);
}

/** Versions of triggers whose title or id has the words: there are few triggers, and a finding has no text of its own. */
async function versionsWith(tx: Tx, text: string): Promise<string[]> {
  const rows = await tx
    .selectFrom("trigger_versions")
    .select(["version_hash", "trigger_id", "title_en", "title_zh"])
    .execute();
  return rows
    .filter((row) => hasWords(`${row.title_en} | ${row.title_zh} | ${row.trigger_id}`, text))
    .map((row) => row.version_hash);
}

/** Throws SG_NOT_FOUND when there is no such finding or the actor may not see it. */
export async function getFinding(tx: Tx, id: string): Promise<FindingDetail> {
  const row = await withVehicle(tx).where("findings.id", "=", id).executeTakeFirst();
  if (row === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: id });
  const [version, events, leaves] = [
    await tx
      .selectFrom("trigger_versions")
      .select(["text_en", "text_zh", "sentence_en", "sentence_zh", "basis", "basis_zh", "certainty", "inputs"])
      .select(sql<string | null>`effective_from::text`.as("effective_from"))
      .where("version_hash", "=", row.version_hash)
      .executeTakeFirstOrThrow(),
    await tx
      .selectFrom("finding_events")
      .select(["kind", "level", "at", "revision", "detail"])
      .where("finding_id", "=", id)
      .orderBy("id")
      .execute(),
    await leavesOf(tx, id),
  ];
  return {
    ...findingOf(row),
    text: { en: version.text_en, zh: version.text_zh },
    sentence: { en: version.sentence_en, zh: version.sentence_zh },
    basis: version.basis ?? undefined,
    basisZh: version.basis_zh ?? undefined,
    certainty: version.certainty ?? undefined,
    effectiveFrom: version.effective_from ?? undefined,
    inputs: version.inputs,
    events: events.map((event) => ({
      kind: event.kind,
      level: event.level > 0 ? event.level : undefined,
      at: event.at.getTime(),
      revision: event.revision,
      levels: amendedLevels(event) ?? [],
      knownFrom: (event.detail as { readonly knownFrom?: string }).knownFrom,
    })),
    levels: levelsOf(row, events),
    leaves: leaves.map((leaf) => ({
      id: leaf.id,
      kind: leaf.kind,
      seq: leaf.seq === null ? undefined : Number(leaf.seq),
    })),
  };
}

/** Of a finding that the actor has read: the rows of the log have rights of their own. */
async function leavesOf(tx: Tx, id: string) {
  const { rows } = await sql<{ id: string; kind: string; seq: bigint | null }>`
    select id, kind, seq from leaves_of_finding(${id})`.execute(tx);
  return rows;
}

/** Open findings by level, 1 to 4. */
export async function countOpenFindings(tx: Tx): Promise<Record<"1" | "2" | "3" | "4", number>> {
  const rows = await tx
    .selectFrom("findings")
    .select(({ fn }) => ["level", fn.countAll<bigint>().as("count")])
    .where("status", "=", "firing")
    .groupBy("level")
    .execute();
  const counts = { "1": 0, "2": 0, "3": 0, "4": 0 };
  for (const row of rows) counts[String(row.level) as keyof typeof counts] = Number(row.count);
  return counts;
}

function withVehicle(tx: Tx) {
  return tx
    .selectFrom("findings")
    .innerJoin("trigger_versions", "trigger_versions.version_hash", "findings.version_hash")
    .leftJoin("vehicles", "vehicles.key", "findings.vehicle")
    .leftJoin("subjects", "subjects.key", "findings.subject_key")
    .selectAll("findings")
    .select([
      "title_en",
      "title_zh",
      "vehicles.vin",
      "vehicles.maker",
      "vehicles.region",
      "subjects.name as subject_name",
    ]);
}

function subjectOf(
  row: Pick<Row, "vehicle" | "subject_kind" | "subject_id" | "subject_name">,
): Pick<Finding, "vehicle" | "subject"> {
  const vehicle = row.vehicle === null ? undefined : vehicleIdOf(row.vehicle);
  return {
    vehicle,
    subject: {
      kind: row.subject_kind,
      id: vehicle ?? row.subject_id ?? "",
      ...(row.subject_name === null ? {} : { name: row.subject_name }),
    },
  };
}

function findingOf(row: Row): Finding {
  return {
    id: row.id,
    ordinal: row.ordinal,
    trigger: row.trigger_id,
    version: row.version,
    versionHash: row.version_hash,
    level: row.level,
    status: row.status,
    suppressedBy: row.suppressed_by ?? undefined,
    confirmed: row.confirmed,
    ...subjectOf(row),
    vin: row.vin === null ? undefined : maskVin(row.vin),
    maker: row.maker ?? undefined,
    region: row.region ?? undefined,
    project: row.project ?? undefined,
    effect: row.effect ?? undefined,
    assurance: row.assurance,
    title: { en: row.title_en, zh: row.title_zh },
    onset: row.onset.getTime(),
    conditionSince: row.condition_since.getTime(),
    onsetObserved: row.onset_observed,
    clearedAt: row.cleared_at?.getTime(),
    detectedAt: row.detected_at.getTime(),
    revision: row.revision,
    origin: row.origin,
    amendedAt: row.amended_at?.getTime(),
    retractedAt: row.retracted_at?.getTime(),
    margin: row.margin_value === null ? undefined : { value: row.margin_value, unit: row.margin_unit ?? "1" },
    timeMarginMs: row.time_margin_ms === null ? undefined : Number(row.time_margin_ms),
    witnesses: row.witnesses as readonly WitnessJson[],
    seq: Number(row.seq),
    evidence: {
      from: row.evidence_from.getTime(),
      to: row.evidence_to.getTime(),
      copied: row.evidence_copied_at !== null,
    },
  };
}
