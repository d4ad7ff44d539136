/**
 * The vocabulary of the layout tables. A table is a list of elements; three machines read it: the interpreter
 * (typed decode and encode, and the field list of the frame inspector), the code generator, and the column decoder.
 *
 * A *quantity* has a physical value (raw + bias) / perUnit, where dividing by an integer gives the double nearest to
 * the decimal that the standard means; it carries FE/FF sentinels where its table says so. A *code* (state, number,
 * count) is shown as the raw number, sentinels included.
 */
import type { Charset, TextValue } from "../text.ts";
import type { AlarmFlags, FixStatus, Gear } from "../views.ts";

export type Bytes = 1 | 2 | 4;

/** Sentinels of GB/T 32960.3 §6.3: all FF = invalid, FF…FE = abnormal. */
export type Sentinel = "abnormal" | "invalid";
export type QuantityValue = number | Sentinel;

/** What a number means in a table row. Raw range [min, max], both included. */
interface NumberSpec {
  readonly size: Bytes;
  readonly perUnit: number;
  readonly bias: number;
  readonly min: number;
  readonly max: number;
  readonly sentinels: boolean;
  readonly unit: string;
  readonly title: string;
  readonly values?: Readonly<Record<number, string>>;
  /** Name of the field for column decoders, the same in both editions. */
  readonly column?: string;
  /** How the column decoder reads it where it is not ticks = raw + bias. */
  readonly as?: "gear" | "fix" | "longitude" | "latitude" | "flags";
  /** What a column holds when the body comes several times in a frame: the last value (default) or the largest. */
  readonly repeated?: "largest";
}

export interface QuantityElement<N extends string = string> extends NumberSpec {
  readonly kind: "quantity";
  readonly name: N;
  readonly shape?: QuantityValue;
}
export interface CodeElement<N extends string = string> extends NumberSpec {
  readonly kind: "code";
  readonly name: N;
  readonly shape?: number;
}
/** A number shown as an object; `raw` inside it is what is written. */
export interface ViewElement<N extends string = string, V = unknown> extends NumberSpec {
  readonly kind: "view";
  readonly name: N;
  readonly view: "gear" | "fix" | "flags";
  readonly shape?: V;
}
/** An opaque DWORD, shown as eight hexadecimal digits. */
export interface HexWordElement<N extends string = string> {
  readonly kind: "hexWord";
  readonly name: N;
  readonly title: string;
  readonly shape?: string;
}
export interface TimeElement<N extends string = string> {
  readonly kind: "time";
  readonly name: N;
  readonly title: string;
  readonly shape?: string;
}
/** Text of fixed size, or of the size that an earlier count gives. */
export interface TextElement<N extends string = string> {
  readonly kind: "text";
  readonly name: N;
  readonly size: number | string;
  readonly charset: Charset;
  readonly title: string;
  readonly shape?: TextValue;
}
/** WORD length and as many bytes, shown as hexadecimal. */
export interface BlobElement<N extends string = string> {
  readonly kind: "blob";
  readonly name: N;
  readonly title: string;
  readonly shape?: string;
}
/** As many items as an earlier count says. A count FE/FF (FFFE/FFFF) is followed by no list. */
export interface ListElement<N extends string = string, V = unknown> {
  readonly kind: "list";
  readonly name: N;
  readonly count: string;
  /** One element: a list of plain values. Several: a list of objects. */
  readonly of: Element | readonly Element[];
  readonly title: string;
  /** Columns that have the same value in every item, e.g. the first cell number of edition 2025. */
  readonly constants?: readonly { readonly column: string; readonly value: number }[];
  /** Column of the number of items present; no number after a count of FE or FF, but the reason why. */
  readonly lengthColumn?: string;
  /**
   * Scalar column that adds up the lengths of all lists of the body that name it. Where they are all empty and a count is
   * FE or FF, it is no number either.
   */
  readonly sumColumn?: string;
  readonly shape?: readonly V[];
}
/** Pack codes of GB/T 32960.3-2025 table 6: for each BMS as many codes as `counts` says. */
export interface TextGroupsElement<N extends string = string> {
  readonly kind: "textGroups";
  readonly name: N;
  readonly counts: string;
  readonly size: number;
  readonly title: string;
  readonly shape?: readonly (readonly TextValue[])[];
}
/** Everything up to the end of the data unit. */
export interface RestElement<N extends string = string, V = unknown> {
  readonly kind: "rest";
  readonly name: N;
  readonly charset?: Charset;
  readonly title: string;
  readonly shape?: V;
}
/** Information items up to the end of the data unit (table 7). */
export interface ItemsElement<N extends string = string> {
  readonly kind: "items";
  readonly name: N;
  readonly title: string;
  readonly shape?: unknown;
}
/** Terminal parameters, {id, value} pairs (tables B.9–B.13). */
export interface ParametersElement<N extends string = string> {
  readonly kind: "parameters";
  readonly name: N;
  readonly count: string;
  readonly title: string;
  readonly shape?: unknown;
}

