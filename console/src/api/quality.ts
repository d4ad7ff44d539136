/** Data quality and conformance: what the API answers, and how it is asked. */
import type { ProgrammeBasis } from "@sandglass/casework";
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { request, withQuery } from "./client.ts";
import { every } from "./queries.ts";
import type { Bilingual } from "./shapes/common.ts";

export type Verdict = "pass" | "fail" | "unknown";
export type RuleClass =
  | "missing"
  | "abnormal"
  | "invalid"
  | "out_of_range"
  | "delay"
  | "logic"
  | "transmission"
  | "precision";
export type QualityGroup = "rule" | "vehicle" | "platform";

interface Share {
  readonly hits: number;
  readonly of: number;
  readonly share: number | null;
  readonly verdict: Verdict;
}

export interface QualityRow extends Share {
  readonly rule: string | null;
  readonly class: RuleClass | null;
  readonly title: Bilingual | null;
  readonly vehicle: string | null;
  readonly vin: string | null;
  readonly maker: string | null;
  readonly model: string | null;
  readonly platform: string | null;
  readonly name: string | null;
  readonly vehicles: number | null;
  readonly reports: number | null;
}

export interface QualityPage {
  readonly from: string;
  readonly items: readonly QualityRow[];
}

export interface ConformanceItem {
  readonly id: string;
  readonly section: string;
  readonly sectionTitle: Bilingual;
  readonly title: Bilingual;
  readonly verdict: Verdict;
  readonly clause: string;
  readonly clauseZh: string;
  readonly requirement: string;
  readonly certainty: string;
  readonly broken: number;
  readonly of: number;
  readonly share: number | null;
  readonly limit: number;
  /** The rule that decided, where an item has several. */
  readonly rule: string | null;
}

export interface Bin {
  readonly upToSeconds: number | null;
  readonly count: number;
}

export interface ConformanceReport {
  /** Of a platform. */
  readonly name: string | null;
  readonly from: string;
  readonly to: string;
  readonly edition: "2016" | "2025" | "both" | null;
  readonly meanDelayMs: number | null;
  readonly verdict: Verdict;
  readonly days: number;
  readonly counts: {
    readonly frames: number;
    readonly realtime: number;
    readonly reissued: number;
    readonly logins: number;
    readonly alarmLevel3: number;
  };
  readonly items: readonly ConformanceItem[];
  readonly intervals: readonly Bin[];
  readonly alarmIntervals: readonly Bin[];
  readonly delays: readonly Bin[];
  readonly reissueDelays: readonly Bin[];
  readonly broken: readonly (Share & { readonly rule: string; readonly class: RuleClass; readonly title: Bilingual })[];
  readonly bursts: readonly {
    readonly vehicle: string;
    readonly onset: string;
    readonly level: number;
    readonly beforeSeconds: number;
    readonly afterSeconds: number;
    readonly afterDue: number;
    readonly verdict: Verdict;
  }[];
}

export const qualityQuery = (filter: {
  by: QualityGroup;
  day?: string | undefined;
  class?: string | undefined;
  rule?: string | undefined;
}) =>
  queryOptions({
    queryKey: ["quality", filter],
    queryFn: ({ signal }) =>
      request<QualityPage>(
        withQuery("/quality", {
          by: filter.by,
          from: filter.day,
          to: filter.day,
          class: filter.class,
          rule: filter.rule,
          limit: 200,
        }),
        { signal },
      ),
    placeholderData: keepPreviousData,
    refetchInterval: every(10_000),
  });

export type RateVerdict = "reached" | "missed" | "noBenchmark";
interface Rate {
  readonly title: Bilingual;
  readonly of: number;
  readonly count: number;
  readonly share: number | null;
  readonly verdict: RateVerdict;
  readonly benchmark: { readonly share: number; readonly from: number; readonly basis: ProgrammeBasis } | null;
}
export interface MakerRates {
  readonly organisation: string;
  readonly name: Bilingual | null;
  readonly connected: number;
  readonly coverage: {
    readonly title: Bilingual;
    readonly of: number;
    readonly count: number;
    readonly share: number | null;
    readonly basis: ProgrammeBasis;
  };
  readonly online: readonly (Rate & { readonly class: string })[];
  readonly passed: readonly (Rate & { readonly code: string })[];
  readonly closure: readonly {
    readonly level: number;
    readonly due: number;
    readonly closed: number;
    readonly inTime: number;
    readonly share: number | null;
    readonly meanHours: number | null;
    readonly limit: { readonly unit: string; readonly amount: number; readonly basis: ProgrammeBasis } | null;
  }[];
}
export interface MonitoringRates {
  readonly from: string;
  readonly to: string;
  readonly definitions: readonly {
    readonly code: string;
    readonly title: Bilingual;
    readonly definition: Bilingual;
    readonly basis: ProgrammeBasis;
  }[];
  readonly items: readonly MakerRates[];
}

/** The last seven days, or one day. */
export const ratesQuery = (day: string | undefined) =>
  queryOptions({
    queryKey: ["quality", "rates", day],
    queryFn: ({ signal }) => request<MonitoringRates>(withQuery("/quality/rates", { from: day, to: day }), { signal }),
    placeholderData: keepPreviousData,
    refetchInterval: every(30_000),
  });

export interface VehiclePathsDay {
  readonly vehicle: string;
  readonly day: string;
  readonly enterprise: number;
  readonly local: number;
  readonly missing: number;
}

/** The days of vehicles whose two paths differ most, of the last day or of one day. */
export const pathsQuery = (day: string | undefined) =>
  queryOptions({
    queryKey: ["quality", "paths", day],
    queryFn: ({ signal }) =>
      request<{ readonly basis: ProgrammeBasis; readonly items: readonly VehiclePathsDay[] }>(
        withQuery("/quality/paths", { from: day, to: day, limit: 20 }),
        { signal },
      ),
  });

export interface UnheardVehicle {
  readonly id: string;
  readonly model: string | null;
  readonly registeredAt: string;
}

/** The first of a maker's registered vehicles that have never sent anything. */
export const unheardQuery = (organisation: string) =>
  queryOptions({
    queryKey: ["quality", "unheard", organisation],
    queryFn: ({ signal }) =>
      request<{ readonly items: readonly UnheardVehicle[]; readonly next: string | null }>(
        withQuery("/quality/unheard", { organisation, limit: 50 }),
        { signal },
      ),
  });

export const vehicleConformanceQuery = (id: string) =>
  queryOptions({
    queryKey: ["vehicle", id, "conformance"],
    queryFn: ({ signal }) => request<ConformanceReport>(`/vehicles/${id}/conformance`, { signal }),
    refetchInterval: every(10_000),
  });

/** @param id of the platform; `direct` is everything that terminals send themselves */
export const platformConformanceQuery = (id: string, range: { from?: string | undefined; to?: string | undefined }) =>
  queryOptions({
    queryKey: ["platform", id, "conformance", range],
    queryFn: ({ signal }) => request<ConformanceReport>(withQuery(`/platforms/${id}/conformance`, range), { signal }),
    placeholderData: keepPreviousData,
    refetchInterval: every(10_000),
  });
