/** Which event times a replay judges, and what it must read around them (TRIGGERS §7). */
import { conditionsOf, type CompiledTrigger } from "@sandglass/triggers";
import type { LateInterval } from "./late-queue.ts";
import type { LoggedFinding } from "./reconcile.ts";
import { SLACK_MS } from "./replay-beginning.ts";
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

/** Durations, ms. */
export interface Reach {
  /** What a set needs before late data so that its conditions and firings are those of an in-order run, and behind it. */
  readonly before: number;
  readonly behind: number;
  /** The last part of `before`: conditions are known, and a firing that recovers comes to do so here, too. */
  readonly settling: number;
}

export function reachOf(watch: ReplayedWatch): Reach {
  let keep = 0;
  let cooldown = 0;
  let missing = 0;
  for (const { core } of watch.triggers.values()) {
    keep = Math.max(keep, core.keepFiringMs);
    cooldown = Math.max(cooldown, core.cooldownMs);
    missing = Math.max(missing, core.missing.afterMs ?? 0);
  }
  const settling = keep + missing;
  const before = (watch.set?.horizonMs ?? 0) + settling + SLACK_MS;
  return { before, behind: before + cooldown, settling };
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
