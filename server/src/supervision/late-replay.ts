/**
 * Judges again what late data may have changed (TRIGGERS §7): the subject's rows from [start of the late data − H] on
 * are stepped in order of time into a scratch state that begins with the firings of the log; what comes out is compared
 * with the log, and the difference is written. A replay that reaches the present takes the place of the live state.
 *
 * Nothing here is on the path of a frame: subjects wait until their late data seems complete, are taken in small
 * batches, are read from history when it has everything up to a known sequence number, and are stepped in slices that
 * leave most of the time to others. Only the last seconds of a subject and the comparison run between two blocks.
 */
import type { CompiledTrigger, Monitor, SubjectState, Unknown } from "@sandglass/triggers";
import type { FindingChange } from "./finding-change.ts";
import { beginningOf, LOOK_BACK_MS, LOOK_BACK_ROWS, SLACK_MS } from "./replay-beginning.ts";
import { ReplayLog } from "./replay-log.ts";
import { isAboutReception, reachOf, type ReplayedWatch, type ReplayRange } from "./replay-range.ts";
import { reconcile, type ContinuedFiring, type LoggedFinding, type ReplayedFiring } from "./reconcile.ts";
import { MilestoneSteps } from "./milestone-steps.ts";
import { SubjectReplay } from "./replay-subject.ts";
import { mergeChunks, RowBuilder, rowsFrom, type RowChunk, type RowSource } from "./rows.ts";
import { isFiring, releaseUnless, type Firing } from "./translate-firing.ts";
import { LATENESS_MS } from "./unconfirmed.ts";

/** Makes findings of what a monitor emits about a subject. */
export interface ReplayBuilder {
  /** The row being stepped; `seq` undefined = no row, a timer of the subject. */
  at(subject: number, seq: number | undefined, detectedAt: number): void;
  /** Undefined: the trigger does not watch subjects of that kind. */
  change(watch: ReplayedWatch, event: Firing): FindingChange | undefined;
}

export interface WatchReplayOptions {
  readonly watch: ReplayedWatch;
  readonly subject: number;
  readonly key: bigint;
  readonly builder: ReplayBuilder;
  readonly range: ReplayRange;
  /** The log from `range.start` on, as it was when the replay began. */
  readonly log: readonly LoggedFinding[];
  /** The log from an earlier time on, event time, UTC ms: for a replay that begins there. */
  readonly readLog: (from: number) => Promise<readonly LoggedFinding[]>;
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
  /** What the live state never knew: the replay does not look for it. Without a live state for nothing. */
  readonly unknowns?: readonly Unknown[];
  /** Waited for after every chunk, so that others have their turn. */
  readonly breathe: () => Promise<void>;
}

/** One subject, one trigger set, one range: read and stepped up to shortly before the present; `finish` does the rest. */
export class WatchReplay {
  readonly #options: WatchReplayOptions;
  readonly #monitor: Monitor;
  #log: ReplayLog;
  #replay: SubjectReplay;
  #steps: MilestoneSteps;
  readonly #fired = new Map<
    string,
    { kind: "onset" | "suppressed"; finding: ReplayedFiring["finding"]; changes: Change[] }
  >();
  readonly #continued = new Map<string, { id: string; changes: Change[] }>();
  /** Of these an onset was refused that the replay gave before its conditions were warm: they may hold, or look so. */
  readonly #doubtful = new Set<string>();
  #begin = 0;
  /** When the replay began, by triggers of which it does not know what the live state may know, UTC ms. */
  readonly #knownFrom = new Map<string, number>();
  readonly #missing = new Set<number>();
  readonly #unjudged: ReadonlySet<string>;
  #state: SubjectState;
  #isJudging = false;
  #to: number;
  #tail: RowChunk;
  #cut = 0;

