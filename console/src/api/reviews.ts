/** What a programme asks of a project, and what is generated from its data. */
import { queryOptions } from "@tanstack/react-query";
import { request, withQuery } from "./client.ts";
import type { Bilingual } from "./shapes/common.ts";

interface Basis {
  readonly requirement: string;
  readonly source: string;
  readonly certainty: "F" | "S" | "D" | "M" | "P";
  readonly effectiveFrom?: string;
}
interface Person {
  readonly id: string;
  readonly role: string;
  readonly roleTitle: Bilingual;
}

export interface ProjectReview {
  readonly programme: { readonly id: string; readonly version: number; readonly title: Bilingual } | null;
  readonly checklist: readonly {
    readonly code: string;
    readonly title: Bilingual;
    readonly required: boolean;
    readonly present: boolean;
    readonly basis: Basis;
  }[];
  readonly criteria: readonly { readonly code: string; readonly title: Bilingual; readonly weight: number }[];
  readonly riskFactors: readonly { readonly code: string; readonly title: Bilingual; readonly points: number }[];
  readonly credit: string | null;
  readonly grade: { readonly tier: string; readonly points: number } | null;
  readonly strategy: {
    readonly reportMonths: number;
    readonly assessmentMonths: number;
    readonly panelSize: number;
    readonly priority: boolean;
  } | null;
  readonly consents: readonly { readonly organisation: string; readonly at: string }[];
  readonly opinions: readonly {
    readonly role: string;
    readonly roleTitle: Bilingual;
    readonly opinion: string;
    readonly reasons: string;
    readonly at: string;
  }[];
  readonly panel: readonly {
    readonly expert: string;
    readonly freeOfInterest: boolean;
    readonly vote: string | null;
    readonly score: number | null;
    readonly at: string;
  }[];
  readonly panelResults: readonly {
    readonly round: string;
    readonly experts: number;
    readonly for: number;
    readonly against: number;
    readonly abstain: number;
    readonly score: number | null;
    readonly passMark: number | null;
    readonly opinion: string;
    readonly dissents: readonly { readonly expert: string; readonly reasons: string }[];
    readonly at: string;
  }[];
  readonly rehearsal: {
    readonly kind: string;
    readonly reference: string;
    readonly rows: number;
    readonly vehicles: number;
    readonly firings: number;
    readonly failed: number;
    readonly at: string;
    readonly current: boolean;
  } | null;
  readonly incidents: readonly {
    readonly id: string;
    readonly kind: string;
    readonly what: string;
    readonly happenedAt: string;
    readonly injured: number;
    readonly dead: number;
  }[];
  readonly breaches: readonly { readonly vehicle: string; readonly seenAt: string; readonly at: string }[];
  readonly tolerances: readonly {
    readonly matter: string;
    readonly effect: string;
    readonly scope: string;
    readonly expiresAt: string;
    readonly by: Person | null;
    readonly at: string;
  }[];
  readonly liabilities: readonly {
    readonly claim: string;
    readonly status: string;
    readonly amount: number | null;
    readonly at: string;
  }[];
  readonly commissioner: { readonly name: string; readonly contact?: string; readonly at: string } | null;
  readonly informationRequests: readonly {
    readonly what: string;
    readonly at: string;
    readonly answer: string | null;
    readonly answeredAt: string | null;
  }[];
  readonly inspections: readonly {
    readonly mode: string;
    readonly findings: string;
    readonly announced: boolean;
    readonly place: string | null;
    readonly by: Person;
    readonly at: string;
  }[];
  readonly accessPermits: readonly { readonly product: string; readonly permit: string; readonly grantedAt: string }[];
  readonly contacts: readonly {
    readonly kind: string;
    readonly note: string;
    readonly requested: boolean;
    readonly by: Person | null;
    readonly at: string;
  }[];
  readonly stageReports: readonly { readonly from: string; readonly to: string; readonly at: string }[];
  readonly assessments: readonly {
    readonly rating: string;
    readonly opinion: string;
    readonly draft: string | null;
    readonly at: string;
  }[];
  readonly participants: {
    readonly consented: number;
    readonly withdrawn: number;
    readonly deleted: number;
    readonly compensated: number;
  } | null;
  readonly publication: {
    readonly enterprise: boolean;
    readonly authority: boolean;
    readonly fields: readonly string[];
  };
}

