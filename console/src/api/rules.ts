/** Drafts, backtests and publications of rules: what the API answers, and how it is asked (docs/rules.md). */
import type { RuleVersion } from "@sandglass/casework";
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { PackBasis } from "../lib/pack-basis.ts";
import { request, withQuery } from "./client.ts";
import { every } from "./queries.ts";
import type { Bilingual, Page } from "./shapes/common.ts";
import type { TriggerSummary } from "./shapes/findings.ts";

/** Who stands for a rule. */
export interface RuleGovernance {
  readonly owner?: string | undefined;
  /** Within which a finding is to be answered. */
  readonly deadlineHours?: number | undefined;
  /** Accounts; when there are any, only they publish the rule. */
  readonly approvers?: readonly string[] | undefined;
}

export interface TestRun {
  /** Why no case could be run. */
  readonly problem: string | null;
  readonly results: readonly { readonly name: string; readonly problem: string | null }[];
}

export interface Draft {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  /** JSON of test cases; empty = none. */
  readonly tests: string;
  readonly governance: RuleGovernance;
  readonly state: "draft" | "published" | "withdrawn";
  readonly revision: number;
  /** null while the text does not compile. */
  readonly setHash: string | null;
  readonly author: string | null;
  readonly organisation: string;
  readonly isYours: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface CheckProblem {
  readonly code: string;
  readonly message: string;
  readonly messageZh: string;
  readonly line: number;
  readonly column: number;
  /** UTF-16 offsets, half open. */
  readonly start: number;
  readonly end: number;
  readonly suggestion: string | null;
  readonly suggestionZh: string | null;
}

export interface CheckedTrigger extends TriggerSummary {
  readonly levels: readonly number[];
  readonly sentence: Bilingual;
  readonly texts: Bilingual;
  readonly versionHash: string;
  readonly basis: string | null;
  readonly basisZh: string | null;
  readonly effectiveTo: string | null;
  readonly inputs: readonly string[];
  readonly bytesPerSubject: number;
  readonly horizonMs: number;
}

export interface Check {
  readonly ok: boolean;
  readonly errors: readonly CheckProblem[];
  readonly warnings: readonly CheckProblem[];
  readonly triggers: readonly CheckedTrigger[];
  readonly hash: string | null;
}

/** Of whom a firing is: a vehicle, another subject that sends data, a group, the fleet, or a place (`cluster`). */
export interface FiringSubject {
  readonly kind: string;
  /** Of a group its name, of a place the vehicle in its middle. */
  readonly id: string;
  /** Of a group, the fleet or a place: the kind of its members; without it vehicles. */
  readonly of?: MemberKind;
}

/** What a condition over many counts. */
export type MemberKind = "vehicle" | "ai_service" | "backend_account" | "platform";

export interface ListedFiring {
  readonly subject: FiringSubject;
  readonly trigger: string;
  readonly level: number;
  readonly onset: string;
  readonly clearedAt: string | null;
  readonly margin: { readonly value: number; readonly unit: string } | null;
  readonly witnesses: readonly number[];
  /** Of a condition over many: who had it at the onset, the first ones. */
  readonly among: { readonly count: number; readonly population: number; readonly members: readonly string[] } | null;
}

export type NotRunReason = "untold" | "earlier-version";

export type Counts = Readonly<Record<string, number>>;

export interface TriggerFigures {
  readonly trigger: string;
  readonly version: number;
  readonly versionHash: string;
  readonly title: Bilingual;
  readonly firings: number;
  readonly subjects: number;
  readonly open: number;
  readonly flapping: number;
  readonly cooled: number;
  readonly degradations: number;
  readonly medianMs: number | null;
  readonly byLevel: Counts;
  readonly byDay: Counts;
  readonly byGroup: Counts;
}

export interface SetReport {
  readonly hash: string;
  readonly triggers: readonly TriggerFigures[];
  readonly ordersByDay: Counts;
  readonly firings: readonly ListedFiring[];
  readonly firingsInAll: number;
  readonly subjects: number;
  readonly ribbons: readonly {
    readonly subject: FiringSubject;
    readonly firings: readonly {
      readonly trigger: string;
      readonly level: number;
      readonly from: string;
      readonly to: string;
    }[];
  }[];
  readonly notRun: readonly { readonly trigger: string; readonly reason: NotRunReason }[];
}

export interface BacktestReport {
  readonly set: SetReport;
  readonly baseline: SetReport | null;
  readonly difference: {
    readonly both: number;
    readonly onlyHere: number;
    readonly onlyBaseline: number;
    readonly examples: readonly (ListedFiring & { readonly in: "here" | "baseline" })[];
  } | null;
  readonly data: {
    readonly from: string;
    readonly to: string;
    readonly rows: number;
    readonly vehicles: number;
    readonly throughSeq: number;
    readonly segments: number;
    readonly digest: string;
    readonly events: { readonly subjects: number; readonly receptions: number; readonly throughSeq: number } | null;
    readonly registry: { readonly vehicles: number; readonly digest: string } | null;
  };
  readonly tookMs: number;
}

export interface Backtest {
  readonly id: string;
  readonly state: "queued" | "running" | "done" | "failed" | "cancelled";
  readonly setHash: string;
  readonly draft: string | null;
  readonly from: string;
  readonly to: string;
  readonly requestedBy: string | null;
  readonly isYours: boolean;
  readonly requestedAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly rowsDone: number;
  readonly rowsTotal: number | null;
  readonly failure: string | null;
  readonly leaf: string | null;
}

export interface BacktestDetail extends Backtest {
  readonly text: string;
  readonly baseline: string | null;
  readonly report: BacktestReport | null;
}

export interface Publication {
  readonly id: string;
  readonly draft: string;
  readonly backtest: string;
  readonly text: string;
  readonly tests: string;
  readonly governance: RuleGovernance;
  readonly setHash: string;
  readonly publisher: string | null;
  readonly reason: string;
  readonly publishedAt: string;
  readonly endedAt: string | null;
  readonly leaf: string;
}

export const testsQuery = (text: string, tests: string) =>
  queryOptions({
    queryKey: ["rules", "tests", text, tests],
    queryFn: ({ signal }) => request<TestRun>("/rules/test", { method: "POST", body: { text, tests }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });

/** A rule pack as pages and forms name it. */
export interface PackSummary {
  readonly id: string;
  readonly version: number;
  readonly title: Bilingual;
  readonly description: Bilingual;
  readonly basis: readonly PackBasis[];
  /** Day, `2026-01-01`. */
  readonly effectiveFrom: string;
  readonly setHash: string;
  readonly triggers: number;
  readonly tests: number;
  readonly state: "available" | "installed" | "pinned";
}

export const packsQuery = queryOptions({
  queryKey: ["rules", "packs"],
  queryFn: ({ signal }) => request<Page<PackSummary>>("/packs", { signal }),
  retry: false,
});

/** A published rule in one version. */
export interface PublishedRule {
  readonly id: string;
  readonly version: number;
  readonly versionHash: string;
  readonly title: Bilingual;
  readonly levels: readonly number[];
  readonly effect: string;
  readonly sentence: Bilingual;
  readonly texts: Bilingual;
  readonly basis: string | null;
  readonly basisZh: string | null;
  readonly certainty: string | null;
  readonly effectiveFrom: string | null;
  readonly effectiveTo: string | null;
  readonly publishedAt: string;
  readonly endedAt: string | null;
  /** The newest version in force, where that is a later one. */
  readonly newer: { readonly version: number; readonly publishedAt: string } | null;
}

/** Every published rule that is in force. */
export const publishedRulesQuery = queryOptions({
  queryKey: ["rules", "published"],
  queryFn: async ({ signal }) => {
    const rules: PublishedRule[] = [];
    let cursor: string | null | undefined;
    do {
      const page: Page<PublishedRule> = await request(withQuery("/rules/published", { limit: 200, cursor }), {
        signal,
      });
      rules.push(...page.items);
      cursor = page.next;
    } while (cursor);
    return rules;
  },
  staleTime: 60_000,
});

/** `EV-BAT-001@2` */
export const versionKey = ({ trigger, version }: RuleVersion): string => `${trigger}@${version}`;

/** Published rules in these versions, in force or not. */
export const ruleVersionsQuery = (versions: readonly RuleVersion[]) =>
  queryOptions({
    queryKey: ["rules", "published", versions.map(versionKey)],
    queryFn: async ({ signal }) => {
      const asked = withQuery("/rules/published", { versions: versions.map(versionKey) });
      return (await request<Page<PublishedRule>>(asked, { signal })).items;
    },
    enabled: versions.length > 0,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });

export const draftsQuery = () =>
  infiniteQueryOptions({
    queryKey: ["rules", "drafts"],
    queryFn: ({ pageParam, signal }) =>
      request<Page<Draft>>(withQuery("/rules/drafts", { limit: 100, cursor: pageParam }), { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
  });

export const draftQuery = (id: string) =>
  queryOptions({
    queryKey: ["rule", id],
    queryFn: ({ signal }) => request<Draft>(`/rules/drafts/${id}`, { signal }),
  });

/** The compiler's answer about a text. */
export const checkQuery = (text: string) =>
  queryOptions({
    queryKey: ["trigger-check", text],
    queryFn: ({ signal }) => request<Check>("/triggers/check", { method: "POST", body: { text }, signal }),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 30_000,
  });

const LISTED = 100;

/** The newest backtests that the reader may see. */
export const backtestsQuery = (setHash?: string) =>
  queryOptions({
    queryKey: ["rules", "backtests", setHash ?? null],
    queryFn: ({ signal }) => request<Page<Backtest>>(withQuery("/backtests", { limit: LISTED, setHash }), { signal }),
  });

export const isUnderWay = ({ state }: Pick<Backtest, "state">): boolean => state === "queued" || state === "running";

export const backtestQuery = (id: string) =>
  queryOptions({
    queryKey: ["rule", id],
    queryFn: ({ signal }) => request<BacktestDetail>(`/backtests/${id}`, { signal }),
    refetchInterval: (query) => {
      const { data } = query.state;
      return data !== undefined && isUnderWay(data) ? every(1000)(query) : false;
    },
  });

export const publicationsQuery = queryOptions({
  queryKey: ["rules", "publications"],
  queryFn: ({ signal }) => request<Page<Publication>>(withQuery("/rules/publications", { limit: 200 }), { signal }),
});
