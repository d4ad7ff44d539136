/**
 * Compares what a replay with late data says with what the log says: the difference is what late data changes.
 *
 * A finding that the replay does not give is retracted, one that the log does not have is new (found late), one that
 * is in both but ended otherwise, rose further or had other witnesses is amended. Findings that were closed because
 * nobody watches any more (superseded) are not judged again. Pure.
 */
import type { Witness } from "@sandglass/triggers";
import type { AmendedFinding, FindingChange, FindingIdentity, NewFinding } from "./finding-change.ts";
import type { LevelReached } from "./finding-levels.ts";

/** A finding of the log, for the triggers that are replayed. Times in UTC ms. */
export interface LoggedFinding {
  readonly identity: FindingIdentity;
  /** Version that has taken it over since. */
  readonly watchedHash?: string;
  readonly status: "firing" | "cleared" | "superseded" | "suppressed" | "retracted";
  /** Trigger that kept it back; undefined of those that a cooldown swallowed, too. */
  readonly suppressedBy: string | undefined;
  readonly level: number;
  readonly effect: NewFinding["effect"];
  readonly assurance: number;
  readonly clearedAt: number | undefined;
  readonly conditionSince: number;
  readonly onsetObserved: boolean;
  readonly margin: NewFinding["margin"];
  readonly witnesses: readonly LoggedWitness[];
  readonly seq: number;
  readonly revision: number;
  /** Levels reached, with the event time at which each was. */
  readonly levels: readonly LevelReached[];
}

export type LoggedWitness = Pick<Witness, "node" | "signal" | "time" | "role"> & {
  readonly value: number | undefined;
  readonly seq: number;
};

/** A firing as a replay gave it: what the live step would have written, folded into one. */
export interface ReplayedFiring {
  readonly kind: "onset" | "suppressed";
  readonly finding: NewFinding;
  /** Changes that the live step writes for itself: rises and the clearing. */
  readonly changes: readonly Extract<FindingChange, { kind: "escalated" | "cleared" }>[];
}

/** What a replay says of a firing that was open when it began. */
export interface ContinuedFiring {
  readonly id: string;
  readonly changes: readonly Extract<FindingChange, { kind: "escalated" | "cleared" }>[];
}

export interface Reconciliation {
  readonly changes: FindingChange[];
  readonly retracted: number;
  readonly amended: number;
  readonly found: number;
  /** Findings that the replay did not give, but whose frames it did not see either: left alone. */
  readonly unproven: number;
}

export interface ReplayResult {
  /** Event times between which the log is judged, UTC ms: [from, to). */
  readonly from: number;
  readonly to: number;
  readonly fired: ReadonlyMap<string, ReplayedFiring>;
  readonly continued: ReadonlyMap<string, ContinuedFiring>;
  /** Sequence numbers of witnesses that the replay did not see; such a finding is not taken back. */
  readonly missing: ReadonlySet<number>;
  /** Ingest time of the comparison, UTC ms. */
  readonly now: number;
}

type Change = Extract<FindingChange, { kind: "escalated" | "cleared" }>;

export function reconcile(log: readonly LoggedFinding[], result: ReplayResult): Reconciliation {
  const { from, to, fired, continued, missing, now } = result;
  const changes: FindingChange[] = [];
  const counts = { retracted: 0, amended: 0, found: 0, unproven: 0 };
  const known = new Map(log.map((finding) => [finding.identity.id, finding]));

  for (const logged of log) {
    const { id, onset } = logged.identity;
    if (logged.status === "superseded") continue;
    const replayed = fired.get(id);
    if (replayed !== undefined) {
      const amended = amendmentOf(logged, replayed, to, now);
      if (amended === undefined) changes.push(...missingChanges(logged, replayed.changes));
      else {
        changes.push(...risesOf(logged, replayed.changes), amended);
        counts.amended++;
      }
    } else if (onset < from) {
      const more = continued.get(id);
      if (logged.status === "retracted" || more === undefined) continue;
      const amended = continuationOf(logged, more, from, to, now);
      if (amended === undefined) changes.push(...missingChanges(logged, more.changes));
      else {
        changes.push(...risesOf(logged, more.changes), amended);
        counts.amended++;
      }
    } else if (onset < to && logged.status !== "retracted") {
      if ([logged.seq, ...logged.witnesses.map(({ seq }) => seq)].some((seq) => missing.has(seq))) {
        counts.unproven++;
        continue;
      }
      changes.push({
        kind: "retracted",
        finding: logged.identity,
        revision: logged.revision + 1,
        at: now,
        detectedAt: now,
      });
      counts.retracted++;
    }
  }
  for (const [id, { kind, finding, changes: more }] of fired) {
    if (known.has(id)) continue;
    changes.push({ kind, finding: { ...finding, detectedAt: now, origin: "replay" } }, ...more);
    counts.found++;
  }
  return { changes, ...counts };
}

/** Rises and clearings that the log does not have yet: written as the live step would have. */
function missingChanges(logged: LoggedFinding, changes: readonly Change[]): Change[] {
  return changes.filter((change) =>
    change.kind === "escalated"
      ? !logged.levels.some(({ level }) => level === change.level)
      : logged.clearedAt === undefined,
  );
}

function risesOf(logged: LoggedFinding, changes: readonly Change[]): Change[] {
  return missingChanges(logged, changes).filter(({ kind }) => kind === "escalated");
}

function clearingOf(changes: readonly Change[]): number | undefined {
  return changes.find(({ kind }) => kind === "cleared")?.at;
}