export interface AssessmentDraft {
  readonly from: string;
  readonly to: string;
  readonly findings: readonly {
    readonly trigger: string;
    readonly level: number;
    readonly count: number;
    readonly standing: number;
  }[];
  readonly sentences: readonly Bilingual[];
  readonly hash: string;
}

export interface HaltProof {
  readonly since: string;
  readonly until: string | null;
  readonly through: string | null;
  readonly graceMs: number;
  readonly vehicles: readonly {
    readonly vehicle: string;
    readonly verdict: "standing" | "moved" | "noData" | "notStored";
    readonly frames: number;
    readonly lastFrameAt: string | null;
    readonly lastMovingAt: string | null;
  }[];
  readonly left: number;
}

/** A case that a project led to. */
export interface RelatedCase {
  readonly id: string;
  readonly kind: string;
  readonly kindTitle?: Bilingual;
  readonly title: Bilingual;
  readonly stateTitle: Bilingual;
  readonly ended: boolean;
}

export const assessmentDraftQuery = (project: string) =>
  queryOptions({
    queryKey: ["project", project, "assessment-draft"],
    queryFn: ({ signal }) => request<AssessmentDraft>(`/projects/${project}/assessment-draft`, { signal }),
    staleTime: 30_000,
    retry: false,
  });

/** @param hasHalted whether the project was ever suspended */
export const haltProofQuery = (project: string, hasHalted: boolean) =>
  queryOptions({
    queryKey: ["project", project, "halt-proof"],
    queryFn: ({ signal }) => request<HaltProof>(`/projects/${project}/halt-proof`, { signal }),
    enabled: hasHalted,
    refetchInterval: 15_000,
    retry: false,
  });

export const relatedCasesQuery = (project: string) =>
  queryOptions({
    queryKey: ["cases", "of-project", project],
    queryFn: ({ signal }) =>
      request<{ items: readonly RelatedCase[] }>(
        withQuery("/cases", { project, type: "accident,sandbox-follow-up,sandbox-result", limit: 100 }),
        { signal },
      ),
    staleTime: 15_000,
  });

/** What a run of a plan's triggers over past data came to; null while it runs. */
export const rehearsalQuery = (project: string, reference: string) =>
  queryOptions({
    queryKey: ["project", project, "rehearsal", reference],
    queryFn: ({ signal }) =>
      request<{
        facts: {
          readonly rows: number;
          readonly vehicles: number;
          readonly firings: number;
          readonly failed: number;
        } | null;
      }>(`/projects/${project}/rehearsals/${reference}`, { signal }),
    retry: false,
  });

/** Begins such a run over event time [from, to), RFC 3339. */
export function requestRehearsal(project: string, from: string, to: string): Promise<{ readonly reference: string }> {
  return request(`/projects/${project}/rehearsals`, { method: "POST", body: { from, to } });
}

/** Puts it on the project's record; the server takes what came of the run from the run itself. */
export function rehearseOnPast(
  project: string,
  version: number,
  reference: string,
  from: string,
  to: string,
): Promise<unknown> {
  return request(`/projects/${project}/actions/rehearse`, {
    method: "POST",
    body: { input: { data: "past", passed: true, reference, from, to }, version },
  });
}

/** Members of the expert committee, for those who assign them. */
export const expertsQuery = queryOptions({
  queryKey: ["experts"],
  queryFn: ({ signal }) =>
    request<{ items: readonly { readonly id: string; readonly name: string }[] }>("/projects/experts", { signal }),
});
