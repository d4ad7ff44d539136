/**
 * What a signal is. The catalogue (catalogue.ts) lists them; observation columns (block.ts) hold them.
 *
 * A value travels as an integer number of *ticks*; its physical value is `ticks / perUnit` in `unit`.
 * Dividing by an integer (instead of multiplying by 0.1) gives the double nearest to the decimal that a person
 * writes in a rule, so `> 351.2 V` compares as expected, and both protocol editions share one column although
 * their offsets differ.
 */

/** ClickHouse integer type of the ticks; also decides the typed array of the column. */
export const TICK_TYPES = ["UInt8", "UInt16", "UInt32", "Int16", "Int32"] as const;
export type TickType = (typeof TICK_TYPES)[number];

/** Why a cell of an observation holds no value. 0 means that it holds one. */
export const Reason = {
  /** A value is present. */
  ok: 0,
  /** The frame did not carry the field. */
  absent: 1,
  /** GB/T 32960.3 sentinel 0xFE, 0xFFFE, 0xFFFFFFFE: the sender marks the value as abnormal. */
  abnormal: 2,
  /** GB/T 32960.3 sentinel 0xFF, 0xFFFF, 0xFFFFFFFF: the sender marks the value as invalid. */
  invalid: 3,
  /** The raw value lies outside the range that the standard's table allows. */
  outOfRange: 4,
} as const;
export type Reason = (typeof Reason)[keyof typeof Reason];

/** Reason codes by name order, for APIs and screens. */
export const REASON_NAMES = ["ok", "absent", "abnormal", "invalid", "out_of_range"] as const;
export type ReasonName = (typeof REASON_NAMES)[number];

export interface SignalNames {
  readonly en: string;
  readonly zh: string;
}

interface SignalBase {
  /** Path used in triggers, API and history columns, e.g. `max_cell_temp` or `motor.speed`. */
  readonly id: string;
  /** UCUM code; `1` for dimensionless numbers and enumerations. */
  readonly unit: string;
  /** How people write the unit. */
  readonly display: string;
  /** Physical value = ticks / perUnit. */
  readonly perUnit: number;
  readonly type: TickType;
  /** Allowed physical range, both ends included. */
  readonly range: readonly [min: number, max: number];
  /** Nominal reporting period in ms; a value expires after `holdMs`. */
  readonly periodMs: number;
  readonly holdMs: number;
  /** Divisor that makes margins of different units comparable (TRIGGERS: space margin). */
  readonly scale: number;
  readonly names: SignalNames;
  /** Where it comes from: the clause of the standard, or the formula of a derived signal. */
  readonly source: string;
  /** Codes of an enumeration, in both languages. */
  readonly values?: Readonly<Record<number, SignalNames>>;
  /** COVESA VSS path, where one exists. */
  readonly vss?: string;
}

/** One value per observation. `column` is the index into `ObservationBlock.scalars`. */
export interface ScalarSignal extends SignalBase {
  readonly kind: "scalar";
  readonly column: number;
}

/** Several values per observation (motors, packs, cells, probes). `column` indexes `ObservationBlock.lists`. */
export interface ListSignal extends SignalBase {
  readonly kind: "list";
  readonly column: number;
}

/** One bit of `alarm.flags`; has no column of its own. */
export interface BitSignal extends SignalBase {
  readonly kind: "bit";
  readonly bit: number;
}

export type Signal = ScalarSignal | ListSignal | BitSignal;
