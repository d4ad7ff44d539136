/** What an action would come to with what is entered so far; the server records nothing of it. */
import type { LegalBasis, RoleCode } from "@sandglass/casework";
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { request } from "./client.ts";
import type { Bilingual } from "./shapes/common.ts";

interface Titled {
  readonly code: string;
  readonly title: Bilingual;
}

export type DutyChange = "opened" | "met" | "cancelled" | "reopened" | "moved" | "paused" | "resumed";

export interface ActionPreview {
  /** proposes: it then waits for a second person, and nothing else follows yet. */
  readonly how: "acts" | "proposes" | "confirms";
  readonly state: Titled | null;
  readonly documents: readonly Titled[];
  readonly raised: readonly Titled[];
  readonly lowered: readonly Titled[];
  readonly duties: readonly (Titled & {
    readonly how: DutyChange;
    /** Roles that owe it in this case. */
    readonly bearers: readonly { readonly code: RoleCode }[];
    readonly dueAt: string | null;
    readonly basis: LegalBasis;
    /** The weaker of the rule's and the work calendar's. */
    readonly certainty: LegalBasis["certainty"];
  })[];
  /** Other cases that it opens or changes, as far as one sees them. */
  readonly others: readonly {
    readonly how: "opened" | "changed";
    readonly kind: Bilingual;
    readonly title: Bilingual;
    readonly state: Bilingual;
  }[];
  /** Roles that can see the case, of which those are told who may. */
  readonly told: readonly { readonly code: RoleCode }[];
}

/** @param path of the action, or of the kind of case that it opens */
export const previewQuery = (path: string, version: number | undefined, input: Readonly<Record<string, unknown>>) =>
  queryOptions({
    queryKey: ["preview", path, version, input],
    queryFn: ({ signal }) => request<ActionPreview>(`${path}/preview`, { method: "POST", body: { input }, signal }),
    // A refusal is an answer here: asking again would be refused again.
    retry: false,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