  constructor(options: WatchReplayOptions) {
    this.#options = options;
    const { watch, range, log } = options;
    const { monitor } = watch;
    if (monitor === undefined) throw new Error("a watch without a set has nothing to replay");
    this.#monitor = monitor;
    this.#log = new ReplayLog(monitor.set, log, range.start);
    this.#to = range.to;
    this.#unjudged = new Set(monitor.set.triggers.filter(isAboutReception).map(({ versionHash }) => versionHash));
    this.#tail = new RowBuilder(monitor.set.inputs.length, 1).build();
    for (const { identity, witnesses } of log) {
      if (identity.onset < range.from) continue;
      for (const { seq, time } of witnesses) if (time >= range.start) this.#missing.add(seq);
    }
    this.#state = options.warm ?? monitor.create();
    this.#replay = this.#replayInto(this.#state);
    this.#steps = new MilestoneSteps(this.#replay, options.breathe, []);
  }

  #replayInto(state: SubjectState): SubjectReplay {
    const { watch, builder, subject, detectedAt, applies } = this.#options;
    builder.at(subject, undefined, detectedAt);
    return new SubjectReplay({
      monitor: this.#monitor,
      state,
      since: watch.since,
      onRow: (seq) => {
        this.#missing.delete(seq);
        builder.at(subject, seq, detectedAt);
      },
      emit: (event) => {
        if (!isFiring(event)) return;
        if (!this.#isJudging) return this.#isOfLog(event);
        const change = builder.change(watch, event);
        if (change !== undefined) this.#note(releaseUnless(applies, watch.triggers, change));
      },
    });
  }

