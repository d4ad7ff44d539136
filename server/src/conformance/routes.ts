import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type } from "typebox";
import { parseVehicleId, requireRight, vehicleIdOf } from "../access/mod.ts";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { actorOf, decodeCursor, DEFAULT_LIMIT, encodeCursor, toTime, toTimeOrNull } from "../http/mod.ts";
import type { Records } from "../records/mod.ts";
import { findRule, RULES, RULES_VERSION } from "./catalogue.ts";
import { BASE, dayOfDate } from "./counters.ts";
import { readRange } from "./day-range.ts";
import {
  findBursts,
  findBurstsOf,
  findPlatform,
  findPlatformDays,
  findPlatformQuality,
  findVehicleDays,
  findWorstVehicles,
  isVehicleKnown,
  sumRules,
  type DayRange,
} from "./queries.ts";
import {
  brokenRules,
  buildReport,
  sumDays,
  type BrokenRule,
  type ConformanceReport,
  type DayCounts,
  type Totals,
} from "./report.ts";
import { SECTIONS } from "./report-items.ts";
import type { QualityRule } from "./rule.ts";
import {
  PlatformId,
  QualityAnswer,
  QualityQuery,
  RANGE_QUERY,
  ReportAnswer,
  RulesAnswer,
  VehicleId,
} from "./schema.ts";

const REPORT_DAYS = 7;
const SHANGHAI_MS = 8 * 3_600_000;
const DAY_MS = 86_400_000;
const DIRECT = "direct";

interface ConformanceRoutesOptions {
  readonly records: Records;
  readonly now: () => number;
  /** Brings what was counted to where it is read. */
  readonly freshen: () => Promise<void>;
}

