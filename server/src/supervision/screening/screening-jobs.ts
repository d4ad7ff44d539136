/**
 * Screening jobs: conditions over many vehicles (`more than 2 % of active vehicle …`, `at least 100 … within 500 m`) are
 * judged at set instants, a twenty-fourth of their window apart but at least an hour and at most a day.
 *
 * A run is told by trigger version and instant. What it found and that it was done are one transaction, so a run that
 * dies is made again and one that was made is never made twice. Instants that were missed while we were away are not
 * made up for, except the newest one.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { SubjectKind } from "@sandglass/signals";
import type { CompiledScreening, ScreeningResult, TriggerSet } from "@sandglass/triggers";
import type { Records, Tx } from "../../records/mod.ts";
import type { FindingChange, FindingIdentity, NewFinding } from "../finding-change.ts";
import { findingIdOf } from "../finding-id.ts";
import { withSupervision, writeChanges } from "../firing-log.ts";
import { supersede } from "../supersede.ts";
import { effectOf } from "../translate-firing.ts";
import { saveTriggerVersions } from "../trigger-versions.ts";
import type { SenderRows } from "../events/event-rows.ts";
import { feedOf, isEffective, periodOf } from "./instants.ts";
import { judgeFleet, type FleetSource, type FleetVerdict } from "./judge-fleet.ts";
import { judgeSenders } from "./judge-senders.ts";
import { registeredMembers } from "./registry-members.ts";
import { settleResults, subjectOf, type ScreenedSubjectName } from "./standing.ts";
import { messageOf } from "../../errors/mod.ts";

/** Data on its way to history is there by then. */
const SETTLE_MS = 5 * 60_000;
const CHECK_MS = 60_000;
/** Members that a run names. */
const NAMED = 1_000;

export interface ScreeningOptions {
  readonly records: Records;
  readonly source: FleetSource & {
    readonly history: FleetSource["history"] & { settle(): Promise<void>; status(): { readonly storedSeq: number } };
    /** Stored events as rows; without them conditions over their senders are not run. */
    readonly events?: SenderRows;
  };
  /** Sets whose screenings are run: looked at before every round. */
  readonly targets: () => readonly ScreeningTarget[];
  /** UTC ms. */
  readonly now: () => number;
  readonly onFinding?: (change: FindingChange) => void;
  readonly log?: { warn(fields: object, text: string): void };
}

/** A set at work, and on whom. */
export interface ScreeningTarget {
  readonly set: TriggerSet;
  /** Sandbox project whose plan it belongs to. */
  readonly project?: string;
  /** The population is limited to these; everything in the registry without it. */
  readonly vehicles?: ReadonlySet<bigint>;
  /** Since when it applies, UTC ms: instants before are not judged. */
  readonly since?: number;
}

/** What a run is about. */
type Job = Omit<ScreeningTarget, "set"> & { readonly screening: CompiledScreening; readonly set: TriggerSet };

/** One group or place of a run, as it is stored. */
export interface ScreenedGroup extends Omit<ScreeningResult, "group"> {
  readonly group: string | null;
  /** More had the condition than are named. */
  readonly unnamed: number;
}

export interface ScreeningStatus {
  readonly screenings: number;
  /** Screenings that nothing feeds: not run. */
  readonly unfed: number;
  readonly runs: number;
  readonly failed: number;
  /** Of the newest run. */
  readonly lastMs: number | undefined;
}

export class ScreeningJobs {
  readonly #options: ScreeningOptions;
  readonly #abort = new AbortController();
  #working: Promise<void> = Promise.resolve();
  #runs = 0;
  #failed = 0;
  #lastMs: number | undefined;

  constructor(options: ScreeningOptions) {
    this.#options = options;
  }

  /** Runs what is due now, and from then on when it is due. */
  start(): void {
    this.#working = this.#loop();
  }

  async close(): Promise<void> {
    this.#abort.abort();
    await this.#working;
  }

  status(): ScreeningStatus {
    const jobs = this.#jobs();
    const fed = jobs.filter(({ screening }) => this.#isFed(screening)).length;
    return {
      screenings: fed,
      unfed: jobs.length - fed,
      runs: this.#runs,
      failed: this.#failed,
      lastMs: this.#lastMs,
    };
  }

  #jobs(): readonly Job[] {
    const targets = this.#options.targets();
    return targets.flatMap((target) => target.set.screenings.map((screening) => ({ ...target, screening })));
  }

  #isFed(screening: CompiledScreening): boolean {
    const feed = feedOf(screening);
    return feed === "frames" || (feed === "events" && this.#options.source.events !== undefined);
  }

