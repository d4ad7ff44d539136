/**
 * Judges again what late data may have changed (TRIGGERS §7): the subject's rows from [start of the late data − H] on
 * are stepped in order of time into a scratch state that begins with the firings of the log; what comes out is compared
 * with the log, and the difference is written. A replay that reaches the present takes the place of the live state.
 *
 * Nothing here is on the path of a frame: subjects wait until their late data seems complete, are taken in small
 * batches, are read from history when it has everything up to a known sequence number, and are stepped in slices that
 * leave most of the time to others. Only the last seconds of a subject and the comparison run between two blocks.
 */
import { conditionsOf, type CompiledTrigger, type SubjectState } from "@sandglass/triggers";
import type { Tx } from "../records/mod.ts";
import type { FindingChange } from "./finding-change.ts";
import { findLogged, firingBefore } from "./finding-log.ts";
import type { LateInterval } from "./late-queue.ts";
import { beginningOf, SLACK_MS } from "./replay-beginning.ts";
import { reconcile, type ContinuedFiring, type LoggedFinding, type ReplayedFiring } from "./reconcile.ts";
import { SubjectReplay } from "./replay-subject.ts";
import { mergeChunks, RowBuilder, type RowChunk, type RowSource } from "./rows.ts";
import { isFiring, releaseUnless, type Firing } from "./translate-firing.ts";
import { LATENESS_MS } from "./unconfirmed.ts";
import type { Watch } from "./watch.ts";

/**
 * `offline` and `no data` are about reception: data that came later does not make the silence undone. Such triggers are
 * left to the live step.
 */
export function isAboutReception(trigger: CompiledTrigger): boolean {
  return conditionsOf(trigger.core).some(asksForSilence);
}

function asksForSilence(part: unknown): boolean {
  if (typeof part !== "object" || part === null) return false;
  const { op } = part as { readonly op?: unknown };
  return op === "offline" || op === "noData" || Object.values(part).some(asksForSilence);
}

/** Rows behind the newest one by more than this are kept but not judged, unless a trigger accepts later ones (TRIGGERS §7). */
const LATE_ACCEPT_MS = 7 * 86_400_000;

/** The longest that any trigger of these watches accepts. */
export function longestAccepted(watches: readonly Pick<Watch, "triggers">[]): number {
  let longest = LATE_ACCEPT_MS;
  for (const { triggers } of watches)
    for (const { core } of triggers.values()) longest = Math.max(longest, core.lateMs ?? 0);
  return longest;
}

/** Event times that a replay judges, with what it must read around them, UTC ms. */
export interface ReplayRange {
  /** First row that is read: conditions warm up from here. */
  readonly start: number;
  /** From here on the log is judged. */
  readonly from: number;
  /** Behind here the late data has no effect any more; ∞ = up to the present. */
  readonly to: number;
}

/** A trigger set at work, whatever feeds it. */
export type ReplayedWatch = Pick<Watch, "key" | "project" | "set" | "monitor" | "triggers" | "since" | "states">;

/** Makes findings of what a monitor emits about a subject. */
export interface ReplayBuilder {
  /** The row being stepped; `seq` undefined = no row, a timer of the subject. */
  at(subject: number, seq: number | undefined, detectedAt: number): void;
  /** Undefined: the trigger does not watch subjects of that kind. */
  change(watch: ReplayedWatch, event: Firing): FindingChange | undefined;
}

/** What a set needs before and behind late data so that its conditions and firings are those of an in-order run. */
export function reachOf(watch: ReplayedWatch): { readonly before: number; readonly behind: number } {
  let keep = 0;
  let cooldown = 0;
  let missing = 0;
  for (const { core } of watch.triggers.values()) {
    keep = Math.max(keep, core.keepFiringMs);
    cooldown = Math.max(cooldown, core.cooldownMs);
    missing = Math.max(missing, core.missing.afterMs ?? 0);
  }
  const horizon = watch.set?.horizonMs ?? 0;
  return {
    before: horizon + keep + missing + SLACK_MS,
    behind: horizon + keep + missing + cooldown + SLACK_MS,
  };
}

/** Ranges that cover the intervals; those that would read the same rows are one. `newest`: the subject's clock. */
export function rangesOf(intervals: readonly LateInterval[], watch: ReplayedWatch, newest: number): ReplayRange[] {
  const { before, behind } = reachOf(watch);
  const ranges: { start: number; from: number; to: number }[] = [];
  for (const { from, to } of [...intervals].sort((a, b) => a.from - b.from)) {
    const last = ranges.at(-1);
    const end = to + behind;
    if (last !== undefined && from - before <= last.to) last.to = Math.max(last.to, end);
    else ranges.push({ start: from - before, from, to: end });
  }
  return ranges.map((range) => (range.to >= newest - LATENESS_MS ? { ...range, to: Number.POSITIVE_INFINITY } : range));
}

/**
 * What a version took over it has not found itself: a range begins behind the last of that, or is nothing. What it would
 * say of the time before is no judgement of the version that was in force then.
 */