export function conformanceRoutes({ records, now, freshen }: ConformanceRoutesOptions): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      "/quality/rules",
      { schema: { tags: ["quality"], summary: "The catalogue of data-quality rules", response: { 200: RulesAnswer } } },
      async () => ({ version: RULES_VERSION, items: RULES.map(ruleAnswer), next: null }),
    );

    app.get(
      "/quality",
      {
        schema: {
          tags: ["quality"],
          summary: "How often rules were broken: by rule, by vehicle (worst first) or by platform",
          description: "Today, unless a range is given. Counters are some seconds old.",
          querystring: QualityQuery,
          response: { 200: QualityAnswer },
        },
      },
      async (request) => {
        const actor = actorOf(request);
        requireRight(actor, "platformEvaluation", "read");
        const { by = "rule", limit = DEFAULT_LIMIT, cursor } = request.query;
        const range = readRange(request.query, now(), 1);
        const rules = wantedRules(request.query);
        const after = cursor === undefined ? undefined : readCursor(cursor);
        await freshen();
        return records.transact(
          actor,
          async (tx) => {
            if (by === "vehicle") {
              const found = await findWorstVehicles(
                tx,
                range,
                rules.map(({ number }) => number),
                { limit: limit + 1, ...(after === undefined ? {} : { after }) },
              );
              const last = found.length > limit ? found[limit - 1] : undefined;
              return {
                ...range,
                by,
                items: found.slice(0, limit).map((vehicle) => ({
                  ...worstOf(sumDays(vehicle.days), rules),
                  vehicle: vehicle.id,
                  vin: vehicle.vin ?? null,
                  maker: vehicle.maker ?? null,
                  model: vehicle.model ?? null,
                  hits: vehicle.hits,
                })),
                next: last === undefined ? null : encodeCursor([String(last.hits), String(last.key)]),
              };
            }
            if (by === "platform") {
              const platforms = (await findPlatformQuality(tx, range)).map((platform) => ({
                ...worstOf(sumDays(platform.days, false), rules),
                platform: platform.id ?? (platform.name === "" ? DIRECT : null),
                name: platform.name === "" ? null : platform.name,
              }));
              return { ...range, by, items: platforms.toSorted((a, b) => b.hits - a.hits), next: null };
            }
            const { totals, vehicles } = await sumRules(tx, range);
            const broken = new Map(brokenRules(totals).map((entry) => [entry.rule.number, entry]));
            const items = rules.flatMap((rule) => {
              const entry = broken.get(rule.number);
              return entry === undefined
                ? []
                : [{ ...brokenAnswer(entry, totals), vehicles: vehicles.get(rule.number) ?? 0 }];
            });
            return { ...range, by, items: items.toSorted((a, b) => (b.share ?? 0) - (a.share ?? 0)), next: null };
          },
          { retry: true },
        );
      },
    );

    app.get(
      "/vehicles/:id/conformance",
      {
        schema: {
          tags: ["quality"],
          summary: "Conformance report of a vehicle's terminal",
          description: "The last seven days of receipt, unless a range is given. Counters are some seconds old.",
          params: Type.Object({ id: VehicleId }),
          querystring: Type.Object(RANGE_QUERY, { additionalProperties: false }),
          response: { 200: ReportAnswer },
        },
      },
      async (request) => {
        const actor = actorOf(request);
        requireRight(actor, "platformEvaluation", "read");
        const vehicle = parseVehicleId(request.params.id);
        const range = readRange(request.query, now(), REPORT_DAYS);
        await freshen();
        return records.transact(
          actor,
          async (tx) => {
            if (vehicle === undefined || !(await isVehicleKnown(tx, vehicle)))
              throw new SandglassError(ERRORS.NOT_FOUND, { what: request.params.id });
            const days = await findVehicleDays(tx, vehicle, range);
            const bursts = await findBursts(tx, vehicle, sinceOf(days, range), endOf(range));
            return reportAnswer(range, buildReport(days, bursts, now()));
          },
          { retry: true },
        );
      },
    );

    app.get(
      "/platforms/:id/conformance",
      {
        schema: {
          tags: ["quality"],
          summary: "Conformance report of a platform",
          params: Type.Object({ id: PlatformId }),
          querystring: Type.Object(RANGE_QUERY, { additionalProperties: false }),
          response: { 200: ReportAnswer },
        },
      },
      async (request) => {
        const actor = actorOf(request);
        requireRight(actor, "platformEvaluation", "read");
        const range = readRange(request.query, now(), REPORT_DAYS);
        await freshen();
        return records.transact(
          actor,
          async (tx) => {
            const { id } = request.params;
            const platform = id === DIRECT ? undefined : await findPlatform(tx, id);
            if (platform === undefined && id !== DIRECT) throw new SandglassError(ERRORS.NOT_FOUND, { what: id });
            const days = await findPlatformDays(tx, platform?.username ?? "", range);
            const bursts = await findBurstsOf(tx, platform ?? { username: "" }, sinceOf(days, range), endOf(range));
            return reportAnswer(range, buildReport(days, bursts, now(), "platform"), platform?.name);
          },
          { retry: true },
        );
      },
    );
  };
}

function startOf(date: string): number {
  return dayOfDate(date) * DAY_MS - SHANGHAI_MS;
}

function endOf({ to }: DayRange): number {
  return startOf(to) + DAY_MS;
}

/** Alarms are found by collection, days by receipt: a recording that is played again has old alarms. */
function sinceOf(days: readonly DayCounts[], { from }: DayRange): number {
  return days.every(({ base }) => base[BASE.delayMs] <= base[BASE.realtime] * DAY_MS) ? startOf(from) : 0;
}

/** @throws SG_REQUEST_INVALID for a range that runs backwards or is longer than 92 days */
function wantedRules(query: { rule?: string; class?: string }): readonly QualityRule[] {
  if (query.rule !== undefined) {
    const rule = findRule(query.rule);
    if (rule === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: "rule", id: query.rule });
    return [rule];
  }
  return query.class === undefined ? RULES : RULES.filter((rule) => rule.class === query.class);
}

function readCursor(cursor: string): { hits: bigint; vehicle: bigint } {
  const [hits, vehicle] = decodeCursor(cursor, ["string", "string"]);
  if (!/^\d{1,18}$/.test(hits) || !/^\d{1,19}$/.test(vehicle)) throw new SandglassError(ERRORS.CURSOR_INVALID);
  return { hits: BigInt(hits), vehicle: BigInt(vehicle) };
}

