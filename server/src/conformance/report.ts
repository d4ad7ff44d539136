/** Builds conformance reports from stored counts. Pure: the same counts give the same report. */
import { BURST_SECONDS } from "./bursts.ts";
import { getRule, RULES } from "./catalogue.ts";
import {
  ALARM_INTERVAL_BOUNDS_MS,
  BASE,
  BASE_SIZE,
  DELAY_BOUNDS_MS,
  INTERVAL_BOUNDS_MS,
  PRECISE,
  REISSUE_BOUNDS_MS,
} from "./counters.ts";
import { REPORT_ITEMS, type ReportItem, type Section } from "./report-items.ts";
import type { QualityRule } from "./rule.ts";

export const VERDICTS = ["pass", "fail", "unknown"] as const;
export type Verdict = (typeof VERDICTS)[number];

/** Counts of one subject and day, as stored. */
export interface DayCounts {
  /** `2026-11-22`. */
  readonly day: string;
  readonly base: readonly number[];
  readonly hits: ReadonlyMap<number, number>;
}

/** Counts over several days. */
export interface Totals {
  readonly days: number;
  readonly base: readonly number[];
  readonly hits: ReadonlyMap<number, number>;
  /** Days with enough samples to judge precision, and of them those without a fine value, by rule number. */
  readonly preciseDays: number;
}

export interface BurstCounts {
  readonly vehicle: bigint;
  readonly onset: number;
  readonly level: number;
  readonly edition: number;
  readonly before: number;
  readonly after: number;
  readonly clearedAt: number | undefined;
}

export interface JudgedBurst extends BurstCounts {
  /** Seconds that are due after the onset: fewer when the alarm cleared earlier (2025). */
  readonly afterDue: number;
  readonly verdict: Verdict;
}

export interface JudgedItem {
  readonly id: string;
  readonly section: Section;
  readonly title: { readonly en: string; readonly zh: string };
  readonly verdict: Verdict;
  readonly clause: { readonly en: string; readonly zh: string };
  readonly requirement: string;
  readonly certainty: string;
  /** How many were broken, of how many; the rule that decided, where an item has several. */
  readonly broken: number;
  readonly of: number;
  readonly share: number | undefined;
  readonly limit: number;
  readonly rule: string | undefined;
}

/** Samples that a day needs before its precision is judged. */
const PRECISION_SAMPLES = 100;
/** Seconds that may be missing on each side: collection times are whole seconds. */
const BURST_TOLERANCE = 2;
/** How long the part before an alarm may still come as re-issue before its absence counts (P). */
const REISSUE_GRACE_MS = 3_600_000;

const PRECISION_RULES: ReadonlyMap<number, number> = new Map(
  Object.entries(PRECISE).map(([field, bit]) => [getRule(`precision.${field}`).number, bit]),
);

/** @param ofVehicle precision is watched per vehicle: the counts of a platform say nothing about it */
export function sumDays(days: readonly DayCounts[], ofVehicle = true): Totals {
  const base = Array<number>(BASE_SIZE).fill(0);
  const hits = new Map<number, number>();
  let preciseDays = 0;
  for (const day of days) {
    for (let i = 0; i < BASE_SIZE; i++) if (i !== BASE.precise) base[i] += day.base[i] ?? 0;
    for (const [rule, count] of day.hits) hits.set(rule, (hits.get(rule) ?? 0) + count);
    if (!ofVehicle || (day.base[BASE.moving] ?? 0) < PRECISION_SAMPLES) continue;
    preciseDays++;
    for (const [rule, bit] of PRECISION_RULES)
      if ((day.base[BASE.precise] & bit) === 0) hits.set(rule, (hits.get(rule) ?? 0) + 1);
  }
  return { days: days.length, base, hits, preciseDays };
}

/** What a rule's count is a share of. */
export function denominatorOf(rule: QualityRule, { base, preciseDays, hits }: Totals): number {
  const reports = base[BASE.realtime] + base[BASE.reissued];
  switch (rule.per) {
    case "frames":
      // What was thrown away before it was a frame is not among the frames.
      return base[BASE.frames] + (rule.id === "transmission.bcc" ? (hits.get(rule.number) ?? 0) : 0);
    case "reports":
      if (rule.id === "missing.motors") return reports - base[BASE.parkedCharging];
      if (rule.id === "missing.alarm_context") return base[BASE.alarmLevel3];
      if (rule.id === "transmission.reissue_late") return base[BASE.reissued];
      if (rule.editions.length === 2) return reports;
      return rule.editions[0] === 2025 ? base[BASE.edition2025] : reports - base[BASE.edition2025];
    case "realtime":
      return base[BASE.realtime];
    case "intervals":
      return rule.id === "transmission.alarm_period"
        ? sumOf(base, BASE.alarmInterval, ALARM_INTERVAL_BOUNDS_MS.length + 1)
        : sumOf(base, BASE.interval, INTERVAL_BOUNDS_MS.length);
    case "logins":
      return base[BASE.logins];
    case "logouts":
      return base[BASE.logouts];
    case "days":
      return preciseDays;
    case "powerOffs":
      return base[BASE.powerOffs];
  }
}

