/** A position in the data unit that is being read, and what the frame inspector is told on the way. */
import { DEFAULT_DIALECT, type Dialect } from "../dialect.ts";
import { CodecError } from "../errors.ts";
import type { Edition } from "../frame.ts";
import type { CodeElement, QuantityElement, ViewElement } from "../layout/element.ts";

/** What the inspector wants to know of a field: where it is, what is written there, what it means. */
export interface TracedField {
  readonly offset: number;
  readonly length: number;
  readonly name: string;
  readonly title: string;
  readonly value: unknown;
  readonly clause: string;
  readonly unit?: string;
  /** Where it belongs to an information item of a report: which one, from 0. */
  readonly item?: number;
  /** Of fields that are one number: the number on the wire and the row of the table. */
  readonly number?: number;
  readonly element?: QuantityElement | CodeElement | ViewElement;
}
export type Trace = (field: TracedField) => void;

/** Reads [at, end) of a data unit of one edition. */
export class Reader {
  readonly bytes: Uint8Array;
  readonly end: number;
  readonly edition: Edition;
  readonly trace: Trace | undefined;
  readonly dialect: Dialect;
  at: number;
  /** Clause and name prefix of what is being read, for the trace. */
  clause = "";
  prefix = "";
  /** Information items begun so far, and whether one is being read. */
  items = 0;
  inItem = false;

  constructor(
    bytes: Uint8Array,
    at: number,
    end: number,
    edition: Edition,
    trace?: Trace,
    dialect: Dialect = DEFAULT_DIALECT,
  ) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
    this.edition = edition;
    this.trace = trace;
    this.dialect = dialect;
  }

  /** Offset of the next `count` bytes, which are then behind. Throws where the data unit is too short. */
  take(count: number, name: string): number {
    const at = this.at;
    if (at + count > this.end) {
      throw new CodecError(
        "SG_BODY_TRUNCATED",
        `${this.prefix}${name} needs ${count} bytes at ${at}, ${this.end - at} left`,
        at,
      );
    }
    this.at = at + count;
    return at;
  }

  note(offset: number, name: string, title: string, value: unknown): void {
    this.trace?.({ ...this.#place(offset, name, title), value });
  }

  /** Same for a number of one table row. */
  noteNumber(offset: number, element: QuantityElement | CodeElement | ViewElement, raw: number, value: unknown): void {
    this.trace?.({ ...this.#place(offset, element.name, element.title), value, number: raw, element });
  }

  #place(offset: number, name: string, title: string): Omit<TracedField, "value"> {
    return {
      offset,
      length: this.at - offset,
      name: this.prefix + name,
      title,
      clause: this.clause,
      ...(this.inItem ? { item: this.items - 1 } : {}),
    };
  }
}

/** Unsigned big-endian number of 1, 2 or 4 bytes. */
export function readUnsigned(bytes: Uint8Array, at: number, size: 1 | 2 | 4): number {
  if (size === 1) return bytes[at];
  if (size === 2) return (bytes[at] << 8) | bytes[at + 1];
  return ((bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]) >>> 0;
}