  /**
   * Whether the log has what fires before the late data. A replay that begins while a condition holds, or with less than its
   * windows reach, may take it for one that begins; recovering from that it would forget what held.
   */
  #isOfLog(event: Firing): boolean {
    if (event.kind !== "onset" || this.#log.mayHave(event.trigger, event.onset)) return true;
    if (event.onset < this.#begin + reachOf(this.#options.watch).before) this.#doubtful.add(event.trigger);
    return false;
  }

  get state(): SubjectState {
    return this.#state;
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
    let begin = await this.#beginning();
    while (!(await this.#tryFrom(begin)))
      begin = range.start - 4 * Math.max(reachOf(this.#options.watch).before, range.start - begin);
    await this.#passSilence();
    if (!this.isLive) {
      this.#steps.pass(Number.POSITIVE_INFINITY);
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
      const rows = recorded === undefined ? this.#tail : mergeChunks(this.#tail, rowsFrom(recorded, this.#cut));
      this.#steps.pass(Number.POSITIVE_INFINITY);
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

  /** Reads and steps from there on. False: the replay is to begin earlier. */
  async #tryFrom(begin: number): Promise<boolean> {
    const { range, warm, watch, readLog } = this.#options;
    const { start, from } = range;
    this.#begin = begin;
    this.#doubtful.clear();
    if (begin < this.#log.from) this.#log = new ReplayLog(this.#monitor.set, await readLog(begin), begin);
    if (warm === undefined) {
      this.#state = this.#monitor.create();
      this.#replay = this.#replayInto(this.#state);
    }
    const follow = (at: number, triggers?: readonly number[]) => ({
      at,
      act: () => {
        this.#followLog(at, triggers);
        return true;
      },
    });
    const enough = (at: number) => ({ at, act: () => this.#knowsEnough(begin) });
    const { settling } = reachOf(watch);
    this.#steps = new MilestoneSteps(this.#replay, this.#options.breathe, [
      // A subject begins with its first row: before it no time passes, but its firings may be older.
      follow(this.#log.from),
      ...this.#log.changesBefore(from - 1).map(({ time, trigger }) => follow(time + 1, [trigger])),
      // What is known later is not what the windows of the first late row go by.
      ...(warm === undefined ? [enough(Math.min(start + SLACK_MS, from))] : []),
      // Up to here what was not known yet may have ended a firing that goes on.
      follow(from - settling),
      // Of what the log has ended meanwhile it may not be known whether it holds on.
      ...(warm === undefined ? [enough(from - settling)] : []),
      { at: from, act: () => this.#judge() },
    ]);
    return this.#read(begin, Math.min(this.#to, this.#cut));
  }

  /**
   * Behind a silence an edge goes by what was last known before it, however long ago: a range that ends before that is known
   * anew goes on behind the silence.
   */
  async #passSilence(): Promise<void> {
    const { behind } = reachOf(this.#options.watch);
    while (!this.isLive && this.#replay.newest < this.#to - SLACK_MS) {
      const reached = this.#to;
      const end = (await this.#firstRow(reached, this.#cut)) + behind;
      this.#to = end < this.#cut ? end : Number.POSITIVE_INFINITY;
      await this.#read(reached, Math.min(this.#to, this.#cut));
    }
  }

  /** Event time in UTC ms; ∞ without a row. */
  async #firstRow(from: number, to: number): Promise<number> {
    for await (const { count, time } of this.#chunks(from, to)) if (count > 0) return time[0];
    return Number.POSITIVE_INFINITY;
  }

  #read(from: number, to: number): Promise<boolean> {
    return this.#steps.through(this.#chunks(from, to), to);
  }

  /**
   * Makes the automata stand as the log says; returns the findings that they have open. What fires on both sides is warm
   * here: it stays as it is, since it may be recovering; where nothing fires, the cooldown is what the log says.
   */
  #followLog(time: number, triggers: readonly number[] = [...this.#monitor.set.triggers.keys()]): string[] {
    const stands = this.#monitor.status(this.#state);
    return triggers.flatMap((trigger) => {
      const { id, ...logged } = this.#log.firingBefore(trigger, time);
      const { onset, level } = stands[trigger];
      const isWarm = logged.open !== undefined && logged.open.onset === onset && logged.open.level === level;
      if (!isWarm) this.#monitor.seed(this.#state, trigger, logged);
      return id ?? [];
    });
  }

  /**
   * Whether the scratch state knows everything that the live one may, as far as is looked back: the last known verdict of
   * an edge is kept however long nothing is known, and a replay that begins behind it would take what goes on for what
   * begins.
   */
  #knowsEnough(begin: number): boolean {
    const { range, unknowns } = this.#options;
    if (unknowns === undefined) return true;
    const never = this.#monitor
      .unknowns(this.#state)
      .filter(({ memory }) => !unknowns.some((each) => each.memory === memory));
    const unclear = this.#monitor
      .status(this.#state)
      .filter(({ trigger, verdict }) => verdict === "U" && this.#doubtful.has(trigger));
    const lacking = [...never, ...unclear];
    if (lacking.length === 0) return true;
    if (begin > range.start - LOOK_BACK_MS && this.#replay.stepped < LOOK_BACK_ROWS) return false;
    for (const { trigger } of lacking) this.#knownFrom.set(trigger, begin);
    return true;
  }

  /** At the beginning of the late data the firings of the scratch state become those of the log. */
  #judge(): boolean {
    for (const id of this.#followLog(this.#options.range.from)) this.#continued.set(id, { id, changes: [] });
    this.#isJudging = true;
    return true;
  }

  /** Whether every trigger is, at the end of the range, in the firing that the log has open there, and at its level. */
  #standsAsLogged(): boolean {
    const stands = this.#monitor.status(this.#state);
    return stands.every(({ onset, level }, trigger) => {
      const { open } = this.#log.firingBefore(trigger, this.#to);
      return open?.onset === onset && open?.level === level;
    });
  }

  #note(change: FindingChange): void {
    if (change.kind !== "confirmed" && this.#unjudged.has(change.finding.versionHash)) return;
    if (change.kind === "onset" || change.kind === "suppressed") {
      const knownFrom = this.#knownFrom.get(change.finding.trigger);
      const finding = { ...change.finding, ...(knownFrom === undefined ? {} : { knownFrom }) };
      this.#fired.set(change.finding.id, { kind: change.kind, finding, changes: [] });
    } else if (change.kind === "escalated" || change.kind === "cleared")
      (this.#fired.get(change.finding.id) ?? this.#continued.get(change.finding.id))?.changes.push(change);
  }
}

type Change = ReplayedFiring["changes"][number];
