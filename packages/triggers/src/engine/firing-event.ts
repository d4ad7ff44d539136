/** What a monitor tells of a trigger. */
import type { Witness } from "./node.ts";

export interface Margin {
  readonly value: number;
  /** UCUM; "1" when normalised. */
  readonly unit: string;
  /** Atoms of several units meet: the value counts multiples of each signal's scale. */
  readonly normalised?: true;
}

export type FiringEvent =
  | {
      readonly kind: "onset";
      readonly trigger: string;
      readonly version: number;
      readonly versionHash: string;
      readonly level: number;
      /** Instant at which the condition became true, after its `for`. */
      readonly onset: number;
      /** Instant since which the condition had been holding. */
      readonly conditionSince: number;
      /** False when the condition came out of the unknown: nobody saw it begin. */
      readonly onsetObserved: boolean;
      /** Distance to the threshold in signal units, or a multiple of the signals' scales where units mix. */
      readonly margin?: Margin;
      readonly timeMarginMs?: number;
      /** Trigger of the set that fires for the subject and suppresses this one: keep the record, do not deliver it. */
      readonly suppressedBy?: string;
      readonly witnesses: readonly Witness[];
    }
  | {
      readonly kind: "escalated";
      readonly trigger: string;
      readonly onset: number;
      readonly level: number;
      readonly at: number;
      readonly witnesses: readonly Witness[];
    }
  | { readonly kind: "cleared"; readonly trigger: string; readonly onset: number; readonly at: number }
  | { readonly kind: "suppressed"; readonly trigger: string; readonly onset: number; readonly reason: "cooldown" }
  | { readonly kind: "degraded" | "restored"; readonly trigger: string; readonly at: number };

/**
 * `false` refuses an onset: who follows a log knows of none there. Then nothing fires; the condition is one that goes on. Other
 * answers, and answers to other events, mean nothing.
 */
export type Emit = (event: FiringEvent) => unknown;
