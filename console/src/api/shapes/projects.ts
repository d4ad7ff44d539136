/** Sandbox projects and their limits (base /api/v1). Times are RFC 3339 UTC, absent values null. */
import type { ProjectTriggerSet } from "@sandglass/casework";
import type { ProjectReview } from "../reviews.ts";
import type { PossibleAction, BlockedAction, ActionRecord, Obligation, CaseMigration, CaseProposal } from "./cases.ts";
import type { Bilingual } from "./common.ts";
import type { Vehicle } from "./telemetry.ts";

export interface ProjectSummary {
  readonly id: string;
  readonly title: string | Bilingual;
  readonly state: string;
  readonly organisation?: string | null;
  readonly vehicles?: number | readonly (string | Vehicle)[];
  readonly vehicleCount?: number;
  readonly applicant?: { readonly organisation?: string; readonly name?: string; readonly role?: string } | null;
  readonly stage?: string;
  readonly version?: number;
  readonly openFindings?: number;
  readonly flags?: readonly string[];
  /** Since when it is in this state. */
  readonly since?: string | null;
  readonly updatedAt?: string | null;
  readonly createdAt?: string | null;
  readonly due?: string | null;
}

export interface Limit {
  readonly id?: string;
  readonly name?: string | Bilingual;
  readonly signal?: string;
  readonly operator?: string;
  readonly value?: number | string;
  readonly unit?: string | null;
}

/** The limits of a project's plan as enforced triggers. */
export interface ContainmentRules {
  readonly rules: readonly {
    readonly limit: string;
    readonly trigger: string;
    readonly version: number;
    readonly versionHash: string;
    readonly title: Bilingual;
    readonly sentence: Bilingual;
    readonly feed: "frames" | "events" | "screening";
  }[];
  readonly unenforced: readonly { readonly limit: string; readonly value: string; readonly reason: Bilingual }[];
}

export interface LimitMargin {
  readonly limit?: string;
  readonly name?: string | Bilingual;
  readonly signal?: string;
  readonly value: number | null;
  readonly bound: number;
  readonly level?: number | undefined;
  /** Whether the condition holds for any vehicle now. */
  readonly verdict?: "T" | "F" | "U";
  readonly firing?: boolean;
  readonly operator?: string;
  readonly unit?: string | null;
  readonly vehicle?: string | null;
}

export interface ProjectDetail extends ProjectSummary {
  /** As of every case: what it speaks of, by id, as far as the reader may see it. */
  readonly names?: Readonly<Record<string, Bilingual>>;
  readonly review?: ProjectReview;
  /** How it ended: the final report, the action that led out, and its first half where two persons took it. */
  readonly leaving?: {
    readonly report: ActionRecord | null;
    readonly decision: ActionRecord | null;
    readonly proposal: ActionRecord | null;
  };
  /** Named beside the applicant; each takes part once it has consented. */
  readonly parties?: readonly { readonly organisation: string }[];
  readonly riskTier?: string | null;
  readonly limits?: unknown;
  readonly summary?: string | null;
  readonly rail?: readonly { readonly code: string; readonly status: "done" | "current" | "ahead" }[];
  readonly suspension?: {
    readonly since: string;
    readonly reason: Bilingual;
    readonly finding: string | null;
    readonly findingRetractedAt?: string | null;
  } | null;
  readonly restriction?: {
    readonly since: string;
    readonly reason: Bilingual;
    readonly finding: string | null;
    readonly findingRetractedAt?: string | null;
    readonly limits?: unknown;
    readonly stoppedVehicles?: readonly string[];
  } | null;
  readonly margins?: readonly LimitMargin[] | null;
  readonly triggerSet?: ProjectTriggerSet | null;
  readonly actions?: readonly ActionRecord[];
  readonly possibleActions?: readonly PossibleAction[];
  readonly blockedActions?: readonly BlockedAction[];
  readonly obligations?: readonly Obligation[];
  readonly data?: Readonly<Record<string, unknown>>;
  /** Version of the procedure it runs under. */
  readonly definition?: number;
  readonly proposals?: readonly CaseProposal[];
  /** Later versions of the procedure into which the reader may move the project. */
  readonly migrations?: readonly CaseMigration[];
}
