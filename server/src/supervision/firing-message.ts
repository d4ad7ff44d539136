/** What supervision tells the rest of the house about a firing: payload of the outbox topic `firing`. */
import type { Effect } from "@sandglass/triggers";

export type { Effect };

export const FIRING_TOPIC = "firing";

/** Trigger id of the finding that a vehicle moves although its project is suspended. */
export const BREACH_TRIGGER = "SG-BREACH";

export interface FiringMessage {
  /** `retracted`: with late data known it did not happen. `amended`: it happened otherwise. */
  readonly kind: "onset" | "escalated" | "cleared" | "superseded" | "retracted" | "amended";
  /** `fnd_…` */
  readonly finding: string;
  readonly trigger: string;
  readonly version: number;
  readonly versionHash: string;
  readonly level: number;
  readonly title: { readonly en: string; readonly zh: string };
  /** `veh_…`; of a subject that is no vehicle its id. */
  readonly vehicle: string;
  /** Decimal text of the subject's 64-bit key; `0` when it sends no data itself. */
  readonly vehicleKey: string;
  /** Set for subjects that are no vehicles. */
  readonly subject?: { readonly kind: string; readonly id: string };
  /** Sandbox project whose set found it. */
  readonly project?: string;
  /** Effect that the trigger declares at this level; only for findings of a project. */
  readonly effect?: Effect;
  /** Weakest assurance of the frames behind it (`Assurance` of @sandglass/signals). */
  readonly assurance: number;
  /** Event time of the onset, UTC ms. */
  readonly onset: number;
  /** Event time of what this message tells, UTC ms: the onset, the rise, the clearing. */
  readonly at: number;
  /** Receive time of the frame with which it was found, UTC ms; of late findings the ingest time of their replay. */
  readonly detectedAt: number;
  /** Found by something else than the live step. */
  readonly origin?: "replay" | "screening";
  /** Of `amended`: how it stands now. */
  readonly status?: "firing" | "cleared" | "suppressed";
  /** Of `amended`: event time of its end, UTC ms. */
  readonly clearedAt?: number;
}
