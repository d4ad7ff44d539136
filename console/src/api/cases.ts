/** Cases of every kind: their definitions, drafts, facets, and the board of duties. */
import type { Fields, LegalBasis, RoleCode } from "@sandglass/casework";
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { JsonSchema } from "../lib/json-schema.ts";
import { every } from "./queries.ts";
import { request, withQuery, type QueryValue } from "./client.ts";
import type { Obligation } from "./shapes/cases.ts";
import type { Bilingual, Page } from "./shapes/common.ts";

/** What moving a case to a later version of its procedure would change. */
export interface MigrationPreview {
  readonly from: number;
  readonly to: number;
  readonly title: Bilingual;
  readonly changes: readonly {
    readonly field: string;
    readonly title: Bilingual;
    readonly before?: unknown;
    readonly now?: unknown;
  }[];
  readonly procedure: readonly {
    readonly part: "state" | "action" | "duty" | "document" | "flag";
    readonly code: string;
    readonly title: Bilingual;
    readonly how: "added" | "removed" | "changed";
  }[];
}

/** A case that changes meanwhile is asked about anew. */
export const migrationQuery = (id: string, to: number, version: number | undefined) =>
  queryOptions({
    queryKey: ["case", id, "migration", to, version],
    queryFn: ({ signal }) => request<MigrationPreview>(`/cases/${id}/migrations/${to}`, { signal }),
  });

export interface CaseTypeLine {
  readonly kind: string;
  readonly title: Bilingual;
  readonly version: number;
  readonly creation: {
    readonly name: string;
    readonly title: Bilingual;
    readonly input: JsonSchema;
    readonly basis: LegalBasis;
    readonly allowed: boolean;
  };
}

interface Titled {
  readonly code: string;
  readonly title: Bilingual;
}

export interface CaseDefinition extends CaseTypeLine {
  readonly states: readonly (Titled & { readonly stage: string; readonly end: string | null })[];
  readonly flags: readonly Titled[];
  readonly documents: readonly Titled[];
  readonly actions: readonly {
    readonly name: string;
    readonly title: Bilingual;
    readonly to: readonly string[];
    readonly input: { readonly properties: Fields };
    readonly issues: readonly string[];
    /** Documents that it issues in some cases. */
    readonly mayIssue: readonly string[];
    readonly opens: readonly string[];
    /** Duties that it opens in some cases. */
    readonly mayOpen: readonly string[];
    /** Duties that it fulfils, in some cases or always. */
    readonly meets: readonly string[];
    readonly basis: LegalBasis;
  }[];
  readonly obligations: readonly Titled[];
}

export const caseTypesQuery = queryOptions({
  queryKey: ["case-types"],
  queryFn: async ({ signal }) => (await request<Page<CaseTypeLine>>("/case-types", { signal })).items,
  staleTime: 600_000,
});

export const caseDefinitionQuery = (kind: string, version?: number) =>
  queryOptions({
    queryKey: ["case-types", kind, version],
    queryFn: ({ signal }) => request<CaseDefinition>(withQuery(`/case-types/${kind}`, { version }), { signal }),
    staleTime: 600_000,
    enabled: kind !== "",
  });

export interface CaseFacets {
  readonly total: number;
  readonly open: number;
  readonly overdue: number;
  readonly kinds: readonly { readonly kind: string; readonly title: Bilingual; readonly count: number }[];
  readonly states: readonly {
    readonly kind: string;
    readonly state: string;
    readonly title: Bilingual;
    readonly count: number;
  }[];
}

export const caseFacetsQuery = (filter: Readonly<Record<string, QueryValue>>) =>
  queryOptions({
    queryKey: ["cases", "facets", filter],
    queryFn: ({ signal }) => request<CaseFacets>(withQuery("/cases/facets", filter), { signal }),
    refetchInterval: every(30_000),
  });

export interface CaseDraft {
  readonly action: string;
  readonly content: Readonly<Record<string, unknown>>;
  readonly version: number | null;
  readonly savedAt: string;
}

/** A form that the person has begun: of a case, or (`case: null`) of a new one. */
export interface OwnDraft extends CaseDraft {
  readonly case: string | null;
  readonly kind: string | null;
  readonly kindTitle: Bilingual | null;
  readonly actionTitle: Bilingual;
  readonly caseTitle: Bilingual | null;
  readonly expiresAt: string;
}

export const ownDraftsQuery = queryOptions({
  queryKey: ["drafts", "own"],
  queryFn: async ({ signal }) => (await request<Page<OwnDraft>>("/case-drafts", { signal })).items,
});

export function dropDrafts(drafts: readonly OwnDraft[]): Promise<{ readonly dropped: number }> {
  const named = drafts.map(({ case: id, kind, action }) => (id === null ? { kind, action } : { case: id, action }));
  return request("/case-drafts/drop", { method: "POST", body: { drafts: named } });
}

/** @param path `/cases/ID` or `/case-types/KIND` */
export const draftsQuery = (path: string) =>
  queryOptions({
    queryKey: ["drafts", path],
    queryFn: async ({ signal }) => (await request<Page<CaseDraft>>(`${path}/drafts`, { signal })).items,
    staleTime: 0,
    gcTime: 0,
  });

export const DUE_GROUPS = ["overdue", "today", "week", "later", "paused"] as const;
export type DueGroup = (typeof DUE_GROUPS)[number];

export interface Duty extends Obligation {
  readonly id: string;
  readonly code: string;
  readonly title: Bilingual;
  readonly bearers: readonly RoleCode[];
  readonly subject: string | null;
  readonly startAt: string;
  readonly unit: string;
  readonly amount: number;
  readonly from: Bilingual;
  readonly basis: LegalBasis;
  readonly group: DueGroup | null;
  readonly case: {
    readonly id: string;
    readonly kind: string;
    readonly kindTitle: Bilingual;
    readonly title: Bilingual;
    readonly state: string;
    readonly stateTitle: Bilingual;
    readonly organisation: string | null;
    readonly level: number | null;
  };
  readonly nextStep: { readonly code: string; readonly at: string } | null;
}

export interface DutyFacets {
  readonly total: number;
  readonly groups: readonly { readonly group: DueGroup; readonly count: number }[];
  readonly kinds: readonly { readonly kind: string; readonly title: Bilingual; readonly count: number }[];
  readonly duties: readonly {
    readonly kind: string;
    readonly code: string;
    readonly title: Bilingual;
    readonly count: number;
  }[];
  readonly bearers: readonly { readonly role: string; readonly title: Bilingual; readonly count: number }[];
}

export type DutyFilter = Readonly<Record<"scope" | "type" | "bearer" | "due", string | undefined>>;

export const dutiesQuery = (filter: DutyFilter) =>
  infiniteQueryOptions({
    queryKey: ["duties", filter],
    queryFn: ({ pageParam, signal }) =>
      request<Page<Duty>>(withQuery("/obligations", { ...filter, limit: 100, cursor: pageParam }), { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    refetchInterval: every(30_000),
  });

export const dutyFacetsQuery = (filter: DutyFilter) =>
  queryOptions({
    queryKey: ["duties", "facets", filter],
    queryFn: ({ signal }) => request<DutyFacets>(withQuery("/obligations/facets", filter), { signal }),
    refetchInterval: every(30_000),
  });