  /** Ends what nobody judges any more, and makes every run that is due and was not made. Resolves with their number. */
  async runDue(): Promise<number> {
    const jobs = this.#jobs();
    await this.#supersede(jobs);
    let made = 0;
    for (const job of jobs) {
      if (this.#abort.signal.aborted) break;
      const { screening, since = Number.NEGATIVE_INFINITY } = job;
      if (!this.#isFed(screening)) continue;
      const period = periodOf(screening);
      const at = Math.floor((this.#options.now() - SETTLE_MS) / period) * period;
      if (!isEffective(screening, at) || at < since) continue;
      try {
        if (await this.#run(job, at)) made++;
      } catch (error) {
        this.#failed++;
        this.#options.log?.warn(
          { trigger: screening.id, reason: messageOf(error) },
          "a screening failed; it is tried again",
        );
      }
    }
    return made;
  }

  /** Findings of versions that are not in force any more, and of projects that have ended. */
  async #supersede(jobs: readonly Job[]): Promise<void> {
    const watching = jobs.map(({ screening, project }) => ({
      project,
      triggers: new Map([[screening.id, screening]]),
      vehicles: undefined,
      suspendedAt: undefined,
    }));
    await withSupervision(this.#options.records, (tx) => supersede(tx, watching, this.#options.now(), "screening"));
  }

  /** Judges one screening at one instant, once. Resolves with false when that was done before. */
  async #run(job: Job, at: number): Promise<boolean> {
    const { records, source, now } = this.#options;
    const { screening, vehicles } = job;
    const startedAt = now();
    const registered = await withSupervision(records, async (tx) =>
      (await isDone(tx, job, at)) ? undefined : registeredMembers(tx, screening.plan.subject as SubjectKind),
    );
    if (registered === undefined) return false;
    const members = vehicles === undefined ? registered : registered.filter(({ key }) => vehicles.has(key));
    await source.history.settle();
    const events = feedOf(screening) === "events" ? source.events : undefined;
    const throughSeq = events?.storedSeq() ?? source.history.status().storedSeq;
    const verdict =
      events === undefined
        ? await judgeFleet(screening, members, at, throughSeq, source)
        : await judgeSenders(screening, members, at, throughSeq, events);
    const durationMs = now() - startedAt;
    const fresh = await withSupervision(records, async (tx) => {
      if (await isDone(tx, job, at)) return undefined;
      await saveTriggerVersions(tx, [{ set: { ...job.set, triggers: [screening] } }]);
      await insertRun(tx, job, at, startedAt, durationMs, throughSeq, verdict);
      return writeChanges(tx, await changesOf(tx, job, verdict.results, at, now()), undefined);
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

async function isDone(tx: Tx, { screening, project = "" }: Job, at: number): Promise<boolean> {
  const row = await tx
    .selectFrom("screening_runs")
    .select("at")
    .where("version_hash", "=", screening.versionHash)
    .where("at", "=", new Date(at))
    .where("project", "=", project)
    .executeTakeFirst();
  return row !== undefined;
}

async function insertRun(
  tx: Tx,
  { screening, project = "" }: Job,
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
      project,
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
  readonly kind: ScreenedSubjectName["kind"];
  readonly subject: string;
  readonly onset: number;
}

/** Onsets of groups that have the condition now, clearings of those that do not have it any more. Unknown changes nothing. */
async function changesOf(
  tx: Tx,
  job: Job,
  results: readonly ScreeningResult[],
  at: number,
  now: number,
): Promise<FindingChange[]> {
  const { screening, project } = job;
  const rows = await tx
    .selectFrom("findings")
    .select(["subject_kind", "subject_id", "onset"])
    .where("version_hash", "=", screening.versionHash)
    .where("feed", "=", "screening")
    .where("status", "=", "firing")
    .where((eb) => (project === undefined ? eb("project", "is", null) : eb("project", "=", project)))
    .execute();
  const open = rows.map(({ subject_kind: kind, subject_id: subject, onset }): OpenFinding => ({
    kind: kind as OpenFinding["kind"],
    subject: subject ?? "",
    onset: onset.getTime(),
  }));
  const { begins, ends } = settleResults(screening, open, results);
  return [
    ...begins.map((result): FindingChange => ({ kind: "onset", finding: findingOf(job, result, at, now) })),
    ...ends.map((finding): FindingChange => ({
      kind: "cleared",
      finding: identityOf(job, { kind: finding.kind, id: finding.subject }, finding.onset),
      at,
      detectedAt: now,
    })),
  ];
}

function identityOf({ screening, project }: Job, { kind, id }: ScreenedSubjectName, onset: number): FindingIdentity {
  return {
    id: findingIdOf(
      screening.id,
      screening.versionHash,
      project === undefined ? `${kind}:${id}` : `${kind}:${id}@${project}`,
      onset,
    ),
    trigger: screening.id,
    version: screening.version,
    versionHash: screening.versionHash,
    title: screening.title,
    vehicle: 0n,
    subject: { kind, id },
    project,
    onset,
  };
}

function findingOf(job: Job, result: ScreeningResult, at: number, now: number): NewFinding {
  const { screening, project } = job;
  const { plan } = screening;
  const level = screening.levels[0] ?? 1;
  return {
    ...identityOf(job, subjectOf(screening, result), at),
    level,
    effect: effectOf(screening, project, level),
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
