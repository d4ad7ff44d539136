/** Findings, and the triggers that make them (base /api/v1). Times are RFC 3339 UTC, absent values null. */
import type { Bilingual } from "./common.ts";
import type { LedgerState } from "./ledger.ts";

export type FindingStatus = "firing" | "cleared" | "superseded" | "suppressed" | "retracted";

export interface Margin {
  readonly value: number;
  readonly unit?: string | null;
}

export interface Finding {
  readonly id: string;
  readonly trigger: string;
  readonly version: number;
  readonly level: number;
  readonly status: FindingStatus;
  readonly onset: string;
  readonly clearedAt: string | null;
  /** Vehicle id. */
  readonly vehicle: string;
  readonly vin?: string;
  /** Of the vehicle, as registered. */
  readonly maker?: string | null;
  readonly region?: string | null;
  readonly title: Bilingual;
  readonly project?: string | null;
  /** Of suppressed ones: trigger that kept it back; null: a cooldown did. */
  readonly suppressedBy?: string | null;
  readonly confirmed?: boolean;
  /** What late data did to it. */
  readonly state?: "provisional" | "confirmed" | "amended" | "retracted";
  readonly revision?: number;
  readonly origin?: "live" | "replay" | "screening";
  readonly amendedAt?: string | null;
  readonly retractedAt?: string | null;
  /** A subject that is no vehicle has no vehicle id. */
  readonly subject?: { readonly kind: string; readonly id: string; readonly name?: string | null };
  readonly margin?: Margin | null;
  readonly witness?: Witness | null;
}

export interface Witness {
  readonly node: string;
  readonly signal: string;
  readonly time: string;
  /** Ingest sequence number of the frame. */
  readonly ref: number | string;
  readonly value: number | null;
  readonly role: string;
  readonly receivedAt?: string | null;
  readonly command?: number | null;
}

export interface FindingEvent {
  readonly kind: string;
  readonly at: string;
  readonly level?: number | null;
  readonly actor?: string | null;
  readonly text?: Bilingual;
  /** Of an amendment: when each level was reached by what is known now, and as it stood before; null: not reached. */
  readonly levels?: readonly { readonly level: number; readonly at: string | null; readonly before: string | null }[];
  /** The judgement of late data knew nothing from before. */
  readonly knownFrom?: string | null;
}

export interface FindingDetail extends Finding {
  readonly versionHash?: string;
  readonly condition?: string;
  readonly conditionZh?: string;
  readonly conditionSince?: string | null;
  readonly onsetObserved?: boolean;
  readonly timeMarginMs?: number | null;
  readonly explanation?: Bilingual;
  readonly basis?: string | Bilingual | null;
  readonly basisZh?: string | null;
  readonly certainty?: string | null;
  readonly effectiveFrom?: string | null;
  readonly witnesses: readonly Witness[];
  readonly events?: readonly FindingEvent[];
  /** When each level was reached by what is known now, lowest first. */
  readonly levels?: readonly { readonly level: number; readonly at: string }[];
  readonly interval?: { readonly from: string; readonly to: string } | null;
  readonly ledger?: LedgerState | readonly LedgerState[] | null;
  readonly cases?: readonly { readonly id: string; readonly state: string; readonly kind?: string }[];
}

/** How a trigger that watches a vehicle stands now. */
export interface TriggerState {
  readonly trigger: string;
  readonly version: number;
  readonly versionHash: string;
  readonly title: Bilingual;
  readonly project: string | null;
  readonly firing: boolean;
  readonly pending: boolean;
  readonly level: number | null;
  readonly onset: string | null;
  readonly data: "ok" | "degraded";
  readonly verdict: "T" | "F" | "U";
  /** `normalised`: in multiples of the scales of its signals, as their units differ. */
  readonly margin: { readonly value: number; readonly unit: string; readonly normalised?: boolean } | null;
}

export interface TriggerSummary {
  readonly id: string;
  readonly version: number;
  readonly title: Bilingual;
  readonly level?: number;
  readonly levels?: readonly number[];
  readonly pack?: string;
  readonly sentence?: Bilingual;
  readonly text?: string;
  /** The same version in either language. */
  readonly texts?: Bilingual;
  readonly versionHash?: string;
  readonly basis?: string | Bilingual | null;
  readonly basisZh?: string | null;
  readonly certainty?: string | null;
  readonly effectiveFrom?: string | null;
  readonly effect?: string | null;
  readonly inputs?: readonly string[];
}
