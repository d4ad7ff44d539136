/**
 * The firing automaton of one trigger: edge-triggered onset, severity and escalation, clearing with hysteresis,
 * keep-firing, cooldown, data-quality flag. UNKNOWN never fires and never clears (unless `missing` says otherwise).
 */
import type { CoreTrigger } from "../lang/core.ts";
import {
  FIRING,
  INACTIVE,
  KNOWN,
  LEVEL,
  ONSET,
  PREVIOUS,
  RECOVERING,
  STATE,
  type AutomatonSlots,
} from "./automaton.ts";
import { decidingMargin, type MarginPart } from "./deciding.ts";
import type { Emit, Margin } from "./firing-event.ts";
import { AWAKE, Guard, GUARDED, REPLAYED } from "./guard.ts";
import type { Absorber, Builder, CondNode } from "./node.ts";
import type { FiringShape } from "./shape.ts";
import { F, T, U, type SubjectState, type Verdict } from "./state.ts";
import { witnessesOf } from "./witnesses.ts";

export type { Emit, FiringEvent, Margin } from "./firing-event.ts";

export interface FiringParts {
  readonly core: CoreTrigger;
  readonly versionHash: string;
  readonly when: CondNode;
  readonly clear: CondNode | undefined;
  /** Ascending by level. */
  readonly severities: readonly { readonly level: number; readonly when: CondNode | undefined }[];
  readonly marginUnit: string | undefined;
  readonly normalised: boolean;
  /** Of a normalised margin: what it is made of. */
  readonly marginParts: MarginPart | undefined;
  readonly inputName: (input: number) => string;
  /** Runners of `suppressed by`; they are evaluated before this one. */
  readonly suppressors?: readonly TriggerRunner[];
}

/** What a firing log knows of a trigger at an instant. */
export interface LoggedFiring {
  /** The firing that is open; undefined when none is. Its onset in ms. */
  readonly open: { readonly onset: number; readonly level: number } | undefined;
  /** End of the cooldown of the last one, ms; −∞ without. */
  readonly cooldownUntil: number;
  /** Onset of the last one that has ended, ms. */
  readonly ended?: number | undefined;
}

export interface TriggerRunner {
  readonly id: string;
  /** For the generator. */
  readonly shape: FiringShape;
  /** Evaluates the conditions and concludes. */
  evaluate(s: SubjectState, k: number, emit: Emit): void;
  /** Moves the automaton on: verdict of `when`, of `clear` (U without one), level of the highest severity that holds (0: none). */
  conclude(s: SubjectState, k: number, when: Verdict, clear: Verdict, level: number, emit: Emit): void;
  isFiring(s: SubjectState): boolean;
  /**
   * GUARDED if nothing of the trigger changes under the guard, which it narrows. REPLAYED, where that may be, if nothing
   * changes but what its recovery condition remembers: then observations are evaluated later, in order, and before
   * anything can come of them. Otherwise AWAKE. Call after an evaluation at cell k.
   */
  guard(s: SubjectState, k: number, guard: Guard, mayReplay: boolean): typeof AWAKE | typeof GUARDED | typeof REPLAYED;
  readonly inputs: readonly number[];
  readonly absorbers: readonly Absorber[] | undefined;
  /** Where the automaton has its numbers, for handing it to another version. */
  readonly automaton: AutomatonSlots;
  /** Makes the automaton stand as the log says; what the conditions know stays as it is. */
  seed(s: SubjectState, log: LoggedFiring): void;
  /** Verdict and margin of `when` at the subject's clock, for live displays. */
  status(s: SubjectState): TriggerStatus;
}

export interface TriggerStatus {
  readonly trigger: string;
  readonly firing: boolean;
  /** The condition under a `for` holds, but not yet for long enough. */
  readonly pending: boolean;
  readonly level: number | undefined;
  readonly onset: number | undefined;
  readonly degraded: boolean;
  readonly verdict: "T" | "F" | "U";
  readonly margin: Margin | undefined;
  /** Of a normalised margin: the same of the part that decides, in its unit. Between subjects only `margin` compares. */
  readonly deciding?: Margin;
}

