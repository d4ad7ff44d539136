/**
 * Screening jobs: conditions over many vehicles (`more than 2 % of active vehicle …`, `at least 100 … within 500 m`) are
 * judged at set instants, a twenty-fourth of their window apart but at least an hour and at most a day.
 *
 * A run is told by trigger version and instant. What it found and that it was done are one transaction, so a run that
 * dies is made again and one that was made is never made twice. Instants that were missed while we were away are not
 * made up for, except the newest one.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { findSignal } from "@sandglass/signals";
import { type CompiledScreening, type ScreeningResult, type TriggerSet } from "@sandglass/triggers";
import type { Records, Tx } from "../../records/mod.ts";
import type { FindingChange, FindingIdentity, NewFinding } from "../finding-change.ts";
import { findingIdOf } from "../finding-id.ts";
import { withSupervision, writeChanges } from "../firing-log.ts";
import { saveTriggerVersions } from "../trigger-versions.ts";
import { bucketOf, judgeFleet, type FleetSource, type FleetVerdict } from "./judge-fleet.ts";
import { registryMembers } from "./registry-members.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Data on its way to history is there by then. */
const SETTLE_MS = 5 * 60_000;
const CHECK_MS = 60_000;
/** Members that a run names. */
const NAMED = 1_000;

export interface ScreeningOptions {
  readonly records: Records;
  readonly source: FleetSource & {
    readonly history: FleetSource["history"] & { settle(): Promise<void>; status(): { readonly storedSeq: number } };
  };
  /** Sets that watch everything; their screenings are run. */
  readonly sets: readonly TriggerSet[];
  /** UTC ms. */
  readonly now: () => number;
  readonly onFinding?: (change: FindingChange) => void;
  readonly log?: { warn(fields: object, text: string): void };
}

/** One group or place of a run, as it is stored. */
export interface ScreenedGroup extends Omit<ScreeningResult, "group"> {
  readonly group: string | null;
  /** More had the condition than are named. */
  readonly unnamed: number;
}

export interface ScreeningStatus {
  readonly screenings: number;
  /** Screenings over events or other subjects than vehicles: not run. */
  readonly unfed: number;
  readonly runs: number;
  readonly failed: number;
  /** Of the newest run. */
  readonly lastMs: number | undefined;
}

/** Time between two runs of a screening, ms. */
export function periodOf({ plan }: CompiledScreening): number {
  const bucket = bucketOf(plan.windowMs);
  return Math.min(DAY_MS, Math.max(bucket, Math.floor(plan.windowMs / 24 / HOUR_MS) * HOUR_MS));
}

export class ScreeningJobs {
  readonly #options: ScreeningOptions;
  readonly #screenings: readonly CompiledScreening[];
  readonly #abort = new AbortController();
  #working: Promise<void> = Promise.resolve();
  #runs = 0;
  #failed = 0;
  #lastMs: number | undefined;
  readonly #unfed: number;

  constructor(options: ScreeningOptions) {
    this.#options = options;
    const all = options.sets.flatMap(({ screenings }) => screenings);
    this.#screenings = all.filter(isAboutFrames);
    this.#unfed = all.length - this.#screenings.length;
  }