export function behindCarried(range: ReplayRange, log: readonly LoggedFinding[]): ReplayRange | undefined {
  const last = Math.max(
    Number.NEGATIVE_INFINITY,
    ...log.filter(({ watchedHash }) => watchedHash !== undefined).map(({ identity }) => identity.onset),
  );
  if (last < range.from) return range;
  const moved = { ...range, from: last + 1, start: range.start + (last + 1 - range.from) };
  return moved.from < moved.to ? moved : undefined;
}

export interface WatchReplayOptions {
  readonly watch: ReplayedWatch;
  readonly subject: number;
  readonly key: bigint;
  readonly builder: ReplayBuilder;
  readonly range: ReplayRange;
  /** The log from `range.start` on, as it was when the replay began. */
  readonly log: readonly LoggedFinding[];
  readonly throughSeq: number;
  readonly source: Pick<RowSource, "read">;
  /** The subject's clock when the replay began, UTC ms. */
  readonly newest: number;
  /** Ingest time, UTC ms: when what is found now counts as detected. */
  readonly detectedAt: number;
  /** Whether a trigger applies to the subject by its attributes in the registry. */
  readonly applies: (trigger: CompiledTrigger) => boolean;
  /** What is known before `range.start`; a cold state without it. */
  readonly warm?: SubjectState | undefined;
  /** Waited for after every chunk, so that others have their turn. */
  readonly breathe: () => Promise<void>;
}

/** One subject, one trigger set, one range: read and stepped up to shortly before the present; `finish` does the rest. */
export class WatchReplay {
  readonly #options: WatchReplayOptions;
  readonly #replay: SubjectReplay;
  readonly #fired = new Map<
    string,
    { kind: "onset" | "suppressed"; finding: ReplayedFiring["finding"]; changes: Change[] }
  >();
  readonly #continued = new Map<string, { id: string; changes: Change[] }>();
  readonly #missing = new Set<number>();
  readonly #unjudged: ReadonlySet<string>;
  readonly state: SubjectState;
  #isJudging = false;
  #to: number;
  #tail: RowChunk;
  #cut = 0;