export function firingRunner(parts: FiringParts, b: Builder): TriggerRunner {
  const { core, when, clear, severities } = parts;
  const { id } = core;
  const at = b.slots(INACTIVE, 0, -1, NaN, U);
  b.memories.push({ at: at + KNOWN, trigger: b.trigger });
  const { context } = b;
  const keep = 2 * core.keepFiringMs;
  const cooldown = 2 * core.cooldownMs;
  const { mode } = core.missing;
  const degradeAfter = core.missing.afterMs === undefined ? undefined : 2 * core.missing.afterMs;
  // Only who uses them has them: cells at which recovery and cooldown end; cell since which the verdict is unknown.
  const recoveryAt = keep > 0 ? b.slots(Infinity) : -1;
  const cooldownAt = cooldown > 0 ? b.slots(-Infinity) : -1;
  const unknownAt = degradeAfter === undefined ? -1 : b.slots(NaN, 0);
  const degradedAt = unknownAt + 1;
  const isDegraded = (n: Float64Array): boolean => unknownAt >= 0 && n[degradedAt] === 1;
  const lowest = severities[0]?.level ?? 1;
  // Dates are days of Asia/Shanghai; the last day counts whole.
  const begins = core.effective === undefined ? -Infinity : 2 * shanghaiDay(core.effective.from);
  const ends = core.effective?.to === undefined ? Infinity : 2 * (shanghaiDay(core.effective.to) + 86_400_000);

  // Their verdicts mean nothing while nothing fires, but what they remember does.
  const others = [...(clear ? [clear] : []), ...severities.flatMap((x) => (x.when ? [x.when] : []))];
  const conditions = [when, ...others];
  let before: Guard | undefined;

  const margin = (s: SubjectState, k: number): Margin | undefined => {
    if (parts.marginUnit === undefined) return undefined;
    const value = when.margin(s, k);
    return Number.isFinite(value)
      ? {
          value: Number(value.toPrecision(12)),
          unit: parts.marginUnit,
          ...(parts.normalised ? { normalised: true as const } : {}),
        }
      : undefined;
  };

  const decidingPart = (s: SubjectState, k: number): Pick<TriggerStatus, "deciding"> => {
    const deciding = parts.marginParts && decidingMargin(parts.marginParts, s, k);
    return deciding === undefined || !Number.isFinite(deciding.value) ? {} : { deciding };
  };

  function onset(s: SubjectState, k: number, level: number, emit: Emit): void {
    const n = s.numbers;
    const time = Math.floor(k / 2);
    n[at + ONSET] = time;
    if (cooldownAt >= 0 && k < (n[cooldownAt] as number)) {
      emit({ kind: "suppressed", trigger: id, onset: time, reason: "cooldown" });
      return;
    }
    n[at + STATE] = FIRING;
    n[at + LEVEL] = level;
    // A recovery condition that holds already clears in the next cell, whether or not a sample comes.
    if (k + 1 < context.due) context.due = k + 1;
    const space = margin(s, k);
    const since = when.since(s, k);
    const begun = Number.isFinite(since) ? Math.min(time, Math.floor(since / 2)) : time;
    const reason = severities.find((x) => x.level === level)?.when;
    const suppressor = parts.suppressors?.find((other) => other.isFiring(s))?.id;
    const answer = emit({
      kind: "onset",
      trigger: id,
      version: core.version,
      versionHash: parts.versionHash,
      level,
      onset: time,
      conditionSince: begun,
      onsetObserved: n[at + PREVIOUS] !== U,
      ...(space === undefined ? {} : { margin: space }),
      ...(core.when.op === "for" ? { timeMarginMs: time - begun - core.when.ms } : {}),
      ...(suppressor === undefined ? {} : { suppressedBy: suppressor }),
      witnesses: witnessesOf(parts, reason === undefined ? [when] : [when, reason], s, k),
    });
    if (answer === false) n[at + STATE] = INACTIVE;
  }

  function cleared(s: SubjectState, k: number, v: Verdict, emit: Emit): void {
    const n = s.numbers;
    n[at + STATE] = INACTIVE;
    // From the millisecond that is told: whoever begins with a log knows no more of it.
    if (cooldownAt >= 0) n[cooldownAt] = k - (k % 2) + cooldown;
    // What is still true after a recovery threshold must fall before it can fire again; what is unknown may fire.
    n[at + KNOWN] = v === T ? T : F;
    emit({ kind: "cleared", trigger: id, onset: n[at + ONSET] as number, at: Math.floor(k / 2) });
  }

  function dataQuality(s: SubjectState, k: number, v: Verdict, emit: Emit): void {
    const n = s.numbers;
    if (v !== U) {
      n[unknownAt] = NaN;
      if (n[degradedAt] === 1) {
        n[degradedAt] = 0;
        emit({ kind: "restored", trigger: id, at: Math.floor(k / 2) });
      }
      return;
    }
    if (Number.isNaN(n[unknownAt] as number)) n[unknownAt] = k;
    if (n[degradedAt] === 1 || degradeAfter === undefined) return;
    const limit = (n[unknownAt] as number) + degradeAfter;
    if (k >= limit) {
      n[degradedAt] = 1;
      emit({ kind: "degraded", trigger: id, at: Math.floor(limit / 2) });
    } else if (limit < context.due) context.due = limit;
  }

  return {
    id,
    automaton: { state: at, recovery: recoveryAt, cooldown: cooldownAt, unknown: unknownAt },
    shape: {
      when,
      clear,
      severities,
      state: at + STATE,
      known: at + KNOWN,
      unknownSince: unknownAt,
      degraded: degradedAt,
      previous: at + PREVIOUS,
      mindsUnknown: degradeAfter !== undefined || mode === "reset" || mode === "violate",
      degrades: degradeAfter !== undefined,
      begins,
      ends,
    },
    evaluate(s, k, emit) {
      const v = when.eval(s, k);
      const recovery = clear === undefined ? U : clear.eval(s, k);
      let level = 0;
      for (let i = 0; i < severities.length; i++) {
        const severity = severities[i] as (typeof severities)[number];
        if (severity.when === undefined || severity.when.eval(s, k) === T) level = severity.level;
      }
      this.conclude(s, k, v, recovery, level, emit);
    },
    conclude(s, k, verdict, recovery, level, emit) {
      const n = s.numbers;
      let v = verdict;
      if (degradeAfter !== undefined && (mode === "unknown" || mode === "violate")) dataQuality(s, k, v, emit);
      if (v === U && mode !== "unknown" && mode !== "hold") {
        if (mode === "reset") v = F;
        else if (degradeAfter === undefined || isDegraded(n)) v = T;
      }
      const state = n[at + STATE] as number;
      if (state !== INACTIVE) {
        if (level > (n[at + LEVEL] as number)) {
          n[at + LEVEL] = level;
          const reason = severities.find((x) => x.level === level)?.when;
          emit({
            kind: "escalated",
            trigger: id,
            onset: n[at + ONSET] as number,
            level,
            at: Math.floor(k / 2),
            witnesses: witnessesOf(parts, [reason ?? when], s, k),
          });
        }
        const clears = clear === undefined ? v === F && when.holding?.(s) !== true : recovery === T;
        if (state === FIRING && clears) {
          if (keep === 0) cleared(s, k, v, emit);
          else {
            n[at + STATE] = RECOVERING;
            n[recoveryAt] = k + keep;
          }
        } else if (
          state === RECOVERING &&
          !(clear !== undefined && clears) &&
          (v === T || when.holding?.(s) === true)
        ) {
          // "Without a new T": of `P for D` the P counts, it need not have held for D again.
          n[at + STATE] = FIRING;
        }
        if (n[at + STATE] === RECOVERING) {
          if (k >= (n[recoveryAt] as number)) cleared(s, k, v, emit);
          else if ((n[recoveryAt] as number) < context.due) context.due = n[recoveryAt] as number;
        } else if (n[at + STATE] === FIRING && v !== U) n[at + KNOWN] = v;
      } else if (k < begins) {
        if (begins < context.due) context.due = begins;
      } else if (v !== U && k < ends) {
        const rises = v === T && n[at + KNOWN] !== T;
        n[at + KNOWN] = v;
        if (rises) onset(s, k, level === 0 ? lowest : level, emit);
      }
      n[at + PREVIOUS] = v;
    },
    isFiring: (s) => s.numbers[at + STATE] !== INACTIVE,
    inputs: [...new Set(conditions.flatMap((c) => c.inputs))],
    absorbers: conditions.every((c) => c.absorbers !== undefined)
      ? [...new Set(conditions.flatMap((c) => c.absorbers ?? []))]
      : undefined,
    guard(s, k, guard, mayReplay) {
      const n = s.numbers;
      if (core.clock.mode !== "time" || this.absorbers === undefined || n[at + STATE] !== INACTIVE) return AWAKE;
      const v = when.eval(s, k);
      if (n[at + PREVIOUS] !== v || isDegraded(n)) return AWAKE;
      if (v === U) {
        if (degradeAfter !== undefined || (mode !== "unknown" && mode !== "hold")) return AWAKE;
      } else {
        if (k < begins) guard.before(begins);
        else if (n[at + KNOWN] !== v && k < ends) return AWAKE;
        if (unknownAt >= 0 && !Number.isNaN(n[unknownAt] as number)) return AWAKE;
      }
      if (when.guard?.(s, k, v, guard) !== true) return AWAKE;
      const rests = (c: CondNode): boolean => c.pure === true || c.guard?.(s, k, c.eval(s, k), guard) === true;
      if (severities.some((severity) => severity.when !== undefined && !rests(severity.when))) return AWAKE;
      if (clear === undefined) return GUARDED;
      if (!mayReplay) return rests(clear) ? GUARDED : AWAKE;
      before ??= new Guard(guard.low.length);
      before.copy(guard);
      if (rests(clear)) return GUARDED;
      guard.copy(before);
      return REPLAYED;
    },
    seed(s, { open, cooldownUntil, ended }) {
      const n = s.numbers;
      if (cooldownAt >= 0) n[cooldownAt] = 2 * cooldownUntil;
      if (recoveryAt >= 0) n[recoveryAt] = Infinity;
      if (open === undefined) {
        // What holds already is the episode that the log has closed. If that is open here, it has ended as in `cleared`; with
        // a recovery condition it may hold on: nothing is known of that here.
        if (n[at + PREVIOUS] !== U) n[at + KNOWN] = n[at + PREVIOUS] as number;
        else if (n[at + STATE] !== INACTIVE && n[at + ONSET] === ended) n[at + KNOWN] = clear === undefined ? F : -1;
        n[at + STATE] = INACTIVE;
      } else {
        n[at + STATE] = FIRING;
        n[at + LEVEL] = open.level;
        n[at + ONSET] = open.onset;
        n[at + KNOWN] = T;
      }
    },
    status(s) {
      const n = s.numbers;
      const firing = n[at + STATE] !== INACTIVE;
      const verdict = n[at + PREVIOUS] as Verdict;
      return {
        trigger: id,
        firing,
        pending: !firing && verdict !== T && when.holding?.(s) === true,
        level: firing ? (n[at + LEVEL] as number) : undefined,
        onset: firing ? (n[at + ONSET] as number) : undefined,
        degraded: isDegraded(n),
        verdict: verdict === T ? "T" : verdict === F ? "F" : "U",
        margin: margin(s, s.clock),
        ...decidingPart(s, s.clock),
      };
    },
  };
}

/** UTC ms at which a day (YYYY-MM-DD) begins in Asia/Shanghai. */
function shanghaiDay(date: string): number {
  return Date.parse(`${date}T00:00:00+08:00`);
}