/**
 * The same as weights of the single counts, for sums over many subjects: it is linear, so it is what it says of each count alone.
 * `own` is the weight of the rule's own count. Not for rules counted by days.
 */
export function denominatorWeights(rule: QualityRule): {
  readonly weights: Readonly<Record<number, number>>;
  readonly own: number;
} {
  const nothing = Array<number>(BASE_SIZE).fill(0);
  const weigh = (base: readonly number[], hits: ReadonlyMap<number, number>): number =>
    denominatorOf(rule, { days: 0, base, preciseDays: 0, hits });
  const weights = nothing
    .map((_, at) => [at, weigh(nothing.with(at, 1), new Map())] as const)
    .filter(([, weight]) => weight !== 0);
  return { weights: Object.fromEntries(weights), own: weigh(nothing, new Map([[rule.number, 1]])) };
}

function sumOf(base: readonly number[], from: number, length: number): number {
  let sum = 0;
  for (let i = from; i < from + length; i++) sum += base[i];
  return sum;
}

function judge(broken: number, of: number, limit: number, atLeast: number): Verdict {
  if (of < atLeast || of === 0) return "unknown";
  return broken / of <= limit ? "pass" : "fail";
}

function judgeItem(item: ReportItem, totals: Totals, bursts: readonly JudgedBurst[]): JudgedItem {
  const { id, section, title, clause, requirement, certainty, limit } = item;
  const made = (broken: number, of: number, verdict: Verdict, rule?: string): JudgedItem => ({
    id,
    section,
    title,
    verdict,
    clause,
    requirement,
    certainty,
    broken,
    of,
    share: of > 0 ? broken / of : undefined,
    limit,
    rule,
  });
  switch (item.kind) {
    case "rule": {
      const rule = getRule(item.rule);
      const broken = totals.hits.get(rule.number) ?? 0;
      const of = denominatorOf(rule, totals);
      return made(broken, of, judge(broken, of, limit, item.atLeast), rule.id);
    }
    case "class": {
      const worst = worstOf(
        RULES.filter((rule) => rule.class === item.class),
        totals,
      );
      const reports = totals.base[BASE.realtime] + totals.base[BASE.reissued];
      return worst === undefined
        ? made(0, reports, judge(0, reports, limit, item.atLeast))
        : made(worst.broken, worst.of, judge(worst.broken, worst.of, limit, item.atLeast), worst.rule.id);
    }
    case "reissue-share": {
      // What an alarm made due says nothing about the link.
      const reissued = totals.base[BASE.reissued] - totals.base[BASE.alarmReissued];
      const reports = totals.base[BASE.realtime] + totals.base[BASE.reissued];
      return made(reissued, reports, judge(reissued, reports, limit, item.atLeast));
    }
    case "mean-delay": {
      const of = totals.base[BASE.realtime];
      const mean = of > 0 ? totals.base[BASE.delayMs] / of : 0;
      return made(
        Math.round(mean),
        item.limitMs,
        of < item.atLeast ? "unknown" : mean < item.limitMs ? "pass" : "fail",
      );
    }
    case "bursts": {
      const failed = bursts.filter(({ verdict }) => verdict === "fail").length;
      const isOpen = bursts.some(({ verdict }) => verdict === "unknown");
      const verdict = failed > 0 ? "fail" : bursts.length === 0 || isOpen ? "unknown" : "pass";
      return made(failed, bursts.length, verdict);
    }
  }
}

function worstOf(
  rules: readonly QualityRule[],
  totals: Totals,
): { rule: QualityRule; broken: number; of: number } | undefined {
  let worst: { rule: QualityRule; broken: number; of: number } | undefined;
  for (const rule of rules) {
    const broken = totals.hits.get(rule.number) ?? 0;
    const of = denominatorOf(rule, totals);
    if (broken === 0 || of === 0) continue;
    if (worst === undefined || broken / of > worst.broken / worst.of) worst = { rule, broken, of };
  }
  return worst;
}