/** Levels that it began with, and those that it rose to. */
function reached(begun: readonly LevelReached[], changes: readonly Change[]): LevelReached[] {
  return [...begun, ...changes.flatMap((change) => (change.kind === "escalated" ? [change] : []))].map(
    ({ level, at }) => ({ level, at }),
  );
}

/**
 * Whether what the log tells up to the end of the replay is so. It need not have every rise: those are written one by one,
 * as the live step would.
 */
function roseAlike(logged: LoggedFinding, levels: readonly LevelReached[], to: number): boolean {
  return logged.levels
    .filter(({ at }) => at < to)
    .every((each) => levels.some(({ level, at }) => level === each.level && at === each.at));
}

/** The log may not have the end yet, but must not have another one, nor one where the replay has none. */
function endsAlike(logged: LoggedFinding, clearedAt: number | undefined, to: number): boolean {
  if (logged.clearedAt === undefined) return true;
  return clearedAt === undefined ? logged.clearedAt >= to : logged.clearedAt === clearedAt;
}

/** Levels and end as they are to be: what happened behind the end of the replay is not judged by it. */
function outcome(
  logged: LoggedFinding,
  isSuppressed: boolean,
  levels: readonly LevelReached[],
  clearedAt: number | undefined,
  to: number,
): Pick<AmendedFinding, "level" | "levels" | "clearedAt" | "status"> {
  const later = logged.clearedAt !== undefined && logged.clearedAt >= to ? logged.clearedAt : undefined;
  const end = clearedAt ?? later;
  const highest = Math.max(...levels.map(({ level }) => level));
  const risen = logged.levels.filter(
    ({ level, at }) => level > highest && at >= to && (end === undefined || at <= end),
  );
  const now = new Map([...levels, ...risen].map(({ level, at }) => [level, at]));
  const before = new Map(logged.levels.map(({ level, at }) => [level, at]));
  return {
    level: Math.max(...now.keys()),
    levels: [...new Set([...now.keys(), ...before.keys()])]
      .sort((a, b) => a - b)
      .map((level) => ({ level, at: now.get(level), before: before.get(level) })),
    clearedAt: end,
    status: isSuppressed ? "suppressed" : end === undefined ? "firing" : "cleared",
  };
}

/** Undefined: nothing but rises and a clearing that may be missing. */
function amendmentOf(
  logged: LoggedFinding,
  { kind, finding, changes }: ReplayedFiring,
  to: number,
  now: number,
): Extract<FindingChange, { kind: "amended" }> | undefined {
  const clearedAt = clearingOf(changes);
  const levels = reached([{ level: finding.level, at: finding.onset }], changes);
  const isSuppressed = kind === "suppressed";
  const wasSuppressed = logged.status === "suppressed";
  const isSame =
    logged.status !== "retracted" &&
    isSuppressed === wasSuppressed &&
    logged.suppressedBy === finding.suppressedBy &&
    roseAlike(logged, levels, to) &&
    // Of the level that it began with no rise would tell.
    logged.levels.some(({ level }) => level === finding.level) &&
    endsAlike(logged, clearedAt, to) &&
    logged.conditionSince === finding.conditionSince &&
    logged.onsetObserved === finding.onsetObserved &&
    logged.margin?.value === finding.margin?.value &&
    sameWitnesses(logged.witnesses, finding.witnesses);
  if (isSame) return undefined;
  return {
    kind: "amended",
    finding: {
      ...finding,
      ...outcome(logged, isSuppressed, levels, clearedAt, to),
      effect: isSuppressed ? undefined : strongestEffect(finding, changes),
      detectedAt: now,
      revision: logged.revision + 1,
    },
    at: now,
  };
}

/** A firing that was open when the replay began can only have risen or ended otherwise. */
function continuationOf(
  logged: LoggedFinding,
  { changes }: ContinuedFiring,
  from: number,
  to: number,
  now: number,
): Extract<FindingChange, { kind: "amended" }> | undefined {
  const levels = reached(
    logged.levels.filter(({ at }) => at < from),
    changes,
  );
  const clearedAt = clearingOf(changes);
  if (roseAlike(logged, levels, to) && endsAlike(logged, clearedAt, to)) return undefined;
  return {
    kind: "amended",
    finding: {
      ...logged.identity,
      ...outcome(logged, logged.status === "suppressed", levels, clearedAt, to),
      ...(logged.suppressedBy === undefined ? {} : { suppressedBy: logged.suppressedBy }),
      effect: logged.effect,
      assurance: logged.assurance,
      conditionSince: logged.conditionSince,
      onsetObserved: logged.onsetObserved,
      margin: logged.margin,
      timeMarginMs: undefined,
      witnesses: logged.witnesses.map(({ seq, ...witness }) => ({ ...witness, ref: seq })),
      seq: logged.seq,
      detectedAt: now,
      evidenceFrom: logged.conditionSince,
      evidenceTo: logged.identity.onset,
      revision: logged.revision + 1,
    },
    at: now,
  };
}

function strongestEffect(finding: NewFinding, changes: readonly Change[]): NewFinding["effect"] {
  return changes.reduce<NewFinding["effect"]>(
    (effect, change) => (change.kind === "escalated" ? (change.effect ?? effect) : effect),
    finding.effect,
  );
}

/** The same samples, whichever reception of a frame they are read from. */
function sameWitnesses(logged: readonly LoggedWitness[], replayed: readonly Witness[]): boolean {
  const key = ({ node, signal, time, value, role }: Omit<LoggedWitness, "seq">): string =>
    [node, signal, time, value ?? "", role].join("\n");
  if (logged.length !== replayed.length) return false;
  const keys = new Set(logged.map(key));
  return replayed.every((witness) => keys.has(key({ ...witness, value: witness.value ?? undefined })));
}
