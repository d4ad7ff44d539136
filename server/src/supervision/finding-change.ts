/** What can happen to a finding, before it is written. */
import type { Witness } from "@sandglass/triggers";
import type { Effect } from "./firing-message.ts";

/** What is known of a firing whatever happens to it. */
export interface FindingIdentity {
  readonly id: string;
  readonly trigger: string;
  readonly version: number;
  readonly versionHash: string;
  readonly title: { readonly en: string; readonly zh: string };
  readonly vehicle: bigint;
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
  | { readonly kind: "confirmed"; readonly finding: Pick<FindingIdentity, "id" | "vehicle">; readonly at: number };

/** Changes that make the finding. */
export function isNew(change: FindingChange): change is Extract<FindingChange, { kind: "onset" | "suppressed" }> {
  return change.kind === "onset" || change.kind === "suppressed";
}