export function judgeBurst(burst: BurstCounts, now: number): JudgedBurst {
  // 2016 asks for 30 s after the onset; 2025 until the alarm clears.
  const lasted =
    burst.edition === 2025 && burst.clearedAt !== undefined
      ? Math.floor((burst.clearedAt - burst.onset) / 1000)
      : BURST_SECONDS;
  const afterDue = Math.min(BURST_SECONDS, lasted);
  const hasBefore = burst.before >= BURST_SECONDS - BURST_TOLERANCE;
  const hasAfter = burst.after >= afterDue - BURST_TOLERANCE;
  const verdict = hasBefore && hasAfter ? "pass" : now - burst.onset < REISSUE_GRACE_MS ? "unknown" : "fail";
  return { ...burst, afterDue, verdict };
}

export interface Distribution {
  /** Upper bound of the class, s; undefined for the last. */
  readonly upTo: number | undefined;
  readonly count: number;
}

function distribution(base: readonly number[], from: number, bounds: readonly number[]): Distribution[] {
  return [...bounds, undefined].map((bound, i) => ({
    upTo: bound === undefined ? undefined : bound / 1000,
    count: base[from + i],
  }));
}

export interface BrokenRule {
  readonly rule: QualityRule;
  readonly broken: number;
  readonly of: number;
  readonly share: number | undefined;
  readonly verdict: Verdict;
}

export interface ConformanceReport {
  readonly edition: "2016" | "2025" | "both" | undefined;
  readonly days: number;
  readonly frames: number;
  readonly realtime: number;
  readonly reissued: number;
  readonly logins: number;
  readonly logouts: number;
  readonly splitParts: number;
  readonly alarmLevel3: number;
  readonly meanDelayMs: number | undefined;
  readonly verdict: Verdict;
  readonly items: readonly JudgedItem[];
  readonly intervals: readonly Distribution[];
  readonly alarmIntervals: readonly Distribution[];
  readonly delays: readonly Distribution[];
  readonly reissueDelays: readonly Distribution[];
  /** Rules that were broken at all, worst share first. */
  readonly broken: readonly BrokenRule[];
  readonly bursts: readonly JudgedBurst[];
}

export function brokenRules(totals: Totals): BrokenRule[] {
  return RULES.flatMap((rule): BrokenRule[] => {
    const broken = totals.hits.get(rule.number) ?? 0;
    if (broken === 0) return [];
    const of = denominatorOf(rule, totals);
    const verdict = rule.limit === undefined ? "unknown" : judge(broken, of, rule.limit.share, 1);
    return [{ rule, broken, of, share: of > 0 ? broken / of : undefined, verdict }];
  }).sort((a, b) => (b.share ?? 0) - (a.share ?? 0) || b.broken - a.broken);
}

/** @param bursts of the vehicle, or those that came through the platform */
export function buildReport(
  days: readonly DayCounts[],
  bursts: readonly BurstCounts[],
  now: number,
  of: "vehicle" | "platform" = "vehicle",
): ConformanceReport {
  const totals = sumDays(days, of === "vehicle");
  const { base } = totals;
  const judged = bursts.map((burst) => judgeBurst(burst, now));
  const reports = base[BASE.realtime] + base[BASE.reissued];
  const new2025 = base[BASE.edition2025];
  const items = REPORT_ITEMS.filter((item) => of === "vehicle" || item.ofVehicle === undefined)
    // Edition 2025 has no extremes body: nothing is asked of a vehicle that only speaks it.
    .filter((item) => item.id !== "missing.extremes" || new2025 < reports || reports === 0)
    .map((item) => judgeItem(item, totals, judged));
  return {
    edition: reports === 0 ? undefined : new2025 === 0 ? "2016" : new2025 === reports ? "2025" : "both",
    days: totals.days,
    frames: base[BASE.frames],
    realtime: base[BASE.realtime],
    reissued: base[BASE.reissued],
    logins: base[BASE.logins],
    logouts: base[BASE.logouts],
    splitParts: base[BASE.splitParts],
    alarmLevel3: base[BASE.alarmLevel3],
    meanDelayMs: base[BASE.realtime] > 0 ? base[BASE.delayMs] / base[BASE.realtime] : undefined,
    verdict: items.some(({ verdict }) => verdict === "fail")
      ? "fail"
      : items.some(({ verdict }) => verdict === "pass")
        ? "pass"
        : "unknown",
    items,
    intervals: distribution(base, BASE.interval, INTERVAL_BOUNDS_MS),
    alarmIntervals: distribution(base, BASE.alarmInterval, ALARM_INTERVAL_BOUNDS_MS),
    delays: distribution(base, BASE.delay, DELAY_BOUNDS_MS),
    reissueDelays: distribution(base, BASE.reissueDelay, REISSUE_BOUNDS_MS),
    broken: brokenRules(totals),
    bursts: judged,
  };
}