  constructor(options: WatchReplayOptions) {
    this.#options = options;
    const { watch, range, log, builder } = options;
    const { monitor } = watch;
    if (monitor === undefined) throw new Error("a watch without a set has nothing to replay");
    this.#to = range.to;
    this.#unjudged = new Set(monitor.set.triggers.filter(isAboutReception).map(({ versionHash }) => versionHash));
    this.state = options.warm ?? monitor.create();
    this.#tail = new RowBuilder(monitor.set.inputs.length, 1).build();
    monitor.set.triggers.forEach((trigger, i) => monitor.seed(this.state, i, firingBefore(log, trigger, range.start)));
    for (const { identity, witnesses } of log) {
      if (identity.onset < range.from) continue;
      for (const { seq, time } of witnesses) if (time >= range.start) this.#missing.add(seq);
    }
    this.#replay = new SubjectReplay({
      monitor,
      state: this.state,
      since: watch.since,
      onRow: (seq) => {
        this.#missing.delete(seq);
        builder.at(options.subject, seq, options.detectedAt);
      },
      emit: (event) => {
        if (!this.#isJudging || !isFiring(event)) return;
        const change = builder.change(watch, event);
        if (change !== undefined) this.#note(releaseUnless(options.applies, watch.triggers, change));
      },
    });
    builder.at(options.subject, undefined, options.detectedAt);
  }

  /** Up to the present: the scratch state is to become the live one. */
  get isLive(): boolean {
    return this.#to === Number.POSITIVE_INFINITY;
  }

  get rows(): number {
    return this.#replay.stepped;
  }

  /** Rows from here on are stepped by `finish`, event time, UTC ms. */
  get cut(): number {
    return this.#cut;
  }

  /** Reads and steps everything but the last moments before the present. */
  async run(): Promise<void> {
    const { range, newest } = this.#options;
    this.#cut = Math.max(range.from, newest - LATENESS_MS);
    await this.#read(await this.#beginning(), Math.min(this.#to, this.#cut));
    if (!this.isLive) {
      this.#judgeFrom();
      this.#replay.runTo(this.#to);
      if (this.#standsAsLogged()) return;
      // A firing of one side is still open on the other: the difference goes on up to the present.
      const reached = this.#to;
      this.#to = Number.POSITIVE_INFINITY;
      await this.#read(reached, this.#cut);
    }
    const builder = new RowBuilder(this.#tail.inputs);
    this.#tail = builder.build();
    for await (const chunk of this.#chunks(this.#cut, Number.MAX_SAFE_INTEGER))
      this.#tail = mergeChunks(this.#tail, chunk);
  }

  /**
   * Steps what was received meanwhile and compares with the log of now. To be called between two blocks.
   * `clock`: the live state's clock in ms, as far as its timers were run.
   */
  finish(log: readonly LoggedFinding[], recorded: RowChunk | undefined, clock: number, now: number): FindingChange[] {
    if (this.isLive) {
      const rows = recorded === undefined ? this.#tail : mergeChunks(this.#tail, behind(recorded, this.#cut));
      this.#judgeFrom();
      this.#replay.add(rows);
      this.#replay.stepTo(Number.POSITIVE_INFINITY);
      if (clock > this.#replay.newest) this.#replay.runTo(clock);
    }
    const judged = log.filter(({ identity }) => !this.#unjudged.has(identity.versionHash));
    const result = reconcile(judged, {
      from: this.#options.range.from,
      to: this.#to,
      fired: this.#fired as ReadonlyMap<string, ReplayedFiring>,
      continued: this.#continued as ReadonlyMap<string, ContinuedFiring>,
      missing: this.#missing,
      now,
    });
    this.unproven = result.unproven;
    return result.changes;
  }

  /** Findings that were not judged because history does not have the frames they rest on. */
  unproven = 0;

  async #beginning(): Promise<number> {
    const { range, watch, warm } = this.#options;
    if (watch.set === undefined || warm !== undefined) return range.start;
    const { before } = reachOf(watch);
    return beginningOf(watch.set, { ...range, before }, (from, to) => this.#chunks(from, to));
  }

  #chunks(from: number, to: number): AsyncIterable<RowChunk> {
    const { source, throughSeq, key, watch } = this.#options;
    return source.read({
      subject: key,
      inputs: watch.monitor?.set.inputs ?? [],
      from,
      to,
      throughSeq,
    });
  }

  async #read(from: number, to: number): Promise<void> {
    if (from >= to) return;
    for await (const chunk of this.#chunks(from, to)) {
      if (chunk.count === 0) continue;
      const last = chunk.time[chunk.count - 1];
      this.#replay.add(chunk);
      if (last > this.#options.range.from) this.#judgeFrom();
      this.#replay.stepTo(last);
      await this.#options.breathe();
    }
    if (to > this.#options.range.from) this.#judgeFrom();
    this.#replay.stepTo(to);
  }

  /** Brings the scratch state to the beginning of the late data and makes its firings those of the log. */
  #judgeFrom(): void {
    if (this.#isJudging) return;
    const { watch, range, log } = this.#options;
    const { monitor } = watch;
    if (monitor === undefined) return;
    this.#replay.runTo(range.from);
    const stands = monitor.status(this.state);
    monitor.set.triggers.forEach((trigger, i) => {
      const logged = firingBefore(log, trigger, range.from);
      const { onset, level } = stands[i];
      // A firing that is open on both sides is warm here; where none is, the cooldown is what the log says.
      const isWarm = logged.open !== undefined && logged.open.onset === onset && logged.open.level === level;
      if (!isWarm) monitor.seed(this.state, i, logged);
      if (logged.id !== undefined) this.#continued.set(logged.id, { id: logged.id, changes: [] });
    });
    this.#isJudging = true;
  }

  /** Whether every trigger is, at the end of the range, in the firing that the log has open there, and at its level. */
  #standsAsLogged(): boolean {
    const { watch, log } = this.#options;
    const stands = watch.monitor?.status(this.state) ?? [];
    return (watch.monitor?.set.triggers ?? []).every((trigger, i) => {
      const { open } = firingBefore(log, trigger, this.#to);
      return open?.onset === stands[i].onset && open?.level === stands[i].level;
    });
  }

  #note(change: FindingChange): void {
    if (change.kind !== "confirmed" && this.#unjudged.has(change.finding.versionHash)) return;
    if (change.kind === "onset" || change.kind === "suppressed")
      this.#fired.set(change.finding.id, { kind: change.kind, finding: change.finding, changes: [] });
    else if (change.kind === "escalated" || change.kind === "cleared")
      (this.#fired.get(change.finding.id) ?? this.#continued.get(change.finding.id))?.changes.push(change);
  }
}

type Change = ReplayedFiring["changes"][number];

/** Rows of a chunk with event time from `time` on. */
function behind(chunk: RowChunk, time: number): RowChunk {
  let first = 0;
  while (first < chunk.count && chunk.time[first] < time) first++;
  const width = chunk.inputs;
  return {
    count: chunk.count - first,
    inputs: width,
    time: chunk.time.subarray(first),
    receivedAt: chunk.receivedAt.subarray(first),
    seq: chunk.seq.subarray(first),
    reissued: chunk.reissued.subarray(first),
    values: chunk.values.subarray(first * width),
    present: chunk.present.subarray(first * width),
  };
}

/** The log that a replay of this range begins from, or is compared with. */
export async function logOf(
  tx: Tx,
  feed: "frames" | "events",
  watch: ReplayedWatch,
  key: bigint,
  range: ReplayRange,
): Promise<LoggedFinding[]> {
  let cooldown = 0;
  for (const { core } of watch.triggers.values()) cooldown = Math.max(cooldown, core.cooldownMs);
  return (await findLogged(tx, feed, watch, [key], range.start - cooldown)).get(key) ?? [];
}
