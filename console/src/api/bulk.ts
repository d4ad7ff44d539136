/** One action on many cases: what could be chosen, what it would come to, the run and its cases. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { JsonSchema } from "../lib/json-schema.ts";
import type { LegalBasis } from "@sandglass/casework";
import { request, withQuery, type QueryValue } from "./client.ts";
import type { ActorRef, Bilingual, Page } from "./shapes/common.ts";

/** Cases that were chosen one by one, or all under a filter of the list. */
export type BulkSelection =
  | { readonly cases: readonly string[] }
  | { readonly query: Readonly<Record<string, QueryValue>> };

export interface BulkChoice {
  readonly kind: string;
  readonly kindTitle: Bilingual;
  readonly name: string;
  readonly title: Bilingual;
  readonly input: JsonSchema;
  readonly conditions: readonly { readonly code: string; readonly text: Bilingual }[];
  readonly basis: LegalBasis;
  readonly fourEyes: boolean;
  /** One of the cases is about a vehicle, and so about a person: a purpose is asked for. */
  readonly isPersonal: boolean;
  readonly count: number;
}

export const PREVIEWS = ["acts", "proposes", "confirms", "input", "refused"] as const;
export type BulkPreview = (typeof PREVIEWS)[number];
export const OUTCOMES = ["done", "proposed", "refused", "skipped", "cancelled", "failed"] as const;
export type BulkOutcome = (typeof OUTCOMES)[number];

export interface BulkRun {
  readonly id: string;
  readonly state: "preview" | "running" | "done" | "cancelled";
  readonly kind: string;
  readonly kindTitle: Bilingual;
  readonly action: string;
  readonly actionTitle: Bilingual;
  readonly purpose: string | null;
  readonly query: Readonly<Record<string, unknown>> | null;
  readonly by: ActorRef;
  readonly total: number;
  readonly waiting: number;
  readonly previews: Readonly<Record<BulkPreview, number>>;
  readonly outcomes: Readonly<Record<BulkOutcome, number>>;
  readonly previewedAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
}

export interface BulkRow {
  readonly position: number;
  readonly case: {
    readonly id: string;
    readonly title: Bilingual | null;
    readonly kind: string | null;
    readonly stateTitle: Bilingual | null;
  };
  readonly version: number;
  readonly preview: BulkPreview;
  readonly outcome: BulkOutcome | null;
  readonly code: string | null;
  readonly reason: Bilingual | null;
  readonly changes: readonly {
    readonly sequence: number;
    readonly title: Bilingual;
    readonly at: string;
    readonly roleTitle: Bilingual;
  }[];
  readonly leaf: string | null;
  readonly at: string | null;
}

/** More cases at once are refused. */
export const BULK_LIMIT = 1_000;

export const bulkChoicesQuery = (selection: BulkSelection) =>
  queryOptions({
    queryKey: ["bulk", "choices", selection],
    queryFn: ({ signal }) =>
      request<{ readonly total: number; readonly choices: readonly BulkChoice[] }>("/cases/bulk/choices", {
        method: "POST",
        body: { selection },
        signal,
      }),
    staleTime: 0,
    gcTime: 0,
  });

export interface BulkRequest {
  readonly selection: BulkSelection;
  readonly kind: string;
  readonly action: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly inputs: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly purpose: string | undefined;
}

export const previewBulk = (body: BulkRequest): Promise<BulkRun> =>
  request<BulkRun>("/cases/bulk/runs", { method: "POST", body });
export const startBulk = (id: string): Promise<BulkRun> =>
  request<BulkRun>(`/cases/bulk/runs/${id}/start`, { method: "POST" });
export const cancelBulk = (id: string): Promise<BulkRun> =>
  request<BulkRun>(`/cases/bulk/runs/${id}/cancel`, { method: "POST" });

export const bulkRunQuery = (id: string) =>
  queryOptions({
    queryKey: ["bulk", "run", id],
    queryFn: ({ signal }) => request<BulkRun>(`/cases/bulk/runs/${id}`, { signal }),
    refetchInterval: ({ state }) => (state.data?.state === "running" ? 1_000 : false),
  });

/** All its cases: there are at most a thousand. Of a run that has ended they are asked for once more. */
export const bulkRowsQuery = (id: string, state: BulkRun["state"]) =>
  queryOptions({
    queryKey: ["bulk", "rows", id, state],
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) =>
      (await request<Page<BulkRow>>(withQuery(`/cases/bulk/runs/${id}/cases`, { limit: BULK_LIMIT }), { signal }))
        .items,
    refetchInterval: state === "running" ? 2_000 : false,
  });

export const bulkRunsQuery = infiniteQueryOptions({
  queryKey: ["bulk", "runs"],
  queryFn: ({ pageParam, signal }) =>
    request<Page<BulkRun>>(withQuery("/cases/bulk/runs", { cursor: pageParam, limit: 50 }), { signal }),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (last) => last.next ?? undefined,
});
