/** What a backtest finds, and the plain data that passes between its threads. */
import type { Region, TriggerSource } from "@sandglass/triggers";
import type { LastKnown, SweptMember } from "../../supervision/screening/sweep.ts";

/** A trigger set by its text; the same text compiles to the same set in every thread. */
export interface SetTexts {
  readonly sources: readonly TriggerSource[];
  readonly regions: readonly Region[];
}

/** A firing of one subject. Times are event times, UTC ms. */
export interface FoundFiring {
  /** Position in the set's `triggers`. */
  readonly trigger: number;
  readonly onset: number;
  /** Highest level it reached. */
  readonly level: number;
  /** Undefined when it was still firing at the end of the range. */
  readonly clearedAt: number | undefined;
  readonly margin: { readonly value: number; readonly unit: string } | undefined;
  /** Sequence numbers of the frames or events that witness the onset, at most four. */
  readonly witnesses: readonly number[];
}

/** Whom a firing is about; `id` as the API names it, `all` of a fleet. */
export interface FiringSubject {
  readonly kind: string;
  readonly id: string;
  /** Of a fleet, a group or a place: the kind of its members. */
  readonly of?: string;
}

/** A firing that would have happened, of whatever kind. */
export interface BacktestFiring extends Omit<FoundFiring, "trigger"> {
  readonly trigger: string;
  readonly subject: FiringSubject;
  /** Maker and model of a vehicle, name of a group; undefined where nothing is to be summed up by. */
  readonly group: string | undefined;
  /** Of a condition over many: who had it at the onset (the first ones), how many, of how many. */
  readonly among?: { readonly count: number; readonly population: number; readonly members: readonly string[] };
}

export interface ChunkVehicle {
  readonly key: bigint;
  /** Per set, per trigger: 1 = the trigger applies to the vehicle. */
  readonly applies: readonly (readonly (0 | 1)[])[];
  /** What it said last before the rows; only where somebody waits on silences. */
  readonly before?: LastKnown;
}

/** Rows of some vehicles to be stepped. */
export interface ChunkWork {
  readonly path: string;
  readonly vehicles: readonly ChunkVehicle[];
  /** Signals of the file's columns. */
  readonly signals: readonly string[];
  /** Judged event time, [from, to), UTC ms; rows before only warm the conditions up. */
  readonly from: number;
  readonly to: number;
  /** Per set, per screening: the instants at which it is judged. */
  readonly instants: readonly (readonly (readonly number[])[])[];
  /** Nothing is left out. */
  readonly everyRow?: boolean;
}

/** What the frames of some vehicles say about one set. */
export interface ChunkSetResult {
  readonly firings: readonly (FoundFiring & { readonly vehicle: bigint })[];
  /** Times that data of a trigger went missing for longer than it allows, by trigger. */
  readonly degradations: readonly number[];
  /** Firings that a cooldown swallowed, by trigger. */
  readonly cooled: readonly number[];
  /** Per screening: what each vehicle was at the instants. */
  readonly swept: readonly (readonly (SweptMember & { readonly vehicle: bigint })[])[];
}

export interface ChunkResult {
  readonly rows: number;
  /** One per set. */
  readonly sets: readonly ChunkSetResult[];
}

/** Why a trigger of a set was not run. */
export const NOT_RUN = {
  /** A condition over many that asks for what nobody tells: a place of who sends events. */
  untold: "untold",
  /** The report was made before such triggers could be run. */
  earlierVersion: "earlier-version",
} as const;
export type NotRunReason = (typeof NOT_RUN)[keyof typeof NOT_RUN];

/** Everything that was found of one set. */
export interface SetResult {
  readonly firings: readonly BacktestFiring[];
  /** By trigger of the set. */
  readonly degradations: readonly number[];
  readonly cooled: readonly number[];
  readonly notRun: readonly { readonly trigger: string; readonly reason: NotRunReason }[];
}