export type Element =
  | QuantityElement
  | CodeElement
  | ViewElement
  | HexWordElement
  | TimeElement
  | TextElement
  | BlobElement
  | ListElement
  | TextGroupsElement
  | RestElement
  | ItemsElement
  | ParametersElement;

/** The object type that a list of elements is shown as. */
export type ShapeOf<E extends readonly Element[]> = {
  readonly [K in E[number] as K["name"]]: Exclude<K["shape"], undefined>;
};

interface NumberOptions {
  readonly perUnit?: number;
  readonly bias?: number;
  readonly min?: number;
  readonly sentinels?: boolean;
  readonly unit?: string;
  readonly values?: Readonly<Record<number, string>>;
  readonly column?: string;
  readonly as?: NumberSpec["as"];
  readonly repeated?: NumberSpec["repeated"];
}

function numberSpec(size: Bytes, max: number, title: string, options: NumberOptions): NumberSpec {
  return { size, max, title, perUnit: 1, bias: 0, min: 0, sentinels: true, unit: "", ...options };
}

/** A physical value of `size` bytes with raw range up to `max`. */
export function quantity<const N extends string>(
  name: N,
  size: Bytes,
  max: number,
  title: string,
  options: NumberOptions = {},
): QuantityElement<N> {
  return { kind: "quantity", name, ...numberSpec(size, max, title, options) };
}

/** A state, number or count of `size` bytes with raw range up to `max`. */
export function code<const N extends string>(
  name: N,
  size: Bytes,
  max: number,
  title: string,
  options: NumberOptions = {},
): CodeElement<N> {
  return { kind: "code", name, ...numberSpec(size, max, title, options) };
}

/** The gear byte of annex A.1. */
export function gear<const N extends string>(name: N, title: string, column: string): ViewElement<N, Gear> {
  return { kind: "view", view: "gear", name, ...numberSpec(1, 0xff, title, { sentinels: false, column, as: "gear" }) };
}

/** The status byte of the location body. */
export function fix<const N extends string>(name: N, title: string, column: string): ViewElement<N, FixStatus> {
  return { kind: "view", view: "fix", name, ...numberSpec(1, 0xff, title, { sentinels: false, column, as: "fix" }) };
}

/** The general alarm flags. */
export function flags<const N extends string>(name: N, title: string, column: string): ViewElement<N, AlarmFlags> {
  return {
    kind: "view",
    view: "flags",
    name,
    ...numberSpec(4, 0xffff_ffff, title, { sentinels: false, column, as: "flags" }),
  };
}

export function hexWord<const N extends string>(name: N, title: string): HexWordElement<N> {
  return { kind: "hexWord", name, title };
}

export function time<const N extends string>(name: N, title: string): TimeElement<N> {
  return { kind: "time", name, title };
}

export function text<const N extends string>(
  name: N,
  size: number | string,
  title: string,
  charset: Charset = "ascii",
): TextElement<N> {
  return { kind: "text", name, size, charset, title };
}

export function blob<const N extends string>(name: N, title: string): BlobElement<N> {
  return { kind: "blob", name, title };
}

type ListColumns = Pick<ListElement, "constants" | "lengthColumn" | "sumColumn">;

/** A list of plain values. */
export function values<const N extends string, const E extends Element>(
  name: N,
  count: string,
  title: string,
  of: E,
  columns: ListColumns = {},
): ListElement<N, Exclude<E["shape"], undefined>> {
  return { kind: "list", name, count, of, title, ...columns };
}

/** A list of objects. */
export function groups<const N extends string, const E extends readonly Element[]>(
  name: N,
  count: string,
  title: string,
  of: E,
  columns: ListColumns = {},
): ListElement<N, ShapeOf<E>> {
  return { kind: "list", name, count, of, title, ...columns };
}