const NOBODY = {
  rule: null,
  class: null,
  title: null,
  vehicle: null,
  vin: null,
  maker: null,
  model: null,
  platform: null,
  name: null,
  vehicles: null,
  reports: null,
} as const;

const reportsOf = ({ base }: Totals) => base[BASE.realtime] + base[BASE.reissued];

function brokenAnswer({ rule, broken, of, share, verdict }: BrokenRule, totals: Totals) {
  return {
    ...NOBODY,
    rule: rule.id,
    class: rule.class,
    title: { ...rule.title },
    reports: reportsOf(totals),
    hits: broken,
    of,
    share: share ?? null,
    verdict,
  };
}

/** The rule that a subject broke worst, with the hits of all that were asked for. */
function worstOf(totals: Totals, rules: readonly QualityRule[]) {
  const wanted = new Set(rules.map(({ number }) => number));
  const broken = brokenRules(totals).filter(({ rule }) => wanted.has(rule.number));
  const hits = broken.reduce((sum, entry) => sum + entry.broken, 0);
  if (broken.length === 0)
    return { ...NOBODY, reports: reportsOf(totals), hits: 0, of: 0, share: null, verdict: "pass" as const };
  const [worst] = broken;
  const verdict = broken.some((entry) => entry.verdict === "fail") ? ("fail" as const) : worst.verdict;
  return { ...brokenAnswer(worst, totals), hits, verdict };
}

function ruleAnswer(rule: QualityRule) {
  return {
    id: rule.id,
    number: rule.number,
    class: rule.class,
    title: { ...rule.title },
    requirement: rule.requirement,
    basis: rule.basis,
    certainty: rule.certainty,
    effectiveFrom: rule.effectiveFrom ?? null,
    editions: [...rule.editions],
    per: rule.per,
    signal: rule.signal ?? null,
    parameters: Object.fromEntries(
      Object.entries(rule.parameters).map(([name, { value, unit, certainty }]) => [
        name,
        { value, unit, certainty: certainty ?? null },
      ]),
    ),
    limit: rule.limit === undefined ? null : { ...rule.limit },
  };
}

function reportAnswer(range: DayRange, report: ConformanceReport, name?: string) {
  const distribution = (classes: ConformanceReport["intervals"]) =>
    classes.map(({ upTo, count }) => ({ upToSeconds: upTo ?? null, count }));
  return {
    ...range,
    name: name ?? null,
    rulesVersion: RULES_VERSION,
    edition: report.edition ?? null,
    verdict: report.verdict,
    days: report.days,
    counts: {
      frames: report.frames,
      realtime: report.realtime,
      reissued: report.reissued,
      logins: report.logins,
      logouts: report.logouts,
      splitParts: report.splitParts,
      alarmLevel3: report.alarmLevel3,
    },
    meanDelayMs: report.meanDelayMs ?? null,
    items: report.items.map((item) => ({
      ...item,
      title: { ...item.title },
      clause: item.clause.en,
      clauseZh: item.clause.zh,
      sectionTitle: { ...SECTIONS[item.section] },
      share: item.share ?? null,
      rule: item.rule ?? null,
    })),
    intervals: distribution(report.intervals),
    alarmIntervals: distribution(report.alarmIntervals),
    delays: distribution(report.delays),
    reissueDelays: distribution(report.reissueDelays),
    broken: report.broken.map(({ rule, broken, of, share, verdict }) => ({
      rule: rule.id,
      class: rule.class,
      title: { ...rule.title },
      hits: broken,
      of,
      share: share ?? null,
      verdict,
    })),
    bursts: report.bursts.map((burst) => ({
      vehicle: vehicleIdOf(burst.vehicle),
      onset: toTime(burst.onset),
      level: burst.level,
      edition: burst.edition,
      beforeSeconds: burst.before,
      afterSeconds: burst.after,
      afterDue: burst.afterDue,
      clearedAt: toTimeOrNull(burst.clearedAt),
      verdict: burst.verdict,
    })),
  };
}