  /** Runs what is due now, and from then on when it is due. */
  start(): void {
    if (this.#screenings.length === 0) return;
    this.#working = this.#loop();
  }

  async close(): Promise<void> {
    this.#abort.abort();
    await this.#working;
  }

  status(): ScreeningStatus {
    return {
      screenings: this.#screenings.length,
      unfed: this.#unfed,
      runs: this.#runs,
      failed: this.#failed,
      lastMs: this.#lastMs,
    };
  }

  /** Makes every run that is due and was not made. Resolves with their number. */
  async runDue(): Promise<number> {
    let made = 0;
    for (const screening of this.#screenings) {
      if (this.#abort.signal.aborted) break;
      const period = periodOf(screening);
      const at = Math.floor((this.#options.now() - SETTLE_MS) / period) * period;
      if (!isEffective(screening, at)) continue;
      try {
        if (await this.run(screening, at)) made++;
      } catch (error) {
        this.#failed++;
        this.#options.log?.warn(
          { trigger: screening.id, reason: error instanceof Error ? error.message : String(error) },
          "a screening failed; it is tried again",
        );
      }
    }
    return made;
  }

  /** Judges one screening at one instant, once. Resolves with false when that was done before. */
  async run(screening: CompiledScreening, at: number): Promise<boolean> {
    const { records, source, now } = this.#options;
    const startedAt = now();
    const members = await withSupervision(records, async (tx) =>
      (await isDone(tx, screening, at)) ? undefined : registryMembers(tx),
    );
    if (members === undefined) return false;
    await source.history.settle();
    const throughSeq = source.history.status().storedSeq;
    const verdict = await judgeFleet(screening, members, at, throughSeq, source);
    const durationMs = now() - startedAt;
    const fresh = await withSupervision(records, async (tx) => {
      if (await isDone(tx, screening, at)) return undefined;
      await saveTriggerVersions(tx, [{ set: asSet(screening, this.#options.sets) }]);
      await insertRun(tx, screening, at, startedAt, durationMs, throughSeq, verdict);
      return writeChanges(tx, await changesOf(tx, screening, verdict.results, at, now()), undefined);
    });
    if (fresh === undefined) return false;
    this.#runs++;
    this.#lastMs = durationMs;
    for (const change of fresh) this.#options.onFinding?.(change);
    return true;
  }

  async #loop(): Promise<void> {
    while (!this.#abort.signal.aborted) {
      await this.runDue().catch((error: unknown) =>
        this.#options.log?.warn({ reason: String(error) }, "screenings wait"),
      );
      await sleep(CHECK_MS, undefined, { ref: false, signal: this.#abort.signal }).catch(() => undefined);
    }
  }
}

/** Over vehicles, and on what frames carry. */
function isAboutFrames({ plan }: CompiledScreening): boolean {
  return plan.subject === "vehicle" && plan.inputs.every((id) => findSignal(id) !== undefined);
}

/** Dates are days of Asia/Shanghai; the last day counts whole. */
function isEffective({ effective }: CompiledScreening, at: number): boolean {
  if (effective === undefined) return true;
  const from = Date.parse(`${effective.from}T00:00:00+08:00`);
  const to = effective.to === undefined ? Infinity : Date.parse(`${effective.to}T00:00:00+08:00`) + DAY_MS;
  return at >= from && at < to;
}

function asSet(screening: CompiledScreening, sets: readonly TriggerSet[]): TriggerSet {
  const set = sets.find(({ screenings }) => screenings.includes(screening));
  if (set === undefined) throw new Error(`${screening.id} is of no set`);
  return { ...set, triggers: [screening] };
}

async function isDone(tx: Tx, screening: CompiledScreening, at: number): Promise<boolean> {
  const row = await tx
    .selectFrom("screening_runs")
    .select("at")
    .where("version_hash", "=", screening.versionHash)
    .where("at", "=", new Date(at))
    .executeTakeFirst();
  return row !== undefined;
}

async function insertRun(
  tx: Tx,
  screening: CompiledScreening,
  at: number,
  startedAt: number,
  durationMs: number,
  throughSeq: number,
  verdict: FleetVerdict,
): Promise<void> {
  const results = verdict.results.map(({ group, members, ...result }): ScreenedGroup => ({
    ...result,
    group: group ?? null,
    members: members.slice(0, NAMED),
    unnamed: Math.max(0, members.length - NAMED),
  }));
  await tx
    .insertInto("screening_runs")
    .values({
      version_hash: screening.versionHash,
      at: new Date(at),
      trigger_id: screening.id,
      started_at: new Date(startedAt),
      duration_ms: durationMs,
      through_seq: BigInt(throughSeq),
      subjects: verdict.subjects,
      active: verdict.active,
      read_subjects: verdict.readSubjects,
      read_rows: BigInt(verdict.readRows),
      results: JSON.stringify(results),
    })
    .execute();
}

interface OpenFinding {
  readonly id: string;
  readonly subject: string;
  readonly onset: number;
  readonly level: number;
}

/** Onsets of groups that have the condition now, clearings of those that do not have it any more. Unknown changes nothing. */
async function changesOf(
  tx: Tx,
  screening: CompiledScreening,
  results: readonly ScreeningResult[],
  at: number,
  now: number,
): Promise<FindingChange[]> {
  const rows = await tx
    .selectFrom("findings")
    .select(["id", "subject_id", "onset", "level"])
    .where("version_hash", "=", screening.versionHash)
    .where("feed", "=", "screening")
    .where("status", "=", "firing")
    .execute();
  const open = rows.map(({ id, subject_id: subject, onset, level }): OpenFinding => ({
    id,
    subject: subject ?? "",
    onset: onset.getTime(),
    level,
  }));
  const standing = new Set<string>();
  const changes: FindingChange[] = [];
  for (const result of results) {
    const known = open.filter(({ subject }) => isOf(subject, screening, result));
    if (result.verdict !== "F") for (const { id } of known) standing.add(id);
    if (result.verdict === "T" && known.length === 0)
      changes.push({ kind: "onset", finding: findingOf(screening, result, at, now) });
  }
  for (const finding of open) {
    if (standing.has(finding.id)) continue;
    // A group of which nothing is known now is not one that recovered.
    if (results.every(({ verdict }) => verdict === "U")) continue;
    changes.push({
      kind: "cleared",
      finding: identityOf(screening, finding.subject, finding.onset),
      at,
      detectedAt: now,
    });
  }
  return changes;
}

/** A place keeps its name while the vehicle in its middle is part of it. */
function isOf(subject: string, screening: CompiledScreening, result: ScreeningResult): boolean {
  if (screening.plan.kind === "near") return result.verdict === "T" ? result.members.includes(subject) : false;
  return subject === (result.group ?? "all");
}

function subjectOf(screening: CompiledScreening, result: ScreeningResult): string {
  if (screening.plan.kind === "near") return result.centre?.subject ?? result.group ?? "all";
  return result.group ?? "all";
}

function identityOf(screening: CompiledScreening, subject: string, onset: number): FindingIdentity {
  const kind = screening.plan.kind === "near" ? "cluster" : screening.plan.group === undefined ? "fleet" : "group";
  return {
    id: findingIdOf(screening.id, screening.versionHash, `${kind}:${subject}`, onset),
    trigger: screening.id,
    version: screening.version,
    versionHash: screening.versionHash,
    title: screening.title,
    vehicle: 0n,
    subject: { kind, id: subject },
    project: undefined,
    onset,
  };
}

function findingOf(screening: CompiledScreening, result: ScreeningResult, at: number, now: number): NewFinding {
  const { plan } = screening;
  return {
    ...identityOf(screening, subjectOf(screening, result), at),
    level: screening.levels[0] ?? 1,
    effect: undefined,
    assurance: 0,
    conditionSince: at - plan.windowMs,
    onsetObserved: true,
    margin: { value: result.margin, unit: "1" },
    timeMarginMs: undefined,
    witnesses: [
      { node: screening.text.en, signal: "count", time: at, ref: 0, value: result.count, role: "event" },
      { node: screening.text.en, signal: "population", time: at, ref: 0, value: result.population, role: "event" },
    ],
    seq: 0,
    detectedAt: now,
    evidenceFrom: at - plan.windowMs,
    evidenceTo: at,
    origin: "screening",
    feed: "screening",
  };
}
