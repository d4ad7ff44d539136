/** What a backtest finds, and the plain data that passes between its threads. */
import type { Region, TriggerSource } from "@sandglass/triggers";

/** A trigger set by its text; the same text compiles to the same set in every thread. */
export interface SetTexts {
  readonly sources: readonly TriggerSource[];
  readonly regions: readonly Region[];
}

/** A firing that would have happened. Times are event times, UTC ms. */
export interface BacktestFiring {
  readonly vehicle: bigint;
  /** Position in the set's `triggers`. */
  readonly trigger: number;
  readonly onset: number;
  /** Highest level it reached. */
  readonly level: number;
  /** Undefined when it was still firing at the end of the range. */
  readonly clearedAt: number | undefined;
  readonly margin: { readonly value: number; readonly unit: string } | undefined;
  /** Sequence numbers of the frames that witness the onset, at most four. */
  readonly witnesses: readonly number[];
}

export interface ChunkVehicle {
  readonly key: bigint;
  /** Per set, per trigger: 1 = the trigger applies to the vehicle. */
  readonly applies: readonly (readonly (0 | 1)[])[];
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
  /** Nothing is left out. */
  readonly everyRow?: boolean;
}

export interface SetResult {
  readonly firings: readonly BacktestFiring[];
  /** Times that data of a trigger went missing for longer than it allows, by trigger. */
  readonly degradations: readonly number[];
  /** Firings that a cooldown swallowed, by trigger. */
  readonly cooled: readonly number[];
}

export interface ChunkResult {
  readonly rows: number;
  /** One per set. */
  readonly sets: readonly SetResult[];
}
