/** What can happen to a finding, before it is written. */
import type { Witness } from "@sandglass/triggers";
import type { Effect } from "./firing-message.ts";

/** A subject that is no vehicle: an AI service, an account, a platform, a group, the fleet, a place. */
export interface OtherSubject {
  readonly kind: string;
  readonly id: string;
  /** Who may read its findings besides those who see everything. */
  readonly organisation?: string;
  readonly region?: string;
}

/** What is known of a firing whatever happens to it. */
export interface FindingIdentity {
  readonly id: string;
  readonly trigger: string;
  readonly version: number;
  readonly versionHash: string;
  readonly title: { readonly en: string; readonly zh: string };
  /** Key of the vehicle; of a subject of another kind its key, 0 when it sends no data itself. */
  readonly vehicle: bigint;
  /** Set for subjects that are no vehicles. */
  readonly subject?: OtherSubject;
  readonly project: string | undefined;
  readonly onset: number;
}

export interface NewFinding extends FindingIdentity {
  readonly level: number;
  readonly effect: Effect | undefined;
  readonly assurance: number;
  readonly conditionSince: number;
  readonly onsetObserved: boolean;
  readonly margin: { readonly value: number; readonly unit: string } | undefined;
  readonly timeMarginMs: number | undefined;
  readonly witnesses: readonly Witness[];
  readonly seq: number;
  readonly detectedAt: number;
  readonly evidenceFrom: number;
  readonly evidenceTo: number;
  /** Trigger that fired for the subject at the onset and suppresses this firing; of cooldowns absent. */
  readonly suppressedBy?: string;
  /**
   * A replay gave it that began then, event time, UTC ms, without what its trigger may have known of the time before: what
   * held already may be told as a beginning.
   */
  readonly knownFrom?: number;
  /** Default: found by the live step. */
  readonly origin?: "replay" | "screening";
  /** Default: the supervision of frames. */
  readonly feed?: "events" | "screening";
}

/** When a level was reached, event time, UTC ms. */
export interface AmendedLevel {
  readonly level: number;
  /** Undefined: by what is known now it was not. */
  readonly at: number | undefined;
  /** As it stood before the amendment; undefined: it had not been reached. */
  readonly before: number | undefined;
}

/** How a finding stands now that late data is known. */
export interface AmendedFinding extends Omit<NewFinding, "origin"> {
  readonly status: "firing" | "cleared" | "suppressed";
  /** Every level that it has, or had before; lowest first. */
  readonly levels: readonly AmendedLevel[];
  readonly clearedAt: number | undefined;
  /** Of this change; the one before it is one less. */
  readonly revision: number;
}

export type FindingChange =
  | { readonly kind: "onset"; readonly finding: NewFinding }
  | { readonly kind: "suppressed"; readonly finding: NewFinding }
  | {
      readonly kind: "escalated";
      readonly finding: FindingIdentity;
      readonly level: number;
      readonly effect: Effect | undefined;
      readonly at: number;
      readonly assurance: number;
      readonly detectedAt: number;
      readonly witnesses: readonly Witness[];
    }
  | { readonly kind: "cleared"; readonly finding: FindingIdentity; readonly at: number; readonly detectedAt: number }
  | {
      readonly kind: "confirmed";
      readonly finding: Pick<FindingIdentity, "id" | "vehicle" | "subject">;
      readonly at: number;
    }
  /** With late data known it did not happen. `at` and `detectedAt`: ingest time, UTC ms. */
  | {
      readonly kind: "retracted";
      readonly finding: FindingIdentity;
      readonly revision: number;
      readonly at: number;
      readonly detectedAt: number;
    }
  /** With late data known it happened differently. */
  | { readonly kind: "amended"; readonly finding: AmendedFinding; readonly at: number };

/** Changes that make the finding. */
export function isNew(change: FindingChange): change is Extract<FindingChange, { kind: "onset" | "suppressed" }> {
  return change.kind === "onset" || change.kind === "suppressed";
}
